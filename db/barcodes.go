package db

import "context"

// Barcode leads to one product of a household. Unit is what one scan stands for, empty for the
// product's own. MergedFrom is the product that had it before a merge.
type Barcode struct {
	HouseholdID string
	Code        string
	ProductID   string
	Unit        string
	MergedFrom  string
	CreatedAt   int64
}

// Allergen is a label of a product, or one a household watches for. Key is its folded form.
type Allergen struct {
	Key   string
	Label string
}

const (
	barcodeColumns = `household_id, code, product_id, unit, coalesce(merged_from, ''), created_at`

	sqlBarcodeByCode     = `SELECT ` + barcodeColumns + ` FROM product_barcodes WHERE household_id = ? AND code = ?`
	sqlBarcodesOfProduct = `SELECT ` + barcodeColumns + ` FROM product_barcodes WHERE household_id = ? AND product_id = ?`
	sqlBarcodeInsert     = `INSERT INTO product_barcodes (household_id, code, product_id, unit, created_at) VALUES (?, ?, ?, ?, ?)`
	sqlBarcodeDelete     = `DELETE FROM product_barcodes WHERE household_id = ? AND product_id = ? AND code = ?`
	sqlBarcodeMerge      = `UPDATE product_barcodes SET product_id = ?, merged_from = coalesce(merged_from, product_id) WHERE household_id = ? AND product_id = ?`
	sqlBarcodeUnmerge    = `UPDATE product_barcodes SET product_id = merged_from, merged_from = NULL WHERE household_id = ? AND product_id = ? AND merged_from = ?`

	sqlAllergensOfProduct = `SELECT label_key, label FROM product_allergens WHERE household_id = ? AND product_id = ?`
	sqlAllergenInsert     = `INSERT INTO product_allergens (household_id, product_id, label_key, label) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	sqlAllergenClear      = `DELETE FROM product_allergens WHERE household_id = ? AND product_id = ?`
	sqlWatchList          = `SELECT label_key, label FROM household_watch WHERE household_id = ?`
	sqlWatchInsert        = `INSERT INTO household_watch (household_id, label_key, label) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlWatchClear         = `DELETE FROM household_watch WHERE household_id = ?`
)

func scanBarcode(s scanner) (b Barcode, err error) {
	return b, s.Scan(&b.HouseholdID, &b.Code, &b.ProductID, &b.Unit, &b.MergedFrom, &b.CreatedAt)
}

func scanAllergen(s scanner) (a Allergen, err error) { return a, s.Scan(&a.Key, &a.Label) }

// BarcodeByCode returns the household's barcode, or [ErrNotFound].
func (r reader) BarcodeByCode(ctx context.Context, householdID, code string) (Barcode, error) {
	return one(ctx, r.q, scanBarcode, sqlBarcodeByCode, householdID, code)
}

// BarcodesOf lists a product's barcodes.
func (r reader) BarcodesOf(ctx context.Context, householdID, productID string) ([]Barcode, error) {
	return many(ctx, r.q, scanBarcode, sqlBarcodesOfProduct, householdID, productID)
}

// InsertBarcode gives a product a barcode. [ErrConflict] when a product has it, [ErrReference] when
// there is no such product.
func (tx *Tx) InsertBarcode(ctx context.Context, b Barcode) error {
	if _, err := tx.exec(ctx, sqlBarcodeInsert, b.HouseholdID, b.Code, b.ProductID, b.Unit, tx.now); err != nil {
		return err
	}
	return tx.indexProductByID(ctx, b.HouseholdID, b.ProductID)
}

// DeleteBarcode takes a barcode from a product. [ErrNotFound].
func (tx *Tx) DeleteBarcode(ctx context.Context, householdID, productID, code string) error {
	if err := tx.change(ctx, sqlBarcodeDelete, householdID, productID, code); err != nil {
		return err
	}
	return tx.indexProductByID(ctx, householdID, productID)
}

// MergeBarcodes gives the barcodes of one product to another one.
func (tx *Tx) MergeBarcodes(ctx context.Context, householdID, from, into string) error {
	return tx.moveBarcodes(ctx, householdID, from, into, sqlBarcodeMerge, into, householdID, from)
}

// UnmergeBarcodes gives back the barcodes that came from a product.
func (tx *Tx) UnmergeBarcodes(ctx context.Context, householdID, from, into string) error {
	return tx.moveBarcodes(ctx, householdID, from, into, sqlBarcodeUnmerge, householdID, into, from)
}

func (tx *Tx) moveBarcodes(ctx context.Context, householdID, from, into, statement string, args ...any) error {
	if _, err := tx.exec(ctx, statement, args...); err != nil {
		return err
	}
	if err := tx.indexProductByID(ctx, householdID, from); err != nil {
		return err
	}
	return tx.indexProductByID(ctx, householdID, into)
}

// AllergensOf lists a product's allergens.
func (r reader) AllergensOf(ctx context.Context, householdID, productID string) ([]Allergen, error) {
	return many(ctx, r.q, scanAllergen, sqlAllergensOfProduct, householdID, productID)
}

// SetAllergens replaces a product's allergens. [ErrReference] when there is no such product.
func (tx *Tx) SetAllergens(ctx context.Context, householdID, productID string, list []Allergen) error {
	if _, err := tx.exec(ctx, sqlAllergenClear, householdID, productID); err != nil {
		return err
	}
	for _, a := range list {
		if _, err := tx.exec(ctx, sqlAllergenInsert, householdID, productID, a.Key, a.Label); err != nil {
			return err
		}
	}
	return nil
}

// Watched lists the allergens that a household watches for.
func (r reader) Watched(ctx context.Context, householdID string) ([]Allergen, error) {
	return many(ctx, r.q, scanAllergen, sqlWatchList, householdID)
}

// SetWatched replaces the allergens that a household watches for.
func (tx *Tx) SetWatched(ctx context.Context, householdID string, list []Allergen) error {
	if _, err := tx.exec(ctx, sqlWatchClear, householdID); err != nil {
		return err
	}
	for _, a := range list {
		if _, err := tx.exec(ctx, sqlWatchInsert, householdID, a.Key, a.Label); err != nil {
			return err
		}
	}
	return nil
}
