package pantry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/db"
)

// What is used first, where nobody says which: today is 2026-11-23.
func TestWhatIsUsedFirst(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		lots string // in the order in which they come into the house: o is opened, - has no date
		want string // in the order in which they are used
	}{
		{"by their dates", "2028-01-01 2026-12-01 2027-01-01", "2026-12-01 2027-01-01 2028-01-01"},
		{"what is open and has no date before a sealed one of 2028", "2028-01-01 -o", "-o 2028-01-01"},
		{"what is open and has no date after what has expired", "-o 2026-11-20", "2026-11-20 -o"},
		{"and before what is sealed and dated today", "2026-11-23 -o", "-o 2026-11-23"},
		{"and after what is open and expired yesterday", "-o 2026-11-22o", "2026-11-22o -o"},
		{"on one date what is open first", "2026-12-01 2026-12-01o", "2026-12-01o 2026-12-01"},
		{"sealed and without a date last", "- 2099-01-01 -o", "-o 2099-01-01 -"},
		{"what is open but dated later does not come first", "2026-12-01 2026-12-24o", "2026-12-01 2026-12-24o"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := newKitchen(t)
			ctx := t.Context()
			product := k.product(db.Product{Name: "Ham"})
			names := map[string]string{}
			for _, text := range strings.Fields(tt.lots) {
				date, opened := strings.CutSuffix(text, "o")
				id := k.add(product, 1, strings.TrimPrefix(date, "-"))
				if opened {
					c := k.must(k.s.Open(ctx, k.by, pantry.Taking{LotID: id, Amount: 1000}))
					id = c.Lots[len(c.Lots)-1].ID
				}
				names[id] = text
			}
			var got []string
			for range names {
				c := k.must(k.s.Use(ctx, k.by, pantry.Taking{ProductID: product, Amount: 1000}))
				got = append(got, names[c.Lots[0].ID])
			}
			if diff := cmp.Diff(strings.Fields(tt.want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
