package db

import "context"

// MovementOfProduct is a movement with what a list shows of its product.
type MovementOfProduct struct {
	Movement
	ProductName string
	Base        string
	Unit        string
	UnitFactor  int64
}

// MovementByVerb is a movement with what a list shows of its transaction. UserID is empty when they are gone.
type MovementByVerb struct {
	Movement
	Verb     Verb
	At       int64
	UserID   string
	UserName string
	Undoes   string
}

// WastedPart is what was thrown away of a lot. Value is what it had cost, nil when unknown.
type WastedPart struct {
	At     int64
	Reason string
	Value  *int64
}

const (
	sqlHistoryMovements = `SELECT ` + movementColumns + `, p.name, p.base, p.unit, ` + unitFactor + ` FROM movements m CROSS JOIN products p ON p.household_id = m.household_id AND p.id = m.product_id
WHERE m.household_id = ? AND m.transaction_id = ? ORDER BY m.position LIMIT ?`
	sqlHistoryCount     = `SELECT count(*) FROM movements WHERE household_id = ? AND transaction_id = ?`
	sqlHistoryOfProduct = `SELECT ` + movementColumns + `, t.verb, t.at, coalesce(t.user_id, ''), t.user_name, coalesce(t.undoes, '')
FROM movements m CROSS JOIN stock_transactions t ON t.household_id = m.household_id AND t.id = m.transaction_id
WHERE m.household_id = ? AND m.product_id = ? AND (m.transaction_id, m.position) < (?, ?) ORDER BY m.transaction_id DESC, m.position DESC LIMIT ?`
	sqlHistoryAdded = `SELECT m.delta FROM movements m CROSS JOIN stock_transactions t ON t.household_id = m.household_id AND t.id = m.transaction_id
WHERE m.household_id = ? AND m.product_id = ? AND m.undone_by IS NULL AND m.delta > 0 AND t.verb IN ('add', 'put_away') ORDER BY m.transaction_id DESC, m.position DESC LIMIT 1`
	sqlHistoryWaste = `SELECT t.at, m.reason, -m.value
FROM stock_transactions t INDEXED BY stock_transactions_wasted CROSS JOIN movements m ON m.household_id = t.household_id AND m.transaction_id = t.id
WHERE t.household_id = ? AND t.verb = 'waste' AND t.at >= ? AND m.undone_by IS NULL`
)

func (m *Movement) fields() []any {
	return []any{&m.HouseholdID, &m.TransactionID, &m.Position, &m.LotID, &m.ProductID, &m.Delta, &m.Value, &m.Reason, &m.UndoneBy}
}

// MovementsWithProduct lists at most so many of a transaction's movements by their position.
func (r reader) MovementsWithProduct(ctx context.Context, householdID, transactionID string, most int) ([]MovementOfProduct, error) {
	return many(ctx, r.q, func(s scanner) (m MovementOfProduct, err error) {
		return m, s.Scan(append(m.fields(), &m.ProductName, &m.Base, &m.Unit, &m.UnitFactor)...)
	}, sqlHistoryMovements, householdID, transactionID, most)
}

// CountMovements says how many movements a transaction has.
func (r reader) CountMovements(ctx context.Context, householdID, transactionID string) (int64, error) {
	return one(ctx, r.q, scanInt, sqlHistoryCount, householdID, transactionID)
}

// MovementsWithVerb is [reader.MovementsOfProduct] with who did it.
func (r reader) MovementsWithVerb(ctx context.Context, householdID, productID, beforeID string, beforePosition int64, most int) ([]MovementByVerb, error) {
	if beforeID == "" {
		beforeID = lastID
	}
	return many(ctx, r.q, func(s scanner) (m MovementByVerb, err error) {
		return m, s.Scan(append(m.fields(), &m.Verb, &m.At, &m.UserID, &m.UserName, &m.Undoes)...)
	}, sqlHistoryOfProduct, householdID, productID, beforeID, beforePosition, most)
}

// LastAdded is how much of a product came into the house the last time, as far as it is not undone, or
// [ErrNotFound].
func (r reader) LastAdded(ctx context.Context, householdID, productID string) (int64, error) {
	return one(ctx, r.q, scanInt, sqlHistoryAdded, householdID, productID)
}

// Wasted lists what was thrown away since a time and is not undone.
func (r reader) Wasted(ctx context.Context, householdID string, since int64) ([]WastedPart, error) {
	return many(ctx, r.q, func(s scanner) (w WastedPart, err error) {
		return w, s.Scan(&w.At, &w.Reason, &w.Value)
	}, sqlHistoryWaste, householdID, since)
}
