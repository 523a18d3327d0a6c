package db

import (
	"context"
	"testing"
)

// Whatever somebody types is only ever looked for.
func FuzzSearch(f *testing.F) {
	d := open(f)
	var household string
	if err := d.InTx(context.Background(), func(tx *Tx) error {
		h, err := tx.InsertHousehold(context.Background(), Household{Name: "x", TimeZone: "UTC"})
		if err != nil {
			return err
		}
		household = h.ID
		for _, name := range []string{"Vollmilch", "全脂牛奶", "M&M's", "½ Melone", "🥛 milk"} {
			if _, err := tx.InsertProduct(context.Background(), Product{HouseholdID: h.ID, Name: name, NameKey: name, Base: "piece", Unit: "piece"}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"milch", `"`, "a OR b", "name : x", "NEAR(a b)", "*", "-x", "^a", "牛奶", "½", "🥛", "\xff", "0000", "a\x00b", "and", "und and", "'''", "{name}", "x y z x y z x y z x y z"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := d.SearchProducts(t.Context(), household, text, 10); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
