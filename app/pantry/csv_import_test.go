package pantry_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/app/pantry/sheet"
	"pantrie/auth/fault"
	"pantrie/db"
)

const householdSheet = `Name;Marke;Kategorie;Ort;Menge;Einheit;MHD;gekauft am;Preis;EAN;Mindestbestand;Farbe
Milch;Weide;Molkerei;Kühlschrank;2;l;10.12.2026;20.11.2026;1,99;4012345678901;1;weiß
Milch;Hof;Molkerei;Fridge;1;Liter;11.12.2026;;;;;
milch;weide;;Shelf;500;ml;;;;;;
Reis;;;Keller;3;kg;12/27;;;;2;
Nüsse;;;;;g;;;;96385074;200;
`

func TestImportCSV(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	preview, err := k.s.PreviewCSV(ctx, k.by.HouseholdID, []byte(householdSheet), parse.DayFirst)
	want := pantry.Preview{
		Rows: 5, Lots: 4, Other: []string{"Farbe"}, NewProducts: []string{"Milch", "Milch", "Reis", "Nüsse"}, NewPlaces: []pantry.NewPlace{{Name: "Kühlschrank", Kind: db.Fridge}, {Name: "Keller", Kind: db.Cupboard}}, NewCategories: []string{"Molkerei"},
	}
	if diff := cmp.Diff(want, preview, cmpopts.IgnoreFields(pantry.Preview{}, "Sample")); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	if list, err := k.db.Products(ctx, db.ProductFilter{HouseholdID: k.by.HouseholdID, Most: 10}); err != nil || len(list) != 0 {
		t.Fatalf("the preview has stored %v, %v", list, err)
	}
	by := k.by
	by.Key = "sheet"
	c := k.must(k.importCSV(by, []byte(householdSheet)))
	if c.Transaction.Verb != db.VerbAdd || len(c.Movements) != 4 || len(c.Products) != 3 {
		t.Errorf("%s, %d movements, %d products", c.Transaction.Verb, len(c.Movements), len(c.Products))
	}
	if again := k.must(k.importCSV(by, []byte(householdSheet))); !again.Repeated {
		t.Error("it was imported twice")
	}
	_, err = k.importCSV(by, []byte(householdSheet+"Salz;;;;1\n"))
	k.refused(err, fault.Conflict, pantry.KeyReused)
	find := func(text string) db.Product {
		t.Helper()
		list, err := k.s.Search(ctx, k.by.HouseholdID, text, 5)
		if err != nil || len(list) != 1 {
			t.Fatalf("search %s: %v, %v", text, list, err)
		}
		return list[0]
	}
	milk, rice, nuts := find("weide"), find("reis"), find("nusse")
	if milk.Total != 2_500_000 || *milk.Minimum != 1_000_000 || milk.CategoryID == "" || milk.Unit != "l" || rice.Base != "g" || *rice.Minimum != 2_000_000 || nuts.Total != 0 || *nuts.Minimum != 200_000 {
		t.Errorf("products\n%+v\n%+v\n%+v", milk, rice, nuts)
	}
	if p, err := k.s.ProductByBarcode(ctx, k.by.HouseholdID, "4012345678901"); err != nil || p.ID != milk.ID {
		t.Errorf("barcode: %+v, %v", p, err)
	}
	lots, err := k.db.LotsOf(ctx, k.by.HouseholdID, milk.ID)
	if err != nil || lots[0].Price == nil || *lots[0].Price != 199 || lots[0].BoughtOn != "2026-11-20" || lots[0].ExpiresOn != "2026-12-10" || lots[1].LocationID != k.shelf || !lots[1].Guessed {
		t.Errorf("lots %+v, %v", lots, err)
	}
	if list, err := k.db.Locations(ctx, k.by.HouseholdID); err != nil || len(list) != 5 {
		t.Errorf("places %+v, %v", list, err)
	}
	preview, err = k.s.PreviewCSV(ctx, k.by.HouseholdID, []byte(householdSheet), parse.DayFirst)
	if diff := cmp.Diff(pantry.Preview{Rows: 5, Lots: 4, Other: []string{"Farbe"}}, preview, cmpopts.IgnoreFields(pantry.Preview{}, "Sample", "Before", "Notices")); err != nil || diff != "" {
		t.Errorf("the second time: %v (-want +got):\n%s", err, diff)
	}
	k.must(k.importCSV(k.by, []byte("name,barcode,amount\nWhatever it is called,4012345678901,1\n")))
	if p := find("weide"); p.Total != 3_500_000 || p.Name != "Milch" {
		t.Errorf("by its barcode: %+v", p)
	}
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: c.Transaction.ID}))
	if p := find("reis"); p.Total != 0 {
		t.Errorf("after the undo: %+v", p)
	}
}

