// Package auth answers who is asking: passwords, sessions, identities of OpenID providers,
// linking and roles. It knows the database and providers, and nothing of JSON or pages.
// DESIGN.md tells why it is built this way.
package auth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"pantrie/auth/account"
	"pantrie/auth/address"
	"pantrie/auth/household"
	"pantrie/auth/password"
	"pantrie/auth/provider"
	"pantrie/auth/rp"
	"pantrie/auth/session"
	"pantrie/auth/setup"
	"pantrie/auth/signin"
	"pantrie/db"
)

// Config is what the environment decides.
type Config struct {
	// PublicURL overrides the stored one when set: scheme, host, optional sub-path, no slash at the end.
	PublicURL string
	// Authentik holds the OAUTH_AUTHENTIK_… values; each one that is set beats the stored one.
	Authentik provider.Env
	// ForceLocalLogin keeps signing in with a password on, whatever is stored.
	ForceLocalLogin bool
	// SetupToken replaces the random token that guards the setup wizard.
	SetupToken string
	// SessionLifetime and SessionIdle end a session; both must be positive.
	SessionLifetime time.Duration
	SessionIdle     time.Duration
	// HashWait is how long a sign-in waits for its turn to hash; 0 means 30 seconds.
	HashWait time.Duration
	// HashMemory is what hashing a password takes, in KiB; 0 means 19 MiB. Less is for tests of
	// other things.
	HashMemory uint32
	// ProviderTimeout is how long one answer of a provider may take, and half as long again all
	// that a sign-in needs once it is back; 0 means 10 seconds.
	ProviderTimeout time.Duration
	// Within bounds a context to a time; nil means [context.WithTimeout]. A test has a clock of its own.
	Within func(context.Context, time.Duration) (context.Context, context.CancelFunc)
}

// Deps is what the service works with. All are required.
type Deps struct {
	DB     *db.DB
	Sealer *db.Sealer
	Log    *slog.Logger
	Now    func() time.Time
	// Transport reaches providers.
	Transport *http.Transport
}

// Service is everything about signing in, by its rooms.
type Service struct {
	Address    *address.Public    // Pantrie's own
	Providers  *provider.Store    // their settings
	Sessions   *session.Manager   // who is asking
	SignIns    *signin.Service    // coming in and leaving
	Recheck    *signin.Recheck    // whether sessions of providers still hold
	Carrier    *signin.Carrier    // links, to another address of a provider
	Accounts   *account.Service   // one's own, and everybody's
	Households *household.Service // and who is a member
	Setup      *setup.Service     // the wizard

	cfg         Config
	db          *db.DB
	log         *slog.Logger
	now         func() time.Time
	discoveries *rp.Discoveries
	testing     sync.Mutex    // one test of a connection, or one set-up, at a time
	planning    chan struct{} // holds a token while a set-up is planned
}

// New checks what it is given and reads the stored public address.
func New(ctx context.Context, cfg Config, deps Deps) (*Service, error) {
	if deps.DB == nil || deps.Sealer == nil || deps.Log == nil || deps.Now == nil || deps.Transport == nil {
		return nil, errors.New("auth: a dependency is missing")
	}
	if cfg.SessionLifetime <= 0 || cfg.SessionIdle <= 0 {
		return nil, errors.New("auth: session lifetime and idle time must be positive")
	}
	if cfg.ProviderTimeout == 0 {
		cfg.ProviderTimeout = 10 * time.Second
	}
	if cfg.Within == nil {
		cfg.Within = context.WithTimeout
	}
	limited := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return cfg.Within(ctx, cfg.ProviderTimeout)
	}
	public, err := address.Load(ctx, deps.DB, cfg.PublicURL)
	if err != nil {
		return nil, err
	}
	providers := provider.NewStore(deps.DB, deps.Sealer, deps.Log, public,
		provider.Options{Authentik: cfg.Authentik, ForceLocalLogin: cfg.ForceLocalLogin})
	sessions := session.New(deps.DB, deps.Log, deps.Now, public,
		session.Options{Lifetime: cfg.SessionLifetime, Idle: cfg.SessionIdle})
	households := household.New(deps.DB, deps.Now, providers)
	journal := signin.NewLog(deps.DB, deps.Log, deps.Now)
	hasher, guard := password.NewHasher(cfg.HashWait, cfg.HashMemory), password.NewGuard(deps.Now)
	discoveries := rp.New(deps.Transport, deps.Now, deps.Log, limited)
	parts := signin.Parts{
		DB: deps.DB, Sealer: deps.Sealer, Log: deps.Log, Now: deps.Now, Address: public, Providers: providers,
		Sessions: sessions, Households: households, Discoveries: discoveries, Hasher: hasher, Guard: guard, Journal: journal,
	}
	limits := signin.Options{ProviderTimeout: cfg.ProviderTimeout, Within: cfg.Within}
	signIns := signin.New(parts, limits)
	s := &Service{
		cfg: cfg, db: deps.DB, log: deps.Log, now: deps.Now,
		Address:    public,
		Providers:  providers,
		Sessions:   sessions,
		Households: households,
		SignIns:    signIns,
		Recheck:    signin.NewRecheck(parts, limits),
		Carrier:    signin.NewCarrier(parts, signIns),
		Accounts: account.New(account.Parts{
			DB: deps.DB, Log: deps.Log, Now: deps.Now, Providers: providers, Sessions: sessions, SignIns: signIns,
			Hasher: hasher, Guard: guard, Journal: journal,
		}),
		Setup: setup.New(setup.Parts{
			DB: deps.DB, Sealer: deps.Sealer, Now: deps.Now, Token: cfg.SetupToken, Address: public, Providers: providers,
			Sessions: sessions, Hasher: hasher, Guard: guard, Journal: journal,
		}),
		discoveries: discoveries,
		planning:    make(chan struct{}, 1),
	}
	return s, nil
}

// mostSignIns bounds the sign-in log: years for a household, megabytes for whoever fills it.
const mostSignIns = 20_000

// Tidy deletes what has run out: sessions, sign-ins on their way, one-time links, invitations,
// and log entries older than 90 days or beyond the newest [mostSignIns].
func (s *Service) Tidy(ctx context.Context) error {
	now := s.now()
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err1 := tx.PurgeSessions(ctx, now.Add(-24*time.Hour).UnixMilli(), now.Add(-s.cfg.SessionIdle).UnixMilli())
		_, err2 := tx.PurgeSignInFlows(ctx, now.Add(-signin.FlowLifetime).UnixMilli())
		_, err3 := tx.PurgePasswordLinks(ctx)
		_, err4 := tx.PurgeSignIns(ctx, now.AddDate(0, 0, -90).UnixMilli())
		_, err5 := tx.TrimSignIns(ctx, mostSignIns, mostSignIns/4)
		_, err6 := tx.PurgeLogouts(ctx, now.Add(-signin.KeepLogouts).UnixMilli())
		_, err7 := tx.PurgeInvitations(ctx, now.Add(-household.KeepInvitations).UnixMilli())
		return errors.Join(err1, err2, err3, err4, err5, err6, err7)
	})
}
