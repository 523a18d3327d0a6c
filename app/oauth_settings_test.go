package app_test

import (
	"context"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/provider"
)

func TestSavingTakesEffectForTheNextClick(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	b := h.browser()
	back, err := p.Authorize(context.Background(), nil, b.start("/").String(), "mara") // under way with the first secret
	if err != nil {
		t.Fatal(err)
	}
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"clientSecret": "second-secret"})
	if to := b.follow(back); to.String() != "/" {
		t.Errorf("a sign-in under way ended at %s", to)
	}
	late := h.browser()
	late.refused(late.signInAs(p, "mara", "/"), "client_rejected", 2, 1)
	p.Set(func(s *authtest.Settings) { s.ClientSecret = "second-secret" })
	if to := h.browser().signInAs(p, "mara", "/"); to.String() != "/" {
		t.Errorf("with the new secret on both sides: %s", to)
	}
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"enabled": false})
	off := h.browser()
	to := off.start("/")
	if to.Query().Get("error") != "oauth_not_configured" || to.Query().Get("missing") != "" {
		t.Errorf("switched off: %s", to)
	}
	if got := off.want(200, "GET", "/api/v1/auth/oauth/providers", nil).body; strings.TrimSpace(got) != "[]" {
		t.Errorf("providers while it is off: %s", got)
	}
}

func TestNotConfiguredNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t, "OAUTH_AUTHENTIK_BASE_URL=https://auth.example.org", "OAUTH_AUTHENTIK_CLIENT_ID=x", "OAUTH_AUTHENTIK_CLIENT_SECRET=y")
	b := h.browser()
	a := b.want(503, "GET", "/api/v1/auth/oauth/authentik/login", nil)
	if got := a.json()["message"]; got != "OAuth provider not configured: Application Slug is missing" || fieldNames(a) != "slug" {
		t.Errorf("without a browser: %s", a.body)
	}
	b.refused(b.start("/"), "oauth_not_configured", 1, 0)
	if to := b.start("/"); to.Query().Get("missing") != "slug" {
		t.Errorf("in a browser: %s", to)
	}
	missing := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()["missing"].([]any)
	if len(missing) != 1 || missing[0].(map[string]any)["envVar"] != "OAUTH_AUTHENTIK_SLUG" {
		t.Errorf("tab: %v", missing)
	}
	if err := h.auth.Providers.LogAll(context.Background()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(h.log.String(), "OAuth provider not configured: Application Slug is missing") || !strings.Contains(h.log.String(), "OAUTH_AUTHENTIK_SLUG") {
		t.Error("the log at start does not name what is missing")
	}
	if got := b.want(200, "GET", "/api/v1/auth/oauth/providers", nil).body; strings.TrimSpace(got) != "[]" {
		t.Errorf("providers: %s", got)
	}
	b.want(404, "GET", "/api/v1/auth/oauth/nobody/login", nil)
	b.want(404, "GET", "/api/v1/auth/oauth/nobody/callback?state=x", nil)
}

func TestEnvironmentBeatsWhatIsStored(t *testing.T) {
	t.Parallel()
	first, admin := newHome(t)
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"baseUrl": "https://stored.example", "slug": "stored", "clientId": "stored", "clientSecret": "stored"})
	h := newHostIn(t, first.dir, "OAUTH_AUTHENTIK_BASE_URL=https://env.example", "OAUTH_AUTHENTIK_CLIENT_SECRET=env-secret")
	admin = h.browser()
	admin.login(200, adminEmail, adminPassword)
	a := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil)
	got := a.json()
	if got["issuer"] != "https://env.example/application/o/stored/" || got["clientSecretEnvVar"] != "OAUTH_AUTHENTIK_CLIENT_SECRET" {
		t.Errorf("settings: %s", a.body)
	}
	if got["baseUrl"].(map[string]any)["envVar"] != "OAUTH_AUTHENTIK_BASE_URL" || got["slug"].(map[string]any)["envVar"] != "" {
		t.Errorf("locks: %s", a.body)
	}
	for _, field := range []string{"baseUrl", "clientSecret"} {
		if a := admin.want(409, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{field: "https://x.example"}); a.code() != "env_locked" || fieldNames(a) != field {
			t.Errorf("writing %s: %s", field, a.body)
		}
	}
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"label": "Family login"})
	p, err := h.auth.Providers.Get(context.Background(), provider.Authentik)
	if err != nil || p.ClientSecret != "env-secret" || p.ButtonLabel() != "Family login" {
		t.Errorf("in force: %+v, %v", p, err)
	}
	admin.want(204, "DELETE", "/api/v1/admin/oauth/authentik", nil)
	p, err = h.auth.Providers.Get(context.Background(), provider.Authentik)
	if err != nil || p.BaseURL != "https://env.example" || p.Slug != "" {
		t.Errorf("after deleting what is stored: %+v, %v", p, err)
	}
}

