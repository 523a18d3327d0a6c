package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func setupInput(h *host, change func(map[string]any)) map[string]any {
	h.t.Helper()
	token, err := h.auth.Setup.Token(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	in := map[string]any{
		"setupToken": token,
		"admin":      map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword},
		"household":  map[string]any{"name": "Brandt", "timeZone": "Europe/Berlin"},
		"publicUrl":  "http://pantry.home:8000",
		"oauth":      map[string]any{"provider": "authentik", "baseUrl": "https://auth.example.org/application/o/food/", "slug": "", "clientId": "id", "clientSecret": "hunter2"},
	}
	if change != nil {
		change(in)
	}
	return in
}

func TestSetupWritesEverythingAndSignsIn(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := h.browser()
	if got := b.want(200, "GET", "/api/v1/setup", nil).json(); got["completed"] != false {
		t.Errorf("before setup: %v", got)
	}
	me := b.want(201, "POST", "/api/v1/setup", setupInput(h, nil)).json()
	if me["name"] != "Sam" || me["siteAdmin"] != true || me["hasPassword"] != true {
		t.Errorf("answer: %v", me)
	}
	if got := b.want(200, "GET", "/api/v1/auth/me", nil).json(); got["email"] != adminEmail {
		t.Errorf("not signed in: %v", got)
	}
	if got := b.want(200, "GET", "/api/v1/instance", nil).json(); got["setupCompleted"] != true || got["name"] != "Brandt" || got["publicUrl"] != "http://pantry.home:8000" {
		t.Errorf("instance: %v", got)
	}
	oauth := b.want(200, "GET", "/api/v1/admin/oauth/authentik", nil)
	if got := oauth.json(); got["configured"] != true || got["issuer"] != "https://auth.example.org/application/o/food/" ||
		got["redirectUri"] != "http://pantry.home:8000/api/v1/auth/oauth/authentik/callback" || got["clientSecretSet"] != true {
		t.Errorf("OAuth settings: %v", got)
	}
	if strings.Contains(oauth.body, "hunter2") || strings.Contains(h.log.String(), "hunter2") || strings.Contains(h.log.String(), adminPassword) {
		t.Error("a secret is shown or logged")
	}
	b.want(409, "POST", "/api/v1/setup", map[string]any{"setupToken": "x", "admin": map[string]any{"name": "", "email": "", "password": ""}, "household": map[string]any{"name": ""}})
	if link, err := h.auth.Setup.Link(context.Background(), "http://localhost"); err != nil || link != "" {
		t.Errorf("setup link after setup: %q, %v", link, err)
	}
}

func TestSetupRefuses(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := h.browser()
	for _, tt := range []struct {
		name   string
		change func(map[string]any)
		status int
		code   string
		fields string
	}{
		{"wrong token", func(in map[string]any) { in["setupToken"] = "guess" }, 403, "setup_token_invalid", ""},
		{"empty token", func(in map[string]any) { in["setupToken"] = "" }, 403, "setup_token_invalid", ""},
		{"everything missing", func(in map[string]any) {
			in["admin"] = map[string]any{"name": " ", "email": "", "password": ""}
			in["household"] = map[string]any{"name": ""}
			in["publicUrl"] = ""
			in["oauth"] = map[string]any{"provider": "authentik"}
		}, 422, "validation_failed", "admin.email admin.name admin.password household.name oauth.baseUrl oauth.clientId oauth.clientSecret oauth.slug publicUrl"},
		{"common password", func(in map[string]any) {
			in["admin"] = map[string]any{"name": "Sam", "email": adminEmail, "password": "Password1"}
		}, 422, "validation_failed", "admin.password"},
		{"no address", func(in map[string]any) {
			in["admin"] = map[string]any{"name": "Sam", "email": "sam@home@example", "password": adminPassword}
		}, 422, "validation_failed", "admin.email"},
		{"reserved slug", func(in map[string]any) {
			in["oauth"] = map[string]any{"provider": "authentik", "baseUrl": "https://a.example", "slug": "token", "clientId": "c", "clientSecret": "s"}
		}, 422, "validation_failed", "oauth.slug"},
		{"an address that is none", func(in map[string]any) { in["publicUrl"] = "pantry.home" }, 422, "validation_failed", "publicUrl"},
	} {
		for _, path := range []string{"/api/v1/setup", "/api/v1/setup/check"} {
			a := b.want(tt.status, "POST", path, setupInput(h, tt.change))
			if a.code() != tt.code || fieldNames(a) != tt.fields {
				t.Errorf("%s at %s: %s with fields %q, want %s with %q", tt.name, path, a.code(), fieldNames(a), tt.code, tt.fields)
			}
		}
	}
	if n, err := h.db.CountUsers(context.Background()); err != nil || n != 0 {
		t.Errorf("%d users after refusals, %v", n, err)
	}
	b.want(201, "POST", "/api/v1/setup", setupInput(h, nil)) // the token still works
}

