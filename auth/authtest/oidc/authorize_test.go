package oidc_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/authtest/internal/ask"
	"pantrie/auth/authtest/oidc"
)

func TestPaths(t *testing.T) {
	p := oidc.Start(t, oidc.Config{BasePath: "/auth", RedirectURIs: []string{ask.Callback}})
	html, json := "text/html; charset=utf-8", "application/json"
	for _, tc := range []struct {
		path        string
		status      int
		contentType string
	}{
		{"/auth/application/o/pantrie/.well-known/openid-configuration", 200, json},
		{"/auth/application/o/pantrie/jwks/", 200, json},
		{"/auth/application/o/pantrie/end-session/", 200, html},
		{"/auth/application/o/wrong/.well-known/openid-configuration", 404, html},
		{"/auth/application/o/wrong/jwks/", 404, html},
		{"/auth/application/o/wrong/end-session/", 404, html},
		{"/auth/application/o/Pantrie/.well-known/openid-configuration", 404, html},
		{"/auth/.well-known/openid-configuration", 404, html},
		{"/application/o/pantrie/.well-known/openid-configuration", 404, html},
		{"/auth/application/o/pantrie/.well-known/openid-configuration/", 404, html},
		{"/auth/application/o/pantrie/jwks", 404, html},
		{"/auth/application/o/pantrie/end-session", 404, html},
		{"/auth/application/o/authorize", 404, html},
		{"/auth/application/o/authorize/", 404, html},
		{"/auth/application/o/token", 404, html},
		{"/auth/application/o/userinfo", 404, html},
		{"/auth/application/o/introspect", 404, html},
		{"/auth/application/o/revoke", 404, html},
		{"/auth/application/o/device", 404, html},
		{"/auth/application/o/token/", 405, html},
		{"/auth/application/o/userinfo/", 401, html},
	} {
		got := ask.Get(t, p.Client(), strings.TrimSuffix(p.BaseURL(), "/auth")+tc.path)
		if got.Status != tc.status || got.Header.Get("Content-Type") != tc.contentType {
			t.Errorf("%s: %d %q, want %d %q", tc.path, got.Status, got.Header.Get("Content-Type"), tc.status, tc.contentType)
		}
	}
}

