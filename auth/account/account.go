// Package account is people's accounts: what everybody does with their own, and administrators with all.
package account

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/password"
	"pantrie/auth/provider"
	"pantrie/auth/session"
	"pantrie/auth/signin"
	"pantrie/db"
)

// Service are people's accounts: what everybody does with their own, and administrators with all.
type Service struct {
	db        *db.DB
	log       *slog.Logger
	now       func() time.Time
	providers *provider.Store
	sessions  *session.Manager
	signIns   *signin.Service
	hasher    *password.Hasher
	guard     *password.Guard
	journal   *signin.Log
}

// Parts is what accounts work with. All are required.
type Parts struct {
	DB        *db.DB
	Log       *slog.Logger
	Now       func() time.Time
	Providers *provider.Store
	Sessions  *session.Manager
	SignIns   *signin.Service
	Hasher    *password.Hasher
	Guard     *password.Guard
	Journal   *signin.Log
}

// New puts the parts together.
func New(p Parts) *Service {
	return &Service{
		db: p.DB, log: p.Log, now: p.Now, providers: p.Providers, sessions: p.Sessions, signIns: p.SignIns,
		hasher: p.Hasher, guard: p.Guard, journal: p.Journal,
	}
}

// Reauthenticate checks the password of the person who is signed in and counts the session as
// recently authenticated. [fault.WrongPassword], [fault.TooManyRequests].
func (s *Service) Reauthenticate(ctx context.Context, password string) error {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if err := s.signIns.ProveCurrent(ctx, person.User, "password", password); err != nil {
		return err
	}
	return s.sessions.Renew(ctx, func(v *db.Session) { v.AuthenticatedAt = s.now().UnixMilli() })
}

// ChangePassword replaces the password of the person who is signed in, after a check of the
// present one, and ends their other sessions and API tokens. An account without a password gets its first one
// after a recent proof of another kind. [fault.WrongPassword], [fault.ValidationFailed],
// [fault.TooManyRequests], [fault.ReauthRequired].
func (s *Service) ChangePassword(ctx context.Context, old, next string) error {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if problem, bad := password.Check("newPassword", next); bad {
		return fault.Fields([]fault.Field{problem})
	}
	if person.User.PasswordHash == "" {
		if err := s.sessions.NeedFresh(ctx); err != nil {
			return err
		}
	} else if err := s.signIns.ProveCurrent(ctx, person.User, "currentPassword", old); err != nil {
		return err
	}
	hash, err := s.hasher.HashNew(ctx, "newPassword", next)
	if err != nil {
		return err
	}
	keep, epoch := session.Current(ctx).Token, int64(0)
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		// Both may have changed while the hashes were computed.
		err := s.sessions.Alive(ctx, tx)
		if errors.Is(err, db.ErrNotFound) {
			return session.SignedOut()
		}
		if err != nil {
			return err
		}
		err = tx.ReplacePasswordHash(ctx, person.User.ID, person.User.PasswordHash, hash)
		if errors.Is(err, db.ErrNotFound) {
			return signin.WrongPassword("currentPassword", signin.CurrentIsWrong)
		}
		if err != nil {
			return err
		}
		if err := db.IgnoreNotFound(tx.DeletePasswordLinkOf(ctx, person.User.ID)); err != nil {
			return err
		}
		epoch, err = session.EndAccess(ctx, tx, person.User.ID, keep)
		return err
	})
	if err != nil {
		return err
	}
	return s.sessions.Renew(ctx, func(v *db.Session) { v.UserEpoch, v.AuthenticatedAt = epoch, s.now().UnixMilli() })
}

// Account is what somebody sees of their own account.
type Account struct {
	Identities []LinkedIdentity
	Linkable   []provider.Provider // that the account is not linked with yet
	Sessions   []db.Session
	Current    string // id of the session that asks
	SignIns    []db.SignInRecord
	// ReauthProvider is where an account without a password proves who it is, or "".
	ReauthProvider string
	// ProofRefused says that the person came back from there without having been asked.
	ProofRefused bool
}

