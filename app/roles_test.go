package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/db"
)

func groupsOf(username string, groups ...string) func(*authtest.Settings) {
	return func(s *authtest.Settings) { s.User(username).Groups = groups }
}

func (b *browser) roleOf() string {
	b.h.t.Helper()
	return b.Role()
}

func (b *browser) isAdmin() bool {
	b.h.t.Helper()
	return b.IsAdmin()
}

func (h *host) householdID() string {
	h.t.Helper()
	return h.plain.HouseholdID()
}

func TestAllowedGroupsAreStoredTidily(t *testing.T) {
	t.Parallel()
	_, admin, _ := withAuthentik(t, nil)
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"allowedGroups": []string{"family", " friends ", "", "family"}})
	if got := fmt.Sprint(admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()["allowedGroups"]); got != "[family friends]" {
		t.Errorf("stored as %s", got)
	}
}

func TestGroupsDecideRoles(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	home := h.householdID()
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{
		"adminGroup": "admins", "signUpRole": "viewer",
		"rules": []map[string]any{{"group": "family", "householdId": home, "role": "editor"}, {"group": "cooks", "householdId": home, "role": "admin"}},
	})
	again := func() *browser {
		b := h.browser()
		b.signInAs(p, "mara", "/")
		return b
	}
	first := again()
	if got := first.roleOf(); got != "editor" {
		t.Errorf("in family: %q", got)
	}
	p.Set(groupsOf("mara", "family", "cooks", "admins"))
	up := again()
	if up.roleOf() != "admin" || !up.isAdmin() {
		t.Errorf("in all: %q, site administrator %v", up.roleOf(), up.isAdmin())
	}
	first.want(200, "GET", "/api/v1/auth/me", nil)
	p.Set(func(s *authtest.Settings) { s.User("mara").OmitClaims = []string{"groups"} })
	none := again() // they have been sent before: she is in none
	if none.roleOf() != "viewer" || none.isAdmin() {
		t.Errorf("no groups sent: %q, site administrator %v", none.roleOf(), none.isAdmin())
	}
	if rows := h.signIns(db.SignInFilter{Most: 1}); !strings.Contains(rows[0].Detail, "taken as being in no group") {
		t.Errorf("the log does not tell: %q", rows[0].Detail)
	}
	for _, b := range []*browser{first, up} { // whoever loses a role is signed out elsewhere
		b.want(401, "GET", "/api/v1/auth/me", nil)
	}
	p.Set(groupsOf("mara", "cooks", "admins"))
	p.Set(func(s *authtest.Settings) { s.User("mara").OmitClaims = nil })
	back := again()
	p.Set(groupsOf("mara"))
	down := again()
	if down.roleOf() != "viewer" || down.isAdmin() {
		t.Errorf("in none: %q, site administrator %v", down.roleOf(), down.isAdmin())
	}
	back.want(401, "GET", "/api/v1/auth/me", nil)
}

// A claim that has never come may be a scope that nobody has set up: it takes nobody's role away. A test sign-in in
// which it comes is enough to know better, and another claim, client or issuer is another matter.
func TestGroupsThatNeverCameTakeNothing(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	home := h.householdID()
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{
		"adminGroup": "admins", "rules": []map[string]any{{"group": "cooks", "householdId": home, "role": "admin"}},
	})
	omit := func(names ...string) {
		p.Set(func(s *authtest.Settings) { s.User("mara").OmitClaims, s.User("sam").OmitClaims = names, names })
	}
	again := func() *browser {
		b := h.browser()
		b.signInAs(p, "mara", "/")
		return b
	}
	seen := func(want bool) {
		t.Helper()
		if got := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()["groupsSeen"]; got != want {
			t.Errorf("groups seen: %v, want %v", got, want)
		}
	}
	omit("groups")
	mara := again()
	id := mara.want(200, "GET", "/api/v1/auth/me", nil).json()["id"].(string)
	admin.want(200, "PATCH", "/api/v1/admin/users/"+id, map[string]any{"siteAdmin": true})
	if b := again(); !b.isAdmin() {
		t.Error("a claim that never came has taken a role")
	}
	seen(false)
	omit()
	admin.try(p, "sam")
	seen(true)
	omit("groups")
	if b := again(); b.isAdmin() {
		t.Error("after a test sign-in with the claim, its absence means nothing")
	}
	admin.want(200, "PATCH", "/api/v1/admin/users/"+id, map[string]any{"siteAdmin": true})
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"groupClaim": "roles"})
	seen(false)
	if b := again(); !b.isAdmin() {
		t.Error("another claim that never came has taken a role")
	}
}

// A sign-in that began under other settings says nothing of the present ones, and takes nothing from them.
func TestGroupsSeenBelongToTheSettingsTheyCameUnder(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	claim := func(name string) {
		admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"groupClaim": name})
	}
	seen := func() any { return admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()["groupsSeen"] }
	p.Set(func(s *authtest.Settings) { s.User("mara").Claims = map[string]any{"roles": []string{"cook"}} })
	claim("roles")
	b := h.browser()
	to := b.start("/").String()
	claim("groups")
	h.browser().signInAs(p, "mara", "/")
	if seen() != true {
		t.Fatal("groups have come")
	}
	back, err := p.Authorize(t.Context(), nil, to, "mara")
	if err != nil {
		t.Fatal(err)
	}
	b.follow(back)
	if seen() != true {
		t.Error("a sign-in under other settings has made it forget the groups")
	}
}

