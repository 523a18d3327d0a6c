package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pantrie/auth/session"
	"pantrie/db"
)

func sortStrings(s []string) { slices.Sort(s) }

func (h *host) passwordless(email string) db.User {
	h.t.Helper()
	return h.plain.Passwordless(email)
}

func TestLoginTellsNothingAboutAccounts(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	h.passwordless("nopass@example.org")
	var bodies []string
	for _, email := range []string{adminEmail, "nobody@example.org", "nopass@example.org", "", "not an address"} {
		a := h.browser().login(401, email, "wrong password")
		body := a.json()
		delete(body, "requestId")
		bodies = append(bodies, strings.ReplaceAll(a.body, a.json()["requestId"].(string), ""))
		if a.code() != "invalid_credentials" || len(a.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%q: %s, cookies %v", email, a.body, a.header.Values("Set-Cookie"))
		}
	}
	if len(slices.Compact(bodies)) != 1 {
		t.Errorf("answers differ: %q", bodies)
	}
	h.browser().login(200, "SAM@Example.org", adminPassword)
}

func TestLoginIsThrottled(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	h.passwordless("nopass@example.org")
	for _, email := range []string{adminEmail, "nobody@example.org", "nopass@example.org"} {
		for range 5 {
			h.browser().login(401, email, "wrong password")
		}
		a := h.browser().login(429, email, adminPassword)
		if a.code() != "too_many_requests" || a.header.Get("Retry-After") == "" {
			t.Errorf("%s: %s, Retry-After %q", email, a.body, a.header.Get("Retry-After"))
		}
	}
	h.clock.add(3 * time.Second)
	h.browser().login(200, adminEmail, adminPassword)
	h.browser().login(401, adminEmail, "wrong password") // the count began anew
}

func TestDisabledAccount(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	user, link := h.addUser(admin, "Mara", "mara@example.org")
	mara := h.browser()
	mara.want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": link, "password": "quince and thyme"})
	mara.want(200, "GET", "/api/v1/auth/me", nil)
	admin.want(200, "PATCH", "/api/v1/admin/users/"+user, map[string]any{"disabled": true})
	mara.want(401, "GET", "/api/v1/auth/me", nil)
	if a := h.browser().login(403, "mara@example.org", "quince and thyme"); a.code() != "account_disabled" {
		t.Errorf("right password: %s", a.body)
	}
	if a := h.browser().login(401, "mara@example.org", "wrong password"); a.code() != "invalid_credentials" {
		t.Errorf("wrong password: %s", a.body)
	}
}

// addUser creates somebody and returns the id and the secret of the one-time link.
func (h *host) addUser(admin *browser, name, email string) (id, token string) {
	h.t.Helper()
	made := admin.want(201, "POST", "/api/v1/admin/users", map[string]any{"name": name, "email": email}).json()
	link := made["passwordLink"].(string)
	_, token, ok := strings.Cut(link, h.server.URL+"/set-password#token=")
	if !ok {
		h.t.Fatalf("link %q", link)
	}
	return made["id"].(string), token
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	cookie := h.browser().login(200, adminEmail, adminPassword).header.Get("Set-Cookie")
	for _, part := range []string{"pantrie=", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie %q lacks %s", cookie, part)
		}
	}
	if strings.Contains(cookie, "Secure") {
		t.Errorf("cookie %q: a browser would drop it on plain http", cookie)
	}
	if err := h.auth.Address.Set(context.Background(), "https://pantry.example.org"); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	b.header.Set("Host", "pantry.example.org")
	cookie = b.login(200, adminEmail, adminPassword).header.Get("Set-Cookie")
	for _, part := range []string{"__Host-pantrie=", "Secure", "HttpOnly", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("cookie on https %q lacks %s", cookie, part)
		}
	}
}

func TestSignInRenewsTheToken(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	b := h.browser()
	before := b.login(200, adminEmail, adminPassword).header.Get("Set-Cookie")
	after := b.login(200, adminEmail, adminPassword).header.Get("Set-Cookie")
	if token(before) == token(after) {
		t.Error("the token is the same after a second sign-in")
	}
	old := h.browser()
	old.header.Set("Cookie", token(before))
	old.want(401, "GET", "/api/v1/auth/me", nil)
	planted := h.browser()
	planted.header.Set("Cookie", "pantrie=chosen-by-somebody-else")
	if got := token(planted.login(200, adminEmail, adminPassword).header.Get("Set-Cookie")); got == "pantrie=chosen-by-somebody-else" {
		t.Error("a planted token was kept")
	}
}

func token(setCookie string) string { t, _, _ := strings.Cut(setCookie, ";"); return t }

func TestLogout(t *testing.T) {
	t.Parallel()
	h, b := newHome(t)
	copied := h.browser()
	copied.header.Set("Cookie", token(h.lastCookie(b)))
	copied.want(200, "GET", "/api/v1/auth/me", nil)
	b.want(204, "POST", "/api/v1/auth/logout", nil)
	b.want(401, "GET", "/api/v1/auth/me", nil)
	copied.want(401, "GET", "/api/v1/auth/me", nil)
	b.want(204, "POST", "/api/v1/auth/logout", nil) // once more is fine
	b.want(405, "GET", "/api/v1/auth/logout", nil)  // and a link cannot do it
}

func (h *host) lastCookie(b *browser) string {
	h.t.Helper()
	return b.Cookie()
}

