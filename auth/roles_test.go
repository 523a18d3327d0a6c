package auth_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth/account"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/signin"
	"pantrie/db"
)

// administrators counts the site administrators who are not disabled.
func administrators(h *matrix.Host) (n int) {
	h.T.Helper()
	all, err := h.DB.Users(context.Background())
	must(h.T, err)
	for _, u := range all {
		if u.SiteAdmin && !u.Disabled {
			n++
		}
	}
	return n
}

func groupsSeen(h *matrix.Host) bool {
	h.T.Helper()
	p, err := h.Auth.Providers.Get(context.Background(), provider.Authentik)
	must(h.T, err)
	seen, err := h.Auth.Providers.Seen(context.Background(), p)
	must(h.T, err)
	return seen.Groups
}

// try plays a test sign-in and returns where it ends and what it showed.
func try(
	h *matrix.Host, admin *matrix.Browser, p *authtest.Provider, username string,
) (page string, r *signin.TestResult) {
	h.T.Helper()
	must(h.T, within(h, admin, func(ctx context.Context) error {
		to, err := h.Auth.SignIns.StartTest(ctx, provider.Authentik)
		if err != nil {
			return err
		}
		back, err := p.Authorize(ctx, nil, to, username)
		page = back
		return err
	}))
	page = admin.Follow(page).String()
	current, err := h.Auth.Providers.Get(context.Background(), provider.Authentik)
	if err == nil {
		r, err = h.Auth.SignIns.TestResult(context.Background(), current)
	}
	must(h.T, err)
	return page, r
}

func groupsOf(username string, groups ...string) func(*authtest.Settings) {
	return func(s *authtest.Settings) { s.User(username).Groups = groups }
}

// rule is one for the only household.
func rule(h *matrix.Host, group string, role db.Role) provider.GroupRule {
	return provider.GroupRule{Group: group, HouseholdID: h.HouseholdID(), Role: role}
}

// appoint makes somebody a site administrator, or takes that away.
func appoint(h *matrix.Host, id string, yes bool) error {
	return h.Auth.Accounts.Update(context.Background(), id, account.Change{SiteAdmin: &yes})
}

// me is the id of who is signed in.
func me(b *matrix.Browser) string {
	id, _ := b.Want(200, "GET", "/api/v1/auth/me", nil).JSON()["id"].(string)
	return id
}

func TestGroupsDecideRoles(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	viewer, rules := db.RoleViewer, []provider.GroupRule{rule(h, "family", db.RoleEditor), rule(h, "cooks", db.RoleAdmin)}
	save(h, provider.Input{AdminGroup: new("admins"), SignUpRole: &viewer, Rules: &rules})
	again := func() *matrix.Browser {
		b := h.Browser()
		b.SignInAs(p, "mara", "/")
		return b
	}
	first := again()
	if got := first.Role(); got != "editor" {
		t.Errorf("in family: %q", got)
	}
	p.Set(groupsOf("mara", "family", "cooks", "admins"))
	up := again()
	if up.Role() != "admin" || !up.IsAdmin() {
		t.Errorf("in all: %q, site administrator %v", up.Role(), up.IsAdmin())
	}
	first.Want(200, "GET", "/api/v1/auth/me", nil)
	p.Set(func(s *authtest.Settings) { s.User("mara").OmitClaims = []string{"groups"} })
	none := again() // they have been sent before: she is in none
	if none.Role() != "viewer" || none.IsAdmin() {
		t.Errorf("no groups sent: %q, site administrator %v", none.Role(), none.IsAdmin())
	}
	if rows := h.SignIns(db.SignInFilter{Most: 1}); !strings.Contains(rows[0].Detail, "taken as being in no group") {
		t.Errorf("the log does not tell: %q", rows[0].Detail)
	}
	for _, b := range []*matrix.Browser{first, up} { // whoever loses a role is signed out elsewhere
		b.Want(401, "GET", "/api/v1/auth/me", nil)
	}
	p.Set(groupsOf("mara", "cooks", "admins"))
	p.Set(func(s *authtest.Settings) { s.User("mara").OmitClaims = nil })
	back := again()
	p.Set(groupsOf("mara"))
	down := again()
	if down.Role() != "viewer" || down.IsAdmin() {
		t.Errorf("in none: %q, site administrator %v", down.Role(), down.IsAdmin())
	}
	back.Want(401, "GET", "/api/v1/auth/me", nil)
}