func TestDiscovery(t *testing.T) {
	p := oidc.Start(t, oidc.Config{BasePath: "/auth"})
	fetch := func(base string) map[string]any {
		return ask.Get(t, p.Client(), base+"/application/o/pantrie/.well-known/openid-configuration").JSON(t)
	}
	for _, tc := range []struct {
		name string
		set  func(*oidc.Settings)
		from string
		base string
	}{
		{"own address", func(*oidc.Settings) {}, p.BaseURL(), p.BaseURL()},
		{"host of the request", func(*oidc.Settings) {}, strings.Replace(p.BaseURL(), "127.0.0.1", "localhost", 1), strings.Replace(p.BaseURL(), "127.0.0.1", "localhost", 1)},
		{"fixed", func(s *oidc.Settings) { s.BaseURL = "https://sso.example.org/auth" }, p.BaseURL(), "https://sso.example.org/auth"},
	} {
		from := tc.from
		p.Set(tc.set)
		doc := fetch(from)
		want := map[string]any{
			"issuer":                        tc.base + "/application/o/pantrie/",
			"authorization_endpoint":        tc.base + "/application/o/authorize/",
			"token_endpoint":                tc.base + "/application/o/token/",
			"userinfo_endpoint":             tc.base + "/application/o/userinfo/",
			"introspection_endpoint":        tc.base + "/application/o/introspect/",
			"revocation_endpoint":           tc.base + "/application/o/revoke/",
			"device_authorization_endpoint": tc.base + "/application/o/device/",
			"jwks_uri":                      tc.base + "/application/o/pantrie/jwks/",
			"end_session_endpoint":          tc.base + "/application/o/pantrie/end-session/",
		}
		for field, value := range want {
			if doc[field] != value {
				t.Errorf("%s: %s = %v, want %v", tc.name, field, doc[field], value)
			}
		}
	}
	p.Set(func(s *oidc.Settings) { s.BaseURL, s.Slug = "", "larder" })
	if got := ask.Get(t, p.Client(), p.Issuer()+".well-known/openid-configuration").Text(t, "issuer"); !strings.HasSuffix(got, "/application/o/larder/") {
		t.Errorf("after a change of slug: issuer = %q", got)
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	for _, tc := range []struct {
		name  string
		pairs []string
		page  string // the title of a 400 page, or
		error string // the error sent back
	}{
		{name: "wrong client", pairs: []string{"client_id", "other"}, page: "Client ID Error"},
		{name: "no client", pairs: []string{"client_id", ""}, page: "Client ID Error"},
		{name: "wrong client and URI", pairs: []string{"client_id", "other", "redirect_uri", "https://evil.example/"}, page: "Client ID Error"},
		{name: "other redirect URI", pairs: []string{"redirect_uri", "https://evil.example/"}, page: "Redirect URI Error"},
		{name: "redirect URI with a slash more", pairs: []string{"redirect_uri", ask.Callback + "/"}, page: "Redirect URI Error"},
		{name: "redirect URI with https", pairs: []string{"redirect_uri", strings.Replace(ask.Callback, "http:", "https:", 1)}, page: "Redirect URI Error"},
		{name: "redirect URI with a query", pairs: []string{"redirect_uri", ask.Callback + "?a=b"}, page: "Redirect URI Error"},
		{name: "no redirect URI", pairs: []string{"redirect_uri", ""}, page: "Redirect URI Error"},
		{name: "prompt none, signed out", pairs: []string{"prompt", "none"}, error: "login_required"},
		{name: "implicit flow", pairs: []string{"response_type", "id_token"}, error: "unauthorized_client"},
		{name: "unknown response type", pairs: []string{"response_type", "cookie"}, error: "unsupported_response_type"},
		{name: "no response type", pairs: []string{"response_type", ""}, error: "unsupported_response_type"},
		{name: "prompt none and more", pairs: []string{"prompt", "none login"}, error: "login_required"},
		{name: "unknown PKCE method", pairs: []string{"code_challenge_method", "S512"}, error: "invalid_request"},
		{name: "request object", pairs: []string{"request", "e30.e30."}, error: "request_not_supported"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := start(t, nil)
			got, err := p.Authorize(t.Context(), nil, ask.AuthorizeURL(p, tc.pairs...), "mara")
			if tc.page != "" {
				var stuck *oidc.PageError
				if !errors.As(err, &stuck) || stuck.Status != 400 || stuck.Title != tc.page {
					t.Errorf("got %q, %v; want the page %q", got, err, tc.page)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(got)
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			if tc.name == "implicit flow" {
				if q, err = url.ParseQuery(u.Fragment); err != nil {
					t.Fatal(err)
				}
			}
			if q.Get("error") != tc.error || q.Get("state") != "the-state" || q.Has("code") || q.Has("iss") {
				t.Errorf("callback = %v, want error %s", q, tc.error)
			}
		})
	}
}

func TestSignInPages(t *testing.T) {
	p := start(t, func(s *oidc.Settings) { s.Consent = oidc.ConsentExplicit })
	browser := newBrowser(t, p)
	res := ask.Get(t, browser, ask.AuthorizeURL(p, "login_hint", "mara"))
	res = ask.Get(t, browser, p.BaseURL()+res.Header.Get("Location"))
	loginURL := p.BaseURL() + res.Header.Get("Location")
	page := ask.Get(t, browser, loginURL)
	for _, want := range []string{
		`<html lang="en">`, "<title>authentik</title>", "<h1>Sign in</h1>", "to continue to pantrie", `name="viewport"`, `<label for="username">`, `<label for="password">`,
		`value="mara"`, `type="password"`, `autocomplete="current-password"`, "<button",
	} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("login page lacks %s", want)
		}
	}
	wrong := ask.Do(t, browser, ask.Request(t.Context(), t, http.MethodPost, loginURL, url.Values{"username": {`<b>"mara`}, "password": {"wrong"}}))
	if wrong.Status != 200 || !strings.Contains(wrong.Body, `role="alert"`) || !strings.Contains(wrong.Body, "&lt;b&gt;&#34;mara") {
		t.Errorf("after a wrong password: %d\n%s", wrong.Status, wrong.Body)
	}
	if wrong.Header.Get("Set-Cookie") != "" {
		t.Error("a wrong password got a session")
	}
	right := ask.Do(t, browser, ask.Request(t.Context(), t, http.MethodPost, loginURL, url.Values{"username": {"mara@example.org"}, "password": {"password"}}))
	if cookie := right.Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "authentik_session=") || !strings.Contains(cookie, "HttpOnly; SameSite=Lax") {
		t.Errorf("session cookie = %q", cookie)
	}
	res = ask.Get(t, browser, p.BaseURL()+right.Header.Get("Location"))
	consentURL := p.BaseURL() + res.Header.Get("Location")
	page = ask.Get(t, browser, consentURL)
	for _, want := range []string{"<title>authentik</title>", "<h1>Confirm</h1>", "signed in as mara", "Email address", `value="accept"`, `value="deny"`} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("consent page lacks %s", want)
		}
	}
	for _, external := range []string{"src=", "href=", "@import", "url("} {
		if strings.Contains(page.Body, external) {
			t.Errorf("page loads something: %s", external)
		}
	}
	if got := ask.Get(t, browser, strings.Replace(consentURL, "request=", "request=gone", 1)); got.Status != 400 || !strings.Contains(got.Body, "Sign-in expired") {
		t.Errorf("unknown request: %d", got.Status)
	}
	for _, elsewhere := range []string{"", "https://evil.example/", "//evil.example/", "evil"} {
		target := p.BaseURL() + "/if/flow/default-authentication-flow/?next=" + url.QueryEscape(elsewhere)
		got := ask.Do(t, browser, ask.Request(t.Context(), t, http.MethodPost, target, url.Values{"username": {"mara"}, "password": {"password"}}))
		if to := got.Header.Get("Location"); to != "/" {
			t.Errorf("next %q leads to %q", elsewhere, to)
		}
	}
	if got := ask.Get(t, browser, p.BaseURL()+"/"); got.Status != 200 || !strings.Contains(got.Body, "You are signed in as mara.") {
		t.Errorf("the root: %d %s", got.Status, got.Body)
	}
}

