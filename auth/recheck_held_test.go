package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth"
	"pantrie/auth/account"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/provider"
	"pantrie/auth/session"
	"pantrie/db"
)

// askedWhile has mara's provider asked whether her session holds, and something happen before it answers with real or,
// when that is nil, with what it would.
func askedWhile(
	h *matrix.Host, mara *matrix.Browser, p *authtest.Provider, at oidc.Endpoint,
	happens func(), real http.HandlerFunc,
) {
	h.T.Helper()
	reached, leave := make(chan struct{}), make(chan struct{})
	answer := sync.OnceFunc(func() { close(leave) })
	defer answer()
	var once sync.Once
	p.Set(matrix.Intercepted(at, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		first := false
		once.Do(func() { first = true })
		if !first {
			next.ServeHTTP(w, r)
			return
		}
		close(reached)
		<-leave
		if real != nil {
			next = real
		}
		next.ServeHTTP(w, r)
	}))
	h.Clock.Add(21 * time.Minute)
	mara.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil)
	<-reached
	happens()
	answer()
	h.Auth.Recheck.Settle(context.Background())
	p.Set(func(s *authtest.Settings) { s.Intercept = nil })
}

func refusesGrant(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
}

// A greatest age is there to have people asked sooner: it gives nobody more than the absolute life of a session.
func TestAGreatestAgeOfAYearIsNoLongerLife(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	save(h, provider.Input{MaxSessionHours: new(366 * 24)})
	mara := h.Browser()
	mustSignIn(t, mara, p)
	for name, renew := range map[string]func(){
		"after the sign-in": func() {},
		"after a renewal": func() {
			mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": password})
		},
	} {
		renew()
		if left := time.UnixMilli(sessionOf(h, p, "mara").ExpiresAt).Sub(h.Clock.Now()); left > 30*24*time.Hour+time.Minute {
			t.Errorf("%s it lasts %v", name, left)
		}
	}
}

// Another client at the same issuer, say of a provider that was made anew, knows no refresh token of the former one.
// What it answers says nothing about the person.
func TestAnotherClientIsNotAskedAboutFormerSessions(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	_, token := newToken(h, mara, session.ScopeRead, 0)
	p.Set(func(s *authtest.Settings) { s.ClientID, s.ClientSecret = "another-client", "another-secret" })
	save(h, provider.Input{ClientID: new("another-client"), ClientSecret: "another-secret"})
	h.Clock.Add(21 * time.Minute)
	asks(h, mara)
	if got := asks(h, mara); got.Status != http.StatusOK {
		t.Errorf("signed out: %d", got.Status)
	}
	must(t, program(h, token))
	if n := refreshes(p); n != 0 {
		t.Errorf("the new client was asked %d times", n)
	}
}

// A refusal is older than a sign-in that came while it was on its way.
func TestARefusalThatASignInOvertakesPausesNothing(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	_, token := newToken(h, mara, session.ScopeRead, 0)
	again := h.Browser()
	askedWhile(h, mara, p, oidc.EndpointToken, func() {
		h.Clock.Add(time.Second)
		mustSignIn(t, again, p)
	}, refusesGrant)
	if got := asks(h, mara); got.Status != http.StatusUnauthorized {
		t.Errorf("the session that was refused: %d", got.Status)
	}
	if got := asks(h, again); got.Status != http.StatusOK {
		t.Errorf("the new session: %d", got.Status)
	}
	must(t, program(h, token))
}

// Refresh tokens are read with each request of their session.
func TestARefreshTokenWithoutEndIsNotKept(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("r", 100<<10)
	h, p := withAuthentik(t)
	p.Set(func(s *authtest.Settings) { s.OfflineAccess = true })
	p.Set(matrix.WithTokens(func(answer map[string]any) { answer["refresh_token"] = long }))
	mara := h.Browser()
	mustSignIn(t, mara, p)
	if n := len(sessionOf(h, p, "mara").RefreshToken); n > 32<<10 {
		t.Errorf("%d bytes are kept of a sign-in", n)
	}
}

