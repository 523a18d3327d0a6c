package db

import (
	"context"
	"database/sql"
)

const (
	sqlImportIsEmpty = `SELECT NOT EXISTS (SELECT 1 FROM products WHERE household_id = ?1) AND NOT EXISTS (SELECT 1 FROM stock_transactions WHERE household_id = ?1) AND NOT EXISTS (SELECT 1 FROM shopping_items WHERE household_id = ?1)`

	sqlImportNoLocations  = `DELETE FROM locations WHERE household_id = ?`
	sqlImportNoCategories = `DELETE FROM categories WHERE household_id = ?`
	sqlImportNoPhotos     = `DELETE FROM photos WHERE household_id = ?`

	sqlImportProduct = `INSERT INTO products (household_id, id, name, name_key, brand, category_id, location_id, photo_id, base, unit, used_by, minimum, staple, shelf_life, opened_shelf_life, frozen_shelf_life, thawed_shelf_life, date_kind, nutrition, note, archived_at, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?)`
	sqlImportBarcode = `INSERT INTO product_barcodes (household_id, code, product_id, unit, created_at) VALUES (?, ?, ?, ?, ?)`
	sqlImportLot     = `INSERT INTO lots (household_id, id, product_id, location_id, category_id, amount, expires_on, precision, date_kind, guessed, bought_on, opened_on, price, note, created_at, closed_at, sort_key)
VALUES (?1, ?2, ?3, nullif(?4, ''), (SELECT category_id FROM products WHERE household_id = ?1 AND id = ?3), ?5, nullif(?6, ''), ?7, ?8, ?9, ?10, nullif(?11, ''), ?12, ?13, ?14, nullif(?15, 0), ?16)`
	sqlImportTransaction = `INSERT INTO stock_transactions (household_id, id, user_name, verb, at, undoes, undone_by, merged, merged_into) VALUES (?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''))`
	sqlImportMovement    = `INSERT INTO movements (household_id, transaction_id, position, lot_id, product_id, delta, value, reason, undone_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''))`
	sqlImportShopping    = `INSERT INTO shopping_items (household_id, id, product_id, text, amount, unit, note, state, ticked_at, created_at) VALUES (?, ?, nullif(?, ''), ?, ?, ?, ?, ?, ?, ?)`

	sqlImportTotals = `UPDATE products SET total = (SELECT coalesce(sum(l.amount), 0) FROM lots l INDEXED BY lots_by_product WHERE l.household_id = products.household_id AND l.product_id = products.id) WHERE household_id = ?`
	sqlImportMerge  = `UPDATE products SET merged_into = ? WHERE household_id = ? AND id = ?`

	// In exports of version 1 a price was what all of a lot had cost when it came. Each movement gets its share, and the first
	// one the rest, as migration 8 does it.
	importFirst     = `(SELECT f.delta FROM movements f INDEXED BY movements_by_lot WHERE f.household_id = l.household_id AND f.lot_id = l.id ORDER BY f.transaction_id, f.position LIMIT 1)`
	sqlImportShares = `UPDATE movements SET value = CAST(round(CAST(movements.delta AS REAL) / p.first * p.price) AS INTEGER)
FROM (SELECT l.id, l.price, ` + importFirst + ` AS first FROM lots l WHERE l.household_id = ?1 AND l.price IS NOT NULL) p WHERE movements.household_id = ?1 AND movements.lot_id = p.id`
	sqlImportPrices = `UPDATE lots SET price = CAST(round(CAST(lots.amount AS REAL) / p.first * lots.price) AS INTEGER)
FROM (SELECT l.id, ` + importFirst + ` AS first FROM lots l WHERE l.household_id = ?1 AND l.price IS NOT NULL) p WHERE lots.household_id = ?1 AND lots.id = p.id AND p.first > 0`
	sqlImportRest = `UPDATE movements SET value = value + p.rest
FROM (SELECT l.id, l.price - (SELECT sum(m.value) FROM movements m INDEXED BY movements_by_lot WHERE m.household_id = l.household_id AND m.lot_id = l.id) AS rest FROM lots l WHERE l.household_id = ?1 AND l.price IS NOT NULL) p
WHERE movements.household_id = ?1 AND movements.lot_id = p.id AND p.rest <> 0
  AND (movements.transaction_id, movements.position) = (SELECT f.transaction_id, f.position FROM movements f INDEXED BY movements_by_lot WHERE f.household_id = ?1 AND f.lot_id = p.id ORDER BY f.transaction_id, f.position LIMIT 1)`

	// Lots that are not what their movements say; movements that are of another product than their lot; those
	// whose undo is nothing that was done; and undos that do not undo what they name.
	sqlImportUnbalanced = `SELECT count(*) FROM lots l WHERE l.household_id = ?1 AND l.amount <> (SELECT coalesce(sum(m.delta), 0) FROM movements m INDEXED BY movements_by_lot WHERE m.household_id = l.household_id AND m.lot_id = l.id)
  OR l.household_id = ?1 AND (l.amount = 0 AND l.price <> 0 OR l.price IS NOT (SELECT sum(m.value) FROM movements m INDEXED BY movements_by_lot WHERE m.household_id = l.household_id AND m.lot_id = l.id))`
	sqlImportStray = `SELECT count(*) FROM movements m WHERE m.household_id = ? AND (m.position < 1
  OR m.product_id <> (SELECT l.product_id FROM lots l WHERE l.household_id = m.household_id AND l.id = m.lot_id)
  OR m.undone_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stock_transactions t WHERE t.household_id = m.household_id AND t.id = m.undone_by))`
	sqlImportWrongUndo = `SELECT count(*) FROM stock_transactions t WHERE t.household_id = ? AND t.undoes IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM stock_transactions o WHERE o.household_id = t.household_id AND o.id = t.undoes)
  OR EXISTS (SELECT 1 FROM movements m WHERE m.household_id = t.household_id AND m.transaction_id = t.id AND NOT EXISTS
    (SELECT 1 FROM movements o WHERE o.household_id = m.household_id AND o.transaction_id = t.undoes AND o.position = m.position AND o.lot_id = m.lot_id AND o.delta = -m.delta)))`
)

