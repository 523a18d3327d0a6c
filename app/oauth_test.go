package app_test

import (
	"context"
	"net/url"
	"os"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/reason"
	"pantrie/db"
)

const callbackPath = matrix.CallbackPath

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

func (b *browser) start(returnTo string) *url.URL {
	b.h.t.Helper()
	return b.Start(returnTo)
}

func (b *browser) signInAs(p *authtest.Provider, username, returnTo string) *url.URL {
	b.h.t.Helper()
	return b.SignInAs(p, username, returnTo)
}

func (b *browser) follow(callback string) *url.URL {
	b.h.t.Helper()
	return b.Follow(callback)
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
	t.Parallel()
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
	t.Parallel()
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
	if p.Count(oidc.EndpointToken) != 1 || p.Count(oidc.EndpointUserinfo) != 1 {
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

func TestVerifiedAddressLinksTheExistingAccount(t *testing.T) {
	t.Parallel()
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

// The sign-in page has a text for every reason; a new one must reach it.
func TestFrontendKnowsEveryReason(t *testing.T) {
	source, err := os.ReadFile("../frontend/src/lib/api/errors.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range reason.All() {
		if !strings.Contains(string(source), "'"+string(r)+"'") {
			t.Errorf("the frontend does not know %s", r)
		}
	}
}
