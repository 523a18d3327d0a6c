package oidc

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"
)

// Endpoint names a place a request can arrive at.
type Endpoint string

// The endpoints. EndpointFlow is the step between authorize and the page to sign in, EndpointLogin
// and EndpointConsent are the pages a person fills in.
const (
	EndpointDiscovery  Endpoint = "discovery"
	EndpointKeys       Endpoint = "jwks"
	EndpointAuthorize  Endpoint = "authorize"
	EndpointFlow       Endpoint = "flow"
	EndpointLogin      Endpoint = "login"
	EndpointConsent    Endpoint = "consent"
	EndpointToken      Endpoint = "token"
	EndpointUserinfo   Endpoint = "userinfo"
	EndpointIntrospect Endpoint = "introspect"
	EndpointRevoke     Endpoint = "revoke"
	EndpointDevice     Endpoint = "device"
	EndpointEndSession Endpoint = "end-session"
	EndpointAPI        Endpoint = "api"
)

const (
	applicationPath = "/application/o/"
	flowPath        = "/flows/-/default/authentication/"
	loginPath       = "/if/flow/default-authentication-flow/"
	consentPath     = "/if/flow/default-provider-authorization-explicit-consent/"
	cancelPath      = "/flows/-/cancel/"
	sessionEndPath  = "/if/session-end/"

	maxBody       = 1 << 20
	maxCalls      = 1000
	flowLifetime  = time.Hour
	sessionCookie = "authentik_session"
)

// Request is one call of an endpoint, as it arrived.
type Request struct {
	Endpoint Endpoint
	Method   string
	Path     string
	Host     string
	Header   http.Header
	// Query is the URL's, Form the body's.
	Query, Form url.Values
	// Status is what was answered: 0 before that, and when the connection was reset.
	Status int
}

// Count returns how often an endpoint was called since the last ForgetRequests.
func (p *Provider) Count(e Endpoint) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts[e]
}

// Counts returns Count of every endpoint called.
func (p *Provider) Counts() map[Endpoint]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.counts)
}

// Requests returns the calls of the endpoints named, or of all, oldest first. Of a long history the
// last thousand are kept; Count counts all.
func (p *Provider) Requests(endpoints ...Endpoint) []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []Request
	for _, c := range p.calls {
		if len(endpoints) == 0 || slices.Contains(endpoints, c.Endpoint) {
			found = append(found, *c)
		}
	}
	return found
}

// ForgetRequests sets all counts to zero.
func (p *Provider) ForgetRequests() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.counts)
	p.calls = nil
}

func (p *Provider) record(e Endpoint, r *http.Request) *Request {
	call := &Request{
		Endpoint: e,
		Method:   r.Method,
		Path:     r.URL.Path,
		Host:     r.Host,
		Header:   r.Header.Clone(),
		Query:    r.URL.Query(),
		Form:     cloneValues(r.PostForm),
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[e]++
	p.calls = append(p.calls, call)
	if len(p.calls) > maxCalls {
		p.calls = slices.Clone(p.calls[1:])
	}
	return call
}

func cloneValues(v url.Values) url.Values {
	return url.Values(http.Header(v).Clone())
}

// statusWriter notes the status before the first byte leaves, so that a test which has the answer
// finds it in Requests.
type statusWriter struct {
	http.ResponseWriter
	p    *Provider
	call *Request
}

func (w *statusWriter) WriteHeader(status int) {
	w.p.mu.Lock()
	if w.call.Status == 0 {
		w.call.Status = status
	}
	w.p.mu.Unlock()
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	w.p.mu.Lock()
	if w.call.Status == 0 {
		w.call.Status = http.StatusOK
	}
	w.p.mu.Unlock()
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// ServeHTTP answers as Authentik would, if Settings.Down and the like let it.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	_ = r.ParseForm() // A malformed form is refused by the endpoint, which parses again.

	s := p.settingsFor(r)
	endpoint, handler := p.route(s, r.URL.Path)
	if endpoint != "" {
		w = &statusWriter{w, p, p.record(endpoint, r)}
	}
	if s.Delay > 0 && !p.waited(r.Context(), s.Delay) {
		panic(http.ErrAbortHandler) // over HTTP/2 who has just hung up may still hear an empty 200
	}
	switch s.Down {
	case DownReset:
		reset(w)
		return
	case DownUnavailable:
		http.Error(w, "503 Service Unavailable", http.StatusServiceUnavailable)
		return
	case DownStarting:
		w.Header().Set("Retry-After", "5")
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			p.Message(w, http.StatusServiceUnavailable, "authentik starting", "authentik starting")
			return
		}
		writeJSON(w, http.StatusServiceUnavailable, map[string]string{"error": "authentik starting"})
		return
	case DownDatabase:
		p.Message(w, http.StatusInternalServerError, "Server Error", "Server Error")
		return
	}
	if s.ClockOffset != 0 {
		w.Header().Set("Date", p.now().Add(s.ClockOffset).UTC().Format(http.TimeFormat))
	}
	visit := p.newVisit(r, s)
	ctx := context.WithValue(r.Context(), visitKey{}, visit)
	r = r.WithContext(op.ContextWithIssuer(ctx, visit.issuer()))
	if endpoint != "" && s.Intercept != nil {
		s.Intercept(endpoint, w, r, handler)
		return
	}
	handler(w, r)
}