func TestConsent(t *testing.T) {
	p := start(t, func(s *oidc.Settings) { s.Consent = oidc.ConsentExplicit })
	browser := newBrowser(t, p)
	deny := oidc.Person{Username: "mara", Deny: true}
	var stuck *oidc.PageError
	if got, err := p.AuthorizeAs(t.Context(), browser, ask.AuthorizeURL(p), deny); !errors.As(err, &stuck) || stuck.Title != "Cancelled" {
		t.Errorf("denied: %q, %v", got, err)
	} else if ask.Get(t, browser, stuck.URL).Header.Get("Location") != "/" || len(p.SessionIDs("mara")) != 0 {
		t.Error("who cancels is not signed out")
	}
	p.Set(func(s *oidc.Settings) { s.CancelReturns = true })
	got, err := p.AuthorizeAs(t.Context(), browser, ask.AuthorizeURL(p), deny)
	if err != nil || !strings.Contains(got, "error=access_denied") || !strings.Contains(got, "state=the-state") {
		t.Errorf("denied: %q, %v", got, err)
	}
	if q := ask.SignIn(t, p, browser, ask.AuthorizeURL(p, "prompt", "none")); q.Get("error") != "consent_required" {
		t.Errorf("prompt=none: %v", q)
	}
	p.Set(func(s *oidc.Settings) { s.Consent = oidc.ConsentImplicit })
	p.ForgetRequests()
	ask.SignIn(t, p, browser, ask.AuthorizeURL(p, "prompt", "consent"))
	ask.SignIn(t, p, browser, ask.AuthorizeURL(p))
	if n := p.Count(oidc.EndpointConsent); n != 2 {
		t.Errorf("consent page: %d calls, want one GET and one POST", n)
	}
}

