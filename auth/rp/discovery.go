// Package rp is the relying party: it asks OpenID providers and verifies what they say. It knows no database and nobody
// who signs in. (OpenID Connect Core 1.0 and Discovery 1.0; Back-Channel Logout 1.0.)
package rp

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"pantrie/auth/authentik"
	"pantrie/auth/connection"
	"pantrie/auth/internal/input"
	"pantrie/auth/internal/secret"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
)

const (
	// maxProviderBody bounds what is read of any answer of a provider.
	maxProviderBody = 1 << 20
	// discoveryFresh is how long the metadata serves an answer that comes back; freshForStart is
	// how long it serves a new sign-in. Before a browser is sent to the provider Pantrie makes
	// sure that it is there and still as it was: otherwise people would end on their browser's
	// own error page, and a fault made in Authentik would be explained as another one.
	discoveryFresh = time.Hour
	freshForStart  = 3 * time.Second
	firstBackoff   = time.Second
	// mostBackoff is short, because a retry only happens when a person clicks: whoever has
	// just started or mended Authentik must not be told of its failure for long.
	mostBackoff = 3 * time.Second
)

// TimeLimit bounds a context to the time that one request may take.
type TimeLimit func(context.Context) (context.Context, context.CancelFunc)

// Metadata is what a provider says of itself, checked, with its signing keys.
type Metadata struct {
	Issuer                           string
	authorize, token, userinfo, jwks string
	EndSession                       string // RP-Initiated Logout 1.0; may be empty
	algorithms                       []string
	authMethods                      []string // of the token endpoint
	IssParameter                     bool     // RFC 9207: promises an iss parameter in its answers
	TellsAuthTime                    bool     // lists the claim auth_time
	OffersRefresh                    bool     // a refresh token may be asked for: offline_access is listed
	client                           *http.Client
	keys                             *providerKeys
	now                              func() time.Time
	log                              *slog.Logger
	fetchedAt, keysAt                time.Time
}

// Discoveries keeps the metadata of providers: fetched when somebody clicks, never at start;
// the last good one serves the sign-ins that are under way while the provider is down.
type Discoveries struct {
	transport *http.Transport
	now       func() time.Time
	log       *slog.Logger
	limited   TimeLimit
	flight    singleflight.Group

	mu      sync.Mutex
	known   map[string]*discovery
	clients map[string]*http.Client // by the certificate authorities that they trust besides the system's
}

type discovery struct {
	good    *Metadata
	err     error
	retryAt time.Time
	backoff time.Duration
}

// New makes an empty one. limited bounds each request; transport carries them.
func New(transport *http.Transport, now func() time.Time, log *slog.Logger, limited TimeLimit) *Discoveries {
	return &Discoveries{transport: transport, now: now, log: log, limited: limited, known: map[string]*discovery{}, clients: map[string]*http.Client{}}
}

// mostKnown bounds what is kept of settings that are changed again and again.
const mostKnown = 32

// client reaches a provider that certificate authorities of ca (PEM), of the system, or of the
// transport vouch for.
func (d *Discoveries) client(ca string) (*http.Client, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := d.clients[ca]; c != nil {
		return c, nil
	}
	transport, err := transportWith(d.transport, ca)
	if err != nil {
		return nil, err
	}
	if len(d.clients) >= mostKnown {
		clear(d.clients)
	}
	c := &http.Client{Transport: boundedTransport{transport, d.limited}, CheckRedirect: sameOriginOnly}
	d.clients[ca] = c
	return c, nil
}

// Transport is how a provider is reached that certificate authorities of ca (PEM) may vouch for.
func (d *Discoveries) Transport(ca string) (*http.Transport, error) {
	return transportWith(d.transport, ca)
}

// transportWith adds certificate authorities to those that a transport trusts.
func transportWith(t *http.Transport, ca string) (*http.Transport, error) {
	if ca == "" {
		return t, nil
	}
	extra, err := provider.Certificates(ca)
	if err != nil {
		return nil, err
	}
	t = t.Clone()
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	pool := t.TLSClientConfig.RootCAs
	if pool == nil {
		pool = systemAuthorities()
	} else {
		pool = pool.Clone()
	}
	for _, c := range extra {
		pool.AddCert(c)
	}
	t.TLSClientConfig.RootCAs = pool
	return t, nil
}

// TrustCAFile returns a transport that also trusts the certificate authorities of a PEM file.
func TrustCAFile(t *http.Transport, path string) (*http.Transport, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("the file has no certificate")
	}
	return transportWith(t, string(text))
}

// sameOriginOnly follows a provider's redirects only to the same scheme and host, and never
// for a request with a body, which carries a code and the client secret.
func sameOriginOnly(req *http.Request, via []*http.Request) error {
	first := via[0]
	if first.Method != http.MethodGet || req.URL.Scheme != first.URL.Scheme || req.URL.Host != first.URL.Host || len(via) > 3 {
		return errRedirected
	}
	return nil
}

