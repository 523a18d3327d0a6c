package app_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
	"pantrie/db"
)

func (h *host) backchannel(token string) answer {
	h.t.Helper()
	a := h.plain.Backchannel(token)
	return answer{a.Status, a.Header, a.Body}
}

func logoutToken(t *testing.T, p *authtest.Provider, sub, sid string, edit func(*authtest.Token)) string {
	t.Helper()
	return matrix.LogoutToken(t, p, sub, sid, edit)
}

func TestBackchannelLogout(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	phone, laptop, sam := h.browser(), h.browser(), h.browser()
	phone.signInAs(p, "mara", "/")
	first := p.SessionIDs("mara")[0]
	laptop.signInAs(p, "mara", "/")
	sam.signInAs(p, "sam", "/")
	if a := h.backchannel(logoutToken(t, p, "", first, nil)); a.status != 200 || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("by sid: %d %v %s", a.status, a.header, a.body)
	}
	phone.want(401, "GET", "/api/v1/auth/me", nil)
	laptop.want(200, "GET", "/api/v1/auth/me", nil)
	if a := h.backchannel(logoutToken(t, p, p.Subject("mara"), "", func(tok *authtest.Token) { tok.Header["typ"] = "logout+jwt" })); a.status != 200 {
		t.Fatalf("by sub: %d %s", a.status, a.body)
	}
	laptop.want(401, "GET", "/api/v1/auth/me", nil)
	sam.want(200, "GET", "/api/v1/auth/me", nil)
	rows := h.signIns(db.SignInFilter{Outcome: db.OutcomeSignedOut})
	if len(rows) != 2 || rows[0].Purpose != db.PurposeLogout || !strings.Contains(rows[0].Detail, "ended here: 1") || rows[0].UserID == "" {
		t.Errorf("the log has %+v", rows)
	}
	// Signing in again works: what has ended is that session, not the person.
	p.Set(func(s *authtest.Settings) { s.ClockOffset = 20 * time.Second }) // a while later
	p.EndSessions()
	again := h.browser()
	again.signInAs(p, "mara", "/")
	again.want(200, "GET", "/api/v1/auth/me", nil)
}

func TestBackchannelLogoutDuringRequests(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	b := h.browser()
	b.signInAs(p, "mara", "/")
	sid := p.SessionIDs("mara")[0]
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					b.do("PATCH", "/api/v1/auth/me", map[string]any{"name": "Mara"})
				}
			}
		})
	}
	if a := h.backchannel(logoutToken(t, p, "", sid, nil)); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	close(stop)
	wg.Wait()
	b.want(401, "GET", "/api/v1/auth/me", nil)
}

func (b *browser) signOut() *url.URL {
	b.h.t.Helper()
	return b.SignOut()
}

func TestSignOutAtTheProvider(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	b := h.browser()
	b.signInAs(p, "mara", "/")
	if to := b.signOut(); to != nil {
		t.Errorf("sent to %s although the option is off", to)
	}
	registered := h.server.URL + "/api/v1/auth/oauth/authentik/signed-out"
	if got := admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"signOutAtProvider": true}).json()["signedOutUrl"]; got != registered {
		t.Errorf("the tab shows %v", got)
	}
	p.Set(func(s *authtest.Settings) { s.PostLogoutRedirectURIs, s.StrictLogout = []string{registered}, true })
	callback, err := p.Authorize(t.Context(), b.client, b.start("/").String(), "mara") // in a browser that stays signed in there
	if err != nil {
		t.Fatal(err)
	}
	b.follow(callback)
	to := b.signOut()
	if to == nil {
		t.Fatal("not sent to the provider")
	}
	b.want(401, "GET", "/api/v1/auth/me", nil)
	q := to.Query()
	if q.Get("client_id") != "pantrie-client" || q.Get("post_logout_redirect_uri") != registered || len(q.Get("state")) < 43 || strings.Count(q.Get("id_token_hint"), ".") != 2 {
		t.Errorf("sent to %s", to)
	}
	a := b.do("GET", to.String(), nil)
	back := a.header.Get("Location")
	if !strings.HasPrefix(back, registered+"?") {
		t.Fatalf("the provider answers %d %s %s", a.status, back, a.body)
	}
	if ids := p.SessionIDs("mara"); len(ids) != 1 { // of the first sign-in, in a browser of its own
		t.Errorf("signed in at the provider with %d browsers", len(ids))
	}
	if got := b.follow(back).String(); got != "/login?signedOut=authentik" {
		t.Errorf("ended at %s", got)
	}
	// Twice, from elsewhere, or with a wrong state it says less, and does nothing else.
	for _, odd := range []string{back, registered + "?state=wrong", registered} {
		if got := b.follow(odd).String(); got != "/login?signedOut=1" {
			t.Errorf("%s ended at %s", odd, got)
		}
	}
	// Whoever signed in with a password has nothing to end there.
	admin2 := h.browser()
	admin2.login(200, adminEmail, adminPassword)
	if to := admin2.signOut(); to != nil {
		t.Errorf("sent to %s", to)
	}
}

// Whoever shares the provider's address, behind the same proxy say, cannot keep people signed in by
// using up what the address is allowed. Noise beyond that costs neither a row nor a fetch of keys.
func TestNoiseKeepsNobodySignedIn(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	phone, laptop := h.browser(), h.browser()
	phone.signInAs(p, "mara", "/")
	sid := p.SessionIDs("mara")[0]
	laptop.signInAs(p, "mara", "/")
	for range 70 {
		h.browser().want(303, "GET", callbackPath+"?state=guess", nil)
	}
	edited := func(edit func(*authtest.Token)) string { return logoutToken(t, p, p.Subject("mara"), "", edit) }
	rows, fetched := len(h.signIns(db.SignInFilter{})), p.Count(oidc.EndpointKeys)
	for name, token := range map[string]string{
		"nothing":     "",
		"unknown key": edited(func(tok *authtest.Token) { tok.Header["kid"] = "guess" }),
		"no key":      edited(func(tok *authtest.Token) { delete(tok.Header, "kid") }),
		"bad signature": edited(func(tok *authtest.Token) {
			tok.Rewrite = func(s string) string { return s[:len(s)-8] + "AAAAAAAA" }
		}),
		"expired": edited(func(tok *authtest.Token) { tok.Claims["exp"] = time.Now().Add(-time.Minute).Unix() }),
	} {
		if a := h.backchannel(token); a.status != 429 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if got := len(h.signIns(db.SignInFilter{})); got != rows || p.Count(oidc.EndpointKeys) != fetched {
		t.Errorf("noise left %d rows and fetched keys %d times", got-rows, p.Count(oidc.EndpointKeys)-fetched)
	}
	for _, token := range []string{logoutToken(t, p, "", sid, nil), edited(nil)} {
		if a := h.backchannel(token); a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	phone.want(401, "GET", "/api/v1/auth/me", nil)
	laptop.want(401, "GET", "/api/v1/auth/me", nil)
}
