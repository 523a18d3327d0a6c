-- +goose Up

-- With a refresh token Pantrie asks the provider now and then whether a session still holds. It is sealed; refresh_id stays
-- the same when the session's own token is renewed; checked_at is when the provider was asked last.
ALTER TABLE sessions ADD COLUMN refresh_id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN refresh_token BLOB NOT NULL DEFAULT x'';
ALTER TABLE sessions ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sessions_refresh ON sessions (refresh_id) WHERE refresh_id <> '';
-- When the provider answered that it lets the person in no more; 0: it has not, or they have signed in with it since.
ALTER TABLE identities ADD COLUMN access_ended_at INTEGER NOT NULL DEFAULT 0;
