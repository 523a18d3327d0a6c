package auth_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/session"
	"pantrie/db"
)

// withRefresh is a Pantrie whose Authentik gives refresh tokens, with mara signed in through it.
func withRefresh(t *testing.T) (h *matrix.Host, mara *matrix.Browser, p *authtest.Provider) {
	t.Helper()
	h, p = withAuthentik(t)
	p.Set(func(s *authtest.Settings) { s.OfflineAccess = true })
	mara = h.Browser()
	mustSignIn(t, mara, p)
	return h, mara, p
}

func mustSignIn(t *testing.T, b *matrix.Browser, p *authtest.Provider) {
	t.Helper()
	if to := b.SignInAs(p, "mara", "/"); to.String() != "/" {
		t.Fatalf("the sign-in ended at %s", to)
	}
}

// asks who is signed in, and waits until no provider is being asked any more.
func asks(h *matrix.Host, b *matrix.Browser) matrix.Answer {
	h.T.Helper()
	got := b.Do("GET", "/api/v1/auth/me", nil)
	h.Auth.Recheck.Settle(context.Background())
	return got
}

func sessionOf(h *matrix.Host, p *authtest.Provider, username string) db.Session {
	h.T.Helper()
	ctx := context.Background()
	identity, err := h.DB.IdentityBySubject(ctx, p.Issuer(), p.Subject(username))
	if err != nil {
		h.T.Fatal(err)
	}
	list, err := h.DB.SessionsOf(ctx, identity.UserID, h.Clock.Now().UnixMilli(), 0)
	if err != nil || len(list) != 1 {
		h.T.Fatalf("%d sessions, %v", len(list), err)
	}
	return list[0]
}

func refreshes(p *authtest.Provider) int {
	n := 0
	for _, r := range p.Requests(oidc.EndpointToken) {
		if r.Form.Get("grant_type") == "refresh_token" {
			n++
		}
	}
	return n
}

// Every 20 minutes of use, and only then, with a new token each time; what the groups decide follows.
func TestTheProviderIsAskedWhetherASessionHolds(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	save(h, provider.Input{AdminGroup: new("cooks")})
	for round, groups := range [][]string{{"family"}, {"family", "cooks"}, {"family", "cooks"}, {}} {
		p.Set(groupsOf("mara", groups...))
		before := string(sessionOf(h, p, "mara").RefreshToken)
		h.Clock.Add(19 * time.Minute)
		asks(h, mara)
		if n := refreshes(p); n != round {
			t.Fatalf("round %d: asked %d times after 19 minutes", round, n)
		}
		h.Clock.Add(2 * time.Minute)
		asks(h, mara)
		asks(h, mara)
		if n := refreshes(p); n != round+1 {
			t.Fatalf("round %d: asked %d times after 21 minutes", round, n)
		}
		row := sessionOf(h, p, "mara")
		if string(row.RefreshToken) == before || len(row.RefreshToken) == 0 {
			t.Errorf("round %d: the new refresh token is not stored", round)
		}
		if got, want := mara.IsAdmin(), len(groups) == 2; got != want {
			t.Errorf("round %d: site administrator %v, want %v", round, got, want)
		}
		for _, r := range p.Requests(oidc.EndpointToken) {
			secret := r.Form.Get("refresh_token")
			if secret != "" && strings.Contains(string(row.RefreshToken)+h.Log.String(), secret) {
				t.Error("a refresh token is written down as it is")
			}
		}
	}
}

