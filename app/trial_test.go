package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/db"
)

// try plays a test sign-in and returns where it ends and what it showed.
func (b *browser) try(p *authtest.Provider, username string) (page string, result map[string]any) {
	b.h.t.Helper()
	to := b.want(200, "POST", "/api/v1/admin/oauth/authentik/test-sign-in", nil).json()["location"].(string)
	back, err := p.Authorize(context.Background(), nil, to, username)
	if err != nil {
		b.h.t.Fatal(err)
	}
	page = b.follow(back).String()
	result, _ = b.want(200, "GET", "/api/v1/admin/oauth/authentik/test-sign-in", nil).json()["result"].(map[string]any)
	return page, result
}

func TestTestSignInShowsWhatWouldHappen(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	if got := admin.want(200, "GET", "/api/v1/admin/oauth/authentik/test-sign-in", nil).json(); len(got) != 0 {
		t.Errorf("before the first test: %v", got)
	}
	home := h.plain.HouseholdID()
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{
		"adminGroup": "admins", "enabled": false, // a provider that is switched off can be tested
		"rules": []map[string]any{{"group": "family", "householdId": home, "role": "viewer"}},
	})
	p.Set(func(s *authtest.Settings) { s.User("mara").Groups = []string{"family", "admins"} })
	page, got := admin.try(p, "mara")
	if page != "/settings/administration/oauth?provider=authentik&tested=1" {
		t.Errorf("ended at %s", page)
	}
	verdict := got["verdict"].(map[string]any)
	if got["ok"] != true || got["byMe"] != true || got["current"] != true || verdict["action"] != "create" || verdict["householdName"] != "Brandt" || verdict["role"] != "viewer" || got["siteAdmin"] != true {
		t.Errorf("shown: %v", got)
	}
	used := got["used"].(map[string]any)
	if used["email"] != "mara@example.org" || used["emailVerified"] != true || used["emailFrom"] != "userinfo" || len(used["groups"].([]any)) != 2 {
		t.Errorf("used: %v", used)
	}
	names := func(list any) string {
		out := []string{}
		for _, c := range list.([]any) {
			out = append(out, c.(map[string]any)["name"].(string))
		}
		return strings.Join(out, " ")
	}
	if !strings.Contains(names(got["idToken"]), "nonce") || !strings.Contains(names(got["userinfo"]), "groups") {
		t.Errorf("claims: %v, %v", got["idToken"], got["userinfo"])
	}
	// Nothing of it was done.
	if n, err := h.db.CountUsers(context.Background()); err != nil || n != 1 || h.identities() != 0 {
		t.Errorf("%d users, %d identities, %v", n, h.identities(), err)
	}
	if me := admin.want(200, "GET", "/api/v1/auth/me", nil).json(); me["email"] != adminEmail {
		t.Errorf("signed in as %v", me["email"])
	}
	settings := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()
	if groups := settings["lastGroups"].([]any); len(groups) != 2 || settings["lastTestAt"] == nil {
		t.Errorf("the tab's groups: %v", groups)
	}
	rows := h.signIns(db.SignInFilter{Outcome: db.OutcomeTested})
	if len(rows) != 1 || rows[0].Purpose != db.PurposeTest || rows[0].Reference != got["ref"] || len(rows[0].Steps) < 5 {
		t.Errorf("the log: %+v", rows)
	}
	for _, tt := range []struct {
		name, username, action, reason string
		change                         func(*authtest.Settings)
		settings                       map[string]any
	}{
		{name: "would link", username: "sam", action: "link"},
		{name: "would ask", username: "sam", action: "ask_password", change: func(s *authtest.Settings) { s.EmailVerified = oidc.VerifiedFalse }},
		{name: "would refuse", username: "nomail", action: "refuse", reason: "signup_off", settings: map[string]any{"signUp": false}},
		{name: "not in a group", username: "nomail", action: "refuse", reason: "not_allowed", settings: map[string]any{"allowedGroups": []string{"family"}}},
	} {
		if tt.change != nil {
			p.Set(tt.change)
		}
		if tt.settings != nil {
			admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", tt.settings)
		}
		_, got := admin.try(p, tt.username)
		verdict := got["verdict"].(map[string]any)
		if got["ok"] != true || verdict["action"] != tt.action || verdict["reason"] != tt.reason || verdict["branch"] == "" {
			t.Errorf("%s: %v", tt.name, verdict)
		}
	}
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"clientId": "another"})
	if got := admin.want(200, "GET", "/api/v1/admin/oauth/authentik/test-sign-in", nil).json()["result"].(map[string]any); got["current"] != false {
		t.Error("the result counts as current after the settings changed")
	}
}

