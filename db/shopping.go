package db

import (
	"context"
	"database/sql"
)

// ShoppingState is how far a thing on the shopping list has come.
type ShoppingState string

// The states: to be bought; ticked and to be put away; done with.
const (
	Wanted ShoppingState = "wanted"
	InTray ShoppingState = "tray"
	Done   ShoppingState = "done"
)

// ShoppingItem is a line of the shopping list. Amount is in thousandths of Unit, nil when nobody said.
type ShoppingItem struct {
	HouseholdID string
	ID          string
	ProductID   string
	Text        string
	Amount      *int64
	Unit        string
	Note        string
	State       ShoppingState
	TickedAt    int64 // 0: not ticked
	TickedBy    string
	CreatedAt   int64
}

const (
	shoppingColumns = `s.household_id, s.id, coalesce(s.product_id, ''), s.text, s.amount, s.unit, s.note, s.state, coalesce(s.ticked_at, 0), coalesce(s.ticked_by, ''), s.created_at`

	sqlShoppingList   = `SELECT ` + shoppingColumns + ` FROM shopping_items s WHERE s.household_id = ? AND s.state = ? ORDER BY s.id`
	sqlShoppingByID   = `SELECT ` + shoppingColumns + ` FROM shopping_items s WHERE s.household_id = ? AND s.id = ?`
	sqlShoppingInsert = `INSERT INTO shopping_items (household_id, id, product_id, text, amount, unit, note, created_at) VALUES (?, ?, nullif(?, ''), ?, ?, ?, ?, ?)`
	sqlShoppingUpdate = `UPDATE shopping_items SET product_id = nullif(?, ''), text = ?, amount = ?, unit = ?, note = ?, state = ?, ticked_at = ?, ticked_by = nullif(?, '') WHERE household_id = ? AND id = ?`
	sqlShoppingDelete = `DELETE FROM shopping_items WHERE household_id = ? AND id = ?`
)

func scanShopping(s scanner) (i ShoppingItem, err error) {
	return i, s.Scan(&i.HouseholdID, &i.ID, &i.ProductID, &i.Text, &i.Amount, &i.Unit, &i.Note, &i.State, &i.TickedAt, &i.TickedBy, &i.CreatedAt)
}

// ShoppingItems lists what is in that state, oldest first.
func (r reader) ShoppingItems(ctx context.Context, householdID string, state ShoppingState) ([]ShoppingItem, error) {
	return many(ctx, r.q, scanShopping, sqlShoppingList, householdID, state)
}

// ShoppingItemByID returns the line, or [ErrNotFound].
func (r reader) ShoppingItemByID(ctx context.Context, householdID, id string) (ShoppingItem, error) {
	return one(ctx, r.q, scanShopping, sqlShoppingByID, householdID, id)
}

// InsertShoppingItem stores i as wanted and returns it with its id. [ErrReference] when the product is
// not the household's.
func (tx *Tx) InsertShoppingItem(ctx context.Context, i ShoppingItem) (ShoppingItem, error) {
	i.ID, i.CreatedAt, i.State, i.TickedAt, i.TickedBy = tx.newID(), tx.now, Wanted, 0, ""
	_, err := tx.exec(ctx, sqlShoppingInsert, i.HouseholdID, i.ID, i.ProductID, i.Text, i.Amount, i.Unit, i.Note, i.CreatedAt)
	return i, err
}

// UpdateShoppingItem stores i. [ErrNotFound]; [ErrReference] as with [Tx.InsertShoppingItem].
func (tx *Tx) UpdateShoppingItem(ctx context.Context, i ShoppingItem) error {
	return tx.change(ctx, sqlShoppingUpdate, i.ProductID, i.Text, i.Amount, i.Unit, i.Note, i.State, sql.NullInt64{Int64: i.TickedAt, Valid: i.TickedAt != 0}, i.TickedBy, i.HouseholdID, i.ID)
}

// DeleteShoppingItem deletes the line. [ErrNotFound].
func (tx *Tx) DeleteShoppingItem(ctx context.Context, householdID, id string) error {
	return tx.change(ctx, sqlShoppingDelete, householdID, id)
}
