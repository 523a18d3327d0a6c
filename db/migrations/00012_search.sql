-- +goose Up

-- The search indexes folded words, each behind its household's key of four letters, so that a search never leaves the
-- household and no hit has to be looked at whose it is. The key comes from a counter that never goes back: what a
-- deleted household left in the index is never another one's. version is the way words are folded that the index was
-- made with; whoever opens the database makes it anew where that is another one.
CREATE TABLE search_state (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  version  INTEGER NOT NULL,
  next_key INTEGER NOT NULL
) STRICT;
ALTER TABLE households ADD COLUMN search_key INTEGER NOT NULL DEFAULT 0;
UPDATE households SET search_key = (SELECT count(*) FROM households h WHERE h.id <= households.id);
CREATE UNIQUE INDEX households_by_search_key ON households (search_key);
INSERT INTO search_state (id, version, next_key) SELECT 1, 0, count(*) + 1 FROM households;

-- Behind the key stands where a word is from: n of a name, b of a brand, x of anything else. Prefixes count these five
-- letters. Words are folded before, so that nothing is left to fold; where in a text they stand makes no difference.
DROP TABLE products_search;
CREATE VIRTUAL TABLE products_search USING fts5 (
  words,
  content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* S* Co'", prefix = '6 7 8'
);
CREATE VIRTUAL TABLE products_words USING fts5vocab (products_search, row);