func TestTestSignInThatFails(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	p.Set(func(s *authtest.Settings) { s.ClientSecret = "rotated" })
	page, got := admin.try(p, "mara")
	if !strings.HasPrefix(page, "/settings/administration/oauth?error=client_rejected&") || !strings.Contains(page, "tested=1") {
		t.Errorf("ended at %s", page)
	}
	if got["ok"] != false || got["reason"] != "client_rejected" || got["idToken"] != nil || got["verdict"] != nil {
		t.Errorf("shown: %v", got)
	}
	if row, err := h.signIn(got["ref"].(string)); err != nil || row.Purpose != db.PurposeTest || row.Code != "client_rejected" {
		t.Errorf("the log: %+v, %v", row, err)
	}
	steps := got["steps"].([]any)
	if last := steps[len(steps)-1].(map[string]any); last["failed"] != true || last["step"] != "token" {
		t.Errorf("steps: %v", steps)
	}
}

func TestLocalSignInCanBeSwitchedOffWithCare(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	_, token := h.addUser(admin, "Mara", "mara@example.org")
	h.browser().want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": "quince and thyme"})
	off := map[string]any{"localLogin": false}
	if a := admin.want(409, "PUT", "/api/v1/admin/sign-in", off); a.code() != "conflict" {
		t.Errorf("%s", a.body)
	}
	rules := admin.want(200, "GET", "/api/v1/admin/sign-in", nil).json()
	if rules["canTurnOff"] != false || rules["canTurnOffReason"] != "needs_test" || rules["testProvider"] != "authentik" {
		t.Errorf("rules: %v", rules)
	}
	admin.try(p, "sam") // would link: not this account's yet
	admin.want(409, "PUT", "/api/v1/admin/sign-in", off)
	admin.link(p, "sam")
	admin.try(p, "mara") // somebody else
	admin.want(409, "PUT", "/api/v1/admin/sign-in", off)
	admin.try(p, "sam")
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"trustEmail": true}) // other settings than tested
	admin.want(409, "PUT", "/api/v1/admin/sign-in", off)
	admin.try(p, "sam")
	admin.want(200, "PUT", "/api/v1/admin/sign-in", off)
	if got := h.browser().want(200, "GET", "/api/v1/instance", nil).json()["localLogin"]; got != false {
		t.Errorf("the sign-in page is told %v", got)
	}
	if a := h.browser().login(403, "mara@example.org", "quince and thyme"); a.code() != "local_login_off" {
		t.Errorf("%s", a.body)
	}
	mara := h.browser()
	mara.signInAs(p, "mara", "/") // linked by the verified address
	own := mara.account()["identities"].([]any)[0].(map[string]any)
	if own["canUnlink"] != false {
		t.Error("the only way in that is left can be unlinked")
	}
	mara.want(409, "DELETE", "/api/v1/auth/identities/"+own["id"].(string), nil)
	h.browser().login(401, "mara@example.org", "guess") // as ever: nothing is learned without the password
	h.browser().login(200, adminEmail, adminPassword)
	// Without a provider that works nobody is locked out.
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"enabled": false})
	if got := h.browser().want(200, "GET", "/api/v1/instance", nil).json()["localLogin"]; got != true {
		t.Errorf("the sign-in page is told %v", got)
	}
	h.browser().login(200, "mara@example.org", "quince and thyme")
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"enabled": true})
	// The variable wins over what is stored.
	forced := newHostIn(t, h.dir, "PANTRIE_LOCAL_LOGIN=true")
	forced.browser().login(200, "mara@example.org", "quince and thyme")
	boss := forced.browser()
	boss.login(200, adminEmail, adminPassword)
	if a := boss.want(409, "PUT", "/api/v1/admin/sign-in", off); a.code() != "env_locked" {
		t.Errorf("%s", a.body)
	}
}

