package app_test

import (
	"strings"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/db"
)

// unverified is how today's Authentik reports every address.
func unverified(c *authtest.Config) {
	c.Setup = func(s *authtest.Settings) { s.EmailVerified = oidc.VerifiedFalse }
}

func (b *browser) prove(status int, password string) answer {
	b.h.t.Helper()
	a := b.Prove(status, password)
	return answer{a.Status, a.Header, a.Body}
}

func (h *host) identities() int64 {
	h.t.Helper()
	return h.plain.Identities()
}

func (h *host) signIns(f db.SignInFilter) []db.SignInRecord {
	h.t.Helper()
	return h.plain.SignIns(f)
}

func TestPendingLinkAsksForThePasswordOnce(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, unverified)
	b := h.browser()
	b.asked(b.signInAs(p, "sam", "/settings/account"), 1, 0)
	shown := b.want(200, "GET", "/api/v1/auth/link", nil).json()
	if shown["email"] != "Sam@Example.org" || shown["providerName"] != "Authentik" || shown["blind"] != false || shown["why"] != "unverified" {
		t.Errorf("the page is told %v", shown)
	}
	if a := b.prove(422, "not it"); a.code() != "wrong_password" || fieldNames(a) != "password" {
		t.Errorf("wrong password: %s", a.body)
	}
	if h.identities() != 0 {
		t.Error("linked by a wrong password")
	}
	// Another browser has nothing to prove.
	other := h.browser()
	other.want(404, "GET", "/api/v1/auth/link", nil)
	other.prove(404, adminPassword)
	done := b.prove(200, adminPassword).json()
	if done["returnTo"] != "/settings/account" || done["me"].(map[string]any)["signedInWith"] != "authentik" {
		t.Errorf("after linking: %v", done)
	}
	if h.identities() != 1 {
		t.Error("not linked")
	}
	b.prove(404, adminPassword) // used once
	admin.want(401, "GET", "/api/v1/auth/me", nil)
	if me := b.want(200, "GET", "/api/v1/auth/me", nil).json(); me["notice"] != "linked" {
		t.Errorf("the person is not told: %v", me)
	}
	// From now on the link alone is enough.
	c := h.browser()
	if to := c.signInAs(p, "sam", "/"); to.Path != "/" {
		t.Errorf("the next sign-in ends at %s", to)
	}
	rows := h.signIns(db.SignInFilter{Provider: "authentik"})
	got := []string{}
	for _, r := range rows {
		got = append(got, string(r.Outcome)+" "+r.Code)
	}
	if want := "signed_in , linked , refused wrong_password, pending "; strings.Join(got, ", ") != want {
		t.Errorf("the log has %q, want %q", strings.Join(got, ", "), want)
	}
}

func TestPendingLinkHasTheThrottleOfSigningIn(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, unverified)
	b := h.browser()
	b.signInAs(p, "sam", "/")
	for range 5 {
		b.prove(422, "guess")
	}
	if a := b.prove(429, adminPassword); a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	h.browser().login(429, adminEmail, adminPassword)
}

// With sign-up off, nobody learns from the way through an unverified address whether it has an
// account here: page, answers, and log for the person are the same.
func TestPendingLinkTellsNothingWithSignUpOff(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, unverified)
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"signUp": false})
	var pages, answers []string
	for _, name := range []string{"sam", "mara"} { // sam has an account here, mara has none
		b := h.browser()
		b.asked(b.signInAs(p, name, "/"), 1, 0)
		page := b.want(200, "GET", "/api/v1/auth/link", nil).json()
		if page["blind"] != true {
			t.Errorf("%s: the page may say that there is an account", name)
		}
		delete(page, "email")
		delete(page, "name")
		pages = append(pages, strings.Join([]string{page["provider"].(string), page["providerName"].(string)}, " "))
		a := b.prove(422, "guess")
		m := a.json()
		delete(m, "requestId")
		answers = append(answers, a.code()+m["message"].(string)+fieldNames(a))
	}
	if pages[0] != pages[1] || answers[0] != answers[1] {
		t.Errorf("told apart: %q, %q", pages, answers)
	}
	b := h.browser()
	b.signInAs(p, "sam", "/")
	b.prove(200, adminPassword)
}

func (b *browser) link(p *authtest.Provider, username string) string {
	b.h.t.Helper()
	return b.Link(p, username)
}

func (b *browser) account() map[string]any {
	b.h.t.Helper()
	return b.want(200, "GET", "/api/v1/auth/account", nil).json()
}

func TestLinkFromTheAccountPage(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, unverified)
	laptop := h.browser()
	laptop.login(200, adminEmail, adminPassword)
	h.clock.add(11 * time.Minute)
	if a := admin.want(403, "POST", "/api/v1/auth/oauth/authentik/link", nil); a.code() != "reauth_required" {
		t.Errorf("%s", a.body)
	}
	if admin.account()["freshUntil"] != nil {
		t.Error("the page is told that the proof is recent")
	}
	admin.want(422, "POST", "/api/v1/auth/reauthenticate", map[string]any{"password": "guess"})
	admin.want(204, "POST", "/api/v1/auth/reauthenticate", map[string]any{"password": adminPassword})
	if got := admin.link(p, "mara"); got != "/settings/account?linked=authentik" { // any address: the person has proven both
		t.Errorf("ended at %s", got)
	}
	admin.want(200, "GET", "/api/v1/auth/me", nil)
	laptop.want(401, "GET", "/api/v1/auth/me", nil)
	if got := admin.link(p, "mara"); got != "/settings/account?linked=authentik" || h.identities() != 1 {
		t.Errorf("linking once more: %s, %d identities", got, h.identities())
	}
	account := admin.account()
	identity := account["identities"].([]any)[0].(map[string]any)
	if identity["providerName"] != "Authentik" || identity["canUnlink"] != true || len(account["linkable"].([]any)) != 0 {
		t.Errorf("account: %v", account)
	}
	b := h.browser()
	b.signInAs(p, "mara", "/")
	if me := b.want(200, "GET", "/api/v1/auth/me", nil).json(); me["email"] != adminEmail {
		t.Errorf("signed in as %v", me["email"])
	}
	admin.want(204, "DELETE", "/api/v1/auth/identities/"+identity["id"].(string), nil)
	admin.want(404, "DELETE", "/api/v1/auth/identities/"+identity["id"].(string), nil)
	admin.want(200, "GET", "/api/v1/auth/me", nil)
	b.want(401, "GET", "/api/v1/auth/me", nil)
}

