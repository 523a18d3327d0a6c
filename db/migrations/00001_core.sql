-- +goose Up
-- Times are unix milliseconds, booleans 0 or 1, ids UUIDv7 text.

CREATE TABLE users (
  id            TEXT PRIMARY KEY,
  name          TEXT NOT NULL,
  email         TEXT,
  email_key     TEXT UNIQUE,
  email_proof   TEXT NOT NULL DEFAULT ''
                CHECK (email_proof IN ('', 'setup', 'administrator', 'invitation', 'mail', 'provider')),
  password_hash TEXT,
  site_admin    INTEGER NOT NULL DEFAULT 0 CHECK (site_admin IN (0, 1)),
  disabled      INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;

CREATE TABLE households (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  time_zone  TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
  household_id TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role         TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (household_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE settings (
  key        TEXT PRIMARY KEY,
  value      BLOB NOT NULL,
  sealed     INTEGER NOT NULL CHECK (sealed IN (0, 1)),
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- token is the SHA-256 of the cookie's value. A row with ended_at is a tombstone:
-- a request that was in flight when the session ended must not bring it back.
CREATE TABLE sessions (
  token        TEXT PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  user_id      TEXT REFERENCES users (id) ON DELETE CASCADE,
  data         BLOB NOT NULL,
  method       TEXT NOT NULL DEFAULT '',
  issuer       TEXT NOT NULL DEFAULT '',
  subject      TEXT NOT NULL DEFAULT '',
  sid          TEXT NOT NULL DEFAULT '',
  address      TEXT NOT NULL DEFAULT '',
  device       TEXT NOT NULL DEFAULT '',
  created_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  ended_at     INTEGER
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

