package pantry_test

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

func TestUndo(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Milk"})
	added := k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: id, Amount: 3000}))
	undo := func(c pantry.Change, position int64) (pantry.Change, error) {
		return k.s.Undo(t.Context(), k.mara, pantry.Undoing{TransactionID: c.Transaction.ID, Position: position})
	}
	first := k.must(undo(added, 0))
	k.wantStock(id)
	if first.Transaction.UserName != "Mara" || first.Transaction.Undoes != added.Transaction.ID {
		t.Errorf("transaction %+v", first.Transaction)
	}
	_, err := undo(added, 0)
	k.refused(err, fault.Conflict, pantry.AlreadyUndone)
	again := k.must(undo(first, 0))
	k.wantStock(id, "3  shelf")
	_, err = undo(first, 0)
	k.refused(err, fault.Conflict, pantry.AlreadyUndone)
	third := k.must(undo(again, 0)) // the first undo is in effect again
	k.wantStock(id)
	_, err = undo(again, 0)
	k.refused(err, fault.Conflict, pantry.AlreadyUndone)
	_, err = undo(added, 0)
	k.refused(err, fault.Conflict, pantry.AlreadyUndone)
	k.must(undo(third, 0))
	k.wantStock(id, "3  shelf")
	direct := k.must(undo(added, 0))
	k.wantStock(id)
	_, err = undo(again, 0) // what it brought back was taken away in another way
	k.refused(err, fault.Conflict, pantry.AlreadyUndone)
	k.must(undo(direct, 0))
	k.wantStock(id, "3  shelf")
	k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 500}))
	_, err = undo(added, 0)
	k.refused(err, fault.Conflict, pantry.UsedSince)
	if want := "Milk: 0.5 piece of it was used or moved since."; err == nil || !cmp.Equal(err.Error(), "conflict: "+want) {
		t.Errorf("error %v, want %s", err, want)
	}
	_, err = undo(pantry.Change{Transaction: db.StockTransaction{ID: "none"}}, 0)
	k.refused(err, fault.NotFound, "")
	_, err = undo(added, 2)
	k.refused(err, fault.NotFound, "")
}

// Moving and its undo change nothing of the whole, which may be the most that is kept.
func TestUndoAtTheLimit(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Sand"})
	price := int64(199)
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: id, Amount: 1_000_000_000_000, Price: &price}))
	moved := k.must(k.s.Move(t.Context(), k.by, pantry.Moving{ProductID: id, Amount: 400_000_000_000, LocationID: k.fridge}))
	if bought, there := moved.Lots[0], moved.Lots[1]; *bought.Price != 119 || *there.Price != 80 {
		t.Errorf("prices %d and %d, want 119 and 80: what was paid counts once", *bought.Price, *there.Price)
	}
	back := k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: moved.Transaction.ID}))
	k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: back.Transaction.ID}))
	k.wantStock(id, "600000000  shelf", "400000000  fridge")
}

func TestUndoOfOneMovement(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Milk"})
	k.add(id, 2, "2026-11-30")
	k.add(id, 3, "2026-12-24")
	used := k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 5000}))
	second := k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: used.Transaction.ID, Position: 2}))
	k.wantStock(id, "3 2026-12-24 shelf")
	_, err := k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: used.Transaction.ID, Position: 2})
	k.refused(err, fault.Conflict, pantry.AlreadyUndone)
	undone := func(want bool) {
		t.Helper()
		now, err := k.db.StockTransactionByID(t.Context(), k.by.HouseholdID, used.Transaction.ID)
		if err != nil || (now.UndoneBy != "") != want {
			t.Errorf("transaction %+v, %v; want undone: %v", now, err, want)
		}
	}
	undone(false)
	rest := k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: used.Transaction.ID}))
	k.wantStock(id, "2 2026-11-30 shelf", "3 2026-12-24 shelf")
	undone(true)
	redone := k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: second.Transaction.ID, Position: 2}))
	k.wantStock(id, "2 2026-11-30 shelf")
	undone(false)
	k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: rest.Transaction.ID}))
	k.wantStock(id)
	k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: redone.Transaction.ID})) // only what it brought back
	k.wantStock(id, "3 2026-12-24 shelf")
}