func TestSessionsRunOut(t *testing.T) {
	t.Parallel()
	h, b := newHome(t, "PANTRIE_SESSION_LIFETIME=100h", "PANTRIE_SESSION_IDLE=10h")
	for range 8 { // in use all the time
		h.clock.add(9 * time.Hour)
		b.want(200, "GET", "/api/v1/auth/me", nil)
	}
	h.clock.add(11 * time.Hour)
	b.want(401, "GET", "/api/v1/auth/me", nil)
	if err := h.auth.Tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
	b.want(401, "GET", "/api/v1/auth/me", nil)
}

func TestUsersRefuses(t *testing.T) {
	t.Parallel()
	_, admin := newHome(t)
	for _, tt := range []struct {
		name         string
		in           map[string]any
		status       int
		code, fields string
	}{
		{"taken in another case", map[string]any{"name": "Sam", "email": "SAM@example.org"}, 409, "email_taken", "email"},
		{"nothing", map[string]any{"name": "", "email": ""}, 422, "validation_failed", "email name"},
		{"unknown household", map[string]any{"name": "A", "email": "a@example.org", "householdId": "nowhere"}, 422, "validation_failed", "householdId"},
		{"unknown role", map[string]any{"name": "A", "email": "a@example.org", "role": "owner"}, 422, "validation_failed", "role"},
	} {
		if a := admin.want(tt.status, "POST", "/api/v1/admin/users", tt.in); a.code() != tt.code || fieldNames(a) != tt.fields {
			t.Errorf("%s: %s", tt.name, a.body)
		}
	}
	if got := admin.want(200, "GET", "/api/v1/admin/users", nil).json()["users"].([]any); len(got) != 1 {
		t.Errorf("%d users after refusals", len(got))
	}
	admin.want(404, "PATCH", "/api/v1/admin/users/nobody", map[string]any{"disabled": true})
	admin.want(404, "DELETE", "/api/v1/admin/users/nobody", nil)
}

func TestMeIsWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := h.setUp()
	if got := b.want(200, "PATCH", "/api/v1/auth/me", map[string]any{"name": " Samuel "}).json(); got["name"] != "Samuel" {
		t.Errorf("renamed: %v", got)
	}
	b.want(422, "PATCH", "/api/v1/auth/me", map[string]any{"name": " "})
	got := b.want(200, "GET", "/api/v1/auth/me", nil).json()
	if got["name"] != "Samuel" || got["signedInWith"] != session.MethodSetup || got["notice"] != "" {
		t.Errorf("me: %v", got)
	}
}

func TestThrottleCannotBeWalkedAround(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t, "PANTRIE_TRUSTED_PROXIES=127.0.0.0/8")
	for i := range 5 {
		h.browser().login(401, strings.Repeat(" ", 310+i)+adminEmail, "wrong password")
	}
	h.browser().login(429, strings.Repeat(" ", 330)+adminEmail, adminPassword)
	h.browser().login(429, strings.ToUpper(adminEmail), adminPassword)
	for i := range 31 { // a whole /64 counts as one
		b := h.browser()
		b.header.Set("X-Forwarded-For", fmt.Sprintf("2001:db8::%x", i+1))
		b.do("POST", "/api/v1/auth/login", map[string]any{"email": fmt.Sprintf("x%d@example.org", i), "password": "wrong password"})
	}
	b := h.browser()
	b.header.Set("X-Forwarded-For", "2001:db8::ffff")
	b.login(429, "somebody@example.org", "wrong password")
	b.header.Set("X-Forwarded-For", "2001:db8:0:1::1")
	b.login(401, "somebody@example.org", "wrong password")
	b.header.Set("X-Real-IP", "203.0.113.9") // only X-Forwarded-For is believed
	b.header.Set("X-Forwarded-For", "2001:db8::ffff")
	b.login(429, "somebody@example.org", "wrong password")
}

// Any client can send the header that a proxy would. It does not choose how many guesses it has by that.
func TestAHeaderOfAClientGivesNoMoreGuesses(t *testing.T) {
	t.Parallel()
	for name, forwarded := range map[string]func(i int) string{
		"never":            func(int) string { return "" },
		"always":           func(int) string { return "203.0.113.7" },
		"another one each": func(i int) string { return fmt.Sprint("203.0.113.", i) },
		"every other time": func(i int) string { return []string{"", "203.0.113.7"}[i%2] },
		"from half-way":    func(i int) string { return []string{"", "203.0.113.7"}[i/20] },
		"until half-way":   func(i int) string { return []string{"203.0.113.7", ""}[i/20] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, _ := newHome(t)
			b := h.browser()
			guesses := 0
			for i := range 40 {
				b.header.Del("X-Forwarded-For")
				if address := forwarded(i); address != "" {
					b.header.Set("X-Forwarded-For", address)
				}
				answer := b.do("POST", "/api/v1/auth/login", map[string]any{
					"email": fmt.Sprintf("x%d@example.org", i), "password": "wrong password",
				})
				if answer.status == 401 {
					guesses++
				}
			}
			if guesses != 30 {
				t.Errorf("%d guesses of 40, want 30", guesses)
			}
		})
	}
}

// One who guesses through a proxy nobody declared must not lock everybody else out for long.
func TestUndeclaredProxyDoesNotLockEverybodyOut(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	b := h.browser()
	b.header.Set("X-Forwarded-For", "203.0.113.7")
	for i := range 30 {
		b.login(401, fmt.Sprintf("x%d@example.org", i), "wrong password")
	}
	for range 8 { // the guesser goes on, and the wait stays short
		b.login(429, adminEmail, adminPassword)
		h.clock.add(16 * time.Second)
		b.login(200, adminEmail, adminPassword)
		b.login(401, "x@example.org", "wrong password")
	}
	if !strings.Contains(h.log.String(), "PANTRIE_TRUSTED_PROXIES") {
		t.Error("the log does not say what to set")
	}
}
