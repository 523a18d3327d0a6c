package auth

import (
	"context"
	"errors"
	"time"

	"pantrie/auth/fault"
	"pantrie/db"
)

// providerPassword stands in the sign-in log for the local way in.
const providerPassword = "password"

// SignIn checks an address and a password and signs the browser in. Unknown address, wrong
// password and account without password answer the same [fault.InvalidCredentials] after the
// same work. [fault.TooManyRequests] with RetryAfter after repeated failures;
// [fault.AccountDisabled] only to somebody who knows the password.
func (s *Service) SignIn(ctx context.Context, email, password string) (db.User, error) {
	user, err := s.checkCredentials(ctx, email, password)
	if err != nil {
		return db.User{}, err
	}
	if err := s.signInSession(ctx, user.ID, db.Session{Method: MethodPassword}); err != nil {
		return db.User{}, err
	}
	s.record(ctx, db.SignInRecord{Provider: providerPassword, Step: "password", Outcome: db.OutcomeSignedIn, Email: user.Email, Name: user.Name, UserID: user.ID})
	return user, nil
}

func (s *Service) checkCredentials(ctx context.Context, email, password string) (db.User, error) {
	account, address := "account "+db.EmailKey(clip(email, 320)), "address "+visitOf(ctx).address
	if err := s.throttled(account, address); err != nil {
		return db.User{}, err
	}
	leave, err := s.hasher.enter(ctx)
	if err != nil {
		return db.User{}, err
	}
	defer leave()
	// Again, now that it is this attempt's turn: those before it may have failed.
	if err := s.throttled(account, address); err != nil {
		return db.User{}, err
	}
	user, err := s.db.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return db.User{}, err
	}
	if db.EmailKey(email) == "" || len(password) > 4*MaxPassword {
		user = db.User{}
	}
	if !s.hasher.matches(password, user.PasswordHash) {
		s.accounts.fail(account)
		s.addresses.fail(address)
		s.record(ctx, db.SignInRecord{Provider: providerPassword, Step: "password", Outcome: db.OutcomeRefused, Code: string(fault.InvalidCredentials), Email: clip(email, 320), UserID: user.ID, Name: user.Name})
		return db.User{}, fault.New(fault.InvalidCredentials, "That email and password do not match.")
	}
	s.accounts.succeed(account)
	if user.Disabled {
		s.record(ctx, db.SignInRecord{Provider: providerPassword, Step: "account", Outcome: db.OutcomeRefused, Code: string(fault.AccountDisabled), Email: user.Email, UserID: user.ID, Name: user.Name})
		return db.User{}, fault.New(fault.AccountDisabled, "This account is disabled. Ask the person who runs this Pantrie.")
	}
	return user, nil
}

func (s *Service) throttled(account, address string) error {
	wait := max(s.accounts.wait(account), s.addresses.wait(address))
	if wait <= 0 {
		return nil
	}
	return &fault.Error{Code: fault.TooManyRequests, Message: "Too many attempts. Wait a little before the next one.", RetryAfter: wait.Round(time.Second) + time.Second}
}

// ChangePassword replaces the password of the person who is signed in, after a check of the
// present one, and ends their other sessions. [fault.WrongPassword], [fault.ValidationFailed],
// [fault.TooManyRequests].
func (s *Service) ChangePassword(ctx context.Context, current, next string) error {
	person, ok := PersonFrom(ctx)
	if !ok {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if problem, bad := CheckPassword("newPassword", next); bad {
		return fault.Fields([]fault.Field{problem})
	}
	if err := s.proveCurrent(ctx, person.User, current); err != nil {
		return err
	}
	hash, err := s.HashPassword(ctx, "newPassword", next)
	if err != nil {
		return err
	}
	keep := visitOf(ctx).session.Token
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := tx.SetPasswordHash(ctx, person.User.ID, hash); err != nil {
			return err
		}
		_, err := tx.EndSessionsOf(ctx, person.User.ID, keep)
		return err
	})
	if err != nil {
		return err
	}
	return s.renewSession(ctx)
}

func (s *Service) proveCurrent(ctx context.Context, user db.User, current string) error {
	account, address := "account "+db.EmailKey(user.Email), "address "+visitOf(ctx).address
	if err := s.throttled(account, address); err != nil {
		return err
	}
	leave, err := s.hasher.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if err := s.throttled(account, address); err != nil {
		return err
	}
	if !s.hasher.matches(current, user.PasswordHash) {
		s.accounts.fail(account)
		s.addresses.fail(address)
		return &fault.Error{Code: fault.WrongPassword, Message: "The current password is not right.",
			Fields: []fault.Field{{Name: "currentPassword", Code: fault.Wrong, Message: "The current password is not right."}}}
	}
	s.accounts.succeed(account)
	return nil
}

// record writes a line of the sign-in log, in a transaction of its own, and one of the
// server's log. A failure to do so does not undo the sign-in.
func (s *Service) record(ctx context.Context, r db.SignInRecord) {
	if r.Reference == "" {
		r.Reference = newReference()
	}
	if v := visitOf(ctx); v != nil {
		r.Address = v.address
	}
	r.Email, r.Name, r.Detail = clip(r.Email, 320), clip(r.Name, 200), clip(r.Detail, 500)
	s.log.InfoContext(ctx, "sign-in", "provider", r.Provider, "outcome", r.Outcome, "code", r.Code, "step", r.Step,
		"detail", r.Detail, "email", r.Email, "user", r.UserID, "address", r.Address, "reference", r.Reference)
	ctx = context.WithoutCancel(ctx)
	err := s.db.InTx(ctx, func(tx *db.Tx) error { return tx.InsertSignIn(ctx, r) })
	if errors.Is(err, db.ErrReference) { // the user is gone by now
		r.UserID = ""
		err = s.db.InTx(ctx, func(tx *db.Tx) error { return tx.InsertSignIn(ctx, r) })
	}
	if err != nil {
		s.log.ErrorContext(ctx, "write sign-in log", "error", err)
	}
}
