package authtest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"pantrie/auth/authtest"
)

const (
	callback  = "http://127.0.0.1:8080/auth/callback"
	signedOut = "http://127.0.0.1:8080/signed-out"
	verifier  = "a-verifier-of-forty-three-characters-at-least"
)

func start(t *testing.T, setup func(*authtest.Settings)) *authtest.Provider {
	t.Helper()
	return authtest.Start(t, authtest.Config{
		RedirectURIs:           []string{callback},
		PostLogoutRedirectURIs: []string{signedOut},
		Setup:                  setup,
	})
}

// authorizeURL builds an authorization request; pairs of name and value override its parameters,
// an empty value drops one.
func authorizeURL(p *authtest.Provider, pairs ...string) string {
	q := url.Values{
		"client_id":             {"pantrie-client"},
		"redirect_uri":          {callback},
		"response_type":         {"code"},
		"scope":                 {"openid email profile"},
		"state":                 {"the-state"},
		"nonce":                 {"the-nonce"},
		"code_challenge":        {oidc.NewSHACodeChallenge(verifier)},
		"code_challenge_method": {"S256"},
	}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return p.BaseURL() + "/application/o/authorize/?" + q.Encode()
}

func newBrowser(t *testing.T, p *authtest.Provider) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := p.Client()
	c.Jar = jar
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// signIn returns the query of the callback.
func signIn(t *testing.T, p *authtest.Provider, browser *http.Client, target string) url.Values {
	t.Helper()
	got, err := p.Authorize(t.Context(), browser, target, "mara")
	if err != nil {
		t.Fatalf("Authorize: %v", err)
	}
	u, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	if base, _, _ := strings.Cut(got, "?"); base != callback {
		t.Fatalf("came back to %s, want %s", got, callback)
	}
	return u.Query()
}

func getCode(t *testing.T, p *authtest.Provider, pairs ...string) string {
	t.Helper()
	q := signIn(t, p, nil, authorizeURL(p, pairs...))
	if q.Get("code") == "" {
		t.Fatalf("no code in %v", q)
	}
	return q.Get("code")
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(a.body), &m); err != nil {
		t.Fatalf("decode %q: %v", a.body, err)
	}
	return m
}

func (a answer) text(t *testing.T, field string) string {
	t.Helper()
	s, _ := a.json(t)[field].(string)
	return s
}

func do(t *testing.T, client *http.Client, req *http.Request) answer {
	t.Helper()
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

func get(t *testing.T, client *http.Client, target string) answer {
	t.Helper()
	return do(t, client, newRequest(t.Context(), t, http.MethodGet, target, nil))
}

func newRequest(ctx context.Context, t *testing.T, method, target string, form url.Values) *http.Request {
	t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return req
}

// tokenForm is a token request; pairs override as in authorizeURL.
func tokenForm(code string, pairs ...string) url.Values {
	form := url.Values{
		"grant_type":    {"authorization_code"},
		"client_id":     {"pantrie-client"},
		"client_secret": {"pantrie-secret"},
		"redirect_uri":  {callback},
		"code_verifier": {verifier},
		"code":          {code},
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			form.Del(pairs[i])
		}
	}
	return form
}

func exchange(t *testing.T, p *authtest.Provider, code string, pairs ...string) answer {
	t.Helper()
	target := p.BaseURL() + "/application/o/token/"
	return do(t, p.Client(), newRequest(t.Context(), t, http.MethodPost, target, tokenForm(code, pairs...)))
}

func userinfo(t *testing.T, p *authtest.Provider, token string) answer {
	t.Helper()
	req := newRequest(t.Context(), t, http.MethodGet, p.BaseURL()+"/application/o/userinfo/", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	return do(t, p.Client(), req)
}

// decodeToken returns header and claims of a signed token without checking it.
func decodeToken(t *testing.T, token string) (header, claims map[string]any) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("token %q has %d parts, want 3", token, len(parts))
	}
	for i, into := range []*map[string]any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

// idClaims signs mara in and returns the claims of her ID token.
func idClaims(t *testing.T, p *authtest.Provider, pairs ...string) map[string]any {
	t.Helper()
	_, claims := decodeToken(t, exchange(t, p, getCode(t, p, pairs...)).text(t, "id_token"))
	return claims
}

// clock is a clock that a test moves.
type clock struct{ seconds atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.seconds.Store(1_800_000_000)
	return c
}

func (c *clock) now() time.Time          { return time.Unix(c.seconds.Load(), 0) }
func (c *clock) advance(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }
