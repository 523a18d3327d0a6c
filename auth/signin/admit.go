package signin

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"pantrie/auth/internal/secret"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/session"
	"pantrie/db"
)

// errAsk says that the decision is to ask for a password, so that nothing else is stored.
var errAsk = errors.New("a password is asked for first")

// admit decides who it is, does what follows, and signs the browser in, all in one transaction
// with the log's row; or asks for a password. It returns the page that comes next.
func (s *Service) admit(ctx context.Context, f flow, from arrival, try *attempt) (string, error) {
	var d decision
	var record db.SignInRecord
	var who session.Standing
	owner := secret.Digest(s.sessions.Owner(ctx))
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		known, err := gatherFacts(ctx, tx, from)
		if err != nil {
			return err
		}
		if known.invited, err = s.invitedBy(ctx, tx, f.Invitation, known); err != nil {
			return err
		}
		d = decide(f.Provider, from.Who, known)
		if known.identity != nil {
			try.userID = known.identityUser.ID
		}
		switch d.action {
		case actRefuse:
			return reason.New(d.reason, "decision", "%s", d.branch)
		case actAsk:
			return errAsk
		}
		user, plan, err := s.apply(ctx, tx, f.Provider, from, d, known)
		if err != nil {
			return err
		}
		if f.Invitation != "" {
			if _, err := s.households.UseInvitation(ctx, tx, f.Invitation, user.ID); err != nil {
				return invitationOver(err)
			}
			if known.invited != "" && known.invited != d.branch {
				plan.Warnings = append(plan.Warnings, known.invited)
			}
		}
		s.journal.reached(try, "decision", withWarnings(d.branch, plan.Warnings))
		outcome := map[action]db.Outcome{actSignIn: db.OutcomeSignedIn, actLink: db.OutcomeLinked, actCreate: db.OutcomeCreated}[d.action]
		try.userID = user.ID
		try.who.Name = cmp.Or(try.who.Name, user.Name)
		record = s.journal.Complete(ctx, try.recordOf("session", outcome, withWarnings(d.branch, plan.Warnings)))
		who, err = arrive(ctx, tx, owner, user.ID, from, record)
		return err
	})
	if errors.Is(err, errAsk) {
		s.journal.reached(try, "decision", d.branch)
		return pageLink, s.keepPending(ctx, f, from, d.blind, try)
	}
	if err != nil {
		return "", overtaken(err)
	}
	s.journal.Write(ctx, record)
	var tell []session.Keep
	if d.action == actLink {
		tell = append(tell, session.KeepLinked)
	}
	if f.Reauth && from.Session.AuthenticatedAt == 0 {
		tell = append(tell, session.KeepProofRefused)
	}
	return f.ReturnTo, overtaken(s.sessions.Begin(ctx, who, from.Session, tell...))
}

// arrive finishes what is stored of somebody who came from a provider, unless the account was
// disabled or unlinked, or the provider ended that sign-in, in between.
func arrive(ctx context.Context, tx *db.Tx, owner, userID string, from arrival, record db.SignInRecord) (session.Standing, error) {
	if err := stillLinked(ctx, tx, userID, from); err != nil {
		return session.Standing{}, err
	}
	// Another person's link that waits for a password in this browser is not theirs.
	if _, err := tx.TakeSignInFlow(ctx, owner, pendingState); db.IgnoreNotFound(err) != nil {
		return session.Standing{}, err
	}
	if err := tx.InsertSignIn(ctx, record); err != nil {
		return session.Standing{}, err
	}
	return session.StandingOf(ctx, tx, userID)
}

func withWarnings(branch string, warnings []string) string {
	return strings.Join(append([]string{branch}, warnings...), "; ")
}

// overtaken is the reason of a sign-in whose ground was taken away while it was under way.
func overtaken(err error) error {
	switch {
	case errors.Is(err, session.ErrSuperseded):
		return reason.New(reason.AccountDisabled, "session", "the account was disabled or unlinked during the sign-in")
	case errors.Is(err, errEndedThere):
		return reason.New(reason.SignedOutMeanwhile, "session", "the provider signed the person out during the sign-in")
	}
	return err
}

func gatherFacts(ctx context.Context, tx *db.Tx, from arrival) (facts, error) {
	var f facts
	identity, err := tx.IdentityBySubject(ctx, from.Session.Issuer, from.Who.Subject)
	if err == nil {
		f.identity = &identity
		f.identityUser, err = tx.UserByID(ctx, identity.UserID)
		return f, err
	}
	if !errors.Is(err, db.ErrNotFound) || from.Who.Email == "" {
		return f, db.IgnoreNotFound(err)
	}
	owner, err := tx.UserByEmail(ctx, from.Who.Email)
	if err != nil {
		return f, db.IgnoreNotFound(err)
	}
	f.emailUser = &owner
	_, err = tx.IdentityOf(ctx, owner.ID, from.Session.Issuer)
	f.emailUserLinked = err == nil
	return f, db.IgnoreNotFound(err)
}

