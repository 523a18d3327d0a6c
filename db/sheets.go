package db

import "context"

const (
	sqlSheetInsert = `INSERT INTO imported_sheets (household_id, sha, transaction_id) VALUES (?, ?, ?)`
	// The newest one that is not undone.
	sqlSheetBefore = `SELECT ` + transactionColumns + ` FROM imported_sheets i CROSS JOIN stock_transactions t ON t.household_id = i.household_id AND t.id = i.transaction_id
WHERE i.household_id = ? AND i.sha = ? AND t.undone_by IS NULL ORDER BY i.transaction_id DESC LIMIT 1`
)

// SheetBefore is the transaction that a sheet was imported with, as far as it is not undone, or [ErrNotFound].
func (r reader) SheetBefore(ctx context.Context, householdID string, sha []byte) (StockTransaction, error) {
	return one(ctx, r.q, scanTransaction, sqlSheetBefore, householdID, sha)
}

// InsertSheet remembers that a sheet was imported with a transaction.
func (tx *Tx) InsertSheet(ctx context.Context, householdID string, sha []byte, transactionID string) error {
	_, err := tx.exec(ctx, sqlSheetInsert, householdID, sha, transactionID)
	return err
}
