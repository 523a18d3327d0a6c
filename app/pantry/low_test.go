package pantry_test

import (
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/db"
)

// What runs low comes on the list in whole packs and once, and a line that asks for less grows.
func TestLowInWholePacks(t *testing.T) {
	t.Parallel()
	kilos := db.Product{Name: "Flour", Base: "g", Unit: "g", Minimum: days(1_000_000)}
	for _, tt := range []struct {
		name    string
		product db.Product
		pack    int64 // of the base; 0: none is known
		there   int64
		lines   []pantry.ShoppingFields // of the product where ProductID is "it"
		tray    []pantry.ShoppingFields
		want    []string
		count   int
	}{
		{"without a pack, as much as is missing", kilos, 0, 300_000, nil, nil, []string{"700 g Flour"}, 1},
		{"in packs of 500 g", kilos, 500, 300_000, nil, nil, []string{"2 pack Flour"}, 1},
		{"in packs that come out even", kilos, 500, 500_000, nil, nil, []string{"1 pack Flour"}, 1},
		{"a pack where nothing is left of what is always there", db.Product{Name: "Flour", Base: "g", Unit: "g", Staple: true}, 500, 0, nil, nil, []string{"1 pack Flour"}, 1},
		{"enough", kilos, 500, 1_000_000, nil, nil, nil, 0},
		{"a smaller line grows", kilos, 500, 0, []pantry.ShoppingFields{{ProductID: "it", Amount: days(1000), Unit: "pack"}}, nil, []string{"2 pack Flour"}, 1},
		{"a smaller line in another unit grows", kilos, 500, 0, []pantry.ShoppingFields{{ProductID: "it", Amount: days(300_000), Unit: "g"}}, nil, []string{"2 pack Flour"}, 1},
		{"a larger line stays", kilos, 500, 0, []pantry.ShoppingFields{{ProductID: "it", Amount: days(5000), Unit: "pack"}}, nil, []string{"5 pack Flour"}, 0},
		{"a line without an amount stays", kilos, 500, 0, []pantry.ShoppingFields{{ProductID: "it"}}, nil, []string{"Flour"}, 0},
		{"what is bought counts", kilos, 500, 0, nil, []pantry.ShoppingFields{{ProductID: "it", Amount: days(1000), Unit: "pack"}}, []string{"1 pack Flour"}, 1},
		{"enough is bought", kilos, 500, 0, nil, []pantry.ShoppingFields{{ProductID: "it", Amount: days(2000), Unit: "pack"}}, nil, 0},
		{"bought without an amount is enough", kilos, 500, 0, nil, []pantry.ShoppingFields{{ProductID: "it"}}, nil, 0},
		{"pieces are bought as pieces", db.Product{Name: "Beans", Minimum: days(6000)}, 24, 4000, nil, nil, []string{"2 piece Beans"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := newKitchen(t)
			ctx := t.Context()
			id := k.product(tt.product)
			if tt.pack > 0 {
				k.write(func(tx *db.Tx) error { return tx.SetProductUnit(ctx, k.by.HouseholdID, id, "pack", tt.pack) })
			}
			if tt.there > 0 {
				k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: id, Amount: tt.there}))
			}
			for _, f := range tt.tray {
				f.ProductID = id
				k.bought(f)
			}
			for _, f := range tt.lines {
				f.ProductID = id
				k.buy(f)
			}
			count, err := k.s.AddLow(ctx, k.by)
			if err != nil || count != tt.count {
				t.Errorf("%d changed, %v, want %d", count, err, tt.count)
			}
			k.wantList(tt.want...)
			if again, err := k.s.AddLow(ctx, k.by); err != nil || again != 0 {
				t.Errorf("the second time %d changed, %v", again, err)
			}
			h, err := k.s.Home(ctx, k.by.HouseholdID, 10)
			if err != nil || len(h.Listed) != len(h.Low) {
				t.Errorf("%d run low, %d are listed, %v", len(h.Low), len(h.Listed), err)
			}
		})
	}
}

