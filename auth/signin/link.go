package signin

import (
	"cmp"
	"context"
	"errors"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/internal/secret"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/session"
	"pantrie/db"
)

// pendingState is the place of a browser's pending link among its flows; a hash of a state
// parameter cannot look like it.
const pendingState = "pending link"

// pending is somebody who came from a provider with the address of an account here, and is
// asked for its password before the two are linked. It is stored sealed, for ten minutes, and
// used once.
type pending struct {
	Provider provider.Provider `json:"provider"`
	From     arrival           `json:"from"`
	ReturnTo string            `json:"returnTo"`
	Blind    bool              `json:"blind"`
	// Invitation is the id of the one that the person came with, or empty.
	Invitation string `json:"invitation,omitempty"`
}

// keepPending remembers a link to be proven, and writes the log's row.
func (s *Service) keepPending(ctx context.Context, f flow, from arrival, blind bool, try *attempt) error {
	owner, row, err := s.flows.sealFlow(ctx, pendingState, pending{Provider: f.Provider, From: from, ReturnTo: f.ReturnTo, Blind: blind, Invitation: f.Invitation})
	if err != nil {
		return err
	}
	if err := s.sessions.Own(ctx, owner); err != nil {
		return err
	}
	if err := s.db.InTxUnsynced(ctx, func(tx *db.Tx) error { return tx.PutSignInFlow(ctx, row) }); err != nil {
		return err
	}
	s.journal.Record(ctx, try.recordOf("decision", db.OutcomePending, "asked for the password of the account with this address"))
	return nil
}

// PendingLink is what the page that asks for a password may know. With Blind it must not say
// whether the address has an account here.
type PendingLink struct {
	Provider     string
	ProviderName string
	Email, Name  string
	Blind        bool
	Why          AskReason
	ExpiresAt    time.Time
}

// AskReason is why a password is asked for before somebody is linked.
type AskReason string

// The reasons: the provider does not call the address verified; nobody has proven that the account here has it;
// linking by email is switched off.
const (
	AskUnverified AskReason = "unverified"
	AskUnproven   AskReason = "unproven"
	AskAlways     AskReason = "always"
)

func (p pending) why() AskReason {
	switch {
	case !p.Provider.AutoLink:
		return AskAlways
	case p.From.Who.EmailVerified || p.Provider.TrustEmail:
		return AskUnproven
	}
	return AskUnverified
}

func errLinkExpired() error {
	return fault.New(fault.LinkExpired, "This took longer than ten minutes, or was used already. Begin again on the sign-in page.")
}

// PendingLink returns this browser's link that waits for a password. [fault.LinkExpired].
func (s *Service) PendingLink(ctx context.Context) (PendingLink, error) {
	row, p, err := s.pending(ctx, s.db)
	if err != nil {
		return PendingLink{}, err
	}
	return PendingLink{
		Provider: p.Provider.ID, ProviderName: p.Provider.Name(), Email: p.From.Who.Email, Name: p.From.Who.Name,
		Blind: p.Blind, Why: p.why(), ExpiresAt: time.UnixMilli(row.CreatedAt).Add(FlowLifetime),
	}, nil
}

type flowReader interface {
	SignInFlowOf(ctx context.Context, owner, state string) (db.SignInFlow, error)
}

func (s *Service) pending(ctx context.Context, r flowReader) (db.SignInFlow, pending, error) {
	owner := s.sessions.Owner(ctx)
	if owner == "" {
		return db.SignInFlow{}, pending{}, errLinkExpired()
	}
	row, err := r.SignInFlowOf(ctx, secret.Digest(owner), pendingState)
	if errors.Is(err, db.ErrNotFound) || err == nil && s.now().Sub(time.UnixMilli(row.CreatedAt)) > FlowLifetime {
		return row, pending{}, errLinkExpired()
	}
	if err != nil {
		return row, pending{}, err
	}
	var p pending
	if err := s.flows.openFlow(row, &p); err != nil {
		return row, p, errLinkExpired()
	}
	var off *reason.Failure
	if err := s.stillOffered(ctx, p.Provider.ID); errors.As(err, &off) {
		return row, p, errLinkExpired()
	} else if err != nil {
		return row, p, err
	}
	return row, p, nil
}

