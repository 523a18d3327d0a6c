package pantry_test

import (
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/db"
)

func TestKindOfPlace(t *testing.T) {
	for want, names := range map[db.LocationKind][]string{
		db.Fridge:   {"Fridge", "the big fridge", "Refrigerator", "Kühlschrank", "KUEHLSCHRANK oben", "Kühlfach", "Frigo", "Réfrigérateur", "Getränkekühlschrank"},
		db.Freezer:  {"Freezer", "Fridge freezer", "Deep-freezer", "Gefrierschrank", "Gefriertruhe", "Gefrierfach im Kühlschrank", "Tiefkühler", "Tiefkuehltruhe", "TK", "TK-Schrank", "Congélateur", "Le congelo", "Surgelés", "Eisfach"},
		db.Cupboard: {"Cupboard", "Keller", "kühler Keller", "Vorratskammer", "Fridolin", "Batkammer", "Placard", "Shelf 2", ""},
	} {
		for _, name := range names {
			if got := pantry.KindOfPlace(name); got != want {
				t.Errorf("%s is a %s, want %s", name, got, want)
			}
		}
	}
}

// A place that a line names is where it goes, unless something has that name.
func TestLineNamesItsPlace(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	k.product(db.Product{Name: "Magnet fridge"})
	milk := k.product(db.Product{Name: "Milk"})
	for _, tt := range []struct{ line, name, place string }{
		{"2 milk freezer", "Milk", k.freezer},
		{"2 milk in the fridge", "Milk", k.fridge},
		{"2 milk", "Milk", ""},
		{"2 plums freezer", "plums", k.freezer},
		{"magnet fridge", "Magnet fridge", ""},
		{"pears garage", "pears garage", ""},
	} {
		r, err := k.s.Read(ctx, k.by.HouseholdID, tt.line, parse.DayFirst)
		name := r.Name
		if r.Known {
			name = r.Products[0].Name
		}
		if err != nil || name != tt.name || r.LocationID != tt.place && (tt.place != "" || r.LocationID != k.shelf) {
			t.Errorf("%q: %s in %q, %v, want %s in %q", tt.line, name, r.LocationID, err, tt.name, tt.place)
		}
	}
	c := k.must(k.s.AddByName(ctx, k.by, "2 milk freezer", parse.DayFirst))
	if c.Products[0].ID != milk || c.Lots[0].LocationID != k.freezer {
		t.Errorf("added %+v, want Milk in the freezer", c.Lots[0])
	}
}
