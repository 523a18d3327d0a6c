package db

import (
	"cmp"
	"context"
	"encoding/json"

	"pantrie/db/dated"
)

// Product is something a household keeps. Base is the unit of Total, Minimum and of its lots'
// amounts, which are thousandths; Unit is the one people enter it in, and UnitFactor how many of Base the
// household says are in one, 0 where it says nothing. Shelf lives are days, nil when unknown. MergedInto is the product that this one became, empty for most. Low says that there is
// less than the minimum, or nothing of what is always to be there.
type Product struct {
	Row             int64 // its number in the search
	HouseholdID     string
	ID              string
	Name            string
	NameKey         string
	Brand           string
	CategoryID      string
	LocationID      string
	PhotoID         string
	Base            string
	Unit            string
	UnitFactor      int64
	UsedBy          string // the pack that is used at once
	UsedFactor      int64  // how many of Base are in that; 0 where there is none
	Minimum         *int64
	Staple          bool
	ShelfLife       *int64
	OpenedShelfLife *int64
	FrozenShelfLife *int64
	ThawedShelfLife *int64
	DateKind        dated.Kind
	Nutrition       string // JSON
	Note            string
	Total           int64
	Low             bool
	MergedInto      string
	ArchivedAt      int64 // 0: not hidden
	CreatedAt       int64
	UpdatedAt       int64
}

// ProductFilter selects products, by name. AfterKey and AfterID are those of the last one of the page before.
type ProductFilter struct {
	HouseholdID string
	CategoryID  string
	Low         bool // only what runs low
	Uncounted   Uncounted
	AfterKey    string
	AfterID     string
	Most        int
}

// Uncounted says which lots do not count towards a minimum: those that are opened, and those that were good until before
// a day, 'YYYY-MM-DD'. The zero value is none.
type Uncounted struct {
	Opened        bool
	ExpiredBefore string
}

