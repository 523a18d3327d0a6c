package provision_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/provision"
)

// TestWhatAnswersIsNotAuthentik has everything that can stand in Authentik's place at the first
// question.
func TestWhatAnswersIsNotAuthentik(t *testing.T) {
	const detail = `{"detail":"%s"}`
	said := func(text string) string { return strings.Replace(detail, "%s", text, 1) }
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		code   provision.Code
		field  string
		says   []string
	}{
		{"a page", reply(200, "text/html", "<!doctype html><h1>Welcome</h1>"), provision.CodeNotAuthentik, provision.FieldBaseURL, []string{"page for people"}},
		{"not found", reply(404, "text/html", "<h1>Not Found</h1>"), provision.CodeNotAuthentik, provision.FieldBaseURL, []string{"status 404", "below a path"}},
		{"not found, in JSON", replyJSON(404, said("Not found.")), provision.CodeNotAuthentik, provision.FieldBaseURL, []string{"status 404"}},
		{"another API", replyJSON(200, `{"hello":"world"}`), provision.CodeNotAuthentik, provision.FieldBaseURL, []string{"says no version"}},
		{"a list", replyJSON(200, `[1,2]`), provision.CodeNotAuthentik, provision.FieldBaseURL, nil},
		{"a number for the version", replyJSON(200, `{"version_current":2025.1}`), provision.CodeNotAuthentik, provision.FieldBaseURL, nil},
		{"nothing", replyJSON(200, ``), provision.CodeNotAuthentik, provision.FieldBaseURL, nil},
		{"2 MiB", replyJSON(200, `{"version_current":"`+strings.Repeat("2", 2<<20)+`"}`), provision.CodeNotAuthentik, provision.FieldBaseURL, []string{"more than 1 MiB"}},
		{"a redirect to https", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
		}, provision.CodeRedirected, provision.FieldBaseURL, []string{"redirects to https", "Begin the Authentik Base URL with https"}},
		{"a redirect to a sign-in page", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://gate.example/login?next="+r.Header.Get("Authorization"), http.StatusFound)
		}, provision.CodeRedirected, provision.FieldBaseURL, []string{"https://gate.example/login", "/api/v3/", "does not send the token"}},
		{"a redirect to nowhere", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(302) }, provision.CodeRedirected, provision.FieldBaseURL, []string{"without saying where"}},
		{"a bad token", replyJSON(403, said("Token invalid/expired")), provision.CodeTokenWrong, provision.FieldToken, []string{"Token invalid/expired", "API Token"}},
		{"no token, it says", replyJSON(403, said("Authentication credentials were not provided.")), provision.CodeTokenWrong, provision.FieldToken, nil},
		{"a bad token, as a proxy says it", replyJSON(401, said("no")), provision.CodeTokenWrong, provision.FieldToken, nil},
		{"a gate", reply(401, "text/html", "<h1>Sign in</h1>"), provision.CodeNotAuthentik, provision.FieldBaseURL, []string{"in front of Authentik", "/api/v3/"}},
		{"a firewall", reply(403, "text/plain", "Blocked"), provision.CodeNotAuthentik, provision.FieldBaseURL, []string{"in front of Authentik"}},
		{"starting", reply(503, "text/html", "<h1>authentik starting</h1>"), provision.CodeServer, "", []string{"status 503", "start"}},
		{"failing", replyJSON(500, said("database is locked")), provision.CodeServer, "", []string{"status 500", "database is locked", "logs"}},
		{"too many", replyJSON(429, said("Request was throttled.")), provision.CodeServer, "", []string{"status 429", "Wait"}},
		{"a break", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"version`)
		}, provision.CodeServer, "", []string{"broke off"}},
		{"the token, echoed", func(w http.ResponseWriter, r *http.Request) {
			replyJSON(403, said("Token invalid/expired: "+r.Header.Get("Authorization")))(w, r)
		}, provision.CodeTokenWrong, provision.FieldToken, nil},
		{"the token, as an error", func(w http.ResponseWriter, r *http.Request) {
			replyJSON(500, said(r.Header.Get("Authorization")))(w, r)
		}, provision.CodeServer, "", nil},
		{"the token, as no HTTP", func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, r.Header.Get("Authorization")+"\r\n\r\n")
			_ = conn.Close()
		}, provision.CodeServer, "", nil},
		{"control characters", replyJSON(403, said(`Token invalid/expired\u001b[2J\u0000\u202e`+strings.Repeat("long ", 200))), provision.CodeTokenWrong, provision.FieldToken, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base := serve(t, tt.answer)
			for _, r := range []told{look(t.Context(), network(), wish(base)), apply(t.Context(), network(), wish(base))} {
				p := r.problem(t)
				if p.Code != tt.code || p.Field != tt.field || p.Fix == "" || len(p.Left) != 0 {
					t.Errorf("got %+v, want code %s and field %q", p, tt.code, tt.field)
				}
				says(t, p.Message+" "+p.Fix, tt.says...)
				if len(p.Message) > 700 || strings.ContainsAny(p.Message, "\x1b\x00\u202e") {
					t.Errorf("not fit to be shown: %q", p.Message)
				}
				if text := r.texts(t); strings.Contains(text, token) {
					t.Errorf("the token is in %s", text)
				}
			}
		})
	}
}

