-- +goose Up
-- Everything of a household has its id first in its key, so that a reference can only point
-- inside the household. Amounts are thousandths of the product's base unit. Calendar dates are
-- text, 'YYYY-MM-DD'.

CREATE TABLE locations (
  household_id TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  id           TEXT NOT NULL,
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  kind         TEXT NOT NULL CHECK (kind IN ('cupboard', 'fridge', 'freezer')),
  icon         TEXT NOT NULL DEFAULT '',
  position     INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (household_id, id),
  UNIQUE (household_id, name_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE categories (
  household_id TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  id           TEXT NOT NULL,
  name         TEXT NOT NULL,
  name_key     TEXT NOT NULL,
  icon         TEXT NOT NULL DEFAULT '',
  position     INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (household_id, id),
  UNIQUE (household_id, name_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE photos (
  row          INTEGER PRIMARY KEY,
  household_id TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  id           TEXT NOT NULL,
  kind         TEXT NOT NULL CHECK (kind IN ('product')),
  bytes        BLOB NOT NULL,
  sha          BLOB NOT NULL CHECK (length(sha) = 32),
  width        INTEGER NOT NULL,
  height       INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  UNIQUE (household_id, id),
  UNIQUE (household_id, sha)
) STRICT;

-- row numbers the product in products_search. base is the unit of all its amounts, unit the one
-- that people enter it in. Shelf lives are days; total is the sum of its lots. A merged product
-- stays, with its barcodes, as a pointer to the one it became. An archived one is hidden until there is some of
-- it again.
CREATE TABLE products (
  row               INTEGER PRIMARY KEY,
  household_id      TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  id                TEXT NOT NULL,
  name              TEXT NOT NULL,
  name_key          TEXT NOT NULL,
  brand             TEXT NOT NULL DEFAULT '',
  category_id       TEXT,
  location_id       TEXT,
  photo_id          TEXT,
  base              TEXT NOT NULL,
  unit              TEXT NOT NULL,
  minimum           INTEGER CHECK (minimum BETWEEN 1 AND 1000000000000),
  staple            INTEGER NOT NULL DEFAULT 0 CHECK (staple IN (0, 1)),
  shelf_life        INTEGER CHECK (shelf_life BETWEEN 0 AND 36500),
  opened_shelf_life INTEGER CHECK (opened_shelf_life BETWEEN 0 AND 36500),
  frozen_shelf_life INTEGER CHECK (frozen_shelf_life BETWEEN 0 AND 36500),
  thawed_shelf_life INTEGER CHECK (thawed_shelf_life BETWEEN 0 AND 36500),
  date_kind         TEXT NOT NULL DEFAULT 'best_before' CHECK (date_kind IN ('best_before', 'use_by')),
  nutrition         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(nutrition)),
  note              TEXT NOT NULL DEFAULT '',
  total             INTEGER NOT NULL DEFAULT 0 CHECK (total BETWEEN 0 AND 1000000000000),
  merged_into       TEXT,
  archived_at       INTEGER,
  created_at        INTEGER NOT NULL,
  updated_at        INTEGER NOT NULL,
  low               INTEGER NOT NULL GENERATED ALWAYS AS (merged_into IS NULL AND archived_at IS NULL AND (coalesce(total < minimum, 0) OR staple AND total = 0)) STORED,
  UNIQUE (household_id, id),
  FOREIGN KEY (household_id, category_id) REFERENCES categories (household_id, id),
  FOREIGN KEY (household_id, location_id) REFERENCES locations (household_id, id),
  FOREIGN KEY (household_id, photo_id) REFERENCES photos (household_id, id),
  FOREIGN KEY (household_id, merged_into) REFERENCES products (household_id, id),
  CHECK (merged_into IS NULL OR total = 0),
  CHECK (archived_at IS NULL OR total = 0)
) STRICT;
CREATE INDEX products_by_name ON products (household_id, name_key, id) WHERE merged_into IS NULL AND archived_at IS NULL;
CREATE INDEX products_hidden ON products (household_id, name_key, id) WHERE merged_into IS NOT NULL OR archived_at IS NOT NULL;
CREATE INDEX products_by_category ON products (household_id, category_id, name_key, id) WHERE category_id IS NOT NULL;
CREATE INDEX products_by_photo ON products (household_id, photo_id) WHERE photo_id IS NOT NULL;
CREATE INDEX products_merged ON products (household_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX products_low ON products (household_id, name_key, id) WHERE low = 1;

-- 1 unit is factor times the product's base unit.
CREATE TABLE product_units (
  household_id TEXT NOT NULL,
  product_id   TEXT NOT NULL,
  unit         TEXT NOT NULL,
  factor       INTEGER NOT NULL CHECK (factor BETWEEN 2 AND 1000000),
  PRIMARY KEY (household_id, product_id, unit),
  FOREIGN KEY (household_id, product_id) REFERENCES products (household_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- unit is what one scan stands for, empty for the product's own.
CREATE TABLE product_barcodes (
  household_id TEXT NOT NULL,
  code         TEXT NOT NULL,
  product_id   TEXT NOT NULL,
  unit         TEXT NOT NULL DEFAULT '',
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (household_id, code),
  FOREIGN KEY (household_id, product_id) REFERENCES products (household_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX product_barcodes_by_product ON product_barcodes (household_id, product_id);

CREATE TABLE product_allergens (
  household_id TEXT NOT NULL,
  product_id   TEXT NOT NULL,
  label_key    TEXT NOT NULL,
  label        TEXT NOT NULL,
  PRIMARY KEY (household_id, product_id, label_key),
  FOREIGN KEY (household_id, product_id) REFERENCES products (household_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Allergens that somebody in the household must be told of.
CREATE TABLE household_watch (
  household_id TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  label_key    TEXT NOT NULL,
  label        TEXT NOT NULL,
  PRIMARY KEY (household_id, label_key)
) STRICT, WITHOUT ROWID;

-- amount is the sum of the lot's movements. expires_on is the last good day. price is what the lot
-- cost, in hundredths of the household's currency. sort_key puts first what is to be used first: the
-- date, those without one last; then what is open; then what has been there longest. category_id is the
-- product's, so that an index has the lots of a category in their order.
CREATE TABLE lots (
  household_id TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  id           TEXT NOT NULL,
  product_id   TEXT NOT NULL,
  location_id  TEXT,
  category_id  TEXT,
  amount       INTEGER NOT NULL DEFAULT 0 CHECK (amount BETWEEN 0 AND 1000000000000),
  expires_on   TEXT CHECK (length(expires_on) = 10),
  precision    TEXT NOT NULL CHECK (precision IN ('day', 'month', 'year', 'none')),
  date_kind    TEXT NOT NULL CHECK (date_kind IN ('best_before', 'use_by')),
  guessed      INTEGER NOT NULL DEFAULT 0 CHECK (guessed IN (0, 1)),
  bought_on    TEXT NOT NULL CHECK (length(bought_on) = 10),
  opened_on    TEXT CHECK (length(opened_on) = 10),
  price        INTEGER CHECK (price >= 0),
  note         TEXT NOT NULL DEFAULT '',
  created_at   INTEGER NOT NULL,
  closed_at    INTEGER,
  sort_key     TEXT NOT NULL CHECK (sort_key = coalesce(expires_on, '9999-99-99') || iif(opened_on IS NULL, 'u', 'o') || bought_on),
  PRIMARY KEY (household_id, id),
  FOREIGN KEY (household_id, product_id) REFERENCES products (household_id, id),
  FOREIGN KEY (household_id, location_id) REFERENCES locations (household_id, id),
  CHECK ((precision = 'none') = (expires_on IS NULL)),
  CHECK ((amount = 0) = (closed_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
-- closed_at is in it so that counting needs no look at the lots: SQLite checks it although it is always NULL.
CREATE INDEX lots_open ON lots (household_id, sort_key, id, closed_at) WHERE closed_at IS NULL;
CREATE INDEX lots_by_product ON lots (household_id, product_id, closed_at, sort_key, id);
CREATE INDEX lots_by_location ON lots (household_id, location_id, closed_at, sort_key, id);
CREATE INDEX lots_by_category ON lots (household_id, category_id, sort_key, id) WHERE category_id IS NOT NULL AND closed_at IS NULL;
-- How long a product usually keeps is what was read from its packages.
CREATE INDEX lots_dated ON lots (household_id, product_id, id) WHERE guessed = 0 AND opened_on IS NULL AND expires_on IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER lots_follow_category AFTER UPDATE OF category_id ON products WHEN old.category_id IS NOT new.category_id BEGIN
  UPDATE lots SET category_id = new.category_id WHERE household_id = new.household_id AND product_id = new.id;
END;
-- +goose StatementEnd

-- user_name is the name at that time. undoes and undone_by name other transactions here, merged and
-- merged_into the products of a merge. A request that is sent again has the same idempotency_key and
-- the same request_hash.
CREATE TABLE stock_transactions (
  household_id    TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  id              TEXT NOT NULL,
  user_id         TEXT REFERENCES users (id) ON DELETE SET NULL,
  user_name       TEXT NOT NULL,
  verb            TEXT NOT NULL CHECK (verb IN ('add', 'use', 'waste', 'open', 'move', 'count', 'undo', 'put_away', 'merge')),
  at              INTEGER NOT NULL,
  undoes          TEXT,
  undone_by       TEXT,
  merged          TEXT,
  merged_into     TEXT,
  idempotency_key TEXT,
  request_hash    BLOB,
  PRIMARY KEY (household_id, id),
  CHECK ((verb = 'undo') = (undoes IS NOT NULL)),
  CHECK ((verb = 'merge') = (merged IS NOT NULL AND merged_into IS NOT NULL)),
  CHECK ((idempotency_key IS NULL) = (request_hash IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX stock_transactions_by_key ON stock_transactions (household_id, user_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX stock_transactions_wasted ON stock_transactions (household_id, at) WHERE verb = 'waste';
CREATE INDEX stock_transactions_keyed ON stock_transactions (at) WHERE idempotency_key IS NOT NULL;
CREATE INDEX stock_transactions_by_user ON stock_transactions (user_id) WHERE user_id IS NOT NULL;

-- A movement that undoes another one has its position in the transaction that is undone.
CREATE TABLE movements (
  household_id   TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  position       INTEGER NOT NULL,
  lot_id         TEXT NOT NULL,
  product_id     TEXT NOT NULL,
  delta          INTEGER NOT NULL CHECK (delta <> 0 AND abs(delta) <= 1000000000000),
  reason         TEXT NOT NULL DEFAULT '',
  undone_by      TEXT,
  PRIMARY KEY (household_id, transaction_id, position),
  FOREIGN KEY (household_id, transaction_id) REFERENCES stock_transactions (household_id, id) ON DELETE CASCADE,
  FOREIGN KEY (household_id, lot_id) REFERENCES lots (household_id, id),
  FOREIGN KEY (household_id, product_id) REFERENCES products (household_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX movements_by_lot ON movements (household_id, lot_id);
CREATE INDEX movements_by_product ON movements (household_id, product_id, transaction_id, position);

-- wanted: to be bought; tray: ticked, to be put away; done: it has become stock, or was only ticked.
CREATE TABLE shopping_items (
  household_id TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  id           TEXT NOT NULL,
  product_id   TEXT,
  text         TEXT NOT NULL,
  amount       INTEGER CHECK (amount BETWEEN 1 AND 1000000000000),
  unit         TEXT NOT NULL DEFAULT '',
  note         TEXT NOT NULL DEFAULT '',
  state        TEXT NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'tray', 'done')),
  ticked_at    INTEGER,
  ticked_by    TEXT REFERENCES users (id) ON DELETE SET NULL,
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (household_id, id),
  FOREIGN KEY (household_id, product_id) REFERENCES products (household_id, id),
  CHECK ((state = 'wanted') = (ticked_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX shopping_items_by_state ON shopping_items (household_id, state, id);
CREATE INDEX shopping_items_by_product ON shopping_items (household_id, product_id) WHERE product_id IS NOT NULL;
CREATE INDEX shopping_items_by_user ON shopping_items (ticked_by) WHERE ticked_by IS NOT NULL;

-- What a transaction put away, and the position of the movement that came of it; 0: none did. It stays
-- when the transaction is undone, so that undoing that finds the same things in the tray.
CREATE TABLE put_away_items (
  household_id   TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  item_id        TEXT NOT NULL,
  position       INTEGER NOT NULL,
  PRIMARY KEY (household_id, transaction_id, item_id, position),
  FOREIGN KEY (household_id, transaction_id) REFERENCES stock_transactions (household_id, id) ON DELETE CASCADE,
  FOREIGN KEY (household_id, item_id) REFERENCES shopping_items (household_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX put_away_items_by_item ON put_away_items (household_id, item_id);

-- Only the index, not the texts. household is the id without its hyphens: one token, so that a
-- search never leaves the household.
CREATE VIRTUAL TABLE products_search USING fts5 (
  household, name, brand, barcodes, note, category,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
);
-- +goose StatementBegin
CREATE TRIGGER products_search_delete AFTER DELETE ON products BEGIN
  DELETE FROM products_search WHERE rowid = old.row;
END;
-- +goose StatementEnd
