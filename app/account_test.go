package app_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
)

// copyCookies gives another browser Pantrie's cookies.
func copyCookies(t *testing.T, h *host, from, to http.CookieJar) {
	t.Helper()
	u, err := url.Parse(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	to.SetCookies(u, from.Cookies(u))
}

// withPassword adds somebody who signs in with a password.
func (h *host) withPassword(admin *browser, name, email, password string) {
	h.t.Helper()
	_, token := h.addUser(admin, name, email)
	h.browser().want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": password})
}

// Whoever signs in does not take over what somebody else began in the same browser.
func TestSigningInForgetsWhatOthersBegan(t *testing.T) {
	const password = "quince and thyme"
	t.Run("link that waits for a password, then a password", func(t *testing.T) {
		h, admin, p := withAuthentik(t, unverified)
		h.withPassword(admin, "Mara", "mara@example.org", password)
		b := h.browser()
		b.signInAs(p, "mara", "/")
		b.want(200, "GET", "/api/v1/auth/link", nil)
		b.login(200, adminEmail, adminPassword)
		b.want(404, "GET", "/api/v1/auth/link", nil)
		b.prove(404, password)
	})
	t.Run("link that waits for a password, then a provider", func(t *testing.T) {
		h, admin, p := withAuthentik(t, unverified)
		h.withPassword(admin, "Mara", "mara@example.org", password)
		b := h.browser()
		b.signInAs(p, "mara", "/")
		b.signInAs(p, "nomail", "/")
		b.want(200, "GET", "/api/v1/auth/me", nil)
		b.want(404, "GET", "/api/v1/auth/link", nil)
		b.prove(404, password)
	})
	t.Run("sign-in on its way, of a cookie that was planted", func(t *testing.T) {
		h, _, p := withAuthentik(t, nil)
		thief, victim := h.browser(), h.browser()
		back, err := p.Authorize(context.Background(), nil, thief.start("/").String(), "mara")
		if err != nil {
			t.Fatal(err)
		}
		copyCookies(t, h, thief.client.Jar, victim.client.Jar)
		victim.login(200, adminEmail, adminPassword)
		if to := victim.follow(back); to.Query().Get("error") != "state_invalid" {
			t.Errorf("ended at %s", to)
		}
		if me := victim.want(200, "GET", "/api/v1/auth/me", nil).json(); me["email"] != adminEmail {
			t.Errorf("signed in as %v", me["email"])
		}
		thief.want(401, "GET", "/api/v1/auth/me", nil)
	})
}

// A provider that lets somebody through without asking, and does not say when it asked last, has proven nothing. Told to
// ask, it is believed only if it never says when (its discovery document does not list auth_time).
func TestSilentSignInIsNoRecentProof(t *testing.T) {
	first := map[string]any{"newPassword": "quince and thyme"}
	const says, never, notNow = "says when it asked", "never says when it asked", "does not say when it asked, and could"
	for _, name := range []string{says, never, notNow} {
		t.Run(name, func(t *testing.T) {
			h, _, p := withAuthentik(t, nil)
			if name != says {
				p.Set(matrix.IDToken(func(tk *authtest.Token) { delete(tk.Claims, "auth_time") }))
			}
			if name == never {
				p.Set(matrix.WithDiscovery(func(doc map[string]any) { doc["claims_supported"] = []string{"sub", "email"} }))
			}
			b := h.browser()
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			there := &http.Client{Jar: jar, Transport: h.transport}
			through := func(to, username string) {
				t.Helper()
				back, err := p.Authorize(context.Background(), there, to, username)
				if err != nil {
					t.Fatal(err)
				}
				if page := b.follow(back); page.Path != "/" {
					t.Fatalf("ended at %s", page)
				}
			}
			through(b.start("/").String(), "mara")
			h.clock.add(11 * time.Minute)
			through(b.start("/").String(), "") // signed in there: nothing is asked
			if a := b.want(403, "POST", "/api/v1/auth/password", first); a.code() != "reauth_required" {
				t.Errorf("%s", a.body)
			}
			if b.account()["freshUntil"] != nil {
				t.Error("the page is told that the proof is recent")
			}
			if name == says {
				return
			}
			b.header.Set("Accept", "text/html")
			to := b.want(303, "GET", "/api/v1/auth/oauth/authentik/login?reauth=true", nil).header.Get("Location")
			through(to, "mara")
			if refused := b.account()["proofRefused"]; refused != (name == notNow) {
				t.Errorf("the proof is refused: %v", refused)
			}
			b.want(map[string]int{never: 204, notNow: 403}[name], "POST", "/api/v1/auth/password", first)
		})
	}
}