// A sheet with any problem adds nothing, and says where each of them is.
func TestImportCSVIsAllOrNothing(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l"})
	for code, name := range map[string]string{"96385074": "Rice", "4012345678901": "Salt"} {
		if err := k.s.AddBarcode(ctx, k.by, k.product(db.Product{Name: name}), code, ""); err != nil {
			t.Fatal(err)
		}
	}
	long := strings.Repeat("x", 150)
	for _, tt := range []struct {
		name, sheet, field, why string
	}{
		{"a unit that does not go", "name,amount,Unit\nBread,1,\nmilk,2,kg", "rows.3.Unit", parse.UnitMismatch},
		{"a unit with the amount", "name,Qty\nMilk,2 kg", "rows.2.Qty", parse.UnitMismatch},
		{"a unit of a new product", "name,amount,unit\nFlour,2,kg\nflour,1,pack", "rows.3.unit", parse.UnitMismatch},
		{"too much", "name,amount,unit\nFlour,999999999,kg", "rows.2.amount", parse.AmountTooLarge},
		{"a wrong digit", "name,ean\nFlour,4012345678902", "rows.2.ean", parse.BarcodeMisread},
		{"barcodes of two products", "name,ean\nFlour,4012345678901 96385074", "rows.2.ean", pantry.BarcodeTaken},
		{"a place with a long name", "name,place\nFlour," + long, "rows.2.place", fault.TooLong},
		{"a category with a long name", "name,category\nFlour," + long, "rows.2.category", fault.TooLong},
		{"a long note", "name,amount,note\nFlour,1," + strings.Repeat("x", 1500), "rows.2.note", fault.TooLong},
		{"what cannot be read", "name,amount\nFlour,many", "rows.2.amount", parse.AmountInvalid},
		{"no sheet", "hello", "file", sheet.FileNoNameColumn},
		{"nothing", "", "file", sheet.FileEmpty},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := k.snapshot()
			_, err := k.importCSV(k.by, []byte(tt.sheet))
			k.refused(err, fault.ValidationFailed, tt.why)
			var f *fault.Error
			if errors.As(err, &f) && f.Fields[0].Name != tt.field {
				t.Errorf("field %s, want %s", f.Fields[0].Name, tt.field)
			}
			preview, err := k.s.PreviewCSV(ctx, k.by.HouseholdID, []byte(tt.sheet), parse.DayFirst)
			if tt.field == "file" {
				k.refused(err, fault.ValidationFailed, tt.why)
			} else if err != nil || preview.ProblemCount != 1 || preview.Problems[0].Code != tt.why {
				t.Errorf("preview %+v, %v", preview, err)
			}
			if diff := cmp.Diff(before, k.snapshot()); diff != "" {
				t.Errorf("something was stored:\n%s", diff)
			}
		})
	}
	_, err := k.s.PreviewCSV(ctx, "nowhere", []byte(householdSheet), parse.DayFirst)
	k.refused(err, fault.NotFound, "")
	_, err = k.importCSV(pantry.By{HouseholdID: "nowhere", UserID: k.by.UserID}, []byte(householdSheet))
	k.refused(err, fault.NotFound, "")
}

