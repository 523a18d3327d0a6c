package signin

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"pantrie/auth/fault"
	"pantrie/auth/internal/secret"
	"pantrie/auth/provider"
	"pantrie/auth/rp"
	"pantrie/auth/session"
	"pantrie/db"
)

// Orphans are links that lead nowhere since the provider's address or slug was changed: another issuer is another
// provider, and knows nobody of the one before.
type Orphans struct {
	Issuer string // they are of
	People int
	// Hindrance says why they cannot be carried over to the issuer in force, empty when they can.
	Hindrance Hindrance
}

// Hindrance is why links cannot be carried over.
type Hindrance string

// The hindrances, in the order in which they are looked at: a subject that no machine made could be another person's at
// the new issuer; somebody is linked with the new issuer already; whoever asks has no such link, so that their own
// subject says nothing; they have not made a test sign-in with the settings in force in the last ten minutes; it came
// with another subject than theirs.
const (
	HindranceSubjects  Hindrance = "subjects"
	HindranceConflict  Hindrance = "conflict"
	HindranceNotLinked Hindrance = "not_linked"
	HindranceNeedsTest Hindrance = "needs_test"
	HindranceOther     Hindrance = "other_subject"
)

// mostTestAge is how long ago the test sign-in may have been made.
const mostTestAge = 10 * time.Minute

// machineSubject is a subject that is one person's wherever it comes up: Authentik's hash, or a UUID (RFC 9562). Names
// and numbers can be another person's elsewhere.
var machineSubject = regexp.MustCompile(`^([0-9a-f]{64}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$`)

// Carrier carries links over to another address of the same provider.
type Carrier struct {
	db          *db.DB
	now         func() time.Time
	providers   *provider.Store
	sessions    *session.Manager
	discoveries *rp.Discoveries
	journal     *Log
	signIns     *Service // has the test sign-ins
}

// NewCarrier puts the parts together.
func NewCarrier(p Parts, signIns *Service) *Carrier {
	return &Carrier{
		db: p.DB, now: p.Now, providers: p.Providers, sessions: p.Sessions, discoveries: p.Discoveries,
		journal: p.Journal, signIns: signIns,
	}
}

type identityReader interface {
	Identities(ctx context.Context) ([]db.Identity, error)
}

// Orphans returns the links of a provider's former issuer, or nil when there are none. Of several issuers it is the one
// that the person who asks is linked with, or else the one of most people.
func (s *Carrier) Orphans(ctx context.Context, p provider.Provider) (*Orphans, error) {
	found, _, err := s.orphans(ctx, s.db, p)
	return found, err
}

func (s *Carrier) orphans(ctx context.Context, r identityReader, p provider.Provider) (*Orphans, []db.Identity, error) {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return nil, nil, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	all, err := r.Identities(ctx)
	if err != nil || p.Issuer() == "" {
		return nil, nil, err
	}
	providers, err := s.providers.All(ctx)
	if err != nil {
		return nil, nil, err
	}
	former, here := map[string][]db.Identity{}, map[string]bool{} // by issuer; who is linked with the one in force
	var own *db.Identity
	for _, i := range all {
		switch {
		case provider.SameIssuer(i.Issuer, p.Issuer()):
			here["subject "+i.Subject], here["user "+i.UserID] = true, true
		case i.Provider == p.ID && !provider.Reaches(providers, i.Issuer):
			former[i.Issuer] = append(former[i.Issuer], i)
			if i.UserID == person.User.ID {
				own = &i
			}
		}
	}
	issuer := ""
	for candidate, links := range former {
		if n := len(former[issuer]); len(links) > n || len(links) == n && candidate < issuer {
			issuer = candidate
		}
	}
	if own != nil {
		issuer = own.Issuer
	}
	if issuer == "" {
		return nil, nil, nil
	}
	o := &Orphans{Issuer: issuer, People: len(former[issuer])}
	o.Hindrance, err = s.hindrance(ctx, p, own, former[issuer], here)
	return o, former[issuer], err
}

