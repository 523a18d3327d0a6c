package auth

import (
	"cmp"
	"context"
	"errors"

	"pantrie/db"
)

// admit decides in one transaction who it is, and signs the browser in.
func (s *Service) admit(ctx context.Context, p Provider, who profile, session db.Session) error {
	var d decision
	var user db.User
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		f, err := gatherFacts(ctx, tx, who, session)
		if err != nil {
			return err
		}
		if d = decide(p, who, f); d.action == actRefuse {
			e := signInError(d.reason, "decision", "%s", d.branch)
			e.profile = who
			if f.identity != nil {
				e.userID = f.identityUser.ID
			}
			return e
		}
		user, err = s.apply(ctx, tx, p, who, session, d, f)
		return err
	})
	if err != nil {
		return err
	}
	outcome := map[action]db.Outcome{actSignIn: db.OutcomeSignedIn, actLink: db.OutcomeLinked, actCreate: db.OutcomeCreated}[d.action]
	if d.action == actLink {
		visitOf(ctx).manager.Put(ctx, noticeKey, "linked")
	}
	err = s.signInSession(ctx, user.ID, session, stillLinked(ctx, user.ID, session))
	if errors.Is(err, errSuperseded) {
		return signInError(ReasonAccountDisabled, "session", "the account was disabled or unlinked during the sign-in")
	}
	if err != nil {
		return err
	}
	s.record(ctx, db.SignInRecord{Provider: p.ID, Step: "done", Outcome: outcome, Detail: d.branch, Email: who.Email, Name: cmp.Or(who.Name, user.Name), UserID: user.ID})
	return nil
}

func gatherFacts(ctx context.Context, tx *db.Tx, who profile, session db.Session) (facts, error) {
	var f facts
	identity, err := tx.IdentityBySubject(ctx, session.Issuer, who.Subject)
	if err == nil {
		f.identity = &identity
		f.identityUser, err = tx.UserByID(ctx, identity.UserID)
		return f, err
	}
	if !errors.Is(err, db.ErrNotFound) || who.Email == "" {
		return f, ignoreNotFound(err)
	}
	owner, err := tx.UserByEmail(ctx, who.Email)
	if err != nil {
		return f, ignoreNotFound(err)
	}
	f.emailUser = &owner
	_, err = tx.IdentityOf(ctx, owner.ID, session.Issuer)
	f.emailUserLinked = err == nil
	return f, ignoreNotFound(err)
}

func ignoreNotFound(err error) error {
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	return err
}

// apply carries a decision out.
func (s *Service) apply(ctx context.Context, tx *db.Tx, p Provider, who profile, session db.Session, d decision, f facts) (db.User, error) {
	identity := db.Identity{UserID: d.userID, Provider: p.ID, Issuer: session.Issuer, Subject: who.Subject}
	switch d.action {
	case actSignIn:
		if err := tx.MarkIdentityUsed(ctx, f.identity.ID); err != nil {
			return db.User{}, err
		}
		if who.Name != "" && who.Name != f.identityUser.Name {
			if err := tx.RenameUser(ctx, d.userID, who.Name); err != nil {
				return db.User{}, err
			}
		}
		return f.identityUser, nil
	case actLink:
		if _, err := tx.InsertIdentity(ctx, identity); err != nil {
			return db.User{}, err
		}
		_, err := tx.EndSessionsOf(ctx, d.userID, "")
		return *f.emailUser, err
	}
	return createFromProvider(ctx, tx, p, who, identity)
}

// createFromProvider makes an account for somebody new and puts them into the household the
// administrator chose, or into the first one.
func createFromProvider(ctx context.Context, tx *db.Tx, p Provider, who profile, identity db.Identity) (db.User, error) {
	proof := db.ProofNone
	if who.EmailVerified {
		proof = db.ProofProvider
	}
	user, err := tx.InsertUser(ctx, db.User{Name: cmp.Or(who.Name, "New person"), Email: who.Email, EmailProof: proof})
	if err != nil {
		return db.User{}, err
	}
	identity.UserID = user.ID
	if _, err := tx.InsertIdentity(ctx, identity); err != nil {
		return db.User{}, err
	}
	household := p.SignUpHouseholdID
	if _, err := tx.HouseholdByID(ctx, household); errors.Is(err, db.ErrNotFound) {
		first, err := tx.FirstHousehold(ctx)
		if err != nil {
			return db.User{}, err
		}
		household = first.ID
	} else if err != nil {
		return db.User{}, err
	}
	return user, tx.InsertMembership(ctx, household, user.ID, p.SignUpRole)
}
