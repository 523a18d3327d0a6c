package pantry_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
)

func TestRead(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	milk := k.product(db.Product{Name: "Milch", Base: "ml", Unit: "l", LocationID: k.fridge, ShelfLife: days(7)})
	k.product(db.Product{Name: "Milchreis"})
	k.product(db.Product{Name: "Erbsen", LocationID: k.freezer, FrozenShelfLife: days(90)})
	k.product(db.Product{Name: "Nuss"})
	for range 7 {
		k.product(db.Product{Name: "Saft " + strings.Repeat("x", 5)})
	}
	for _, tt := range []struct {
		name, line, want string // amount, unit, place, date, what it can be
		why              string
	}{
		{"what there is", "2 l milch", "2 l fridge 2026-11-30? Milch! Milchreis", ""},
		{"a number of what is measured", "2 milch", "0 l fridge 2026-11-30? Milch! Milchreis", pantry.AmountNeeded},
		{"with everything", "500 ml Milch 1.12.", "500 ml fridge 2026-12-01 Milch! Milchreis", ""},
		{"no date", "milch none", "1 l fridge  Milch! Milchreis", ""},
		{"for the freezer", "erbsen", "1 piece freezer 2027-02-21? Erbsen!", ""},
		{"in the plural", "3 Nüsse", "3 piece shelf  Nuss!", ""},
		{"the beginning of one", "milchr", "1 piece nowhere  Milchreis", ""},
		{"what there is not", "3 Pfund Kaffee", "3 pfund nowhere ", ""},
		{"what is many", "saft", "1 piece nowhere  Saft xxxxx Saft xxxxx Saft xxxxx Saft xxxxx Saft xxxxx", ""},
		{"a unit that does not go", "2 kg milch", "2 kg fridge 2026-11-30? Milch! Milchreis", parse.UnitMismatch},
		{"too much", "999999999 l milch", "999999999 l fridge 2026-11-30? Milch! Milchreis", parse.AmountTooLarge},
		{"a day that there is not", "milch 31.11.", "1 l fridge 2026-11-30? Milch! Milchreis", parse.DateImpossible},
		{"no name", "2 kg", "2 kg nowhere ", parse.NameMissing},
		{"nothing", "", "1 piece nowhere ", fault.Required},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := k.s.Read(t.Context(), k.by.HouseholdID, tt.line, parse.DayFirst)
			if err != nil {
				t.Fatal(err)
			}
			date := r.Expiry.Date.String()
			if r.Expiry.Guess {
				date += "?"
			}
			got := fmt.Sprint(parse.Amount(r.Amount), " ", r.Unit, " ", map[string]string{"": "nowhere", k.shelf: "shelf", k.fridge: "fridge", k.freezer: "freezer"}[r.LocationID], " ", date)
			for i, p := range r.Products {
				got += " " + p.Name
				if i == 0 && r.Known {
					got += "!"
				}
			}
			if strings.TrimSpace(got) != strings.TrimSpace(tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			why := ""
			if len(r.Unread) > 0 {
				why = r.Unread[0].Code
			}
			if why != tt.why {
				t.Errorf("unread %+v, want %q", r.Unread, tt.why)
			}
			if tt.why != "" {
				_, err := k.s.AddByName(t.Context(), k.by, tt.line, parse.DayFirst)
				k.refused(err, fault.ValidationFailed, tt.why)
				var f *fault.Error
				if errors.As(err, &f) && f.Fields[0].Name != "text" {
					t.Errorf("field %s", f.Fields[0].Name)
				}
			}
		})
	}
	k.wantStock(milk)
	_, err := k.s.Read(t.Context(), "nowhere", "milch", parse.DayFirst)
	k.refused(err, fault.NotFound, "")
}

