package signin

import (
	"context"
	"errors"
	"strings"

	"pantrie/auth/fault"
	"pantrie/auth/household"
	"pantrie/auth/internal/input"
	"pantrie/auth/internal/secret"
	"pantrie/auth/password"
	"pantrie/auth/reason"
	"pantrie/auth/session"
	"pantrie/db"
)

// Invitation returns the open invitation of a link. Guessing is slowed down like guessing
// passwords. [fault.InvitationInvalid], [fault.InvitationUsed], [fault.InvitationExpired],
// [fault.InvitationRevoked], [fault.TooManyRequests].
func (s *Service) Invitation(ctx context.Context, token string) (db.Invitation, error) {
	if err := s.guard.Throttled(session.ClientOf(ctx), ""); err != nil {
		return db.Invitation{}, err
	}
	v, err := s.db.InvitationByToken(ctx, secret.Digest(strings.TrimSpace(token)))
	if errors.Is(err, db.ErrNotFound) {
		s.guard.Failed(session.ClientOf(ctx), "")
		return v, fault.New(fault.InvitationInvalid, "This is not an invitation of this Pantrie, or it is very old. Is the link complete?")
	}
	if err != nil {
		return v, err
	}
	return v, s.households.StillOpen(ctx, s.db, v)
}

// AcceptInvitation makes the person who is signed in a member. The errors of [Service.Invitation].
func (s *Service) AcceptInvitation(ctx context.Context, token string) (joined db.Membership, err error) {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return joined, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	v, err := s.Invitation(ctx, token)
	if fault.Is(err, fault.InvitationUsed) && v.UsedBy == person.User.ID {
		err = nil // by this person, perhaps in another tab
	}
	if err != nil {
		return joined, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		user, err := tx.UserByID(ctx, person.User.ID)
		if errors.Is(err, db.ErrNotFound) || err == nil && user.Disabled {
			return session.SignedOut()
		}
		if err != nil {
			return err
		}
		joined, err = s.households.UseInvitation(ctx, tx, v.ID, user.ID)
		return err
	})
	return joined, err
}

// InvitedSignIn sends somebody who is invited to a provider, to come back as a member, also when
// nobody else may sign up. The errors of [Service.Invitation] and of [Service.Start].
func (s *Service) InvitedSignIn(ctx context.Context, token, provider string) (string, error) {
	v, err := s.Invitation(ctx, token)
	if err != nil {
		return "", err
	}
	if err := s.slowDown(ctx, "/"); err != nil {
		return "", err
	}
	return s.start(ctx, provider, flow{Purpose: db.PurposeSignIn, ReturnTo: "/", Invitation: v.ID})
}

// InvitedAccount is what somebody who is invited says of themselves.
type InvitedAccount struct {
	Token, Name, Email, Password string
}

// CreateInvited makes an account with a password for somebody who is invited, puts them into the
// household, and signs the browser in. Nobody has proven the address. The errors of
// [Service.Invitation], [fault.LocalLoginOff], [fault.ValidationFailed], [fault.EmailTaken],
// [fault.Unavailable].
func (s *Service) CreateInvited(ctx context.Context, in InvitedAccount) (user db.User, err error) {
	v, err := s.Invitation(ctx, in.Token)
	if err != nil {
		return user, err
	}
	local, err := s.providers.LocalLogin(ctx)
	if err != nil {
		return user, err
	}
	if !local {
		return user, fault.New(fault.LocalLoginOff, "Signing in with a password is switched off here. Use the other way in.")
	}
	fields := []fault.Field{}
	for _, check := range []func() (fault.Field, bool){
		func() (fault.Field, bool) { return input.CheckName("name", in.Name) },
		func() (fault.Field, bool) { return input.CheckEmail("email", in.Email) },
		func() (fault.Field, bool) { return password.Check("password", in.Password) },
	} {
		if problem, bad := check(); bad {
			fields = append(fields, problem)
		}
	}
	if err := fault.Fields(fields); err != nil {
		return user, err
	}
	hash, err := s.hasher.HashNew(ctx, "password", in.Password)
	if err != nil {
		return user, err
	}
	var record db.SignInRecord
	var who session.Standing
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		user, err = tx.InsertUser(ctx, db.User{Name: strings.TrimSpace(in.Name), Email: input.CleanEmail(in.Email), PasswordHash: hash})
		if errors.Is(err, db.ErrConflict) {
			return input.EmailTaken(err)
		}
		if err != nil {
			return err
		}
		if _, err := s.households.UseInvitation(ctx, tx, v.ID, user.ID); err != nil {
			return err
		}
		record = s.journal.Complete(ctx, db.SignInRecord{
			Provider: ProviderPassword, Step: "invitation", Outcome: db.OutcomeCreated, Detail: household.InvitedBy(v),
			Email: user.Email, Name: user.Name, UserID: user.ID,
		})
		if err := tx.InsertSignIn(ctx, record); err != nil {
			return err
		}
		who, err = session.StandingOf(ctx, tx, user.ID)
		return err
	})
	if err == nil {
		err = s.sessions.Begin(ctx, who, db.Session{Method: session.MethodPassword})
	}
	if fault.Is(err, fault.EmailTaken) {
		s.guard.Failed(session.ClientOf(ctx), "") // an invitation is no way to try addresses
	}
	if err != nil {
		return db.User{}, err
	}
	s.journal.Write(ctx, record)
	return user, nil
}

// invitedBy says who let somebody in who comes from a provider, or why that does not count any more
// ([reason.InvitationOver]). Empty without an invitation, and for whom it has made a member already.
func (s *Service) invitedBy(ctx context.Context, tx *db.Tx, id string, known facts) (string, error) {
	if id == "" {
		return "", nil
	}
	v, err := tx.InvitationByID(ctx, id)
	if err == nil && known.identity != nil && v.UsedBy == known.identity.UserID {
		return "", nil
	}
	if err == nil {
		err = s.households.StillOpen(ctx, tx, v)
	}
	if err != nil {
		return "", invitationOver(err)
	}
	return household.InvitedBy(v), nil
}

// invitationOver is the reason of a sign-in whose invitation ended while it was under way.
func invitationOver(err error) error {
	var f *fault.Error
	if errors.Is(err, db.ErrNotFound) || errors.As(err, &f) {
		return reason.New(reason.InvitationOver, "decision", "the invitation was used, withdrawn or ran out during the sign-in")
	}
	return err
}