// CancelPendingLink forgets it; that there is none is no error.
func (s *Service) CancelPendingLink(ctx context.Context) error {
	owner := s.sessions.Owner(ctx)
	if owner == "" {
		return nil
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.TakeSignInFlow(ctx, secret.Digest(owner), pendingState)
		return db.IgnoreNotFound(err)
	})
}

// ProvePendingLink checks the password of the account with the pending link's address, links,
// and signs the browser in. It returns the user and the page that was wanted. Unknown address,
// wrong password and account without password answer the same [fault.WrongPassword] after the
// same work, under the throttle of signing in. [fault.LinkExpired], [fault.TooManyRequests],
// [fault.AccountDisabled], [fault.AlreadyLinked].
func (s *Service) ProvePendingLink(ctx context.Context, password string) (user db.User, returnTo string, err error) {
	row, p, err := s.pending(ctx, s.db)
	if err != nil {
		return db.User{}, "", err
	}
	try := &attempt{provider: p.Provider.ID, purpose: db.PurposeSignIn, began: time.UnixMilli(row.CreatedAt), who: p.From.Who}
	refused := func(code fault.Code, detail string) {
		r := try.recordOf("password", db.OutcomeRefused, detail)
		r.Code, r.UserID = string(code), user.ID
		s.journal.Record(ctx, r)
	}
	user, err = s.passwordOf(ctx, p.From.Who.Email, password)
	if fault.Is(err, fault.InvalidCredentials) {
		refused(fault.WrongPassword, "the password for linking was wrong, or the address has no account with a password")
		return db.User{}, "", WrongPassword("password", "That is not the password of this account.")
	}
	if err != nil {
		return db.User{}, "", err
	}
	if user.Disabled {
		refused(fault.AccountDisabled, "the account here is disabled")
		return db.User{}, "", accountDisabled()
	}
	before := user
	p.From.Session.AuthenticatedAt = s.now().UnixMilli()
	try.userID = user.ID
	var record db.SignInRecord
	var who session.Standing
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		taken, err := tx.TakeSignInFlow(ctx, row.Owner, row.State)
		if errors.Is(err, db.ErrNotFound) || err == nil && string(taken.Sealed) != string(row.Sealed) {
			return errLinkExpired()
		}
		if err != nil {
			return err
		}
		// The password was proven of the account as it was then.
		if now, err := session.StandingOf(ctx, tx, before.ID); err != nil || now.Epoch != before.SessionEpoch {
			return cmp.Or(err, session.ErrSuperseded)
		}
		if err := linkIdentity(ctx, tx, before.ID, p.From); err != nil {
			return err
		}
		roles, err := gatherRoles(ctx, tx, s.providers, p.Provider, before)
		if err != nil {
			return err
		}
		plan := planRoles(p.Provider, p.From.Who.Groups, roles)
		if err := applyRoles(ctx, tx, before.ID, roles, plan, ""); err != nil {
			return err
		}
		if p.Invitation != "" {
			if _, err := s.households.UseInvitation(ctx, tx, p.Invitation, before.ID); err != nil {
				return err
			}
		}
		record = s.journal.Complete(ctx, try.recordOf("session", db.OutcomeLinked, withWarnings("linked by the account's password", plan.Warnings)))
		if who, err = arrive(ctx, tx, row.Owner, before.ID, p.From, record); err != nil {
			return err
		}
		user, err = tx.UserByID(ctx, before.ID)
		return err
	})
	if err == nil {
		err = s.sessions.Begin(ctx, who, p.From.Session, session.KeepLinked)
	}
	if errors.Is(err, db.ErrConflict) {
		refused(fault.AlreadyLinked, "the account or the identity is linked already")
		return db.User{}, "", alreadyLinked(p.Provider)
	}
	if errors.Is(err, session.ErrSuperseded) || errors.Is(err, errEndedThere) {
		refused(fault.LinkExpired, "the account has changed, or the provider signed the person out, since the password was asked for")
		return db.User{}, "", errLinkExpired()
	}
	if err != nil {
		return db.User{}, "", err
	}
	s.journal.Write(ctx, record)
	return user, p.ReturnTo, nil
}

