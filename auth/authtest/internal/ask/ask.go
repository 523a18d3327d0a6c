// Package ask asks the test double of Authentik by hand, as the tests of its rooms do: plain requests, and the steps of an
// application that signs mara in.
package ask

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"
)

// The application that asks: where people come back to after signing in and after signing out, and its PKCE verifier.
const (
	Callback  = "http://127.0.0.1:8080/auth/callback"
	SignedOut = "http://127.0.0.1:8080/signed-out"
	Verifier  = "a-verifier-of-forty-three-characters-at-least"
)

// Provider is what is asked: package oidc's, or the one with an API beside it.
type Provider interface {
	BaseURL() string
	Client() *http.Client
	Authorize(ctx context.Context, client *http.Client, authorizeURL, username string) (callbackURL string, err error)
}

// AuthorizeURL builds an authorization request; pairs of name and value override its parameters,
// an empty value drops one.
func AuthorizeURL(p Provider, pairs ...string) string {
	q := url.Values{
		"client_id":             {"pantrie-client"},
		"redirect_uri":          {Callback},
		"response_type":         {"code"},
		"scope":                 {"openid email profile"},
		"state":                 {"the-state"},
		"nonce":                 {"the-nonce"},
		"code_challenge":        {zitadel.NewSHACodeChallenge(Verifier)},
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

// SignIn returns the query of the callback.
func SignIn(t *testing.T, p Provider, browser *http.Client, target string) url.Values {
	t.Helper()
	got, err := p.Authorize(t.Context(), browser, target, "mara")
	if err != nil {
		t.Fatalf("Authorize: %v", err)
	}
	u, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	if base, _, _ := strings.Cut(got, "?"); base != Callback {
		t.Fatalf("came back to %s, want %s", got, Callback)
	}
	return u.Query()
}

// Code signs mara in and returns the code; pairs override as in [AuthorizeURL].
func Code(t *testing.T, p Provider, pairs ...string) string {
	t.Helper()
	q := SignIn(t, p, nil, AuthorizeURL(p, pairs...))
	if q.Get("code") == "" {
		t.Fatalf("no code in %v", q)
	}
	return q.Get("code")
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// JSON returns the body, which must be an object.
func (a Answer) JSON(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(a.Body), &m); err != nil {
		t.Fatalf("decode %q: %v", a.Body, err)
	}
	return m
}

// Text returns a member of the body that is a text, or "".
func (a Answer) Text(t *testing.T, field string) string {
	t.Helper()
	s, _ := a.JSON(t)[field].(string)
	return s
}

// Do sends a request.
func Do(t *testing.T, client *http.Client, req *http.Request) Answer {
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
	return Answer{res.StatusCode, res.Header, string(body)}
}

// Get asks for an address.
func Get(t *testing.T, client *http.Client, target string) Answer {
	t.Helper()
	return Do(t, client, Request(t.Context(), t, http.MethodGet, target, nil))
}

// Request makes a request with a form in its body, if that is not nil.
func Request(ctx context.Context, t *testing.T, method, target string, form url.Values) *http.Request {
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

// TokenForm is a token request; pairs override as in [AuthorizeURL].
func TokenForm(code string, pairs ...string) url.Values {
	form := url.Values{
		"grant_type":    {"authorization_code"},
		"client_id":     {"pantrie-client"},
		"client_secret": {"pantrie-secret"},
		"redirect_uri":  {Callback},
		"code_verifier": {Verifier},
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

// Exchange redeems a code; pairs override as in [TokenForm].
func Exchange(t *testing.T, p Provider, code string, pairs ...string) Answer {
	t.Helper()
	target := p.BaseURL() + "/application/o/token/"
	return Do(t, p.Client(), Request(t.Context(), t, http.MethodPost, target, TokenForm(code, pairs...)))
}

// Userinfo asks who an access token stands for.
func Userinfo(t *testing.T, p Provider, token string) Answer {
	t.Helper()
	req := Request(t.Context(), t, http.MethodGet, p.BaseURL()+"/application/o/userinfo/", nil)
	req.Header.Set("Authorization", "Bearer "+token)
	return Do(t, p.Client(), req)
}

// Decode returns header and claims of a signed token without checking it.
func Decode(t *testing.T, token string) (header, claims map[string]any) {
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

// IDClaims signs mara in and returns the claims of her ID token.
func IDClaims(t *testing.T, p Provider, pairs ...string) map[string]any {
	t.Helper()
	_, claims := Decode(t, Exchange(t, p, Code(t, p, pairs...)).Text(t, "id_token"))
	return claims
}
