package pantry_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/fold"
)

func TestStock(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	dairy, err := k.s.CreateCategory(ctx, k.by, pantry.CategoryFields{Name: "Dairy"})
	if err != nil {
		t.Fatal(err)
	}
	milk := k.product(db.Product{Name: "Milk", CategoryID: dairy.ID, LocationID: k.fridge})
	rice := k.product(db.Product{Name: "Rice"})
	for _, date := range []string{"2026-11-22", "2026-11-23", "2026-11-26", "2026-11-30", "2026-12-24", ""} {
		k.add(milk, 1, date)
		k.add(rice, 1, date)
	}
	k.must(k.s.Move(ctx, k.by, pantry.Moving{ProductID: milk, Amount: 1000, LocationID: k.shelf}))
	const all = "11-22 11-23 11-26 11-30 12-24 none"
	for _, tt := range []struct {
		name   string
		filter pantry.StockFilter
		want   string // dates of milk, then of rice
	}{
		{"everything", pantry.StockFilter{}, all + " / " + all},
		{"expired", pantry.StockFilter{Expires: pantry.Expired}, "11-22 / 11-22"},
		{"today", pantry.StockFilter{Expires: pantry.DueToday}, "11-23 / 11-23"},
		{"three days", pantry.StockFilter{Expires: pantry.ThreeDays}, "11-26 / 11-26"},
		{"a week", pantry.StockFilter{Expires: pantry.Week}, "11-30 / 11-30"},
		{"without a date", pantry.StockFilter{Expires: pantry.NoDate}, "none / none"},
		{"a place", pantry.StockFilter{LocationID: k.shelf}, "11-22 / " + all},
		{"a place and a time", pantry.StockFilter{LocationID: k.fridge, Expires: pantry.Week}, "11-30 / "},
		{"a category", pantry.StockFilter{CategoryID: dairy.ID}, all + " / "},
		{"a category at a place", pantry.StockFilter{CategoryID: dairy.ID, LocationID: k.shelf}, "11-22 / "},
		{"a category at a time", pantry.StockFilter{CategoryID: dairy.ID, Expires: pantry.Expired}, "11-22 / "},
		{"a text", pantry.StockFilter{Text: "ric"}, " / " + all},
		{"a text at a place and a time", pantry.StockFilter{Text: "mil", LocationID: k.shelf, Expires: pantry.Expired}, "11-22 / "},
		{"a text in a category", pantry.StockFilter{Text: "ric", CategoryID: dairy.ID}, " / "},
		{"a text of nothing", pantry.StockFilter{Text: "x"}, " / "},
		{"a place of others", pantry.StockFilter{LocationID: "none"}, " / "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dates := map[string]string{}
			last := ""
			for f := tt.filter; ; {
				f.Most = 2
				page, _, err := k.s.Stock(ctx, k.by.HouseholdID, f)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range page {
					if l.SortKey < last {
						t.Errorf("%s after %s", l.SortKey, last)
					}
					last = l.SortKey
					date := "none"
					if l.ExpiresOn != "" {
						date = l.ExpiresOn[5:]
					}
					if dates[l.ProductName] != "" {
						date = " " + date
					}
					dates[l.ProductName] += date
					if (l.CategoryID == dairy.ID) != (l.ProductName == "Milk") {
						t.Errorf("%s is in category %q", l.ProductName, l.CategoryID)
					}
				}
				if len(page) < f.Most {
					break
				}
				f.AfterKey, f.AfterID = page[1].SortKey, page[1].ID
			}
			if got := dates["Milk"] + " / " + dates["Rice"]; got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
	_, _, err = k.s.Stock(ctx, k.by.HouseholdID, pantry.StockFilter{Expires: "soon"})
	k.refused(err, fault.ValidationFailed, fault.InvalidChoice)
	_, _, err = k.s.Stock(ctx, "nowhere", pantry.StockFilter{Most: 1})
	k.refused(err, fault.NotFound, "")
}

// Lots are listed in the category that their product has now.
func TestLotsFollowTheCategory(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	var categories []string
	for _, name := range []string{"Dairy", "Drinks"} {
		c, err := k.s.CreateCategory(ctx, k.by, pantry.CategoryFields{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		categories = append(categories, c.ID)
	}
	milk, cocoa := k.product(db.Product{Name: "Milk", CategoryID: categories[0]}), k.product(db.Product{Name: "Cocoa"})
	k.add(milk, 1, "2026-12-01")
	k.add(cocoa, 1, "2026-12-02")
	used := k.must(k.s.Use(ctx, k.by, pantry.Taking{ProductID: cocoa, Amount: 1000}))
	want := func(counts ...int) {
		t.Helper()
		got := []int{}
		for _, c := range categories {
			list, _, err := k.s.Stock(ctx, k.by.HouseholdID, pantry.StockFilter{CategoryID: c, Most: 10})
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, len(list))
		}
		if diff := cmp.Diff(counts, got); diff != "" {
			t.Errorf("lots (-want +got):\n%s", diff)
		}
	}
	want(1, 0)
	for id, c := range map[string]string{milk: categories[1], cocoa: categories[1]} {
		if _, err := k.s.ChangeProduct(ctx, k.by, id, func(f *pantry.ProductFields) { f.CategoryID = c }); err != nil {
			t.Fatal(err)
		}
	}
	want(0, 1)
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: used.Transaction.ID})) // what was used up moved along
	want(0, 2)
	if _, err := k.s.ChangeProduct(ctx, k.by, milk, func(f *pantry.ProductFields) { f.CategoryID = categories[0] }); err != nil {
		t.Fatal(err)
	}
	k.must(k.s.Merge(ctx, k.by, pantry.Merging{ProductID: cocoa, IntoID: milk}))
	want(2, 0)
	if err := k.s.DeleteCategory(ctx, k.by, categories[0]); err != nil {
		t.Fatal(err)
	}
	want(0, 0)
	if list, _, err := k.s.Stock(ctx, k.by.HouseholdID, pantry.StockFilter{Most: 10}); err != nil || len(list) != 2 {
		t.Errorf("%d lots, %v", len(list), err)
	}
}

