-- +goose Up

-- session_epoch grows whenever everybody who is signed in to the account is signed out. A session holds the one that it
-- was decided under, and is worth nothing under another.
ALTER TABLE users ADD COLUMN session_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN user_epoch INTEGER NOT NULL DEFAULT 0;
-- When the provider issued the ID token that the session came of; 0 for a password.
ALTER TABLE sessions ADD COLUMN issued_at INTEGER NOT NULL DEFAULT 0;
