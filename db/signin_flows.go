package db

import "context"

const (
	sqlFlowInsert = `INSERT INTO signin_flows (owner, state, sealed, created_at) VALUES (?, ?, ?, ?)`
	sqlFlowTrim   = `DELETE FROM signin_flows WHERE owner = ?1 AND state NOT IN (SELECT state FROM signin_flows WHERE owner = ?1 ORDER BY created_at DESC LIMIT ?2)`
	sqlFlowPut    = `INSERT INTO signin_flows (owner, state, sealed, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (owner, state) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at`
	sqlFlowPeek   = `SELECT owner, state, sealed, created_at FROM signin_flows WHERE owner = ? AND state = ?`
	sqlFlowTake   = `DELETE FROM signin_flows WHERE owner = ? AND state = ? RETURNING sealed, created_at`
	sqlFlowPurge  = `DELETE FROM signin_flows WHERE created_at < ?`
)

// SignInFlow is a sign-in on its way to the provider and back. State is the SHA-256 of the
// state parameter, Owner the browser it belongs to.
type SignInFlow struct {
	Owner     string
	State     string
	Sealed    []byte
	CreatedAt int64
}

// InsertSignInFlow stores a flow and keeps at most most flows of its owner, the newest ones.
func (tx *Tx) InsertSignInFlow(ctx context.Context, f SignInFlow, most int) error {
	if _, err := tx.exec(ctx, sqlFlowInsert, f.Owner, f.State, f.Sealed, tx.now); err != nil {
		return err
	}
	_, err := tx.exec(ctx, sqlFlowTrim, f.Owner, most)
	return err
}

// PutSignInFlow stores a flow of which a browser has at most one, in place of the one before.
func (tx *Tx) PutSignInFlow(ctx context.Context, f SignInFlow) error {
	_, err := tx.exec(ctx, sqlFlowPut, f.Owner, f.State, f.Sealed, tx.now)
	return err
}

// SignInFlowOf returns a flow and leaves it where it is. [ErrNotFound].
func (r reader) SignInFlowOf(ctx context.Context, owner, state string) (SignInFlow, error) {
	return one(ctx, r.q, func(s scanner) (f SignInFlow, err error) {
		return f, s.Scan(&f.Owner, &f.State, &f.Sealed, &f.CreatedAt)
	}, sqlFlowPeek, owner, state)
}

// TakeSignInFlow removes and returns a flow, so that each is used at most once. [ErrNotFound].
func (tx *Tx) TakeSignInFlow(ctx context.Context, owner, state string) (SignInFlow, error) {
	f := SignInFlow{Owner: owner, State: state}
	scan := func(s scanner) (SignInFlow, error) { return f, s.Scan(&f.Sealed, &f.CreatedAt) }
	_, err := one(ctx, tx.q, scan, sqlFlowTake, owner, state)
	return f, err
}

// PurgeSignInFlows deletes flows begun before a time.
func (tx *Tx) PurgeSignInFlows(ctx context.Context, before int64) (int64, error) {
	return tx.exec(ctx, sqlFlowPurge, before)
}
