-- +goose Up

-- Which sheets were imported, by the SHA-256 of the file, so that nobody adds one twice without being told.
CREATE TABLE imported_sheets (
  household_id   TEXT NOT NULL,
  sha            BLOB NOT NULL CHECK (length(sha) = 32),
  transaction_id TEXT NOT NULL,
  PRIMARY KEY (household_id, sha, transaction_id),
  FOREIGN KEY (household_id, transaction_id) REFERENCES stock_transactions (household_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX imported_sheets_by_transaction ON imported_sheets (household_id, transaction_id);
