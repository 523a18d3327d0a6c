package db

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Before goods took their price along, a price was what all of a lot had cost. After the upgrade it is what is left of
// that, and each movement has its share.
func TestPricesOfBeforeAreShared(t *testing.T) {
	t.Parallel()
	path := older(t, 7)
	old, err := openWrite(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`INSERT INTO stock_transactions (household_id, id, user_name, verb, at) VALUES ('h1', 'v1', 'Sam', 'add', 1), ('h1', 'v2', 'Sam', 'use', 2), ('h1', 'v3', 'Sam', 'waste', 3), ('h1', 'v4', 'Sam', 'move', 4), ('h1', 'v5', 'Sam', 'add', 5)`,
		`INSERT INTO lots (household_id, id, product_id, amount, precision, date_kind, bought_on, price, created_at, closed_at, sort_key) VALUES
			('h1', 'left', 'p1', 1000, 'none', 'best_before', '2023-11-14', 1000, 1, NULL, '9999-99-99u2023-11-14'),
			('h1', 'moved', 'p1', 1000, 'none', 'best_before', '2023-11-14', NULL, 1, NULL, '9999-99-99u2023-11-14'),
			('h1', 'gone', 'p1', 0, 'none', 'best_before', '2023-11-14', 50, 1, 3, '9999-99-99u2023-11-14'),
			('h1', 'unpriced', 'p1', 1000, 'none', 'best_before', '2023-11-14', NULL, 1, NULL, '9999-99-99u2023-11-14')`,
		`INSERT INTO movements (household_id, transaction_id, position, lot_id, product_id, delta) VALUES
			('h1', 'v1', 1, 'left', 'p1', 3000), ('h1', 'v2', 1, 'left', 'p1', -1000), ('h1', 'v4', 1, 'left', 'p1', -1000), ('h1', 'v4', 2, 'moved', 'p1', 1000),
			('h1', 'v1', 2, 'gone', 'p1', 2000), ('h1', 'v3', 1, 'gone', 'p1', -2000), ('h1', 'v5', 1, 'unpriced', 'p1', 1000)`,
		`UPDATE products SET total = total + 3000 WHERE id = 'p1'`,
	} {
		if _, err := old.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), options(filepath.Clean(path)))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	got := map[string][]int64{}
	for _, id := range []string{"left", "moved", "gone", "unpriced"} {
		lot, err := d.LotByID(t.Context(), "h1", id)
		if err != nil {
			t.Fatal(err)
		}
		values := []int64{-1}
		if lot.Price != nil {
			values[0] = *lot.Price
		}
		movements, err := d.MovementsOfLot(t.Context(), "h1", id)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range movements {
			if m.Value != nil {
				values = append(values, *m.Value)
			}
		}
		got[id] = values
	}
	want := map[string][]int64{"left": {333, 999, -333, -333}, "moved": {-1}, "gone": {0, 50, -50}, "unpriced": {-1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("prices and what the movements were worth (-want +got):\n%s", diff)
	}
}