// EmptyHousehold makes a household ready for an import: its places, categories and photos go. [ErrConflict]
// when there is a product in it, or ever was.
func (tx *Tx) EmptyHousehold(ctx context.Context, householdID string) error {
	empty, err := one(ctx, tx.q, scanInt, sqlImportIsEmpty, householdID)
	if err != nil {
		return err
	}
	if empty == 0 {
		return ErrConflict
	}
	for _, statement := range []string{sqlImportNoLocations, sqlImportNoCategories, sqlImportNoPhotos, sqlWatchClear} {
		if _, err := tx.exec(ctx, statement, householdID); err != nil {
			return err
		}
	}
	return nil
}

// ImportLocation stores l as it is.
func (tx *Tx) ImportLocation(ctx context.Context, l Location) error {
	_, err := tx.exec(ctx, sqlLocationInsert, l.HouseholdID, l.ID, l.Name, l.NameKey, l.Kind, l.Icon, l.Position, l.CreatedAt)
	return err
}

// ImportCategory stores c as it is.
func (tx *Tx) ImportCategory(ctx context.Context, c Category) error {
	_, err := tx.exec(ctx, sqlCategoryInsert, c.HouseholdID, c.ID, c.Name, c.NameKey, c.Icon, c.Position, c.CreatedAt)
	return err
}

// ImportPhoto stores p as it is.
func (tx *Tx) ImportPhoto(ctx context.Context, p Photo) error {
	_, err := tx.exec(ctx, sqlPhotoInsert, p.HouseholdID, p.ID, p.Bytes, p.SHA, p.Width, p.Height, p.CreatedAt)
	return err
}