func TestRequestSentAgain(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Milk"})
	by := k.by
	by.Key = "once"
	in := pantry.Addition{ProductID: id, Amount: 1000}
	first := k.must(k.s.Add(t.Context(), by, in))
	second := k.must(k.s.Add(t.Context(), by, in))
	if !second.Repeated || first.Repeated {
		t.Errorf("repeated: %v and %v", first.Repeated, second.Repeated)
	}
	second.Repeated = false
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the second answer (-first +second):\n%s", diff)
	}
	k.wantStock(id, "1  shelf")
	in.Amount = 2000
	_, err := k.s.Add(t.Context(), by, in)
	k.refused(err, fault.Conflict, pantry.KeyReused)
	_, err = k.s.Use(t.Context(), by, pantry.Taking{ProductID: id, Amount: 1000})
	k.refused(err, fault.Conflict, pantry.KeyReused)
	mara := k.mara
	mara.Key = "once"
	k.must(k.s.Add(t.Context(), mara, in)) // somebody else's key
	k.wantStock(id, "1  shelf", "2  shelf")
	_, err = k.s.Use(t.Context(), pantry.By{HouseholdID: by.HouseholdID, UserID: by.UserID, Key: "refused"}, pantry.Taking{ProductID: id, Amount: 9000})
	k.refused(err, fault.Conflict, pantry.NotEnough)
	k.must(k.s.Use(t.Context(), pantry.By{HouseholdID: by.HouseholdID, UserID: by.UserID, Key: "refused"}, pantry.Taking{ProductID: id, Amount: 1000})) // a refusal keeps no key
	k.clock.Add((48*time.Hour + time.Second).Milliseconds())
	k.must(k.s.Add(t.Context(), by, in)) // two days later the key is forgotten
	k.clock.Add((48*time.Hour + time.Second).Milliseconds())
	if err := k.s.ForgetKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := k.db.StockTransactions(t.Context(), by.HouseholdID, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range list {
		if tr.Key != "" {
			t.Errorf("the key %q is kept", tr.Key)
		}
	}
}

func TestRequestSentManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Milk"})
	by := k.by
	by.Key = "once"
	var wg sync.WaitGroup
	answers := make(chan string, 20)
	for range 20 {
		wg.Go(func() {
			c, err := k.s.Add(t.Context(), by, pantry.Addition{ProductID: id, Amount: 1000})
			if err != nil {
				t.Error(err)
			}
			answers <- c.Transaction.ID
		})
	}
	wg.Wait()
	close(answers)
	first := <-answers
	for again := range answers {
		if again != first {
			t.Errorf("transactions %s and %s", first, again)
		}
	}
	k.wantStock(id, "1  shelf")
	k.agrees()
}

