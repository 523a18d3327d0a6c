package pantry_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

func TestCreateProduct(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	half := int64(500)
	for _, tt := range []struct {
		name string
		in   pantry.ProductFields
		want db.Product // name, units and minimum
		why  string
	}{
		{"a name is enough", pantry.ProductFields{Name: "  Milk "}, db.Product{Name: "Milk", Base: "piece", Unit: "piece"}, ""},
		{"kept in the smaller unit", pantry.ProductFields{Name: "Flour", Unit: "kg", Minimum: &half}, db.Product{Name: "Flour", Base: "g", Unit: "kg", Minimum: days(500_000)}, ""},
		{"the minimum in another unit", pantry.ProductFields{Name: "Juice", Unit: "l", Minimum: &half, MinimumUnit: "ml"}, db.Product{Name: "Juice", Base: "ml", Unit: "l", Minimum: &half}, ""},
		{"a unit of one's own", pantry.ProductFields{Name: "Eggs", Unit: "tray"}, db.Product{Name: "Eggs", Base: "tray", Unit: "tray"}, ""},
		{"a unit as people call it", pantry.ProductFields{Name: "Sugar", Unit: "Kilogramm", Minimum: &half, MinimumUnit: "Pfund"}, db.Product{Name: "Sugar", Base: "g", Unit: "kg", Minimum: days(250_000)}, ""},
		{"a dozen is of pieces", pantry.ProductFields{Name: "Rolls", Unit: "Dutzend"}, db.Product{Name: "Rolls", Base: "piece", Unit: "dozen"}, ""},
		{"no unit", pantry.ProductFields{Name: "x", Unit: "500 g"}, db.Product{}, parse.UnitInvalid},
		{"the same name once more", pantry.ProductFields{Name: "Milk"}, db.Product{Name: "Milk", Base: "piece", Unit: "piece"}, ""},
		{"no name", pantry.ProductFields{Name: " "}, db.Product{}, fault.Required},
		{"an odd shelf life", pantry.ProductFields{Name: "x", ShelfLife: days(-1)}, db.Product{}, pantry.DaysInvalid},
		{"an odd kind of date", pantry.ProductFields{Name: "x", DateKind: "sell_by"}, db.Product{}, fault.InvalidChoice},
		{"a minimum of nothing", pantry.ProductFields{Name: "x", Minimum: days(0)}, db.Product{}, parse.AmountZero},
		{"a minimum in another measure", pantry.ProductFields{Name: "x", Minimum: &half, MinimumUnit: "kg"}, db.Product{}, pantry.UnknownUnit},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, err := k.s.CreateProduct(t.Context(), k.by, tt.in)
			if tt.why != "" {
				k.refused(err, fault.ValidationFailed, tt.why)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, db.Product{Name: p.Name, Base: p.Base, Unit: p.Unit, Minimum: p.Minimum}); diff != "" {
				t.Errorf("product (-want +got):\n%s", diff)
			}
			stored, err := k.s.Product(t.Context(), k.by.HouseholdID, p.ID)
			if err != nil || !cmp.Equal(p, stored) {
				t.Errorf("stored: %v\n%s", err, cmp.Diff(p, stored))
			}
		})
	}
	_, err := k.s.CreateProduct(t.Context(), k.other, pantry.ProductFields{Name: "x", LocationID: k.fridge})
	k.refused(err, fault.NotFound, "")
}

