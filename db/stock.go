package db

import (
	"cmp"
	"context"
	"slices"
)

// Verb is what somebody did with the stock.
type Verb string

// The verbs.
const (
	VerbAdd     Verb = "add"
	VerbUse     Verb = "use"
	VerbWaste   Verb = "waste"
	VerbOpen    Verb = "open"
	VerbMove    Verb = "move"
	VerbCount   Verb = "count"
	VerbUndo    Verb = "undo"
	VerbPutAway Verb = "put_away"
	VerbMerge   Verb = "merge"
)

// Verbs lists every verb.
func Verbs() []Verb {
	return []Verb{VerbAdd, VerbUse, VerbWaste, VerbOpen, VerbMove, VerbCount, VerbUndo, VerbPutAway, VerbMerge}
}

// StockTransaction is one thing somebody did: a group of movements. UserName is what they were called
// then; UserID is empty when they are gone. Undoes is the transaction that this one undoes, UndoneBy
// the one that undid all of it. A merge names the product that became another one. Key and RequestHash tell a request that is sent again.
type StockTransaction struct {
	HouseholdID string
	ID          string
	UserID      string
	UserName    string
	Verb        Verb
	At          int64
	Undoes      string
	UndoneBy    string
	Merged      string
	MergedInto  string
	Key         string
	RequestHash []byte
}

// Movement is one change of a lot's amount. Position counts from 1 within the transaction; one that
// undoes another has its position. Value is what the goods cost, in hundredths and with the sign of Delta; nil where nobody
// knows. UndoneBy is the transaction that undid it.
type Movement struct {
	HouseholdID   string
	TransactionID string
	Position      int64
	LotID         string
	ProductID     string
	Delta         int64
	Value         *int64
	Reason        string
	UndoneBy      string
}