const (
	unitFactor     = `coalesce((SELECT o.factor FROM product_units o WHERE o.household_id = p.household_id AND o.product_id = p.id AND o.unit = p.unit), 0)`
	usedFactor     = `iif(p.used_by = '', 0, coalesce((SELECT o.factor FROM product_units o WHERE o.household_id = p.household_id AND o.product_id = p.id AND o.unit = p.used_by), 0))`
	productColumns = `p.row, p.household_id, p.id, p.name, p.name_key, p.brand, coalesce(p.category_id, ''), coalesce(p.location_id, ''), coalesce(p.photo_id, ''), p.base, p.unit, ` + unitFactor + `, p.used_by, ` + usedFactor + `, p.minimum, p.staple, p.shelf_life, p.opened_shelf_life, p.frozen_shelf_life, p.thawed_shelf_life, p.date_kind, p.nutrition, p.note, p.total, p.low, coalesce(p.merged_into, ''), coalesce(p.archived_at, 0), p.created_at, p.updated_at`

	sqlProductByID       = `SELECT ` + productColumns + ` FROM products p WHERE p.household_id = ? AND p.id = ?`
	sqlProductsByName    = `SELECT ` + productColumns + ` FROM products p WHERE p.household_id = ? AND p.name_key = ? AND p.merged_into IS NULL AND p.archived_at IS NULL`
	sqlProductsHidden    = `SELECT ` + productColumns + ` FROM products p WHERE p.household_id = ? AND p.name_key = ? AND (p.merged_into IS NOT NULL OR p.archived_at IS NOT NULL)`
	sqlProductList       = `SELECT ` + productColumns + ` FROM products p WHERE p.household_id = ? AND p.merged_into IS NULL AND p.archived_at IS NULL AND (p.name_key, p.id) > (?, ?) ORDER BY p.name_key, p.id LIMIT ?`
	sqlProductOfCategory = `SELECT ` + productColumns + ` FROM products p WHERE p.household_id = ? AND p.category_id = ? AND p.merged_into IS NULL AND p.archived_at IS NULL AND (p.name_key, p.id) > (?, ?) ORDER BY p.name_key, p.id LIMIT ?`
	sqlProductLow        = `SELECT ` + productColumns + ` FROM products p WHERE p.household_id = ? AND p.low = 1 AND (p.name_key, p.id) > (?, ?) ORDER BY p.name_key, p.id LIMIT ?`
	sqlProductLowCount   = `SELECT count(*) FROM products p WHERE p.household_id = ? AND p.low = 1`
	// What counts is reckoned where a household leaves something out; else it is stored.
	uncounted            = `coalesce((SELECT sum(l.amount) FROM lots l INDEXED BY lots_by_product WHERE l.household_id = p.household_id AND l.product_id = p.id AND l.closed_at IS NULL AND (?2 AND l.opened_on IS NOT NULL OR l.expires_on < ?3)), 0)`
	lowCounted           = ` FROM products p INDEXED BY products_kept WHERE p.household_id = ?1 AND p.merged_into IS NULL AND p.archived_at IS NULL AND (p.minimum IS NOT NULL OR p.staple = 1) AND (p.total - ` + uncounted + ` < p.minimum OR p.staple = 1 AND p.total = ` + uncounted + `)`
	sqlProductLowOf      = `SELECT ` + productColumns + lowCounted + ` AND (p.name_key, p.id) > (?4, ?5) ORDER BY p.name_key, p.id LIMIT ?6`
	sqlProductLowOfCount = `SELECT count(*)` + lowCounted
	sqlProductUncounted  = `SELECT p.id, ` + uncounted + ` FROM json_each(?4) j CROSS JOIN products p ON p.household_id = ?1 AND p.id = j.value`
	sqlFrozenInCategory  = `SELECT frozen_shelf_life FROM products WHERE household_id = ? AND category_id = ? AND frozen_shelf_life IS NOT NULL ORDER BY updated_at DESC, id DESC LIMIT 1`
	sqlProductInsert     = `INSERT INTO products (household_id, id, name, name_key, brand, category_id, location_id, photo_id, base, unit, used_by, minimum, staple, shelf_life, opened_shelf_life, frozen_shelf_life, thawed_shelf_life, date_kind, nutrition, note, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING row`
	sqlProductUpdate = `UPDATE products SET name = ?, name_key = ?, brand = ?, category_id = nullif(?, ''), location_id = nullif(?, ''), photo_id = nullif(?, ''), base = ?, unit = ?, used_by = ?, minimum = ?, staple = ?,
  shelf_life = ?, opened_shelf_life = ?, frozen_shelf_life = ?, thawed_shelf_life = ?, date_kind = ?, nutrition = ?, note = ?, merged_into = nullif(?, ''), updated_at = ? WHERE household_id = ? AND id = ?`
	sqlProductArchive    = `UPDATE products SET archived_at = ? WHERE household_id = ? AND id = ? AND archived_at IS NULL AND total = 0`
	sqlProductRestore    = `UPDATE products SET archived_at = NULL WHERE household_id = ? AND id = ? AND archived_at IS NOT NULL`
	sqlProductHasHistory = `SELECT EXISTS (SELECT 1 FROM lots WHERE household_id = ?1 AND product_id = ?2) OR EXISTS (SELECT 1 FROM movements WHERE household_id = ?1 AND product_id = ?2) OR EXISTS (SELECT 1 FROM products WHERE household_id = ?1 AND merged_into = ?2)`
	sqlProductDelete     = `DELETE FROM products WHERE household_id = ? AND id = ?`
	sqlProductTotal      = `UPDATE products SET total = total + ? WHERE household_id = ? AND id = ?`

	sqlProductScale   = `UPDATE products SET total = total * ?, minimum = minimum * ?, base = ? WHERE household_id = ? AND id = ?`
	sqlLotScale       = `UPDATE lots SET amount = amount * ? WHERE household_id = ? AND product_id = ?`
	sqlMovementScale  = `UPDATE movements SET delta = delta * ? WHERE household_id = ? AND product_id = ?`
	sqlUnitScale      = `UPDATE product_units SET factor = factor * ? WHERE household_id = ? AND product_id = ?`
	sqlUnitsOfProduct = `SELECT unit, factor FROM product_units WHERE household_id = ? AND product_id = ?`
	sqlUnitSet        = `INSERT INTO product_units (household_id, product_id, unit, factor) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET factor = excluded.factor`
	sqlUnitDelete     = `DELETE FROM product_units WHERE household_id = ? AND product_id = ? AND unit = ?`
)

