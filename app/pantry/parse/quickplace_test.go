package parse_test

import (
	"testing"

	"pantrie/app/pantry/parse"
)

// The name of a place behind the name of a thing is where that goes.
func TestPlaceAtTheEndOfALine(t *testing.T) {
	t.Parallel()
	today := onDay(t, "2026-11-30")
	places := []string{"Fridge", "Freezer", "Kühlschrank", "Keller", "Shelf 2", "Big cupboard", "Garten-Hütte"}
	for _, tt := range []struct{ text, want, place string }{
		{"milk freezer", " | milk | ", "Freezer"},
		{"2 l milk freezer", "2 l | milk | ", "Freezer"},
		{"2 milk freezer 24.12.", "2 | milk | 2026-12-24 day", "Freezer"},
		{"2 milk 24.12. freezer", "2 | milk | 2026-12-24 day", "Freezer"},
		{"milk 2 l fridge", "2 l | milk | ", "Fridge"},
		{"milk fridge 2 l", "2 l | milk | ", "Fridge"},
		{"peas in the freezer", " | peas | ", "Freezer"},
		{"peas into freezer", " | peas | ", "Freezer"},
		{"Milch im Kühlschrank", " | Milch | ", "Kühlschrank"},
		{"Milch in den kuehlschrank", " | Milch | ", "Kühlschrank"},
		{"3 Kartoffeln in den Keller", "3 | Kartoffeln | ", "Keller"},
		{"flour BIG CUPBOARD", " | flour | ", "Big cupboard"},
		{"jam shelf 2", " | jam | ", "Shelf 2"},
		{"Kohle Garten Hütte", " | Kohle | ", "Garten-Hütte"},
		{"4006381333931 freezer", " | 4006381333931 | ", "Freezer"},

		{"freezer", " | freezer | ", ""},
		{"2 freezer", "2 | freezer | ", ""},
		{"freezer bags", " | freezer bags | ", ""},
		{"fridge magnet", " | fridge magnet | ", ""},
		{"milk garage", " | milk | ", "none"},
		{"freezer freezer", " | freezer | ", "Freezer"},
		{"fridge milk freezer", " | fridge milk | ", "Freezer"},
		{"Kellerbier", " | Kellerbier | ", ""},
	} {
		q := parse.QuickAdd(tt.text, today, parse.DayFirst, places...)
		if tt.place == "none" {
			tt.want, tt.place = " | "+tt.text+" | ", ""
		}
		if got := quickly(q); got != tt.want || q.Place != tt.place {
			t.Errorf("%q: %q in %q, want %q in %q", tt.text, got, q.Place, tt.want, tt.place)
		}
	}
}