// LinkedIdentity is one way in through a provider. CanUnlink is false for the last way in.
type LinkedIdentity struct {
	db.Identity
	ProviderName string
	CanUnlink    bool
}

// Own returns the account of the person who is signed in.
func (s *Service) Own(ctx context.Context) (Account, error) {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return Account{}, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	var a Account
	identities, err := s.db.IdentitiesOf(ctx, person.User.ID)
	if err != nil {
		return a, err
	}
	providers, err := s.providers.All(ctx)
	if err != nil {
		return a, err
	}
	local, err := s.providers.LocalLogin(ctx)
	if err != nil {
		return a, err
	}
	for _, i := range identities {
		left := slices.DeleteFunc(slices.Clone(identities), func(other db.Identity) bool { return other.ID == i.ID })
		a.Identities = append(a.Identities, LinkedIdentity{i, s.nameOf(providers, i.Provider), provider.WayIn(person.User, left, providers, local)})
	}
	for _, p := range providers {
		if !p.Usable() {
			continue
		}
		if !slices.ContainsFunc(identities, func(i db.Identity) bool { return provider.SameIssuer(i.Issuer, p.Issuer()) }) {
			a.Linkable = append(a.Linkable, p)
		} else if a.ReauthProvider == "" && person.User.PasswordHash == "" {
			a.ReauthProvider = p.ID
		}
	}
	a.ProofRefused = s.sessions.ProofWasRefused(ctx)
	if a.Sessions, a.Current, err = s.sessions.List(ctx, person.User.ID); err != nil {
		return a, err
	}
	a.SignIns, err = s.db.SignIns(ctx, db.SignInFilter{UserID: person.User.ID, Most: 10})
	return a, err
}

func (s *Service) nameOf(providers []provider.Provider, id string) string {
	for _, p := range providers {
		if p.ID == id {
			return p.Name()
		}
	}
	return id
}

// Unlink takes a way in away from the person who is signed in, and ends their other sessions
// and API tokens. [db.ErrNotFound], [fault.LastWayIn].
func (s *Service) Unlink(ctx context.Context, identityID string) error {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	providers, err := s.providers.All(ctx)
	if err != nil {
		return err
	}
	local, err := s.providers.LocalLogin(ctx)
	if err != nil {
		return err
	}
	keep, epoch := session.Current(ctx).Token, int64(0)
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.DeleteIdentity(ctx, person.User.ID, identityID); err != nil {
			return err
		}
		user, err := tx.UserByID(ctx, person.User.ID)
		if err != nil {
			return err
		}
		left, err := tx.IdentitiesOf(ctx, user.ID)
		if err != nil {
			return err
		}
		if !provider.WayIn(user, left, providers, local) {
			return fault.New(fault.LastWayIn, "This is the only way into the account. Set a password first, or link another account.")
		}
		epoch, err = session.EndAccess(ctx, tx, user.ID, keep)
		return err
	})
	if err != nil {
		return err
	}
	s.log.InfoContext(ctx, "identity unlinked", "user", person.User.ID, "identity", identityID)
	return s.sessions.Renew(ctx, func(v *db.Session) { v.UserEpoch = epoch })
}

// ResetLinks forgets all identities of a user, for an administrator: with another subject mode
// or a reinstalled provider everybody has a new subject, and the old links lead nowhere. The
// user is signed out everywhere; one without a password gets a one-time link to choose one.
// [db.ErrNotFound], [fault.LastAdmin].
func (s *Service) ResetLinks(ctx context.Context, userID string) (link PasswordLink, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		user, err := tx.UserByID(ctx, userID)
		if err != nil {
			return err
		}
		if _, err := tx.DeleteIdentitiesOf(ctx, userID); err != nil {
			return err
		}
		if user.SiteAdmin && !user.Disabled {
			if err := s.providers.KeepAnAdmin(ctx, tx); err != nil {
				return err
			}
		}
		if user.PasswordHash == "" && !user.Disabled {
			if link, err = s.putPasswordLink(ctx, tx, userID); err != nil {
				return err
			}
		}
		_, err = session.EndAccess(ctx, tx, userID, "")
		return err
	})
	return link, err
}
