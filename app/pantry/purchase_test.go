package pantry_test

import (
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

// What nobody read from a package keeps as long as it usually does from the day it was bought.
func TestAGuessCountsFromThePurchase(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	rice := k.product(db.Product{Name: "Rice", ShelfLife: days(20)})
	bread := k.product(db.Product{Name: "Bread"})
	fish := k.product(db.Product{Name: "Fish", FrozenShelfLife: days(20)})
	k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: bread, Amount: 1000, BoughtOn: "2026-11-20", ExpiresOn: "2026-11-25", Precision: dated.ByDay}))
	for _, tt := range []struct {
		name, product, bought, place, want string
	}{
		{"by the shelf life, today", rice, "", k.shelf, "2026-12-13"},
		{"by the shelf life, last week", rice, "2026-11-16", k.shelf, "2026-12-06"},
		{"long expired when it is entered", rice, "2026-10-01", k.shelf, "2026-10-21"},
		{"by what was bought before", bread, "2026-11-22", k.shelf, "2026-11-27"},
		{"in a freezer", fish, "2026-11-22", k.freezer, "2026-12-12"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: tt.product, Amount: 1000, BoughtOn: tt.bought, LocationID: &tt.place}))
			lot := c.Lots[0]
			if lot.ExpiresOn != tt.want || !lot.Guessed {
				t.Errorf("good until %s (guessed %v), want %s", lot.ExpiresOn, lot.Guessed, tt.want)
			}
		})
	}
	// The same in a sheet.
	c := k.must(k.importCSV(k.by, []byte("name,amount,bought_on\nRice,7,2026-11-10\n")))
	if lot := c.Lots[0]; lot.ExpiresOn != "2026-11-30" || !lot.Guessed {
		t.Errorf("in a sheet: good until %s (guessed %v)", lot.ExpiresOn, lot.Guessed)
	}

	// Who corrects the day of the purchase moves a guess, and nothing else.
	c = k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: rice, Amount: 3000}))
	id := c.Lots[0].ID
	change := func(change func(*pantry.LotFields)) db.Lot {
		t.Helper()
		l, err := k.s.ChangeLot(ctx, k.by, id, change)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	if l := change(func(f *pantry.LotFields) { f.BoughtOn = "2026-11-13" }); l.ExpiresOn != "2026-12-03" || !l.Guessed {
		t.Errorf("bought ten days earlier: good until %s (guessed %v)", l.ExpiresOn, l.Guessed)
	}
	change(func(f *pantry.LotFields) { f.ExpiresOn, f.Precision = "2027-01-31", dated.ByDay })
	if l := change(func(f *pantry.LotFields) { f.BoughtOn = "2026-11-01" }); l.ExpiresOn != "2027-01-31" || l.Guessed {
		t.Errorf("a date that was read moves with the purchase: %s", l.ExpiresOn)
	}
}

// Nothing was bought on a day that is still to come, by whichever way it comes in.
func TestBoughtInTheFuture(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	rice := k.product(db.Product{Name: "Rice"})
	_, err := k.s.Add(ctx, k.by, pantry.Addition{ProductID: rice, Amount: 1000, BoughtOn: "2026-11-24"})
	k.refused(err, fault.ValidationFailed, parse.DateFuture)
	c := k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: rice, Amount: 1000, BoughtOn: "2026-11-23"}))
	_, err = k.s.ChangeLot(ctx, k.by, c.Lots[0].ID, func(f *pantry.LotFields) { f.BoughtOn = "2027-11-23" })
	k.refused(err, fault.ValidationFailed, parse.DateFuture)
	_, err = k.importCSV(k.by, []byte("name,amount,bought_on\nRice,1,2026-11-24\n"))
	k.refused(err, fault.ValidationFailed, parse.DateFuture)
}