// Adding a line does what reading it has told.
func TestAddByName(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	first := k.must(k.s.AddByName(ctx, k.by, "2 Packungen Kekse 30.11.", parse.DayFirst))
	if p := first.Products[0]; p.Name != "Kekse" || p.Unit != "pack" || p.Base != "pack" {
		t.Errorf("created %+v", p)
	}
	id := first.Products[0].ID
	k.must(k.s.AddByName(ctx, k.by, "KEKS", parse.DayFirst))
	k.wantStock(id, "2 2026-11-30 nowhere", "1 2026-11-30 nowhere guessed")
	k.must(k.s.AddByName(ctx, k.by, "1 l Milch", parse.DayFirst))
	_, err := k.s.AddByName(ctx, k.by, "999999999 kg Sand", parse.DayFirst)
	k.refused(err, fault.ValidationFailed, pantry.TooLarge)
	if found, err := k.s.Search(ctx, k.by.HouseholdID, "sand", 5); err != nil || len(found) != 0 {
		t.Errorf("what was refused has left %v, %v", found, err)
	}
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: first.Transaction.ID}))
	if p, err := k.s.Product(ctx, k.by.HouseholdID, id); err != nil || p.Total != 1000 {
		t.Errorf("after the undo: %+v, %v", p, err)
	}
	var wg sync.WaitGroup
	for n := range 10 {
		by := k.by
		by.Key = fmt.Sprint("key", n%2)
		wg.Go(func() {
			if _, err := k.s.AddByName(ctx, by, "3 Äpfel", parse.DayFirst); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	list, err := k.s.Search(ctx, k.by.HouseholdID, "apfel", 5)
	if err != nil || len(list) != 1 || list[0].Total != 6000 {
		t.Errorf("apples %+v, %v", list, err)
	}
	_, err = k.s.AddByName(ctx, pantry.By{HouseholdID: "nowhere", UserID: k.by.UserID}, "milch", parse.DayFirst)
	k.refused(err, fault.NotFound, "")
}

// Of two products of one name the one is meant that knows the unit.
func TestAddToWhatIsNamed(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	eggs := k.product(db.Product{Name: "Eggs"})
	more := k.product(db.Product{Name: "Egg", Base: "g", Unit: "kg"})
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{Name: " EGGS ", Amount: 2000}))
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{Name: "eggs", Amount: 500_000, Unit: "g"}))
	k.wantStock(eggs, "2  shelf")
	k.wantStock(more, "500  shelf")
	c := k.must(k.s.Add(t.Context(), k.by, pantry.Addition{Name: "Flour", Amount: 2000, Unit: "Kilo", LocationID: &k.fridge}))
	if p := c.Products[0]; p.Unit != "kg" || p.Base != "g" {
		t.Errorf("created %+v", p)
	}
	_, err := k.s.Add(t.Context(), k.by, pantry.Addition{Name: "eggs", Amount: 1000, Unit: "ml"})
	k.refused(err, fault.ValidationFailed, pantry.UnknownUnit)
	_, err = k.s.Add(t.Context(), k.by, pantry.Addition{Name: "\u200b ", Amount: 0})
	k.refused(err, fault.ValidationFailed, "")
	_, err = k.s.Add(t.Context(), k.by, pantry.Addition{Amount: 1000})
	k.refused(err, fault.NotFound, "")
}

