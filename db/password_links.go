package db

import "context"

// PasswordLink lets its user choose a password once. Token is the SHA-256 of the link's secret.
type PasswordLink struct {
	Token     string
	UserID    string
	CreatedAt int64
	ExpiresAt int64
}

const (
	sqlPasswordLinkInsert = `INSERT INTO password_links (token, user_id, created_at, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET token = excluded.token, created_at = excluded.created_at, expires_at = excluded.expires_at`
	sqlPasswordLinkFind   = `SELECT token, user_id, created_at, expires_at FROM password_links WHERE token = ? AND expires_at > ?`
	sqlPasswordLinkList   = `SELECT token, user_id, created_at, expires_at FROM password_links WHERE expires_at > ?`
	sqlPasswordLinkDelete = `DELETE FROM password_links WHERE user_id = ?`
	sqlPasswordLinkPurge  = `DELETE FROM password_links WHERE expires_at < ?`
)

func scanPasswordLink(s scanner) (l PasswordLink, err error) {
	return l, s.Scan(&l.Token, &l.UserID, &l.CreatedAt, &l.ExpiresAt)
}

// PasswordLinkByToken returns a link that has not expired at now, or [ErrNotFound].
func (r reader) PasswordLinkByToken(ctx context.Context, token string, now int64) (PasswordLink, error) {
	return one(ctx, r.q, scanPasswordLink, sqlPasswordLinkFind, token, now)
}

// PasswordLinks lists the links that have not expired at now.
func (r reader) PasswordLinks(ctx context.Context, now int64) ([]PasswordLink, error) {
	return many(ctx, r.q, scanPasswordLink, sqlPasswordLinkList, now)
}

// PutPasswordLink stores the user's link; an earlier one stops working.
func (tx *Tx) PutPasswordLink(ctx context.Context, l PasswordLink) error {
	_, err := tx.exec(ctx, sqlPasswordLinkInsert, l.Token, l.UserID, tx.now, l.ExpiresAt)
	return err
}

// DeletePasswordLinkOf uses up the user's link. [ErrNotFound] when there is none.
func (tx *Tx) DeletePasswordLinkOf(ctx context.Context, userID string) error {
	return tx.change(ctx, sqlPasswordLinkDelete, userID)
}

// PurgePasswordLinks deletes links that have expired.
func (tx *Tx) PurgePasswordLinks(ctx context.Context) (int64, error) {
	return tx.exec(ctx, sqlPasswordLinkPurge, tx.now)
}
