package pantry_test

import (
	"slices"
	"strings"
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
)

// A barcode in a line is its product; one that nobody knows is asked about, and never becomes a name.
func TestBarcodesInLines(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	rice := k.product(db.Product{Name: "Rice", Base: "g", Unit: "g"})
	cola := k.product(db.Product{Name: "Cola"})
	soap := k.product(db.Product{Name: "Soap"})
	if _, err := k.s.SetUnit(ctx, k.by, rice, pantry.ProductUnit{Unit: "bag", Factor: 500, Of: "g"}); err != nil {
		t.Fatal(err)
	}
	for code, of := range map[string][2]string{"4006381333931": {rice, "bag"}, "036000291452": {cola, ""}, "96385074": {cola, ""}, "MY-SOAP-1": {soap, ""}} {
		if err := k.s.AddBarcode(ctx, k.by, of[0], code, of[1]); err != nil {
			t.Fatal(err)
		}
	}
	products := k.names()
	for line, want := range map[string]string{
		"4006381333931": "Rice 1 bag", "2 4006381333931": "Rice 2 bag", "4006381333931 x3": "Rice 3 bag", "400638 1333931": "Rice 1 bag", "4006381333931 24.12.": "Rice 1 bag 2026-12-24", "500 g 4006381333931": "Rice 500 g",
		"036000291452": "Cola 1 piece", "0036000291452": "Cola 1 piece", "3 036000291452": "Cola 3 piece", "96385074": "Cola 1 piece", "MY-SOAP-1": "Soap 1 piece", "2 MY-SOAP-1": "Soap 2 piece",
		"4006381333931 rice": "Rice 1 bag", "Rice 4006381333931": "Rice 1 bag",
		"4006381333930": "!" + parse.BarcodeMisread, "5901234123457": "!" + pantry.BarcodeUnknown, "2 5901234123457": "!" + pantry.BarcodeUnknown, "12345670": "!" + pantry.BarcodeUnknown, "12345678": "!" + parse.BarcodeMisread, "4006381333931 cola": "!" + pantry.BarcodeTaken,
	} {
		r, _, err := k.read(line)
		if err != nil {
			t.Fatal(err)
		}
		got := r.Name
		if r.Known {
			got = strings.TrimSpace(r.Products[0].Name + " " + parse.Measured{Amount: parse.Amount(r.Amount), Unit: parse.Unit(r.Unit)}.String())
			if r.DateText != "" {
				got += " " + r.Expiry.Date.String()
			}
		}
		if len(r.Unread) > 0 {
			got = "!" + r.Unread[0].Code
		}
		if got != want {
			t.Errorf("%s is %q, want %q", line, got, want)
		}
		if _, err := k.s.AddByName(ctx, k.by, line, parse.DayFirst); (err != nil) != strings.HasPrefix(got, "!") {
			t.Errorf("adding %s: %v", line, err)
		}
	}
	if now := k.names(); !slices.Equal(now, products) {
		t.Errorf("there are %v, before %v", now, products)
	}
	// What is named beside a new barcode has it from then on.
	k.must(k.s.AddByName(ctx, k.by, "5901234123457 lentils", parse.DayFirst))
	k.must(k.s.AddByName(ctx, k.by, "2 Cola 9780201379624", parse.DayFirst))
	for line, want := range map[string]string{"5901234123457": "lentils", "9780201379624": "Cola"} {
		if got := k.namesOf(k.must(k.s.AddByName(ctx, k.by, line, parse.DayFirst))); !slices.Equal(got, []string{want}) {
			t.Errorf("%s goes to %v, want %s", line, got, want)
		}
	}
}

// The shopping list knows them too.
func TestBarcodesOnTheList(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	cola := k.product(db.Product{Name: "Cola"})
	if err := k.s.AddBarcode(ctx, k.by, cola, "036000291452", ""); err != nil {
		t.Fatal(err)
	}
	l, err := k.s.AddShopping(ctx, k.by, pantry.ShoppingFields{Text: "036000291452"})
	if err != nil || l.ProductID != cola || l.Text != "Cola" {
		t.Errorf("%+v, %v", l, err)
	}
	_, err = k.s.AddShopping(ctx, k.by, pantry.ShoppingFields{Text: "5901234123457"})
	k.refused(err, fault.ValidationFailed, pantry.BarcodeUnknown)
	_, err = k.s.AddShopping(ctx, k.by, pantry.ShoppingFields{Text: "4006381333930"})
	k.refused(err, fault.ValidationFailed, parse.BarcodeMisread)
}

// However a barcode is written, the search finds its product; its beginning too.
func TestSearchByBarcode(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	cola := k.product(db.Product{Name: "Cola"})
	k.product(db.Product{Name: "Rice"})
	for _, code := range []string{"036000291452", "4006381333931", "01234565"} {
		if err := k.s.AddBarcode(ctx, k.by, cola, code, ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"036000291452", "0036000291452", "36000291452", "0 36000 29145 2", "036000", "00360002", "4006381333931", "4-006381-333931", "400638", "01234565"} {
		list, err := k.s.Search(ctx, k.by.HouseholdID, text, 5)
		if err != nil || len(list) != 1 || list[0].ID != cola {
			t.Errorf("%s finds %d products, %v", text, len(list), err)
		}
	}
}

// names lists what the products are called.
func (k *kitchen) names() []string {
	k.t.Helper()
	list, err := k.db.Products(k.t.Context(), db.ProductFilter{HouseholdID: k.by.HouseholdID, Most: 100})
	if err != nil {
		k.t.Fatal(err)
	}
	names := []string{}
	for _, p := range list {
		names = append(names, p.Name)
	}
	return names
}