func TestBrowserSession(t *testing.T) {
	c := newClock()
	p := oidc.Start(t, oidc.Config{RedirectURIs: []string{ask.Callback}, Now: c.now})
	browser := newBrowser(t, p)
	ask.SignIn(t, p, browser, ask.AuthorizeURL(p))
	for _, tc := range []struct {
		name   string
		pairs  []string
		change func(*oidc.Settings)
		logins int // pages of the login form asked for and sent
	}{
		{name: "again", logins: 0},
		{name: "prompt=none", pairs: []string{"prompt", "none"}, logins: 0},
		{name: "prompt=login", pairs: []string{"prompt", "login"}, logins: 2},
		{name: "prompt=login, again in the same session", pairs: []string{"prompt", "login"}, logins: 0},
		{name: "max_age not reached", pairs: []string{"max_age", "190"}, logins: 0},
		{name: "max_age passed", pairs: []string{"max_age", "30"}, logins: 2},
		{name: "max_age zero", pairs: []string{"max_age", "0"}, logins: 0},
		{name: "max_age passed, prompt=none", pairs: []string{"max_age", "30", "prompt", "none"}, logins: 2},
		{name: "max_age passed, prompt=login", pairs: []string{"max_age", "30", "prompt", "login"}, logins: 2},
		{name: "hint of any kind", pairs: []string{"id_token_hint", "nonsense"}, logins: 0},
		{name: "new email", change: func(s *oidc.Settings) { s.User("mara").Email = "m@example.org" }, logins: 0},
	} {
		if tc.change != nil {
			p.Set(tc.change)
		}
		c.advance(time.Minute)
		p.ForgetRequests()
		if q := ask.SignIn(t, p, browser, ask.AuthorizeURL(p, tc.pairs...)); q.Get("code") == "" {
			t.Errorf("%s: %v", tc.name, q)
		}
		if got := p.Count(oidc.EndpointLogin); got != tc.logins {
			t.Errorf("%s: login was called %d times, want %d", tc.name, got, tc.logins)
		}
	}
	p.EndSessions()
	if q := ask.SignIn(t, p, browser, ask.AuthorizeURL(p, "prompt", "none")); q.Get("error") != "login_required" {
		t.Errorf("prompt=none after EndSessions: %v", q)
	}
	p.ForgetRequests()
	ask.SignIn(t, p, browser, ask.AuthorizeURL(p, "prompt", "login"))
	if got := p.Count(oidc.EndpointLogin); got != 4 {
		t.Errorf("prompt=login while nobody is signed in: login was called %d times, want 4: it asks twice", got)
	}
}

func TestPeople(t *testing.T) {
	p := start(t, nil)
	p.Set(func(s *oidc.Settings) {
		s.PutUser(oidc.User{Username: "jo", Password: "jo-password", Email: "jo@example.org"})
	})
	before := p.Subject("jo")
	p.Set(func(s *oidc.Settings) {
		s.PutUser(oidc.User{Username: "jo", Password: "jo-password", Name: "Jo"})
	})
	if after := p.Subject("jo"); after != before || before == p.Subject("mara") || p.Subject("nobody") != "" {
		t.Errorf("subject of a replaced user: %q, before %q", after, before)
	}
	stuckOn := func(who oidc.Person, browser *http.Client) string {
		_, err := p.AuthorizeAs(t.Context(), browser, ask.AuthorizeURL(p), who)
		var stuck *oidc.PageError
		if errors.As(err, &stuck) {
			return stuck.Title
		}
		if err != nil {
			t.Fatal(err)
		}
		return ""
	}
	browser := newBrowser(t, p)
	for _, step := range []struct {
		name   string
		change func(*oidc.Settings)
		who    oidc.Person
		want   string
	}{
		{"added", nil, oidc.Person{Username: "jo"}, ""},
		{"wrong password", nil, oidc.Person{Username: "jo", Password: "mara"}, "Sign in"},
		{"unknown", nil, oidc.Person{Username: "nobody", Password: "x"}, "Sign in"},
		{"password changed", func(s *oidc.Settings) { s.User("jo").Password = "new" }, oidc.Person{Username: "jo", Password: "jo-password"}, "Sign in"},
		{"new password", nil, oidc.Person{Username: "jo"}, ""},
		{"denied", func(s *oidc.Settings) { s.User("jo").Denied = true }, oidc.Person{Username: "jo"}, "Permission denied"},
		{"another is not", nil, oidc.Person{Username: "mara"}, ""},
		{"everyone denied", func(s *oidc.Settings) { s.Denied = true }, oidc.Person{Username: "mara"}, "Permission denied"},
		{"disabled", func(s *oidc.Settings) { s.Denied, s.User("mara").Disabled = false, true }, oidc.Person{Username: "mara"}, "Sign in"},
	} {
		if step.change != nil {
			p.Set(step.change)
		}
		if got := stuckOn(step.who, nil); got != step.want {
			t.Errorf("%s: stuck on %q, want %q", step.name, got, step.want)
		}
	}
	p.Set(func(s *oidc.Settings) { s.User("mara").Disabled = false })
	if got := stuckOn(oidc.Person{Username: "mara"}, browser); got != "" {
		t.Errorf("enabled again: stuck on %q", got)
	}
	p.Set(func(s *oidc.Settings) { s.User("mara").Disabled = true })
	if got := stuckOn(oidc.Person{Username: "mara"}, browser); got != "Sign in" {
		t.Errorf("a disabled user's session: stuck on %q, want the login page", got)
	}
}

