package db

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// Barcode leads to one product of a household. Unit is what one scan stands for, empty for the
// product's own.
type Barcode struct {
	HouseholdID string
	Code        string
	ProductID   string
	Unit        string
	CreatedAt   int64
}

// Allergen is a label of a product, or one a household watches for. Key is its folded form.
type Allergen struct {
	Key   string
	Label string
}

const (
	barcodeColumns = `household_id, code, product_id, unit, created_at`

	sqlBarcodeByCode = `SELECT ` + barcodeColumns + ` FROM product_barcodes WHERE household_id = ? AND code = ?`
	// Also those of the products that were merged into it.
	barcodesOfProduct = `WITH RECURSIVE same (product) AS (SELECT ?2 UNION SELECT p.id FROM same CROSS JOIN products p WHERE p.household_id = ?1 AND p.merged_into = same.product)
SELECT ` + barcodeColumns + ` FROM same CROSS JOIN product_barcodes ON household_id = ?1 AND product_id = same.product`
	sqlBarcodesOfProduct = barcodesOfProduct + ` ORDER BY code`
	sqlBarcodeInsert     = `INSERT INTO product_barcodes (household_id, code, product_id, unit, created_at) VALUES (?, ?, ?, ?, ?)`
	sqlBarcodeUnit       = `UPDATE product_barcodes SET unit = ? WHERE household_id = ? AND code = ?`
	sqlBarcodeDelete     = `DELETE FROM product_barcodes WHERE household_id = ? AND code = ? RETURNING product_id`

	sqlAllergensOfProduct = `SELECT label_key, label FROM product_allergens WHERE household_id = ? AND product_id = ?`
	sqlAllergenInsert     = `INSERT INTO product_allergens (household_id, product_id, label_key, label) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	sqlAllergenClear      = `DELETE FROM product_allergens WHERE household_id = ? AND product_id = ?`
	sqlWatchList          = `SELECT label_key, label FROM household_watch WHERE household_id = ?`
	sqlWatchAmong         = `SELECT a.product_id, w.label FROM json_each(?1) j CROSS JOIN product_allergens a ON a.household_id = ?2 AND a.product_id = j.value
CROSS JOIN household_watch w ON w.household_id = ?2 AND w.label_key = a.label_key`
	// All that goes with a product and is mostly little: one statement takes as long as one of its parts.
	sqlProductDetails = `SELECT 'zone', time_zone, '', 0 FROM households WHERE id = ?1
UNION ALL SELECT 'unit', unit, '', factor FROM product_units WHERE household_id = ?1 AND product_id = ?2
UNION ALL SELECT 'barcode', code, unit, 0 FROM (` + barcodesOfProduct + `)
UNION ALL SELECT 'allergen', a.label, coalesce((SELECT w.label FROM household_watch w WHERE w.household_id = ?1 AND w.label_key = a.label_key), ''), 0 FROM product_allergens a WHERE a.household_id = ?1 AND a.product_id = ?2`
	sqlWatchInsert = `INSERT INTO household_watch (household_id, label_key, label) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	sqlWatchClear  = `DELETE FROM household_watch WHERE household_id = ?`
)

func scanBarcode(s scanner) (b Barcode, err error) {
	return b, s.Scan(&b.HouseholdID, &b.Code, &b.ProductID, &b.Unit, &b.CreatedAt)
}

func scanAllergen(s scanner) (a Allergen, err error) { return a, s.Scan(&a.Key, &a.Label) }

// BarcodeByCode returns the household's barcode, or [ErrNotFound].
func (r reader) BarcodeByCode(ctx context.Context, householdID, code string) (Barcode, error) {
	return one(ctx, r.q, scanBarcode, sqlBarcodeByCode, householdID, code)
}

// BarcodesOf lists a product's barcodes and those of the products that were merged into it.
func (r reader) BarcodesOf(ctx context.Context, householdID, productID string) ([]Barcode, error) {
	return many(ctx, r.q, scanBarcode, sqlBarcodesOfProduct, householdID, productID)
}

// ProductDetails is what goes with a product. Units maps its own units to how many of its base unit one of them
// is, Barcodes their codes to what one scan stands for. Watched are those of its allergens that the household
// watches for, as the household calls them. TimeZone is the household's.
type ProductDetails struct {
	TimeZone  string
	Units     map[string]int64
	Barcodes  []Barcode
	Allergens []string
	Watched   []string
}

// DetailsOf reads what goes with a product.
func (r reader) DetailsOf(ctx context.Context, householdID, productID string) (ProductDetails, error) {
	type row struct {
		kind, name, of string
		n              int64
	}
	list, err := many(ctx, r.q, func(s scanner) (v row, err error) { return v, s.Scan(&v.kind, &v.name, &v.of, &v.n) }, sqlProductDetails, householdID, productID)
	d := ProductDetails{Units: map[string]int64{}, Barcodes: []Barcode{}, Allergens: []string{}, Watched: []string{}}
	for _, v := range list {
		switch v.kind {
		case "zone":
			d.TimeZone = v.name
		case "unit":
			d.Units[v.name] = v.n
		case "barcode":
			d.Barcodes = append(d.Barcodes, Barcode{HouseholdID: householdID, Code: v.name, ProductID: productID, Unit: v.of})
		case "allergen":
			d.Allergens = append(d.Allergens, v.name)
			if v.of != "" {
				d.Watched = append(d.Watched, v.of)
			}
		}
	}
	slices.SortFunc(d.Barcodes, func(a, b Barcode) int { return strings.Compare(a.Code, b.Code) })
	return d, err
}

// InsertBarcode gives a product a barcode. [ErrConflict] when a product has it, [ErrReference] when
// there is no such product.
func (tx *Tx) InsertBarcode(ctx context.Context, b Barcode) error {
	if _, err := tx.exec(ctx, sqlBarcodeInsert, b.HouseholdID, b.Code, b.ProductID, b.Unit, tx.now); err != nil {
		return err
	}
	return tx.indexProductByID(ctx, b.HouseholdID, b.ProductID)
}

// SetBarcodeUnit says what one scan of a barcode stands for; empty is the product's own unit. [ErrNotFound].
func (tx *Tx) SetBarcodeUnit(ctx context.Context, householdID, code, unit string) error {
	return tx.change(ctx, sqlBarcodeUnit, unit, householdID, code)
}

// DeleteBarcode takes a barcode from its product. [ErrNotFound].
func (tx *Tx) DeleteBarcode(ctx context.Context, householdID, code string) error {
	product, err := one(ctx, tx.q, func(s scanner) (id string, err error) { return id, s.Scan(&id) }, sqlBarcodeDelete, householdID, code)
	if err != nil {
		return err
	}
	return tx.indexProductByID(ctx, householdID, product)
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

// WatchedAmong tells of products what they have that the household watches for, by the household's labels.
func (r reader) WatchedAmong(ctx context.Context, householdID string, productIDs []string) (map[string][]string, error) {
	ids, err := json.Marshal(productIDs)
	if err != nil {
		return nil, err
	}
	type found struct{ product, label string }
	list, err := many(ctx, r.q, func(s scanner) (f found, err error) { return f, s.Scan(&f.product, &f.label) }, sqlWatchAmong, string(ids), householdID)
	m := make(map[string][]string, len(list))
	for _, f := range list {
		if !slices.Contains(m[f.product], f.label) { // a product that is asked for twice
			m[f.product] = append(m[f.product], f.label)
		}
	}
	return m, err
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
