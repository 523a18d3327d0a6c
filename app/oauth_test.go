package app_test

import (
	"context"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
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
	t.Parallel()
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

func TestTwoTabsOfOneBrowser(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	for _, to := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "/%5cevil.example", "javascript:alert(1)"} {
		if got := h.browser().signInAs(p, "mara", to); got.String() != "/" {
			t.Errorf("returnTo %q ended at %s", to, got)
		}
	}
}

// Unicode's lower case makes "kim" of a Kelvin sign and "im". Such an address is another one.
func TestLookAlikeAddressesAreOtherPeople(t *testing.T) {
	t.Parallel()
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

func TestTooManyClicksAreSlowedDown(t *testing.T) {
	t.Parallel()
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
	for _, r := range reason.All() {
		if !strings.Contains(string(source), "'"+string(r)+"'") {
			t.Errorf("the frontend does not know %s", r)
		}
	}
}

// A sign-in under way when the account is disabled or unlinked does not end in a session.
func TestDisabledDuringASignIn(t *testing.T) {
	t.Parallel()
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
