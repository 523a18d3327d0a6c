package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth"
	"pantrie/auth/authtest"
	"pantrie/db"
)

const callbackPath = "/api/v1/auth/oauth/authentik/callback"

// withAuthentik sets Pantrie up and connects it with a test provider.
func withAuthentik(t *testing.T, change func(*authtest.Config)) (*host, *browser, *authtest.Provider) {
	t.Helper()
	h, admin := newHome(t)
	cfg := authtest.Config{
		ClientSecret: "first-secret", RedirectURIs: []string{h.server.URL + callbackPath},
		Users: []authtest.User{
			{Username: "mara", Password: "mara", Email: "mara@example.org", Name: "Mara Brandt", Groups: []string{"family"}},
			{Username: "sam", Password: "sam", Email: "Sam@Example.org", Name: "Sam Brandt"},
			{Username: "nomail", Password: "nomail", Name: "No Mail"},
		},
	}
	if change != nil {
		change(&cfg)
	}
	p := authtest.Start(t, cfg)
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"baseUrl": p.BaseURL(), "slug": "pantrie", "clientId": "pantrie-client", "clientSecret": "first-secret"})
	return h, admin, p
}

// start clicks the button and returns where the browser is sent.
func (b *browser) start(returnTo string) *url.URL {
	b.h.t.Helper()
	b.header.Set("Accept", "text/html")
	a := b.want(303, "GET", "/api/v1/auth/oauth/authentik/login?returnTo="+url.QueryEscape(returnTo), nil)
	b.header.Del("Accept")
	u, err := url.Parse(a.header.Get("Location"))
	if err != nil {
		b.h.t.Fatal(err)
	}
	return u
}

// signInAs plays a whole sign-in and returns where the browser ends up in Pantrie.
func (b *browser) signInAs(p *authtest.Provider, username, returnTo string) *url.URL {
	b.h.t.Helper()
	to := b.start(returnTo)
	if to.Host == "" {
		return to
	}
	back, err := p.Authorize(context.Background(), nil, to.String(), username)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return b.follow(back)
}

func (b *browser) follow(callback string) *url.URL {
	b.h.t.Helper()
	u, err := url.Parse(b.want(303, "GET", callback, nil).header.Get("Location"))
	if err != nil {
		b.h.t.Fatal(err)
	}
	return u
}

// refused checks a refusal: the reason on the page and in the log under the same reference,
// nobody signed in, and as many users and identities as before.
func (b *browser) refused(to *url.URL, reason string, users, identities int64) {
	b.h.t.Helper()
	ctx := context.Background()
	if to.Path != "/login" || to.Query().Get("error") != reason {
		b.h.t.Errorf("ended at %s, want /login?error=%s", to, reason)
		return
	}
	row, err := b.h.signIn(to.Query().Get("ref"))
	if err != nil || row.Code != reason || row.Outcome == db.OutcomeSignedIn {
		b.h.t.Errorf("sign-in log: %+v, %v; want %s", row, err, reason)
	}
	b.want(401, "GET", "/api/v1/auth/me", nil)
	if n, err := b.h.db.CountUsers(ctx); err != nil || n != users {
		b.h.t.Errorf("%d users, want %d (%v)", n, users, err)
	}
	if n, err := b.h.db.CountIdentities(ctx, "authentik"); err != nil || n != identities {
		b.h.t.Errorf("%d identities, want %d (%v)", n, identities, err)
	}
}

// asked checks that the password is asked for before anything is linked.
func (b *browser) asked(to *url.URL, users, identities int64) {
	b.h.t.Helper()
	ctx := context.Background()
	if to.String() != "/login/link" {
		b.h.t.Errorf("ended at %s, want /login/link", to)
	}
	b.want(401, "GET", "/api/v1/auth/me", nil)
	if n, err := b.h.db.CountUsers(ctx); err != nil || n != users {
		b.h.t.Errorf("%d users, want %d (%v)", n, users, err)
	}
	if n, err := b.h.db.CountIdentities(ctx, "authentik"); err != nil || n != identities {
		b.h.t.Errorf("%d identities, want %d (%v)", n, identities, err)
	}
}

