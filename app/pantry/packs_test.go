package pantry_test

import (
	"slices"
	"strings"
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/db"
)

// A number without a unit: so many of what is counted, so many packs of what is weighed or measured, and where nobody knows
// how much is in one it is asked.
func TestNumbersWithoutAUnit(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	for name, unit := range map[string]string{"Eggs": "piece", "Tuna": "can", "Milk": "l", "Potatoes": "kg", "Rice": "g", "Juice": "ml", "Oil": "fl oz", "Sugar": "g", "Flour": "kg"} {
		k.product(db.Product{Name: name, Base: string(parse.Unit(unit).Base()), Unit: unit})
	}
	for _, line := range []string{"12 eggs", "3 l milk", "5 kg potatoes"} {
		k.must(k.s.AddByName(ctx, k.by, line, parse.DayFirst))
	}
	packs := func(name string, units ...pantry.ProductUnit) {
		t.Helper()
		_, p, err := k.read(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range units {
			if _, err := k.s.SetUnit(ctx, k.by, p, u); err != nil {
				t.Fatal(err)
			}
		}
	}
	packs("rice", pantry.ProductUnit{Unit: "bag", Factor: 500, Of: "g"})
	packs("juice", pantry.ProductUnit{Unit: "bottle", Factor: 750, Of: "ml"}, pantry.ProductUnit{Unit: "crate", Factor: 9000, Of: "ml"})
	packs("flour", pantry.ProductUnit{Unit: "bag", Factor: 1000, Of: "g"}, pantry.ProductUnit{Unit: "pack", Factor: 10, Of: "kg"})
	_, flour, err := k.read("flour")
	if err != nil {
		t.Fatal(err)
	}
	if err := k.s.AddBarcode(ctx, k.by, flour, "4006381333931", "bag"); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"eggs": "1 piece", "7 eggs": "7 piece", "2 tuna": "2 can", "tuna 99": "99 can",
		"milk": "3 l", "2 milk": "? 2 × 3 l, 2 ml, 2 l", "milk 99": "? 99 × 3 l, 99 ml, 99 l", "2 potatoes": "? 2 × 5 kg, 2 g, 2 kg", "½ milk": "? 0.5 × 3 l, 0.5 ml, 0.5 l", "2 oil": "? 2 fl oz",
		"2 rice": "2 bag of 500 g", "2 juice": "? 2 bottle, 2 crate, 2 ml, 2 l", "3 flour": "3 bag of 1 kg", "2 bags rice": "2 bag of 500 g", "2 kg rice": "2 kg", "250 sugar": "? 250 g, 250 kg",
	} {
		r, _, err := k.read(line)
		if err != nil {
			t.Fatal(err)
		}
		got := parse.Measured{Amount: parse.Amount(r.Amount), Unit: parse.Unit(r.Unit)}.String()
		if r.Pack.Amount > 0 {
			got += " of " + r.Pack.String()
		}
		if len(r.Unread) > 0 {
			got = strings.TrimSpace("? " + strings.Join(r.Unread[0].Choices, ", "))
		}
		if got != want {
			t.Errorf("%s is %q, want %q", line, got, want)
		}
		_, err = k.s.AddByName(ctx, k.by, line, parse.DayFirst)
		if refused := err != nil; refused != strings.HasPrefix(want, "?") {
			t.Errorf("adding %s: %v", line, err)
		}
		// What is offered can be written.
		if len(r.Unread) > 0 {
			for _, choice := range r.Unread[0].Choices {
				if chosen, _, err := k.read(choice + " " + r.Name); err != nil || len(chosen.Unread) > 0 {
					t.Errorf("%s %s: %+v, %v", choice, r.Name, chosen.Unread, err)
				}
			}
		}
	}
}

// "2 x 1 l" tells how much is in one, once.
func TestAPackIsLearned(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	for _, tt := range []struct{ first, line, want string }{
		{"2 x 1 l milk", "3 milk", "3 pack of 1 l"}, {"6x330ml beer", "2 beer", "2 pack of 330 ml"}, {"2 × 500 g flour", "1 flour", "1 pack of 500 g"}, {"oats 3 x 0,5 kg", "2 oats", "2 pack of 500 g"},
		{"4 x 2 yoghurt", "3 yoghurt", "3 piece"}, {"2 x 1 pack rice", "3 rice", "3 pack"},
	} {
		k.must(k.s.AddByName(ctx, k.by, tt.first, parse.DayFirst))
		r, _, err := k.read(tt.line)
		if err != nil {
			t.Fatal(err)
		}
		got := parse.Measured{Amount: parse.Amount(r.Amount), Unit: parse.Unit(r.Unit)}.String()
		if r.Pack.Amount > 0 {
			got += " of " + r.Pack.String()
		}
		if got != tt.want || len(r.Unread) > 0 {
			t.Errorf("after %q, %q is %q %v, want %q", tt.first, tt.line, got, r.Unread, tt.want)
		}
	}
	// What somebody entered stays.
	k.must(k.s.AddByName(ctx, k.by, "6 x 200 ml milk", parse.DayFirst))
	if r, _, err := k.read("3 milk"); err != nil || r.Pack.String() != "1 l" {
		t.Errorf("a pack of milk is %s, %v", r.Pack, err)
	}
}

// read reads a line, and the id of its product.
func (k *kitchen) read(line string) (pantry.Reading, string, error) {
	r, err := k.s.Read(k.t.Context(), k.by.HouseholdID, line, parse.DayFirst)
	id := ""
	if i := slices.IndexFunc(r.Products, func(db.Product) bool { return r.Known }); i >= 0 {
		id = r.Products[i].ID
	}
	return r, id, err
}
