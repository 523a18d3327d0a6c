package db

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
)

// A household that has something in every table goes whole, whatever refers to what in it; another
// one and the people stay.
func TestDeletedHouseholdLeavesNothingBehind(t *testing.T) {
	d := open(t)
	ctx := context.Background()
	p, err := migrationProvider(d.write)
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range p.ListSources() {
		seed, err := os.ReadFile(fmt.Sprintf("testdata/seed-%05d.sql", source.Version))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.conn.ExecContext(ctx, string(seed)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.conn.ExecContext(ctx, `
INSERT INTO households (id, name, time_zone, created_at, search_key) VALUES ('h2', 'Cabin', 'UTC', 0, 77);
INSERT INTO memberships (household_id, user_id, role, created_at) VALUES ('h2', 'u1', 'admin', 0);
INSERT INTO locations (household_id, id, name, name_key, kind, position, created_at) VALUES ('h2', 'lo1', 'Fridge', 'fridge', 'fridge', 1, 0);
INSERT INTO products (household_id, id, name, name_key, base, unit, location_id, created_at, updated_at) VALUES ('h2', 'p1', 'Milk', 'milk', 'ml', 'l', 'lo1', 0, 0);
INSERT INTO products_search (rowid, words) SELECT row, '0025nmilk' FROM products;`); err != nil {
		t.Fatal(err)
	}
	write(t, d, func(tx *Tx) error { return tx.DeleteHousehold(ctx, "h1") })

	rows, err := d.conn.QueryContext(ctx, `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'household_id'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil || len(tables) < 14 {
		t.Fatalf("tables of a household: %v, %v", tables, err)
	}
	count := func(query string) (n int) {
		t.Helper()
		if err := d.conn.QueryRowContext(ctx, query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, table := range tables {
		if n := count(`SELECT count(*) FROM ` + table + ` WHERE household_id = 'h1'`); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	for query, want := range map[string]int{
		`SELECT count(*) FROM pragma_foreign_key_check()`:                              0,
		`SELECT count(*) FROM users`:                                                   2,
		`SELECT count(*) FROM api_tokens`:                                              2,
		`SELECT count(*) FROM products`:                                                1,
		`SELECT count(*) FROM locations`:                                               1,
		`SELECT count(*) FROM memberships`:                                             1,
		`SELECT count(*) FROM products_search WHERE products_search MATCH '0025nmilk'`: 1,
		`SELECT count(*) FROM pragma_integrity_check() WHERE integrity_check <> 'ok'`:  0,
	} {
		if got := count(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if err := d.InTx(ctx, func(tx *Tx) error { return tx.DeleteHousehold(ctx, "h1") }); !errors.Is(err, ErrNotFound) {
		t.Errorf("once more: %v", err)
	}
}
