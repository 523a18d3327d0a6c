-- +goose Up

-- id_token is the sealed ID token, for signing out at the provider (RP-Initiated Logout 1.0,
-- section 2). authenticated_at is when the person last proved who they are.
ALTER TABLE sessions ADD COLUMN id_token BLOB NOT NULL DEFAULT x'';
ALTER TABLE sessions ADD COLUMN authenticated_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sessions_by_sid ON sessions (issuer, sid) WHERE sid <> '';
CREATE INDEX sessions_by_subject ON sessions (issuer, subject) WHERE subject <> '';

-- by_groups: a provider's groups put the person into this household, so they may also take
-- the person out again. What people decided by hand stays.
ALTER TABLE memberships ADD COLUMN by_groups INTEGER NOT NULL DEFAULT 0 CHECK (by_groups IN (0, 1));

-- More outcomes, and the steps of each attempt as JSON.
CREATE TABLE signin_log_new (
  id        TEXT PRIMARY KEY,
  at        INTEGER NOT NULL,
  reference TEXT NOT NULL,
  provider  TEXT NOT NULL,
  purpose   TEXT NOT NULL DEFAULT 'signin' CHECK (purpose IN ('signin', 'link', 'test', 'logout')),
  step      TEXT NOT NULL,
  outcome   TEXT NOT NULL CHECK (outcome IN ('signed_in', 'created', 'linked', 'pending', 'tested', 'signed_out', 'refused', 'failed')),
  code      TEXT NOT NULL,
  detail    TEXT NOT NULL,
  steps     TEXT NOT NULL DEFAULT '[]',
  email     TEXT NOT NULL,
  name      TEXT NOT NULL,
  address   TEXT NOT NULL,
  user_id   TEXT REFERENCES users (id) ON DELETE SET NULL
) STRICT;
INSERT INTO signin_log_new (id, at, reference, provider, step, outcome, code, detail, email, name, address, user_id)
  SELECT id, at, reference, provider, step, outcome, code, detail, email, name, address, user_id FROM signin_log;
DROP TABLE signin_log;
ALTER TABLE signin_log_new RENAME TO signin_log;
CREATE INDEX signin_log_by_time ON signin_log (at);
CREATE INDEX signin_log_by_user ON signin_log (user_id, at) WHERE user_id IS NOT NULL;
CREATE INDEX signin_log_by_reference ON signin_log (reference);

-- Back-channel logouts that were carried out: against replay (jti, a SHA-256), and against a
-- sign-in that was already on its way and would store its session afterwards.
CREATE TABLE logouts (
  issuer     TEXT NOT NULL,
  jti        TEXT NOT NULL,
  sid        TEXT NOT NULL,
  subject    TEXT NOT NULL,
  issued_at  INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, jti)
) STRICT, WITHOUT ROWID;
CREATE INDEX logouts_by_time ON logouts (created_at);
