package pantry_test

import (
	"slices"
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

func TestAdd(t *testing.T) {
	t.Parallel()
	nowhere := ""
	for _, tt := range []struct {
		name    string
		product db.Product
		in      func(k *kitchen, in *pantry.Addition)
		want    string
	}{
		{"with a date", db.Product{}, func(_ *kitchen, in *pantry.Addition) { in.ExpiresOn = "2026-12-24" }, "2 2026-12-24 shelf"},
		{"with a month", db.Product{}, func(_ *kitchen, in *pantry.Addition) { in.ExpiresOn, in.Precision = "2027-02-01", dated.ByMonth }, "2 2027-02-28 shelf"},
		{"with a year", db.Product{}, func(_ *kitchen, in *pantry.Addition) { in.ExpiresOn, in.Precision = "2027-02-01", dated.ByYear }, "2 2027-12-31 shelf"},
		{"without a date", db.Product{ShelfLife: days(5)}, func(_ *kitchen, in *pantry.Addition) { in.Precision = dated.Undated }, "2  shelf"},
		{"nobody told a date, shelf life unknown", db.Product{}, func(*kitchen, *pantry.Addition) {}, "2  shelf"},
		{"nobody told a date", db.Product{ShelfLife: days(10)}, func(*kitchen, *pantry.Addition) {}, "2 2026-12-03 shelf guessed"},
		{"into the freezer", db.Product{ShelfLife: days(10), FrozenShelfLife: days(90)}, func(k *kitchen, in *pantry.Addition) { in.LocationID = &k.freezer }, "2 2027-02-21 freezer guessed"},
		{"nowhere", db.Product{}, func(_ *kitchen, in *pantry.Addition) { in.LocationID = &nowhere }, "2  nowhere"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKitchen(t)
			tt.product.Name = "Milk"
			id := k.product(tt.product)
			in := pantry.Addition{ProductID: id, Amount: 2000}
			tt.in(k, &in)
			c := k.must(k.s.Add(t.Context(), k.by, in))
			k.wantStock(id, tt.want)
			if c.Transaction.UserName != "Sam" || len(c.Movements) != 1 || c.Movements[0].Delta != 2000 || c.Products[0].Total != 2000 {
				t.Errorf("change %+v", c)
			}
		})
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	milk := k.product(db.Product{Name: "Milk"})
	price := int64(-1)
	for _, tt := range []struct {
		name string
		in   pantry.Addition
		code fault.Code
		why  string
	}{
		{"no product", pantry.Addition{Amount: 1000}, fault.NotFound, ""},
		{"a place that is not there", pantry.Addition{ProductID: milk, Amount: 1000, LocationID: &milk}, fault.NotFound, ""},
		{"nothing", pantry.Addition{ProductID: milk}, fault.ValidationFailed, parse.AmountZero},
		{"less than nothing", pantry.Addition{ProductID: milk, Amount: -1}, fault.ValidationFailed, parse.AmountZero},
		{"too much", pantry.Addition{ProductID: milk, Amount: 1_000_000_000_001}, fault.ValidationFailed, pantry.TooLarge},
		{"another unit", pantry.Addition{ProductID: milk, Amount: 1000, Unit: "kg"}, fault.ValidationFailed, pantry.UnknownUnit},
		{"no such day", pantry.Addition{ProductID: milk, Amount: 1000, ExpiresOn: "2026-02-30"}, fault.ValidationFailed, fault.Invalid},
		{"a precision without a date", pantry.Addition{ProductID: milk, Amount: 1000, Precision: dated.ByMonth}, fault.ValidationFailed, fault.Required},
		{"a date and none", pantry.Addition{ProductID: milk, Amount: 1000, ExpiresOn: "2026-02-20", Precision: dated.Undated}, fault.ValidationFailed, fault.Invalid},
		{"an odd precision", pantry.Addition{ProductID: milk, Amount: 1000, ExpiresOn: "2026-02-20", Precision: "week"}, fault.ValidationFailed, fault.InvalidChoice},
		{"an odd kind of date", pantry.Addition{ProductID: milk, Amount: 1000, DateKind: "sell_by"}, fault.ValidationFailed, fault.InvalidChoice},
		{"bought at no date", pantry.Addition{ProductID: milk, Amount: 1000, BoughtOn: "yesterday"}, fault.ValidationFailed, fault.Invalid},
		{"a negative price", pantry.Addition{ProductID: milk, Amount: 1000, Price: &price}, fault.ValidationFailed, fault.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := k.s.Add(t.Context(), k.by, tt.in)
			k.refused(err, tt.code, tt.why)
			k.wantStock(milk)
		})
	}
	t.Run("too much altogether", func(t *testing.T) {
		k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: milk, Amount: 999_999_999_999}))
		_, err := k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: milk, Amount: 2})
		k.refused(err, fault.ValidationFailed, pantry.TooLarge)
	})
	t.Run("in a household that is not there", func(t *testing.T) {
		_, err := k.s.Add(t.Context(), pantry.By{HouseholdID: "nowhere", UserID: k.by.UserID}, pantry.Addition{ProductID: milk, Amount: 1})
		k.refused(err, fault.NotFound, "")
	})
}