func alreadyLinked(p provider.Provider) error {
	return fault.New(fault.AlreadyLinked, "This account is linked to another person at "+p.Name()+" already.")
}

// StartLink sends the person who is signed in to a provider, to link their account there with
// the one here. [fault.ReauthRequired] unless they proved lately who they are. Errors of the
// provider are [*reason.Failure]s.
func (s *Service) StartLink(ctx context.Context, provider string) (string, error) {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return "", fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if err := s.sessions.NeedFresh(ctx); err != nil {
		return "", err
	}
	if err := s.slowDown(ctx, pageAccount); err != nil {
		return "", err
	}
	return s.start(ctx, provider, flow{Purpose: db.PurposeLink, UserID: person.User.ID, ReturnTo: pageAccount})
}

// linkSignedIn links what came back from a provider with the person who is signed in.
// (The decision table's branch 2: shared with nobody, and never moved.) The session becomes one
// of that provider, whose sign-out ends it from then on.
func (s *Service) linkSignedIn(ctx context.Context, f flow, from arrival, try *attempt) (string, error) {
	now := session.Current(ctx)
	here, owner := now.Token, secret.Digest(s.sessions.Owner(ctx))
	// The proof that linking asked for still counts where the provider's is older.
	from.Session.AuthenticatedAt = max(from.Session.AuthenticatedAt, now.AuthenticatedAt)
	s.journal.reached(try, "decision", "linked with the account that is signed in")
	record := s.journal.Complete(ctx, try.recordOf("decision", db.OutcomeLinked, "linked with the account that is signed in"))
	var who session.Standing
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		err := s.sessions.Alive(ctx, tx)
		if errors.Is(err, db.ErrNotFound) {
			return reason.New(reason.SignedOutMeanwhile, "decision", "signed out before the link was made")
		}
		if err != nil {
			return err
		}
		if err := s.linkHere(ctx, tx, f, from, here); err != nil {
			return err
		}
		who, err = arrive(ctx, tx, owner, f.UserID, from, record)
		return err
	})
	if err == nil {
		err = s.sessions.Begin(ctx, who, from.Session)
	}
	if err != nil {
		try.steps = try.steps[:len(try.steps)-1]
		return "", overtaken(err)
	}
	s.journal.Write(ctx, record)
	return pageAccount + "?linked=" + f.Provider.ID, nil
}

// linkHere links with the account that is signed in and ends its other sessions; a link that is
// there already is only marked as used.
func (s *Service) linkHere(ctx context.Context, tx *db.Tx, f flow, from arrival, here string) error {
	known, err := tx.IdentityBySubject(ctx, from.Session.Issuer, from.Who.Subject)
	switch {
	case err == nil && known.UserID == f.UserID:
		return tx.MarkIdentityUsed(ctx, known.ID)
	case err == nil:
		return reason.New(reason.IdentityTaken, "decision", "this identity is linked to another account here")
	case !errors.Is(err, db.ErrNotFound):
		return err
	}
	user, err := tx.UserByID(ctx, f.UserID)
	if errors.Is(err, db.ErrNotFound) || err == nil && user.Disabled {
		return reason.New(reason.AccountDisabled, "decision", "the account here is disabled")
	}
	if err != nil {
		return err
	}
	_, err = tx.InsertIdentity(ctx, db.Identity{UserID: f.UserID, Provider: f.Provider.ID, Issuer: from.Session.Issuer, Subject: from.Who.Subject})
	if errors.Is(err, db.ErrConflict) {
		return reason.New(reason.LinkedElsewhere, "decision", "the account here is linked to another person at the provider")
	}
	if err != nil {
		return err
	}
	_, err = tx.EndSessionsOf(ctx, f.UserID, here)
	return err
}
