package oidc

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// Provider is a running test provider. It is an http.Handler, and every method may be called at any
// time from any goroutine.
type Provider struct {
	basePath string
	now      func() time.Time
	op       *op.Provider
	pages    *template.Template
	stopped  chan struct{}
	// server and beside are set before the first request.
	server *httptest.Server
	beside Beside

	mu        sync.Mutex
	address   string    // scheme and host of the server, if known
	settings  *Settings // replaced, never changed
	keys      []*keyPair
	requests  map[string]*authRequest // replaced, never changed; by ID
	codes     map[string]*code        // by the code itself
	tokens    map[string]*grant       // by the access token itself
	refreshes map[string]*refresh     // by the refresh token itself
	sessions  map[string]*session     // replaced, never changed; by the cookie's value
	counts    map[Endpoint]int
	calls     []*Request
}

// session is one browser signed in at the provider.
type session struct {
	cookie   string
	login    string // which sign-in it came of
	userID   int
	authTime time.Time
	// notedLogin is the sign-in that the session had when it was first asked for another.
	notedLogin string
}

// code is an authorization code (RFC 6749, section 4.1.2).
type code struct {
	request *authRequest
	expires time.Time
}

// refresh is what a refresh token stands for.
type refresh struct {
	request *authRequest
	expires time.Time
}

// refreshLifetime is Authentik's refresh_token_validity.
const refreshLifetime = 30 * 24 * time.Hour

// grant is what an access token stands for.
type grant struct {
	userID   int
	subject  string
	scopes   []string
	nonce    string
	clientID string
	cookie   string
	issued   time.Time
	expires  time.Time
}

// New returns a provider with no server of its own. It fails on a configuration no provider could
// have, such as two users of one name.
func New(cfg Config) (*Provider, error) {
	settings := settingsFrom(cfg)
	if err := settings.complete(); err != nil {
		return nil, fmt.Errorf("set up test provider: %w", err)
	}
	key, err := firstSigningKey()
	if err != nil {
		return nil, err
	}
	pages, err := parsePages()
	if err != nil {
		return nil, err
	}
	p := &Provider{
		basePath:  strings.TrimSuffix(cfg.BasePath, "/"),
		now:       cfg.Now,
		pages:     pages,
		stopped:   make(chan struct{}),
		settings:  settings,
		keys:      []*keyPair{key},
		requests:  make(map[string]*authRequest),
		codes:     make(map[string]*code),
		tokens:    make(map[string]*grant),
		refreshes: make(map[string]*refresh),
		sessions:  make(map[string]*session),
		counts:    make(map[Endpoint]int),
	}
	if p.now == nil {
		p.now = time.Now
	}
	if cfg.BasePath == "" {
		if u, err := url.Parse(settings.BaseURL); err == nil {
			p.basePath = u.Path
		}
	}
	if p.basePath != "" && !strings.HasPrefix(p.basePath, "/") {
		return nil, fmt.Errorf("set up test provider: base path %q does not start with a slash", p.basePath)
	}
	issuer := func(bool) (op.IssuerFromRequest, error) {
		return func(r *http.Request) string { return visitFrom(r.Context()).issuer() }, nil
	}
	p.op, err = op.NewProvider(&op.Config{CodeMethodS256: true, AuthMethodPost: true}, &storage{p}, issuer,
		op.WithAllowInsecure(), op.WithCrypto(&tokenTable{p}))
	if err != nil {
		return nil, fmt.Errorf("set up test provider: %w", err)
	}
	return p, nil
}

// Set changes settings. Requests already being answered finish with the old ones. It panics on an
// impossible change, such as an unknown mode. The function must not call methods of p.
func (p *Provider) Set(change func(*Settings)) {
	if err := p.TrySet(change); err != nil {
		panic(err)
	}
}

// TrySet is Set for changes that come from outside: an impossible one is not made, but returned as
// an error.
func (p *Provider) TrySet(change func(*Settings)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := p.settings.Clone()
	change(next)
	// Cloned again, so that nothing the caller keeps is shared with requests.
	next = next.Clone()
	if err := next.complete(); err != nil {
		return fmt.Errorf("change test provider: %w", err)
	}
	p.settings = next
	for cookie, s := range p.sessions {
		if u := next.userByID(s.userID); u == nil || u.Disabled {
			delete(p.sessions, cookie) // which does not come back with the person
		}
	}
	return nil
}