func TestAuthorizationRequest(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	b := h.browser()
	first, second := b.start("/"), b.start("/")
	q := first.Query()
	if got := first.Scheme + "://" + first.Host + first.Path; got != p.BaseURL()+"/application/o/authorize/" {
		t.Errorf("sent to %s", got)
	}
	for name, want := range map[string]string{"response_type": "code", "client_id": "pantrie-client", "redirect_uri": h.server.URL + callbackPath, "scope": "openid email profile", "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 43 || q.Get(name) == second.Query().Get(name) {
			t.Errorf("%s %q is short or repeats", name, q.Get(name))
		}
	}
	// The Host header has no say in the redirect URI.
	odd := h.browser()
	odd.header.Set("Host", "evil.example")
	if got := odd.start("/").Query().Get("redirect_uri"); got != h.server.URL+callbackPath {
		t.Errorf("redirect URI %q follows the Host header", got)
	}
}

func TestSomebodyNewSignsIn(t *testing.T) {
	h, admin, p := withAuthentik(t, nil)
	b := h.browser()
	if to := b.signInAs(p, "mara", "/settings/account?x=1"); to.String() != "/settings/account?x=1" {
		t.Fatalf("ended at %s", to)
	}
	me := b.want(200, "GET", "/api/v1/auth/me", nil).json()
	if me["name"] != "Mara Brandt" || me["email"] != "mara@example.org" || me["siteAdmin"] != false || me["hasPassword"] != false || me["signedInWith"] != "authentik" {
		t.Errorf("me: %v", me)
	}
	if homes := me["households"].([]any); len(homes) != 1 || homes[0].(map[string]any)["role"] != "editor" {
		t.Errorf("households: %v", homes)
	}
	if p.Count(authtest.EndpointToken) != 1 || p.Count(authtest.EndpointUserinfo) != 1 {
		t.Errorf("requests to the provider: %v", p.Counts())
	}
	// Again, with a new name at Authentik: the same account.
	p.Set(func(s *authtest.Settings) { s.User("mara").Name = "Mara B." })
	again := h.browser()
	again.signInAs(p, "mara", "/")
	if got := again.want(200, "GET", "/api/v1/auth/me", nil).json(); got["id"] != me["id"] || got["name"] != "Mara B." {
		t.Errorf("second sign-in: %v", got)
	}
	settings := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()
	if settings["linkedUsers"] != 1.0 || settings["lastSignInAt"] == nil || len(settings["recentSignIns"].([]any)) != 2 {
		t.Errorf("settings: %v", settings)
	}
	// Without an address it works too.
	none := h.browser()
	none.signInAs(p, "nomail", "/")
	if got := none.want(200, "GET", "/api/v1/auth/me", nil).json(); got["email"] != "" || got["name"] != "No Mail" {
		t.Errorf("without an address: %v", got)
	}
}

func TestClaimsOnlyFromUserinfo(t *testing.T) {
	h, _, p := withAuthentik(t, func(c *authtest.Config) {
		c.Setup = func(s *authtest.Settings) { s.ClaimsInIDToken = false; s.Consent = authtest.ConsentExplicit }
	})
	b := h.browser()
	b.signInAs(p, "mara", "/")
	if got := b.want(200, "GET", "/api/v1/auth/me", nil).json(); got["email"] != "mara@example.org" || got["name"] != "Mara Brandt" {
		t.Errorf("me: %v", got)
	}
}