// ImportProduct stores p as it is, without stock, and not merged yet.
func (tx *Tx) ImportProduct(ctx context.Context, p Product) error {
	_, err := tx.exec(ctx, sqlImportProduct, p.HouseholdID, p.ID, p.Name, p.NameKey, p.Brand, p.CategoryID, p.LocationID, p.PhotoID, p.Base, p.Unit, p.UsedBy, p.Minimum, p.Staple,
		p.ShelfLife, p.OpenedShelfLife, p.FrozenShelfLife, p.ThawedShelfLife, p.DateKind, p.Nutrition, p.Note, p.ArchivedAt, p.CreatedAt, p.UpdatedAt)
	return err
}

// ImportBarcode stores b as it is.
func (tx *Tx) ImportBarcode(ctx context.Context, b Barcode) error {
	_, err := tx.exec(ctx, sqlImportBarcode, b.HouseholdID, b.Code, b.ProductID, b.Unit, b.CreatedAt)
	return err
}

// ImportAllergen stores an allergen of a product.
func (tx *Tx) ImportAllergen(ctx context.Context, householdID string, a ProductAllergen) error {
	_, err := tx.exec(ctx, sqlAllergenInsert, householdID, a.ProductID, a.Key, a.Label)
	return err
}

// ImportLot stores l as it is, with its amount.
func (tx *Tx) ImportLot(ctx context.Context, l Lot) error {
	_, err := tx.exec(ctx, sqlImportLot, l.HouseholdID, l.ID, l.ProductID, l.LocationID, l.Amount, l.ExpiresOn, l.Precision, l.DateKind, l.Guessed, l.BoughtOn, l.OpenedOn, l.Price, l.Note, l.CreatedAt, l.ClosedAt, sortKey(l))
	return err
}

// ImportTransaction stores t as it is, without an account and a key.
func (tx *Tx) ImportTransaction(ctx context.Context, t StockTransaction) error {
	_, err := tx.exec(ctx, sqlImportTransaction, t.HouseholdID, t.ID, t.UserName, t.Verb, t.At, t.Undoes, t.UndoneBy, t.Merged, t.MergedInto)
	return err
}

// ImportMovement stores m as it is; the lot does not change.
func (tx *Tx) ImportMovement(ctx context.Context, m Movement) error {
	_, err := tx.exec(ctx, sqlImportMovement, m.HouseholdID, m.TransactionID, m.Position, m.LotID, m.ProductID, m.Delta, m.Value, m.Reason, m.UndoneBy)
	return err
}

// ImportShoppingItem stores i as it is, without who ticked it.
func (tx *Tx) ImportShoppingItem(ctx context.Context, i ShoppingItem) error {
	_, err := tx.exec(ctx, sqlImportShopping, i.HouseholdID, i.ID, i.ProductID, i.Text, i.Amount, i.Unit, i.Note, i.State, sql.NullInt64{Int64: i.TickedAt, Valid: i.TickedAt != 0}, i.CreatedAt)
	return err
}

// ImportMerge lets a product be one that became another one.
func (tx *Tx) ImportMerge(ctx context.Context, householdID, id, into string) error {
	return tx.change(ctx, sqlImportMerge, into, householdID, id)
}

// ShareImportedPrices finds out what each movement was worth, where an export tells only what a lot had cost.
func (tx *Tx) ShareImportedPrices(ctx context.Context, householdID string) error {
	for _, statement := range []string{sqlImportShares, sqlImportPrices, sqlImportRest} {
		if _, err := tx.exec(ctx, statement, householdID); err != nil {
			return err
		}
	}
	return nil
}

// FinishImport adds up the stock and builds the search. [ErrRange] when what was imported contradicts itself.
func (tx *Tx) FinishImport(ctx context.Context, householdID string) error {
	for _, check := range []string{sqlImportUnbalanced, sqlImportStray, sqlImportWrongUndo} {
		wrong, err := one(ctx, tx.q, scanInt, check, householdID)
		if err != nil {
			return err
		}
		if wrong > 0 {
			return ErrRange
		}
	}
	if _, err := tx.exec(ctx, sqlImportTotals, householdID); err != nil {
		return err
	}
	return tx.indexHousehold(ctx, householdID)
}
