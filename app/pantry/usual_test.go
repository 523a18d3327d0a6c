package pantry_test

import (
	"errors"
	"strings"
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

// reads says how much a line adds, in the unit people read; "?" where it asks.
func (k *kitchen) reads(line string) string {
	k.t.Helper()
	r, err := k.s.Read(k.t.Context(), k.by.HouseholdID, line, parse.DayFirst)
	if err != nil {
		k.t.Fatal(err)
	}
	if len(r.Unread) > 0 {
		if u := r.Unread[0]; u.Code != pantry.AmountNeeded {
			k.t.Fatalf("%s: %+v", line, u)
		}
		return "?"
	}
	return parse.Measured{Amount: parse.Amount(r.Amount), Unit: parse.Unit(r.Unit)}.String()
}

// Nobody means one gram: of what is weighed it is as much as the last time.
func TestWithoutAnAmount(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	sugar := k.product(db.Product{Name: "Sugar", Base: "g", Unit: "g"})
	k.product(db.Product{Name: "Oil", Base: "fl oz", Unit: "fl oz"})
	k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l"})
	k.product(db.Product{Name: "Eggs"})
	tuna := k.product(db.Product{Name: "Tuna", Base: "can", Unit: "can"})
	k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: tuna, Amount: 4000}))
	if _, err := k.s.SetUnit(ctx, k.by, tuna, pantry.ProductUnit{Unit: "can", Factor: 150, Of: "g"}); err != nil {
		t.Fatal(err)
	}
	want := func(when string, lines ...string) {
		t.Helper()
		for _, line := range lines {
			text, amount, _ := strings.Cut(line, " = ")
			if got := k.reads(text); got != amount {
				t.Errorf("%s, %s is %s, want %s", when, text, got, amount)
			}
		}
	}
	want("at first", "sugar = ?", "oil +1w = ?", "milk = 1 l", "eggs = 1 piece", "tuna = 1 can", "sugar none = ?", "flour = 1 piece")
	_, err := k.s.AddByName(ctx, k.by, "sugar", parse.DayFirst)
	k.refused(err, fault.ValidationFailed, pantry.AmountNeeded)
	var f *fault.Error
	if errors.As(err, &f) && f.Fields[0].Message != "How much? For example 500 g Sugar." {
		t.Errorf("it asks %q", f.Fields[0].Message)
	}
	k.wantStock(sugar)

	k.must(k.s.AddByName(ctx, k.by, "500 g sugar", parse.DayFirst))
	k.must(k.s.AddByName(ctx, k.by, "1,5 kg sugar", parse.DayFirst))
	k.must(k.s.AddByName(ctx, k.by, "250 ml milk", parse.DayFirst))
	k.must(k.s.AddByName(ctx, k.by, "12 eggs", parse.DayFirst))
	want("later", "sugar = 1.5 kg", "milk = 250 ml", "eggs = 1 piece")
	k.must(k.s.Use(ctx, k.by, pantry.Taking{ProductID: sugar, Amount: 1_200_000}))
	k.must(k.s.Move(ctx, k.by, pantry.Moving{ProductID: sugar, Amount: 100_000, LocationID: k.fridge}))
	k.must(k.s.Count(ctx, k.by, pantry.Counting{ProductID: sugar, Amount: 900_000}))
	want("used, moved and counted", "sugar = 1.5 kg")
	k.must(k.s.AddByName(ctx, k.by, "sugar", parse.DayFirst))
	want("added so", "sugar = 1.5 kg")
	less := k.must(k.s.AddByName(ctx, k.by, "300 g sugar", parse.DayFirst))
	want("less", "sugar = 300 g")
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: less.Transaction.ID}))
	want("undone", "sugar = 1.5 kg")
}