func TestUse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		lots [][2]any // pieces, date
		in   func(lots []string) pantry.Taking
		want []string
		why  string
	}{
		{"what expires first", [][2]any{{3, "2026-12-24"}, {2, "2026-11-30"}}, func([]string) pantry.Taking { return pantry.Taking{Amount: 1000} }, []string{"1 2026-11-30 shelf", "3 2026-12-24 shelf"}, ""},
		{"across lots", [][2]any{{3, "2026-12-24"}, {2, "2026-11-30"}}, func([]string) pantry.Taking { return pantry.Taking{Amount: 4000} }, []string{"1 2026-12-24 shelf"}, ""},
		{"no date comes last", [][2]any{{1, ""}, {1, "2030-01-01"}}, func([]string) pantry.Taking { return pantry.Taking{Amount: 1000} }, []string{"1  shelf"}, ""},
		{"what was there first", [][2]any{{5, ""}, {1, ""}}, func([]string) pantry.Taking { return pantry.Taking{Amount: 5000} }, []string{"1  shelf"}, ""},
		{"the lot that is told", [][2]any{{3, "2026-12-24"}, {2, "2026-11-30"}}, func(lots []string) pantry.Taking { return pantry.Taking{LotID: lots[0], Amount: 3000} }, []string{"2 2026-11-30 shelf"}, ""},
		{"all", [][2]any{{3, "2026-12-24"}}, func([]string) pantry.Taking { return pantry.Taking{Amount: 3000} }, nil, ""},
		{"more than there is", [][2]any{{3, "2026-12-24"}, {2, ""}}, func([]string) pantry.Taking { return pantry.Taking{Amount: 5001} }, []string{"3 2026-12-24 shelf", "2  shelf"}, pantry.NotEnough},
		{"more than the lot has", [][2]any{{3, "2026-12-24"}, {2, ""}}, func(lots []string) pantry.Taking { return pantry.Taking{LotID: lots[1], Amount: 3000} }, []string{"3 2026-12-24 shelf", "2  shelf"}, pantry.NotEnough},
	} {
		for _, verb := range []db.Verb{db.VerbUse, db.VerbWaste} {
			t.Run(string(verb)+" "+tt.name, func(t *testing.T) {
				k := newKitchen(t)
				id := k.product(db.Product{Name: "Milk"})
				var lots []string
				for _, l := range tt.lots {
					lots = append(lots, k.add(id, int64(l[0].(int)), l[1].(string)))
				}
				before := k.stock(id)
				in := tt.in(lots)
				if in.LotID == "" {
					in.ProductID = id
				}
				do := k.s.Use
				if verb == db.VerbWaste {
					do, in.Reason = k.s.Waste, "spoiled"
				}
				c, err := do(t.Context(), k.by, in)
				if tt.why != "" {
					k.refused(err, fault.Conflict, tt.why)
					k.wantStock(id, tt.want...)
					return
				}
				k.must(c, err)
				k.wantStock(id, tt.want...)
				if c.Transaction.Verb != verb || c.Movements[0].Reason != in.Reason {
					t.Errorf("change %+v", c)
				}
				k.must(k.s.Undo(t.Context(), k.mara, pantry.Undoing{TransactionID: c.Transaction.ID}))
				k.wantStock(id, before...)
			})
		}
	}
	k := newKitchen(t)
	_, err := k.s.Waste(t.Context(), k.by, pantry.Taking{ProductID: k.product(db.Product{Name: "Milk"}), Amount: 1, Reason: "boredom"})
	k.refused(err, fault.ValidationFailed, fault.InvalidChoice)
}

func TestOpen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		life  *int64
		date  string
		wants []string // after opening one of three
	}{
		{"keeps for the opened shelf life", days(4), "2027-05-01", []string{"1 2026-11-27 shelf opened 2026-11-23 guessed", "2 2027-05-01 shelf"}},
		{"never longer than printed", days(4), "2026-11-25", []string{"1 2026-11-25 shelf opened 2026-11-23", "2 2026-11-25 shelf"}},
		{"without a date", days(4), "", []string{"1 2026-11-27 shelf opened 2026-11-23 guessed", "2  shelf"}},
		{"shelf life unknown", nil, "2027-05-01", []string{"1 2027-05-01 shelf opened 2026-11-23", "2 2027-05-01 shelf"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKitchen(t)
			id := k.product(db.Product{Name: "Milk", OpenedShelfLife: tt.life})
			k.add(id, 3, tt.date)
			c := k.must(k.s.Open(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 1000}))
			k.wantStock(id, tt.wants...)
			lots, err := k.db.LotsOf(t.Context(), k.by.HouseholdID, id)
			if err != nil {
				t.Fatal(err)
			}
			_, err = k.s.Open(t.Context(), k.by, pantry.Taking{LotID: lots[0].ID, Amount: 1000})
			k.refused(err, fault.Conflict, pantry.AlreadyOpen)
			_, err = k.s.Open(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 3000})
			k.refused(err, fault.Conflict, pantry.NotEnough) // only two are closed
			k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 1000}))
			k.wantStock(id, tt.wants[1]) // what is open is used first
			_, err = k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: c.Transaction.ID})
			k.refused(err, fault.Conflict, pantry.UsedSince)
		})
	}
}