// Somebody who is deactivated at the provider is out within the hour, with their API tokens; a password of theirs here
// brings the session back, and the tokens only the provider.
func TestWhoIsDeactivatedAtTheProviderIsOut(t *testing.T) {
	t.Parallel()
	for name, away := range map[string]time.Duration{"at work": 21 * time.Minute, "back after a night": 9 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, mara, p := withRefresh(t)
			mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": password})
			_, token := newToken(h, mara, session.ScopeRead, 0)
			must(t, program(h, token))

			p.Set(func(s *authtest.Settings) { s.User("mara").Disabled = true })
			h.Clock.Add(away)
			if got := asks(h, mara); away > time.Hour && got.Status != http.StatusUnauthorized {
				t.Errorf("who comes back sees something: %d", got.Status)
			}
			if got := asks(h, mara); got.Status != http.StatusUnauthorized {
				t.Fatalf("still signed in: %d", got.Status)
			}
			paused := func(when string) {
				t.Helper()
				fails(t, when, program(h, token), fault.TokenPaused)
			}
			paused("after the refusal")
			row := h.SignIns(db.SignInFilter{Most: 1})[0]
			if row.Outcome != db.OutcomeSignedOut || row.Step != "recheck" || row.Email != "mara@example.org" {
				t.Errorf("sign-in log: %+v", row)
			}
			h.Browser().Login(http.StatusOK, "mara@example.org", password)
			paused("after a password")
			p.Set(func(s *authtest.Settings) { s.User("mara").Disabled = false })
			again := h.Browser()
			mustSignIn(t, again, p)
			must(t, program(h, token))
		})
	}
}

// Whatever else goes wrong says nothing about the person: Pantrie works with its provider down for a day.
func TestOnlyARefusalEndsASession(t *testing.T) {
	t.Parallel()
	token := func(status int, kind, text string) func(*authtest.Settings) {
		return matrix.Answered(oidc.EndpointToken, status, kind, text)
	}
	const json, html = "application/json", "text/html"
	for name, spoil := range map[string]func(*authtest.Settings){
		"down":                   func(s *authtest.Settings) { s.Down = oidc.DownReset },
		"starting":               func(s *authtest.Settings) { s.Down = oidc.DownStarting },
		"database lost":          func(s *authtest.Settings) { s.Down = oidc.DownDatabase },
		"another secret":         func(s *authtest.Settings) { s.ClientSecret = "changed" },
		"no application":         func(s *authtest.Settings) { s.NoApplication = true },
		"too many requests":      token(429, json, `{"error":"slow_down"}`),
		"429 with the word":      token(429, json, `{"error":"invalid_grant"}`),
		"500 with the word":      token(500, json, `{"error":"invalid_grant"}`),
		"503 with the word":      token(503, json, `{"error":"invalid_grant"}`),
		"200 with the word":      token(200, json, `{"error":"invalid_grant"}`),
		"a page of a proxy":      token(400, html, `<title>invalid_grant</title>`),
		"invalid_client":         token(401, json, `{"error":"invalid_client"}`),
		"unauthorized_client":    token(400, json, `{"error":"unauthorized_client"}`),
		"redirected":             matrix.Redirected(oidc.EndpointToken, 307, "/elsewhere"),
		"cut off":                matrix.CutOff(oidc.EndpointToken),
		"userinfo refuses":       matrix.Answered(oidc.EndpointUserinfo, 401, html, ""),
		"userinfo of another":    matrix.Answered(oidc.EndpointUserinfo, 200, json, `{"sub":"x","groups":["cooks"]}`),
		"an ID token of another": matrix.IDToken(func(tk *authtest.Token) { tk.Claims["sub"] = "somebody else" }),
		"a signature of another": matrix.IDToken(func(tk *authtest.Token) { tk.Header["kid"] = "unknown" }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, mara, p := withRefresh(t)
			save(h, provider.Input{AdminGroup: new("cooks")})
			honest := p.Settings()
			p.Set(spoil)
			for range 3 {
				h.Clock.Add(8 * time.Hour)
				if got := asks(h, mara); got.Status != http.StatusOK {
					t.Fatalf("signed out: %d %s", got.Status, got.Body)
				}
			}
			if mara.IsAdmin() {
				t.Error("a lie made an administrator")
			}
			if !strings.Contains(h.Log.String(), "could not be asked whether a session still holds") {
				t.Error("the log does not say so")
			}
			p.Set(func(s *authtest.Settings) { *s = *honest })
			h.Clock.Add(time.Hour)
			if got := asks(h, mara); got.Status != http.StatusOK {
				t.Errorf("after it has come back: %d", got.Status)
			}
		})
	}
}

