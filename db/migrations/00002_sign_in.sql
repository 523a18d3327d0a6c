-- +goose Up

CREATE TABLE identities (
  id           TEXT PRIMARY KEY,
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  provider     TEXT NOT NULL,
  issuer       TEXT NOT NULL,
  subject      TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  UNIQUE (issuer, subject),
  UNIQUE (user_id, issuer)
) STRICT;

-- A sign-in on its way to the provider and back. state is the SHA-256 of the
-- state parameter, owner a random value kept in the browser's session; what the
-- flow must remember (nonce, PKCE verifier, the settings it began with) is sealed.
CREATE TABLE signin_flows (
  owner      TEXT NOT NULL,
  state      TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner, state)
) STRICT, WITHOUT ROWID;
CREATE INDEX signin_flows_by_time ON signin_flows (created_at);

CREATE TABLE password_links (
  token      TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE signin_log (
  id        TEXT PRIMARY KEY,
  at        INTEGER NOT NULL,
  reference TEXT NOT NULL,
  provider  TEXT NOT NULL,
  step      TEXT NOT NULL,
  outcome   TEXT NOT NULL CHECK (outcome IN ('signed_in', 'created', 'linked', 'refused', 'failed')),
  code      TEXT NOT NULL,
  detail    TEXT NOT NULL,
  email     TEXT NOT NULL,
  name      TEXT NOT NULL,
  address   TEXT NOT NULL,
  user_id   TEXT REFERENCES users (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX signin_log_by_time ON signin_log (at);
CREATE INDEX signin_log_by_user ON signin_log (user_id, at) WHERE user_id IS NOT NULL;
CREATE INDEX signin_log_by_reference ON signin_log (reference);

