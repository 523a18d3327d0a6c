package pantry_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
)

func TestDeleteProduct(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	id := k.product(db.Product{Name: "Milk"})
	k.write(func(tx *db.Tx) error { return tx.SetProductUnit(ctx, k.by.HouseholdID, id, "pack", 6) })
	if err := k.s.AddBarcode(ctx, k.by, id, "96385074", ""); err != nil {
		t.Fatal(err)
	}
	if err := k.allergens(k.by, id, []string{"Milk"}); err != nil {
		t.Fatal(err)
	}
	k.buy(pantry.ShoppingFields{ProductID: id})
	_, err := k.s.DeleteProduct(ctx, k.other, id)
	k.refused(err, fault.NotFound, "")
	if archived, err := k.s.DeleteProduct(ctx, k.by, id); err != nil || archived {
		t.Errorf("archived: %v, %v", archived, err)
	}
	_, err = k.s.Product(ctx, k.by.HouseholdID, id)
	k.refused(err, fault.NotFound, "")
	_, err = k.s.ProductByBarcode(ctx, k.by.HouseholdID, "96385074")
	k.refused(err, fault.NotFound, "")
	if list, err := k.s.Search(ctx, k.by.HouseholdID, "milk", 5); err != nil || len(list) != 0 {
		t.Errorf("found %v, %v", list, err)
	}
	k.wantList("Milk")
	_, err = k.s.DeleteProduct(ctx, k.by, id)
	k.refused(err, fault.NotFound, "")
	into := k.product(db.Product{Name: "Cheese"})
	k.must(k.s.Merge(ctx, k.by, pantry.Merging{ProductID: k.product(db.Product{Name: "Chese"}), IntoID: into}))
	if archived, err := k.s.DeleteProduct(ctx, k.by, into); err != nil || !archived {
		t.Errorf("what another one became: %v, %v", archived, err)
	}
	if list, err := k.s.Search(ctx, k.by.HouseholdID, "chese", 5); err != nil || len(list) != 0 {
		t.Errorf("found by the name of what became it: %v, %v", list, err)
	}
}

// What there once was of a product is kept, and the product comes back with new stock.
func TestArchive(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	dairy, err := k.s.CreateCategory(ctx, k.by, pantry.CategoryFields{Name: "Dairy"})
	if err != nil {
		t.Fatal(err)
	}
	id := k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l", Staple: true, CategoryID: dairy.ID})
	if err := k.s.AddBarcode(ctx, k.by, id, "96385074", ""); err != nil {
		t.Fatal(err)
	}
	k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: id, Amount: 1000}))
	_, err = k.s.DeleteProduct(ctx, k.by, id)
	k.refused(err, fault.Conflict, pantry.StillInUse)
	used := k.must(k.s.Use(ctx, k.by, pantry.Taking{ProductID: id, Amount: 1000}))
	visible := func() []bool {
		t.Helper()
		var got []bool
		for _, f := range []db.ProductFilter{{}, {Low: true}, {CategoryID: dairy.ID}} {
			f.HouseholdID, f.Most = k.by.HouseholdID, 10
			list, err := k.db.Products(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, len(list) > 0)
		}
		list, err := k.s.Search(ctx, k.by.HouseholdID, "milk", 10)
		if err != nil {
			t.Fatal(err)
		}
		return append(got, len(list) > 0)
	}
	archive := func() {
		t.Helper()
		for range 2 {
			if archived, err := k.s.DeleteProduct(ctx, k.by, id); err != nil || !archived {
				t.Fatalf("archived: %v, %v", archived, err)
			}
		}
		if _, err := k.s.ChangeCategory(ctx, k.by, dairy.ID, func(f *pantry.CategoryFields) { f.Icon += "x" }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]bool{false, false, false, false}, visible()); diff != "" {
			t.Errorf("archived, and shown in lists, what is low, a category, the search:\n%s", diff)
		}
		if home, err := k.s.Home(ctx, k.by.HouseholdID, 10); err != nil || home.LowCount != 0 {
			t.Errorf("%d run low, %v", home.LowCount, err)
		}
	}
	for _, tt := range []struct {
		name string
		back func() error
		low  bool
	}{
		{"an undo", func() error {
			_, err := k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: used.Transaction.ID})
			return err
		}, false},
		{"its name", func() error { _, err := k.s.AddByName(ctx, k.by, "2 l milks", parse.DayFirst); return err }, false},
		{"its name and a place", func() error {
			_, err := k.s.Add(ctx, k.by, pantry.Addition{Name: "MILK", Amount: 1000})
			return err
		}, false},
		{"the tray", func() error {
			_, err := k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: k.bought(pantry.ShoppingFields{Text: "Milk", Unit: "l"})}})
			return err
		}, false},
		{"a count", func() error {
			_, err := k.s.Count(ctx, k.by, pantry.Counting{ProductID: id, Amount: 1000})
			return err
		}, false},
		{"somebody who wants it back", func() error { _, err := k.s.RestoreProduct(ctx, k.by, id); return err }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			archive()
			if p, err := k.s.ProductByBarcode(ctx, k.by.HouseholdID, "96385074"); err != nil || p.ID != id {
				t.Errorf("its barcode: %+v, %v", p, err)
			}
			if err := tt.back(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]bool{true, tt.low, true, true}, visible()); diff != "" {
				t.Errorf("shown in lists, what is low, a category, the search:\n%s", diff)
			}
			p, err := k.s.Product(ctx, k.by.HouseholdID, id)
			if err != nil || p.ArchivedAt != 0 {
				t.Fatalf("product %+v, %v", p, err)
			}
			if p.Total > 0 {
				k.must(k.s.Use(ctx, k.by, pantry.Taking{ProductID: id, Amount: p.Total, Unit: "ml"}))
			}
		})
	}
	_, err = k.s.RestoreProduct(ctx, k.other, id)
	k.refused(err, fault.NotFound, "")
}

// The name that a product had before it became another one leads there.
func TestAddByTheNameOfAMergedProduct(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	milk, mlik := k.product(db.Product{Name: "Milk"}), k.product(db.Product{Name: "Mlik"})
	k.must(k.s.Merge(t.Context(), k.by, pantry.Merging{ProductID: mlik, IntoID: milk}))
	k.must(k.s.AddByName(t.Context(), k.by, "2 mlik", parse.DayFirst))
	k.wantStock(milk, "2  shelf")
}