func TestChangeProduct(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	created, err := k.s.CreateProduct(t.Context(), k.by, pantry.ProductFields{Name: "Flour", Unit: "kg", Minimum: days(1000), Brand: "Mill"})
	if err != nil {
		t.Fatal(err)
	}
	changed, err := k.s.ChangeProduct(t.Context(), k.by, created.ID, func(f *pantry.ProductFields) { f.Name, f.Unit, f.Staple = "Spelt flour", "g", true })
	if err != nil || changed.Name != "Spelt flour" || changed.Unit != "g" || *changed.Minimum != 1_000_000 || changed.Brand != "Mill" || !changed.Low {
		t.Errorf("changed: %+v, %v", changed, err)
	}
	_, err = k.s.ChangeProduct(t.Context(), k.by, created.ID, func(f *pantry.ProductFields) { f.Unit = "bag" })
	k.refused(err, fault.Conflict, pantry.UnitsDiffer)
	fresh := k.product(db.Product{Name: "Rice"})
	if p, err := k.s.ChangeProduct(t.Context(), k.by, fresh, func(f *pantry.ProductFields) { f.Unit = "kg" }); err != nil || p.Base != "g" {
		t.Errorf("another unit before there is any: %+v, %v", p, err)
	}
	_, err = k.s.ChangeProduct(t.Context(), k.other, created.ID, func(*pantry.ProductFields) {})
	k.refused(err, fault.NotFound, "")
	_, err = k.s.ChangeProduct(t.Context(), k.by, created.ID, func(f *pantry.ProductFields) { f.CategoryID = k.fridge })
	k.refused(err, fault.NotFound, "")
}

func TestUnitsOfProducts(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Tuna", Base: "can", Unit: "can", Minimum: days(3000)})
	added := k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: id, Amount: 4000, ExpiresOn: "2027-01-01"}))
	used := k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 1500}))
	set := func(unit string, factor int64, of string) (db.Product, error) {
		return k.s.SetUnit(t.Context(), k.by, id, pantry.ProductUnit{Unit: unit, Factor: factor, Of: of})
	}
	if p, err := set("pack", 3, "can"); err != nil || p.Base != "can" || p.Total != 2500 {
		t.Errorf("a larger unit: %+v, %v", p, err)
	}
	p, err := set("can", 150, "g") // everything is told in grams now
	if err != nil || p.Base != "g" || p.Unit != "can" || p.Total != 375_000 || *p.Minimum != 450_000 {
		t.Errorf("a smaller unit: %+v, %v", p, err)
	}
	k.agrees()
	k.wantStock(id, "375 2027-01-01 shelf")
	k.must(k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: used.Transaction.ID})) // from before
	k.wantStock(id, "600 2027-01-01 shelf")
	k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 1000, Unit: "pack"}))
	k.wantStock(id, "150 2027-01-01 shelf")
	_, err = k.s.Undo(t.Context(), k.by, pantry.Undoing{TransactionID: added.Transaction.ID})
	k.refused(err, fault.Conflict, pantry.UsedSince)
	for _, tt := range []struct {
		name   string
		unit   string
		factor int64
		of     string
		why    string
	}{
		{"one of itself", "pack", 1, "can", parse.FactorInvalid},
		{"none of it", "pack", 0, "can", parse.FactorInvalid},
		{"itself", "pack", 2, "pack", pantry.UnitKnown},
		{"what everybody knows", "kg", 900, "g", pantry.UnitKnown},
		{"the base in what is made of it", "g", 2, "can", pantry.UnitKnown},
		{"of nothing known", "sack", 2, "barrel", pantry.UnknownUnit},
		{"too many", "lorry", 1_000_000, "kg", parse.FactorInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := set(tt.unit, tt.factor, tt.of)
			k.refused(err, fault.ValidationFailed, tt.why)
		})
	}
	k.refused(k.s.RemoveUnit(t.Context(), k.by, id, "can"), fault.Conflict, pantry.StillInUse)
	k.refused(k.s.RemoveUnit(t.Context(), k.by, id, "sack"), fault.NotFound, "")
	if err := k.s.RemoveUnit(t.Context(), k.by, id, "pack"); err != nil {
		t.Error(err)
	}
	litres := k.product(db.Product{Name: "Oil", Base: "ml", Unit: "l"})
	for _, u := range []pantry.ProductUnit{{Unit: "Flasche", Factor: 75, Of: "Centiliter"}, {Unit: "Kästen", Factor: 12, Of: "bottles"}} {
		if _, err := k.s.SetUnit(t.Context(), k.by, litres, u); err != nil {
			t.Fatal(err)
		}
	}
	for _, unit := range []string{"Kasten", "fl", "Liter", "", "cl"} {
		k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: litres, Amount: 1000, Unit: unit}))
	}
	if p, err := k.s.Product(t.Context(), k.by.HouseholdID, litres); err != nil || p.Total != 11_760_000 {
		t.Errorf("a crate, a bottle, two litres and a centilitre are %+v, %v", p.Total, err)
	}
	_, err = k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: litres, Amount: 1000, Unit: "Pfund"})
	k.refused(err, fault.ValidationFailed, pantry.UnknownUnit)
	full := k.product(db.Product{Name: "Salt", Base: "bag", Unit: "bag"})
	k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: full, Amount: 900_000_000_000}))
	_, err = k.s.SetUnit(t.Context(), k.by, full, pantry.ProductUnit{Unit: "bag", Factor: 2, Of: "g"})
	k.refused(err, fault.ValidationFailed, pantry.TooLarge)
}

