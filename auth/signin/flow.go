// Package signin is coming in and leaving: by a password, through a provider, with an invitation. decide.go has the table
// of who somebody is; DESIGN.md in package auth tells why.
package signin

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/oauth2"

	"pantrie/auth/address"
	"pantrie/auth/fault"
	"pantrie/auth/household"
	"pantrie/auth/internal/secret"
	"pantrie/auth/password"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/auth/rp"
	"pantrie/auth/session"
	"pantrie/db"
)

const (
	// FlowLifetime is how long a browser may be at the provider, or take to type a password for a link.
	FlowLifetime    = 10 * time.Minute
	flowsPerBrowser = 8
	// proofAge, in seconds, is how long ago somebody may have signed in at the provider to count as asked again.
	proofAge = 5
)

// Service is everything about coming in and leaving: by a password, through a provider, with an invitation.
type Service struct {
	db          *db.DB
	sealer      *db.Sealer
	log         *slog.Logger
	now         func() time.Time
	o           Options
	address     *address.Public
	providers   *provider.Store
	sessions    *session.Manager
	households  *household.Service
	discoveries *rp.Discoveries
	hasher      *password.Hasher
	guard       *password.Guard
	clicks      *password.Limiter
	journal     *Log
	flows       *flows
}

// Options bounds what a sign-in takes.
type Options struct {
	// ProviderTimeout is how long one answer of a provider may take, and half as long again all that a sign-in needs
	// once it is back.
	ProviderTimeout time.Duration
	// Within bounds a context to a time, as [context.WithTimeout] does.
	Within func(context.Context, time.Duration) (context.Context, context.CancelFunc)
}

// Parts is what signing in works with. All are required.
type Parts struct {
	DB          *db.DB
	Sealer      *db.Sealer
	Log         *slog.Logger
	Now         func() time.Time
	Address     *address.Public
	Providers   *provider.Store
	Sessions    *session.Manager
	Households  *household.Service
	Discoveries *rp.Discoveries
	Hasher      *password.Hasher
	Guard       *password.Guard
	Journal     *Log
}

// New puts the parts together.
func New(p Parts, o Options) *Service {
	return &Service{
		db: p.DB, sealer: p.Sealer, log: p.Log, now: p.Now, o: o, address: p.Address, providers: p.Providers,
		sessions: p.Sessions, households: p.Households, discoveries: p.Discoveries, hasher: p.Hasher, guard: p.Guard,
		clicks: password.NewLimiter(p.Now), journal: p.Journal, flows: &flows{p.DB, p.Sealer, p.Now, p.Sessions},
	}
}

// flow is what a sign-in remembers while the browser is at the provider. It is stored sealed.
// The settings are in it, so that it finishes on those it began with.
type flow struct {
	Provider provider.Provider `json:"provider"`
	Purpose  db.Purpose        `json:"purpose"`
	UserID   string            `json:"userId"` // who began it, unless the purpose is to sign in
	Redirect string            `json:"redirect"`
	ReturnTo string            `json:"returnTo"`
	Reauth   bool              `json:"reauth"`            // the provider was told to ask for the password
	Refresh  bool              `json:"refresh,omitempty"` // a refresh token was asked for
	// Invitation is the id of the one that the person came with, or empty.
	Invitation string `json:"invitation,omitempty"`
	Nonce      string `json:"nonce"`
	Verifier   string `json:"verifier"`

	began          time.Time // when the browser was sent there
	withoutRefresh bool      // no refresh token is asked for, whatever the provider offers
}

// Start says how a sign-in through a provider begins. Reauth asks for the password there
// even when the person is signed in at the provider (OpenID Connect Core 1.0, section 3.1.2.1).
type Start struct {
	Provider string
	ReturnTo string
	Reauth   bool
}

// Start begins a sign-in and returns the address at the provider to send the browser to.
// Errors are [*Error] with a reference, or [fault.OAuthUnknownProvider].
func (s *Service) Start(ctx context.Context, in Start) (string, error) {
	f := flow{Purpose: db.PurposeSignIn, ReturnTo: ReturnPath(in.ReturnTo), Reauth: in.Reauth}
	if err := s.slowDown(ctx, f.ReturnTo); err != nil {
		return "", err
	}
	return s.start(ctx, in.Provider, f)
}

