package app_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/db"
)

// withRefresh is a Pantrie whose Authentik gives refresh tokens, with mara signed in through it.
func withRefresh(t *testing.T) (h *host, mara *browser, p *authtest.Provider) {
	t.Helper()
	h, _, p = withAuthentik(t, nil)
	p.Set(func(s *authtest.Settings) { s.OfflineAccess = true })
	mara = h.browser()
	mara.mustSignInAs(p, "mara")
	return h, mara, p
}

func (b *browser) mustSignInAs(p *authtest.Provider, username string) {
	b.h.t.Helper()
	if to := b.signInAs(p, username, "/"); to.String() != "/" {
		b.h.t.Fatalf("%s's sign-in ended at %s", username, to)
	}
}

// me asks who is signed in, and waits until no provider is being asked any more.
func (b *browser) me() answer {
	b.h.t.Helper()
	got := b.do("GET", "/api/v1/auth/me", nil)
	b.h.auth.SignIns.Settle(context.Background())
	return got
}

func (h *host) sessionOf(p *authtest.Provider, username string) db.Session {
	h.t.Helper()
	ctx := context.Background()
	identity, err := h.db.IdentityBySubject(ctx, p.Issuer(), p.Subject(username))
	if err != nil {
		h.t.Fatal(err)
	}
	list, err := h.db.SessionsOf(ctx, identity.UserID, h.clock.Now().UnixMilli(), 0)
	if err != nil || len(list) != 1 {
		h.t.Fatalf("%d sessions, %v", len(list), err)
	}
	return list[0]
}

func refreshes(p *authtest.Provider) int {
	n := 0
	for _, r := range p.Requests(authtest.EndpointToken) {
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
	if err := h.auth.Providers.Save(context.Background(), "authentik", provider.Input{AdminGroup: new("cooks")}); err != nil {
		t.Fatal(err)
	}
	for round, groups := range [][]string{{"family"}, {"family", "cooks"}, {"family", "cooks"}, {}} {
		p.Set(groupsOf("mara", groups...))
		before := string(h.sessionOf(p, "mara").RefreshToken)
		h.clock.add(19 * time.Minute)
		mara.me()
		if n := refreshes(p); n != round {
			t.Fatalf("round %d: asked %d times after 19 minutes", round, n)
		}
		h.clock.add(2 * time.Minute)
		mara.me()
		mara.me()
		if n := refreshes(p); n != round+1 {
			t.Fatalf("round %d: asked %d times after 21 minutes", round, n)
		}
		row := h.sessionOf(p, "mara")
		if string(row.RefreshToken) == before || len(row.RefreshToken) == 0 {
			t.Errorf("round %d: the new refresh token is not stored", round)
		}
		if got, want := mara.isAdmin(), len(groups) == 2; got != want {
			t.Errorf("round %d: site administrator %v, want %v", round, got, want)
		}
		for _, r := range p.Requests(authtest.EndpointToken) {
			if secret := r.Form.Get("refresh_token"); secret != "" && (strings.Contains(string(row.RefreshToken), secret) || strings.Contains(h.log.String(), secret)) {
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
			mara.want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": memberPassword})
			made := mara.want(201, "POST", "/api/v1/auth/tokens", map[string]any{"name": "Display", "scope": "read", "lifetime": "never"}).json()
			program := h.browser()
			program.header.Set("Authorization", "Bearer "+made["token"].(string))
			program.want(200, "GET", "/api/v1/households/"+h.householdID()+"/products", nil)

			p.Set(func(s *authtest.Settings) { s.User("mara").Disabled = true })
			h.clock.add(away)
			if got := mara.me(); away > time.Hour && got.status != http.StatusUnauthorized {
				t.Errorf("who comes back sees something: %d", got.status)
			}
			if got := mara.me(); got.status != http.StatusUnauthorized {
				t.Fatalf("still signed in: %d", got.status)
			}
			paused := func(when string) {
				t.Helper()
				got := program.do("GET", "/api/v1/households/"+h.householdID()+"/products", nil)
				if got.status != http.StatusUnauthorized || got.code() != string(fault.TokenPaused) {
					t.Errorf("%s: the token is answered %d %s", when, got.status, got.code())
				}
			}
			paused("after the refusal")
			row := h.signIns(db.SignInFilter{Most: 1})[0]
			if row.Outcome != db.OutcomeSignedOut || row.Step != "recheck" || row.Email != "mara@example.org" {
				t.Errorf("sign-in log: %+v", row)
			}
			h.browser().login(http.StatusOK, "mara@example.org", memberPassword)
			paused("after a password")
			p.Set(func(s *authtest.Settings) { s.User("mara").Disabled = false })
			again := h.browser()
			again.mustSignInAs(p, "mara")
			program.want(200, "GET", "/api/v1/households/"+h.householdID()+"/products", nil)
		})
	}
}

// Whatever else goes wrong says nothing about the person: Pantrie works with its provider down for a day.
func TestOnlyARefusalEndsASession(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*authtest.Settings){
		"down":                   func(s *authtest.Settings) { s.Down = authtest.DownReset },
		"starting":               func(s *authtest.Settings) { s.Down = authtest.DownStarting },
		"database lost":          func(s *authtest.Settings) { s.Down = authtest.DownDatabase },
		"another secret":         func(s *authtest.Settings) { s.ClientSecret = "changed" },
		"no application":         func(s *authtest.Settings) { s.NoApplication = true },
		"too many requests":      matrix.Answered(authtest.EndpointToken, 429, "application/json", `{"error":"slow_down"}`),
		"429 with the word":      matrix.Answered(authtest.EndpointToken, 429, "application/json", `{"error":"invalid_grant"}`),
		"500 with the word":      matrix.Answered(authtest.EndpointToken, 500, "application/json", `{"error":"invalid_grant"}`),
		"503 with the word":      matrix.Answered(authtest.EndpointToken, 503, "application/json", `{"error":"invalid_grant"}`),
		"200 with the word":      matrix.Answered(authtest.EndpointToken, 200, "application/json", `{"error":"invalid_grant"}`),
		"a page of a proxy":      matrix.Answered(authtest.EndpointToken, 400, "text/html", `<title>invalid_grant</title>`),
		"invalid_client":         matrix.Answered(authtest.EndpointToken, 401, "application/json", `{"error":"invalid_client"}`),
		"unauthorized_client":    matrix.Answered(authtest.EndpointToken, 400, "application/json", `{"error":"unauthorized_client"}`),
		"redirected":             matrix.Redirected(authtest.EndpointToken, 307, "/elsewhere"),
		"cut off":                matrix.CutOff(authtest.EndpointToken),
		"userinfo refuses":       matrix.Answered(authtest.EndpointUserinfo, 401, "text/html", ""),
		"userinfo of another":    matrix.Answered(authtest.EndpointUserinfo, 200, "application/json", `{"sub":"somebody else","groups":["cooks"]}`),
		"an ID token of another": matrix.IDToken(func(tk *authtest.Token) { tk.Claims["sub"] = "somebody else" }),
		"a signature of another": matrix.IDToken(func(tk *authtest.Token) { tk.Header["kid"] = "unknown" }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, mara, p := withRefresh(t)
			if err := h.auth.Providers.Save(context.Background(), "authentik", provider.Input{AdminGroup: new("cooks")}); err != nil {
				t.Fatal(err)
			}
			honest := p.Settings()
			p.Set(spoil)
			for range 3 {
				h.clock.add(8 * time.Hour)
				if got := mara.me(); got.status != http.StatusOK {
					t.Fatalf("signed out: %d %s", got.status, got.body)
				}
			}
			if mara.isAdmin() {
				t.Error("a lie made an administrator")
			}
			if !strings.Contains(h.log.String(), "could not be asked whether a session still holds") {
				t.Error("the log does not say so")
			}
			p.Set(func(s *authtest.Settings) { *s = *honest })
			h.clock.add(time.Hour)
			if got := mara.me(); got.status != http.StatusOK {
				t.Errorf("after it has come back: %d", got.status)
			}
		})
	}
}