func TestEndSession(t *testing.T) {
	const login, bad = "/", "Bad Request" // Authentik's own page, which leads to the one to sign in
	for _, tc := range []struct {
		name     string
		set      func(*oidc.Settings)
		change   func(*oidc.Settings) // between sign-in and sign-out
		pairs    map[string]string    // "HINT" stands for the ID token
		location string
		title    string
		stays    bool
	}{
		{name: "registered", pairs: map[string]string{"id_token_hint": "HINT", "client_id": "pantrie-client", "post_logout_redirect_uri": ask.SignedOut, "state": "a&b"}, location: ask.SignedOut + "?state=a%26b"},
		{name: "without state", pairs: map[string]string{"id_token_hint": "HINT", "post_logout_redirect_uri": ask.SignedOut}, location: ask.SignedOut},
		{name: "nothing", location: login},
		{name: "not registered", pairs: map[string]string{"id_token_hint": "HINT", "post_logout_redirect_uri": ask.SignedOut + "/"}, location: login},
		{name: "no hint", pairs: map[string]string{"client_id": "pantrie-client", "post_logout_redirect_uri": ask.SignedOut}, location: login},
		{name: "forged hint", pairs: map[string]string{"id_token_hint": "xHINT", "post_logout_redirect_uri": ask.SignedOut}, location: login},
		{name: "hint of another issuer", change: func(s *oidc.Settings) { s.Slug = "larder" }, pairs: map[string]string{"id_token_hint": "HINT", "post_logout_redirect_uri": ask.SignedOut}, location: login},
		{name: "hint of another client", change: func(s *oidc.Settings) { s.ClientID = "new" }, pairs: map[string]string{"id_token_hint": "HINT", "post_logout_redirect_uri": ask.SignedOut}, location: login},
		{name: "other client", pairs: map[string]string{"id_token_hint": "HINT", "client_id": "other", "post_logout_redirect_uri": ask.SignedOut}, location: login},
		{name: "strict, not registered", set: func(s *oidc.Settings) { s.StrictLogout = true }, pairs: map[string]string{"id_token_hint": "HINT", "post_logout_redirect_uri": ask.SignedOut + "/"}, title: bad, stays: true},
		{name: "strict, no hint", set: func(s *oidc.Settings) { s.StrictLogout = true }, pairs: map[string]string{"post_logout_redirect_uri": ask.SignedOut}, title: bad, stays: true},
		{name: "strict, nothing", set: func(s *oidc.Settings) { s.StrictLogout = true }, location: login},
		{name: "strict, registered", set: func(s *oidc.Settings) { s.StrictLogout = true }, pairs: map[string]string{"id_token_hint": "HINT", "post_logout_redirect_uri": ask.SignedOut}, location: ask.SignedOut},
		{name: "session kept", set: func(s *oidc.Settings) { s.LogoutKeepsSession = true }, pairs: map[string]string{"id_token_hint": "HINT"}, title: "logged out of pantrie", stays: true},
		{name: "session kept, registered", set: func(s *oidc.Settings) { s.LogoutKeepsSession = true }, pairs: map[string]string{"id_token_hint": "HINT", "post_logout_redirect_uri": ask.SignedOut}, location: ask.SignedOut, stays: true},
		{name: "2025.10", set: func(s *oidc.Settings) { s.Version = "2025.10.4" }, pairs: map[string]string{"id_token_hint": "HINT", "post_logout_redirect_uri": ask.SignedOut}, location: login},
		{name: "2024.8", set: func(s *oidc.Settings) { s.Version = "2024.8.3" }, location: "/if/session-end/pantrie/", stays: true},
		{name: "HS256, forged hint", set: func(s *oidc.Settings) { s.NoSigningKey = true }, pairs: map[string]string{"id_token_hint": "xHINT", "post_logout_redirect_uri": ask.SignedOut}, location: login},
		{name: "HS256", set: func(s *oidc.Settings) { s.NoSigningKey = true }, pairs: map[string]string{"id_token_hint": "HINT", "post_logout_redirect_uri": ask.SignedOut}, location: ask.SignedOut},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(tc.name+" "+method, func(t *testing.T) {
				p := start(t, tc.set)
				browser := newBrowser(t, p)
				tokens := ask.Exchange(t, p, ask.SignIn(t, p, browser, ask.AuthorizeURL(p)).Get("code"))
				if tc.change != nil {
					p.Set(tc.change)
				}
				q := url.Values{}
				for k, v := range tc.pairs {
					q.Set(k, strings.Replace(v, "HINT", tokens.Text(t, "id_token"), 1))
				}
				target := p.Issuer() + "end-session/"
				var got ask.Answer
				if method == http.MethodPost {
					got = ask.Do(t, browser, ask.Request(t.Context(), t, method, target, q))
				} else {
					got = ask.Get(t, browser, target+"?"+q.Encode())
				}
				if got.Header.Get("Location") != tc.location || !strings.Contains(got.Body, tc.title) {
					t.Errorf("%d, location %q, want %q %q\n%s", got.Status, got.Header.Get("Location"), tc.location, tc.title, got.Body)
				}
				after := ask.SignIn(t, p, browser, ask.AuthorizeURL(p, "prompt", "none", "client_id", p.Settings().ClientID))
				if stays := after.Get("error") == ""; stays != tc.stays {
					t.Errorf("signed in afterwards: %v, want %v", stays, tc.stays)
				}
				if tc.title != bad && p.Settings().Version != "2024.8.3" {
					if info := ask.Userinfo(t, p, tokens.Text(t, "access_token")); info.Status != 401 {
						t.Errorf("access token afterwards: %d, want 401", info.Status)
					}
				}
			})
		}
	}
}

