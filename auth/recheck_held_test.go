package auth_test

import (
	"net/http"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/provider"
	"pantrie/auth/session"
)

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
