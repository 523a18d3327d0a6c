package db

import (
	"context"
	"database/sql"
)

// Outcome is how a sign-in attempt ended.
type Outcome string

// The outcomes. Refused means Pantrie decided so, failed that something did not work.
const (
	OutcomeSignedIn Outcome = "signed_in"
	OutcomeCreated  Outcome = "created"
	OutcomeLinked   Outcome = "linked"
	OutcomeRefused  Outcome = "refused"
	OutcomeFailed   Outcome = "failed"
)

// SignInRecord is one attempt to sign in. It never holds a token, a code or a secret.
type SignInRecord struct {
	ID        string
	At        int64
	Reference string
	Provider  string
	Step      string
	Outcome   Outcome
	Code      string
	Detail    string
	Email     string
	Name      string
	Address   string
	UserID    string
}

const (
	signInColumns = `l.id, l.at, l.reference, l.provider, l.step, l.outcome, l.code, l.detail, l.email, l.name, l.address, coalesce(l.user_id, '')`

	sqlSignInInsert      = `INSERT INTO signin_log (id, at, reference, provider, step, outcome, code, detail, email, name, address, user_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''))`
	sqlSignInByReference = `SELECT ` + signInColumns + ` FROM signin_log l WHERE l.reference = ? ORDER BY l.at DESC LIMIT 1`
	sqlSignInRecent      = `SELECT ` + signInColumns + ` FROM signin_log l WHERE l.provider = ? ORDER BY l.at DESC, l.id DESC LIMIT ?`
	sqlSignInLast        = `SELECT max(at) FROM signin_log WHERE provider = ? AND outcome IN ('signed_in', 'created', 'linked')`
	sqlSignInLastByUser  = `SELECT user_id, max(at) FROM signin_log WHERE user_id IS NOT NULL AND outcome IN ('signed_in', 'created', 'linked') GROUP BY user_id`
	sqlSignInTrim        = `DELETE FROM signin_log WHERE id IN (SELECT id FROM signin_log ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)`
	sqlSignInPurge       = `DELETE FROM signin_log WHERE at < ?`
)

func scanSignIn(s scanner) (r SignInRecord, err error) {
	return r, s.Scan(&r.ID, &r.At, &r.Reference, &r.Provider, &r.Step, &r.Outcome, &r.Code, &r.Detail, &r.Email, &r.Name, &r.Address, &r.UserID)
}

// SignInByReference returns the newest attempt with that reference, or [ErrNotFound].
func (r reader) SignInByReference(ctx context.Context, reference string) (SignInRecord, error) {
	return one(ctx, r.q, scanSignIn, sqlSignInByReference, reference)
}

// RecentSignIns lists a provider's newest attempts.
func (r reader) RecentSignIns(ctx context.Context, provider string, most int) ([]SignInRecord, error) {
	return many(ctx, r.q, scanSignIn, sqlSignInRecent, provider, most)
}

// LastSignIn is the time of a provider's last successful sign-in, or 0.
func (r reader) LastSignIn(ctx context.Context, provider string) (int64, error) {
	at, err := one(ctx, r.q, func(s scanner) (n sql.NullInt64, err error) { return n, s.Scan(&n) }, sqlSignInLast, provider)
	return at.Int64, err
}

// LastSignIns maps user ids to their last successful sign-in.
func (r reader) LastSignIns(ctx context.Context) (map[string]int64, error) {
	type row struct {
		user string
		at   int64
	}
	rows, err := many(ctx, r.q, func(s scanner) (v row, err error) { return v, s.Scan(&v.user, &v.at) }, sqlSignInLastByUser)
	if err != nil {
		return nil, err
	}
	m := make(map[string]int64, len(rows))
	for _, v := range rows {
		m[v.user] = v.at
	}
	return m, nil
}

// InsertSignIn records an attempt.
func (tx *Tx) InsertSignIn(ctx context.Context, r SignInRecord) error {
	_, err := tx.exec(ctx, sqlSignInInsert, tx.newID(), tx.now, r.Reference, r.Provider, r.Step, r.Outcome, r.Code, r.Detail, r.Email, r.Name, r.Address, r.UserID)
	return err
}

// TrimSignIns keeps the newest attempts and deletes the others.
func (tx *Tx) TrimSignIns(ctx context.Context, keep int) (int64, error) {
	return tx.exec(ctx, sqlSignInTrim, keep)
}

// PurgeSignIns deletes attempts before a time.
func (tx *Tx) PurgeSignIns(ctx context.Context, before int64) (int64, error) {
	return tx.exec(ctx, sqlSignInPurge, before)
}