// A claim that has never come may be a scope that nobody has set up: it takes nobody's role away. A test sign-in in
// which it comes is enough to know better, and another claim, client or issuer is another matter.
func TestGroupsThatNeverCameTakeNothing(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	save(h, provider.Input{AdminGroup: new("admins"), Rules: &[]provider.GroupRule{rule(h, "cooks", db.RoleAdmin)}})
	omit := func(names ...string) {
		p.Set(func(s *authtest.Settings) { s.User("mara").OmitClaims, s.User("sam").OmitClaims = names, names })
	}
	again := func() *matrix.Browser {
		b := h.Browser()
		b.SignInAs(p, "mara", "/")
		return b
	}
	seen := func(want bool) {
		t.Helper()
		if got := groupsSeen(h); got != want {
			t.Errorf("groups seen: %v, want %v", got, want)
		}
	}
	omit("groups")
	id := me(again())
	must(t, appoint(h, id, true))
	if b := again(); !b.IsAdmin() {
		t.Error("a claim that never came has taken a role")
	}
	seen(false)
	omit()
	try(h, asAdmin(h), p, "sam")
	seen(true)
	omit("groups")
	if b := again(); b.IsAdmin() {
		t.Error("after a test sign-in with the claim, its absence means nothing")
	}
	must(t, appoint(h, id, true))
	save(h, provider.Input{GroupClaim: new("roles")})
	seen(false)
	if b := again(); !b.IsAdmin() {
		t.Error("another claim that never came has taken a role")
	}
}

// A sign-in that began under other settings says nothing of the present ones, and takes nothing from them.
func TestGroupsSeenBelongToTheSettingsTheyCameUnder(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	claim := func(name string) { save(h, provider.Input{GroupClaim: &name}) }
	p.Set(func(s *authtest.Settings) { s.User("mara").Claims = map[string]any{"roles": []string{"cook"}} })
	claim("roles")
	b := h.Browser()
	to := b.Start("/").String()
	claim("groups")
	h.Browser().SignInAs(p, "mara", "/")
	if !groupsSeen(h) {
		t.Fatal("groups have come")
	}
	back, err := p.Authorize(t.Context(), nil, to, "mara")
	if err != nil {
		t.Fatal(err)
	}
	b.Follow(back)
	if !groupsSeen(h) {
		t.Error("a sign-in under other settings has made it forget the groups")
	}
}

func TestLastAdministratorStaysWhateverTheGroups(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	save(h, provider.Input{AdminGroup: new("admins"), Rules: &[]provider.GroupRule{rule(h, "family", db.RoleViewer)}})
	p.Set(groupsOf("sam", "family"))
	b := h.Browser()
	b.SignInAs(p, "sam", "/")
	if !b.IsAdmin() || b.Role() != "admin" {
		t.Errorf("site administrator %v, %q", b.IsAdmin(), b.Role())
	}
	p.Set(groupsOf("mara", "admins", "family"))
	h.Browser().SignInAs(p, "mara", "/")
	b.SignInAs(p, "sam", "/")
	if b.IsAdmin() {
		t.Error("stays site administrator although there is another one")
	}
}

