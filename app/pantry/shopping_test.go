package pantry_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

// list tells the list and the tray: amount, unit, text.
func (k *kitchen) list() (wanted, tray []string) {
	k.t.Helper()
	w, t, err := k.s.Shopping(k.t.Context(), k.by.HouseholdID)
	if err != nil {
		k.t.Fatal(err)
	}
	tell := func(list []pantry.ShoppingLine) []string {
		out := []string{}
		for _, l := range list {
			text := l.Text
			if l.Amount != nil {
				text = parse.Amount(*l.Amount).String() + " " + l.Unit + " " + text
			}
			out = append(out, text)
		}
		return out
	}
	return tell(w), tell(t)
}

func (k *kitchen) wantList(want ...string) {
	k.t.Helper()
	got, _ := k.list()
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		k.t.Errorf("list (-want +got):\n%s", diff)
	}
}

func (k *kitchen) wantTray(want ...string) {
	k.t.Helper()
	_, got := k.list()
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		k.t.Errorf("tray (-want +got):\n%s", diff)
	}
}

// buy puts something on the list.
func (k *kitchen) buy(f pantry.ShoppingFields) string {
	k.t.Helper()
	l, err := k.s.AddShopping(k.t.Context(), k.by, f)
	if err != nil {
		k.t.Fatal(err)
	}
	return l.ID
}

// bought puts something into the tray.
func (k *kitchen) bought(f pantry.ShoppingFields) string {
	k.t.Helper()
	id := k.buy(f)
	if _, err := k.s.Tick(k.t.Context(), k.by, id, true); err != nil {
		k.t.Fatal(err)
	}
	return id
}

func TestAddShopping(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		add  []pantry.ShoppingFields // "milk" is kept in litres, "eggs" in packs of six
		want []string
		why  string
	}{
		{"a text", []pantry.ShoppingFields{{Text: "  birthday   candles "}}, []string{"birthday candles"}, ""},
		{"the same text", []pantry.ShoppingFields{{Text: "Candles"}, {Text: "candle"}}, []string{"Candles"}, ""},
		{"amounts of a text", []pantry.ShoppingFields{{Text: "Candles", Amount: days(2000)}, {Text: "candles", Amount: days(3000), Unit: "Stück"}}, []string{"5  Candles"}, ""},
		{"two units that do not add up", []pantry.ShoppingFields{{Text: "Nuts", Amount: days(2000), Unit: "pack"}, {Text: "Nuts", Amount: days(300_000), Unit: "g"}}, []string{"2 pack Nuts", "300 g Nuts"}, ""},
		{"an amount where there was none", []pantry.ShoppingFields{{Text: "Candles"}, {Text: "candles", Amount: days(3000)}}, []string{"3  Candles"}, ""},
		{"no amount where there was one", []pantry.ShoppingFields{{Text: "Candles", Amount: days(3000)}, {Text: "candles"}}, []string{"3  Candles"}, ""},
		{"a product", []pantry.ShoppingFields{{ProductID: "milk"}}, []string{"Milk"}, ""},
		{"a product's name", []pantry.ShoppingFields{{ProductID: "milk", Amount: days(1000)}, {Text: "milk", Amount: days(500_000), Unit: "ml"}}, []string{"1.5  Milk"}, ""},
		{"packs and pieces", []pantry.ShoppingFields{{ProductID: "eggs", Amount: days(1000), Unit: "pack"}, {ProductID: "eggs", Amount: days(2000), Unit: "pieces"}}, []string{"8 piece Eggs"}, ""},
		{"packs and as many pieces", []pantry.ShoppingFields{{ProductID: "eggs", Amount: days(1000), Unit: "pack"}, {ProductID: "eggs", Amount: days(12000), Unit: "piece"}}, []string{"3 pack Eggs"}, ""},
		{"a product's name in a unit that it has not", []pantry.ShoppingFields{{Text: "Milk", Unit: "crate", Amount: days(1000)}, {ProductID: "milk"}}, []string{"1 crate Milk", "Milk"}, ""},
		{"nothing", []pantry.ShoppingFields{{Text: " "}}, nil, fault.Required},
		{"an amount of nothing", []pantry.ShoppingFields{{Text: "x", Amount: days(0)}}, nil, parse.AmountZero},
		{"too much", []pantry.ShoppingFields{{Text: "x", Amount: days(1_000_000_000_001)}}, nil, pantry.TooLarge},
		{"too much together", []pantry.ShoppingFields{{ProductID: "milk", Amount: days(900_000_000)}, {ProductID: "milk", Amount: days(900_000_000)}}, nil, pantry.TooLarge},
		{"no unit", []pantry.ShoppingFields{{Text: "x", Unit: "7"}}, nil, parse.UnitInvalid},
		{"a unit that the product has not", []pantry.ShoppingFields{{ProductID: "milk", Unit: "crate"}}, nil, pantry.UnknownUnit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := newKitchen(t)
			ids := map[string]string{"milk": k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l"}), "eggs": k.product(db.Product{Name: "Eggs", Base: "piece", Unit: "pack"})}
			k.write(func(tx *db.Tx) error {
				return tx.SetProductUnit(t.Context(), k.by.HouseholdID, ids["eggs"], "pack", 6)
			})
			var err error
			for _, f := range tt.add {
				f.ProductID = ids[f.ProductID]
				if _, err = k.s.AddShopping(t.Context(), k.by, f); err != nil {
					break
				}
			}
			if tt.why != "" {
				k.refused(err, fault.ValidationFailed, tt.why)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			k.wantList(tt.want...)
		})
	}
}

