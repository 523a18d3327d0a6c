package auth_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth/account"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/provider"
	"pantrie/db"
)

// refused checks a refusal: the reason on the page and in the log under the same reference, nobody signed in, and as
// many users and identities as before.
func refused(h *matrix.Host, b *matrix.Browser, to *url.URL, reason string, users, identities int64) {
	h.T.Helper()
	row, err := h.SignIn(to.Query().Get("ref"))
	if to.Path != "/login" || to.Query().Get("error") != reason || err != nil || row.Code != reason {
		h.T.Errorf("ended at %s, sign-in log: %+v, %v; want %s", to, row, err, reason)
	}
	nothingDone(h, b, users, identities)
}

// asked checks that the password is asked for before anything is linked.
func asked(h *matrix.Host, b *matrix.Browser, to *url.URL, users, identities int64) {
	h.T.Helper()
	if to.String() != "/login/link" {
		h.T.Errorf("ended at %s, want /login/link", to)
	}
	nothingDone(h, b, users, identities)
}

func nothingDone(h *matrix.Host, b *matrix.Browser, users, identities int64) {
	h.T.Helper()
	b.Want(http.StatusUnauthorized, "GET", "/api/v1/auth/me", nil)
	n, err := h.DB.CountUsers(context.Background())
	if err != nil || n != users || h.Identities() != identities {
		h.T.Errorf("%d users and %d identities, want %d and %d (%v)", n, h.Identities(), users, identities, err)
	}
}

// disable disables an account, or enables it.
func disable(h *matrix.Host, id string, yes bool) error {
	return h.Auth.Accounts.Update(context.Background(), id, account.Change{Disabled: &yes})
}

