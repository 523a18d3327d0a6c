package pantry_test

import (
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
)

// scanned is what one scan of a barcode adds.
func (k *kitchen) scanned(code string) string {
	k.t.Helper()
	b, p, err := k.s.Scan(k.t.Context(), k.by.HouseholdID, code)
	if err != nil {
		k.t.Fatal(err)
	}
	before := p.Total
	unit := b.Unit
	k.must(k.s.Add(k.t.Context(), k.by, pantry.Addition{ProductID: p.ID, Amount: 1000, Unit: unit}))
	if p, err = k.s.Product(k.t.Context(), k.by.HouseholdID, p.ID); err != nil {
		k.t.Fatal(err)
	}
	return parse.Measured{Amount: parse.Amount(p.Total - before), Unit: parse.Unit(p.Base)}.String()
}

// What merges keeps its packs, its minimum, and what a scan of its barcodes stands for.
func TestMergeKeepsPacksAndMinimum(t *testing.T) {
	t.Parallel()
	const code, plain = "4006381333931", "5901234123457"
	for _, tt := range []struct {
		name       string
		from, into db.Product
		fromPacks  []pantry.ProductUnit
		intoPacks  []pantry.ProductUnit
		of         string // what a scan of code stands for
		minimum    int64  // of into afterwards, in its base
		scans      [2]string
		refused    string
	}{
		{name: "a pack that the other one does not know", from: db.Product{Base: "g", Unit: "g", Minimum: days(1_000_000)}, into: db.Product{Base: "g", Unit: "kg"}, fromPacks: []pantry.ProductUnit{{Unit: "pack", Factor: 500, Of: "g"}}, of: "pack", minimum: 1_000_000, scans: [2]string{"500 g", "1 g"}},
		{name: "the same pack on both sides", from: db.Product{Base: "g", Unit: "pack"}, into: db.Product{Base: "g", Unit: "g", Minimum: days(7000)}, fromPacks: []pantry.ProductUnit{{Unit: "pack", Factor: 500, Of: "g"}}, intoPacks: []pantry.ProductUnit{{Unit: "pack", Factor: 500, Of: "g"}}, of: "pack", minimum: 7000, scans: [2]string{"500 g", "500 g"}},
		{name: "a scan that stood for the own unit", from: db.Product{Base: "piece", Unit: "can"}, into: db.Product{Base: "piece", Unit: "piece"}, fromPacks: []pantry.ProductUnit{{Unit: "can", Factor: 6, Of: "piece"}}, scans: [2]string{"6 piece", "6 piece"}},
		{name: "packs of another size", from: db.Product{Base: "g", Unit: "g"}, into: db.Product{Base: "g", Unit: "g"}, fromPacks: []pantry.ProductUnit{{Unit: "pack", Factor: 500, Of: "g"}}, intoPacks: []pantry.ProductUnit{{Unit: "pack", Factor: 1000, Of: "g"}}, of: "pack", refused: pantry.UnitsDiffer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := newKitchen(t)
			ctx := t.Context()
			tt.from.Name, tt.into.Name = "Rise", "Rice"
			from, into := k.product(tt.from), k.product(tt.into)
			for id, packs := range map[string][]pantry.ProductUnit{from: tt.fromPacks, into: tt.intoPacks} {
				for _, u := range packs {
					if _, err := k.s.SetUnit(ctx, k.by, id, u); err != nil {
						t.Fatal(err)
					}
				}
			}
			for c, unit := range map[string]string{code: tt.of, plain: ""} {
				if err := k.s.AddBarcode(ctx, k.by, from, c, unit); err != nil {
					t.Fatal(err)
				}
			}
			_, err := k.s.Merge(ctx, k.by, pantry.Merging{ProductID: from, IntoID: into})
			if tt.refused != "" {
				k.refused(err, fault.Conflict, tt.refused)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			p, err := k.s.Product(ctx, k.by.HouseholdID, into)
			if err != nil || (p.Minimum == nil) != (tt.minimum == 0) || p.Minimum != nil && *p.Minimum != tt.minimum {
				t.Errorf("minimum %v, want %d; %v", p.Minimum, tt.minimum, err)
			}
			if got := [2]string{k.scanned(code), k.scanned(plain)}; got != tt.scans {
				t.Errorf("scans stand for %v, want %v", got, tt.scans)
			}
		})
	}
}

// Pieces become jars once it is said how they go together.
func TestMergeAsksForAConversion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		into       db.Product
		conversion *pantry.ProductUnit
		want       string // of the total afterwards; or a code
	}{
		{"nobody says", db.Product{Base: "jar", Unit: "jar"}, nil, "!" + pantry.UnitsDiffer},
		{"a piece is a jar", db.Product{Base: "jar", Unit: "jar"}, &pantry.ProductUnit{Unit: "piece", Factor: 1, Of: "jar"}, "6 jar"},
		{"a jar is a piece", db.Product{Base: "jar", Unit: "jar"}, &pantry.ProductUnit{Unit: "jar", Factor: 1, Of: "piece"}, "6 jar"},
		{"a jar is three pieces", db.Product{Base: "jar", Unit: "jar"}, &pantry.ProductUnit{Unit: "jar", Factor: 3, Of: "piece"}, "6 piece"},
		{"a piece is 250 g", db.Product{Base: "g", Unit: "g"}, &pantry.ProductUnit{Unit: "piece", Factor: 250, Of: "g"}, "1500 g"},
		{"something else", db.Product{Base: "jar", Unit: "jar"}, &pantry.ProductUnit{Unit: "box", Factor: 1, Of: "crate"}, "!" + pantry.UnitsDiffer},
		{"none of it", db.Product{Base: "jar", Unit: "jar"}, &pantry.ProductUnit{Unit: "piece", Factor: 0, Of: "jar"}, "!" + parse.FactorInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := newKitchen(t)
			tt.into.Name = "Honey jar"
			from, into := k.product(db.Product{Name: "Honey"}), k.product(tt.into)
			k.add(from, 6, "")
			c, err := k.s.Merge(t.Context(), k.by, pantry.Merging{ProductID: from, IntoID: into, Conversion: tt.conversion})
			if tt.want[0] == '!' {
				code := fault.Conflict
				if tt.want[1:] == parse.FactorInvalid {
					code = fault.ValidationFailed
				}
				k.refused(err, code, tt.want[1:])
				k.wantStock(from, "6  shelf")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			p, err := k.s.Product(t.Context(), k.by.HouseholdID, into)
			if got := (parse.Measured{Amount: parse.Amount(p.Total), Unit: parse.Unit(p.Base)}).String(); err != nil || got != tt.want {
				t.Errorf("there are %s, want %s; %v", got, tt.want, err)
			}
			k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: c.Transaction.ID}))
			k.wantStock(from, "6  shelf")
		})
	}
}