func scanProduct(s scanner) (p Product, err error) {
	return p, s.Scan(&p.Row, &p.HouseholdID, &p.ID, &p.Name, &p.NameKey, &p.Brand, &p.CategoryID, &p.LocationID, &p.PhotoID, &p.Base, &p.Unit, &p.UnitFactor, &p.UsedBy, &p.UsedFactor, &p.Minimum, &p.Staple,
		&p.ShelfLife, &p.OpenedShelfLife, &p.FrozenShelfLife, &p.ThawedShelfLife, &p.DateKind, &p.Nutrition, &p.Note, &p.Total, &p.Low, &p.MergedInto, &p.ArchivedAt, &p.CreatedAt, &p.UpdatedAt)
}

// ProductByID returns the product, also one that was merged, or [ErrNotFound].
func (r reader) ProductByID(ctx context.Context, householdID, id string) (Product, error) {
	return one(ctx, r.q, scanProduct, sqlProductByID, householdID, id)
}

// ProductsNamed lists the products with that folded name; it need not be one of a kind.
func (r reader) ProductsNamed(ctx context.Context, householdID, nameKey string) ([]Product, error) {
	return many(ctx, r.q, scanProduct, sqlProductsByName, householdID, nameKey)
}

// HiddenProductsNamed lists the products with that folded name that were merged or archived.
func (r reader) HiddenProductsNamed(ctx context.Context, householdID, nameKey string) ([]Product, error) {
	return many(ctx, r.q, scanProduct, sqlProductsHidden, householdID, nameKey)
}

// HasHistory says whether there ever was any of a product, or another one became it.
func (r reader) HasHistory(ctx context.Context, householdID, id string) (bool, error) {
	n, err := one(ctx, r.q, scanInt, sqlProductHasHistory, householdID, id)
	return n != 0, err
}

// Products lists a page of products by name, without those that were merged or archived.
func (r reader) Products(ctx context.Context, f ProductFilter) ([]Product, error) {
	switch {
	case f.Low && f.Uncounted != (Uncounted{}):
		return many(ctx, r.q, scanProduct, sqlProductLowOf, f.HouseholdID, f.Uncounted.Opened, f.Uncounted.ExpiredBefore, f.AfterKey, f.AfterID, f.Most)
	case f.Low:
		return many(ctx, r.q, scanProduct, sqlProductLow, f.HouseholdID, f.AfterKey, f.AfterID, f.Most)
	case f.CategoryID != "":
		return many(ctx, r.q, scanProduct, sqlProductOfCategory, f.HouseholdID, f.CategoryID, f.AfterKey, f.AfterID, f.Most)
	}
	return many(ctx, r.q, scanProduct, sqlProductList, f.HouseholdID, f.AfterKey, f.AfterID, f.Most)
}

// UncountedOf says of products how much of each does not count.
func (r reader) UncountedOf(ctx context.Context, householdID string, u Uncounted, productIDs []string) (map[string]int64, error) {
	ids, err := json.Marshal(productIDs)
	if err != nil {
		return nil, err
	}
	type part struct {
		id     string
		amount int64
	}
	list, err := many(ctx, r.q, func(s scanner) (p part, err error) { return p, s.Scan(&p.id, &p.amount) }, sqlProductUncounted, householdID, u.Opened, u.ExpiredBefore, string(ids))
	found := map[string]int64{}
	for _, p := range list {
		found[p.id] = p.amount
	}
	return found, err
}

// CountLow says how many products run low.
func (r reader) CountLow(ctx context.Context, householdID string, u Uncounted) (int64, error) {
	if u != (Uncounted{}) {
		return one(ctx, r.q, scanInt, sqlProductLowOfCount, householdID, u.Opened, u.ExpiredBefore)
	}
	return one(ctx, r.q, scanInt, sqlProductLowCount, householdID)
}

// InsertProduct stores p, without stock, and returns it with its id. [ErrReference] when its category,
// location or photo is not the household's.
func (tx *Tx) InsertProduct(ctx context.Context, p Product) (Product, error) {
	p.ID, p.CreatedAt, p.UpdatedAt, p.Total, p.MergedInto, p.ArchivedAt = tx.newID(), tx.now, tx.now, 0, "", 0
	p.Nutrition, p.DateKind, p.Low = cmp.Or(p.Nutrition, "{}"), cmp.Or(p.DateKind, dated.BestBefore), p.Staple || p.Minimum != nil
	row, err := one(ctx, tx.q, scanInt, sqlProductInsert, p.HouseholdID, p.ID, p.Name, p.NameKey, p.Brand, p.CategoryID, p.LocationID, p.PhotoID, p.Base, p.Unit, p.UsedBy, p.Minimum, p.Staple,
		p.ShelfLife, p.OpenedShelfLife, p.FrozenShelfLife, p.ThawedShelfLife, p.DateKind, p.Nutrition, p.Note, p.CreatedAt, p.UpdatedAt)
	if err != nil {
		return p, err
	}
	p.Row = row
	return p, tx.indexProduct(ctx, row)
}