func TestVerifiedAddressLinksTheExistingAccount(t *testing.T) {
	h, admin, p := withAuthentik(t, nil)
	b := h.browser()
	if to := b.signInAs(p, "sam", "/"); to.String() != "/" {
		t.Fatalf("ended at %s", to)
	}
	me := b.want(200, "GET", "/api/v1/auth/me", nil).json()
	if me["siteAdmin"] != true || me["hasPassword"] != true || me["notice"] != "linked" || len(me["providers"].([]any)) != 1 {
		t.Errorf("me: %v", me)
	}
	if again := b.want(200, "GET", "/api/v1/auth/me", nil).json(); again["notice"] != "" {
		t.Error("the notice is told twice")
	}
	admin.want(401, "GET", "/api/v1/auth/me", nil) // the account's other sessions have ended
	h.browser().login(200, adminEmail, adminPassword)
	if n, err := h.db.CountUsers(context.Background()); err != nil || n != 1 {
		t.Errorf("%d users, %v", n, err)
	}
}

func TestDecisionRefusals(t *testing.T) {
	t.Run("3c address not verified", func(t *testing.T) {
		h, _, p := withAuthentik(t, func(c *authtest.Config) {
			c.Setup = func(s *authtest.Settings) { s.EmailVerified = authtest.VerifiedFalse }
		})
		b := h.browser()
		b.asked(b.signInAs(p, "sam", "/"), 1, 0)
	})
	t.Run("3c auto-link off", func(t *testing.T) {
		h, admin, p := withAuthentik(t, nil)
		admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"autoLink": false})
		b := h.browser()
		b.asked(b.signInAs(p, "sam", "/"), 1, 0)
	})
	t.Run("3c local address unproven", func(t *testing.T) {
		h, _, p := withAuthentik(t, nil)
		h.passwordless("mara@example.org")
		b := h.browser()
		b.asked(b.signInAs(p, "mara", "/"), 2, 0)
	})
	t.Run("3a linked to another identity", func(t *testing.T) {
		h, _, p := withAuthentik(t, nil)
		h.browser().signInAs(p, "sam", "/")
		p.Set(func(s *authtest.Settings) { s.InstanceID = "reinstalled" })
		b := h.browser()
		b.refused(b.signInAs(p, "sam", "/"), "already_linked_elsewhere", 1, 1)
	})
	t.Run("1 disabled stays disabled", func(t *testing.T) {
		h, admin, p := withAuthentik(t, nil)
		b := h.browser()
		b.signInAs(p, "mara", "/")
		id := b.want(200, "GET", "/api/v1/auth/me", nil).json()["id"].(string)
		admin.want(200, "PATCH", "/api/v1/admin/users/"+id, map[string]any{"disabled": true})
		again := h.browser()
		again.refused(again.signInAs(p, "mara", "/"), "account_disabled", 2, 1)
	})
	t.Run("5 sign-up off", func(t *testing.T) {
		h, admin, p := withAuthentik(t, nil)
		admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"signUp": false})
		b := h.browser()
		b.refused(b.signInAs(p, "mara", "/"), "signup_off", 1, 0)
		// Somebody with an unproven address of an account here sees the same as a stranger.
		p.Set(func(s *authtest.Settings) { s.EmailVerified = authtest.VerifiedFalse })
		for _, name := range []string{"sam", "mara"} {
			c := h.browser()
			c.asked(c.signInAs(p, name, "/"), 1, 0)
		}
	})
}

func TestSignUpGoesWhereTheAdministratorSays(t *testing.T) {
	h, admin, p := withAuthentik(t, nil)
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"signUpRole": "viewer"})
	b := h.browser()
	b.signInAs(p, "mara", "/")
	homes := b.want(200, "GET", "/api/v1/auth/me", nil).json()["households"].([]any)
	if homes[0].(map[string]any)["role"] != "viewer" {
		t.Errorf("households: %v", homes)
	}
}