func TestBarcodesAndSearch(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	dairy, err := k.s.CreateCategory(ctx, k.by, pantry.CategoryFields{Name: "Molkerei"})
	if err != nil {
		t.Fatal(err)
	}
	create := func(f pantry.ProductFields) string {
		t.Helper()
		p, err := k.s.CreateProduct(ctx, k.by, f)
		if err != nil {
			t.Fatal(err)
		}
		return p.ID
	}
	creme := create(pantry.ProductFields{Name: "Crème fraîche", Brand: "Weide", CategoryID: dairy.ID})
	milk := create(pantry.ProductFields{Name: "Milch", Note: "die mit dem blauen Deckel"})
	mlik := create(pantry.ProductFields{Name: "Mlik"})
	if _, err := k.s.CreateProduct(ctx, k.other, pantry.ProductFields{Name: "Milch of next door"}); err != nil {
		t.Fatal(err)
	}
	for code, id := range map[string]string{"4012345678901": milk, "96385074": mlik} {
		if err := k.s.AddBarcode(ctx, k.by, id, code, ""); err != nil {
			t.Fatal(err)
		}
	}
	find := func(text string, want ...string) {
		t.Helper()
		list, err := k.s.Search(ctx, k.by.HouseholdID, text, 20)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, p := range list {
			got = append(got, p.Name)
		}
		if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
			t.Errorf("search %q (-want +got):\n%s", text, diff)
		}
	}
	find("crem", "Crème fraîche")
	find("CRÈME FRA", "Crème fraîche")
	find("weide", "Crème fraîche")
	find("molk", "Crème fraîche")
	find("blau", "Milch")
	find("40123", "Milch")
	find("mil", "Milch")
	find("milch next")
	find(`" OR household : x`)
	find("milch household")
	find("*")
	find("")
	find("mil NOT x")
	if _, err := k.s.ChangeCategory(ctx, k.by, dairy.ID, func(f *pantry.CategoryFields) { f.Name = "Kühlregal" }); err != nil {
		t.Fatal(err)
	}
	find("molk")
	find("kuhl", "Crème fraîche")
	if err := k.s.DeleteCategory(ctx, k.by, dairy.ID); err != nil {
		t.Fatal(err)
	}
	find("kuhl")
	k.refused(k.s.AddBarcode(ctx, k.by, creme, "96385074", ""), fault.Conflict, fault.Taken)
	merged := k.must(k.s.Merge(ctx, k.by, pantry.Merging{ProductID: mlik, IntoID: milk}))
	find("mlik", "Milch")
	find("96385074", "Milch")
	scan := func(household, code, want string) {
		t.Helper()
		p, err := k.s.ProductByBarcode(ctx, household, code)
		if want == "" {
			k.refused(err, fault.NotFound, "")
		} else if err != nil || p.ID != want {
			t.Errorf("barcode %s leads to %s, %v", code, p.Name, err)
		}
	}
	scan(k.by.HouseholdID, "96385074", milk)
	scan(k.other.HouseholdID, "96385074", "")
	if list, err := k.db.BarcodesOf(ctx, k.by.HouseholdID, milk); err != nil || len(list) != 2 {
		t.Errorf("barcodes %v, %v", list, err)
	}
	if err := k.s.AddBarcode(ctx, k.by, milk, "96385074", ""); err != nil {
		t.Error("a barcode that leads there already: ", err)
	}
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: merged.Transaction.ID}))
	scan(k.by.HouseholdID, "96385074", mlik)
	find("mlik", "Mlik")
	k.refused(k.s.RemoveBarcode(ctx, k.other, "96385074"), fault.NotFound, "")
	if err := k.s.RemoveBarcode(ctx, k.by, "96385074"); err != nil {
		t.Error(err)
	}
	scan(k.by.HouseholdID, "96385074", "")
	find("96385074")
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	cellar, err := k.s.CreateLocation(ctx, k.by, pantry.PlaceFields{Name: "Cellar", Kind: db.Cupboard, Position: 9})
	if err != nil {
		t.Fatal(err)
	}
	_, err = k.s.CreateLocation(ctx, k.by, pantry.PlaceFields{Name: "cellar", Kind: db.Cupboard})
	k.refused(err, fault.Conflict, fault.Taken)
	_, err = k.s.CreateLocation(ctx, k.by, pantry.PlaceFields{Name: "Attic", Kind: "oven"})
	k.refused(err, fault.ValidationFailed, fault.InvalidChoice)
	_, err = k.s.ChangeLocation(ctx, k.by, cellar.ID, func(f *pantry.PlaceFields) { f.Name = "Fridge" })
	k.refused(err, fault.Conflict, fault.Taken)
	_, err = k.s.ChangeLocation(ctx, k.other, cellar.ID, func(*pantry.PlaceFields) {})
	k.refused(err, fault.NotFound, "")
	if _, err := k.s.ChangeLocation(ctx, k.by, cellar.ID, func(f *pantry.PlaceFields) { f.Position = -1 }); err != nil {
		t.Fatal(err)
	}
	if list, err := k.db.Locations(ctx, k.by.HouseholdID); err != nil || list[0].Name != "Cellar" || len(list) != 4 {
		t.Errorf("places %+v, %v", list, err)
	}
	wine := k.product(db.Product{Name: "Wine", LocationID: cellar.ID})
	k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: wine, Amount: 1000}))
	k.refused(k.s.DeleteLocation(ctx, k.by, cellar.ID), fault.Conflict, pantry.StillInUse)
	k.refused(k.s.DeleteLocation(ctx, k.other, cellar.ID), fault.NotFound, "")
	drunk := k.must(k.s.Use(ctx, k.by, pantry.Taking{ProductID: wine, Amount: 1000}))
	if err := k.s.DeleteLocation(ctx, k.by, cellar.ID); err != nil {
		t.Fatal(err)
	}
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: drunk.Transaction.ID})) // the place is gone, the wine is not
	k.wantStock(wine, "1  nowhere")
}

