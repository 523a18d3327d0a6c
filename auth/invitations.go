package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/internal/input"
	"pantrie/auth/internal/secret"
	"pantrie/auth/password"
	"pantrie/auth/reason"
	"pantrie/auth/session"
	"pantrie/db"
)

const (
	// invitationLifetime is how long an invitation works.
	invitationLifetime = 7 * 24 * time.Hour
	// keepInvitations is how long a link that ran out still says so.
	keepInvitations = 30 * 24 * time.Hour
	// mostInvitations bounds how many of a household are open.
	mostInvitations = 50
)

// Invitations lists what is open in a household, the newest first. Its administrators may.
// [db.ErrNotFound], [fault.Forbidden].
func (s *Service) Invitations(ctx context.Context, userID, householdID string) ([]db.Invitation, error) {
	if _, err := memberOf(ctx, s.db, userID, householdID, db.RoleAdmin); err != nil {
		return nil, err
	}
	return openInvitations(ctx, s.db, householdID, s.now())
}

type invitationReader interface {
	membershipReader
	OpenInvitations(ctx context.Context, householdID string, now int64) ([]db.Invitation, error)
	Members(ctx context.Context, householdID string) ([]db.Member, error)
}

// openInvitations leaves out those whose inviter may not let people in any more.
func openInvitations(ctx context.Context, r invitationReader, householdID string, now time.Time) ([]db.Invitation, error) {
	list, err := r.OpenInvitations(ctx, householdID, now.UnixMilli())
	if err != nil || len(list) == 0 {
		return list, err
	}
	members, err := r.Members(ctx, householdID)
	return slices.DeleteFunc(list, func(v db.Invitation) bool {
		return !slices.ContainsFunc(members, func(m db.Member) bool {
			return m.UserID == v.InvitedBy && m.Role == db.RoleAdmin && !m.Disabled
		})
	}), err
}

// Invite makes an invitation and returns it with the secret of its link, which is stored nowhere.
// The household's administrators may. [db.ErrNotFound], [fault.Forbidden], [fault.Conflict],
// [fault.ValidationFailed].
func (s *Service) Invite(ctx context.Context, userID, householdID string, role db.Role) (v db.Invitation, token string, err error) {
	if !role.Valid() {
		return v, "", fault.Fields([]fault.Field{{Name: "role", Code: fault.InvalidChoice, Message: "Choose admin, editor or viewer."}})
	}
	token = secret.Random()
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := memberOf(ctx, tx, userID, householdID, db.RoleAdmin); err != nil {
			return err
		}
		open, err := tx.OpenInvitations(ctx, householdID, s.now().UnixMilli())
		if err != nil {
			return err
		}
		if len(open) >= mostInvitations {
			return fault.New(fault.Conflict, "This household has 50 open invitations. Revoke one first.")
		}
		v, err = tx.InsertInvitation(ctx, db.Invitation{Token: secret.Digest(token), HouseholdID: householdID, Role: role, InvitedBy: userID, ExpiresAt: s.now().Add(invitationLifetime).UnixMilli()})
		if err != nil {
			return err
		}
		v, err = tx.InvitationByID(ctx, v.ID)
		return err
	})
	return v, token, err
}

// RevokeInvitation ends an open invitation. The household's administrators may. [db.ErrNotFound],
// [fault.Forbidden].
func (s *Service) RevokeInvitation(ctx context.Context, userID, householdID, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := memberOf(ctx, tx, userID, householdID, db.RoleAdmin); err != nil {
			return err
		}
		return tx.RevokeInvitation(ctx, householdID, id)
	})
}

type inviterReader interface {
	membershipReader
	UserByID(ctx context.Context, id string) (db.User, error)
}

// stillOpen says why an invitation cannot be used any more: [fault.InvitationUsed],
// [fault.InvitationExpired], [fault.InvitationRevoked]. One is worth what its inviter may do now.
func (s *Service) stillOpen(ctx context.Context, r inviterReader, v db.Invitation) error {
	revoked := fault.New(fault.InvitationRevoked, "This invitation has been withdrawn. Ask for a new one.")
	switch {
	case v.Ended == db.InvitationUsed:
		return fault.New(fault.InvitationUsed, "This invitation has been used. Ask for a new one.")
	case v.Ended != "":
		return revoked
	case v.ExpiresAt <= s.now().UnixMilli():
		return fault.New(fault.InvitationExpired, "This invitation has run out. Ask for a new one.")
	}
	inviter, err := r.UserByID(ctx, v.InvitedBy)
	if errors.Is(err, db.ErrNotFound) || err == nil && inviter.Disabled {
		return revoked
	}
	if err != nil {
		return err
	}
	_, err = memberOf(ctx, r, v.InvitedBy, v.HouseholdID, db.RoleAdmin)
	if errors.Is(err, db.ErrNotFound) || fault.Is(err, fault.Forbidden) {
		return revoked
	}
	return err
}

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
	return v, s.stillOpen(ctx, s.db, v)
}