var (
	errRedirected = errors.New("the provider redirects elsewhere")
	errTooLarge   = errors.New("the provider's answer is larger than 1 MiB")
)

// boundedTransport reads an answer to its end, so that one that is too large, too slow or cut off is
// an error of the request like any other.
type boundedTransport struct {
	next    http.RoundTripper
	limited TimeLimit
}

func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := t.limited(r.Context())
	defer cancel()
	resp, err := t.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxProviderBody+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxProviderBody {
		return nil, errTooLarge
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// ForStart returns metadata for a new sign-in, which must be fresh. Errors are
// [*reason.Failure]s.
func (d *Discoveries) ForStart(ctx context.Context, p provider.Provider) (*Metadata, error) {
	return d.get(ctx, p, freshForStart, false)
}

// ForAnswer returns metadata for a sign-in that comes back; an older one will do.
func (d *Discoveries) ForAnswer(ctx context.Context, p provider.Provider) (*Metadata, error) {
	return d.get(ctx, p, discoveryFresh, true)
}

// LastGood returns the metadata that was fetched last, or nil. It fetches nothing.
func (d *Discoveries) LastGood(p provider.Provider) *Metadata {
	d.mu.Lock()
	defer d.mu.Unlock()
	if entry := d.known[discoveryKey(p)]; entry != nil {
		return entry.good
	}
	return nil
}

func discoveryKey(p provider.Provider) string { return p.DiscoveryURL() + " " + secret.Digest(p.CA) }

func (d *Discoveries) get(ctx context.Context, p provider.Provider, fresh time.Duration, lastGood bool) (*Metadata, error) {
	key := discoveryKey(p)
	d.mu.Lock()
	entry := d.known[key]
	if entry == nil {
		if len(d.known) >= mostKnown {
			clear(d.known)
		}
		entry = &discovery{}
		d.known[key] = entry
	}
	now := d.now()
	good, err, wait := entry.good, entry.err, now.Before(entry.retryAt)
	d.mu.Unlock()
	if good != nil && (now.Sub(good.fetchedAt) < fresh || lastGood && wait) {
		return good, nil
	}
	if err != nil && wait {
		return nil, err
	}
	// Detached: whoever asks first may close the tab while others wait for the same answer.
	fetched, err, _ := d.flight.Do(key, func() (any, error) {
		ctx, cancel := d.limited(context.WithoutCancel(ctx))
		defer cancel()
		return d.fetch(ctx, p)
	})
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		m := fetched.(*Metadata)
		if entry.good != nil && entry.good.jwks == m.jwks && d.now().Sub(entry.good.keysAt) < discoveryFresh {
			// Keys are fetched again when one is unknown, and hourly in any case. A copy, because
			// others may hold what was fetched.
			kept := *m
			kept.keys, kept.keysAt = entry.good.keys, entry.good.keysAt
			m = &kept
		}
		*entry = discovery{good: m}
		return m, nil
	}
	entry.err = err
	entry.backoff = min(max(2*entry.backoff, firstBackoff), mostBackoff)
	entry.retryAt = d.now().Add(entry.backoff)
	if entry.good != nil && lastGood {
		d.log.WarnContext(ctx, "provider's discovery document cannot be refreshed, the last good one stays in use", "issuer", p.Issuer(), "error", err)
		return entry.good, nil
	}
	return nil, err
}

