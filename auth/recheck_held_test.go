package auth_test

import (
	"testing"
	"time"

	"pantrie/auth/provider"
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