// start sends a browser on its way. A provider that is switched off can still be tested.
func (s *Service) start(ctx context.Context, provider string, f flow) (string, error) {
	try := &attempt{provider: provider, purpose: f.Purpose, returnTo: f.ReturnTo, userID: f.UserID, invited: f.Invitation != "", began: s.now()}
	p, err := s.providers.Get(ctx, provider)
	if fault.Is(err, fault.OAuthUnknownProvider) {
		return "", err
	}
	if err != nil {
		return "", s.journal.signInFailed(ctx, try, err)
	}
	if !p.Configured() || !p.Enabled && f.Purpose != db.PurposeTest {
		return "", s.journal.signInFailed(ctx, try, notUsable(p))
	}
	meta, err := s.discoveries.ForStart(ctx, p)
	if err != nil {
		return "", s.journal.signInFailed(ctx, try, err)
	}
	f.Provider, f.Redirect, f.Nonce, f.Verifier = p, s.address.Callback(p.ID), secret.Random(), oauth2.GenerateVerifier()
	state := secret.Random()
	if f.Refresh, err = s.asksForRefresh(ctx, p, meta, f); err != nil {
		return "", s.journal.signInFailed(ctx, try, err)
	}
	ask := rp.Ask{State: state, Nonce: f.Nonce, Verifier: f.Verifier, Redirect: f.Redirect, Refresh: f.Refresh}
	if f.Reauth {
		ask.LoginAge = proofAge
	}
	to, err := meta.AuthURL(p, ask)
	if err != nil {
		return "", s.journal.signInFailed(ctx, try, err)
	}
	if err := s.flows.keepFlow(ctx, state, f); err != nil {
		return "", s.journal.signInFailed(ctx, try, err)
	}
	return to, nil
}

// asksForRefresh says whether a sign-in asks for a refresh token: where the provider offers one, and has not refused it.
// A test asks again, so that an administrator can see that it is given now.
func (s *Service) asksForRefresh(ctx context.Context, p provider.Provider, meta *rp.Metadata, f flow) (bool, error) {
	if !meta.OffersRefresh || f.withoutRefresh {
		return false, nil
	}
	seen, err := s.providers.Seen(ctx, p)
	return seen.Refresh != provider.RefreshRefused || f.Purpose == db.PurposeTest, err
}

// startWithoutRefresh sends a browser to the provider once more, which has refused the scope of a refresh token. Only an
// administrator's test makes that known for everybody: the answer is not signed, and anyone can bring one that says so.
func (s *Service) startWithoutRefresh(ctx context.Context, f flow) (string, error) {
	if f.Purpose == db.PurposeTest && s.sameStarter(ctx, f) == nil {
		if err := s.providers.NoteSeen(ctx, f.Provider, func(n *provider.Seen) { n.Refresh = provider.RefreshRefused }); err != nil {
			return "", err
		}
	}
	s.log.InfoContext(ctx, "the provider refuses the scope offline_access for this client", "provider", f.Provider.ID)
	return s.start(ctx, f.Provider.ID, flow{
		Purpose: f.Purpose, UserID: f.UserID, ReturnTo: f.ReturnTo, Reauth: f.Reauth, Invitation: f.Invitation,
		withoutRefresh: true,
	})
}

func notUsable(p provider.Provider) *Error {
	e := &Error{Failure: *reason.New(reason.NotConfigured, "settings", "switched off")}
	e.Message = "Signing in with " + p.Name() + " is switched off."
	if !p.Configured() {
		e.Missing, e.Detail, e.Message = p.Missing, provider.NotConfigured(p), provider.NotConfigured(p)
	}
	if len(p.Missing) == 1 && p.Missing[0].Field == provider.FieldPublicURL {
		e.Reason = reason.PublicURLMissing
	}
	return e
}

// slowDown refuses a client that begins or finishes too many sign-ins. It writes no row.
func (s *Service) slowDown(ctx context.Context, returnTo string) error {
	from := session.ClientOf(ctx)
	if s.clicks.Allow(password.AddressKey(from.Address)) {
		return nil
	}
	return &Error{Failure: *reason.New(reason.TooMany, "limit", "too many sign-ins from %s", from.Address), ReturnTo: returnTo}
}