func TestPendingLinkProvenTwiceAtOnceLinksOnce(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	p.Set(matrix.EmailVerified(oidc.VerifiedFalse))
	b := h.Browser()
	b.SignInAs(p, "sam", "/")
	var wg sync.WaitGroup
	var mu sync.Mutex
	statuses := map[int]int{}
	for range 4 {
		wg.Go(func() {
			a := b.Do("POST", "/api/v1/auth/link", map[string]any{"password": matrix.AdminPassword})
			mu.Lock()
			statuses[a.Status]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if statuses[200] != 1 || h.Identities() != 1 {
		t.Errorf("answers %v, %d identities", statuses, h.Identities())
	}
}

func TestTwoPeopleLinkOneIdentityAtOnce(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	admin := asAdmin(h)
	join(h, "Mara", "mara@example.org")
	mara := h.Browser()
	mara.Login(200, "mara@example.org", password)
	var backs []string
	for _, b := range []*matrix.Browser{admin, mara} {
		to := b.Want(200, "POST", "/api/v1/auth/oauth/authentik/link", nil).JSON()["location"].(string)
		back, err := p.Authorize(context.Background(), nil, to, "nomail")
		if err != nil {
			t.Fatal(err)
		}
		backs = append(backs, back)
	}
	var wg sync.WaitGroup
	pages := make([]string, 2)
	for i, b := range []*matrix.Browser{admin, mara} {
		wg.Go(func() { pages[i] = b.Follow(backs[i]).String() })
	}
	wg.Wait()
	if h.Identities() != 1 {
		t.Errorf("%d identities after %q", h.Identities(), pages)
	}
}

// Switching a provider off, or deleting it, holds for what is on its way as well.
func TestSwitchedOffProviderFinishesNothing(t *testing.T) {
	for name, off := range map[string]func(*matrix.Host){
		"switched off": func(h *matrix.Host) { save(h, provider.Input{Enabled: new(false)}) },
		"forgotten": func(h *matrix.Host) {
			must(h.T, h.Auth.Providers.Forget(context.Background(), provider.Authentik))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := withAuthentik(t)
			p.Set(matrix.EmailVerified(oidc.VerifiedFalse))
			admin := asAdmin(h)
			join(h, "Mara", "mara@example.org")
			mara, b := h.Browser(), h.Browser()
			asked(h, mara, mara.SignInAs(p, "mara", "/"), 2, 0)
			signIn, err := p.Authorize(context.Background(), nil, b.Start("/").String(), "nomail")
			if err != nil {
				t.Fatal(err)
			}
			there := admin.Want(200, "POST", "/api/v1/auth/oauth/authentik/link", nil).JSON()["location"].(string)
			link, err := p.Authorize(context.Background(), nil, there, "sam")
			if err != nil {
				t.Fatal(err)
			}
			off(h)
			refused(h, b, b.Follow(signIn), "oauth_not_configured", 2, 0)
			if to := admin.Follow(link); to.Path != "/settings/account" || to.Query().Get("error") != "oauth_not_configured" {
				t.Errorf("the link ended at %s", to)
			}
			mara.Want(404, "GET", "/api/v1/auth/link", nil)
			if a := mara.Prove(404, password); a.Code() != "link_expired" {
				t.Errorf("%s", a.Body)
			}
			if n := h.Identities(); n != 0 {
				t.Errorf("%d identities", n)
			}
			if rows := h.SignIns(db.SignInFilter{Outcome: db.OutcomeLinked}); len(rows) != 0 {
				t.Errorf("the log has %+v", rows)
			}
		})
	}
}

func TestClaimsOnlyFromUserinfo(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	p.Set(func(s *authtest.Settings) { s.ClaimsInIDToken, s.Consent = false, oidc.ConsentExplicit })
	b := h.Browser()
	b.SignInAs(p, "mara", "/")
	got := b.Want(200, "GET", "/api/v1/auth/me", nil).JSON()
	if got["email"] != "mara@example.org" || got["name"] != "Mara Brandt" {
		t.Errorf("me: %v", got)
	}
}

func TestTwoTabsOfOneBrowser(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	b := h.Browser()
	one, two := b.Start("/a"), b.Start("/b")
	backTwo, err := p.Authorize(context.Background(), nil, two.String(), "mara")
	if err != nil {
		t.Fatal(err)
	}
	backOne, err := p.Authorize(context.Background(), nil, one.String(), "mara")
	if err != nil {
		t.Fatal(err)
	}
	if to := b.Follow(backTwo); to.String() != "/b" {
		t.Errorf("second tab ended at %s", to)
	}
	if to := b.Follow(backOne); to.String() != "/a" {
		t.Errorf("first tab ended at %s", to)
	}
}

func TestFirstSignInsAtOnceMakeOneUser(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	var wg sync.WaitGroup
	for range 8 {
		b := h.Browser()
		back, err := p.Authorize(context.Background(), nil, b.Start("/").String(), "mara")
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			if a := b.Do("GET", back, nil); a.Status != 303 || a.Header.Get("Location") != "/" {
				t.Errorf("%d %s", a.Status, a.Header.Get("Location"))
			}
		})
	}
	wg.Wait()
	if n, err := h.DB.CountUsers(context.Background()); err != nil || n != 2 {
		t.Errorf("%d users, want the administrator and one more (%v)", n, err)
	}
}

func TestReturnToIsOnlyWithinPantrie(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	for _, to := range []string{
		"https://evil.example/", "//evil.example", "/\\evil.example", "/%5cevil.example", "javascript:alert(1)",
	} {
		if got := h.Browser().SignInAs(p, "mara", to); got.String() != "/" {
			t.Errorf("returnTo %q ended at %s", to, got)
		}
	}
}

// Unicode's lower case makes "kim" of a Kelvin sign and "im". Such an address is another one.
func TestLookAlikeAddressesAreOtherPeople(t *testing.T) {
	t.Parallel()
	for _, local := range []string{"kim@example.org", "mike@github.example"} {
		h, p := withAuthentik(t)
		join(h, "Victim", local)
		alike := strings.NewReplacer("kim@", "\u212aim@", "github", "g\u0130thub").Replace(local)
		p.Set(func(s *authtest.Settings) { s.User("mara").Email = alike })
		b := h.Browser()
		b.SignInAs(p, "mara", "/")
		if me := b.Want(200, "GET", "/api/v1/auth/me", nil).JSON(); me["email"] == local || me["name"] == "Victim" {
			t.Errorf("%s signed in as %s", alike, local)
		}
	}
}