// Settings returns a copy of the present settings.
func (p *Provider) Settings() *Settings {
	return p.snapshot().Clone()
}

func (p *Provider) snapshot() *Settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settings
}

// SetAddress tells a provider that was not made by Start where its server listens, such as
// "http://127.0.0.1:9000", for BaseURL and Issuer. Answers to requests do not depend on it.
func (p *Provider) SetAddress(schemeAndHost string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.address = schemeAndHost
}

// BaseURL returns B, without a trailing slash: the one set, or the address of the server and the
// base path.
func (p *Provider) BaseURL() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.settings.BaseURL != "" {
		return p.settings.BaseURL
	}
	return p.address + p.basePath
}

// Issuer returns B/application/o/S/.
func (p *Provider) Issuer() string {
	return p.BaseURL() + "/application/o/" + p.snapshot().Slug + "/"
}

// Subject returns the sub claim of a user, or "" for an unknown one.
func (p *Provider) Subject(username string) string {
	s := p.snapshot()
	u := s.User(username)
	if u == nil {
		return ""
	}
	return s.subject(u)
}

// RotateSigningKey makes a new signing key. The old one stays in the key set if keepOld is true;
// Authentik itself publishes one key only, so there it is gone at once.
func (p *Provider) RotateSigningKey(keepOld bool) error {
	key, err := newKeyPair()
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !keepOld {
		p.keys = nil
	}
	p.keys = append([]*keyPair{key}, p.keys...)
	return nil
}

// ReplaceSigningKey makes a new signing key by the name (kid) of the present one, which is gone: a provider that was
// set up again with a key of fixed name.
func (p *Provider) ReplaceSigningKey() error {
	key, err := newKeyPair()
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key.id = p.keys[0].id
	p.keys = []*keyPair{key}
	return nil
}

// SigningKey returns the ID (kid) and the key that signs at present, for tests that forge tokens.
func (p *Provider) SigningKey() (id string, key *rsa.PrivateKey) {
	k := p.publishedKeys()[0]
	return k.id, k.private
}

func (p *Provider) publishedKeys() []*keyPair {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys
}

// EndSessions signs every browser out at the provider and takes back its access tokens.
func (p *Provider) EndSessions() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.sessions)
	clear(p.tokens)
}

// SessionIDs returns the sid claims of the browser sessions of a user, in no order.
func (p *Provider) SessionIDs(username string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	u := p.settings.User(username)
	if u == nil {
		return nil
	}
	var ids []string
	for _, s := range p.sessions {
		if s.userID == u.ID {
			ids = append(ids, sessionID(s.cookie))
		}
	}
	return ids
}

// visit is what is fixed while one request is answered.
type visit struct {
	settings *Settings
	base     string
	now      time.Time
	session  *session // nil when the browser is not signed in
}

type visitKey struct{}

func visitFrom(ctx context.Context) *visit {
	v, ok := ctx.Value(visitKey{}).(*visit)
	if !ok {
		return &visit{settings: &Settings{}}
	}
	return v
}

func (v *visit) issuer() string {
	return v.base + "/application/o/" + v.settings.Slug + "/"
}

func (p *Provider) newVisit(r *http.Request, s *Settings) *visit {
	v := &visit{settings: s, base: s.BaseURL, now: p.now().Add(s.ClockOffset)}
	if v.base == "" {
		scheme := "http"
		if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
			scheme = "https"
		}
		v.base = scheme + "://" + r.Host + p.basePath
	}
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return v
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if found := p.sessions[cookie.Value]; found != nil {
		if u := s.userByID(found.userID); u != nil && !u.Disabled {
			v.session = found
		}
	}
	return v
}

// Client returns a new HTTP client that trusts the certificate of the server Start made. It has no
// cookie jar.
func (p *Provider) Client() *http.Client {
	if p.server == nil {
		return &http.Client{}
	}
	return &http.Client{Transport: p.server.Client().Transport}
}

// RandomHex returns n bytes nobody can guess, in hexadecimal.
func RandomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand never returns an error.
	return hex.EncodeToString(b)
}
