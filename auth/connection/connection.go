// Package connection finds out why signing in through an OpenID Connect provider does not work:
// a list of named checks, from the name of the server to the redirect URI, each with what was
// seen and what to change where. It needs neither a person nor a browser session.
//
// What it accepts is what sign-in accepts (package rp, discovery.go): the issuer equal but for
// one slash at its end, no http endpoints below an https issuer, asymmetric signatures only,
// redirects within the same scheme and host, answers of at most 1 MiB.
//
// The redirect URI and the client ID are judged by asking the authorize endpoint, without
// cookies, as a browser would before anybody signs in; the secret by sending a made-up code to
// the token endpoint; and what signing out does by asking Authentik's end_session_endpoint without
// cookies. None of it changes anything at the provider, with one exception: an Authentik
// provider without any redirect URI adopts the first that asks, here as in a sign-in.
package connection

import (
	"context"
	"net"
	"net/http"
	"time"
)

// Status says how a check ended.
type Status string

// The statuses. A warning does not by itself keep people from signing in.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Failed  Status = "failed"
	Skipped Status = "skipped"
)

// ID names a check.
type ID string

// The checks.
const (
	NameResolution ID = "name_resolution"
	TCP            ID = "tcp"
	TLS            ID = "tls"
	Discovery      ID = "discovery"
	Issuer         ID = "issuer"
	Endpoints      ID = "endpoints"
	Clock          ID = "clock"
	SigningKey     ID = "signing_key"
	Encryption     ID = "encryption"
	PKCE           ID = "pkce"
	Scopes         ID = "scopes"
	ClientSecret   ID = "client_secret"
	RedirectURI    ID = "redirect_uri"
)

// IDs lists every check in the order they run.
func IDs() []ID {
	return []ID{
		NameResolution, TCP, TLS, Discovery, Issuer, Endpoints, Clock, SigningKey, Encryption, PKCE, Scopes,
		ClientSecret, RedirectURI,
	}
}

// Check is the result of one check.
type Check struct {
	ID     ID
	Status Status
	Code   Code
	Seen   string // what was seen, one or more sentences of fact
	Fix    string // what to change and where; empty when there is nothing to change
	Field  string // the field of Authentik, or of Pantrie, to change; empty when it is none
	Millis int64  // how long it took, by Network.Now
}

// The kinds of providers.
const (
	KindAuthentik = "authentik"
	KindGoogle    = "google"
	KindOIDC      = "oidc"
)

// Target is the provider to test, with the values that sign-in would use.
type Target struct {
	Kind         string // KindAuthentik, KindGoogle or KindOIDC
	Name         string // the provider's name in sentences; empty takes one from Kind
	Issuer       string // the issuer expected
	DiscoveryURL string
	// Any of these may be empty. Checks that need it are skipped and say so.
	ClientID, ClientSecret, RedirectURI string
	Scopes                              []string // as sign-in asks for them
	// AuthMethod is "post" or "basic". Empty means post if discovery lists it or the kind is
	// KindAuthentik, and else basic.
	AuthMethod string
}

// Network is how the provider is reached.
type Network struct {
	// Transport has proxies, further certificate authorities and the dialer set up. It is cloned,
	// never changed. Required.
	Transport *http.Transport
	Resolver  *net.Resolver    // nil means net.DefaultResolver
	Now       func() time.Time // required
	Limit     time.Duration    // of each check; 0 means 5 s
	// Within bounds a context to a time; nil means [context.WithTimeout]. A test has a clock of its own.
	Within func(context.Context, time.Duration) (context.Context, context.CancelFunc)
}

const defaultLimit = 5 * time.Second

// Run makes every check in the order of [IDs] and hands each to emit as soon as it is known.
// It returns all of them, as many as there are IDs. A check whose basis failed is skipped; when
// ctx ends, so are the ones that are left. The client secret is sent to the token endpoint alone,
// and only after the issuer and the endpoints were found to be right.
func Run(ctx context.Context, n Network, t Target, emit func(Check)) []Check {
	r := newRun(n, t)
	defer r.transport.CloseIdleConnections()
	checks := make([]Check, 0, len(IDs()))
	for _, step := range r.steps() {
		start := n.Now()
		c := r.take(ctx, step)
		c.ID, c.Millis = step.id, c.Millis+n.Now().Sub(start).Milliseconds()
		c.Seen, c.Fix = r.withoutSecret(c.Seen), r.withoutSecret(c.Fix)
		r.done[step.id] = c
		checks = append(checks, c)
		emit(c)
	}
	return checks
}

// step is a check with those that must not have failed before it.
type step struct {
	id    ID
	needs []ID
	check func(context.Context) Check
}

func (r *run) steps() []step {
	return []step{
		{NameResolution, nil, r.nameResolution},
		{TCP, []ID{NameResolution}, r.tcp},
		{TLS, []ID{TCP}, r.tls},
		{Discovery, []ID{TLS}, r.discovery},
		{Issuer, []ID{Discovery}, r.issuer},
		{Endpoints, []ID{Discovery}, r.endpoints},
		{Clock, []ID{TLS}, r.clock},
		{SigningKey, []ID{Discovery}, r.signingKey},
		{Encryption, []ID{Discovery}, r.encryption},
		{PKCE, []ID{Discovery}, r.pkce},
		{Scopes, []ID{Discovery}, r.scopes},
		{ClientSecret, []ID{Issuer, Endpoints}, r.clientSecret},
		{RedirectURI, []ID{Endpoints}, r.redirectURI},
	}
}

// take makes one check, unless it cannot be made.
func (r *run) take(ctx context.Context, s step) Check {
	for _, id := range s.needs {
		if before := r.done[id]; before.Status == Failed || before.Code == CodeDepends {
			return skipped(CodeDepends, "Not checked, because it needs %s first.", id.words())
		}
	}
	if ctx.Err() == nil {
		if c := s.check(ctx); ctx.Err() == nil {
			return c
		}
	}
	return skipped(CodeStopped, "The test ended before this check.")
}

// words names what a check is about, inside a sentence.
func (id ID) words() string {
	switch id {
	case NameResolution:
		return "the name to be found"
	case TCP:
		return "a connection"
	case TLS:
		return "a certificate that can be trusted"
	case Discovery:
		return "the discovery document"
	case Issuer:
		return "the right issuer"
	case Endpoints:
		return "usable endpoints"
	}
	return string(id)
}