func TestBarcodesAreNormalised(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	cola := k.product(db.Product{Name: "Cola", Base: "can", Unit: "can"})
	k.write(func(tx *db.Tx) error { return tx.SetProductUnit(ctx, k.by.HouseholdID, cola, "pack", 6) })
	if err := k.s.AddBarcode(ctx, k.by, cola, "042100005264", "Packung"); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"042100005264", "0042100005264", "42100005264", "04252614", "0421-0000-5264"} {
		b, p, err := k.s.Scan(ctx, k.by.HouseholdID, code)
		if diff := cmp.Diff([]string{cola, "pack", "0042100005264"}, []string{p.ID, b.Unit, b.Code}); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", code, err, diff)
		}
	}
	_, _, err := k.s.Scan(ctx, k.by.HouseholdID, "042100005265")
	k.refused(err, fault.NotFound, "")
	k.refused(k.s.AddBarcode(ctx, k.by, cola, "042100005265", ""), fault.ValidationFailed, parse.BarcodeMisread)
	k.refused(k.s.AddBarcode(ctx, k.by, cola, "", ""), fault.ValidationFailed, fault.Required)
	k.refused(k.s.AddBarcode(ctx, k.by, cola, "96385074", "Sack"), fault.ValidationFailed, pantry.UnknownUnit)
	if err := k.s.RemoveBarcode(ctx, k.by, "42100005264"); err != nil {
		t.Error(err)
	}
	k.refused(k.s.RemoveBarcode(ctx, k.by, "42100005264"), fault.NotFound, "")
}

// A number without a unit is how often of what is weighed, as much as the last time each; a large one is the weight.
func TestNumbersWithoutUnitOfWhatIsWeighed(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	if _, err := k.s.CreateProduct(ctx, k.by, pantry.ProductFields{Name: "Salt", Unit: "g"}); err != nil {
		t.Fatal(err)
	}
	k.must(k.s.AddByName(ctx, k.by, "500 g sugar", parse.DayFirst))
	k.must(k.s.AddByName(ctx, k.by, "2 l milk", parse.DayFirst))
	for line, want := range map[string]string{
		"2 sugar": "amount_needed", "sugar 2": "amount_needed", "0,5 sugar": "amount_needed", "250 sugar": "amount_needed", "3 g sugar": "3", "sugar": "500",
		"2 salt": "amount_needed", "250 salt": "amount_needed", "3 milk": "amount_needed", "milk 99": "amount_needed", "milk": "2000", "2 l milk": "2000",
	} {
		r, err := k.s.Read(ctx, k.by.HouseholdID, line, parse.DayFirst)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(r.Unread) > 0 {
			got = r.Unread[0].Code
		} else {
			small, err := parse.Convert(parse.Amount(r.Amount), parse.Unit(r.Unit), parse.Gram, nil)
			if err != nil {
				small, err = parse.Convert(parse.Amount(r.Amount), parse.Unit(r.Unit), parse.Millilitre, nil)
			}
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
			got = small.String()
		}
		if got != want {
			t.Errorf("%s is %s, want %s", line, got, want)
		}
	}
}

// What is put away without an amount is what was proposed.
func TestNumbersWithoutUnitArePutAwayAsProposed(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	sugar := k.must(k.s.AddByName(ctx, k.by, "500 g sugar", parse.DayFirst)).Products[0].ID
	two := int64(2000)
	line, err := k.s.AddShopping(ctx, k.by, pantry.ShoppingFields{Text: "sugar", Amount: &two})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.s.Tick(ctx, k.by, line.ID, true); err != nil {
		t.Fatal(err)
	}
	tray, err := k.s.Tray(ctx, k.by.HouseholdID)
	if err != nil || len(tray) != 1 || tray[0].Amount != 0 || tray[0].Unit != "g" {
		t.Fatalf("proposed: %+v, %v", tray, err)
	}
	_, err = k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: line.ID}})
	k.refused(err, fault.ValidationFailed, pantry.AmountNeeded)
	// Once it is known how much is in a pack, two are two packs.
	if _, err := k.s.SetUnit(ctx, k.by, sugar, pantry.ProductUnit{Unit: "pack", Factor: 500, Of: "g"}); err != nil {
		t.Fatal(err)
	}
	if tray, err = k.s.Tray(ctx, k.by.HouseholdID); err != nil || tray[0].Amount != 2000 || tray[0].Unit != "pack" {
		t.Fatalf("proposed: %+v, %v", tray, err)
	}
	put := k.must(k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: line.ID}}))
	if len(put.Movements) != 1 || put.Movements[0].Delta != 1_000_000 {
		t.Errorf("put away: %+v", put.Movements)
	}
}