// Two people who make the same places at once get one of each; what cannot be accepted of one leaves none.
func TestPlacesInOneStep(t *testing.T) {
	k := newKitchen(t)
	ctx := t.Context()
	names := func() (names []string) {
		t.Helper()
		list, err := k.db.Locations(ctx, k.by.HouseholdID)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			names = append(names, l.Name)
		}
		return names
	}
	before := names()
	_, err := k.s.CreateLocations(ctx, k.by, []pantry.PlaceFields{{Name: "Attic", Kind: db.Cupboard}, {Name: "Hut", Kind: "oven"}})
	k.refused(err, fault.ValidationFailed, fault.InvalidChoice)
	if now := names(); !slices.Equal(now, before) {
		t.Errorf("places are %q, not %q", now, before)
	}

	list := []pantry.PlaceFields{
		{Name: "Attic", Kind: db.Cupboard, Position: 7},
		{Name: "Hut", Kind: db.Freezer, Position: 8},
		{Name: "hut", Kind: db.Cupboard, Position: 9},
	}
	failed := make(chan error)
	for range 2 {
		go func() {
			_, err := k.s.CreateLocations(ctx, k.by, list)
			failed <- err
		}()
	}
	for range 2 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	want := append(slices.Clone(before), "Attic", "Hut")
	if now := names(); !slices.Equal(now, want) {
		t.Errorf("places are %q, not %q", now, want)
	}

	made, err := k.s.CreateLocations(ctx, k.by, list[1:])
	if err != nil || made[0].ID != made[1].ID || made[1].Kind != db.Freezer {
		t.Errorf("made again: %+v, %v", made, err)
	}
	if _, err := k.s.OrderLocations(ctx, k.by, []string{made[0].ID, made[0].ID}); err != nil {
		t.Error(err)
	}
	want = append([]string{"Hut"}, append(before, "Attic")...)
	if now := names(); !slices.Equal(now, want) {
		t.Errorf("in order they are %q, not %q", now, want)
	}
	_, err = k.s.OrderLocations(ctx, k.other, []string{made[0].ID})
	k.refused(err, fault.NotFound, "")
	_, err = k.s.OrderCategories(ctx, k.by, []string{"nothing"})
	k.refused(err, fault.NotFound, "")
}