func (s *Carrier) hindrance(ctx context.Context, p provider.Provider, own *db.Identity, links []db.Identity, here map[string]bool) (Hindrance, error) {
	for _, i := range links {
		if !machineSubject.MatchString(i.Subject) {
			return HindranceSubjects, nil
		}
		if here["subject "+i.Subject] || here["user "+i.UserID] {
			return HindranceConflict, nil
		}
	}
	if own == nil {
		return HindranceNotLinked, nil
	}
	test, err := s.signIns.TestResult(ctx, p)
	switch {
	case err != nil:
		return "", err
	case test == nil || !test.Current || !test.OK || test.Used == nil || test.UserID != own.UserID ||
		s.now().Sub(time.UnixMilli(test.At)) > mostTestAge:
		return HindranceNeedsTest, nil
	case test.Used.Subject != own.Subject:
		return HindranceOther, nil
	}
	return "", nil
}

// CarryLinks lets the links of a provider's former issuer be links of the one in force, all or none, and ends the sessions
// that came of the former one. It returns how many people that is. Whoever asks has to have proven lately who they are,
// and to have made a test sign-in that came with the subject of their own link: it shows that both issuers are one
// provider. [fault.ReauthRequired], [fault.Conflict], [fault.OAuthUnknownProvider]; [db.ErrNotFound] when there is nothing
// to carry.
func (s *Carrier) CarryLinks(ctx context.Context, providerID string) (people int, err error) {
	person, ok := session.PersonFrom(ctx)
	if !ok {
		return 0, fault.New(fault.Unauthenticated, "Sign in first.")
	}
	if err := s.sessions.NeedFresh(ctx); err != nil {
		return 0, err
	}
	p, err := s.providers.Get(ctx, providerID)
	if err != nil {
		return 0, err
	}
	meta, err := s.discoveries.ForAnswer(ctx, p) // for the issuer as the provider spells it
	if err != nil {
		return 0, &fault.Error{Code: fault.Conflict, Message: "The provider cannot be reached just now. Nothing was changed.", Err: err}
	}
	var records []db.SignInRecord
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		// The provider may have taken its time to answer.
		if err := s.sessions.StillAdministrator(ctx, tx); err != nil {
			return err
		}
		p, err := s.providers.Get(ctx, providerID)
		if err != nil {
			return err
		}
		if !provider.SameIssuer(p.Issuer(), meta.Issuer) {
			return fault.New(fault.Conflict, "The address was changed in the meantime. Nothing was changed.")
		}
		found, links, err := s.orphans(ctx, tx, p)
		switch {
		case err != nil:
			return err
		case found == nil:
			return db.ErrNotFound
		case found.Hindrance != "":
			return fault.New(fault.Conflict, "The links cannot be carried over: "+string(found.Hindrance)+". Nothing was changed.")
		}
		for _, i := range links {
			record, err := s.carry(ctx, tx, i, meta.Issuer, person.User.Name)
			if err != nil {
				return err
			}
			records = append(records, record)
		}
		_, err = tx.EndSessionsOfIssuer(ctx, found.Issuer)
		return err
	})
	if errors.Is(err, db.ErrConflict) {
		return 0, &fault.Error{Code: fault.Conflict, Message: "Somebody is linked with the new address already. Nothing was changed.", Err: err}
	}
	if err != nil {
		return 0, err
	}
	for _, record := range records {
		s.journal.Write(ctx, record)
	}
	return len(records), nil
}

// carry moves one link and writes the log's row.
func (s *Carrier) carry(ctx context.Context, tx *db.Tx, i db.Identity, issuer, by string) (record db.SignInRecord, err error) {
	if err := tx.MoveIdentity(ctx, i.ID, issuer); err != nil {
		return record, err
	}
	// A session of the former issuer that is being stored just now is refused: see [db.Tx.SaveSession].
	if err := tx.InsertLogout(ctx, db.Logout{
		Issuer: i.Issuer, JTI: secret.Random(), Subject: i.Subject, IssuedAt: s.now().Add(rp.ClockTolerance).UnixMilli(),
	}); err != nil {
		return record, err
	}
	user, err := tx.UserByID(ctx, i.UserID)
	if err != nil {
		return record, err
	}
	record = s.journal.Complete(ctx, db.SignInRecord{
		Provider: i.Provider, Purpose: db.PurposeLink, Step: "carried", Outcome: db.OutcomeLinked,
		Email: user.Email, Name: user.Name, UserID: user.ID,
		Detail: fmt.Sprintf("The link was carried over from %s to %s, by %s", i.Issuer, issuer, by),
	})
	return record, tx.InsertSignIn(ctx, record)
}