func TestShoppingLines(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	dairy, err := k.s.CreateCategory(ctx, k.by, pantry.CategoryFields{Name: "Dairy"})
	if err != nil {
		t.Fatal(err)
	}
	milk := k.product(db.Product{Name: "Milk", CategoryID: dairy.ID})
	mlik := k.product(db.Product{Name: "Mlik"})
	id := k.buy(pantry.ShoppingFields{ProductID: mlik})
	k.must(k.s.Merge(ctx, k.by, pantry.Merging{ProductID: mlik, IntoID: milk}))
	if again := k.buy(pantry.ShoppingFields{ProductID: milk, Note: "the blue one"}); again != id {
		t.Error("what became another product is listed twice")
	}
	for _, by := range []pantry.By{k.by, k.mara, k.mara} {
		l, err := k.s.Tick(ctx, by, id, true)
		if err != nil || l.TickedByName != "Sam" {
			t.Errorf("ticked by %q, %v", l.TickedByName, err)
		}
	}
	k.wantList()
	_, tray, err := k.s.Shopping(ctx, k.by.HouseholdID)
	if err != nil || len(tray) != 1 || tray[0].ProductName != "Milk" || tray[0].CategoryName != "Dairy" || tray[0].CategoryID != dairy.ID || tray[0].TickedByName != "Sam" || tray[0].Note != "the blue one" {
		t.Errorf("tray %+v, %v", tray, err)
	}
	for range 2 {
		if l, err := k.s.Tick(ctx, k.mara, id, false); err != nil || l.State != db.Wanted || l.TickedBy != "" {
			t.Errorf("unticked: %+v, %v", l, err)
		}
	}
	changed, err := k.s.ChangeShopping(ctx, k.by, id, func(f *pantry.ShoppingFields) { f.ProductID, f.Text, f.Amount = "", "Soap", days(2000) })
	if err != nil || changed.ProductID != "" || changed.ProductName != "" {
		t.Errorf("changed: %+v, %v", changed, err)
	}
	k.wantList("2  Soap")
	for name, do := range map[string]func(pantry.By, string) error{
		"change": func(by pantry.By, id string) error {
			_, err := k.s.ChangeShopping(ctx, by, id, func(*pantry.ShoppingFields) {})
			return err
		},
		"tick":   func(by pantry.By, id string) error { _, err := k.s.Tick(ctx, by, id, true); return err },
		"remove": func(by pantry.By, id string) error { return k.s.RemoveShopping(ctx, by, id) },
		"put away": func(by pantry.By, id string) error {
			_, err := k.s.PutAway(ctx, by, []pantry.PutAwayLine{{ItemID: id}})
			return err
		},
		"add": func(by pantry.By, _ string) error {
			_, err := k.s.AddShopping(ctx, by, pantry.ShoppingFields{ProductID: "none"})
			return err
		},
	} {
		t.Run(name+" of another household", func(t *testing.T) { k.refused(do(k.other, id), fault.NotFound, "") })
		t.Run(name+" of none", func(t *testing.T) { k.refused(do(k.by, "none"), fault.NotFound, "") })
	}
	if err := k.s.RemoveShopping(ctx, k.mara, id); err != nil {
		t.Error(err)
	}
	k.wantList()
}

func TestAddLow(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	eggs := k.product(db.Product{Name: "Eggs", Base: "piece", Unit: "pack", Minimum: days(13_000)})
	k.write(func(tx *db.Tx) error { return tx.SetProductUnit(t.Context(), k.by.HouseholdID, eggs, "pack", 6) })
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: eggs, Amount: 1000, Unit: "piece"}))
	milk := k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l", Minimum: days(1_000_000)})
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: milk, Amount: 250}))
	k.product(db.Product{Name: "Salt", Staple: true, Base: "g", Unit: "kg"})
	k.product(db.Product{Name: "Rice", Minimum: days(2500)})
	k.product(db.Product{Name: "Candles"})
	tray := k.product(db.Product{Name: "Butter", Staple: true})
	k.bought(pantry.ShoppingFields{ProductID: tray})
	listed := k.product(db.Product{Name: "Bread", Staple: true})
	k.buy(pantry.ShoppingFields{ProductID: listed})
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := 0
	for range 4 {
		wg.Go(func() {
			n, err := k.s.AddLow(t.Context(), k.by)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			sum += n
		})
	}
	wg.Wait()
	if sum != 4 {
		t.Errorf("%d were added", sum)
	}
	k.wantList("Bread", "2 pack Eggs", "0.75 l Milk", "3 piece Rice", "1 kg Salt")
}

