package db

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
)

// Snapshot reads the database as it was when it was first asked, whatever is written meanwhile.
type Snapshot struct{ reader }

// Snapshot runs fn on a snapshot. It holds one of the connections that read, and no network call belongs in fn:
// the write-ahead log grows for as long as it runs.
func (db *DB) Snapshot(ctx context.Context, fn func(*Snapshot) error) error {
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin snapshot: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return fn(&Snapshot{reader{q: tx}})
}

// WithTempFile runs fn with a file beside the database, where there is space if anywhere; it is removed after.
func (db *DB) WithTempFile(fn func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(db.path), "pantrie-*.tmp")
	if err != nil {
		return fmt.Errorf("create temporary file: %w", err)
	}
	defer os.Remove(f.Name()) // it is only a copy
	defer f.Close()           // nobody reads it again
	return fn(f)
}

// ProductUnit is a unit of a product's own: one is Factor base units.
type ProductUnit struct {
	ProductID string
	Unit      string
	Factor    int64
}

// ProductAllergen is an allergen of a product.
type ProductAllergen struct {
	ProductID string
	Allergen
}

const (
	sqlExportPhotos       = `SELECT ` + photoColumns + ` FROM photos WHERE household_id = ? ORDER BY id`
	sqlExportProducts     = `SELECT ` + productColumns + ` FROM products p WHERE p.household_id = ? ORDER BY p.id`
	sqlExportUnits        = `SELECT product_id, unit, factor FROM product_units WHERE household_id = ? ORDER BY product_id, unit`
	sqlExportMerged       = `SELECT id, merged_into FROM products WHERE household_id = ? AND merged_into IS NOT NULL`
	sqlExportBarcodes     = `SELECT ` + barcodeColumns + ` FROM product_barcodes WHERE household_id = ? ORDER BY code`
	sqlExportAllergens    = `SELECT product_id, label_key, label FROM product_allergens WHERE household_id = ? ORDER BY product_id, label_key`
	sqlExportLots         = `SELECT ` + lotColumns + ` FROM lots l WHERE l.household_id = ? ORDER BY l.id`
	sqlExportTransactions = `SELECT ` + transactionColumns + ` FROM stock_transactions t WHERE t.household_id = ? ORDER BY t.id`
	sqlExportMovements    = `SELECT ` + movementColumns + ` FROM movements m WHERE m.household_id = ? ORDER BY m.transaction_id, m.position`
	sqlExportShopping     = `SELECT ` + shoppingColumns + ` FROM shopping_items s WHERE s.household_id = ? ORDER BY s.id`
	sqlExportPutAway      = `SELECT transaction_id, item_id, position FROM put_away_items WHERE household_id = ? ORDER BY transaction_id, item_id, position`
)

// each runs a query for its rows, one after the other.
func each[T any](ctx context.Context, q queryer, scan func(scanner) (T, error), fn func(T) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return translate(err)
	}
	defer rows.Close() // rows.Err below tells
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return err
		}
		if err := fn(v); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}

// EachPhoto goes through a household's photos by id.
func (s *Snapshot) EachPhoto(ctx context.Context, householdID string, fn func(Photo) error) error {
	return each(ctx, s.q, scanPhoto, fn, sqlExportPhotos, householdID)
}

// EachProduct goes through a household's products by id, also those that were merged or archived.
func (s *Snapshot) EachProduct(ctx context.Context, householdID string, fn func(Product) error) error {
	return each(ctx, s.q, scanProduct, fn, sqlExportProducts, householdID)
}

// EachUnit goes through the units of all products.
func (s *Snapshot) EachUnit(ctx context.Context, householdID string, fn func(ProductUnit) error) error {
	return each(ctx, s.q, func(s scanner) (u ProductUnit, err error) { return u, s.Scan(&u.ProductID, &u.Unit, &u.Factor) }, fn, sqlExportUnits, householdID)
}

// Merged maps the products that became another one to that.
func (s *Snapshot) Merged(ctx context.Context, householdID string) (map[string]string, error) {
	into := map[string]string{}
	err := each(ctx, s.q, func(s scanner) (pair [2]string, err error) { return pair, s.Scan(&pair[0], &pair[1]) }, func(pair [2]string) error {
		into[pair[0]] = pair[1]
		return nil
	}, sqlExportMerged, householdID)
	return into, err
}

// EachBarcode goes through the barcodes of all products.
func (s *Snapshot) EachBarcode(ctx context.Context, householdID string, fn func(Barcode) error) error {
	return each(ctx, s.q, scanBarcode, fn, sqlExportBarcodes, householdID)
}

// EachAllergen goes through the allergens of all products.
func (s *Snapshot) EachAllergen(ctx context.Context, householdID string, fn func(ProductAllergen) error) error {
	return each(ctx, s.q, func(s scanner) (a ProductAllergen, err error) { return a, s.Scan(&a.ProductID, &a.Key, &a.Label) }, fn, sqlExportAllergens, householdID)
}

// EachLot goes through a household's lots by id, also those that are used up.
func (s *Snapshot) EachLot(ctx context.Context, householdID string, fn func(Lot) error) error {
	return each(ctx, s.q, scanLot, fn, sqlExportLots, householdID)
}

// EachTransaction goes through all that was done.
func (s *Snapshot) EachTransaction(ctx context.Context, householdID string, fn func(StockTransaction) error) error {
	return each(ctx, s.q, scanTransaction, fn, sqlExportTransactions, householdID)
}

// EachMovement goes through all movements by transaction and position.
func (s *Snapshot) EachMovement(ctx context.Context, householdID string, fn func(Movement) error) error {
	return each(ctx, s.q, scanMovement, fn, sqlExportMovements, householdID)
}

// EachShoppingItem goes through the shopping list, also what is done.
func (s *Snapshot) EachShoppingItem(ctx context.Context, householdID string, fn func(ShoppingItem) error) error {
	return each(ctx, s.q, scanShopping, fn, sqlExportShopping, householdID)
}

// EachPutAwayItem goes through what was put away, with its transaction.
func (s *Snapshot) EachPutAwayItem(ctx context.Context, householdID string, fn func(transactionID string, i PutAwayItem) error) error {
	type row struct {
		transaction string
		PutAwayItem
	}
	return each(ctx, s.q, func(s scanner) (r row, err error) { return r, s.Scan(&r.transaction, &r.ItemID, &r.Position) }, func(r row) error { return fn(r.transaction, r.PutAwayItem) }, sqlExportPutAway, householdID)
}