func TestTwoTabsOfOneBrowser(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	b := h.browser()
	one, two := b.start("/a"), b.start("/b")
	backTwo, err := p.Authorize(context.Background(), nil, two.String(), "mara")
	if err != nil {
		t.Fatal(err)
	}
	backOne, err := p.Authorize(context.Background(), nil, one.String(), "mara")
	if err != nil {
		t.Fatal(err)
	}
	if to := b.follow(backTwo); to.String() != "/b" {
		t.Errorf("second tab ended at %s", to)
	}
	if to := b.follow(backOne); to.String() != "/a" {
		t.Errorf("first tab ended at %s", to)
	}
}

func TestFirstSignInsAtOnceMakeOneUser(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	var wg sync.WaitGroup
	for range 8 {
		b := h.browser()
		back, err := p.Authorize(context.Background(), nil, b.start("/").String(), "mara")
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			if a := b.do("GET", back, nil); a.status != 303 || a.header.Get("Location") != "/" {
				t.Errorf("%d %s", a.status, a.header.Get("Location"))
			}
		})
	}
	wg.Wait()
	if n, err := h.db.CountUsers(context.Background()); err != nil || n != 2 {
		t.Errorf("%d users, want the administrator and one more (%v)", n, err)
	}
}

func TestReturnToIsOnlyWithinPantrie(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	for _, to := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "/%5cevil.example", "javascript:alert(1)"} {
		if got := h.browser().signInAs(p, "mara", to); got.String() != "/" {
			t.Errorf("returnTo %q ended at %s", to, got)
		}
	}
}

func TestProviderDownAtFirstThenUp(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	p.Set(func(s *authtest.Settings) { s.Down = authtest.DownReset })
	b := h.browser()
	for range 3 {
		b.refused(b.start("/"), "provider_unreachable", 1, 0)
		h.clock.add(500 * time.Millisecond)
	}
	p.Set(func(s *authtest.Settings) { s.Down = authtest.Up })
	h.clock.add(20 * time.Second)
	if to := b.signInAs(p, "mara", "/"); to.String() != "/" {
		t.Errorf("ended at %s", to)
	}
	// Down again later: nobody is sent to where the browser could only say that it is not there.
	h.clock.add(time.Minute)
	p.Set(func(s *authtest.Settings) { s.Down = authtest.DownUnavailable })
	c := h.browser()
	c.refused(c.start("/"), "provider_unreachable", 2, 1)
	p.Set(func(s *authtest.Settings) { s.Down = authtest.Up })
	h.clock.add(4 * time.Second) // the longest that a failure is remembered
	if to := c.start("/"); to.Host == "" {
		t.Errorf("up again, and yet sent to %s", to)
	}
}

// Somebody who is at the provider already can come back although its discovery document is
// not to be had at that moment.
func TestDiscoveryDownDuringASignIn(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	b := h.browser()
	back, err := p.Authorize(context.Background(), nil, b.start("/").String(), "mara")
	if err != nil {
		t.Fatal(err)
	}
	h.clock.add(5 * time.Minute)
	p.Set(func(s *authtest.Settings) {
		s.Intercept = func(e authtest.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == authtest.EndpointDiscovery {
				http.Error(w, "down", http.StatusServiceUnavailable)
				return
			}
			next.ServeHTTP(w, r)
		}
	})
	if to := b.follow(back); to.String() != "/" {
		t.Errorf("ended at %s", to)
	}
}

// What is broken in Authentik after people have signed in is named as it is, not as a bad token.
func TestFaultsMadeLaterAreNamed(t *testing.T) {
	for reason, change := range map[string]func(*authtest.Settings){
		"provider_wrong_slug":      func(s *authtest.Settings) { s.Slug = "renamed" },
		"provider_no_signing_key":  func(s *authtest.Settings) { s.NoSigningKey = true },
		"provider_encrypts_tokens": func(s *authtest.Settings) { s.EncryptionKey = true },
	} {
		h, _, p := withAuthentik(t, nil)
		h.browser().signInAs(p, "sam", "/")
		if reason != "provider_wrong_slug" { // within the seconds for which discovery is believed
			p.Set(change)
			b := h.browser()
			b.refused(b.signInAs(p, "mara", "/"), reason, 1, 1)
		}
		p.Set(change)
		h.clock.add(time.Minute)
		b := h.browser()
		b.refused(b.signInAs(p, "mara", "/"), reason, 1, 1)
	}
}

