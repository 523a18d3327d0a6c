package pantry_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
)

func TestHistory(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	milk, rice := k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l"}), k.product(db.Product{Name: "Rice"})
	added := k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: milk, Amount: 2000}))
	k.must(k.s.Add(ctx, k.mara, pantry.Addition{ProductID: rice, Amount: 3000}))
	k.must(k.s.Waste(ctx, k.mara, pantry.Taking{ProductID: rice, Amount: 1000, Reason: "spoiled"}))
	undone := k.must(k.s.Undo(ctx, k.mara, pantry.Undoing{TransactionID: added.Transaction.ID}))
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: undone.Transaction.ID}))
	want := []string{"undo of add by Sam: Milk 2000 ml", "undo of add by Mara: Milk -2000 ml undone", "waste by Mara: Rice -1 piece spoiled", "add by Mara: Rice 3 piece", "add by Sam: Milk 2000 ml"}
	var got []string
	before := ""
	for {
		page, err := k.s.History(ctx, k.by.HouseholdID, before, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			text := string(e.Verb)
			if e.Reverted != "" {
				text += " of " + string(e.Reverted)
			}
			text += " by " + e.UserName + ":"
			for _, m := range e.Movements {
				text += " " + m.ProductName + " " + parse.Amount(m.Delta).String() + " " + m.Base
				if m.Reason != "" {
					text += " " + m.Reason
				}
			}
			if e.UndoneBy != "" {
				text += " undone"
			}
			got = append(got, text)
		}
		if len(page) < 2 {
			break
		}
		before = page[1].ID
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	got = nil
	for id, position := "", int64(0); ; {
		page, err := k.s.HistoryOf(ctx, k.by.HouseholdID, milk, id, position, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		m := page[0]
		id, position = m.TransactionID, m.Position
		got = append(got, fmt.Sprint(m.Verb, " ", parse.Amount(m.Delta), " ", m.UserName))
	}
	if diff := cmp.Diff([]string{"undo 2000 Sam", "undo -2000 Mara", "add 2000 Sam"}, got); diff != "" {
		t.Errorf("history of milk (-want +got):\n%s", diff)
	}
	if list, err := k.s.History(ctx, k.other.HouseholdID, "", 10); err != nil || len(list) != 0 {
		t.Errorf("next door: %v, %v", list, err)
	}
	_, err := k.s.HistoryOf(ctx, k.other.HouseholdID, milk, "", 0, 10)
	k.refused(err, fault.NotFound, "")
	k.write(func(tx *db.Tx) error { return tx.DeleteUser(ctx, k.mara.UserID) })
	if list, err := k.s.History(ctx, k.by.HouseholdID, "", 10); err != nil || list[1].UserName != "Mara" || list[1].UserID != "" {
		t.Errorf("after Mara is gone: %+v, %v", list, err)
	}
}

// One thing somebody does can be many movements, of which a list of what was done tells the first.
func TestHistoryOfMany(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Milk"})
	for i := range 60 {
		k.add(id, 1, fmt.Sprintf("2027-01-%02d", 1+i%28))
	}
	k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 60_000}))
	list, err := k.s.History(t.Context(), k.by.HouseholdID, "", 1)
	if err != nil || list[0].Count != 60 || len(list[0].Movements) != 50 {
		t.Errorf("%d of %d movements, %v", len(list[0].Movements), list[0].Count, err)
	}
}

func TestWasted(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	id := k.product(db.Product{Name: "Milk"})
	price := int64(1000)
	add := func(price *int64) string {
		t.Helper()
		return k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: id, Amount: 3000, Price: price})).Lots[0].ID
	}
	waste := func(lot string, amount int64, reason string) pantry.Change {
		t.Helper()
		return k.must(k.s.Waste(ctx, k.by, pantry.Taking{LotID: lot, Amount: amount, Reason: reason}))
	}
	at := func(text string) {
		t.Helper()
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		k.clock.Store(when.UnixMilli())
	}
	paid, given := add(&price), add(nil)
	at("2026-09-30T21:59:00Z") // a minute before October in Berlin
	waste(paid, 1000, "expired")
	at("2026-09-30T22:00:00Z")
	waste(given, 1000, "expired")
	at("2026-11-01T10:00:00Z")
	waste(paid, 1000, "expired")
	waste(given, 500, "spoiled")
	back := waste(given, 500, "other")
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: back.Transaction.ID}))
	at("2026-12-31T23:30:00Z") // January in Berlin
	waste(given, 500, "disliked")
	share := func(n int64) *int64 { return &n }
	want := []pantry.WasteMonth{
		{Month: "2027-01", Count: 1, ByReason: map[string]int64{"disliked": 1}},
		{Month: "2026-12", ByReason: map[string]int64{}},
		{Month: "2026-11", Count: 2, ByReason: map[string]int64{"expired": 1, "spoiled": 1}, Value: share(334)},
		{Month: "2026-10", Count: 1, ByReason: map[string]int64{"expired": 1}},
	}
	got, err := k.s.Wasted(ctx, k.by.HouseholdID, 4)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := k.s.Wasted(ctx, k.by.HouseholdID, 5); err != nil || got[4].Count != 1 || *got[4].Value != 333 {
		t.Errorf("September: %+v, %v", got[4], err)
	}
	for _, months := range []int{0, -1, 61} {
		_, err = k.s.Wasted(ctx, k.by.HouseholdID, months)
		k.refused(err, fault.ValidationFailed, fault.Invalid)
	}
	_, err = k.s.Wasted(ctx, "nowhere", 3)
	k.refused(err, fault.NotFound, "")
	most := int64(1_000_000_000_000)
	sand := k.product(db.Product{Name: "Sand"})
	lot := k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: sand, Amount: most, Price: &most})).Lots[0].ID
	waste(lot, most, "other")
	if got, err := k.s.Wasted(ctx, k.by.HouseholdID, 1); err != nil || *got[0].Value != most {
		t.Errorf("a lot of sand: %+v, %v", got, err)
	}
}
