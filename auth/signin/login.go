package signin

import (
	"context"
	"errors"

	"pantrie/auth/fault"
	"pantrie/auth/internal/input"
	"pantrie/auth/password"
	"pantrie/auth/session"
	"pantrie/db"
)

// WithPassword checks an address and a password and signs the browser in. Unknown address, wrong
// password and account without password answer the same [fault.InvalidCredentials] after the
// same work. [fault.TooManyRequests] with RetryAfter after repeated failures;
// [fault.AccountDisabled] only to somebody who knows the password.
func (s *Service) WithPassword(ctx context.Context, email, password string) (db.User, error) {
	user, err := s.checkCredentials(ctx, email, password)
	if err != nil {
		return db.User{}, err
	}
	// The epoch was read with the hash: hashing takes a while, and a session must not come of a password that has been
	// replaced, or for an account disabled, meanwhile.
	err = s.sessions.Begin(ctx, session.Standing{UserID: user.ID, Epoch: user.SessionEpoch}, db.Session{Method: session.MethodPassword})
	if errors.Is(err, session.ErrSuperseded) {
		return db.User{}, invalidCredentials()
	}
	if err != nil {
		return db.User{}, err
	}
	s.journal.Record(ctx, db.SignInRecord{Provider: ProviderPassword, Step: "password", Outcome: db.OutcomeSignedIn, Email: user.Email, Name: user.Name, UserID: user.ID})
	return user, nil
}

func (s *Service) checkCredentials(ctx context.Context, email, password string) (db.User, error) {
	user, err := s.passwordOf(ctx, email, password)
	refused := func(step string, code fault.Code) {
		// Only what is an address is written down: people type passwords into the wrong field.
		s.journal.Record(ctx, db.SignInRecord{Provider: ProviderPassword, Step: step, Outcome: db.OutcomeRefused, Code: string(code), Email: input.CleanEmail(email), UserID: user.ID, Name: user.Name})
	}
	switch {
	case fault.Is(err, fault.InvalidCredentials):
		refused("password", fault.InvalidCredentials)
		return db.User{}, err
	case err != nil:
		return db.User{}, err
	case user.Disabled:
		refused("account", fault.AccountDisabled)
		return db.User{}, accountDisabled()
	}
	if user.SiteAdmin {
		return user, nil // never locked out
	}
	local, err := s.providers.LocalLogin(ctx)
	if err == nil && !local {
		refused("account", fault.LocalLoginOff)
		return db.User{}, fault.New(fault.LocalLoginOff, "Signing in with a password is switched off here. Use the other way in.")
	}
	return user, err
}

// passwordOf returns whose address and password these are, under the throttle of signing in.
// With [fault.InvalidCredentials] it returns the account with the address, if there is one, for
// the log alone. [fault.TooManyRequests], [fault.Unavailable].
func (s *Service) passwordOf(ctx context.Context, email, plain string) (db.User, error) {
	account := password.AccountKey(email)
	if err := s.guard.Throttled(session.ClientOf(ctx), account); err != nil {
		return db.User{}, err
	}
	leave, err := s.hasher.Enter(ctx)
	if err != nil {
		return db.User{}, err
	}
	defer leave()
	// Again, now that it is this attempt's turn: those before it may have failed.
	if err := s.guard.Throttled(session.ClientOf(ctx), account); err != nil {
		return db.User{}, err
	}
	user, err := s.db.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return db.User{}, err
	}
	if db.EmailKey(email) == "" || len(plain) > 4*password.MaxLength {
		user = db.User{}
	}
	if !s.hasher.Matches(plain, user.PasswordHash) {
		s.guard.Failed(session.ClientOf(ctx), account)
		return user, invalidCredentials()
	}
	s.guard.Succeeded(account)
	return user, nil
}

func accountDisabled() error {
	return fault.New(fault.AccountDisabled, "This account is disabled. Ask the person who runs this Pantrie.")
}

func invalidCredentials() error {
	return fault.New(fault.InvalidCredentials, "That email and password do not match.")
}

// CurrentIsWrong tells somebody who gave a wrong current password.
const CurrentIsWrong = "The current password is not right."

// ProveCurrent checks somebody's own password, under the throttle of signing in. An account
// without one fails like a wrong password.
func (s *Service) ProveCurrent(ctx context.Context, user db.User, field, plain string) error {
	account := password.AccountKey(user.Email)
	if user.Email == "" {
		account = "user " + user.ID
	}
	if err := s.guard.Throttled(session.ClientOf(ctx), account); err != nil {
		return err
	}
	leave, err := s.hasher.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if err := s.guard.Throttled(session.ClientOf(ctx), account); err != nil {
		return err
	}
	if !s.hasher.Matches(plain, user.PasswordHash) {
		s.guard.Failed(session.ClientOf(ctx), account)
		return WrongPassword(field, CurrentIsWrong)
	}
	s.guard.Succeeded(account)
	return nil
}

// WrongPassword is the error for a password in a field of a form.
func WrongPassword(field, message string) error {
	return &fault.Error{Code: fault.WrongPassword, Message: message, Fields: []fault.Field{{Name: field, Code: fault.Wrong, Message: message}}}
}
