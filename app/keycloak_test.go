//go:build keycloak

package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pantrie/auth/reason"
	"pantrie/db"
)

// What Pantrie does at a real Keycloak, through its pages and its admin REST API. make test-keycloak brings it.
func TestKeycloak(t *testing.T) {
	k := startKeycloak(t)
	for _, tt := range []struct {
		name string
		test func(*testing.T, *keycloak)
	}{
		{"first-sign-in", keycloakFirstSignIn},
		{"linking", keycloakLinking},
		{"groups", keycloakGroups},
		{"consent", keycloakConsent},
		{"key-rotation", keycloakKeyRotation},
		{"signed-userinfo", keycloakSignedUserinfo},
		{"sign-out-at-both", keycloakSignOutAtBoth},
		{"signed-out-there", keycloakSignedOutThere},
		{"one-session-ended-there", keycloakOneSessionEndedThere},
		{"not-told", keycloakNotTold},
		{"connection", keycloakConnection},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, k) })
	}
}

func (r *realm) me(b *browser) map[string]any {
	r.t.Helper()
	return b.want(http.StatusOK, "GET", "/api/v1/auth/me", nil).json()
}

// isOut checks that nobody is signed in here.
func (r *realm) isOut(b *browser) {
	r.t.Helper()
	b.want(http.StatusUnauthorized, "GET", "/api/v1/auth/me", nil)
}

// newest is the newest row of the sign-in log.
func (r *realm) newest() db.SignInRecord {
	r.t.Helper()
	rows := r.signIns(db.SignInFilter{})
	if len(rows) == 0 {
		r.t.Fatal("the sign-in log is empty")
	}
	return rows[0]
}

// Keycloak offers offline_access to every client, and gives a session for it that lives on when the person signs out.
func keycloakFirstSignIn(t *testing.T, k *keycloak) {
	r := newRealm(t, k, nil)
	var offered struct {
		Scopes []string `json:"scopes_supported"`
	}
	discovery := r.browser().want(http.StatusOK, "GET", k.url+"/realms/"+r.name+"/.well-known/openid-configuration", nil)
	must(t, json.Unmarshal([]byte(discovery.body), &offered))
	asked := strings.Fields(r.start(r.browser()).Query().Get("scope"))
	if !slices.Contains(offered.Scopes, "offline_access") || slices.Contains(asked, "offline_access") {
		t.Errorf("offered %q, asked for %q", offered.Scopes, asked)
	}

	first := r.me(r.signIn("mara"))
	if first["name"] != "Mara Brandt" || first["email"] != "mara@example.org" || first["signedInWith"] != "oidc" ||
		first["siteAdmin"] != false || first["hasPassword"] != false {
		t.Errorf("me: %v", first)
	}
	if row := r.newest(); row.Outcome != db.OutcomeCreated {
		t.Errorf("sign-in log: %+v", row)
	}
	if again := r.me(r.signIn("mara")); again["id"] != first["id"] {
		t.Errorf("the second sign-in is %v, the first was %v", again, first)
	}
	if n, err := r.db.CountUsers(context.Background()); err != nil || n != 2 {
		t.Errorf("%d users, %v", n, err)
	}
	var offline []any
	k.read(t, "/"+r.name+"/users/"+r.userID("mara")+"/offline-sessions/"+r.client()["id"].(string), &offline)
	if sessions := r.sessions("mara"); len(offline) != 0 || len(sessions) != 2 {
		t.Errorf("%d offline sessions and %d others at Keycloak", len(offline), len(sessions))
	}
}

func keycloakLinking(t *testing.T, k *keycloak) {
	r := newRealm(t, k, nil)
	r.change("sam", func(u representation) { u["emailVerified"] = false })
	b := r.browser()
	if to := r.ends(b, r.proves(b, "sam")); to.String() != "/login/link" {
		t.Errorf("with an address that nobody verified: ended at %s", to)
	}
	r.isOut(b)

	r.change("sam", func(u representation) { u["emailVerified"] = true })
	me := r.me(r.signIn("sam"))
	if me["siteAdmin"] != true || me["hasPassword"] != true || me["notice"] != "linked" {
		t.Errorf("me: %v", me)
	}
	r.isOut(r.admin) // the account's other sessions have ended
	if row := r.newest(); row.Outcome != db.OutcomeLinked {
		t.Errorf("sign-in log: %+v", row)
	}
	if n, err := r.db.CountUsers(context.Background()); err != nil || n != 1 {
		t.Errorf("%d users, %v", n, err)
	}
}