// useInvitation makes a user a member, unless somebody was faster. A role that is at least as high
// stays, and the invitation is then left for somebody else. The errors of [Service.Invitation].
func (s *Service) useInvitation(ctx context.Context, tx *db.Tx, id, userID string) (db.Membership, error) {
	v, err := tx.InvitationByID(ctx, id)
	if errors.Is(err, db.ErrNotFound) { // with its household, or its inviter
		return db.Membership{}, fault.New(fault.InvitationRevoked, "This invitation has been withdrawn. Ask for a new one.")
	}
	if err != nil {
		return db.Membership{}, err
	}
	own, err := memberOf(ctx, tx, userID, v.HouseholdID, v.Role)
	if err == nil || v.Ended == db.InvitationUsed && v.UsedBy == userID && !errors.Is(err, db.ErrNotFound) {
		return own, nil
	}
	if !errors.Is(err, db.ErrNotFound) && !fault.Is(err, fault.Forbidden) {
		return own, err
	}
	if err := s.stillOpen(ctx, tx, v); err != nil {
		return own, err
	}
	if err := tx.UseInvitation(ctx, v.ID, userID); err != nil {
		return own, err
	}
	joined := db.Membership{HouseholdID: v.HouseholdID, HouseholdName: v.HouseholdName, UserID: userID, Role: v.Role}
	if own.Role != "" {
		return joined, tx.SetMembership(ctx, joined)
	}
	return joined, tx.InsertMembership(ctx, joined)
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
		joined, err = s.useInvitation(ctx, tx, v.ID, user.ID)
		return err
	})
	return joined, err
}

// InvitedSignIn sends somebody who is invited to a provider, to come back as a member, also when
// nobody else may sign up. The errors of [Service.Invitation] and of [Service.StartSignIn].
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
	local, err := s.Providers.LocalLogin(ctx)
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
			return emailTaken(err)
		}
		if err != nil {
			return err
		}
		if _, err := s.useInvitation(ctx, tx, v.ID, user.ID); err != nil {
			return err
		}
		record = s.complete(ctx, db.SignInRecord{
			Provider: providerPassword, Step: "invitation", Outcome: db.OutcomeCreated, Detail: invitedBranch(v),
			Email: user.Email, Name: user.Name, UserID: user.ID,
		})
		if err := tx.InsertSignIn(ctx, record); err != nil {
			return err
		}
		who, err = session.StandingOf(ctx, tx, user.ID)
		return err
	})
	if err == nil {
		err = s.Sessions.Begin(ctx, who, db.Session{Method: session.MethodPassword})
	}
	if fault.Is(err, fault.EmailTaken) {
		s.guard.Failed(session.ClientOf(ctx), "") // an invitation is no way to try addresses
	}
	if err != nil {
		return db.User{}, err
	}
	s.logSignIn(ctx, record)
	return user, nil
}

func emailTaken(cause error) error {
	const message = "Somebody here has this email address already."
	return &fault.Error{Code: fault.EmailTaken, Message: message, Err: cause, Fields: []fault.Field{{Name: "email", Code: fault.Taken, Message: message}}}
}

// invitedBranch tells the log who let somebody in.
func invitedBranch(v db.Invitation) string {
	return "invited by " + input.Clip(v.InviterName, 60) + " into " + input.Clip(v.HouseholdName, 60) + " as " + string(v.Role)
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
		err = s.stillOpen(ctx, tx, v)
	}
	if err != nil {
		return "", invitationOver(err)
	}
	return invitedBranch(v), nil
}

// invitationOver is the reason of a sign-in whose invitation ended while it was under way.
func invitationOver(err error) error {
	var f *fault.Error
	if errors.Is(err, db.ErrNotFound) || errors.As(err, &f) {
		return reason.New(reason.InvitationOver, "decision", "the invitation was used, withdrawn or ran out during the sign-in")
	}
	return err
}
