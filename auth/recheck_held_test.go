package auth_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/provider"
	"pantrie/auth/session"
	"pantrie/db"
)

// askedWhile has mara's provider asked whether her session holds, and something happen before it answers with real or,
// when that is nil, with what it would.
func askedWhile(h *matrix.Host, mara *matrix.Browser, p *authtest.Provider, at authtest.Endpoint, happens func(), real http.HandlerFunc) {
	h.T.Helper()
	reached, leave := make(chan struct{}), make(chan struct{})
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
	close(leave)
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

// Another client at the same issuer, say of a provider that was made anew, knows no refresh token of the former one. Its
// refusal says nothing about the person.
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
	askedWhile(h, mara, p, authtest.EndpointToken, func() {
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
	askedWhile(h, mara, p, authtest.EndpointToken, func() {}, func(w http.ResponseWriter, r *http.Request) {
		sent = r.FormValue("refresh_token")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"refresh token ` + sent + ` is\nrevoked"}`))
	})
	row := h.SignIns(db.SignInFilter{Most: 1})[0]
	if row.Step != "recheck" || sent == "" || strings.Contains(row.Detail+h.Log.String(), sent) || strings.Contains(row.Detail, "\n") {
		t.Errorf("sign-in log: %q", row.Detail)
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