// What is another household's does not exist.
func TestOtherHouseholdsAreNotThere(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Milk"})
	lot := k.add(id, 3, "2026-11-30")
	used := k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 1000}))
	for name, do := range map[string]func() error{
		"add": func() error {
			_, err := k.s.Add(t.Context(), k.other, pantry.Addition{ProductID: id, Amount: 1})
			return err
		},
		"use": func() error {
			_, err := k.s.Use(t.Context(), k.other, pantry.Taking{ProductID: id, Amount: 1})
			return err
		},
		"use a lot": func() error {
			_, err := k.s.Use(t.Context(), k.other, pantry.Taking{LotID: lot, Amount: 1})
			return err
		},
		"waste a lot": func() error {
			_, err := k.s.Waste(t.Context(), k.other, pantry.Taking{LotID: lot, Amount: 1})
			return err
		},
		"open a lot": func() error {
			_, err := k.s.Open(t.Context(), k.other, pantry.Taking{LotID: lot, Amount: 1})
			return err
		},
		"move a lot": func() error {
			_, err := k.s.Move(t.Context(), k.other, pantry.Moving{LotID: lot, Amount: 1})
			return err
		},
		"move there": func() error {
			_, err := k.s.Move(t.Context(), k.other, pantry.Moving{LotID: lot, Amount: 1, LocationID: k.fridge})
			return err
		},
		"count":       func() error { _, err := k.s.Count(t.Context(), k.other, pantry.Counting{ProductID: id}); return err },
		"count a lot": func() error { _, err := k.s.Count(t.Context(), k.other, pantry.Counting{LotID: lot}); return err },
		"merge": func() error {
			_, err := k.s.Merge(t.Context(), k.other, pantry.Merging{ProductID: id, IntoID: id})
			return err
		},
		"undo": func() error {
			_, err := k.s.Undo(t.Context(), k.other, pantry.Undoing{TransactionID: used.Transaction.ID})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { k.refused(do(), fault.NotFound, "") })
	}
	k.wantStock(id, "2 2026-11-30 shelf")
}

func TestMerge(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	milk := k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l"})
	mlik := k.product(db.Product{Name: "Mlik", Base: "ml", Unit: "ml"})
	empty := k.product(db.Product{Name: "Leche"})
	boxes := k.product(db.Product{Name: "Milk boxes", Base: "box", Unit: "box"})
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: milk, Amount: 1000, ExpiresOn: "2026-12-24"}))
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: mlik, Amount: 500_000, ExpiresOn: "2026-11-30"}))
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: boxes, Amount: 2000}))
	merge := func(from, into string) (pantry.Change, error) {
		return k.s.Merge(t.Context(), k.by, pantry.Merging{ProductID: from, IntoID: into})
	}
	_, err := merge(boxes, milk)
	k.refused(err, fault.Conflict, pantry.UnitsDiffer)
	_, err = merge(milk, milk)
	k.refused(err, fault.ValidationFailed, fault.Invalid)
	first := k.must(merge(mlik, milk))
	k.wantStock(milk, "500 2026-11-30 shelf", "1000 2026-12-24 shelf")
	k.wantStock(mlik)
	_, err = merge(mlik, milk) // it is the same by now
	k.refused(err, fault.ValidationFailed, fault.Invalid)
	k.must(merge(empty, mlik))
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: empty, Amount: 1000, Unit: "l", Precision: dated.Undated})) // becomes milk
	k.wantStock(milk, "500 2026-11-30 shelf", "1000 2026-12-24 shelf", "1000  shelf")
	k.write(func(tx *db.Tx) error { return tx.SetProductUnit(t.Context(), k.by.HouseholdID, milk, "box", 1000) })
	second := k.must(merge(boxes, milk))
	k.wantStock(milk, "500 2026-11-30 shelf", "1000 2026-12-24 shelf", "1000  shelf", "2000  shelf")
	back := k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: second.Transaction.ID}))
	k.wantStock(boxes, "2  shelf")
	k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: back.Transaction.ID}))
	k.wantStock(boxes)
	k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: first.Transaction.ID}))
	k.wantStock(mlik, "500 2026-11-30 shelf")
}

// What is undone and done again gets longer each time, and everybody who looks at it walks along it.
func TestUndoEnds(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: k.product(db.Product{Name: "Rice"}), Amount: 1000})).Transaction.ID
	for range 200 {
		id = k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: id})).Transaction.ID
	}
	_, err := k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: id})
	k.refused(err, fault.Conflict, pantry.AlreadyUndone)
	if err := k.s.Import(t.Context(), k.other, bytes.NewReader(k.exported(k.by.HouseholdID))); err != nil {
		t.Errorf("and is not imported: %v", err)
	}
}
