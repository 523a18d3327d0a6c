package pantry_test

import (
	"testing"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

// What goes into a freezer gets the date that is told, else what is remembered; where nothing is, what is to be used by a day
// is asked about, and anything else has no date any more. Today is 2026-11-23.
func TestFreezing(t *testing.T) {
	t.Parallel()
	const fresh = "2026-12-02"
	for _, tt := range []struct {
		name     string
		product  db.Product
		kind     dated.Kind
		category int64 // of days that another product of the category keeps
		in       pantry.Moving
		want     string // of the lot in the freezer; or a code
		learned  int64
	}{
		{name: "use by, nothing known", kind: dated.UseBy, want: "!" + pantry.FreezeDateNeeded},
		{name: "use by, told", kind: dated.UseBy, in: pantry.Moving{ExpiresOn: "2027-02-21", Precision: dated.ByDay}, want: "1 2027-02-21 freezer", learned: 90},
		{name: "use by, told without a date", kind: dated.UseBy, in: pantry.Moving{Precision: dated.Undated}, want: "1  freezer"},
		{name: "use by, kept", kind: dated.UseBy, in: pantry.Moving{KeepDate: true}, want: "1 2026-12-02 freezer"},
		{name: "use by, known", kind: dated.UseBy, product: db.Product{FrozenShelfLife: days(30)}, want: "1 2026-12-23 freezer guessed", learned: 30},
		{name: "use by, known of the category", kind: dated.UseBy, category: 60, want: "1 2027-01-22 freezer guessed"},
		{name: "the product's comes before the category's", kind: dated.UseBy, category: 60, product: db.Product{FrozenShelfLife: days(30)}, want: "1 2026-12-23 freezer guessed", learned: 30},
		{name: "told although it is known", kind: dated.UseBy, product: db.Product{FrozenShelfLife: days(30)}, in: pantry.Moving{ExpiresOn: "2027-02-21", Precision: dated.ByDay}, want: "1 2027-02-21 freezer", learned: 30},
		{name: "best before, nothing known", kind: dated.BestBefore, want: "1  freezer"},
		{name: "best before, kept", kind: dated.BestBefore, in: pantry.Moving{KeepDate: true}, want: "1 2026-12-02 freezer"},
		{name: "best before, told by its month", kind: dated.BestBefore, in: pantry.Moving{ExpiresOn: "2027-02-01", Precision: dated.ByMonth}, want: "1 2027-02-28 freezer", learned: 97},
		{name: "an impossible date", kind: dated.BestBefore, in: pantry.Moving{ExpiresOn: "soon"}, want: "!" + fault.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := newKitchen(t)
			ctx := t.Context()
			tt.product.Name, tt.product.DateKind = "Chicken", tt.kind
			if tt.category > 0 {
				g, err := k.s.CreateCategory(ctx, k.by, pantry.CategoryFields{Name: "Meat"})
				if err != nil {
					t.Fatal(err)
				}
				k.product(db.Product{Name: "Beef", CategoryID: g.ID, FrozenShelfLife: &tt.category})
				tt.product.CategoryID = g.ID
			}
			chicken := k.product(tt.product)
			lot := k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: chicken, Amount: 1000, ExpiresOn: fresh, DateKind: tt.kind})).Lots[0].ID
			tt.in.LotID, tt.in.Amount, tt.in.LocationID = lot, 1000, k.freezer
			_, err := k.s.Move(ctx, k.by, tt.in)
			if tt.want[0] == '!' {
				k.refused(err, fault.ValidationFailed, tt.want[1:])
				k.wantStock(chicken, "1 "+fresh+" shelf")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			k.wantStock(chicken, tt.want)
			p, err := k.db.ProductByID(ctx, k.by.HouseholdID, chicken)
			if err != nil || (p.FrozenShelfLife == nil) != (tt.learned == 0) || p.FrozenShelfLife != nil && *p.FrozenShelfLife != tt.learned {
				t.Errorf("remembered %v, want %d; %v", p.FrozenShelfLife, tt.learned, err)
			}
		})
	}
}

// What lies in no place is where the product belongs, once that is told.
func TestAUsualPlaceHoldsForWhatIsThere(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	rice := k.product(db.Product{Name: "Rice"})
	nowhere := ""
	k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: rice, Amount: 2000, LocationID: &nowhere, Precision: dated.Undated}))
	k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: rice, Amount: 1000, LocationID: &k.fridge, Precision: dated.Undated}))
	if _, err := k.s.ChangeProduct(ctx, k.by, rice, func(f *pantry.ProductFields) { f.Note = "white" }); err != nil {
		t.Fatal(err)
	}
	k.wantStock(rice, "2  nowhere", "1  fridge")
	if _, err := k.s.ChangeProduct(ctx, k.by, rice, func(f *pantry.ProductFields) { f.LocationID = k.freezer }); err != nil {
		t.Fatal(err)
	}
	k.wantStock(rice, "2  freezer", "1  fridge")
}
