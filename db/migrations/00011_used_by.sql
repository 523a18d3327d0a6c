-- +goose Up

-- The pack that is used at once of what is weighed or measured; empty where nobody wants that.
ALTER TABLE products ADD COLUMN used_by TEXT NOT NULL DEFAULT '';
