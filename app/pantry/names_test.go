package pantry_test

import (
	"slices"
	"testing"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/db"
)

// namesOf lists what the stock of a change is called.
func (k *kitchen) namesOf(c pantry.Change) []string {
	k.t.Helper()
	var names []string
	for _, l := range c.Lots {
		p, err := k.db.ProductByID(k.t.Context(), k.by.HouseholdID, l.ProductID)
		if err != nil {
			k.t.Fatal(err)
		}
		names = append(names, p.Name)
	}
	slices.Sort(names)
	return names
}

// The identical name comes first, then one that is alike, and a new product last.
func TestTheNearestNameWins(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	for _, name := range []string{"Pâté", "Pâtes", "Rose", "Rosé", "Eggs", "egg", "Käse"} {
		k.product(db.Product{Name: name})
	}
	for line, want := range map[string]string{
		"Pâtes": "Pâtes", "Pâté": "Pâté", "pâtes": "Pâtes", "PÂTÉ": "Pâté", "pâté": "Pâté",
		"Rosé": "Rosé", "rose": "Rose", "Rose": "Rose", "3 rosé": "Rosé",
		"Eggs": "Eggs", "Egg": "egg", "eggs": "Eggs", "kaese": "Käse", "Kase": "Käse",
	} {
		if got := k.namesOf(k.must(k.s.AddByName(t.Context(), k.by, line, parse.DayFirst))); !slices.Equal(got, []string{want}) {
			t.Errorf("%q goes to %v, want %s", line, got, want)
		}
	}
	// One that was merged is still meant by its very name, not by one that is alike.
	pasta := k.product(db.Product{Name: "Pasta"})
	noodles := k.product(db.Product{Name: "Nudeln"})
	k.product(db.Product{Name: "Nüdeln"})
	if _, err := k.s.Merge(t.Context(), k.by, pantry.Merging{ProductID: noodles, IntoID: pasta}); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{"Nudeln": "Pasta", "Nüdeln": "Nüdeln"} {
		if got := k.namesOf(k.must(k.s.AddByName(t.Context(), k.by, line, parse.DayFirst))); !slices.Equal(got, []string{want}) {
			t.Errorf("%q goes to %v, want %s", line, got, want)
		}
	}
}

// In a sheet, two names that only fold alike are two products; a plural is not.
func TestNamesOfASheet(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, there, sheet string
		want               []string
	}{
		{"both are new", "", "name,amount\nPâté,1\nPâtes,2\npâté,3\n", []string{"Pâtes", "Pâté", "Pâté"}},
		{"one is there", "Pâté", "name,amount\nPâtes,2\nPâté,1\n", []string{"Pâtes", "Pâté"}},
		{"only the other is there, and meant", "Pâté", "name,amount\nPâtes,2\n", []string{"Pâté"}},
		{"accents alone", "", "name,amount\nRose,1\nRosé,2\n", []string{"Rose", "Rosé"}},
		{"a plural", "", "name,amount\nEgg,1\nEggs,2\n", []string{"Egg", "Egg"}},
		{"an umlaut of the plural", "", "name,amount\nNuss,1\nNüsse,2\n", []string{"Nuss", "Nuss"}},
		{"case", "", "name,amount\nmilk,1\nMILK,2\n", []string{"milk", "milk"}},
		{"brands", "", "name,brand,amount\nMilk,Berg,1\nmilk,,2\nMilk,Tal,3\n", []string{"Milk", "Milk", "Milk"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := newKitchen(t)
			if tt.there != "" {
				k.product(db.Product{Name: tt.there})
			}
			if got := k.namesOf(k.must(k.importCSV(k.by, []byte(tt.sheet)))); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// A new name that is nearly a known one comes with the one that may have been meant.
func TestNearlyTheName(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	for _, name := range []string{"Cheddar", "Milk", "Salt", "Kartoffeln", "Egg"} {
		k.product(db.Product{Name: name})
	}
	for line, want := range map[string]string{
		"2 chedar": "Cheddar", "mlik": "Milk", "500 g katrofeln": "Kartoffeln", "chedder 24.12.": "Cheddar", "saltt": "Salt", "cheddar": "", "Milk": "", "egf": "", "cream": "", "2 milk chocolate": "", "malt": "Salt", "4006381333930": "",
	} {
		r, err := k.s.Read(t.Context(), k.by.HouseholdID, line, parse.DayFirst)
		if err != nil || r.LikelyName != want {
			t.Errorf("%s: %q, %v, want %q", line, r.LikelyName, err, want)
		}
	}
}