func TestPutAway(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	milk := k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l", ShelfLife: days(7)})
	two := k.bought(pantry.ShoppingFields{ProductID: milk, Amount: days(2000)})
	nuts := k.bought(pantry.ShoppingFields{Text: "Nuts", Amount: days(300_000), Unit: "g"})
	soap := k.bought(pantry.ShoppingFields{Text: "Soap"})
	eggs := k.bought(pantry.ShoppingFields{Text: "Eggs", Amount: days(12_000)})
	lines := []pantry.PutAwayLine{
		{ItemID: two, LocationID: &k.fridge}, {ItemID: nuts, Precision: dated.ByMonth, ExpiresOn: "2027-03-01"}, {ItemID: soap, Skip: true},
		{ItemID: eggs, Amount: days(10_000), ExpiresOn: "2026-12-10", Precision: dated.ByDay}, {ItemID: eggs, Amount: days(2000), Precision: dated.Undated},
	}
	c := k.must(k.s.PutAway(ctx, k.by, lines))
	if c.Transaction.Verb != db.VerbPutAway || len(c.Movements) != 4 || len(c.Products) != 3 {
		t.Errorf("change %+v", c)
	}
	k.wantTray()
	k.wantStock(milk, "2000 2026-11-30 fridge guessed")
	made := map[string]string{}
	for _, p := range c.Products {
		made[p.Name] = p.ID
	}
	k.wantStock(made["Nuts"], "300 2027-03-31 nowhere")
	k.wantStock(made["Eggs"], "10 2026-12-10 nowhere", "2  nowhere")
	_, err := k.s.PutAway(ctx, k.mara, lines[:1])
	k.refused(err, fault.Conflict, pantry.NotInTray)
	_, err = k.s.Tick(ctx, k.mara, two, false)
	k.refused(err, fault.Conflict, pantry.NotInTray)
	if l, err := k.s.Tick(ctx, k.mara, two, true); err != nil || l.State != db.Done {
		t.Errorf("a late tick: %+v, %v", l, err)
	}
	k.refused(k.s.RemoveShopping(ctx, k.by, two), fault.NotFound, "")

	undo := func(id string, position int64) pantry.Change {
		t.Helper()
		return k.must(k.s.Undo(ctx, k.mara, pantry.Undoing{TransactionID: id, Position: position}))
	}
	undo(c.Transaction.ID, 4) // two eggs of twelve
	k.wantTray()
	undo(c.Transaction.ID, 3)
	k.wantTray("12  Eggs")
	all := undo(c.Transaction.ID, 0)
	k.wantTray("2  Milk", "300 g Nuts", "Soap", "12  Eggs")
	k.wantStock(milk)
	again := undo(all.Transaction.ID, 0) // milk, nuts and with them the soap
	k.wantTray("12  Eggs")
	k.wantStock(milk, "2000 2026-11-30 fridge guessed")
	undo(again.Transaction.ID, 0)
	k.wantTray("2  Milk", "300 g Nuts", "Soap", "12  Eggs")
	k.must(k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: soap, Skip: true}}))
	_, err = k.s.Undo(ctx, k.mara, pantry.Undoing{TransactionID: all.Transaction.ID}) // the soap is gone
	k.refused(err, fault.Conflict, "")
	skip := k.newest(1)[0]
	back := undo(skip.ID, 0)
	k.wantTray("2  Milk", "300 g Nuts", "Soap", "12  Eggs")
	undo(back.Transaction.ID, 0)
	k.wantTray("2  Milk", "300 g Nuts", "12  Eggs")
}

