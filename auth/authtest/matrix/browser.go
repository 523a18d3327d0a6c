package matrix

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"pantrie/auth/authtest"
)

// Browser keeps cookies and follows no redirects.
type Browser struct {
	h      *Host
	Client *http.Client
	Header http.Header // sent with each request
}

// Browser is one that has not been here before.
func (h *Host) Browser() *Browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.T.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client := &http.Client{Jar: jar, Transport: h.Transport, CheckRedirect: stay}
	return &Browser{h: h, Client: client, Header: http.Header{}}
}

// Answer is a response with its body read.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// JSON is the body's object, empty for a body that is none.
func (a Answer) JSON() map[string]any {
	m := map[string]any{}
	_ = json.Unmarshal([]byte(a.Body), &m)
	return m
}

// Code is that of a problem.
func (a Answer) Code() string {
	code, _ := a.JSON()["code"].(string)
	return code
}

// Do sends a request. path may be a whole address; what is no text is sent as JSON.
func (b *Browser) Do(method, path string, send any) Answer {
	b.h.T.Helper()
	var body io.Reader
	switch v := send.(type) {
	case nil:
	case string:
		body = strings.NewReader(v)
	default:
		text, err := json.Marshal(v)
		if err != nil {
			b.h.T.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	if !strings.Contains(path, "://") {
		path = b.h.URL + path
	}
	req, err := http.NewRequestWithContext(b.h.T.Context(), method, path, body)
	if err != nil {
		b.h.T.Fatal(err)
	}
	if send != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range b.Header {
		req.Header[k] = v
	}
	if host := b.Header.Get("Host"); host != "" {
		req.Host = host
	}
	resp, err := b.Client.Do(req)
	if err != nil {
		b.h.T.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.h.T.Fatal(err)
	}
	return Answer{resp.StatusCode, resp.Header, string(text)}
}

// Want sends a request and fails the test unless the status is the expected one.
func (b *Browser) Want(status int, method, path string, send any) Answer {
	b.h.T.Helper()
	a := b.Do(method, path, send)
	if a.Status != status {
		b.h.T.Fatalf("%s %s: status %d, want %d: %s", method, path, a.Status, status, a.Body)
	}
	return a
}

// Login signs in with a password.
func (b *Browser) Login(status int, email, password string) Answer {
	b.h.T.Helper()
	return b.Want(status, "POST", "/api/v1/auth/login", map[string]any{"email": email, "password": password})
}

// Start clicks the provider's button and returns where the browser is sent.
func (b *Browser) Start(returnTo string) *url.URL {
	b.h.T.Helper()
	b.Header.Set("Accept", "text/html")
	defer b.Header.Del("Accept")
	return b.Follow("/api/v1/auth/oauth/authentik/login?returnTo=" + url.QueryEscape(returnTo))
}

// SignInAs plays a whole sign-in through a provider and returns where the browser ends up in Pantrie.
func (b *Browser) SignInAs(p *authtest.Provider, username, returnTo string) *url.URL {
	b.h.T.Helper()
	to := b.Start(returnTo)
	if to.Host == "" {
		return to
	}
	back, err := p.Authorize(context.Background(), nil, to.String(), username)
	if err != nil {
		b.h.T.Fatal(err)
	}
	return b.Follow(back)
}

// Follow opens an address that redirects, and returns where to.
func (b *Browser) Follow(address string) *url.URL {
	b.h.T.Helper()
	u, err := url.Parse(b.Want(http.StatusSeeOther, "GET", address, nil).Header.Get("Location"))
	if err != nil {
		b.h.T.Fatal(err)
	}
	return u
}

// Prove types a password on the page that asks for one before it links.
func (b *Browser) Prove(status int, password string) Answer {
	b.h.T.Helper()
	return b.Want(status, "POST", "/api/v1/auth/link", map[string]any{"password": password})
}

// Link clicks "Link Authentik" and comes back; it returns the page it ends on.
func (b *Browser) Link(p *authtest.Provider, username string) string {
	b.h.T.Helper()
	to, _ := b.Want(http.StatusOK, "POST", "/api/v1/auth/oauth/authentik/link", nil).JSON()["location"].(string)
	back, err := p.Authorize(context.Background(), nil, to, username)
	if err != nil {
		b.h.T.Fatal(err)
	}
	return b.Follow(back).String()
}

// SignOut signs out and returns the address at the provider, if there is one.
func (b *Browser) SignOut() *url.URL {
	b.h.T.Helper()
	a := b.Do("POST", "/api/v1/auth/logout", nil)
	if a.Status == http.StatusNoContent {
		if a.Body != "" {
			b.h.T.Errorf("204 with a body: %q", a.Body)
		}
		return nil
	}
	to, err := url.Parse(fmt.Sprint(a.JSON()["location"]))
	if err != nil || a.Status != http.StatusOK {
		b.h.T.Fatalf("sign out: %d %s", a.Status, a.Body)
	}
	return to
}

// Role is that of who is signed in, in the first household; empty for none.
func (b *Browser) Role() string {
	b.h.T.Helper()
	homes, _ := b.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil).JSON()["households"].([]any)
	if len(homes) == 0 {
		return ""
	}
	role, _ := homes[0].(map[string]any)["role"].(string)
	return role
}

// IsAdmin says whether a site administrator is signed in.
func (b *Browser) IsAdmin() bool {
	b.h.T.Helper()
	is, _ := b.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil).JSON()["siteAdmin"].(bool)
	return is
}

// Cookie is the first cookie, as name=value.
func (b *Browser) Cookie() string {
	b.h.T.Helper()
	req, err := http.NewRequestWithContext(b.h.T.Context(), "GET", b.h.URL, nil)
	if err != nil {
		b.h.T.Fatal(err)
	}
	for _, c := range b.Client.Jar.Cookies(req.URL) {
		return c.Name + "=" + c.Value
	}
	b.h.T.Fatal("no cookie")
	return ""
}
