package db

import (
	"context"
	"slices"
	"strings"
)

// Identity is one (issuer, subject) of a provider, linked to a user. AccessEndedAt is when the provider answered that it
// lets the person in no more (unix milliseconds), 0 once they have signed in with it again.
type Identity struct {
	ID         string
	UserID     string
	Provider   string
	Issuer     string
	Subject    string
	CreatedAt  int64
	LastUsedAt int64

	AccessEndedAt int64
}

const (
	identityColumns = `i.id, i.user_id, i.provider, i.issuer, i.subject, i.created_at, i.last_used_at, i.access_ended_at`

	sqlIdentityBySubject = `SELECT ` + identityColumns + ` FROM identities i WHERE i.issuer = ? AND i.subject = ?`
	sqlIdentityOfUser    = `SELECT ` + identityColumns + ` FROM identities i WHERE i.user_id = ? AND i.issuer = ?`
	sqlIdentitiesOfUser  = `SELECT ` + identityColumns + ` FROM identities i WHERE i.user_id = ?`
	sqlIdentityList      = `SELECT ` + identityColumns + ` FROM identities i ORDER BY i.created_at, i.id`
	sqlIdentityInsert    = `INSERT INTO identities (id, user_id, provider, issuer, subject, created_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlIdentityUsed      = `UPDATE identities SET last_used_at = ?, access_ended_at = 0 WHERE id = ?`
	sqlIdentityEnded     = `UPDATE identities SET access_ended_at = ?
WHERE issuer = ? AND subject = ? AND access_ended_at = 0 AND last_used_at < ?`
	sqlIdentityMove      = `UPDATE identities SET issuer = ? WHERE id = ?`
	sqlIdentityDelete    = `DELETE FROM identities WHERE id = ? AND user_id = ?`
	sqlIdentityDeleteAll = `DELETE FROM identities WHERE user_id = ?`
	sqlIdentityCount     = `SELECT count(*) FROM identities WHERE provider = ?`
)

func scanIdentity(s scanner) (i Identity, err error) {
	return i, s.Scan(&i.ID, &i.UserID, &i.Provider, &i.Issuer, &i.Subject, &i.CreatedAt, &i.LastUsedAt, &i.AccessEndedAt)
}

// IdentityBySubject returns the identity, both values compared byte for byte, or [ErrNotFound].
func (r reader) IdentityBySubject(ctx context.Context, issuer, subject string) (Identity, error) {
	return one(ctx, r.q, scanIdentity, sqlIdentityBySubject, issuer, subject)
}

// IdentityOf returns the user's identity at an issuer, or [ErrNotFound].
func (r reader) IdentityOf(ctx context.Context, userID, issuer string) (Identity, error) {
	return one(ctx, r.q, scanIdentity, sqlIdentityOfUser, userID, issuer)
}

// IdentitiesOf lists a user's identities, oldest first: their ids are UUIDv7.
func (r reader) IdentitiesOf(ctx context.Context, userID string) ([]Identity, error) {
	list, err := many(ctx, r.q, scanIdentity, sqlIdentitiesOfUser, userID)
	slices.SortFunc(list, func(a, b Identity) int { return strings.Compare(a.ID, b.ID) })
	return list, err
}

// Identities lists all, oldest first.
func (r reader) Identities(ctx context.Context) ([]Identity, error) {
	return many(ctx, r.q, scanIdentity, sqlIdentityList)
}

// CountIdentities says how many people are linked through a provider.
func (r reader) CountIdentities(ctx context.Context, provider string) (int64, error) {
	return one(ctx, r.q, scanInt, sqlIdentityCount, provider)
}

// InsertIdentity links an identity to a user. [ErrConflict] when the identity is linked
// already, or the user has another one of this issuer.
func (tx *Tx) InsertIdentity(ctx context.Context, i Identity) (Identity, error) {
	i.ID, i.CreatedAt, i.LastUsedAt = tx.newID(), tx.now, tx.now
	_, err := tx.exec(ctx, sqlIdentityInsert, i.ID, i.UserID, i.Provider, i.Issuer, i.Subject, i.CreatedAt, i.LastUsedAt)
	return i, err
}

// MarkAccessEnded records that the provider, asked at a time (unix milliseconds), lets somebody in no more, unless they
// have signed in since. Unknown or marked already is no error.
func (tx *Tx) MarkAccessEnded(ctx context.Context, issuer, subject string, asked int64) error {
	_, err := tx.exec(ctx, sqlIdentityEnded, tx.now, issuer, subject, asked)
	return err
}

// MarkIdentityUsed records a sign-in; access that had ended has come back. [ErrNotFound].
func (tx *Tx) MarkIdentityUsed(ctx context.Context, id string) error {
	return tx.change(ctx, sqlIdentityUsed, tx.now, id)
}

// MoveIdentity lets an identity be one of another issuer. [ErrNotFound]; [ErrConflict] when that issuer's subject is linked
// already, or the user has another identity there.
func (tx *Tx) MoveIdentity(ctx context.Context, id, issuer string) error {
	return tx.change(ctx, sqlIdentityMove, issuer, id)
}

// DeleteIdentity unlinks one identity of a user. [ErrNotFound].
func (tx *Tx) DeleteIdentity(ctx context.Context, userID, id string) error {
	return tx.change(ctx, sqlIdentityDelete, id, userID)
}

// DeleteIdentitiesOf unlinks all identities of a user and returns how many.
func (tx *Tx) DeleteIdentitiesOf(ctx context.Context, userID string) (int64, error) {
	return tx.exec(ctx, sqlIdentityDeleteAll, userID)
}