func TestSettingsAreCopied(t *testing.T) {
	p := start(t, nil)
	groups := []string{"one"}
	p.Set(func(s *oidc.Settings) { s.User("mara").Groups = groups })
	groups[0] = "changed"
	p.Settings().User("mara").Groups[0] = "changed"
	if diff := cmp.Diff([]any{"one"}, ask.IDClaims(t, p)["groups"]); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	for name, change := range map[string]func(*oidc.Settings){
		"two of one name": func(s *oidc.Settings) { s.Users = append(s.Users, oidc.User{Username: "mara"}) },
		"no slug":         func(s *oidc.Settings) { s.Slug = "" },
		"unknown consent": func(s *oidc.Settings) { s.Consent = "maybe" },
		"base URL":        func(s *oidc.Settings) { s.BaseURL = "https://sso.example.org/" },
	} {
		if err := p.TrySet(change); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if got := p.Settings().Slug; got != "pantrie" {
		t.Errorf("slug = %q after refused changes", got)
	}
}

// TestVersionsCannotBeNonsense keeps a mistyped version from passing for an old one.
func TestVersionsCannotBeNonsense(t *testing.T) {
	for _, version := range []string{"2025", "2025.10", "latest", "2025.10.x", "2025.-1.0"} {
		if _, err := oidc.New(oidc.Config{Version: version}); err == nil {
			t.Errorf("%q: no error", version)
		}
	}
}