func TestPutAwayIsAllOrNothing(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	milk := k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l"})
	good := k.bought(pantry.ShoppingFields{ProductID: milk})
	for _, tt := range []struct {
		name  string
		line  pantry.PutAwayLine
		code  fault.Code
		field fault.Field
	}{
		{"a unit that does not go", pantry.PutAwayLine{Name: "milk", Amount: days(1000), Unit: "crate"}, fault.ValidationFailed, fault.Field{Name: "lines.1.unit", Code: pantry.UnknownUnit}},
		{"a date that is none", pantry.PutAwayLine{ExpiresOn: "soon", Precision: dated.ByDay}, fault.ValidationFailed, fault.Field{Name: "lines.1.expiresOn", Code: fault.Invalid}},
		{"an amount that is none", pantry.PutAwayLine{Amount: days(-1)}, fault.ValidationFailed, fault.Field{Name: "lines.1.amount", Code: parse.AmountZero}},
		{"an amount of nothing", pantry.PutAwayLine{Amount: days(0)}, fault.ValidationFailed, fault.Field{Name: "lines.1.amount", Code: parse.AmountZero}},
		{"another household's place", pantry.PutAwayLine{LocationID: &k.other.HouseholdID}, fault.NotFound, fault.Field{}},
		{"another household's product", pantry.PutAwayLine{ProductID: "none"}, fault.NotFound, fault.Field{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.line.ItemID = k.bought(pantry.ShoppingFields{Text: "Nuts " + tt.name})
			_, before := k.list()
			_, err := k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: good}, tt.line})
			k.refused(err, tt.code, tt.field.Code)
			var f *fault.Error
			if errors.As(err, &f) && len(f.Fields) > 0 && f.Fields[0].Name != tt.field.Name {
				t.Errorf("field %s, want %s", f.Fields[0].Name, tt.field.Name)
			}
			k.wantTray(before...)
			k.wantStock(milk)
		})
	}
	wanted := k.buy(pantry.ShoppingFields{Text: "Only wanted"})
	_, err := k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: good}, {ItemID: wanted}})
	k.refused(err, fault.Conflict, pantry.NotInTray)
	_, err = k.s.PutAway(ctx, k.by, nil)
	k.refused(err, fault.ValidationFailed, fault.Required)
}

// Several people tick and put away at once: no tick is lost, and nothing is put away twice.
func TestShoppingTogether(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	const lines = 40
	var ids, products []string
	for i := range lines {
		p := k.product(db.Product{Name: fmt.Sprint("Product ", i)})
		products = append(products, p)
		ids = append(ids, k.buy(pantry.ShoppingFields{ProductID: p, Amount: days(2000)}))
	}
	var wg sync.WaitGroup
	for n := range 4 {
		by := []pantry.By{k.by, k.mara}[n%2]
		wg.Go(func() {
			for i := range ids {
				if _, err := k.s.Tick(ctx, by, ids[(i*7+n*11)%lines], true); err != nil {
					t.Errorf("tick: %v", err)
				}
			}
		})
		wg.Go(func() {
			for range lines {
				tray, err := k.s.Tray(ctx, by.HouseholdID)
				if err != nil {
					t.Errorf("tray: %v", err)
					return
				}
				var away []pantry.PutAwayLine
				for _, l := range tray {
					away = append(away, pantry.PutAwayLine{ItemID: l.ID, Amount: &l.Amount, Unit: l.Unit})
				}
				if len(away) == 0 {
					continue
				}
				if _, err := k.s.PutAway(ctx, by, away); err != nil && !fault.Is(err, fault.Conflict) {
					t.Errorf("put away: %v", err)
				}
			}
		})
	}
	wg.Wait()
	_, tray, err := k.s.Shopping(ctx, k.by.HouseholdID)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range tray {
		k.must(k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: l.ID}}))
	}
	k.wantList()
	k.wantTray()
	for _, p := range products {
		k.wantStock(p, "2  shelf")
	}
	k.agrees()
}

func TestTrayProposes(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	milk := k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l", LocationID: k.fridge, ShelfLife: days(7)})
	k.product(db.Product{Name: "Peas", LocationID: k.freezer, ShelfLife: days(3), FrozenShelfLife: days(90)})
	bread := k.product(db.Product{Name: "Bread", ShelfLife: days(4)})
	for _, date := range []string{"2026-11-29", "2026-12-03", "2026-12-03"} {
		k.add(bread, 1, date)
	}
	k.bought(pantry.ShoppingFields{ProductID: milk, Amount: days(500_000), Unit: "ml"})
	k.bought(pantry.ShoppingFields{Text: "Peas"})
	k.bought(pantry.ShoppingFields{Text: "Bread", Amount: days(2000), Unit: "loaf"})
	k.bought(pantry.ShoppingFields{Text: "Candles", Amount: days(3000)})
	list, err := k.s.Tray(t.Context(), k.by.HouseholdID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range list {
		got = append(got, fmt.Sprint(l.Text, " ", parse.Amount(l.Amount), " ", l.Unit, " ", l.Expiry.Date, " ", l.Expiry.Guess, " ", l.Product != nil))
	}
	want := []string{"Milk 500 ml 2026-11-30 true true", "Peas 1 piece 2027-02-21 true true", "Bread 2 loaf 2026-12-03 true true", "Candles 3 piece  false false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tray (-want +got):\n%s", diff)
	}
	if list[0].LocationID != k.fridge || list[3].LocationID != "" {
		t.Errorf("places %q, %q", list[0].LocationID, list[3].LocationID)
	}
}