// Of many requests at once one asks, and a session's own token may be renewed meanwhile.
func TestOneIsAskedAtATime(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	mara.want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": memberPassword})
	h.clock.add(21 * time.Minute)
	reached, leave := make(chan struct{}), make(chan struct{})
	answer := sync.OnceFunc(func() { close(leave) })
	defer answer()
	p.Set(matrix.Intercepted(authtest.EndpointToken, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		close(reached) // a second time would panic
		<-leave
		next.ServeHTTP(w, r)
	}))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got := mara.do("GET", "/api/v1/auth/me", nil); got.status != http.StatusOK {
				t.Errorf("answered %d", got.status)
			}
		})
	}
	all.Wait()
	<-reached
	mara.want(204, "POST", "/api/v1/auth/password", map[string]any{ // which renews it
		"currentPassword": memberPassword, "newPassword": adminPassword,
	})
	answer()
	h.auth.SignIns.Settle(context.Background())
	p.Set(func(s *authtest.Settings) { s.Intercept = nil })
	for round := range 2 {
		h.clock.add(21 * time.Minute)
		mara.me()
		if got := mara.me(); got.status != http.StatusOK {
			t.Fatalf("round %d: the token that was given meanwhile is lost: %d", round, got.status)
		}
	}
	if n := refreshes(p); n != 3 {
		t.Errorf("asked %d times, want 3", n)
	}
}

// Without a refresh token the administrator's greatest age holds, also over renewals.
func TestASessionWithoutRefreshTokenHasAGreatestAge(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"maxSessionHours": 12})
	mara := h.browser()
	mara.mustSignInAs(p, "mara")
	mara.want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": memberPassword}) // which renews it
	h.clock.add(12*time.Hour - time.Minute)
	if got := mara.me(); got.status != http.StatusOK {
		t.Fatalf("before 12 hours: %d", got.status)
	}
	h.clock.add(2 * time.Minute)
	if got := mara.me(); got.status != http.StatusUnauthorized {
		t.Errorf("after 12 hours: %d", got.status)
	}
	admin.login(http.StatusOK, adminEmail, adminPassword)
	admin.want(422, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"maxSessionHours": -1})
	admin.want(422, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"maxSessionHours": 9000})
}