// Of many requests at once one asks, and a session's own token may be renewed meanwhile.
func TestOneIsAskedAtATime(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": password})
	h.Clock.Add(21 * time.Minute)
	reached, leave := make(chan struct{}), make(chan struct{})
	answer := sync.OnceFunc(func() { close(leave) })
	defer answer()
	p.Set(matrix.Intercepted(oidc.EndpointToken, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		close(reached) // a second time would panic
		<-leave
		next.ServeHTTP(w, r)
	}))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := mara.Do("GET", "/api/v1/auth/me", nil); got.Status != http.StatusOK {
				t.Errorf("answered %d", got.Status)
			}
		})
	}
	all.Wait()
	<-reached
	mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{ // which renews it
		"currentPassword": password, "newPassword": matrix.AdminPassword,
	})
	answer()
	h.Auth.Recheck.Settle(context.Background())
	p.Set(func(s *authtest.Settings) { s.Intercept = nil })
	for round := range 2 {
		h.Clock.Add(21 * time.Minute)
		asks(h, mara)
		if got := asks(h, mara); got.Status != http.StatusOK {
			t.Fatalf("round %d: the token that was given meanwhile is lost: %d", round, got.Status)
		}
	}
	if n := refreshes(p); n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
}

// Without a refresh token the administrator's greatest age holds, also over renewals.
func TestASessionWithoutRefreshTokenHasAGreatestAge(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	save(h, provider.Input{MaxSessionHours: new(12)})
	mara := h.Browser()
	mustSignIn(t, mara, p)
	mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": password}) // which renews it
	h.Clock.Add(12*time.Hour - time.Minute)
	if got := asks(h, mara); got.Status != http.StatusOK {
		t.Fatalf("before 12 hours: %d", got.Status)
	}
	h.Clock.Add(2 * time.Minute)
	if got := asks(h, mara); got.Status != http.StatusUnauthorized {
		t.Errorf("after 12 hours: %d", got.Status)
	}
}

// refusesOffline is a provider whose client may not ask for offline_access: it sends people back with invalid_scope.
func refusesOffline(s *authtest.Settings) {
	s.OfflineAccess = true
	s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
		q := r.URL.Query()
		if e != oidc.EndpointAuthorize || !strings.Contains(q.Get("scope"), "offline_access") {
			next.ServeHTTP(w, r)
			return
		}
		back := url.Values{"error": {"invalid_scope"}, "state": {q.Get("state")}}
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
	}
}

// seenRefresh is what is known of refresh tokens.
func seenRefresh(h *matrix.Host) provider.RefreshSeen {
	h.T.Helper()
	seen, err := h.Auth.Providers.Seen(context.Background(), inForce(h, provider.Authentik))
	if err != nil {
		h.T.Fatal(err)
	}
	return seen.Refresh
}

// scopeRefused plays what a provider that refuses the scope makes of a sign-in's first way, and returns where the second leads.
func scopeRefused(h *matrix.Host, b *matrix.Browser, to *url.URL) *url.URL {
	h.T.Helper()
	if !strings.Contains(to.Query().Get("scope"), "offline_access") {
		h.T.Fatalf("no refresh token is asked for: %s", to)
	}
	return b.Follow("/api/v1/auth/oauth/authentik/callback?error=invalid_scope&state=" + url.QueryEscape(to.Query().Get("state")))
}