// What a provider repeats in its refusal is written down without the token.
func TestARefusalIsWrittenDownWithoutTheToken(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	sent := ""
	askedWhile(h, mara, p, oidc.EndpointToken, func() {}, func(w http.ResponseWriter, r *http.Request) {
		sent = r.FormValue("refresh_token")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"refresh token ` + sent + ` is\nrevoked"}`))
	})
	row := h.SignIns(db.SignInFilter{Most: 1})[0]
	if row.Step != "recheck" || sent == "" || strings.Contains(row.Detail+h.Log.String(), sent) ||
		strings.Contains(row.Detail, "\n") {
		t.Errorf("sign-in log: %q", row.Detail)
	}
}

// Whatever ends a session while its provider is asked, it stays ended: neither the new token nor roles come of the
// answer.
func TestWhatEndsASessionWhileItsProviderIsAsked(t *testing.T) {
	t.Parallel()
	type game struct {
		h    *matrix.Host
		p    *authtest.Provider
		mara *matrix.Browser
		id   string
	}
	change := func(c account.Change) func(game) {
		return func(g game) { must(g.h.T, g.h.Auth.Accounts.Update(context.Background(), g.id, c)) }
	}
	backchannel := func(sub, sid bool) func(game) {
		return func(g game) {
			subject, session := "", ""
			if sub {
				subject = g.p.Subject("mara")
			}
			if sid {
				session = g.p.SessionIDs("mara")[0]
			}
			token := matrix.LogoutToken(g.h.T, g.p, subject, session, func(tk *authtest.Token) {
				tk.Claims["iat"], tk.Claims["exp"] = g.h.Clock.Now().Unix(), g.h.Clock.Now().Add(time.Minute).Unix()
			})
			if got := g.h.Backchannel(token); got.Status != http.StatusOK {
				g.h.T.Errorf("logout token: %d", got.Status)
			}
		}
	}
	for name, happens := range map[string]func(game){
		"signed out":                   func(g game) { g.mara.Want(204, "POST", "/api/v1/auth/logout", nil) },
		"signed out by administrators": func(g game) { must(g.h.T, g.h.Auth.Sessions.EndAllOf(context.Background(), g.id)) },
		"disabled":                     change(account.Change{Disabled: new(true)}),
		"no administrator any more":    change(account.Change{SiteAdmin: new(false)}),
		"deleted":                      func(g game) { must(g.h.T, g.h.Auth.Accounts.Delete(context.Background(), g.id)) },
		"links forgotten": func(g game) {
			_, err := g.h.Auth.Accounts.ResetLinks(context.Background(), g.id)
			must(g.h.T, err)
		},
		"logout token by sub": backchannel(true, false),
		"logout token by sid": backchannel(false, true),
	} {
		for _, at := range []oidc.Endpoint{oidc.EndpointToken, oidc.EndpointUserinfo} {
			t.Run(name+", at "+string(at), func(t *testing.T) {
				t.Parallel()
				h, mara, p := withRefresh(t)
				h.T = t
				p.Set(groupsOf("mara", "cooks"))
				save(h, provider.Input{AdminGroup: new("cooks")})
				g := game{h: h, p: p, mara: mara, id: sessionOf(h, p, "mara").UserID}
				must(t, appoint(h, g.id, true))
				askedWhile(h, mara, p, at, func() { happens(g) }, nil)
				if got := asks(h, mara); got.Status != http.StatusUnauthorized {
					t.Errorf("signed in again: %d", got.Status)
				}
				user, err := h.DB.UserByID(context.Background(), g.id)
				if err == nil && name == "no administrator any more" && user.SiteAdmin {
					t.Error("an administrator again, by an answer from before")
				}
				list, err := h.DB.SessionsOf(context.Background(), g.id, 0, 0)
				if err != nil || len(list) != 0 {
					t.Errorf("%d sessions, %v", len(list), err)
				}
			})
		}
	}
}

// Two processes on one database ask once, and both go on with the token that was given.
func TestTwoProcessesAskOnce(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	other := newHostOn(t, h.Path)
	must(t, other.Auth.Address.Set(context.Background(), h.URL))
	there := func() { must(t, within(other, mara, func(context.Context) error { return nil })) }
	for round := 1; round <= 3; round++ {
		h.Clock.Add(21 * time.Minute)
		other.Clock.Add(21 * time.Minute)
		var both sync.WaitGroup
		both.Go(there)
		both.Go(func() { mara.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil) })
		both.Wait()
		h.Auth.Recheck.Settle(context.Background())
		other.Auth.Recheck.Settle(context.Background())
		if n := refreshes(p); n != round {
			t.Fatalf("round %d: asked %d times", round, n)
		}
	}
	mara.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil)
}

// Roles follow only what a refresh shows of the same person, by tokens that were good at a sign-in too.
func TestARefreshThatLiesMakesNobodyAdministrator(t *testing.T) {
	t.Parallel()
	none := func(name string) func(*authtest.Settings) { return matrix.Claim(name, nil) }
	userinfo := func(text string) func(*authtest.Settings) {
		return matrix.Answered(oidc.EndpointUserinfo, 200, "application/json", text)
	}
	for name, spoil := range map[string]func(*authtest.Settings){
		"without expiry":  none("exp"),
		"expired":         matrix.Claim("exp", time.Now().Add(-time.Hour).Unix()),
		"without issuer":  none("iss"),
		"another issuer":  matrix.Claim("iss", "https://other.example/"),
		"another client":  matrix.Claim("aud", "another-app"),
		"without subject": none("sub"),
		"subject in capitals": matrix.IDToken(func(tk *authtest.Token) {
			tk.Claims["SUB"] = tk.Claims["sub"]
			delete(tk.Claims, "sub")
		}),
		"subject with a space": matrix.IDToken(func(tk *authtest.Token) {
			tk.Claims["sub"] = fmt.Sprint(tk.Claims["sub"], " ")
		}),
		"not signed":          matrix.IDToken(func(tk *authtest.Token) { tk.Header["alg"] = "none" }),
		"a logout token":      matrix.IDToken(func(tk *authtest.Token) { tk.Header["typ"] = "logout+jwt" }),
		"no access token":     matrix.WithTokens(func(answer map[string]any) { delete(answer, "access_token") }),
		"access token of sam": userinfo(`{"sub":"sam","groups":["cooks"]}`),
		"an answer of 2 MiB":  matrix.WithTokens(func(answer map[string]any) { answer["x"] = strings.Repeat("x", 2<<20) }),
		"userinfo of 2 MiB":   userinfo(`{"x":"` + strings.Repeat("x", 2<<20) + `"}`),
		"userinfo elsewhere":  matrix.Redirected(oidc.EndpointUserinfo, http.StatusFound, "http://127.0.0.1:1/"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, mara, p := withRefresh(t)
			h.T = t
			save(h, provider.Input{AdminGroup: new("cooks")})
			p.Set(groupsOf("mara", "cooks"))
			honest := p.Settings()
			p.Set(spoil)
			h.Clock.Add(21 * time.Minute)
			asks(h, mara)
			if mara.IsAdmin() || administrators(h) != 1 {
				t.Error("made an administrator")
			}
			if !strings.Contains(h.Log.String(), "could not be asked whether a session still holds") {
				t.Error("the log does not say so")
			}
			if name == "no access token" || name == "an answer of 2 MiB" {
				return // the refresh token in it is lost
			}
			p.Set(func(s *authtest.Settings) { *s = *honest })
			h.Clock.Add(21 * time.Minute)
			asks(h, mara)
			if !mara.IsAdmin() {
				t.Error("no administrator by the truth")
			}
		})
	}
}

// Many providers give no ID token with a refresh (OpenID Connect Core 1.0, section 12.2): userinfo is enough.
func TestARefreshWithoutIDToken(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	save(h, provider.Input{AdminGroup: new("cooks")})
	p.Set(groupsOf("mara", "cooks"))
	p.Set(matrix.WithTokens(func(answer map[string]any) { delete(answer, "id_token") }))
	h.Clock.Add(21 * time.Minute)
	asks(h, mara)
	if !mara.IsAdmin() {
		t.Error("no administrator by userinfo alone")
	}
}

// The last administrator stays one, however long no group comes with the refresh.
func TestTheLastAdministratorStaysByARefresh(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	p.Set(func(s *authtest.Settings) { s.OfflineAccess = true })
	sam := h.Browser()
	if to := sam.SignInAs(p, "sam", "/"); to.String() != "/" {
		t.Fatalf("ended at %s", to)
	}
	save(h, provider.Input{AdminGroup: new("cooks")})
	h.Clock.Add(21 * time.Minute)
	asks(h, sam)
	if n := refreshes(p); n != 1 || !sam.IsAdmin() {
		t.Errorf("asked %d times, administrator %v", n, sam.IsAdmin())
	}
}

// Whoever hangs up, or gives up waiting, has been signed out all the same.
func TestSigningOutIsCarriedOutForWhoHasHungUp(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]func(h *matrix.Host, p *authtest.Provider) func(context.Context) error{
		"signing out": func(h *matrix.Host, _ *authtest.Provider) func(context.Context) error {
			return func(ctx context.Context) error {
				_, err := h.Auth.SignIns.SignOut(ctx)
				return err
			}
		},
		"logout token": func(h *matrix.Host, p *authtest.Provider) func(context.Context) error {
			token := matrix.LogoutToken(h.T, p, p.Subject("mara"), "", nil)
			return func(ctx context.Context) error {
				return h.Auth.SignIns.BackchannelLogout(ctx, provider.Authentik, token)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, p := withAuthentik(t)
			mara, same := h.Browser(), h.Browser()
			mustSignIn(t, mara, p)
			same.Header.Set("Cookie", mara.Cookie())
			do := ends(h, p)
			must(t, within(h, mara, func(ctx context.Context) error {
				gone, hangUp := context.WithCancel(ctx)
				hangUp()
				return do(gone)
			}))
			same.Want(http.StatusUnauthorized, "GET", "/api/v1/auth/me", nil)
		})
	}
}

// A page asks for many things at once: none of them is shown to who comes back after a night before the provider has
// answered.
func TestWhoComesBackIsShownNothingWhileTheProviderIsAsked(t *testing.T) {
	t.Parallel()
	limits := new(authtest.Deadlines) // nobody gives up waiting
	h, p := withAuthentik(t, func(c *auth.Config) { c.Within = limits.Within })
	p.Set(func(s *authtest.Settings) { s.OfflineAccess = true })
	mara := h.Browser()
	mustSignIn(t, mara, p)
	reached, leave := make(chan struct{}), make(chan struct{})
	p.Set(matrix.Intercepted(oidc.EndpointToken, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		close(reached)
		<-leave
		refusesGrant(w, r)
	}))
	h.Clock.Add(9 * time.Hour)
	got := make(chan int, 3)
	ask := func() { got <- mara.Do("GET", "/api/v1/auth/me", nil).Status }
	go ask()
	<-reached
	go ask()
	go ask()
	time.Sleep(200 * time.Millisecond) // none may have been answered by then
	early := len(got)
	close(leave)
	for range cap(got) {
		if status := <-got; status != http.StatusUnauthorized {
			t.Errorf("answered %d", status)
		}
	}
	if early > 0 {
		t.Errorf("%d were answered before the provider had", early)
	}
}

// The session that is refused is the one that was asked about, also when its own token was renewed meanwhile.
func TestARefusalEndsASessionThatWasRenewedMeanwhile(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": password})
	askedWhile(h, mara, p, oidc.EndpointToken, func() {
		mara.Want(204, "POST", "/api/v1/auth/reauthenticate", map[string]any{"password": password})
	}, refusesGrant)
	if got := asks(h, mara); got.Status != http.StatusUnauthorized {
		t.Errorf("still signed in: %d", got.Status)
	}
}

// What the provider answers about one session of a person ends those that it cannot be asked about as well: somebody
// may have taken the scope out of the address on its way. Those that came since, or of a password, go on.
func TestARefusalEndsSessionsWithoutRefreshTokenToo(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": password})
	without := func(b *matrix.Browser) {
		to := b.Start("/")
		q := to.Query()
		q.Set("scope", "openid email profile")
		to.RawQuery = q.Encode()
		back, err := p.Authorize(context.Background(), nil, to.String(), "mara")
		must(t, err)
		if end := b.Follow(back); end.String() != "/" {
			t.Fatalf("ended at %s", end)
		}
	}
	before, since, local := h.Browser(), h.Browser(), h.Browser()
	without(before)
	local.Login(http.StatusOK, "mara@example.org", password)
	askedWhile(h, mara, p, oidc.EndpointToken, func() {
		h.Clock.Add(time.Second)
		without(since)
	}, refusesGrant)
	for name, c := range map[string]struct {
		b    *matrix.Browser
		want int
	}{
		"refused": {mara, 401}, "without refresh token": {before, 401},
		"signed in since": {since, 200}, "by password": {local, 200},
	} {
		if got := asks(h, c.b); got.Status != c.want {
			t.Errorf("%s: %d, want %d", name, got.Status, c.want)
		}
	}
}
