package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"pantrie/auth/address"
	"pantrie/auth/fault"
	"pantrie/auth/session"
)

// request is what the outer layers found out about a request.
type request struct {
	id      string
	secure  bool   // by https, as far as trusted proxies say
	host    string // host and port that the browser asked for
	proxied bool   // forwarding headers from somebody who is not trusted
	peer    string // address that the connection came from, without port
	who     *who
	// language is what the browser reads, as the header Accept-Language has it.
	language string
}

// who is what is found out about who asks, for the log.
type who struct{ address, userID string }

func (r request) origin() string {
	if r.secure {
		return "https://" + r.host
	}
	return "http://" + r.host
}

type requestKey struct{}

func requestOf(ctx context.Context) request {
	r, _ := ctx.Value(requestKey{}).(request)
	return r
}

func requestID(ctx context.Context) string { return requestOf(ctx).id }

// withRequest gives every request an id, finds out how it came, logs it, and survives panics.
func (a *API) withRequest(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info := request{id: uuid.NewString(), secure: r.TLS != nil, host: r.Host, peer: peerOf(r.RemoteAddr), who: &who{}, language: r.Header.Get("Accept-Language")}
		forwarded := r.Header.Get("X-Forwarded-Proto")
		if a.trusts(r.RemoteAddr) {
			if forwarded != "" {
				first, _, _ := strings.Cut(forwarded, ",")
				info.secure = strings.EqualFold(strings.TrimSpace(first), "https")
			}
			if host := r.Header.Get("X-Forwarded-Host"); host != "" {
				first, _, _ := strings.Cut(host, ",")
				info.host = strings.TrimSpace(first)
			}
		} else {
			info.proxied = forwarded != "" || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != ""
			if info.proxied {
				a.warnProxy.Do(func() {
					a.log.WarnContext(r.Context(), "requests come through a proxy that is not trusted: set PANTRIE_TRUSTED_PROXIES to its address, so that Pantrie sees who is asking", "proxy", r.RemoteAddr)
				})
			}
		}
		ctx := context.WithValue(r.Context(), requestKey{}, info)
		w.Header().Set("X-Request-Id", info.id)
		seen := &statusWriter{ResponseWriter: w}
		start := time.Now()
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // a sentinel that is thrown as it is
					panic(p)
				}
				a.log.ErrorContext(ctx, "panic", "error", fmt.Sprint(p), "stack", string(debug.Stack()))
				if seen.status == 0 {
					writeProblem(seen, r.WithContext(ctx), a.log, fault.New(fault.Internal, "Something went wrong on the server. The log says what."))
				}
			}
			log := a.log.InfoContext
			if slices.Contains([]string{"/healthz", "/readyz", "/metrics"}, r.URL.Path) { // somebody asks every few seconds
				log = a.log.DebugContext
			}
			attrs := []any{"method", clipped(r.Method, 16), "path", clipped(r.URL.Path, 200), "status", seen.status, "ms", time.Since(start).Milliseconds()}
			if info.who.address != "" {
				attrs = append(attrs, "address", info.who.address)
			}
			if info.who.userID != "" {
				attrs = append(attrs, "user_id", info.who.userID)
			}
			log(ctx, "request", attrs...)
			a.numbers.request(r.Method, seen.status, time.Since(start))
		}()
		next.ServeHTTP(seen, r.WithContext(ctx))
	})
}

// clipped is at most so many bytes of a text, for the log: what anybody sends must not fill the disk.
func clipped(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return text[:most] + "…"
}

// statusWriter remembers the status for the log.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Flush sends what was written so far.
func (w *statusWriter) Flush() {
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func peerOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	return host
}

func (a *API) trusts(remote string) bool {
	addr, err := netip.ParseAddr(peerOf(remote))
	if err != nil {
		return false
	}
	for _, p := range a.proxies {
		if p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

// withSafety sets the headers that every answer carries. The pages add their own policy.
func (a *API) withSafety(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()")
		if requestOf(r.Context()).secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if strings.HasPrefix(r.URL.Path, a.auth.Address.BasePath()+"/api/") || strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// withoutBase takes the sub-path of the public URL off. Requests without it are served too,
// because some reverse proxies take it off themselves.
func (a *API) withoutBase(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		base := a.auth.Address.BasePath()
		if base == "" || r.URL.Path != base && !strings.HasPrefix(r.URL.Path, base+"/") {
			next.ServeHTTP(w, r)
			return
		}
		inner := r.Clone(r.Context())
		inner.URL.Path = "/" + strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, base), "/")
		inner.URL.RawPath = ""
		next.ServeHTTP(w, inner)
	})
}

// originGuard refuses changes that another site's page sends (cross-site request forgery).
type originGuard struct {
	trusted string
	guard   *http.CrossOriginProtection
}

// withOrigin guards the whole engine. Behind a proxy that changes the Host header, a browser's
// Origin is the public URL's, so that one is trusted too.
func (a *API) withOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := session.BearerToken(r); ok { // no page can send one for somebody else, and no cookie counts beside it
			next.ServeHTTP(w, r)
			return
		}
		origin := address.Origin(a.auth.Address.URL())
		g := a.csrf.Load()
		if g == nil || g.trusted != origin {
			g = &originGuard{trusted: origin, guard: http.NewCrossOriginProtection()}
			if origin != "" {
				if err := g.guard.AddTrustedOrigin(origin); err != nil {
					a.log.WarnContext(r.Context(), "public URL is no origin", "error", err)
				}
			}
			a.csrf.Store(g)
		}
		if err := g.guard.Check(r); err != nil {
			writeProblem(w, r, a.log, &fault.Error{Code: fault.CrossOrigin, Message: "This request comes from another site's page and was refused.", Err: err})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// loadSession finds out who is asking, for the API only: pages and assets are the same for all.
func (a *API) loadSession(c *gin.Context) {
	if !strings.HasPrefix(c.Request.URL.Path, prefix+"/") {
		return
	}
	info := requestOf(c.Request.Context())
	from := session.Visitor{Address: c.ClientIP(), Secure: info.secure, Host: info.host, Proxied: info.proxied}
	var ctx context.Context
	var err error
	if token, ok := session.BearerToken(c.Request); ok {
		ctx, err = a.auth.Sessions.LoadToken(c.Writer, c.Request, from, token)
	} else {
		ctx, err = a.auth.Recheck.Load(c.Writer, c.Request, from)
	}
	if err != nil {
		a.sayDamaged(c.Request.Context(), err)
		writeProblem(c.Writer, c.Request, a.log, err)
		c.Abort()
		return
	}
	if info.who != nil {
		person, _ := session.PersonFrom(ctx)
		*info.who = who{address: from.Address, userID: person.User.ID}
	}
	c.Request = c.Request.WithContext(ctx)
	c.Next()
	if id := session.SignedInAs(ctx); id != "" && info.who != nil { // by this request, perhaps
		info.who.userID = id
	}
}