const (
	transactionColumns = `t.household_id, t.id, coalesce(t.user_id, ''), t.user_name, t.verb, t.at, coalesce(t.undoes, ''), coalesce(t.undone_by, ''), coalesce(t.merged, ''), coalesce(t.merged_into, ''), coalesce(t.idempotency_key, ''), t.request_hash`
	movementColumns    = `m.household_id, m.transaction_id, m.position, m.lot_id, m.product_id, m.delta, m.value, m.reason, coalesce(m.undone_by, '')`

	sqlTransactionByID   = `SELECT ` + transactionColumns + ` FROM stock_transactions t WHERE t.household_id = ? AND t.id = ?`
	sqlTransactionByKey  = `SELECT ` + transactionColumns + ` FROM stock_transactions t WHERE t.household_id = ? AND t.user_id = ? AND t.idempotency_key = ?`
	sqlTransactionList   = `SELECT ` + transactionColumns + ` FROM stock_transactions t WHERE t.household_id = ? AND t.id < ? ORDER BY t.id DESC LIMIT ?`
	sqlTransactionInsert = `INSERT INTO stock_transactions (household_id, id, user_id, user_name, verb, at, undoes, merged, merged_into, idempotency_key, request_hash) VALUES (?, ?, nullif(?, ''), ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), nullif(?, ''), ?)`
	sqlTransactionUndone = `UPDATE stock_transactions SET undone_by = nullif(?, '') WHERE household_id = ? AND id = ?`
	sqlTransactionForget = `UPDATE stock_transactions SET idempotency_key = NULL, request_hash = NULL WHERE household_id = ? AND id = ?`
	sqlTransactionPurge  = `UPDATE stock_transactions SET idempotency_key = NULL, request_hash = NULL WHERE idempotency_key IS NOT NULL AND at < ?`

	sqlMovementsOf       = `SELECT ` + movementColumns + ` FROM movements m WHERE m.household_id = ? AND m.transaction_id = ?`
	sqlMovementsOfLot    = `SELECT ` + movementColumns + ` FROM movements m WHERE m.household_id = ? AND m.lot_id = ?`
	sqlMovementsOfProd   = `SELECT ` + movementColumns + ` FROM movements m WHERE m.household_id = ? AND m.product_id = ? AND (m.transaction_id, m.position) < (?, ?) ORDER BY m.transaction_id DESC, m.position DESC LIMIT ?`
	sqlMovementInsert    = `INSERT INTO movements (household_id, transaction_id, position, lot_id, product_id, delta, value, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlMovementValue     = `UPDATE movements SET value = ? WHERE household_id = ? AND transaction_id = ? AND position = ?`
	sqlMovementUndone    = `UPDATE movements SET undone_by = nullif(?, '') WHERE household_id = ? AND transaction_id = ? AND position = ?`
	sqlMovementsToBeDone = `SELECT count(*) FROM movements WHERE household_id = ? AND transaction_id = ? AND undone_by IS NULL`
)

func scanTransaction(s scanner) (t StockTransaction, err error) {
	return t, s.Scan(&t.HouseholdID, &t.ID, &t.UserID, &t.UserName, &t.Verb, &t.At, &t.Undoes, &t.UndoneBy, &t.Merged, &t.MergedInto, &t.Key, &t.RequestHash)
}

func scanMovement(s scanner) (m Movement, err error) {
	return m, s.Scan(m.fields()...)
}

// StockTransactionByID returns the transaction, or [ErrNotFound].
func (r reader) StockTransactionByID(ctx context.Context, householdID, id string) (StockTransaction, error) {
	return one(ctx, r.q, scanTransaction, sqlTransactionByID, householdID, id)
}

// StockTransactionByKey returns what a user did with that idempotency key, or [ErrNotFound].
func (r reader) StockTransactionByKey(ctx context.Context, householdID, userID, key string) (StockTransaction, error) {
	return one(ctx, r.q, scanTransaction, sqlTransactionByKey, householdID, userID, key)
}

// lastID sorts behind every id.
const lastID = "~"

// StockTransactions lists a page of what was done, newest first. before is the id of the last one of
// the page before, empty for the first page.
func (r reader) StockTransactions(ctx context.Context, householdID, before string, most int) ([]StockTransaction, error) {
	if before == "" {
		before = lastID
	}
	return many(ctx, r.q, scanTransaction, sqlTransactionList, householdID, before, most)
}

// Movements lists a transaction's movements by their position.
func (r reader) Movements(ctx context.Context, householdID, transactionID string) ([]Movement, error) {
	list, err := many(ctx, r.q, scanMovement, sqlMovementsOf, householdID, transactionID)
	slices.SortFunc(list, func(a, b Movement) int { return cmp.Compare(a.Position, b.Position) })
	return list, err
}

// MovementsOfLot lists all that happened to a lot, in its order.
func (r reader) MovementsOfLot(ctx context.Context, householdID, lotID string) ([]Movement, error) {
	list, err := many(ctx, r.q, scanMovement, sqlMovementsOfLot, householdID, lotID)
	slices.SortFunc(list, func(a, b Movement) int {
		return cmp.Or(cmp.Compare(a.TransactionID, b.TransactionID), cmp.Compare(a.Position, b.Position))
	})
	return list, err
}

// SetPrice stores what a lot costs, and how that comes about of its movements, whose values add up to it. [ErrNotFound].
func (tx *Tx) SetPrice(ctx context.Context, l Lot, movements []Movement) error {
	for _, m := range movements {
		if err := tx.change(ctx, sqlMovementValue, m.Value, m.HouseholdID, m.TransactionID, m.Position); err != nil {
			return err
		}
	}
	return tx.change(ctx, sqlLotPrice, l.Price, l.HouseholdID, l.ID)
}

// MovementsOfProduct lists a page of what happened to a product, newest first. The transaction id and
// the position are those of the last one of the page before, empty and 0 for the first page.
func (r reader) MovementsOfProduct(ctx context.Context, householdID, productID, beforeID string, beforePosition int64, most int) ([]Movement, error) {
	if beforeID == "" {
		beforeID = lastID
	}
	return many(ctx, r.q, scanMovement, sqlMovementsOfProd, householdID, productID, beforeID, beforePosition, most)
}

// InsertStockTransaction stores t, without movements, and returns it with its id and time.
// [ErrConflict] when the key was used.
func (tx *Tx) InsertStockTransaction(ctx context.Context, t StockTransaction) (StockTransaction, error) {
	t.ID, t.At = tx.newID(), tx.now
	_, err := tx.exec(ctx, sqlTransactionInsert, t.HouseholdID, t.ID, t.UserID, t.UserName, t.Verb, t.At, t.Undoes, t.Merged, t.MergedInto, t.Key, t.RequestHash)
	return t, err
}

// InsertMovement stores m and changes the lot's amount and price and the product's total with it: there is no other way
// to change an amount. A product that is archived is not any more then. [ErrRange] when the lot does not hold that much, or would hold too much;
// [ErrNotFound] when it is no lot of the product.
func (tx *Tx) InsertMovement(ctx context.Context, m Movement) error {
	if _, err := tx.exec(ctx, sqlMovementInsert, m.HouseholdID, m.TransactionID, m.Position, m.LotID, m.ProductID, m.Delta, m.Value, m.Reason); err != nil {
		return err
	}
	if err := tx.change(ctx, sqlLotAmount, m.Delta, tx.now, m.HouseholdID, m.LotID, m.ProductID, m.Value); err != nil {
		return err
	}
	if err := tx.RestoreProduct(ctx, m.HouseholdID, m.ProductID); err != nil {
		return err
	}
	return tx.change(ctx, sqlProductTotal, m.Delta, m.HouseholdID, m.ProductID)
}

// MarkUndone records which transaction undid movements of another one, or with an empty id that they are in
// effect again, and the same of that one as a whole once all it has are undone. [ErrNotFound].
func (tx *Tx) MarkUndone(ctx context.Context, householdID, transactionID string, list []Movement, by string) error {
	for _, m := range list {
		if err := tx.change(ctx, sqlMovementUndone, by, householdID, transactionID, m.Position); err != nil {
			return err
		}
	}
	left, err := one(ctx, tx.q, scanInt, sqlMovementsToBeDone, householdID, transactionID)
	if err != nil {
		return err
	}
	if left > 0 {
		by = ""
	}
	return tx.change(ctx, sqlTransactionUndone, by, householdID, transactionID)
}

// ForgetStockKey lets a transaction's idempotency key be used again. [ErrNotFound].
func (tx *Tx) ForgetStockKey(ctx context.Context, householdID, id string) error {
	return tx.change(ctx, sqlTransactionForget, householdID, id)
}

// PurgeStockKeys forgets the idempotency keys used before a time.
func (tx *Tx) PurgeStockKeys(ctx context.Context, before int64) (int64, error) {
	return tx.exec(ctx, sqlTransactionPurge, before)
}
