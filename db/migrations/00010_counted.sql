-- +goose Up

-- What does not count towards a minimum: a household that means sealed, good ones says so.
ALTER TABLE households ADD COLUMN ignore_opened INTEGER NOT NULL DEFAULT 0 CHECK (ignore_opened IN (0, 1));
ALTER TABLE households ADD COLUMN ignore_expired INTEGER NOT NULL DEFAULT 0 CHECK (ignore_expired IN (0, 1));
CREATE INDEX products_kept ON products (household_id, name_key, id) WHERE merged_into IS NULL AND archived_at IS NULL AND (minimum IS NOT NULL OR staple = 1);