// TestNobodyAnswers has what the network does.
func TestNobodyAnswers(t *testing.T) {
	dialing := func(err error) func(*http.Transport) {
		return func(tr *http.Transport) {
			tr.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, err }
		}
	}
	secure := func(t *testing.T) *httptest.Server {
		s := httptest.NewUnstartedServer(reply(200, "text/plain", ""))
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		t.Cleanup(s.Close)
		return s
	}
	clock := new(authtest.Deadlines)
	for _, tt := range []struct {
		name  string
		base  func(*testing.T) string
		edit  func(*http.Transport)
		code  provision.Code
		field string
		says  []string
	}{
		{name: "a closed port", edit: dialing(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}),
			code: provision.CodeUnreachable, field: provision.FieldBaseURL, says: []string{"nothing takes connections at auth.home.arpa:443"}},
		{name: "a name nobody knows", edit: dialing(&net.DNSError{Err: "no such host", IsNotFound: true}),
			code: provision.CodeUnreachable, field: provision.FieldBaseURL, says: []string{"no address for the name auth.home.arpa", "container"}},
		{name: "a name server that is down", edit: dialing(&net.DNSError{Err: "server misbehaving", IsTemporary: true}),
			code: provision.CodeUnreachable, says: []string{"DNS"}},
		{name: "no way there", edit: dialing(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}),
			code: provision.CodeUnreachable, field: provision.FieldBaseURL, says: []string{"no way from here"}},
		{name: "another failure", edit: dialing(&net.OpError{Op: "dial", Err: errors.New("too many open files")}),
			code: provision.CodeUnreachable, field: provision.FieldBaseURL, says: []string{"too many open files"}},
		{name: "nobody takes the connection", edit: func(tr *http.Transport) {
			tr.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				clock.Pass(time.Second)
				<-ctx.Done()
				return nil, ctx.Err()
			}
		}, code: provision.CodeTimeout, field: provision.FieldBaseURL, says: []string{"Nobody answered at auth.home.arpa:443 within 1 second", "firewall"}},
		{name: "no answer", base: func(t *testing.T) string {
			return serve(t, func(_ http.ResponseWriter, r *http.Request) {
				clock.Pass(time.Second)
				<-r.Context().Done()
				panic(http.ErrAbortHandler) // over TLS who has just hung up may still hear an answer
			})
		}, code: provision.CodeTimeout, says: []string{"did not answer in full within 1 second"}},
		{name: "an endless answer", base: func(t *testing.T) string {
			return serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(200)
				_ = http.NewResponseController(w).Flush()
				clock.Pass(time.Second)
				<-r.Context().Done()
				panic(http.ErrAbortHandler)
			})
		}, code: provision.CodeTimeout, says: []string{"did not answer in full"}},
		{name: "a certificate signed by itself", base: func(t *testing.T) string { return secure(t).URL },
			code: provision.CodeCertificate, says: []string{"Extra certificate authority (under Advanced)", "PANTRIE_CA_FILE"}},
		{name: "a certificate for another name", base: func(t *testing.T) string {
			return strings.Replace(secure(t).URL, "127.0.0.1", "localhost", 1)
		}, code: provision.CodeCertificate, field: provision.FieldBaseURL, says: []string{"not for localhost"}},
		{name: "https asked at a port of plain http", base: func(t *testing.T) string {
			return strings.Replace(serve(t, reply(200, "text/plain", "")), "http:", "https:", 1)
		}, code: provision.CodeUnreachable, field: provision.FieldBaseURL, says: []string{"does not speak https"}},
		{name: "a proxy that is not there", edit: func(tr *http.Transport) {
			dialing(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)})(tr)
			tr.Proxy = http.ProxyURL(mustParse("http://me:proxy+password@proxy.home.arpa:3128"))
		}, code: provision.CodeUnreachable, says: []string{"the proxy proxy.home.arpa:3128", "HTTPS_PROXY"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base := "https://auth.home.arpa"
			if tt.base != nil {
				base = tt.base(t)
			}
			n := networkOn(clock)
			if tt.edit != nil {
				tt.edit(n.Transport)
			}
			r := apply(t.Context(), n, wish(base))
			p := r.problem(t)
			if p.Code != tt.code || p.Field != tt.field || p.Fix == "" || p.Step != provision.StepConnect {
				t.Errorf("got %+v, want code %s and field %q", p, tt.code, tt.field)
			}
			says(t, p.Message+" "+p.Fix, tt.says...)
			if text := r.texts(t); strings.Contains(text, token) || strings.Contains(text, "proxy+password") {
				t.Errorf("a secret is in %s", text)
			}
		})
	}
}

func TestAnEndedContextIsNoFaultOfAuthentik(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	})
	if p := apply(ctx, network(), wish(base)).problem(t); p.Code != provision.CodeInterrupted {
		t.Errorf("got %+v", p)
	}
}
