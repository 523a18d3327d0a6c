package db

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

// Outcome is how a sign-in attempt ended.
type Outcome string

// The outcomes. Pending means that a password is asked for before accounts are linked, refused
// that Pantrie decided so, failed that something did not work.
const (
	OutcomeSignedIn  Outcome = "signed_in"
	OutcomeCreated   Outcome = "created"
	OutcomeLinked    Outcome = "linked"
	OutcomePending   Outcome = "pending"
	OutcomeTested    Outcome = "tested"
	OutcomeSignedOut Outcome = "signed_out"
	OutcomeRefused   Outcome = "refused"
	OutcomeFailed    Outcome = "failed"
)

// Outcomes lists every outcome.
func Outcomes() []Outcome {
	return []Outcome{OutcomeSignedIn, OutcomeCreated, OutcomeLinked, OutcomePending, OutcomeTested, OutcomeSignedOut, OutcomeRefused, OutcomeFailed}
}

// Purpose is what an attempt was made for.
type Purpose string

// The purposes.
const (
	PurposeSignIn Purpose = "signin"
	PurposeLink   Purpose = "link"
	PurposeTest   Purpose = "test"
	PurposeLogout Purpose = "logout"
)

// SignInRecord is one attempt to sign in. It never holds a token, a code or a secret.
type SignInRecord struct {
	ID        string
	At        int64
	Reference string
	Provider  string
	Purpose   Purpose
	Step      string // the one reached
	Outcome   Outcome
	Code      string
	Detail    string
	Steps     []SignInStep
	Email     string
	Name      string
	Address   string
	UserID    string
}

// SignInStep is one thing that an attempt came to. At is in milliseconds since its start.
type SignInStep struct {
	Step   string `json:"step"`
	At     int64  `json:"at"`
	Detail string `json:"detail,omitempty"`
	Failed bool   `json:"failed,omitempty"`
}

// SignInFilter selects attempts; an empty value selects all.
type SignInFilter struct {
	Person    string // part of address or name, in any case of A to Z
	UserID    string
	Provider  string
	Outcome   Outcome
	Reference string
	Before    string // id of the last attempt of the page before
	Most      int
}

const (
	signInColumns = `l.id, l.at, l.reference, l.provider, l.purpose, l.step, l.outcome, l.code, l.detail, l.steps, l.email, l.name, l.address, coalesce(l.user_id, '')`

	sqlSignInInsert = `INSERT INTO signin_log (id, at, reference, provider, purpose, step, outcome, code, detail, steps, email, name, address, user_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''))`
	// Ids are UUIDv7, so their order is that of time.
	sqlSignInList = `SELECT ` + signInColumns + ` FROM signin_log l WHERE (?1 = '' OR instr(lower(l.email), lower(?1)) > 0 OR instr(lower(l.name), lower(?1)) > 0)
  AND (?2 = '' OR l.user_id = ?2) AND (?3 = '' OR l.provider = ?3) AND (?4 = '' OR l.outcome = ?4) AND (?5 = '' OR l.reference = ?5) AND (?6 = '' OR l.id < ?6)
ORDER BY l.id DESC LIMIT ?7`
	sqlSignInLast        = `SELECT max(at) FROM signin_log WHERE provider = ? AND outcome IN ('signed_in', 'created', 'linked')`
	sqlSignInLastByUser  = `SELECT user_id, max(at) FROM signin_log WHERE user_id IS NOT NULL AND outcome IN ('signed_in', 'created', 'linked') GROUP BY user_id`
	sqlSignInTrimUnknown = `DELETE FROM signin_log WHERE user_id IS NULL AND outcome IN ('refused', 'failed') AND id NOT IN (SELECT id FROM signin_log WHERE user_id IS NULL AND outcome IN ('refused', 'failed') ORDER BY id DESC LIMIT ?)`
	sqlSignInTrim        = `DELETE FROM signin_log WHERE id IN (SELECT id FROM signin_log ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)`
	sqlSignInPurge       = `DELETE FROM signin_log WHERE at < ?`
)

func scanSignIn(s scanner) (r SignInRecord, err error) {
	var steps []byte
	if err := s.Scan(&r.ID, &r.At, &r.Reference, &r.Provider, &r.Purpose, &r.Step, &r.Outcome, &r.Code, &r.Detail, &steps, &r.Email, &r.Name, &r.Address, &r.UserID); err != nil {
		return r, err
	}
	if err := json.Unmarshal(steps, &r.Steps); err != nil {
		return r, fmt.Errorf("read steps of a sign-in: %w", err)
	}
	return r, nil
}

// SignIns lists attempts, newest first.
func (r reader) SignIns(ctx context.Context, f SignInFilter) ([]SignInRecord, error) {
	return many(ctx, r.q, scanSignIn, sqlSignInList, f.Person, f.UserID, f.Provider, f.Outcome, f.Reference, f.Before, f.Most)
}

// LastSignIn is the time of a provider's last successful sign-in, or 0.
func (r reader) LastSignIn(ctx context.Context, provider string) (int64, error) {
	at, err := one(ctx, r.q, func(s scanner) (n sql.NullInt64, err error) { return n, s.Scan(&n) }, sqlSignInLast, provider)
	return at.Int64, err
}

// LastSignIns maps user ids to their last successful sign-in.
func (r reader) LastSignIns(ctx context.Context) (map[string]int64, error) {
	return perUser(ctx, r.q, sqlSignInLastByUser)
}

// InsertSignIn records an attempt.
func (tx *Tx) InsertSignIn(ctx context.Context, r SignInRecord) error {
	if r.Steps == nil {
		r.Steps = []SignInStep{}
	}
	steps, err := json.Marshal(r.Steps)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, sqlSignInInsert, tx.newID(), tx.now, r.Reference, r.Provider, cmp.Or(r.Purpose, PurposeSignIn), r.Step, r.Outcome, r.Code, r.Detail, string(steps), r.Email, r.Name, r.Address, r.UserID)
	return err
}

// TrimSignIns keeps the newest attempts and deletes the others; of those that nobody with an
// account made and that came to nothing it keeps keepUnknown, so that they cannot push the rest out.
func (tx *Tx) TrimSignIns(ctx context.Context, keep, keepUnknown int) (int64, error) {
	unknown, err := tx.exec(ctx, sqlSignInTrimUnknown, keepUnknown)
	if err != nil {
		return 0, err
	}
	n, err := tx.exec(ctx, sqlSignInTrim, keep)
	return unknown + n, err
}

// PurgeSignIns deletes attempts before a time.
func (tx *Tx) PurgeSignIns(ctx context.Context, before int64) (int64, error) {
	return tx.exec(ctx, sqlSignInPurge, before)
}