func TestAutoRedirect(t *testing.T) {
	t.Parallel()
	h, admin, _ := withAuthentik(t, nil)
	seen := func() any { return h.browser().want(200, "GET", "/api/v1/instance", nil).json()["autoRedirect"] }
	admin.want(422, "PUT", "/api/v1/admin/sign-in", map[string]any{"autoRedirect": "google"}) // not set up
	admin.want(422, "PUT", "/api/v1/admin/sign-in", map[string]any{"autoRedirect": "github"})
	admin.want(200, "PUT", "/api/v1/admin/sign-in", map[string]any{"autoRedirect": "authentik"})
	if seen() != "authentik" {
		t.Errorf("leads to %q", seen())
	}
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"enabled": false})
	if seen() != "" {
		t.Errorf("leads to %q, which is switched off", seen())
	}
	admin.want(200, "PUT", "/api/v1/admin/sign-in", map[string]any{"autoRedirect": ""})
}

// check is one line of a test of the connection.
type check struct{ ID, Status, Code, Seen, Fix, Field string }

func (b *browser) testConnection(change map[string]any) map[string]check {
	b.h.t.Helper()
	a := b.want(200, "POST", "/api/v1/admin/oauth/authentik/test", change)
	var report struct{ Checks []check }
	if err := json.Unmarshal([]byte(a.body), &report); err != nil {
		b.h.t.Fatal(err)
	}
	byID := map[string]check{}
	for _, c := range report.Checks {
		byID[c.ID] = c
	}
	if len(byID) != 13 {
		b.h.t.Errorf("%d checks: %s", len(byID), a.body)
	}
	return byID
}

func TestTestConnection(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	for id, c := range admin.testConnection(map[string]any{}) {
		if c.Status == "failed" {
			t.Errorf("%s of a set-up that works: %+v", id, c)
		}
	}
	// Values that are not saved, and stay so.
	if c := admin.testConnection(map[string]any{"slug": "elsewhere", "clientSecret": "x"})["discovery"]; c.Status != "failed" || c.Field != "Slug" {
		t.Errorf("wrong slug: %+v", c)
	}
	if c := admin.testConnection(map[string]any{"clientSecret": "wrong"})["client_secret"]; c.Status != "failed" || c.Field != "Client Secret" {
		t.Errorf("wrong secret: %+v", c)
	}
	if c := admin.testConnection(map[string]any{})["client_secret"]; c.Status != "ok" {
		t.Errorf("the stored secret is gone: %+v", c)
	}
	p.Set(func(s *authtest.Settings) { s.RedirectURIs = []string{h.server.URL + callbackPath + "/"} })
	if c := admin.testConnection(map[string]any{})["redirect_uri"]; c.Status != "failed" || !strings.Contains(c.Seen+c.Fix, h.server.URL+callbackPath) {
		t.Errorf("redirect URI: %+v", c)
	}
	admin.want(422, "POST", "/api/v1/admin/oauth/authentik/test", map[string]any{"baseUrl": "ftp://x"})
	admin.want(404, "POST", "/api/v1/admin/oauth/github/test", map[string]any{})
}

// Whoever may change the address must not have the stored secret sent there by a test.
func TestTestConnectionKeepsTheStoredSecretHome(t *testing.T) {
	t.Parallel()
	h, admin, _ := withAuthentik(t, nil)
	elsewhere := authtest.Start(t, authtest.Config{ClientID: "pantrie-client", ClientSecret: "other", RedirectURIs: []string{h.server.URL + callbackPath}})
	got := admin.testConnection(map[string]any{"baseUrl": elsewhere.BaseURL()})
	if c := got["client_secret"]; c.Status != "skipped" {
		t.Errorf("%+v", c)
	}
	if n := elsewhere.Count(oidc.EndpointToken); n != 0 {
		t.Errorf("%d requests to the other server's token endpoint", n)
	}
}