// A provider that refuses the scope signs people in without it.
func TestASignInGoesOnWithoutARefusedScope(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	p.Set(refusesOffline)
	mara := h.Browser()
	again := scopeRefused(h, mara, mara.Start("/settings"))
	if again.Host == "" || strings.Contains(again.Query().Get("scope"), "offline_access") {
		t.Fatalf("sent to %s", again)
	}
	back, err := p.Authorize(context.Background(), nil, again.String(), "mara")
	if err != nil {
		t.Fatal(err)
	}
	if to := mara.Follow(back); to.String() != "/settings" {
		t.Errorf("ended at %s", to)
	}
	if row := sessionOf(h, p, "mara"); row.RefreshID != "" {
		t.Error("a refresh token came from nowhere")
	}
	// Anyone can bring an answer that says so: for others nothing has changed.
	if got := seenRefresh(h); got != "" {
		t.Errorf("known for everybody: %q", got)
	}
	// Once more without having asked for it, it is an error like any other.
	third := h.Browser()
	again = scopeRefused(h, third, third.Start("/"))
	if to := third.Follow("/api/v1/auth/oauth/authentik/callback?error=invalid_scope&state=" + again.Query().Get("state")); to.Query().Get("error") != "provider_error" {
		t.Errorf("the second refusal ended at %s", to)
	}
}

// What came of asking is known by verified answers; someone who takes the scope out of the address on its way makes
// nobody believe that none are given.
func TestWhatCameOfAskingForARefreshTokenIsKnown(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	p.Set(func(s *authtest.Settings) { s.OfflineAccess = true })
	without := func(b *matrix.Browser) {
		t.Helper()
		to := b.Start("/")
		q := to.Query()
		q.Set("scope", "openid email profile")
		to.RawQuery = q.Encode()
		back, err := p.Authorize(context.Background(), nil, to.String(), "mara")
		if err != nil {
			t.Fatal(err)
		}
		if end := b.Follow(back); end.String() != "/" {
			t.Fatalf("ended at %s", end)
		}
	}
	without(h.Browser())
	if got := seenRefresh(h); got != provider.RefreshWithheld {
		t.Errorf("after one without: %q", got)
	}
	mustSignIn(t, h.Browser(), p)
	if got := seenRefresh(h); got != provider.RefreshGiven {
		t.Errorf("after one with: %q", got)
	}
	without(h.Browser())
	if got := seenRefresh(h); got != provider.RefreshGiven {
		t.Errorf("after another without: %q", got)
	}
}

// An administrator's test sign-in says for everybody whether the scope is refused, and finds out when it no longer is.
func TestATestSignInTellsWhetherTheScopeIsRefused(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	p.Set(refusesOffline)
	admin := asAdmin(h)
	start := func() (to *url.URL) {
		t.Helper()
		must(t, within(h, admin, func(ctx context.Context) error {
			address, err := h.Auth.SignIns.StartTest(ctx, provider.Authentik)
			must(t, err)
			to, err = url.Parse(address)
			return err
		}))
		return to
	}
	end := func(to *url.URL) string {
		t.Helper()
		back, err := p.Authorize(context.Background(), nil, to.String(), "sam")
		must(t, err)
		return admin.Follow(back).String()
	}
	const tested = "/settings/administration/oauth?provider=authentik&tested=1"
	if got := end(scopeRefused(h, admin, start())); got != tested {
		t.Errorf("ended at %s", got)
	}
	if got := seenRefresh(h); got != provider.RefreshRefused {
		t.Errorf("after a refusal: %q", got)
	}
	if to := h.Browser().Start("/"); strings.Contains(to.Query().Get("scope"), "offline_access") {
		t.Error("people are still asked for the scope that is refused")
	}
	p.Set(func(s *authtest.Settings) { s.Intercept = nil })
	if got := end(start()); got != tested {
		t.Errorf("ended at %s", got)
	}
	if got := seenRefresh(h); got != provider.RefreshGiven {
		t.Errorf("after it is allowed: %q", got)
	}
	if to := h.Browser().Start("/"); !strings.Contains(to.Query().Get("scope"), "offline_access") {
		t.Error("people are not asked for the scope that is allowed now")
	}
	// Somebody who was signed out in between says nothing for everybody.
	p.Set(refusesOffline)
	to := start()
	admin.Want(http.StatusNoContent, "POST", "/api/v1/auth/logout", nil)
	scopeRefused(h, admin, to)
	if got := seenRefresh(h); got != provider.RefreshGiven {
		t.Errorf("by somebody signed out: %q", got)
	}
}
