package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
)

// accountOf is what the account page is told.
func accountOf(b *matrix.Browser) map[string]any {
	return b.Want(http.StatusOK, "GET", "/api/v1/auth/account", nil).JSON()
}

// Whoever signs in does not take over what somebody else began in the same browser.
func TestSigningInForgetsWhatOthersBegan(t *testing.T) {
	t.Run("link that waits for a password, then a password", func(t *testing.T) {
		h, p := withAuthentik(t)
		p.Set(matrix.EmailVerified(oidc.VerifiedFalse))
		join(h, "Mara", "mara@example.org")
		b := h.Browser()
		b.SignInAs(p, "mara", "/")
		b.Want(200, "GET", "/api/v1/auth/link", nil)
		b.Login(200, matrix.AdminEmail, matrix.AdminPassword)
		b.Want(404, "GET", "/api/v1/auth/link", nil)
		b.Prove(404, password)
	})
	t.Run("link that waits for a password, then a provider", func(t *testing.T) {
		h, p := withAuthentik(t)
		p.Set(matrix.EmailVerified(oidc.VerifiedFalse))
		join(h, "Mara", "mara@example.org")
		b := h.Browser()
		b.SignInAs(p, "mara", "/")
		b.SignInAs(p, "nomail", "/")
		b.Want(200, "GET", "/api/v1/auth/me", nil)
		b.Want(404, "GET", "/api/v1/auth/link", nil)
		b.Prove(404, password)
	})
	t.Run("sign-in on its way, of a cookie that was planted", func(t *testing.T) {
		h, p := withAuthentik(t)
		thief, victim := h.Browser(), h.Browser()
		back, err := p.Authorize(context.Background(), nil, thief.Start("/").String(), "mara")
		if err != nil {
			t.Fatal(err)
		}
		here, err := url.Parse(h.URL)
		must(t, err)
		victim.Client.Jar.SetCookies(here, thief.Client.Jar.Cookies(here))
		victim.Login(200, matrix.AdminEmail, matrix.AdminPassword)
		if to := victim.Follow(back); to.Query().Get("error") != "state_invalid" {
			t.Errorf("ended at %s", to)
		}
		if me := victim.Want(200, "GET", "/api/v1/auth/me", nil).JSON(); me["email"] != matrix.AdminEmail {
			t.Errorf("signed in as %v", me["email"])
		}
		thief.Want(401, "GET", "/api/v1/auth/me", nil)
	})
}

// A provider that lets somebody through without asking, and does not say when it asked last, has proven nothing. Told
// to ask, it is believed only if it never says when (its discovery document does not list auth_time).
func TestSilentSignInIsNoRecentProof(t *testing.T) {
	first := map[string]any{"newPassword": password}
	const says, never, notNow = "says when it asked", "never says when it asked", "does not say when it asked, and could"
	for _, name := range []string{says, never, notNow} {
		t.Run(name, func(t *testing.T) {
			h, p := withAuthentik(t)
			if name != says {
				p.Set(matrix.IDToken(func(tk *authtest.Token) { delete(tk.Claims, "auth_time") }))
			}
			if name == never {
				p.Set(matrix.WithDiscovery(func(doc map[string]any) { doc["claims_supported"] = []string{"sub", "email"} }))
			}
			b := h.Browser()
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			there := &http.Client{Jar: jar, Transport: h.Transport}
			through := func(to, username string) {
				t.Helper()
				back, err := p.Authorize(context.Background(), there, to, username)
				if err != nil {
					t.Fatal(err)
				}
				if page := b.Follow(back); page.Path != "/" {
					t.Fatalf("ended at %s", page)
				}
			}
			through(b.Start("/").String(), "mara")
			h.Clock.Add(11 * time.Minute)
			through(b.Start("/").String(), "") // signed in there: nothing is asked
			if a := b.Want(403, "POST", "/api/v1/auth/password", first); a.Code() != "reauth_required" {
				t.Errorf("%s", a.Body)
			}
			if accountOf(b)["proven"] != false {
				t.Error("the page is told that the proof is recent")
			}
			if name == says {
				return
			}
			through(b.Follow("/api/v1/auth/oauth/authentik/login?reauth=true").String(), "mara")
			if refused := accountOf(b)["proofRefused"]; refused != (name == notNow) {
				t.Errorf("the proof is refused: %v", refused)
			}
			b.Want(map[string]int{never: 204, notNow: 403}[name], "POST", "/api/v1/auth/password", first)
		})
	}
}

// Authentik heeds prompt=login once in a session of its own, and max_age each time. A provider that asks nobody again
// proves nothing, and the page does not offer the same way twice.
func TestAProofIsOneOnlyWhenTheProviderAskedAgain(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	b := h.Browser()
	b.SignInAs(p, "mara", "/")
	h.Clock.Add(11 * time.Minute)
	again := func(askedAt time.Time) {
		t.Helper()
		to := b.Follow("/api/v1/auth/oauth/authentik/login?reauth=true&returnTo=/settings/account")
		if query := to.Query(); query.Get("prompt") != "login" || query.Get("max_age") != "5" {
			t.Errorf("sent to %s", to)
		}
		p.Set(matrix.Claim("auth_time", askedAt.Unix()))
		back, err := p.Authorize(t.Context(), nil, to.String(), "mara")
		if err != nil {
			t.Fatal(err)
		}
		if page := b.Follow(back); page.Path != "/settings/account" {
			t.Errorf("led to %s", page)
		}
	}
	again(h.Clock.Now().Add(-5 * time.Minute))
	if account := accountOf(b); account["proofRefused"] != true || account["proven"] != false {
		t.Errorf("after nobody was asked: refused %v, proven %v", account["proofRefused"], account["proven"])
	}
	first := map[string]any{"newPassword": password}
	if a := b.Want(403, "POST", "/api/v1/auth/password", first); a.Code() != "reauth_required" {
		t.Errorf("%s", a.Body)
	}
	for range 2 { // as often as it takes
		again(h.Clock.Now())
		if account := accountOf(b); account["proofRefused"] != false || account["proven"] != true {
			t.Errorf("after she was asked: refused %v, proven %v", account["proofRefused"], account["proven"])
		}
	}
	b.Want(204, "POST", "/api/v1/auth/password", first)
}

// What a provider sends in place of a time is no proof, whether it lists the claim or not.
func TestAnOddAuthTimeProvesNothing(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{
		"in milliseconds": time.Now().UnixMilli(), "in words": "now", "a number in a text": fmt.Sprint(time.Now().Unix()),
		"a list": []int64{time.Now().Unix()}, "true": true, "0": 0, "before 1970": -1,
		"far in the future": time.Now().Add(time.Hour).Unix(), "beyond all time": json.RawMessage("1e300"),
	} {
		for _, listed := range []bool{true, false} {
			t.Run(fmt.Sprint(name, ", listed ", listed), func(t *testing.T) {
				t.Parallel()
				h, p := withAuthentik(t)
				if !listed {
					p.Set(matrix.WithDiscovery(func(doc map[string]any) { doc["claims_supported"] = []string{"sub"} }))
				}
				p.Set(matrix.Claim("auth_time", value))
				b := h.Browser()
				to := b.Follow("/api/v1/auth/oauth/authentik/login?reauth=true")
				back, err := p.Authorize(t.Context(), nil, to.String(), "mara")
				must(t, err)
				if to := b.Follow(back); to.Path != "/" {
					t.Fatalf("ended at %s", to)
				}
				if account := accountOf(b); account["proven"] != false || account["proofRefused"] != true {
					t.Errorf("proven %v, refused %v", account["proven"], account["proofRefused"])
				}
			})
		}
	}
}
