package provision_test

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/provision"
)

const (
	token    = "ak-Zq7fXw0Lr2TbN9cVyHs4mPd8KuJe1gAo6iRtYxWv"
	callback = "https://pantry.home.arpa/api/v1/auth/oauth/authentik/callback"
	launch   = "https://pantry.home.arpa/"
	logout   = "https://pantry.home.arpa/api/v1/auth/oauth/authentik/backchannel-logout"
	leaving  = "https://pantry.home.arpa/signed-out"
)

// wish is a complete one.
func wish(base string) provision.Wish {
	return provision.Wish{
		BaseURL: base, Token: token, Name: "Pantrie", Slug: "pantrie",
		RedirectURI: callback, LaunchURL: launch, LogoutURI: logout, SignedOutURL: leaving,
	}
}

// network has time limits that a busy machine never meets.
func network() provision.Network { return networkOn(new(authtest.Deadlines)) }

// networkOn has time limits of a second, on a clock.
func networkOn(clock *authtest.Deadlines) provision.Network {
	return provision.Network{Transport: &http.Transport{}, Timeout: time.Second, Within: clock.Within}
}

// serve runs a handler in Authentik's place.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

func reply(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func replyJSON(status int, body string) http.HandlerFunc {
	return reply(status, "application/json", body)
}

// told is everything that a run said, and how it ended.
type told struct {
	Steps  []provision.Step
	Result provision.Result
	Plan   provision.Plan
	Err    error
}

func (r told) problem(t *testing.T) *provision.Problem {
	t.Helper()
	p := provision.AsProblem(r.Err)
	if p == nil {
		t.Fatalf("no problem, but %v; steps:\n%s", r.Err, r.log())
	}
	return p
}

func (r told) ok(t *testing.T) told {
	t.Helper()
	if r.Err != nil {
		p := provision.AsProblem(r.Err)
		t.Fatalf("%v\nfix: %s\nfields: %v\nsteps:\n%s", r.Err, p.Fix, p.Fields, r.log())
	}
	return r
}

func (r told) log() string {
	var b strings.Builder
	for _, s := range r.Steps {
		b.WriteString(string(s.ID) + " " + string(s.Status) + ": " + s.Text + "\n")
	}
	return b.String()
}

// texts is everything that could be shown or logged, the secret apart.
func (r told) texts(t *testing.T) string {
	t.Helper()
	result := r.Result
	result.ClientSecret = ""
	all, err := json.Marshal([]any{r.Steps, result, r.Plan, provision.AsProblem(r.Err)})
	if err != nil {
		t.Fatal(err)
	}
	text := string(all)
	if r.Err != nil {
		text += r.Err.Error()
	}
	return text
}

func apply(ctx context.Context, n provision.Network, w provision.Wish) told {
	var r told
	r.Result, r.Err = provision.Apply(ctx, n, w, func(s provision.Step) { r.Steps = append(r.Steps, s) })
	return r
}

func look(ctx context.Context, n provision.Network, w provision.Wish) told {
	var r told
	r.Plan, r.Err = provision.Look(ctx, n, w)
	return r
}

// says fails the test unless text has every part.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in:\n%s", part, text)
		}
	}
}

func mustParse(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u
}

// dialTo leads every address to one.
func dialTo(address string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}