func TestWatchedAmong(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	cake, bread, milk := k.product(db.Product{Name: "Cake"}), k.product(db.Product{Name: "Bread"}), k.product(db.Product{Name: "Milk"})
	for id, labels := range map[string][]string{cake: {"nuss", "Eier", "Milch"}, bread: {"Gluten", "NÜSSE"}, milk: {"Milch"}} {
		if err := k.allergens(k.by, id, labels); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.s.SetWatched(ctx, k.by, []string{"Nüsse", "Ei"}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]map[string][]string{k.by.HouseholdID: {cake: {"Ei", "Nüsse"}, bread: {"Nüsse"}}, k.other.HouseholdID: {}} {
		got, err := k.s.WatchedAmong(ctx, name, []string{cake, bread, milk, cake, "none"})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	if got, err := k.s.WatchedAmong(ctx, k.by.HouseholdID, nil); err != nil || len(got) != 0 {
		t.Errorf("of nothing: %v, %v", got, err)
	}
}

// Where very many fit, the names that begin with the text come first, then those that have it elsewhere.
func TestSearchOfManyProducts(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	k.write(func(tx *db.Tx) error {
		for i := range 300 {
			name, note := fmt.Sprintf("Alte Möhre %03d", i), ""
			switch {
			case i == 200:
				name = "Möhren"
			case i == 201:
				name = "Moosbeere"
			case i == 202:
				name, note = "Salz", "zu Möhren"
			case i >= 290:
				name, note = fmt.Sprint("Zucker ", i), "mit Mohn"
			}
			if _, err := tx.InsertProduct(ctx, db.Product{HouseholdID: k.by.HouseholdID, Name: name, NameKey: fold.Key(name), Note: note, Base: "piece", Unit: "piece"}); err != nil {
				return err
			}
		}
		return nil
	})
	for text, want := range map[string][]string{
		"m":      {"Möhren", "Moosbeere", "Alte Möhre 000", "Alte Möhre 001"},
		"mö":     {"Möhren", "Moosbeere", "Alte Möhre 000", "Alte Möhre 001"},
		"MOHR":   {"Möhren", "Alte Möhre 000", "Alte Möhre 001", "Alte Möhre 002"},
		"alte m": {"Alte Möhre 000", "Alte Möhre 001", "Alte Möhre 002", "Alte Möhre 003"},
		"zu":     {"Zucker 290", "Zucker 291", "Zucker 292", "Zucker 293"},
	} {
		list, err := k.s.Search(ctx, k.by.HouseholdID, text, 4)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, p := range list {
			got = append(got, p.Name)
		}
		if text == "zu" { // few fit: by how well they do
			got, want = got[:1], []string{got[0]}
			if len(got) == 0 || got[0] == "Salz" {
				t.Errorf("the best is %v", got)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("search %q (-want +got):\n%s", text, diff)
		}
	}
	all, err := k.s.Search(ctx, k.by.HouseholdID, "m", 1000)
	seen := map[string]bool{}
	for _, p := range all {
		seen[p.ID] = true
	}
	if err != nil || len(all) != 300 || len(seen) != 300 {
		t.Errorf("%d found, of which %d differ, %v", len(all), len(seen), err)
	}
	dairy, err := k.s.CreateCategory(ctx, k.by, pantry.CategoryFields{Name: "Dairy"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.s.CreateProduct(ctx, k.by, pantry.ProductFields{Name: "Mozzarella", CategoryID: dairy.ID}); err != nil {
		t.Fatal(err)
	}
	if list, err := k.s.SearchIn(ctx, k.by.HouseholdID, "m", dairy.ID, 5); err != nil || len(list) != 1 || list[0].Name != "Mozzarella" {
		t.Errorf("in a category: %v, %v", list, err)
	}
}
