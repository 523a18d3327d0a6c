package session

import (
	"context"
	"errors"
	"time"

	"pantrie/auth/fault"
	"pantrie/db"
)

// freshFor is how long a proof of who somebody is counts as recent: for linking another way in,
// and for giving an account its first password (OWASP ASVS 5.0, 7.5.1).
const freshFor = 10 * time.Minute

// FreshUntil is until when the present session counts as recently authenticated, or the zero time.
func (s *Manager) FreshUntil(ctx context.Context) time.Time {
	until := time.UnixMilli(Current(ctx).AuthenticatedAt).Add(freshFor)
	if until.After(s.now()) {
		return until
	}
	return time.Time{}
}

// NeedFresh answers [fault.ReauthRequired] unless the person has proven lately who they are.
func (s *Manager) NeedFresh(ctx context.Context) error {
	if s.FreshUntil(ctx).IsZero() {
		return fault.New(fault.ReauthRequired, "Prove once more who you are, then this can be changed.")
	}
	return nil
}

// EndByID ends one session of the person who is signed in. [db.ErrNotFound].
func (s *Manager) EndByID(ctx context.Context, id string) error {
	person, ok := PersonFrom(ctx)
	if !ok {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error { return tx.EndSessionByID(ctx, person.User.ID, id) })
}

// EndOthers ends all sessions of the person who is signed in but the present one.
func (s *Manager) EndOthers(ctx context.Context) error {
	person, ok := PersonFrom(ctx)
	if !ok {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.EndSessionsOf(ctx, person.User.ID, Current(ctx).Token)
		return err
	})
}

// Count maps user ids to how many live sessions each has.
func (s *Manager) Count(ctx context.Context) (map[string]int64, error) {
	now := s.now()
	return s.db.CountSessions(ctx, now.UnixMilli(), now.Add(-s.idle).UnixMilli())
}

// EndAllOf signs somebody out everywhere and revokes their API tokens, for an
// administrator. [db.ErrNotFound].
func (s *Manager) EndAllOf(ctx context.Context, userID string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := tx.UserByID(ctx, userID); err != nil {
			return err
		}
		_, err := EndAccess(ctx, tx, userID, "")
		return err
	})
}

// StillAdministrator is [fault.Forbidden] once the site administrator who began something a while ago is none any more,
// or was signed out. It does not hold for commands, where nobody is signed in.
func (s *Manager) StillAdministrator(ctx context.Context, tx *db.Tx) error {
	person, ok := PersonFrom(ctx)
	if !ok {
		return nil
	}
	err := s.Alive(ctx, tx)
	if err == nil {
		var user db.User
		if user, err = tx.UserByID(ctx, person.User.ID); err == nil && (user.Disabled || !user.SiteAdmin) {
			err = db.ErrNotFound
		}
	}
	if errors.Is(err, db.ErrNotFound) {
		return fault.New(fault.Forbidden, "Nothing was saved: "+
			"you were signed out in the meantime, or are no site administrator any more.")
	}
	return err
}
