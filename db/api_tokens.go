package db

import "context"

// APIToken lets a program act as its user, within a scope. Token is the SHA-256 of what the program
// sends. ExpiresAt and LastUsedAt are 0 for never. Paused says that a provider lets its user in no more, see
// [Identity].
type APIToken struct {
	ID         string
	Token      string
	UserID     string
	Name       string
	Scope      string
	CreatedAt  int64
	ExpiresAt  int64
	LastUsedAt int64
	Paused     bool
}

const (
	apiTokenColumns = `k.id, k.token, k.user_id, k.name, k.scope, k.created_at, coalesce(k.expires_at, 0), coalesce(k.last_used_at, 0),
  EXISTS (SELECT 1 FROM identities i WHERE i.user_id = k.user_id AND i.access_ended_at > 0)`

	sqlAPITokenInsert    = `INSERT INTO api_tokens (id, token, user_id, name, scope, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0))`
	sqlAPITokensOfUser   = `SELECT ` + apiTokenColumns + ` FROM api_tokens k WHERE k.user_id = ? ORDER BY k.created_at DESC, k.id DESC`
	sqlAPITokenWithUser  = `SELECT ` + apiTokenColumns + `, ` + userColumns + `, ` + rolesOfUser + ` FROM api_tokens k JOIN users u ON u.id = k.user_id WHERE k.token = ? AND coalesce(k.expires_at > ?, 1)`
	sqlAPITokenTouch     = `UPDATE api_tokens SET last_used_at = ?1 WHERE id = ?2 AND coalesce(last_used_at < ?1, 1)`
	sqlAPITokenDelete    = `DELETE FROM api_tokens WHERE id = ? AND user_id = ?`
	sqlAPITokenDeleteAll = `DELETE FROM api_tokens WHERE user_id = ?`
)

func (k *APIToken) fields() []any {
	return []any{&k.ID, &k.Token, &k.UserID, &k.Name, &k.Scope, &k.CreatedAt, &k.ExpiresAt, &k.LastUsedAt, &k.Paused}
}

func scanAPIToken(s scanner) (k APIToken, err error) { return k, s.Scan(k.fields()...) }

// APITokenWithUser returns a token that has not expired at now, whose it is, and their roles; or [ErrNotFound].
func (r reader) APITokenWithUser(ctx context.Context, token string, now int64) (APIToken, User, Roles, error) {
	type all struct {
		key   APIToken
		user  User
		roles Roles
	}
	v, err := one(ctx, r.q, func(s scanner) (v all, err error) {
		return v, s.Scan(append(append(v.key.fields(), v.user.fields()...), &v.roles)...)
	}, sqlAPITokenWithUser, token, now)
	return v.key, v.user, v.roles, err
}

// APITokensOf lists a user's tokens, expired ones too, the newest first.
func (r reader) APITokensOf(ctx context.Context, userID string) ([]APIToken, error) {
	return many(ctx, r.q, scanAPIToken, sqlAPITokensOfUser, userID)
}

// InsertAPIToken stores k and returns it with its id.
func (tx *Tx) InsertAPIToken(ctx context.Context, k APIToken) (APIToken, error) {
	k.ID, k.CreatedAt = tx.newID(), tx.now
	_, err := tx.exec(ctx, sqlAPITokenInsert, k.ID, k.Token, k.UserID, k.Name, k.Scope, k.CreatedAt, k.ExpiresAt)
	return k, err
}

// TouchAPIToken records that a token was in use at a time (unix milliseconds); that it is gone by now is no error.
func (tx *Tx) TouchAPIToken(ctx context.Context, id string, at int64) error {
	_, err := tx.exec(ctx, sqlAPITokenTouch, at, id)
	return err
}

// DeleteAPIToken revokes one token of a user. [ErrNotFound].
func (tx *Tx) DeleteAPIToken(ctx context.Context, userID, id string) error {
	return tx.change(ctx, sqlAPITokenDelete, id, userID)
}

// DeleteAPITokensOf revokes all tokens of a user and returns how many.
func (tx *Tx) DeleteAPITokensOf(ctx context.Context, userID string) (int64, error) {
	return tx.exec(ctx, sqlAPITokenDeleteAll, userID)
}