// Keycloak leaves the claim out for somebody who is in no group.
func keycloakGroups(t *testing.T, k *keycloak) {
	r := newRealm(t, k, nil)
	r.admin.want(http.StatusOK, "PUT", keycloakSettings, map[string]any{
		"adminGroup": "admins", "signUpRole": "viewer",
		"rules": []map[string]any{{"group": "family", "householdId": r.plain.HouseholdID(), "role": "editor"}},
	})
	r.leaves("mara", "admins")
	var before *browser
	for _, step := range []struct {
		name  string
		do    func()
		admin bool
		role  string
		kept  bool // the session before
	}{
		{"in one group", func() {}, false, "editor", true},
		{"up", func() { r.joins("mara", "admins") }, true, "editor", true},
		{"down", func() { r.leaves("mara", "admins") }, false, "editor", false},
		{"up again", func() { r.joins("mara", "admins") }, true, "editor", true},
		{"down to none", func() { r.leaves("mara", "admins"); r.leaves("mara", "family") }, false, "viewer", false},
		{"up from none", func() { r.joins("mara", "family"); r.joins("mara", "admins") }, true, "editor", true},
	} {
		step.do()
		b := r.signIn("mara")
		if b.IsAdmin() != step.admin || b.Role() != step.role {
			t.Errorf("%s: site administrator %t, role %q; want %t, %q", step.name, b.IsAdmin(), b.Role(), step.admin, step.role)
		}
		if left := strings.Contains(r.newest().Detail, "taken as being in no group"); left != (step.name == "down to none") {
			t.Errorf("%s: the sign-in log says %q", step.name, r.newest().Detail)
		}
		if before != nil {
			if got := before.do("GET", "/api/v1/auth/me", nil).status; (got == http.StatusOK) != step.kept {
				t.Errorf("%s: the session before answers %d", step.name, got)
			}
		}
		before = b
	}
}

func keycloakConsent(t *testing.T, k *keycloak) {
	r := newRealm(t, k, func(client representation) { client["consentRequired"] = true })
	b := r.browser()
	to := r.ends(b, r.submit(b, r.proves(b, "mara"), url.Values{"cancel": {"No"}}))
	row, err := r.host.signIn(to.Query().Get("ref"))
	if to.Path != "/login" || to.Query().Get("error") != string(reason.Denied) || to.Query().Get("provider") != "oidc" ||
		err != nil || row.Code != string(reason.Denied) || !strings.Contains(row.Detail, "access_denied") {
		t.Errorf("ended at %s; sign-in log: %+v, %v", to, row, err)
	}
	r.isOut(b)
	if n, err := r.db.CountUsers(context.Background()); err != nil || n != 1 {
		t.Errorf("%d users, %v", n, err)
	}
	if to := r.ends(b, r.submit(b, r.proves(b, "mara"), url.Values{"accept": {"Yes"}})); to.String() != "/stock" {
		t.Errorf("with consent: ended at %s", to)
	}
	r.me(b)
}

func keycloakKeyRotation(t *testing.T, k *keycloak) {
	r := newRealm(t, k, nil)
	phone, old := r.signIn("mara"), r.activeKey()
	r.rotateKeys()
	if now := r.activeKey(); now == old {
		t.Fatal("Keycloak still signs with the old key")
	}
	laptop := r.signIn("mara")
	r.me(phone)
	r.me(laptop)
	// A logout token may be the first that a new key has signed.
	r.rotateKeys()
	r.signsOutUser("mara")
	r.isOut(phone)
	r.isOut(laptop)
}

// The groups are in userinfo alone: they are read, so that was.
func keycloakSignedUserinfo(t *testing.T, k *keycloak) {
	r := newRealm(t, k, func(client representation) {
		client["attributes"].(map[string]string)["user.info.response.signature.alg"] = "RS256"
		client["directAccessGrantsEnabled"] = true // for the test itself
		config := client["protocolMappers"].([]representation)[0]["config"].(map[string]string)
		config["id.token.claim"], config["access.token.claim"] = "false", "false"
	})
	if kind := r.userinfoType("mara"); kind != "application/jwt" {
		t.Fatalf("Keycloak answers %q", kind)
	}
	r.admin.want(http.StatusOK, "PUT", keycloakSettings, map[string]any{"adminGroup": "admins"})
	if me := r.me(r.signIn("mara")); me["siteAdmin"] != true || me["email"] != "mara@example.org" {
		t.Errorf("me: %v", me)
	}
}

func keycloakSignOutAtBoth(t *testing.T, k *keycloak) {
	r := newRealm(t, k, nil)
	b := r.signIn("mara")
	// Signed out here alone, somebody whom Keycloak still knows comes back without a question.
	if to := b.signOut(); to != nil {
		t.Errorf("sent to %s although the option is off", to)
	}
	r.isOut(b)
	if to := r.ends(b, r.open(b, http.MethodGet, r.start(b).String(), nil)); to.String() != "/stock" {
		t.Errorf("ended at %s", to)
	}
	r.admin.want(http.StatusOK, "PUT", keycloakSettings, map[string]any{"signOutAtProvider": true})
	to := b.signOut()
	if to == nil {
		t.Fatal("not sent to Keycloak")
	}
	r.isOut(b)
	// No page in between: the ID token says whose session it is.
	if to := r.ends(b, r.open(b, http.MethodGet, to.String(), nil)); to.String() != "/login?signedOut=oidc" {
		t.Errorf("ended at %s", to)
	}
	if left := r.sessions("mara"); len(left) != 0 {
		t.Errorf("%d sessions at Keycloak", len(left))
	}
	if p := r.open(b, http.MethodGet, r.start(b).String(), nil); !strings.Contains(p.html, `name="password"`) {
		t.Errorf("Keycloak asks for no password at %s", p.at)
	}
}