// The sheet that is written is read as the same stock.
func TestExportCSV(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	k.must(k.importCSV(k.by, []byte(householdSheet)))
	export := func(household string) string {
		t.Helper()
		var b bytes.Buffer
		if err := k.s.ExportCSV(ctx, household, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	first := export(k.by.HouseholdID)
	want := []string{
		"name,brand,category,location,amount,unit,date,date_kind,bought_on,price,barcode,minimum,note",
		"Milch,Hof,Molkerei,Fridge,1,l,2026-12-11,best_before,2026-11-23,,,,",
		"Milch,Weide,Molkerei,Kühlschrank,2,l,2026-12-10,best_before,2026-11-20,1.99,4012345678901,1,",
		"Milch,Weide,Molkerei,Shelf,0.5,l,2026-12-13,best_before,2026-11-23,,4012345678901,1,",
		"Nüsse,,,,,g,,best_before,,,96385074,200,",
		"Reis,,,Keller,3,kg,2027-12,best_before,2026-11-23,,,2,",
	}
	got := strings.Split(strings.TrimSuffix(strings.TrimPrefix(first, "\ufeff"), "\r\n"), "\r\n")
	if len(got) > 2 && strings.HasPrefix(got[1], "Milch,Weide") { // which of two of one name is first is by their ids
		got[1], got[2], got[3] = got[3], got[1], got[2]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sheet (-want +got):\n%s", diff)
	}
	if _, err := k.importCSV(k.other, []byte(first)); err != nil {
		t.Fatal(err)
	}
	second := strings.Split(export(k.other.HouseholdID), "\r\n")
	if diff := cmp.Diff(strings.Split(first, "\r\n"), second); diff != "" {
		t.Errorf("exported, imported, exported (-first +second):\n%s", diff)
	}
	k.refused(k.s.ExportCSV(ctx, "nowhere", &bytes.Buffer{}), fault.NotFound, "")
}

// The largest sheet is imported, and undone, in one go.
func TestLargeSheet(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	var b strings.Builder
	b.WriteString("name,amount,location,date\n")
	const rows = 3000
	for i := range rows {
		fmt.Fprintf(&b, "Product %d,%d,Place %d,2027-0%d-01\n", i/3, 1+i%9, i%20, 1+i%9)
	}
	c := k.must(k.importCSV(k.by, []byte(b.String())))
	if len(c.Movements) != rows || len(c.Products) != rows/3 {
		t.Errorf("%d movements, %d products", len(c.Movements), len(c.Products))
	}
	k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: c.Transaction.ID}))
	if list, _, err := k.s.Stock(t.Context(), k.by.HouseholdID, pantry.StockFilter{Most: 10}); err != nil || len(list) != 0 {
		t.Errorf("stock %v, %v", list, err)
	}
}

// importCSV imports a sheet of somebody who writes the day first, all of it or nothing.
func (k *kitchen) importCSV(by pantry.By, data []byte) (pantry.Change, error) {
	c, _, err := k.s.ImportCSV(k.t.Context(), by, data, parse.DayFirst, false)
	return c, err
}

// With skip the rows that can be read come in, and nothing of the others.
func TestImportCSVSkipsProblems(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	k.product(db.Product{Name: "Milk", Base: "ml", Unit: "l"})
	const list = "name,amount,unit,date\nRice,2,,2099-01-01\nBeans,many,,\nMilk,2,jar,\nFlour,1,kg,31.11.\nOats,3,,\n"
	_, err := k.importCSV(k.by, []byte(list))
	k.refused(err, fault.ValidationFailed, "")
	if names := k.names(); !slices.Equal(names, []string{"Milk"}) {
		t.Errorf("after a refusal there are %v", names)
	}
	c, done, err := k.s.ImportCSV(t.Context(), k.by, []byte(list), parse.DayFirst, true)
	if err != nil {
		t.Fatal(err)
	}
	k.agrees()
	if got := k.namesOf(c); !slices.Equal(got, []string{"Oats"}) {
		t.Errorf("came in: %v", got)
	}
	var rows []int
	for _, p := range done.Problems {
		rows = append(rows, p.Row)
	}
	if !slices.Equal(rows, []int{2, 3, 4, 5}) || done.ProblemCount != 4 {
		t.Errorf("left out: %v of %d", rows, done.ProblemCount)
	}
	if names := k.names(); !slices.Equal(names, []string{"Milk", "Oats"}) {
		t.Errorf("there are %v", names)
	}
}
