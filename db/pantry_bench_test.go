package db

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// filled is a database with 100,000 open lots of 10,000 products in household h1, and a tenth of that
// in h2.
func filled(tb testing.TB) *DB {
	tb.Helper()
	d, err := Open(context.Background(), options(filepath.Join(tb.TempDir(), "pantrie.db")))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := d.Close(); err != nil {
			tb.Error(err)
		}
	})
	for i, household := range []string{"01939c2e-0000-7000-8000-000000000001", "01939c2e-0000-7000-8000-000000000002"} {
		products := 10_000
		if i == 1 {
			products = 1_000
		}
		for _, statement := range []string{
			`INSERT INTO households (id, name, time_zone, created_at, search_key) VALUES ('%[1]s', 'x', 'UTC', 0, 1000 + %[2]d)`,
			`INSERT INTO locations (household_id, id, name, name_key, kind, position, created_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT '%[1]s', 'place' || i, 'Place ' || i, 'place ' || i, 'cupboard', i, 0 FROM n`,
			`INSERT INTO categories (household_id, id, name, name_key, position, created_at) WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT '%[1]s', 'c' || i, 'Category ' || i, 'category ' || i, i, 0 FROM n`,
			`INSERT INTO products (household_id, id, name, name_key, category_id, brand, base, unit, note, minimum, total, created_at, updated_at)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %[2]d),
w (k, word) AS (VALUES (0, 'Milch'), (1, 'Möhren'), (2, 'Müsli'), (3, 'Haferflocken'), (4, 'Kaffee'), (5, 'Schokolade'), (6, 'Tomaten'), (7, 'Nudeln'), (8, 'Reis'), (9, 'Crème fraîche'))
SELECT '%[1]s', printf('01939c2e-1111-7000-8000-%%012d', i), a.word || ' ' || b.word || ' ' || i, lower(a.word) || ' ' || b.word || ' ' || i, 'c' || (i %% 10), 'Brand ' || (i %% 100), 'piece', 'piece', 'a note on number ' || i, iif(i %% 50 = 0, 20000, NULL), 10000, 0, 0
FROM n JOIN w a ON a.k = i %% 10 JOIN w b ON b.k = (i / 10) %% 10`,
			`INSERT INTO product_barcodes (household_id, code, product_id, created_at) SELECT household_id, printf('40%%011d', row), id, 0 FROM products WHERE household_id = '%[1]s'`,
			`INSERT INTO lots (household_id, id, product_id, location_id, category_id, amount, expires_on, precision, date_kind, bought_on, created_at, sort_key)
WITH RECURSIVE k (j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM k WHERE j < 9)
SELECT p.household_id, printf('01939c2e-2222-7000-8%%03d-%%012d', j, p.row), p.id, 'place' || (1 + j), p.category_id, 1000, date('2026-11-01', '+' || ((p.row * 7 + j * 131) %% 900) || ' days'), 'day', 'best_before', '2026-10-01', 0, date('2026-11-01', '+' || ((p.row * 7 + j * 131) %% 900) || ' days') || 'u2026-10-01'
FROM products p CROSS JOIN k WHERE p.household_id = '%[1]s'`,
		} {
			if _, err := d.conn.ExecContext(context.Background(), fmt.Sprintf(statement, household, products)); err != nil {
				tb.Fatal(err, statement)
			}
		}
		if err := d.InTx(context.Background(), func(tx *Tx) error { return tx.indexHousehold(context.Background(), household) }); err != nil {
			tb.Fatal(err)
		}
	}
	return d
}