func TestFirstPasswordNeedsARecentProof(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	b := h.browser()
	b.signInAs(p, "mara", "/")
	h.clock.add(11 * time.Minute)
	if a := b.want(403, "POST", "/api/v1/auth/password", map[string]any{"newPassword": "quince and thyme"}); a.code() != "reauth_required" {
		t.Errorf("%s", a.body)
	}
	if got := b.account()["reauthProvider"]; got != "authentik" {
		t.Errorf("proves itself at %q", got)
	}
	// Somebody with a password cannot leave it out.
	admin := h.browser()
	admin.login(200, adminEmail, adminPassword)
	if a := admin.want(422, "POST", "/api/v1/auth/password", map[string]any{"newPassword": "quince and thyme"}); a.code() != "wrong_password" {
		t.Errorf("%s", a.body)
	}
	b.header.Set("Accept", "text/html")
	if to := b.want(303, "GET", "/api/v1/auth/oauth/authentik/login?reauth=true", nil).header.Get("Location"); !strings.Contains(to, "prompt=login") {
		t.Errorf("sent to %s, which may ask for nothing", to)
	}
}

func TestSessionsCanBeSeenAndEnded(t *testing.T) {
	t.Parallel()
	h, admin, _ := withAuthentik(t, nil)
	phone := h.browser()
	phone.header.Set("User-Agent", "Phone")
	phone.login(200, adminEmail, adminPassword)
	tablet := h.browser()
	tablet.login(200, adminEmail, adminPassword)
	_, token := h.addUser(admin, "Mara", "mara@example.org")
	mara := h.browser()
	mara.want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": "quince and thyme"})
	sessions := admin.account()["sessions"].([]any)
	if len(sessions) != 3 {
		t.Fatalf("sessions: %v", sessions)
	}
	var phoneID, ownID string
	for _, s := range sessions {
		one := s.(map[string]any)
		if one["device"] == "Phone" {
			phoneID = one["id"].(string)
		}
		if one["current"] == true {
			ownID = one["id"].(string)
		}
	}
	mara.want(404, "DELETE", "/api/v1/auth/sessions/"+phoneID, nil)
	phone.want(200, "GET", "/api/v1/auth/me", nil)
	admin.want(204, "DELETE", "/api/v1/auth/sessions/"+phoneID, nil)
	admin.want(404, "DELETE", "/api/v1/auth/sessions/"+phoneID, nil)
	phone.want(401, "GET", "/api/v1/auth/me", nil)
	admin.want(204, "DELETE", "/api/v1/auth/sessions", nil)
	tablet.want(401, "GET", "/api/v1/auth/me", nil)
	mara.want(200, "GET", "/api/v1/auth/me", nil)
	admin.want(200, "GET", "/api/v1/auth/me", nil)
	admin.want(204, "DELETE", "/api/v1/auth/sessions/"+ownID, nil)
	admin.want(401, "GET", "/api/v1/auth/me", nil)
}

func TestAdministratorResetsLinks(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	mara := h.browser()
	mara.signInAs(p, "mara", "/")
	id := mara.want(200, "GET", "/api/v1/auth/me", nil).json()["id"].(string)
	p.Set(func(s *authtest.Settings) { s.SubjectMode = oidc.SubjectUUID })
	b := h.browser()
	b.refused(b.signInAs(p, "mara", "/"), "already_linked_elsewhere", 2, 1)
	link := admin.want(200, "DELETE", "/api/v1/admin/users/"+id+"/identities", nil).json()["passwordLink"].(string)
	if !strings.Contains(link, "/set-password#token=") {
		t.Errorf("somebody without a password gets %q", link)
	}
	mara.want(401, "GET", "/api/v1/auth/me", nil)
	// The address was proven by the provider at sign-up, so it links anew.
	b.signInAs(p, "mara", "/")
	if got := b.want(200, "GET", "/api/v1/auth/me", nil).json()["id"]; got != id {
		t.Errorf("signed in as %v, want %v", got, id)
	}
	admin.want(404, "DELETE", "/api/v1/admin/users/nobody/identities", nil)
	admin.want(404, "DELETE", "/api/v1/admin/users/nobody/sessions", nil)
}

func TestTrustedAddressesLink(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, unverified)
	first := h.browser()
	first.asked(first.signInAs(p, "sam", "/"), 1, 0)
	if got := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()["unverifiedSeen"]; got != true {
		t.Errorf("the tab does not offer the way out: %v", got)
	}
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"trustEmail": true})
	b := h.browser()
	if to := b.signInAs(p, "sam", "/"); to.Path != "/" {
		t.Errorf("ended at %s", to)
	}
	if h.identities() != 1 {
		t.Error("not linked")
	}
}