// signedOutRow checks that the log has a logout token that ended so many sessions.
func (r *realm) signedOutRow(ended string) {
	r.t.Helper()
	row := r.newest()
	if row.Outcome != db.OutcomeSignedOut || row.UserID == "" || !strings.HasSuffix(row.Detail, "ended here: "+ended) {
		r.t.Errorf("sign-in log: %+v", row)
	}
}

// Keycloak sends its logout tokens before it answers.
func keycloakSignedOutThere(t *testing.T, k *keycloak) {
	r := newRealm(t, k, nil)
	phone, laptop, sam := r.signIn("mara"), r.signIn("mara"), r.signIn("sam")
	r.signsOutUser("mara")
	r.signedOutRow("2")
	r.isOut(phone)
	r.isOut(laptop)
	r.me(sam)
	// Sam does it, on Keycloak's own page.
	asks := r.open(sam, http.MethodGet, k.url+"/realms/"+r.name+"/protocol/openid-connect/logout", nil)
	r.submit(sam, asks, url.Values{"confirmLogout": {"Logout"}})
	r.signedOutRow("1")
	r.isOut(sam)
}

func keycloakOneSessionEndedThere(t *testing.T, k *keycloak) {
	r := newRealm(t, k, func(client representation) {
		client["attributes"].(map[string]string)["backchannel.logout.session.required"] = "true"
	})
	phone := r.signIn("mara")
	first := r.sessions("mara")
	if len(first) != 1 {
		t.Fatalf("%d sessions at Keycloak", len(first))
	}
	laptop := r.signIn("mara")
	r.catchUp()
	k.send(t, http.MethodDelete, "/"+r.name+"/sessions/"+first[0], nil)
	r.signedOutRow("1")
	r.isOut(phone)
	r.me(laptop)
}

// Keycloak tells nobody that somebody is disabled or deleted, or that an administrator has ended everybody's sessions.
// /help/providers says so.
func keycloakNotTold(t *testing.T, k *keycloak) {
	r := newRealm(t, k, nil)
	mara, sam := r.signIn("mara"), r.signIn("sam")
	r.change("mara", func(u representation) { u["enabled"] = false })
	r.me(mara)
	r.signsOutUser("mara")
	r.signedOutRow("1")
	r.isOut(mara)
	if p := r.proves(r.browser(), "mara"); !strings.Contains(p.html, "Account is disabled") {
		t.Errorf("shown at %s:\n%s", p.at, p.html)
	}
	k.send(t, http.MethodPost, "/"+r.name+"/logout-all", nil)
	if left := r.sessions("sam"); len(left) != 0 {
		t.Errorf("%d sessions at Keycloak", len(left))
	}
	r.me(sam)
	sam = r.signIn("sam")
	k.send(t, http.MethodDelete, "/"+r.name+"/users/"+r.userID("sam"), nil)
	r.me(sam)
	if rows := r.signIns(db.SignInFilter{Outcome: db.OutcomeSignedOut}); len(rows) != 1 {
		t.Errorf("%d logout tokens came", len(rows))
	}
}

func keycloakConnection(t *testing.T, k *keycloak) {
	r := newRealm(t, k, nil)
	for _, tt := range []struct {
		name   string
		send   map[string]any
		failed []string
	}{
		{"as saved", map[string]any{}, nil},
		{"a wrong secret", map[string]any{"clientSecret": "wrong"}, []string{"client_secret secret_wrong"}},
		{"another client", map[string]any{"clientId": "nobody"}, []string{"client_secret client_unknown"}},
		{"another realm", map[string]any{"issuerUrl": k.url + "/realms/nowhere", "clientSecret": realmSecret},
			[]string{"discovery discovery_not_found"}},
	} {
		var report struct {
			Checks []struct{ ID, Status, Code, Seen string }
		}
		must(t, json.Unmarshal([]byte(r.admin.want(200, "POST", keycloakSettings+"/test", tt.send).body), &report))
		var failed []string
		for _, c := range report.Checks {
			if c.Status != "ok" && c.Status != "skipped" {
				failed = append(failed, c.ID+" "+c.Code)
			}
		}
		if len(report.Checks) != 13 || !slices.Equal(failed, tt.failed) {
			t.Errorf("%s: of %d checks failed %q, want %q", tt.name, len(report.Checks), failed, tt.failed)
		}
	}
	client := r.client()
	client["redirectUris"] = []string{r.server.URL + "/elsewhere"}
	k.send(t, http.MethodPut, "/"+r.name+"/clients/"+client["id"].(string), client)
	body := r.admin.want(200, "POST", keycloakSettings+"/test", map[string]any{}).body
	if !strings.Contains(body, `"code":"redirect_uri_wrong"`) {
		t.Errorf("with another redirect URI there: %s", body)
	}
}