// What cannot be accepted of a product leaves all of it as it was.
func TestProductIsStoredWhole(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	good, bad := []string{"Milk"}, []string{strings.Repeat("x", 61)}
	_, err := k.s.CreateProduct(t.Context(), k.by, pantry.ProductFields{Name: "Cake", Allergens: &bad})
	k.refused(err, fault.ValidationFailed, fault.TooLong)
	if list, err := k.db.Products(t.Context(), db.ProductFilter{HouseholdID: k.by.HouseholdID, Most: 10}); err != nil || len(list) != 0 {
		t.Errorf("there are %v, %v", list, err)
	}
	cake, err := k.s.CreateProduct(t.Context(), k.by, pantry.ProductFields{Name: "Cake", Allergens: &good})
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*pantry.ProductFields){
		func(f *pantry.ProductFields) { f.Name, f.Allergens = "", &[]string{"Egg"} },
		func(f *pantry.ProductFields) { f.Name, f.Allergens = "Pie", &bad },
		func(f *pantry.ProductFields) { f.Name, f.Allergens, f.CategoryID = "Pie", &[]string{"Egg"}, "none" },
	} {
		if _, err := k.s.ChangeProduct(t.Context(), k.by, cake.ID, change); err == nil {
			t.Error("it is accepted")
		}
		p, err1 := k.db.ProductByID(t.Context(), k.by.HouseholdID, cake.ID)
		list, err2 := k.db.AllergensOf(t.Context(), k.by.HouseholdID, cake.ID)
		if err1 != nil || err2 != nil || p.Name != "Cake" || len(list) != 1 || list[0].Label != "Milk" {
			t.Errorf("it is %q with %v now, %v, %v", p.Name, list, err1, err2)
		}
	}
}

func TestAllergens(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	from, into := k.product(db.Product{Name: "Cake"}), k.product(db.Product{Name: "Nut cake"})
	for id, labels := range map[string][]string{from: {"Milk", "Egg", "milk"}, into: {"Nuts", "Egg"}} {
		if err := k.allergens(k.by, id, labels); err != nil {
			t.Fatal(err)
		}
	}
	k.refused(k.allergens(k.other, from, []string{"Soy"}), fault.NotFound, "")
	for label, want := range map[string]string{"Nüsse": "nuss", "NUSS": "nuss", "Erdnüssen": "erdnuss", "Sojabohnen": "sojabohn", "Eier": "ei"} {
		if err := k.s.SetWatched(t.Context(), k.by, []string{label}); err != nil {
			t.Fatal(err)
		}
		if list, err := k.db.Watched(t.Context(), k.by.HouseholdID); err != nil || len(list) != 1 || list[0] != (db.Allergen{Key: want, Label: label}) {
			t.Errorf("%s is watched for as %+v, %v", label, list, err)
		}
	}
	k.refused(k.s.SetWatched(t.Context(), k.by, []string{" "}), fault.ValidationFailed, fault.Required)
	if err := k.s.SetWatched(t.Context(), k.by, []string{"Nuts"}); err != nil {
		t.Fatal(err)
	}
	if list, err := k.db.Watched(t.Context(), k.by.HouseholdID); err != nil || len(list) != 1 {
		t.Errorf("watched %v, %v", list, err)
	}
	k.must(k.s.Merge(t.Context(), k.by, pantry.Merging{ProductID: from, IntoID: into}))
	list, err := k.db.AllergensOf(t.Context(), k.by.HouseholdID, into)
	if want := []db.Allergen{{Key: "egg", Label: "Egg"}, {Key: "milk", Label: "Milk"}, {Key: "nut", Label: "Nuts"}}; err != nil || !cmp.Equal(want, list) {
		t.Errorf("after the merge: %v, %v", list, err)
	}
}