// gatherRoles looks up what decides over a user's roles; a zero user is somebody new.
func gatherRoles(ctx context.Context, tx *db.Tx, settings *provider.Store, p provider.Provider, user db.User) (roleFacts, error) {
	f := roleFacts{newcomer: user.ID == "", siteAdmin: user.SiteAdmin, lastAdminOf: map[string]bool{}, ruledElsewhere: map[string]bool{}}
	if !f.newcomer && !p.MapsRoles() {
		own, err := tx.MembershipsOf(ctx, user.ID)
		if err != nil || !slices.ContainsFunc(own, func(m db.Membership) bool { return m.ByGroups }) {
			return f, err
		}
	}
	known, err := provider.SeenOf(ctx, tx, p)
	if err != nil {
		return f, err
	}
	f.groupsSeen = known.Groups
	if f.households, err = tx.Households(ctx); err != nil {
		return f, err
	}
	if f.newcomer {
		return f, nil
	}
	providers, err := settings.All(ctx)
	if err != nil {
		return f, err
	}
	for _, other := range providers {
		for _, rule := range other.Rules {
			f.ruledElsewhere[rule.HouseholdID] = f.ruledElsewhere[rule.HouseholdID] || other.ID != p.ID && other.Usable()
		}
	}
	if user.SiteAdmin && !user.Disabled {
		others, err := provider.AdminsWithWayIn(ctx, tx, providers, user.ID)
		if err != nil {
			return f, err
		}
		f.lastSiteAdmin = others == 0
	}
	if f.memberships, err = tx.MembershipsOf(ctx, user.ID); err != nil {
		return f, err
	}
	for _, m := range f.memberships {
		if m.Role != db.RoleAdmin {
			continue
		}
		members, err := tx.Members(ctx, m.HouseholdID)
		if err != nil {
			return f, err
		}
		f.lastAdminOf[m.HouseholdID] = !slices.ContainsFunc(members, func(other db.Member) bool {
			return other.UserID != user.ID && other.Role == db.RoleAdmin && !other.Disabled
		})
	}
	return f, nil
}

// apply carries a decision out, with the roles that follow from the groups.
func (s *Service) apply(ctx context.Context, tx *db.Tx, p provider.Provider, from arrival, d decision, f facts) (db.User, rolePlan, error) {
	user := f.identityUser
	if d.action == actLink {
		user = *f.emailUser
	}
	roles, err := gatherRoles(ctx, tx, s.providers, p, user)
	if err != nil {
		return user, rolePlan{}, err
	}
	roles.invited = f.invited != ""
	plan := planRoles(p, from.Who.Groups, roles)
	switch d.action {
	case actSignIn:
		err = tx.MarkIdentityUsed(ctx, f.identity.ID)
		if err == nil && from.Who.Name != "" && !from.Who.NameMade && from.Who.Name != user.Name {
			err = tx.RenameUser(ctx, user.ID, from.Who.Name)
		}
	case actLink:
		err = linkIdentity(ctx, tx, user.ID, from)
	case actCreate:
		user, err = createFromProvider(ctx, tx, from)
	}
	if err != nil {
		return user, plan, err
	}
	return user, plan, applyRoles(ctx, tx, user.ID, roles, plan, "")
}

// linkIdentity links and ends the account's sessions: they were made without this way in.
func linkIdentity(ctx context.Context, tx *db.Tx, userID string, from arrival) error {
	_, err := tx.InsertIdentity(ctx, db.Identity{UserID: userID, Provider: from.Session.Method, Issuer: from.Session.Issuer, Subject: from.Who.Subject})
	if err != nil {
		return err
	}
	_, err = tx.EndSessionsOf(ctx, userID, "")
	return err
}

// applyRoles writes a plan. Whoever loses something is signed out but of the session with the token keep (empty: none).
func applyRoles(ctx context.Context, tx *db.Tx, userID string, before roleFacts, plan rolePlan, keep string) error {
	if plan.SiteAdmin != nil {
		if err := tx.SetSiteAdmin(ctx, userID, *plan.SiteAdmin); err != nil {
			return err
		}
	}
	drops := plan.drops()
	for _, m := range plan.Set {
		m.UserID = userID
		change := tx.InsertMembership
		for _, old := range before.memberships {
			if old.HouseholdID == m.HouseholdID {
				change = tx.SetMembership
				drops = drops || m.Role.Rank() < old.Role.Rank()
			}
		}
		if err := change(ctx, m); err != nil {
			return err
		}
	}
	for _, m := range plan.Leave {
		if err := tx.DeleteMembership(ctx, m.HouseholdID, userID); err != nil {
			return err
		}
	}
	if !drops {
		return nil
	}
	_, err := session.EndAccess(ctx, tx, userID, keep)
	return err
}

// createFromProvider makes an account for somebody new. Two sign-ins at once make one: the
// second transaction finds the identity of the first.
func createFromProvider(ctx context.Context, tx *db.Tx, from arrival) (db.User, error) {
	proof := db.ProofNone
	if from.Who.EmailVerified {
		proof = db.ProofProvider
	}
	user, err := tx.InsertUser(ctx, db.User{Name: cmp.Or(from.Who.Name, "New person"), Email: from.Who.Email, EmailProof: proof})
	if err != nil {
		return db.User{}, err
	}
	_, err = tx.InsertIdentity(ctx, db.Identity{UserID: user.ID, Provider: from.Session.Method, Issuer: from.Session.Issuer, Subject: from.Who.Subject})
	return user, err
}

// errEndedThere says that the provider has ended the sign-in that it vouched for.
var errEndedThere = errors.New("the provider has signed the person out since")

// stillLinked looks again before somebody from a provider is let in. [session.ErrSuperseded], [errEndedThere].
func stillLinked(ctx context.Context, tx *db.Tx, userID string, from arrival) error {
	how := from.Session
	identity, err := tx.IdentityBySubject(ctx, how.Issuer, how.Subject)
	if errors.Is(err, db.ErrNotFound) || err == nil && identity.UserID != userID {
		return session.ErrSuperseded
	}
	if err != nil {
		return err
	}
	ended, err := tx.LoggedOut(ctx, how.Issuer, how.Sid, how.Subject, how.IssuedAt)
	if err == nil && ended {
		return errEndedThere
	}
	return err
}