func TestMove(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		product  db.Product
		from, to func(*kitchen) *string
		want     []string // after moving one of three
	}{
		{"to another place", db.Product{FrozenShelfLife: days(90)}, func(k *kitchen) *string { return &k.shelf }, func(k *kitchen) *string { return &k.fridge }, []string{"2 2026-12-24 shelf", "1 2026-12-24 fridge"}},
		{"into the freezer", db.Product{FrozenShelfLife: days(90)}, func(k *kitchen) *string { return &k.shelf }, func(k *kitchen) *string { return &k.freezer }, []string{"2 2026-12-24 shelf", "1 2027-02-21 freezer guessed"}},
		{"into the freezer, frozen shelf life unknown", db.Product{}, func(k *kitchen) *string { return &k.shelf }, func(k *kitchen) *string { return &k.freezer }, []string{"2 2026-12-24 shelf", "1  freezer"}},
		{"out of the freezer", db.Product{ThawedShelfLife: days(2)}, func(k *kitchen) *string { return &k.freezer }, func(k *kitchen) *string { return &k.fridge }, []string{"1 2026-11-25 fridge guessed", "2 2026-12-24 freezer"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKitchen(t)
			tt.product.Name = "Peas"
			id := k.product(tt.product)
			k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: id, Amount: 3000, ExpiresOn: "2026-12-24", LocationID: tt.from(k)}))
			before := k.stock(id)
			first := k.must(k.s.Move(t.Context(), k.by, pantry.Moving{ProductID: id, Amount: 1000, LocationID: *tt.to(k)}))
			got := k.stock(id)
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("stock %q, want %q", got, tt.want)
			}
			second := k.must(k.s.Move(t.Context(), k.by, pantry.Moving{ProductID: id, Amount: 1000, LocationID: *tt.to(k)}))
			if len(k.stock(id)) != 2 || second.Movements[1].LotID != first.Movements[1].LotID {
				t.Errorf("what is alike is not put together: %q", k.stock(id))
			}
			_, err := k.s.Move(t.Context(), k.by, pantry.Moving{LotID: second.Movements[1].LotID, Amount: 1000, LocationID: *tt.to(k)})
			k.refused(err, fault.Conflict, pantry.SamePlace)
			k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: second.Transaction.ID, Position: 2})) // both movements
			k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: first.Transaction.ID}))
			k.wantStock(id, before...)
		})
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		lots [][2]any
		lot  int // 1 is the first one; 0 counts the product
		n    int64
		want []string
	}{
		{"less of the product", [][2]any{{3, "2026-12-24"}, {2, "2026-11-30"}}, 0, 2, []string{"2 2026-12-24 shelf"}},
		{"more of the product", [][2]any{{3, "2026-12-24"}, {2, "2026-11-30"}}, 0, 7, []string{"2 2026-11-30 shelf", "5 2026-12-24 shelf"}},
		{"of nothing", nil, 0, 2, []string{"2  shelf"}},
		{"nothing left", [][2]any{{3, "2026-12-24"}, {2, ""}}, 0, 0, nil},
		{"as many as there are", [][2]any{{3, "2026-12-24"}}, 0, 3, []string{"3 2026-12-24 shelf"}},
		{"a lot", [][2]any{{3, "2026-12-24"}, {2, ""}}, 2, 1, []string{"3 2026-12-24 shelf", "1  shelf"}},
		{"a lot that is gone", [][2]any{{3, "2026-12-24"}, {2, ""}}, 1, 0, []string{"2  shelf"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKitchen(t)
			id := k.product(db.Product{Name: "Milk"})
			in := pantry.Counting{ProductID: id, Amount: tt.n * 1000}
			for i, l := range tt.lots {
				if lot := k.add(id, int64(l[0].(int)), l[1].(string)); i+1 == tt.lot {
					in = pantry.Counting{LotID: lot, Amount: tt.n * 1000}
				}
			}
			before := k.stock(id)
			c := k.must(k.s.Count(t.Context(), k.by, in))
			k.wantStock(id, tt.want...)
			k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: c.Transaction.ID}))
			k.wantStock(id, before...)
		})
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	flour := k.product(db.Product{Name: "Flour", Base: "g", Unit: "kg"})
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: flour, Amount: 1500}))
	k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: flour, Amount: 250_000, Unit: "g"}))
	k.wantStock(flour, "1250  shelf")
	eggs := k.product(db.Product{Name: "Eggs"})
	k.write(func(tx *db.Tx) error { return tx.SetProductUnit(t.Context(), k.by.HouseholdID, eggs, "box", 6) })
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: eggs, Amount: 2000, Unit: "box"}))
	k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: eggs, Amount: 500, Unit: "box"}))
	k.wantStock(eggs, "9  shelf")
	_, err := k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: eggs, Amount: 166_666_666_667, Unit: "box"})
	k.refused(err, fault.ValidationFailed, pantry.TooLarge)
}