func TestSavingTakesEffectForTheNextClick(t *testing.T) {
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
	if err := h.auth.LogProviders(context.Background()); err != nil {
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
	p, err := h.auth.Provider(context.Background(), auth.ProviderAuthentik)
	if err != nil || p.ClientSecret != "env-secret" || p.ButtonLabel() != "Family login" {
		t.Errorf("in force: %+v, %v", p, err)
	}
	admin.want(204, "DELETE", "/api/v1/admin/oauth/authentik", nil)
	p, err = h.auth.Provider(context.Background(), auth.ProviderAuthentik)
	if err != nil || p.BaseURL != "https://env.example" || p.Slug != "" {
		t.Errorf("after deleting what is stored: %+v, %v", p, err)
	}
}

func TestSecretIsKeptSecret(t *testing.T) {
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
	if p, err := h.auth.Provider(context.Background(), "authentik"); err != nil || p.ClientSecret != "marker-4711" {
		t.Errorf("after an empty secret: %v", err)
	}
	put(200, map[string]any{"slug": "other", "clientSecret": "marker-4712"})
	// With another secret key the stored one cannot be read; the tab says so.
	other := newHostIn(t, h.dir, "PANTRIE_SECRET_KEY=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	p, err := other.auth.Provider(context.Background(), "authentik")
	if err != nil || len(p.Missing) != 1 || p.Missing[0].Reason != "unreadable" {
		t.Errorf("with another key: %+v, %v", p.Missing, err)
	}
}

func TestSettingsRefuse(t *testing.T) {
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

func TestOneImpatientClientDoesNotFailTheOthers(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	entered, release := make(chan struct{}, 8), make(chan struct{})
	p.Set(func(s *authtest.Settings) {
		s.Intercept = func(e authtest.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == authtest.EndpointDiscovery {
				entered <- struct{}{}
				<-release
			}
			next.ServeHTTP(w, r)
		}
	})
	p.ForgetRequests()
	// A front door that tells when the server has noticed that its client is gone.
	noticed := make(chan struct{})
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		go func() { <-r.Context().Done(); close(noticed) }()
		h.api.Handler().ServeHTTP(w, r)
	}))
	defer door.Close()
	ctx, hangUp := context.WithCancel(context.Background())
	go func() {
		req, err := http.NewRequestWithContext(ctx, "GET", door.URL+"/api/v1/auth/oauth/authentik/login", nil)
		if err != nil {
			t.Error(err)
			return
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	<-entered
	hangUp()
	<-noticed
	result := make(chan *url.URL, 1)
	b := h.browser()
	go func() { result <- b.start("/") }()
	close(release)
	if to := <-result; to.Host == "" {
		t.Errorf("the one who waited was sent to %s", to)
	}
	if n := p.Count(authtest.EndpointDiscovery); n != 1 {
		t.Errorf("discovery was fetched %d times, want once for both", n)
	}
}

// Unicode's lower case makes "kim" of a Kelvin sign and "im". Such an address is another one.
func TestLookAlikeAddressesAreOtherPeople(t *testing.T) {
	for _, local := range []string{"kim@example.org", "mike@github.example"} {
		h, admin, p := withAuthentik(t, nil)
		_, token := h.addUser(admin, "Victim", local)
		h.browser().want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": "quince and thyme"})
		alike := strings.NewReplacer("kim@", "\u212aim@", "github", "g\u0130thub").Replace(local)
		p.Set(func(s *authtest.Settings) { s.User("mara").Email = alike })
		b := h.browser()
		b.signInAs(p, "mara", "/")
		if me := b.want(200, "GET", "/api/v1/auth/me", nil).json(); me["email"] == local || me["name"] == "Victim" {
			t.Errorf("%s signed in as %s", alike, local)
		}
	}
}

func TestSecretOfTheEnvironmentStaysWhereItBelongs(t *testing.T) {
	h, admin := newHome(t, "OAUTH_AUTHENTIK_CLIENT_SECRET=env-secret")
	put := func(status int, in map[string]any) answer {
		return admin.want(status, "PUT", "/api/v1/admin/oauth/authentik", in)
	}
	put(200, map[string]any{"baseUrl": "https://auth.example.org", "slug": "pantrie", "clientId": "id"})
	for _, in := range []map[string]any{{"baseUrl": "https://evil.example"}, {"slug": "other"}} {
		if a := put(409, in); a.code() != "env_locked" || strings.Contains(a.body, "env-secret") {
			t.Errorf("%v: %s", in, a.body)
		}
	}
	admin.want(204, "DELETE", "/api/v1/admin/oauth/authentik", nil)
	put(409, map[string]any{"baseUrl": "https://evil.example", "slug": "pantrie"}) // forgetting first does not help
	put(200, map[string]any{"baseUrl": "https://auth.example.org", "slug": "pantrie", "clientId": "id", "label": "Family"})
	// A new secret may go to a new place.
	again := newHostIn(t, h.dir, "OAUTH_AUTHENTIK_CLIENT_SECRET=another-secret")
	admin = again.browser()
	admin.login(200, adminEmail, adminPassword)
	put(200, map[string]any{"baseUrl": "https://new.example.org"})
}

func TestTooManyClicksAreSlowedDown(t *testing.T) {
	h, _, _ := withAuthentik(t, nil)
	b := h.browser()
	ctx := context.Background()
	last := func() string { return b.start("/x").Query().Get("error") }
	for i := range 70 {
		if got := last(); got == "too_many_requests" {
			if i < 50 {
				t.Errorf("refused after %d clicks", i)
			}
			rows, err := h.db.SignIns(ctx, db.SignInFilter{Provider: "authentik", Most: 200})
			if err != nil || len(rows) > 0 {
				t.Errorf("%d rows in the log, %v", len(rows), err)
			}
			if to := b.follow(h.server.URL + callbackPath + "?state=x"); to.Query().Get("error") != "too_many_requests" {
				t.Errorf("the callback goes on: %s", to)
			}
			h.clock.add(5 * time.Second)
			if got := last(); got != "" {
				t.Errorf("after a pause: %s", got)
			}
			return
		}
	}
	t.Error("nobody is slowed down")
}

// The sign-in page has a text for every reason; a new one must reach it.
func TestFrontendKnowsEveryReason(t *testing.T) {
	source, err := os.ReadFile("../frontend/src/lib/api/errors.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range auth.Reasons() {
		if !strings.Contains(string(source), "'"+string(r)+"'") {
			t.Errorf("the frontend does not know %s", r)
		}
	}
}

// A sign-in under way when the account is disabled or unlinked does not end in a session.
func TestDisabledDuringASignIn(t *testing.T) {
	h, admin, p := withAuthentik(t, nil)
	first := h.browser()
	first.signInAs(p, "mara", "/")
	id := first.want(200, "GET", "/api/v1/auth/me", nil).json()["id"].(string)
	var wg sync.WaitGroup
	browsers := make([]*browser, 6)
	for i := range browsers {
		browsers[i] = h.browser()
		back, err := p.Authorize(context.Background(), nil, browsers[i].start("/").String(), "mara")
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { browsers[i].do("GET", back, nil) })
	}
	admin.want(200, "PATCH", "/api/v1/admin/users/"+id, map[string]any{"disabled": true})
	wg.Wait()
	admin.want(200, "PATCH", "/api/v1/admin/users/"+id, map[string]any{"disabled": false})
	for _, b := range browsers {
		b.want(401, "GET", "/api/v1/auth/me", nil)
	}
}