func TestLastAdministratorStaysWhateverTheGroups(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{
		"adminGroup": "admins", "rules": []map[string]any{{"group": "family", "householdId": h.householdID(), "role": "viewer"}},
	})
	p.Set(groupsOf("sam", "family"))
	b := h.browser()
	b.signInAs(p, "sam", "/")
	if !b.isAdmin() || b.roleOf() != "admin" {
		t.Errorf("site administrator %v, %q", b.isAdmin(), b.roleOf())
	}
	p.Set(groupsOf("mara", "admins", "family"))
	h.browser().signInAs(p, "mara", "/")
	b.signInAs(p, "sam", "/")
	if b.isAdmin() {
		t.Error("stays site administrator although there is another one")
	}
}

// Two administrators lose the group at once: one of them stays.
func TestTwoAdministratorsLoseTheGroupAtOnce(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	p.Set(groupsOf("mara", "admins"))
	p.Set(groupsOf("sam", "admins"))
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"adminGroup": "admins"})
	for _, name := range []string{"mara", "sam"} {
		h.browser().signInAs(p, name, "/")
	}
	p.Set(groupsOf("mara"))
	p.Set(groupsOf("sam"))
	var wg sync.WaitGroup
	for _, name := range []string{"mara", "sam"} {
		b := h.browser()
		wg.Go(func() { b.signInAs(p, name, "/") })
	}
	wg.Wait()
	if n := h.administrators(); n != 1 {
		t.Errorf("%d administrators", n)
	}
}

func TestRoleSettingsRefuse(t *testing.T) {
	t.Parallel()
	h, admin, _ := withAuthentik(t, nil)
	home := h.householdID()
	rule := func(group, household, role string) []map[string]any {
		return []map[string]any{{"group": group, "householdId": household, "role": role}}
	}
	for name, tt := range map[string]struct {
		field string
		body  map[string]any
	}{
		"rule without a group":      {"rules[0].group", map[string]any{"rules": rule(" ", home, "editor")}},
		"rule without a household":  {"rules[0].householdId", map[string]any{"rules": rule("family", "", "editor")}},
		"rule for no household":     {"rules[0].householdId", map[string]any{"rules": rule("family", "nowhere", "editor")}},
		"sign-up into no household": {"signUpHouseholdId", map[string]any{"signUpHouseholdId": "nowhere"}},
		"control characters":        {"adminGroup", map[string]any{"adminGroup": "a\nb"}},
		"group of 300 characters":   {"allowedGroups", map[string]any{"allowedGroups": []string{strings.Repeat("g", 300)}}},
		"scope with a space":        {"scopes", map[string]any{"scopes": []string{"openid email"}}},
		"CA that is none":           {"ca", map[string]any{"ca": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"}},
		"CA that is text":           {"ca", map[string]any{"ca": "hello"}},
	} {
		a := admin.want(422, "PUT", "/api/v1/admin/oauth/authentik", tt.body)
		if !slices.Contains(strings.Fields(fieldNames(a)), tt.field) {
			t.Errorf("%s: names %q, want %s", name, fieldNames(a), tt.field)
		}
	}
	many := []map[string]any{}
	for i := range 101 {
		many = append(many, map[string]any{"group": fmt.Sprint(i), "householdId": home, "role": "editor"})
	}
	admin.want(http.StatusUnprocessableEntity, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"rules": many})
}

// Whoever is the only administrator, and comes in through a provider alone, cannot take that way
// away from the pages.
func TestOnlyWayInOfTheAdministratorsStays(t *testing.T) {
	h, admin, p := withAuthentik(t, nil)
	mara := h.browser()
	mara.signInAs(p, "mara", "/")
	id := mara.want(200, "GET", "/api/v1/auth/me", nil).json()["id"].(string)
	admin.want(200, "PATCH", "/api/v1/admin/users/"+id, map[string]any{"siteAdmin": true})
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"enabled": false})
	// While the provider is off, she does not count as somebody who can sign in.
	own := admin.want(200, "GET", "/api/v1/auth/me", nil).json()["id"].(string)
	if a := admin.want(409, "PATCH", "/api/v1/admin/users/"+own, map[string]any{"siteAdmin": false}); a.code() != "last_admin" {
		t.Errorf("%s", a.body)
	}
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"enabled": true})
	admin.want(200, "PATCH", "/api/v1/admin/users/"+own, map[string]any{"siteAdmin": false})
	for _, try := range []func() answer{
		func() answer {
			return mara.want(409, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"enabled": false})
		},
		func() answer {
			return mara.want(409, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"slug": "elsewhere", "clientSecret": "x"})
		},
		func() answer { return mara.want(409, "DELETE", "/api/v1/admin/oauth/authentik", nil) },
	} {
		if a := try(); a.code() != "last_admin" {
			t.Errorf("%s", a.body)
		}
	}
	mara.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"label": "Home"})
	mara.want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": "quince and thyme"})
	mara.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"enabled": false})
}