// A line that somebody wrote before there was the product is the product's.
func TestLowAndAFreeText(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	k.buy(pantry.ShoppingFields{Text: "Butter", Note: "the salted one"})
	k.buy(pantry.ShoppingFields{Text: "Buttermilk"})
	k.buy(pantry.ShoppingFields{Text: "Cream", Unit: "crate", Amount: days(1000)})
	k.product(db.Product{Name: "Butter", Minimum: days(3000)})
	k.product(db.Product{Name: "Cream", Minimum: days(2000)})
	if count, err := k.s.AddLow(ctx, k.by); err != nil || count != 2 {
		t.Errorf("%d changed, %v", count, err)
	}
	k.wantList("3 piece Butter", "Buttermilk", "1 crate Cream", "2 piece Cream")
	soap := k.product(db.Product{Name: "Soap"})
	k.buy(pantry.ShoppingFields{Text: "Candles"})
	candles := k.product(db.Product{Name: "Candles"})
	k.buy(pantry.ShoppingFields{ProductID: candles, Amount: days(2000)})
	k.buy(pantry.ShoppingFields{ProductID: soap})
	k.wantList("3 piece Butter", "Buttermilk", "1 crate Cream", "2 piece Cream", "2  Candles", "Soap")
}

// The household says whether what is opened, and what has expired, counts.
func TestWhatCountsTowardsAMinimum(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	milk := k.product(db.Product{Name: "Milk", Minimum: days(3000)})
	salt := k.product(db.Product{Name: "Salt", Staple: true})
	k.add(milk, 1, "2026-11-22") // yesterday
	k.add(milk, 1, "2026-11-23")
	k.add(milk, 1, "2026-12-24")
	k.add(salt, 1, "")
	k.must(k.s.Open(ctx, k.by, pantry.Taking{ProductID: milk, Amount: 1000}))
	k.must(k.s.Open(ctx, k.by, pantry.Taking{ProductID: salt, Amount: 1000}))
	for _, tt := range []struct {
		opened, expired bool // do not count
		low             []string
		missing         string
	}{
		{false, false, nil, ""},
		{true, false, []string{"Milk", "Salt"}, "1 piece"},
		{false, true, []string{"Milk"}, "1 piece"},
		{true, true, []string{"Milk", "Salt"}, "1 piece"},
	} {
		k.write(func(tx *db.Tx) error {
			h, err := tx.HouseholdByID(ctx, k.by.HouseholdID)
			if err != nil {
				return err
			}
			h.IgnoreOpened, h.IgnoreExpired = tt.opened, tt.expired
			return tx.ChangeHousehold(ctx, h)
		})
		h, err := k.s.Home(ctx, k.by.HouseholdID, 10)
		if err != nil {
			t.Fatal(err)
		}
		names := []string{}
		for _, p := range h.Low {
			names = append(names, p.Name)
		}
		if len(names) != len(tt.low) || h.LowCount != int64(len(tt.low)) {
			t.Errorf("opened %v, expired %v left out: %v run low, want %v", tt.opened, tt.expired, names, tt.low)
		}
		if m := h.Missing[milk]; tt.missing != "" && m.String() != tt.missing {
			t.Errorf("opened %v, expired %v left out: %v is missing, want %s", tt.opened, tt.expired, m, tt.missing)
		}
		list, err := k.s.Products(ctx, db.ProductFilter{HouseholdID: k.by.HouseholdID, Most: 10})
		if err != nil {
			t.Fatal(err)
		}
		expired, err := k.s.Say(ctx, k.by.HouseholdID, list)
		if err != nil || !expired[milk] || expired[salt] {
			t.Fatal(expired, err)
		}
		low := 0
		for _, p := range list {
			if p.Low {
				low++
			}
		}
		if low != len(tt.low) {
			t.Errorf("opened %v, expired %v left out: %d are said to run low, want %d", tt.opened, tt.expired, low, len(tt.low))
		}
	}
	if n, err := k.s.AddLow(ctx, k.by); err != nil || n != 2 {
		t.Errorf("%d added, %v", n, err)
	}
	k.wantList("1 piece Milk", "1 piece Salt")
	k.clock.Add(48 * 3600_000) // the second one has expired as well
	h, err := k.s.Home(ctx, k.by.HouseholdID, 10)
	if err != nil || parse.Measured.String(h.Missing[milk]) != "2 piece" {
		t.Errorf("two days later %v is missing, %v", h.Missing[milk], err)
	}
}