func TestSecretIsKeptSecret(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	put := func(status int, in map[string]any) answer {
		return admin.want(status, "PUT", "/api/v1/admin/oauth/authentik", in)
	}
	put(200, map[string]any{"baseUrl": "https://auth.example.org", "slug": "pantrie", "clientId": "id", "clientSecret": "marker-4711"})
	stored, err := h.db.Setting(context.Background(), "oauth.authentik.clientSecret")
	if err != nil || !stored.Sealed || strings.Contains(string(stored.Value), "4711") {
		t.Errorf("stored: %v, %v", stored, err)
	}
	a := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil)
	if strings.Contains(a.body, "4711") || strings.Contains(h.log.String(), "4711") {
		t.Error("the secret is shown or logged")
	}
	// Whoever changes the address must know the secret; it would be sent there.
	for _, in := range []map[string]any{{"baseUrl": "https://evil.example"}, {"slug": "other"}} {
		if a := put(422, in); fieldNames(a) != "clientSecret" || !strings.Contains(a.body, "secret_required") {
			t.Errorf("%v without the secret: %s", in, a.body)
		}
	}
	put(200, map[string]any{"clientId": "another", "clientSecret": ""}) // keeps the stored one
	if p, err := h.auth.Providers.Get(context.Background(), "authentik"); err != nil || p.ClientSecret != "marker-4711" {
		t.Errorf("after an empty secret: %v", err)
	}
	put(200, map[string]any{"slug": "other", "clientSecret": "marker-4712"})
	// With another secret key the stored one cannot be read; the tab says so.
	other := newHostIn(t, h.dir, "PANTRIE_SECRET_KEY=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	p, err := other.auth.Providers.Get(context.Background(), "authentik")
	if err != nil || len(p.Missing) != 1 || p.Missing[0].Reason != "unreadable" {
		t.Errorf("with another key: %+v, %v", p.Missing, err)
	}
}

func TestSettingsRefuse(t *testing.T) {
	t.Parallel()
	_, admin := newHome(t)
	for _, tt := range []struct {
		in     map[string]any
		fields string
	}{
		{map[string]any{"baseUrl": "ftp://x", "slug": "a b"}, "baseUrl"},
		{map[string]any{"slug": "userinfo"}, "slug"},
		{map[string]any{"signUpRole": "owner"}, "signUpRole"},
		{map[string]any{"signUpHouseholdId": "nowhere"}, "signUpHouseholdId"},
		{map[string]any{"label": strings.Repeat("x", 61)}, "label"},
		{map[string]any{"clientSecret": strings.Repeat("x", 1001)}, "clientSecret"},
	} {
		if a := admin.want(422, "PUT", "/api/v1/admin/oauth/authentik", tt.in); fieldNames(a) != tt.fields {
			t.Errorf("%v: %s", tt.in, a.body)
		}
	}
	admin.want(404, "GET", "/api/v1/admin/oauth/nobody", nil)
	admin.want(404, "PUT", "/api/v1/admin/oauth/nobody", map[string]any{})
}