// route finds the handler of a path. Paths are matched to the letter: without the slash at the end,
// with two of them, or in other case there is nothing.
func (p *Provider) route(s *Settings, path string) (Endpoint, http.HandlerFunc) {
	rest, ok := strings.CutPrefix(path, p.basePath)
	if !ok {
		return "", p.NotFound
	}
	switch rest {
	case applicationPath + "authorize/":
		return EndpointAuthorize, p.authorize
	case applicationPath + "token/":
		return EndpointToken, p.token
	case applicationPath + "userinfo/":
		return EndpointUserinfo, p.userinfo
	case applicationPath + "introspect/":
		return EndpointIntrospect, p.introspect
	case applicationPath + "revoke/":
		return EndpointRevoke, p.revoke
	case applicationPath + "device/":
		return EndpointDevice, p.device
	case flowPath:
		return EndpointFlow, p.flow
	case loginPath:
		return EndpointLogin, p.login
	case consentPath:
		return EndpointConsent, p.consent
	case cancelPath:
		return "", p.cancel
	case sessionEndPath + s.Slug + "/":
		return "", p.sessionEnd
	case "/":
		return "", p.root
	}
	if p.beside != nil && strings.HasPrefix(rest, APIPath) {
		return EndpointAPI, p.api
	}
	rest, ok = strings.CutPrefix(rest, applicationPath)
	if !ok {
		return "", p.NotFound
	}
	slug, tail, _ := strings.Cut(rest, "/")
	var endpoint Endpoint
	var handler http.HandlerFunc
	switch tail {
	case ".well-known/openid-configuration":
		endpoint, handler = EndpointDiscovery, p.discovery
	case "jwks/":
		endpoint, handler = EndpointKeys, p.jwks
	case "end-session/":
		endpoint, handler = EndpointEndSession, p.endSession
	default:
		return "", p.NotFound
	}
	if slug != s.Slug || s.NoApplication {
		handler = p.NotFound
	}
	return endpoint, handler
}

// htmlType is the type of Authentik's pages, and of its answers without a body.
const htmlType = "text/html; charset=utf-8"

// allow answers 405 (RFC 9110, section 15.5.6) to other methods.
func allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	if slices.Contains(methods, r.Method) {
		return true
	}
	w.Header().Set("Allow", strings.Join(append(slices.Clone(methods), http.MethodOptions), ", "))
	w.Header().Set("Content-Type", htmlType)
	w.WriteHeader(http.StatusMethodNotAllowed)
	return false
}

func (p *Provider) waited(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case <-p.stopped:
		return false
	}
}

// reset ends the connection as a crashed server would: with a TCP reset where that is possible.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	raw := conn
	if t, ok := conn.(interface{ NetConn() net.Conn }); ok {
		raw = t.NetConn()
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = raw.Close()
}
