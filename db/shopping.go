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

// ShoppingLine is a line with what a list shows of its product, and who ticked it. MergedInto is the
// product that this one became; CategoryName is empty without a category.
type ShoppingLine struct {
	ShoppingItem
	ProductName  string
	MergedInto   string
	CategoryID   string
	CategoryName string
	TickedByName string
}

// PutAwayItem is a line of the shopping list that a transaction put away. Position is that of the movement
// that came of it, 0 when none did.
type PutAwayItem struct {
	ItemID   string
	Position int64
}

const (
	shoppingColumns = `s.household_id, s.id, coalesce(s.product_id, ''), s.text, s.amount, s.unit, s.note, s.state, coalesce(s.ticked_at, 0), coalesce(s.ticked_by, ''), s.created_at`

	sqlShoppingOpen  = `SELECT s.state, coalesce(s.product_id, '') FROM shopping_items s WHERE s.household_id = ? AND s.state IN ('wanted', 'tray')`
	sqlShoppingList  = `SELECT ` + shoppingColumns + ` FROM shopping_items s WHERE s.household_id = ? AND s.state = ? ORDER BY s.id`
	sqlShoppingLines = `SELECT ` + shoppingColumns + `, coalesce(p.name, ''), coalesce(p.merged_into, ''), coalesce(c.id, ''), coalesce(c.name, ''), coalesce(u.name, '')
FROM shopping_items s LEFT JOIN products p ON p.household_id = s.household_id AND p.id = s.product_id
LEFT JOIN categories c ON c.household_id = p.household_id AND c.id = p.category_id LEFT JOIN users u ON u.id = s.ticked_by
WHERE s.household_id = ? AND s.state = ? ORDER BY s.id`
	sqlShoppingByID   = `SELECT ` + shoppingColumns + ` FROM shopping_items s WHERE s.household_id = ? AND s.id = ?`
	sqlShoppingInsert = `INSERT INTO shopping_items (household_id, id, product_id, text, amount, unit, note, created_at) VALUES (?, ?, nullif(?, ''), ?, ?, ?, ?, ?)`
	sqlShoppingUpdate = `UPDATE shopping_items SET product_id = nullif(?, ''), text = ?, amount = ?, unit = ?, note = ?, state = ?, ticked_at = ?, ticked_by = nullif(?, '') WHERE household_id = ? AND id = ?`
	sqlShoppingState  = `UPDATE shopping_items SET state = ? WHERE household_id = ? AND id = ? AND state = ?`
	sqlShoppingLeave  = `UPDATE shopping_items SET product_id = NULL WHERE household_id = ? AND product_id = ?`
	sqlShoppingDelete = `DELETE FROM shopping_items WHERE household_id = ? AND id = ?`

	sqlShoppingPutAway   = `INSERT INTO put_away_items (household_id, transaction_id, item_id, position) VALUES (?, ?, ?, ?)`
	sqlShoppingPutAwayBy = `SELECT item_id, position FROM put_away_items WHERE household_id = ? AND transaction_id = ?`
)

func (i *ShoppingItem) fields() []any {
	return []any{&i.HouseholdID, &i.ID, &i.ProductID, &i.Text, &i.Amount, &i.Unit, &i.Note, &i.State, &i.TickedAt, &i.TickedBy, &i.CreatedAt}
}

func scanShopping(s scanner) (i ShoppingItem, err error) { return i, s.Scan(i.fields()...) }

func scanShoppingLine(s scanner) (l ShoppingLine, err error) {
	return l, s.Scan(append(l.fields(), &l.ProductName, &l.MergedInto, &l.CategoryID, &l.CategoryName, &l.TickedByName)...)
}

// ShoppingItems lists what is in that state, oldest first.
func (r reader) ShoppingItems(ctx context.Context, householdID string, state ShoppingState) ([]ShoppingItem, error) {
	return many(ctx, r.q, scanShopping, sqlShoppingList, householdID, state)
}

// ShoppingOpen is a line that is not done with: its state, and its product's id, empty for a line of text.
type ShoppingOpen struct {
	State     ShoppingState
	ProductID string
}

// OpenShopping tells shortly of all lines that are not done with.
func (r reader) OpenShopping(ctx context.Context, householdID string) ([]ShoppingOpen, error) {
	return many(ctx, r.q, func(s scanner) (o ShoppingOpen, err error) { return o, s.Scan(&o.State, &o.ProductID) }, sqlShoppingOpen, householdID)
}

// ShoppingLines lists what is in that state with what a list shows of it, oldest first.
func (r reader) ShoppingLines(ctx context.Context, householdID string, state ShoppingState) ([]ShoppingLine, error) {
	return many(ctx, r.q, scanShoppingLine, sqlShoppingLines, householdID, state)
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

// SetShoppingState brings a line from one state to another. [ErrNotFound] when it is not in the one.
func (tx *Tx) SetShoppingState(ctx context.Context, householdID, id string, from, to ShoppingState) error {
	return tx.change(ctx, sqlShoppingState, to, householdID, id, from)
}

// InsertPutAwayItem records what a transaction put away.
func (tx *Tx) InsertPutAwayItem(ctx context.Context, householdID, transactionID string, i PutAwayItem) error {
	_, err := tx.exec(ctx, sqlShoppingPutAway, householdID, transactionID, i.ItemID, i.Position)
	return err
}

// PutAwayItems lists what a transaction put away, without lines that are deleted since.
func (r reader) PutAwayItems(ctx context.Context, householdID, transactionID string) ([]PutAwayItem, error) {
	return many(ctx, r.q, func(s scanner) (i PutAwayItem, err error) { return i, s.Scan(&i.ItemID, &i.Position) }, sqlShoppingPutAwayBy, householdID, transactionID)
}

// DeleteShoppingItem deletes the line. [ErrNotFound].
func (tx *Tx) DeleteShoppingItem(ctx context.Context, householdID, id string) error {
	return tx.change(ctx, sqlShoppingDelete, householdID, id)
}