func TestHome(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	id := k.product(db.Product{Name: "Milk"})
	for _, date := range []string{"2026-11-01", "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01", ""} {
		k.add(id, 1, date)
	}
	k.product(db.Product{Name: "Salt", Staple: true})
	k.product(db.Product{Name: "Rice", Minimum: days(1000)})
	low := k.product(db.Product{Name: "Eggs", Minimum: days(2000)})
	k.add(low, 1, "")
	k.add(k.product(db.Product{Name: "Flour", Minimum: days(2000), Staple: true}), 2, "")
	tell := func(most int) map[string][]string {
		t.Helper()
		home, err := k.s.Home(ctx, k.by.HouseholdID, most)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string][]string{}
		for _, g := range home.Groups {
			for _, l := range g.Lots {
				got[string(g.Name)] = append(got[string(g.Name)], l.ExpiresOn)
			}
			if most == 10 && g.Count != int64(len(g.Lots)) || most == 1 && g.Count != map[pantry.GroupName]int64{pantry.Expired: 2, pantry.DueToday: 1, pantry.ThreeDays: 2, pantry.Week: 2}[g.Name] {
				t.Errorf("%s: %d, %d lots", g.Name, g.Count, len(g.Lots))
			}
		}
		for _, p := range home.Low {
			got["low"] = append(got["low"], p.Name)
		}
		if home.LowCount != 3 {
			t.Errorf("%d run low", home.LowCount)
		}
		return got
	}
	want := map[string][]string{"expired": {"2026-11-01", "2026-11-22"}, "today": {"2026-11-23"}, "three_days": {"2026-11-24", "2026-11-26"}, "week": {"2026-11-27", "2026-11-30"}, "low": {"Eggs", "Rice", "Salt"}}
	if diff := cmp.Diff(want, tell(10)); diff != "" {
		t.Errorf("home (-want +got):\n%s", diff)
	}
	tell(1)
	k.clock.Add(11 * 3600 * 1000) // 23:00 UTC is the next day in Berlin
	if home, err := k.s.Home(ctx, k.by.HouseholdID, 10); err != nil || home.Today != "2026-11-24" || home.Groups[0].Count != 3 {
		t.Errorf("an hour before midnight in London: %+v, %v", home, err)
	}
	if home, err := k.s.Home(ctx, k.other.HouseholdID, 10); err != nil || len(home.Low) != 0 || home.Groups[0].Count != 0 {
		t.Errorf("next door: %+v, %v", home, err)
	}
	_, err := k.s.Home(ctx, "nowhere", 10)
	k.refused(err, fault.NotFound, "")
}

