INSERT INTO imported_sheets (household_id, sha, transaction_id) VALUES ('h1', zeroblob(32), 't1');