// fetch reads and checks a discovery document (OpenID Connect Discovery 1.0, sections 3 and 4.3).
func (d *Discoveries) fetch(ctx context.Context, p provider.Provider) (*Metadata, error) {
	address := p.DiscoveryURL()
	client, err := d.client(p.CA)
	if err != nil {
		return nil, reason.New(reason.ProviderInvalid, "discovery", "the extra certificate authority cannot be read: %v", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, reason.New(reason.ProviderInvalid, "discovery", "the address cannot be requested: %v", err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		if errors.Is(err, errRedirected) {
			return nil, reason.New(reason.ProviderInvalid, "discovery", "%s redirects elsewhere", address)
		}
		return nil, reason.New(reason.ProviderUnreachable, "discovery", "%s cannot be reached: %v", address, withoutURL(err))
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode == http.StatusNotFound:
		return nil, reason.New(reason.WrongSlug, "discovery", "%s answers 404: no application with this slug, or one without an OAuth2 provider", address)
	case resp.StatusCode >= 500:
		if p.ID == provider.Authentik {
			body, _ := io.ReadAll(resp.Body) // it was read to its end before, see boundedTransport
			if named, fix := authentik.ReadTrouble(resp.StatusCode, body).Words(); named != "" {
				return nil, reason.New(reason.ProviderUnreachable, "discovery", "%s answers %d: %s %s",
					address, resp.StatusCode, named, fix)
			}
		}
		return nil, reason.New(reason.ProviderUnreachable, "discovery", "%s answers %d", address, resp.StatusCode)
	case resp.StatusCode != http.StatusOK:
		return nil, reason.New(reason.ProviderInvalid, "discovery", "%s answers %d", address, resp.StatusCode)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, reason.New(reason.ProviderUnreachable, "discovery", "%s: %v", address, withoutURL(err))
	}
	return d.check(client, body, address, p)
}

// discoveryDocument has the members Pantrie reads (OpenID Connect Discovery 1.0, section 3;
// RP-Initiated Logout 1.0, section 2.1; RFC 9207, section 3).
type discoveryDocument struct {
	Issuer               string   `json:"issuer"`
	Authorize            string   `json:"authorization_endpoint"`
	Token                string   `json:"token_endpoint"`
	Userinfo             string   `json:"userinfo_endpoint"`
	JWKS                 string   `json:"jwks_uri"`
	EndSession           string   `json:"end_session_endpoint"`
	AuthMethods          []string `json:"token_endpoint_auth_methods_supported"`
	SigningAlgorithms    []string `json:"id_token_signing_alg_values_supported"`
	EncryptionAlgorithms []string `json:"id_token_encryption_alg_values_supported"`
	Claims               []string `json:"claims_supported"`
	Scopes               []string `json:"scopes_supported"`
	IssParameter         bool     `json:"authorization_response_iss_parameter_supported"`
}

func (d *Discoveries) check(client *http.Client, body []byte, address string, p provider.Provider) (*Metadata, error) {
	issuer := p.Issuer()
	var doc discoveryDocument
	if err := json.Unmarshal(body, &doc); err != nil {
		return nil, reason.New(reason.ProviderInvalid, "discovery", "%s does not answer with JSON", address)
	}
	// Authentik's global issuer mode (its base URL) and every other value are refused; only a
	// missing or added slash is forgiven, and the document's spelling used from then on.
	if doc.Issuer != issuer && strings.TrimSuffix(doc.Issuer, "/") != strings.TrimSuffix(issuer, "/") {
		return nil, reason.New(reason.ProviderInvalid, "discovery", "the issuer is %q, expected %q", input.Clip(doc.Issuer, 200), issuer)
	}
	from, err := url.Parse(issuer)
	if err != nil {
		return nil, reason.New(reason.ProviderInvalid, "discovery", "the issuer is no address")
	}
	for name, endpoint := range map[string]string{"authorization_endpoint": doc.Authorize, "token_endpoint": doc.Token, "userinfo_endpoint": doc.Userinfo, "jwks_uri": doc.JWKS} {
		u, err := url.Parse(endpoint)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
			return nil, reason.New(reason.ProviderInvalid, "discovery", "%s is missing or no address", name)
		}
		if from.Scheme == "https" && u.Scheme != "https" {
			return nil, reason.New(reason.ProviderInvalid, "discovery", "%s is http although the issuer is https", name)
		}
	}
	// Authentik lists them when tokens are encrypted; others list what a client could ask for.
	if p.ID == provider.Authentik && len(doc.EncryptionAlgorithms) > 0 {
		return nil, reason.New(reason.EncryptsTokens, "discovery", "ID tokens are encrypted: clear the Encryption Key of the provider")
	}
	if u, err := url.Parse(doc.EndSession); err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || from.Scheme == "https") {
		doc.EndSession = "" // people can sign out here all the same
	}
	algorithms := slices.DeleteFunc(slices.Clone(doc.SigningAlgorithms), func(a string) bool { return !slices.Contains(connection.AcceptedAlgorithms(), a) })
	if len(algorithms) == 0 {
		return nil, reason.New(reason.NoSigningKey, "discovery", "ID tokens are signed with %s only: choose a Signing Key in the provider", input.Clip(strings.Join(doc.SigningAlgorithms, ", "), 100))
	}
	return &Metadata{
		Issuer: doc.Issuer, authorize: doc.Authorize, token: doc.Token, userinfo: doc.Userinfo, jwks: doc.JWKS,
		EndSession: doc.EndSession, algorithms: algorithms, authMethods: doc.AuthMethods, IssParameter: doc.IssParameter,
		TellsAuthTime: slices.Contains(doc.Claims, "auth_time"),
		OffersRefresh: offersRefresh(doc),
		fetchedAt:     d.now(), keysAt: d.now(), client: client, keys: d.keySet(client, doc.JWKS), now: d.now, log: d.log,
	}, nil
}

// Addresses are the endpoints that are asked by Pantrie itself.
func (m *Metadata) Addresses() []string { return []string{m.token, m.userinfo, m.jwks} }

// withoutURL shortens a client error to its cause: the address is in the sentence already.
func withoutURL(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return ue.Err
	}
	return err
}