func TestListsByKey(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	var want, got []string
	for _, name := range []string{"Apples", "Bread", "Bread", "Cheese", "Dill", "Eggs", "Figs"} {
		k.add(k.product(db.Product{Name: name}), 1, "2026-12-01")
		want = append(want, name)
	}
	for f := (db.ProductFilter{HouseholdID: k.by.HouseholdID, Most: 3}); ; {
		page, err := k.db.Products(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, p := range page {
			got = append(got, p.Name)
		}
		f.AfterKey, f.AfterID = page[len(page)-1].NameKey, page[len(page)-1].ID
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("products (-want +got):\n%s", diff)
	}
	for _, place := range []string{"", k.shelf} {
		got = nil
		for f := (db.LotFilter{HouseholdID: k.by.HouseholdID, LocationID: place, Most: 2}); ; {
			page, err := k.db.Lots(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, l := range page {
				got = append(got, l.ProductName)
			}
			f.AfterKey, f.AfterID = page[len(page)-1].SortKey, page[len(page)-1].ID
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("lots (-want +got):\n%s", diff)
		}
	}
}

func TestChangeLot(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Milk", ShelfLife: days(5)})
	k.add(id, 1, "2026-12-01")
	lot := k.must(k.s.Add(t.Context(), k.by, pantry.Addition{ProductID: id, Amount: 2000})).Lots[0].ID
	k.wantStock(id, "1 2026-12-01 shelf", "2 2026-12-01 shelf guessed") // as long as the first one
	change := func(by pantry.By, fn func(*pantry.LotFields)) error {
		_, err := k.s.ChangeLot(t.Context(), by, lot, fn)
		return err
	}
	if err := change(k.by, func(f *pantry.LotFields) { f.Note = "for Sunday" }); err != nil || !k.lot(lot).Guessed {
		t.Errorf("a note: %+v, %v", k.lot(lot), err)
	}
	if err := change(k.by, func(f *pantry.LotFields) { f.ExpiresOn, f.Precision = "2026-12-02", dated.ByMonth }); err != nil {
		t.Error(err)
	}
	k.wantStock(id, "1 2026-12-01 shelf", "2 2026-12-31 shelf")
	k.refused(change(k.by, func(f *pantry.LotFields) { f.ExpiresOn = "soon" }), fault.ValidationFailed, fault.Invalid)
	k.refused(change(k.other, func(*pantry.LotFields) {}), fault.NotFound, "")
}

// A household can be deleted with everything in it, and the search forgets it.
func TestHouseholdTakesItsPantryAlong(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	id := k.product(db.Product{Name: "Milk"})
	k.add(id, 2, "2026-12-01")
	k.must(k.s.Use(t.Context(), k.by, pantry.Taking{ProductID: id, Amount: 1000}))
	_, err := k.raw.ExecContext(t.Context(), `PRAGMA foreign_keys = 1; DELETE FROM households WHERE id = '`+k.by.HouseholdID+`'`)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := k.db.SearchProducts(t.Context(), k.by.HouseholdID, "milk", 10); err != nil || len(list) != 0 {
		t.Errorf("found %v, %v", list, err)
	}
	if _, err := k.db.ProductByID(t.Context(), k.by.HouseholdID, id); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("the product: %v", err)
	}
}

// What cannot be seen in a name makes it another one, and what turns the letters round makes it look like one.
func TestTextsAreReadable(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	p, err := k.s.CreateProduct(ctx, k.by, pantry.ProductFields{Name: "Mi\x00lk\x07 \u202egpj", Note: "two\nlines\u2066", Unit: "l"})
	if err != nil || p.Name != "Milk gpj" || p.Note != "two\nlines" {
		t.Errorf("%q %q, %v", p.Name, p.Note, err)
	}
	k.must(k.s.Add(ctx, k.by, pantry.Addition{Name: "Eg\x00gs", Amount: 1000, Note: "\x00=1+1"}))
	var sheet strings.Builder
	if err := k.s.ExportCSV(ctx, k.by.HouseholdID, &sheet); err != nil {
		t.Fatal(err)
	}
	preview, err := k.s.PreviewCSV(ctx, k.by.HouseholdID, []byte(sheet.String()), parse.DayFirst)
	if err != nil || preview.ProblemCount != 0 || !strings.Contains(sheet.String(), "Eggs") || !strings.Contains(sheet.String(), ",'=1+1") {
		t.Errorf("%+v, %v of\n%s", preview, err, sheet.String())
	}
}