// What a person waits for with 100,000 lots: each as the bare statement, prepared, its rows counted
// and not read, and as the method.
func BenchmarkPantry(b *testing.B) {
	d := filled(b)
	ctx := context.Background()
	const h = "01939c2e-0000-7000-8000-000000000001"
	const product = "01939c2e-1111-7000-8000-000000005000"
	var ids []string
	for i := range 200 {
		ids = append(ids, fmt.Sprintf("01939c2e-1111-7000-8000-%012d", 1+i*50))
	}
	few := `["` + strings.Join(ids, `","`) + `"]`
	for _, bm := range []struct {
		name      string
		statement string
		args      []any
		method    func() (int, error)
	}{
		{"lots, first 50", sqlLotList, []any{h, "", "", "~", 50}, func() (int, error) { l, err := d.Lots(ctx, LotFilter{HouseholdID: h, Most: 50}); return len(l), err }},
		{"lots, 50 from the middle", sqlLotList, []any{h, "2028", "", "~", 50}, func() (int, error) {
			l, err := d.Lots(ctx, LotFilter{HouseholdID: h, AfterKey: "2028", Most: 50})
			return len(l), err
		}},
		{"lots of a place, 50", sqlLotsAtLocation, []any{h, "place3", "2028", "", "~", 50}, func() (int, error) {
			l, err := d.Lots(ctx, LotFilter{HouseholdID: h, LocationID: "place3", AfterKey: "2028", Most: 50})
			return len(l), err
		}},
		{"lots of a category, 50", sqlLotsOfCategory, []any{h, "c1", "", "", "2028", "", "~", 50}, func() (int, error) {
			l, err := d.Lots(ctx, LotFilter{HouseholdID: h, CategoryID: "c1", AfterKey: "2028", Most: 50})
			return len(l), err
		}},
		{"lots of a category at a place, 50", sqlLotsOfCategory, []any{h, "c1", "place3", "place3", "2028", "", "~", 50}, func() (int, error) {
			l, err := d.Lots(ctx, LotFilter{HouseholdID: h, CategoryID: "c1", LocationID: "place3", AfterKey: "2028", Most: 50})
			return len(l), err
		}},
		{"lots of a day, 50", sqlLotList, []any{h, "2028-01-01", "", "2028-01-02", 50}, func() (int, error) {
			l, err := d.Lots(ctx, LotFilter{HouseholdID: h, From: "2028-01-01", Until: "2028-01-02", Most: 50})
			return len(l), err
		}},
		{"lots of 200 products, 50", sqlLotsOfProducts, []any{few, h, "", "", "2028", "", "~", 50}, func() (int, error) {
			l, err := d.Lots(ctx, LotFilter{HouseholdID: h, ProductIDs: ids, AfterKey: "2028", Most: 50})
			return len(l), err
		}},
		{"products, 50 from the middle", sqlProductList, []any{h, "nudeln", "", 50}, func() (int, error) {
			l, err := d.Products(ctx, ProductFilter{HouseholdID: h, AfterKey: "nudeln", Most: 50})
			return len(l), err
		}},
		{"search: one letter", sqlSearchBegins, []any{h, "m", "m\U0010ffff", 20}, func() (int, error) { l, err := d.SearchProducts(ctx, h, "m", 20); return len(l), err }},
		{"search: two letters", sqlSearchBegins, []any{h, "mi", "mi\U0010ffff", 20}, func() (int, error) { l, err := d.SearchProducts(ctx, h, "mi", 20); return len(l), err }},
		{"search: a letter of every brand", sqlSearchWords, []any{indexed("bb"), 20}, func() (int, error) { l, err := d.SearchProducts(ctx, h, "b", 20); return len(l), err }},
		{"search: a word", sqlSearchWords, []any{indexed("nmoh"), 20}, func() (int, error) { l, err := d.SearchProducts(ctx, h, "moh", 20); return len(l), err }},
		{"search: two words", sqlSearchWords, []any{indexed("nmilch") + " AND " + indexed("n4500"), 20}, func() (int, error) {
			l, err := d.SearchProducts(ctx, h, "milch 4500", 20)
			return len(l), err
		}},
		{"search: a barcode", sqlSearchCodes, []any{h, "4000000000777", "4000000000778", 20}, func() (int, error) {
			l, err := d.SearchProducts(ctx, h, "4000000000777", 20)
			return len(l), err
		}},
		{"one product", sqlProductByID, []any{h, product}, func() (int, error) { _, err := d.ProductByID(ctx, h, product); return 1, err }},
		{"lots of one product", sqlLotsOfProduct, []any{h, product}, func() (int, error) { l, err := d.LotsOf(ctx, h, product); return len(l), err }},
		{"a barcode", sqlBarcodeByCode, []any{h, "4000000000777"}, func() (int, error) { _, err := d.BarcodeByCode(ctx, h, "4000000000777"); return 1, err }},
		{"home: a week, 50", sqlLotsExpiring, []any{h, "2027-02-04", "2027-02-08", 50}, func() (int, error) {
			l, err := d.LotsExpiring(ctx, h, "2027-02-04", "2027-02-08", 50)
			return len(l), err
		}},
		{"home: how many in a week", sqlLotsExpiringN, []any{h, "2027-02-04", "2027-02-08"}, func() (int, error) { _, err := d.CountExpiring(ctx, h, "2027-02-04", "2027-02-08"); return 1, err }},
		{"home: how many expired (11,600)", sqlLotsExpiringN, []any{h, "", "2027-02-14"}, func() (int, error) { _, err := d.CountExpiring(ctx, h, "", "2027-02-14"); return 1, err }},
		{"low stock, 50", sqlProductLow, []any{h, "", "", 50}, func() (int, error) {
			l, err := d.Products(ctx, ProductFilter{HouseholdID: h, Low: true, Most: 50})
			return len(l), err
		}},
	} {
		b.Run(bm.name+"/bare", func(b *testing.B) {
			stmt, err := d.read.PrepareContext(ctx, bm.statement)
			if err != nil {
				b.Fatal(err)
			}
			defer stmt.Close()
			for b.Loop() {
				if countRows(b, stmt, bm.args) == 0 {
					b.Fatal("nothing found")
				}
			}
		})
		b.Run(bm.name+"/method", func(b *testing.B) {
			for b.Loop() {
				if n, err := bm.method(); n == 0 || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	}
}

// indexed is a word of the larger household as it is looked for, with its place before it.
func indexed(word string) string { return `"` + searchKey(11_000) + word + `"*` }

func countRows(b *testing.B, stmt *sql.Stmt, args []any) (n int) {
	rows, err := stmt.Query(args...)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return n
}
