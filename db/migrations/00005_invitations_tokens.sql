-- +goose Up

-- A link into a household, used once. token is the SHA-256 of its secret. It is open while ended is
-- empty, it has not expired, and whoever made it may still let people in.
CREATE TABLE invitations (
  id           TEXT PRIMARY KEY,
  token        TEXT NOT NULL UNIQUE,
  household_id TEXT NOT NULL REFERENCES households (id) ON DELETE CASCADE,
  role         TEXT NOT NULL CHECK (role IN ('admin', 'editor', 'viewer')),
  invited_by   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  ended        TEXT NOT NULL DEFAULT '' CHECK (ended IN ('', 'used', 'revoked')),
  used_by      TEXT REFERENCES users (id) ON DELETE SET NULL
) STRICT;
CREATE INDEX invitations_by_household ON invitations (household_id);
CREATE INDEX invitations_by_inviter ON invitations (invited_by);
CREATE INDEX invitations_by_guest ON invitations (used_by) WHERE used_by IS NOT NULL;

-- token is the SHA-256 of what the program sends. No expires_at: until it is revoked.
CREATE TABLE api_tokens (
  id           TEXT PRIMARY KEY,
  token        TEXT NOT NULL UNIQUE,
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  scope        TEXT NOT NULL CHECK (scope IN ('read', 'stock', 'all')),
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);