// A disabled account administers no household.
func TestTheLastAdministratorOfAHouseholdStaysBesideADisabledOne(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	ctx := context.Background()
	save(h, provider.Input{Rules: &[]provider.GroupRule{rule(h, "family", db.RoleViewer)}})
	p.Set(groupsOf("sam", "family"))
	sam, err := h.DB.UserByEmail(ctx, matrix.AdminEmail)
	must(t, err)
	nina := join(h, "Nina", "nina@example.org")
	must(t, h.Auth.Households.SetMember(ctx, sam, true, h.HouseholdID(), nina, db.RoleAdmin))
	must(t, h.Auth.Accounts.Update(ctx, nina, account.Change{Disabled: new(true)}))
	b := h.Browser()
	b.SignInAs(p, "sam", "/")
	if b.Role() != "admin" {
		t.Errorf("nobody administers the household; sam is %q", b.Role())
	}
	must(t, h.Auth.Accounts.Update(ctx, nina, account.Change{Disabled: new(false)}))
	b.SignInAs(p, "sam", "/")
	if b.Role() != "viewer" {
		t.Errorf("sam stays %q although there is another administrator", b.Role())
	}
}

// Whom the provider lets in no more cannot administer anything: who can stays.
func TestAnAdministratorWithoutAccessIsNotTheOtherOne(t *testing.T) {
	t.Parallel()
	h, mara, p := withRefresh(t)
	must(t, appoint(h, me(mara), true))
	p.Set(func(s *authtest.Settings) { s.User("mara").Disabled = true })
	h.Clock.Add(21 * time.Minute)
	asks(h, mara)
	save(h, provider.Input{AdminGroup: new("admins")})
	sam := h.Browser()
	sam.SignInAs(p, "sam", "/")
	if !sam.IsAdmin() {
		t.Error("nobody can administer Pantrie")
	}
	p.Set(func(s *authtest.Settings) { s.User("mara").Disabled = false })
	p.Set(groupsOf("mara", "admins"))
	mustSignIn(t, h.Browser(), p)
	sam.SignInAs(p, "sam", "/")
	if sam.IsAdmin() {
		t.Error("stays administrator although there is another one")
	}
}

// Two administrators lose the group at once: one of them stays.
func TestTwoAdministratorsLoseTheGroupAtOnce(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	p.Set(groupsOf("mara", "admins"))
	p.Set(groupsOf("sam", "admins"))
	save(h, provider.Input{AdminGroup: new("admins")})
	for _, name := range []string{"mara", "sam"} {
		h.Browser().SignInAs(p, name, "/")
	}
	p.Set(groupsOf("mara"))
	p.Set(groupsOf("sam"))
	var wg sync.WaitGroup
	for _, name := range []string{"mara", "sam"} {
		b := h.Browser()
		wg.Go(func() { b.SignInAs(p, name, "/") })
	}
	wg.Wait()
	if n := administrators(h); n != 1 {
		t.Errorf("%d administrators", n)
	}
}

// Whoever is the only administrator, and comes in through a provider alone, cannot take that way away from the pages.
func TestOnlyWayInOfTheAdministratorsStays(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	ctx := context.Background()
	mara := h.Browser()
	mara.SignInAs(p, "mara", "/")
	must(t, appoint(h, me(mara), true))
	save(h, provider.Input{Enabled: new(false)})
	// While the provider is off, she does not count as somebody who can sign in.
	sam := me(asAdmin(h))
	fails(t, "while the provider is off", appoint(h, sam, false), fault.LastAdmin)
	save(h, provider.Input{Enabled: new(true)})
	must(t, appoint(h, sam, false))
	for what, in := range map[string]provider.Input{
		"switching it off": {Enabled: new(false)}, "another slug": {Slug: new("elsewhere"), ClientSecret: "x"},
	} {
		fails(t, what, h.Auth.Providers.Save(ctx, provider.Authentik, in), fault.LastAdmin)
	}
	fails(t, "forgetting it", h.Auth.Providers.Forget(ctx, provider.Authentik), fault.LastAdmin)
	save(h, provider.Input{Label: new("Home")})
	mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": password})
	save(h, provider.Input{Enabled: new(false)})
}