func TestTestConnectionStreamsAndRunsOnce(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	held, leave := make(chan struct{}, 1), make(chan struct{})
	p.Set(func(s *authtest.Settings) {
		s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == oidc.EndpointKeys {
				held <- struct{}{}
				<-leave
			}
			next.ServeHTTP(w, r)
		}
	})
	req, err := http.NewRequest("POST", h.server.URL+"/api/v1/admin/oauth/authentik/test", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/x-ndjson")
	resp, err := admin.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	if !lines.Scan() || !strings.Contains(lines.Text(), `"name_resolution"`) || resp.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("first line %q of %s", lines.Text(), resp.Header.Get("Content-Type"))
	}
	<-held // the first lines were read before the test was done
	if a := admin.want(409, "POST", "/api/v1/admin/oauth/authentik/test", map[string]any{}); a.code() != "test_running" {
		t.Errorf("%s", a.body)
	}
	close(leave)
	n := 1
	for lines.Scan() {
		n++
	}
	if n != 13 {
		t.Errorf("%d lines", n)
	}
	admin.testConnection(map[string]any{})
}

func TestTestConnectionInTheWizard(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	token, err := h.auth.Setup.Token(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p := authtest.Start(t, authtest.Config{ClientSecret: "first-secret", RedirectURIs: []string{"https://pantry.example.org" + callbackPath}})
	oauth := map[string]any{"provider": "authentik", "baseUrl": p.BaseURL(), "slug": "pantrie", "clientId": "pantrie-client", "clientSecret": "first-secret"}
	b := h.browser()
	b.want(403, "POST", "/api/v1/setup/oauth-test", map[string]any{"setupToken": "guess", "publicUrl": "https://pantry.example.org", "oauth": oauth})
	a := b.want(200, "POST", "/api/v1/setup/oauth-test", map[string]any{"setupToken": token, "publicUrl": "https://pantry.example.org", "oauth": oauth})
	if strings.Contains(a.body, `"failed"`) || !strings.Contains(a.body, `"redirect_uri"`) {
		t.Errorf("%s", a.body)
	}
	a = b.want(200, "POST", "/api/v1/setup/oauth-test", map[string]any{"setupToken": token, "publicUrl": "https://pantry.example.org/sub", "oauth": oauth})
	if !strings.Contains(a.body, "https://pantry.example.org/sub"+callbackPath) || !strings.Contains(a.body, `"failed"`) {
		t.Errorf("another address: %s", a.body)
	}
	h.setUp()
	b.want(409, "POST", "/api/v1/setup/oauth-test", map[string]any{"setupToken": token, "oauth": oauth})
}

// connectOIDC sets up the third kind of provider with the same server: Authentik is one.
func connectOIDC(admin *browser, p *authtest.Provider, change map[string]any) {
	body := map[string]any{"issuerUrl": p.Issuer(), "clientId": "pantrie-client", "clientSecret": "first-secret", "label": "Home ID"}
	for k, v := range change {
		body[k] = v
	}
	admin.want(200, "PUT", "/api/v1/admin/oauth/oidc", body)
}

func TestOtherProvidersBesideAuthentik(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	other := authtest.Start(t, authtest.Config{ClientSecret: "first-secret", RedirectURIs: []string{h.server.URL + "/api/v1/auth/oauth/oidc/callback"},
		Users: []authtest.User{{Username: "mara", Password: "mara", Email: "mara@example.org", Name: "Mara Brandt"}}})
	connectOIDC(admin, other, nil)
	var buttons []map[string]any
	if err := json.Unmarshal([]byte(h.browser().want(200, "GET", "/api/v1/auth/oauth/providers", nil).body), &buttons); err != nil || len(buttons) != 2 || buttons[1]["label"] != "Sign in with Home ID" {
		t.Fatalf("buttons: %v, %v", buttons, err)
	}
	b := h.browser()
	b.header.Set("Accept", "text/html")
	to := b.want(303, "GET", "/api/v1/auth/oauth/oidc/login", nil).header.Get("Location")
	back, err := other.Authorize(context.Background(), nil, to, "mara")
	if err != nil {
		t.Fatal(err)
	}
	// The callback of one is refused for another.
	b.refused(b.follow(strings.Replace(back, "/oidc/", "/authentik/", 1)), "state_invalid", 1, 0)
	to = b.want(303, "GET", "/api/v1/auth/oauth/oidc/login", nil).header.Get("Location")
	if back, err = other.Authorize(context.Background(), nil, to, "mara"); err != nil {
		t.Fatal(err)
	}
	if to := b.follow(back); to.Path != "/" {
		t.Fatalf("ended at %s", to)
	}
	if me := b.want(200, "GET", "/api/v1/auth/me", nil).json(); me["signedInWith"] != "oidc" {
		t.Errorf("me: %v", me)
	}
	// One account, two ways in: the address is proven by the first.
	c := h.browser()
	c.signInAs(p, "mara", "/")
	me := c.want(200, "GET", "/api/v1/auth/me", nil).json()
	if len(me["providers"].([]any)) != 2 {
		t.Errorf("linked with %v", me["providers"])
	}
	if n, err := h.db.CountUsers(context.Background()); err != nil || n != 2 {
		t.Errorf("%d users, %v", n, err)
	}
	overview := admin.want(200, "GET", "/api/v1/admin/oauth", nil).body
	if !strings.Contains(overview, `"id":"google","name":"Google","configured":false`) {
		t.Errorf("overview: %s", overview)
	}
}

func TestGoogleNeedsOnlyIDAndSecret(t *testing.T) {
	t.Parallel()
	_, admin, _ := withAuthentik(t, nil)
	got := admin.want(200, "PUT", "/api/v1/admin/oauth/google", map[string]any{"clientId": "id", "clientSecret": "secret"}).json()
	if got["configured"] != true || got["issuer"] != "https://accounts.google.com" || !strings.HasSuffix(got["redirectUri"].(string), "/auth/oauth/google/callback") {
		t.Errorf("%v", got)
	}
}

func TestSignInLogIsFoundAndFiltered(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	b := h.browser()
	b.signInAs(p, "mara", "/")
	h.clock.add(time.Second)
	h.browser().login(401, "jonas@example.org", "guess")
	p.Set(func(s *authtest.Settings) { s.ClientSecret = "rotated" })
	to := b.signInAs(p, "mara", "/")
	find := func(query string) []any {
		return admin.want(200, "GET", "/api/v1/admin/sign-ins?"+query, nil).json()["signIns"].([]any)
	}
	row := find("ref=" + strings.ToLower(to.Query().Get("ref")))
	if len(row) != 1 || row[0].(map[string]any)["code"] != "client_rejected" {
		t.Fatalf("by reference: %v", row)
	}
	steps := row[0].(map[string]any)["steps"].([]any)
	if last := steps[len(steps)-1].(map[string]any); last["failed"] != true || len(steps) < 3 {
		t.Errorf("steps: %v", steps)
	}
	for query, want := range map[string]int{"person=MARA": 1, "person=jonas": 1, "outcome=failed": 1, "outcome=refused": 1, "provider=authentik": 2, "person=nobody": 0, "outcome=created&provider=authentik": 1} {
		if got := find(query); len(got) != want {
			t.Errorf("%s: %d rows, want %d: %v", query, len(got), want, got)
		}
	}
	page := admin.want(200, "GET", "/api/v1/admin/sign-ins?limit=2", nil).json()
	rest := find("limit=200&before=" + page["next"].(string))
	if all := find(""); len(all) != 2+len(rest) || page["next"] == "" {
		t.Errorf("%d rows by page, %d in all", 2+len(rest), len(all))
	}
	admin.want(422, "GET", "/api/v1/admin/sign-ins?outcome=odd", nil)
	own := b.h.browser()
	own.login(200, adminEmail, adminPassword)
	if got := own.account()["signIns"].([]any); len(got) == 0 || got[0].(map[string]any)["provider"] != "password" {
		t.Errorf("one's own sign-ins: %v", got)
	}
}