func fieldNames(a answer) string {
	var p struct{ Fields []struct{ Name string } }
	_ = json.Unmarshal([]byte(a.body), &p)
	names := []string{}
	for _, f := range p.Fields {
		names = append(names, f.Name)
	}
	sortStrings(names)
	return strings.Join(names, " ")
}

func TestSetupTokenGuessingIsSlowedDown(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := h.browser()
	for range 30 {
		b.want(403, "POST", "/api/v1/setup/check", map[string]any{"setupToken": "guess"})
	}
	if a := b.want(429, "POST", "/api/v1/setup/check", map[string]any{"setupToken": "guess"}); a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestSetupFromTheEnvironment(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	environment := []string{"PANTRIE_ADMIN_EMAIL=" + adminEmail, "PANTRIE_ADMIN_PASSWORD=" + adminPassword}
	h := newHostIn(t, dir, environment...)
	h.browser().login(200, adminEmail, adminPassword)
	again := newHostIn(t, dir, "PANTRIE_ADMIN_EMAIL="+adminEmail, "PANTRIE_ADMIN_PASSWORD=another one entirely")
	again.browser().login(401, adminEmail, "another one entirely")
	again.browser().login(200, adminEmail, adminPassword)
	if n, err := again.db.CountUsers(context.Background()); err != nil || n != 1 {
		t.Errorf("%d users, %v", n, err)
	}
}

func TestSetupShowsWhatTheEnvironmentLocks(t *testing.T) {
	t.Parallel()
	h := newHost(t, "PANTRIE_PUBLIC_URL=https://pantry.example.org/", "OAUTH_AUTHENTIK_BASE_URL=https://auth.example.org", "OAUTH_AUTHENTIK_CLIENT_SECRET=hunter2")
	b := h.browser()
	token, err := h.auth.Setup.Token(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	a := b.want(200, "POST", "/api/v1/setup/check", map[string]any{"setupToken": token})
	want := `{"publicUrl":{"value":"https://pantry.example.org","envVar":"PANTRIE_PUBLIC_URL"},"oauth":{"baseUrl":{"value":"https://auth.example.org","envVar":"OAUTH_AUTHENTIK_BASE_URL"},"slug":{"value":"","envVar":""},"clientId":{"value":"","envVar":""},"clientSecret":{"set":true,"envVar":"OAUTH_AUTHENTIK_CLIENT_SECRET"}},"oauthCallbackPaths":{"authentik":"/api/v1/auth/oauth/authentik/callback","google":"/api/v1/auth/oauth/google/callback","oidc":"/api/v1/auth/oauth/oidc/callback"}}`
	if strings.TrimSpace(a.body) != want {
		t.Errorf("got  %s\nwant %s", a.body, want)
	}
	b.want(201, "POST", "/api/v1/setup", map[string]any{
		"setupToken": token, "admin": map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword}, "household": map[string]any{"name": "Brandt"},
		"oauth": map[string]any{"provider": "authentik", "slug": "pantrie", "clientId": "id"},
	})
	p, err := h.auth.Providers.Get(context.Background(), "authentik")
	if err != nil || !p.Configured() || p.ClientSecret != "hunter2" {
		t.Errorf("provider: missing %v, %v", p.Missing, err)
	}
	if link := h.auth.Address.Callback("authentik"); link != "https://pantry.example.org/api/v1/auth/oauth/authentik/callback" {
		t.Errorf("redirect URI %q", link)
	}
}

func TestSetupInputOfTheWrongFormIsRefusedWithoutEcho(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := h.browser()
	for body, status := range map[string]int{
		`{"setupToken":"marker-4711"`: 400,
		`"marker-4711"`:               422,
		`{"setupToken":["marker-4711"],"admin":5,"household":{}}`:                                                        422,
		`{"setupToken":"t","marker":"marker-4711","admin":{"name":"","email":"","password":""},"household":{"name":""}}`: 422,
		strings.Repeat("x", 100_000): 413,
	} {
		a := b.do("POST", "/api/v1/setup", body)
		if a.status != status || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%.60s: %d %s %s, want %d", body, a.status, a.header.Get("Content-Type"), a.body, status)
		}
		if strings.Contains(a.body, "4711") {
			t.Errorf("the answer repeats what was sent: %s", a.body)
		}
	}
	b.header.Set("Content-Type", "text/plain")
	if a := b.do("POST", "/api/v1/setup", "x"); a.status != http.StatusUnsupportedMediaType {
		t.Errorf("text/plain: %d %s", a.status, a.body)
	}
}