// ArchiveProduct hides a product from lists and from the search. [ErrNotFound] when it is hidden, or when
// there is some of it.
func (tx *Tx) ArchiveProduct(ctx context.Context, householdID, id string) error {
	if err := tx.change(ctx, sqlProductArchive, tx.now, householdID, id); err != nil {
		return err
	}
	return tx.indexProductByID(ctx, householdID, id)
}

// RestoreProduct shows a product again that was hidden.
func (tx *Tx) RestoreProduct(ctx context.Context, householdID, id string) error {
	n, err := tx.exec(ctx, sqlProductRestore, householdID, id)
	if err != nil || n == 0 {
		return err
	}
	return tx.indexProductByID(ctx, householdID, id)
}

// DeleteProduct deletes a product with its units, barcodes and allergens; what is on the shopping list
// keeps its text. [ErrNotFound]; [ErrReference] when it has a history.
func (tx *Tx) DeleteProduct(ctx context.Context, householdID, id string) error {
	if _, err := tx.exec(ctx, sqlShoppingLeave, householdID, id); err != nil {
		return err
	}
	return tx.change(ctx, sqlProductDelete, householdID, id)
}

// UpdateProduct stores everything of p but its total and whether it is archived. [ErrNotFound]; [ErrReference] as with
// [Tx.InsertProduct].
func (tx *Tx) UpdateProduct(ctx context.Context, p Product) error {
	err := tx.change(ctx, sqlProductUpdate, p.Name, p.NameKey, p.Brand, p.CategoryID, p.LocationID, p.PhotoID, p.Base, p.Unit, p.UsedBy, p.Minimum, p.Staple,
		p.ShelfLife, p.OpenedShelfLife, p.FrozenShelfLife, p.ThawedShelfLife, p.DateKind, p.Nutrition, p.Note, p.MergedInto, tx.now, p.HouseholdID, p.ID)
	if err != nil {
		return err
	}
	return tx.indexProduct(ctx, p.Row)
}

// ProductUnits maps a product's own units to how many of its base unit one of them is.
func (r reader) ProductUnits(ctx context.Context, householdID, productID string) (map[string]int64, error) {
	type unit struct {
		name   string
		factor int64
	}
	list, err := many(ctx, r.q, func(s scanner) (u unit, err error) { return u, s.Scan(&u.name, &u.factor) }, sqlUnitsOfProduct, householdID, productID)
	units := make(map[string]int64, len(list))
	for _, u := range list {
		units[u.name] = u.factor
	}
	return units, err
}

// FrozenInCategory is how many days something of a category keeps in a freezer, as it was last told of one of its products.
// [ErrNotFound].
func (r reader) FrozenInCategory(ctx context.Context, householdID, categoryID string) (int64, error) {
	return one(ctx, r.q, scanInt, sqlFrozenInCategory, householdID, categoryID)
}

// SetProductUnit says that one unit is factor base units. [ErrReference] when there is no such product,
// [ErrRange] when the factor cannot be.
func (tx *Tx) SetProductUnit(ctx context.Context, householdID, productID, unit string, factor int64) error {
	_, err := tx.exec(ctx, sqlUnitSet, householdID, productID, unit, factor)
	return err
}

// DeleteProductUnit removes a unit. [ErrNotFound].
func (tx *Tx) DeleteProductUnit(ctx context.Context, householdID, productID, unit string) error {
	return tx.change(ctx, sqlUnitDelete, householdID, productID, unit)
}

// RescaleProduct makes base the product's base unit, of which factor are one of the unit before:
// its stock, its whole history, its minimum and its units are multiplied. [ErrNotFound]; [ErrRange]
// when something becomes too large.
func (tx *Tx) RescaleProduct(ctx context.Context, householdID, productID, base string, factor int64) error {
	if err := tx.change(ctx, sqlProductScale, factor, factor, base, householdID, productID); err != nil {
		return err
	}
	for _, statement := range []string{sqlLotScale, sqlMovementScale, sqlUnitScale} {
		if _, err := tx.exec(ctx, statement, factor, householdID, productID); err != nil {
			return err
		}
	}
	return nil
}