func TestTooManyClicksAreSlowedDown(t *testing.T) {
	t.Parallel()
	h, _ := withAuthentik(t)
	b := h.Browser()
	ctx := context.Background()
	last := func() string { return b.Start("/x").Query().Get("error") }
	for i := range 70 {
		if got := last(); got == "too_many_requests" {
			if i < 50 {
				t.Errorf("refused after %d clicks", i)
			}
			rows, err := h.DB.SignIns(ctx, db.SignInFilter{Provider: "authentik", Most: 200})
			if err != nil || len(rows) > 0 {
				t.Errorf("%d rows in the log, %v", len(rows), err)
			}
			if to := b.Follow(h.URL + matrix.CallbackPath + "?state=x"); to.Query().Get("error") != "too_many_requests" {
				t.Errorf("the callback goes on: %s", to)
			}
			h.Clock.Add(5 * time.Second)
			if got := last(); got != "" {
				t.Errorf("after a pause: %s", got)
			}
			return
		}
	}
	t.Error("nobody is slowed down")
}

// A sign-in under way when the account is disabled or unlinked does not end in a session.
func TestDisabledDuringASignIn(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	first := h.Browser()
	first.SignInAs(p, "mara", "/")
	id := me(first)
	var wg sync.WaitGroup
	browsers := make([]*matrix.Browser, 6)
	for i := range browsers {
		browsers[i] = h.Browser()
		back, err := p.Authorize(context.Background(), nil, browsers[i].Start("/").String(), "mara")
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { browsers[i].Do("GET", back, nil) })
	}
	must(t, disable(h, id, true))
	wg.Wait()
	must(t, disable(h, id, false))
	for _, b := range browsers {
		b.Want(401, "GET", "/api/v1/auth/me", nil)
	}
}

func TestProviderDownAtFirstThenUp(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	p.Set(func(s *authtest.Settings) { s.Down = oidc.DownReset })
	b := h.Browser()
	for range 3 {
		refused(h, b, b.Start("/"), "provider_unreachable", 1, 0)
		h.Clock.Add(500 * time.Millisecond)
	}
	p.Set(func(s *authtest.Settings) { s.Down = oidc.Up })
	h.Clock.Add(20 * time.Second)
	if to := b.SignInAs(p, "mara", "/"); to.String() != "/" {
		t.Errorf("ended at %s", to)
	}
	// Down again later: nobody is sent to where the browser could only say that it is not there.
	h.Clock.Add(time.Minute)
	p.Set(func(s *authtest.Settings) { s.Down = oidc.DownUnavailable })
	c := h.Browser()
	refused(h, c, c.Start("/"), "provider_unreachable", 2, 1)
	p.Set(func(s *authtest.Settings) { s.Down = oidc.Up })
	h.Clock.Add(4 * time.Second) // the longest that a failure is remembered
	if to := c.Start("/"); to.Host == "" {
		t.Errorf("up again, and yet sent to %s", to)
	}
}

// Somebody who is at the provider already can come back although its discovery document is
// not to be had at that moment.
func TestDiscoveryDownDuringASignIn(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	b := h.Browser()
	back, err := p.Authorize(context.Background(), nil, b.Start("/").String(), "mara")
	if err != nil {
		t.Fatal(err)
	}
	h.Clock.Add(5 * time.Minute)
	p.Set(func(s *authtest.Settings) {
		s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == oidc.EndpointDiscovery {
				http.Error(w, "down", http.StatusServiceUnavailable)
				return
			}
			next.ServeHTTP(w, r)
		}
	})
	if to := b.Follow(back); to.String() != "/" {
		t.Errorf("ended at %s", to)
	}
}

// What is broken in Authentik after people have signed in is named as it is, not as a bad token.
func TestFaultsMadeLaterAreNamed(t *testing.T) {
	t.Parallel()
	for reason, change := range map[string]func(*authtest.Settings){
		"provider_wrong_slug":      func(s *authtest.Settings) { s.Slug = "renamed" },
		"provider_no_signing_key":  func(s *authtest.Settings) { s.NoSigningKey = true },
		"provider_encrypts_tokens": func(s *authtest.Settings) { s.EncryptionKey = true },
	} {
		h, p := withAuthentik(t)
		h.Browser().SignInAs(p, "sam", "/")
		if reason != "provider_wrong_slug" { // within the seconds for which discovery is believed
			p.Set(change)
			b := h.Browser()
			refused(h, b, b.SignInAs(p, "mara", "/"), reason, 1, 1)
		}
		p.Set(change)
		h.Clock.Add(time.Minute)
		b := h.Browser()
		refused(h, b, b.SignInAs(p, "mara", "/"), reason, 1, 1)
	}
}