// The tray asks where quick add asks, and takes what quick add takes.
func TestTrayWithoutAnAmount(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	sugar := k.product(db.Product{Name: "Sugar", Base: "g", Unit: "g", DateKind: dated.UseBy})
	item := k.bought(pantry.ShoppingFields{Text: "sugar"})
	tray, err := k.s.Tray(ctx, k.by.HouseholdID)
	if err != nil || tray[0].Amount != 0 || tray[0].Unit != "g" || tray[0].DateKind != dated.UseBy {
		t.Errorf("proposed %+v, %v", tray, err)
	}
	_, err = k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: item}})
	k.refused(err, fault.ValidationFailed, pantry.AmountNeeded)
	k.must(k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: item, Amount: days(500_000), DateKind: dated.BestBefore}}))
	item = k.bought(pantry.ShoppingFields{ProductID: sugar})
	if tray, err = k.s.Tray(ctx, k.by.HouseholdID); err != nil || tray[0].Amount != 500_000 {
		t.Errorf("proposed later %+v, %v", tray, err)
	}
	c := k.must(k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: item}}))
	k.wantStock(sugar, "500  shelf", "500  shelf")
	if c.Lots[0].DateKind != dated.UseBy {
		t.Errorf("its date is %s", c.Lots[0].DateKind)
	}
	item = k.bought(pantry.ShoppingFields{Text: "Ham"})
	c = k.must(k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: item, DateKind: dated.UseBy, ExpiresOn: "2026-12-03"}}))
	if c.Lots[0].DateKind != dated.UseBy || c.Products[0].DateKind != dated.UseBy {
		t.Errorf("put away %+v of %+v", c.Lots[0], c.Products[0])
	}
}

// The kind is what the line says, else the product's, which is that of its first package.
func TestKindOfDateByName(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	for _, tt := range []struct {
		line string
		want dated.Kind
	}{
		{"ham 3.12.", dated.BestBefore}, {"ham use by 4.12.", dated.UseBy}, {"ham 5.12.", dated.BestBefore}, {"mince use by 3.12.", dated.UseBy}, {"mince 4.12.", dated.UseBy}, {"mince mhd 5.12.", dated.BestBefore}, {"mince", dated.UseBy},
	} {
		r, err := k.s.Read(t.Context(), k.by.HouseholdID, tt.line, parse.DayFirst)
		if err != nil || r.DateKind != tt.want {
			t.Errorf("%s is read as %s, %v", tt.line, r.DateKind, err)
		}
		if c := k.must(k.s.AddByName(t.Context(), k.by, tt.line, parse.DayFirst)); c.Lots[0].DateKind != tt.want {
			t.Errorf("%s is stored as %s, want %s", tt.line, c.Lots[0].DateKind, tt.want)
		}
	}
}

// The way out that the refusal of a unit tells leads somewhere.
func TestPiecesBecomeLitres(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	milk := k.must(k.s.AddByName(ctx, k.by, "2 milk 30.11.", parse.DayFirst)).Products[0].ID
	const advice = "milk is told in piece, not in l. Say first how much of the one is in the other."
	_, err := k.s.AddByName(ctx, k.by, "1 l milk", parse.DayFirst)
	k.refused(err, fault.ValidationFailed, parse.UnitMismatch)
	var f *fault.Error
	if errors.As(err, &f) && f.Fields[0].Message != advice {
		t.Errorf("refused with %q", f.Fields[0].Message)
	}
	toLitres := func(f *pantry.ProductFields) { f.Unit = "l" }
	_, err = k.s.ChangeProduct(ctx, k.by, milk, toLitres)
	k.refused(err, fault.Conflict, pantry.UnitsDiffer)
	if errors.As(err, &f) && f.Message != advice {
		t.Errorf("the change is refused with %q", f.Message)
	}
	if _, err := k.s.SetUnit(ctx, k.by, milk, pantry.ProductUnit{Unit: "piece", Factor: 1000, Of: "ml"}); err != nil {
		t.Fatal(err)
	}
	k.must(k.s.AddByName(ctx, k.by, "1 l milk", parse.DayFirst))
	k.must(k.s.AddByName(ctx, k.by, "milk", parse.DayFirst))
	if p, err := k.s.ChangeProduct(ctx, k.by, milk, toLitres); err != nil || p.Total != 4_000_000 || p.Unit != "l" {
		t.Errorf("%+v, %v", p, err)
	}
	// What is weighed is not measured, and no advice would help.
	k.must(k.s.AddByName(ctx, k.by, "1 kg flour", parse.DayFirst))
	_, err = k.s.AddByName(ctx, k.by, "1 l flour", parse.DayFirst)
	if errors.As(err, &f) && f.Fields[0].Message != "flour is told in g, which l cannot be turned into." {
		t.Errorf("refused with %q", f.Fields[0].Message)
	}
}
