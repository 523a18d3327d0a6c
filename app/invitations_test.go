package app_test

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/provider"
	"pantrie/db"
)

// invite makes an invitation and returns its secret.
func (b *browser) invite(household, role string) string {
	b.h.t.Helper()
	made := b.want(201, "POST", "/api/v1/households/"+household+"/invitations", map[string]any{"role": role}).json()
	_, token, ok := strings.Cut(made["link"].(string), "/invite#token=")
	if !ok || len(token) < 43 {
		b.h.t.Fatalf("the link is %v", made["link"])
	}
	return token
}

func (b *browser) accept(status int, token string) answer {
	b.h.t.Helper()
	return b.want(status, "POST", "/api/v1/invitations/accept", map[string]any{"token": token})
}

func (b *browser) checkInvitation(status int, token string) answer {
	b.h.t.Helper()
	return b.want(status, "POST", "/api/v1/invitations/check", map[string]any{"token": token})
}

// invitedAs comes back from the provider with an invitation and returns where the browser ends.
func (b *browser) invitedAs(p *authtest.Provider, token, username string) *url.URL {
	b.h.t.Helper()
	return b.follow(b.toProvider(p, token, username))
}

// toProvider goes there with an invitation and returns the address that leads back.
func (b *browser) toProvider(p *authtest.Provider, token, username string) string {
	b.h.t.Helper()
	to := b.want(200, "POST", "/api/v1/invitations/sign-in", map[string]any{"token": token, "provider": "authentik"}).json()["location"].(string)
	if strings.Contains(to, token) {
		b.h.t.Error("the secret is sent to the provider")
	}
	back, err := p.Authorize(context.Background(), nil, to, username)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return back
}

// homes maps names of one's households to roles.
func (b *browser) homes() map[string]string {
	b.h.t.Helper()
	roles := map[string]string{}
	for _, one := range b.want(200, "GET", "/api/v1/auth/me", nil).json()["households"].([]any) {
		home := one.(map[string]any)
		roles[home["name"].(string)] = home["role"].(string)
	}
	return roles
}

func TestAnInvitationIsMadeListedAndWithdrawn(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	path := "/api/v1/households/" + p.home + "/invitations"
	for name, b := range map[string]*browser{"nobody": p.h.browser(), "stranger": p.other, "viewer": p.child, "editor": p.cook, "site administrator": p.site} {
		want := map[string]int{"nobody": 401, "viewer": 403, "editor": 403}[name]
		if want == 0 {
			want = 404
		}
		b.want(want, "GET", path, nil)
		b.want(want, "POST", path, map[string]any{"role": "viewer"})
		b.want(want, "DELETE", path+"/something", nil)
	}
	p.boss.want(422, "POST", path, map[string]any{"role": "owner"})
	token := p.boss.invite(p.home, "viewer")
	open := p.boss.want(200, "GET", path, nil)
	if strings.Contains(open.body, token) || strings.Contains(p.h.log.String(), token) {
		t.Error("the secret is shown again, or logged")
	}
	list := open.json()["invitations"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["invitedBy"] != "boss" || list[0].(map[string]any)["role"] != "viewer" {
		t.Fatalf("open: %s", open.body)
	}
	seen := p.h.browser().checkInvitation(200, token).json()
	if seen["household"] != "Blue house" || seen["invitedBy"] != "boss" || seen["role"] != "viewer" || seen["ownRole"] != "" {
		t.Errorf("the page is told %v", seen)
	}
	id := list[0].(map[string]any)["id"].(string)
	p.other.want(404, "DELETE", "/api/v1/households/"+p.elsewhere+"/invitations/"+id, nil)
	p.boss.want(204, "DELETE", path+"/"+id, nil)
	p.boss.want(404, "DELETE", path+"/"+id, nil)
	if a := p.other.accept(404, token); a.code() != "invitation_revoked" || strings.Contains(a.body, "Blue house") {
		t.Errorf("withdrawn: %s", a.body)
	}
	if left := p.boss.want(200, "GET", path, nil).json()["invitations"].([]any); len(left) != 0 {
		t.Errorf("still open: %v", left)
	}
}

func TestAnInvitationWorksOnce(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	token := p.boss.invite(p.home, "editor")
	p.h.browser().accept(401, token)
	if joined := p.other.accept(200, token).json(); joined["name"] != "Blue house" || joined["role"] != "editor" {
		t.Errorf("joined %v", joined)
	}
	if got := p.other.homes(); got["Blue house"] != "editor" || got["Elsewhere"] != "admin" {
		t.Errorf("households: %v", got)
	}
	p.other.accept(200, token) // the same person, in another tab
	if a := p.site.accept(404, token); a.code() != "invitation_used" || strings.Contains(a.body, "Blue house") {
		t.Errorf("used: %s", a.body)
	}
	if a := p.h.browser().checkInvitation(404, token); a.code() != "invitation_used" {
		t.Errorf("used: %s", a.body)
	}
	if a := p.h.browser().checkInvitation(404, token+"x"); a.code() != "invitation_invalid" {
		t.Errorf("no invitation: %s", a.body)
	}
	old := p.boss.invite(p.home, "viewer")
	p.h.clock.add(8 * 24 * time.Hour)
	if a := p.h.browser().checkInvitation(404, old); a.code() != "invitation_expired" || strings.Contains(a.body, "Blue house") {
		t.Errorf("expired: %s", a.body)
	}
	p.h.clock.add(31 * 24 * time.Hour)
	if err := p.h.auth.Tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
	if a := p.h.browser().checkInvitation(404, old); a.code() != "invitation_invalid" {
		t.Errorf("long over: %s", a.body)
	}
}

func TestAnInvitationNeverLowersARole(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	low := p.boss.invite(p.home, "viewer")
	if got := p.cook.checkInvitation(200, low).json()["ownRole"]; got != "editor" {
		t.Errorf("own role: %v", got)
	}
	if joined := p.cook.accept(200, low).json(); joined["role"] != "editor" {
		t.Errorf("an editor who accepts as a viewer: %v", joined)
	}
	p.other.accept(200, low) // nobody needed it so far
	high := p.boss.invite(p.home, "admin")
	p.child.accept(200, high)
	if got := p.child.homes()["Blue house"]; got != "admin" {
		t.Errorf("a viewer who accepts as an admin is %s", got)
	}
}

// An administrator who is none any more leaves no way in behind.
func TestAnInvitationIsWorthWhatItsInviterMayDo(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	members := "/api/v1/admin/households/" + p.home + "/members/"
	p.site.want(200, "PUT", members+p.ids["cook"], map[string]any{"role": "admin"})
	token := p.cook.invite(p.home, "admin")
	over := func(why string) {
		t.Helper()
		if a := p.other.accept(404, token); a.code() != "invitation_revoked" {
			t.Errorf("%s: %s", why, a.body)
		}
		if open := p.boss.want(200, "GET", "/api/v1/households/"+p.home+"/invitations", nil).json()["invitations"].([]any); len(open) != 0 {
			t.Errorf("%s: listed", why)
		}
	}
	p.site.want(200, "PUT", members+p.ids["cook"], map[string]any{"role": "editor"})
	over("no administrator any more")
	p.site.want(204, "DELETE", members+p.ids["cook"], nil)
	over("taken out")
	p.site.want(200, "PUT", members+p.ids["cook"], map[string]any{"role": "admin"})
	p.site.want(200, "PATCH", "/api/v1/admin/users/"+p.ids["cook"], map[string]any{"disabled": true})
	over("disabled")
	p.site.want(204, "DELETE", "/api/v1/admin/users/"+p.ids["cook"], nil)
	if a := p.other.accept(404, token); a.code() != "invitation_invalid" {
		t.Errorf("deleted: %s", a.body)
	}
}

func TestSomebodyInvitedMakesAnAccount(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	token := p.boss.invite(p.home, "viewer")
	make := func(b *browser, status int, email string) answer {
		t.Helper()
		return b.want(status, "POST", "/api/v1/invitations/account", map[string]any{"token": token, "name": " Pia ", "email": email, "password": "quince and thyme"})
	}
	b := p.h.browser()
	if a := b.want(422, "POST", "/api/v1/invitations/account", map[string]any{"token": token, "name": "", "email": "x", "password": "12345678"}); fieldNames(a) != "email name password" {
		t.Errorf("wrong fields: %s", a.body)
	}
	if a := make(b, 409, "COOK@example.org"); a.code() != "email_taken" {
		t.Errorf("somebody's address: %s", a.body)
	}
	b.want(401, "GET", "/api/v1/auth/me", nil)
	me := make(b, 201, "pia@example.org").json()
	if me["name"] != "Pia" || me["siteAdmin"] != false || len(me["households"].([]any)) != 1 {
		t.Errorf("made: %v", me)
	}
	if got := b.homes(); got["Blue house"] != "viewer" {
		t.Errorf("households: %v", got)
	}
	if a := make(p.h.browser(), 404, "pia2@example.org"); a.code() != "invitation_used" {
		t.Errorf("a second account: %s", a.body)
	}
	user, err := p.h.db.UserByEmail(context.Background(), "pia@example.org")
	if err != nil || user.EmailProof != db.ProofNone {
		t.Errorf("an address that was only typed counts as proven: %+v, %v", user, err)
	}
	rows := p.h.signIns(db.SignInFilter{UserID: user.ID})
	if len(rows) != 1 || rows[0].Outcome != db.OutcomeCreated || !strings.Contains(rows[0].Detail, "invited by boss into Blue house") {
		t.Errorf("sign-in log: %+v", rows)
	}
	p.h.browser().login(200, "pia@example.org", "quince and thyme")
}

func TestTwoAcceptAtOnce(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	for range 3 {
		token := p.boss.invite(p.elsewhereOf(p.boss), "viewer")
		var mu sync.Mutex
		won := 0
		try := func(fn func() answer, ok int) func() {
			return func() {
				if fn().status == ok {
					mu.Lock()
					won++
					mu.Unlock()
				}
			}
		}
		var wg sync.WaitGroup
		wg.Go(try(func() answer { return p.other.do("POST", "/api/v1/invitations/accept", map[string]any{"token": token}) }, 200))
		wg.Go(try(func() answer { return p.cook.do("POST", "/api/v1/invitations/accept", map[string]any{"token": token}) }, 200))
		wg.Go(try(func() answer {
			return p.h.browser().do("POST", "/api/v1/invitations/account", map[string]any{"token": token, "name": "Pia", "email": token[:8] + "@example.org", "password": "quince and thyme"})
		}, 201))
		wg.Wait()
		if won != 1 {
			t.Errorf("%d used one invitation", won)
		}
	}
}

// elsewhereOf makes one more household and returns its id.
func (p people) elsewhereOf(b *browser) string {
	p.h.t.Helper()
	return b.want(201, "POST", "/api/v1/households", map[string]any{"name": "Cabin"}).json()["id"].(string)
}

func TestGuessingInvitationsIsSlowedDown(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	b := h.browser()
	for range 30 {
		b.checkInvitation(404, "a guess")
	}
	if a := b.checkInvitation(429, "a guess"); a.header.Get("Retry-After") == "" {
		t.Errorf("%s", a.body)
	}
}

func closedToStrangers(h *host, in provider.Input) {
	h.t.Helper()
	in.SignUp = new(false)
	if err := h.auth.Providers.Save(context.Background(), "authentik", in); err != nil {
		h.t.Fatal(err)
	}
}

// Somebody new is admitted although nobody may sign up, into the household of the invitation alone.
func TestSomebodyInvitedComesFromAProvider(t *testing.T) {
	t.Parallel()
	for _, verified := range []authtest.Verified{authtest.VerifiedTrue, authtest.VerifiedFalse} {
		h, admin, p := withAuthentik(t, func(c *authtest.Config) { c.Setup = matrix.EmailVerified(verified) })
		closedToStrangers(h, provider.Input{})
		cabin := admin.want(201, "POST", "/api/v1/households", map[string]any{"name": "Cabin"}).json()["id"].(string)
		token := admin.invite(cabin, "viewer")
		b := h.browser()
		if to := b.invitedAs(p, token, "mara"); to.String() != "/" {
			t.Fatalf("ended at %s", to)
		}
		if got := b.homes(); len(got) != 1 || got["Cabin"] != "viewer" {
			t.Errorf("households: %v", got)
		}
		if a := h.browser().checkInvitation(404, token); a.code() != "invitation_used" {
			t.Errorf("afterwards: %s", a.body)
		}
		user, err := h.db.UserByEmail(context.Background(), "mara@example.org")
		if err != nil || (user.EmailProof == db.ProofProvider) != (verified == authtest.VerifiedTrue) {
			t.Errorf("the address's proof: %+v, %v", user, err)
		}
		rows := h.signIns(db.SignInFilter{UserID: user.ID})
		if len(rows) != 1 || rows[0].Outcome != db.OutcomeCreated || !strings.Contains(rows[0].Detail, "invited by Sam into Cabin as viewer") {
			t.Errorf("sign-in log: %+v", rows)
		}
		if to := h.browser().signInAs(p, "nomail", "/"); to.Query().Get("error") != "signup_off" {
			t.Errorf("somebody who is not invited ends at %s", to)
		}
	}
}

// Whoever has an account is not made anew: known, linked by a verified address, or by the password.
func TestSomebodyInvitedHasAnAccount(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	closedToStrangers(h, provider.Input{})
	home := func(name string) string {
		return admin.want(201, "POST", "/api/v1/households", map[string]any{"name": name}).json()["id"].(string)
	}
	_, link := h.addUser(admin, "Mara", "mara@example.org")
	h.browser().want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": link, "password": "quince and thyme"})

	p.Set(matrix.EmailVerified(authtest.VerifiedFalse))
	b := h.browser()
	if to := b.invitedAs(p, admin.invite(home("Cabin"), "editor"), "mara"); to.String() != "/login/link" {
		t.Fatalf("ended at %s", to)
	}
	if shown := b.want(200, "GET", "/api/v1/auth/link", nil).json(); shown["blind"] != false {
		t.Errorf("the page is told %v", shown)
	}
	b.prove(200, "quince and thyme")
	if got := b.homes(); got["Cabin"] != "editor" {
		t.Errorf("after the password: %v", got)
	}

	known := h.browser()
	if to := known.invitedAs(p, admin.invite(home("Garden"), "viewer"), "mara"); to.String() != "/" {
		t.Fatalf("known: ended at %s", to)
	}
	if got := known.homes(); got["Garden"] != "viewer" || got["Cabin"] != "editor" {
		t.Errorf("known: %v", got)
	}
	if n, err := h.db.CountUsers(context.Background()); err != nil || n != 2 {
		t.Errorf("%d users, %v", n, err)
	}
}

func TestAnInvitationEndsWhileOnTheWay(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	closedToStrangers(h, provider.Input{})
	home := admin.want(200, "GET", "/api/v1/auth/me", nil).json()["households"].([]any)[0].(map[string]any)["id"].(string)
	token := admin.invite(home, "viewer")
	first, second := h.browser(), h.browser()
	back, late := first.toProvider(p, token, "mara"), second.toProvider(p, token, "nomail")
	again := first.toProvider(p, token, "mara") // a second tab
	if to := first.follow(back); to.String() != "/" {
		t.Fatalf("ended at %s", to)
	}
	if to := first.follow(again); to.String() != "/" {
		t.Errorf("the second tab ends at %s", to)
	}
	to := second.follow(late)
	if to.Path != "/invite" || to.Query().Get("error") != "invitation_over" || to.Query().Get("ref") == "" {
		t.Errorf("the second person ends at %s", to)
	}
	second.want(401, "GET", "/api/v1/auth/me", nil)
	if n, err := h.db.CountUsers(context.Background()); err != nil || n != 2 {
		t.Errorf("%d users, %v", n, err)
	}
}

// The provider's groups decide over somebody who is invited too.
func TestAnInvitationDoesNotOpenWhatGroupsClose(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	closedToStrangers(h, provider.Input{AllowedGroups: &[]string{"friends"}})
	home := admin.want(200, "GET", "/api/v1/auth/me", nil).json()["households"].([]any)[0].(map[string]any)["id"].(string)
	token := admin.invite(home, "viewer")
	b := h.browser()
	if to := b.invitedAs(p, token, "mara"); to.Path != "/invite" || to.Query().Get("error") != "not_allowed" {
		t.Errorf("ended at %s", to)
	}
	b.want(401, "GET", "/api/v1/auth/me", nil)
	b.checkInvitation(200, token) // and is not used up
}

func TestSomebodyDisabledCannotJoin(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	if to := h.browser().signInAs(p, "mara", "/"); to.Path != "/" {
		t.Fatal(to)
	}
	user, err := h.db.UserByEmail(context.Background(), "mara@example.org")
	if err != nil {
		t.Fatal(err)
	}
	admin.want(200, "PATCH", "/api/v1/admin/users/"+user.ID, map[string]any{"disabled": true})
	cabin := admin.want(201, "POST", "/api/v1/households", map[string]any{"name": "Cabin"}).json()["id"].(string)
	token := admin.invite(cabin, "viewer")
	b := h.browser()
	if to := b.invitedAs(p, token, "mara"); to.Path != "/invite" || to.Query().Get("error") != "account_disabled" {
		t.Errorf("ended at %s", to)
	}
	b.checkInvitation(200, token)
}

func TestNoAccountsWithPasswordsWhereThoseAreOff(t *testing.T) {
	t.Parallel()
	h, admin, p := withAuthentik(t, nil)
	admin.want(200, "GET", "/api/v1/auth/me", nil)
	if to := admin.signInAs(p, "sam", "/"); to.Path != "/" {
		t.Fatal(to)
	}
	to := admin.want(200, "POST", "/api/v1/admin/oauth/authentik/test-sign-in", nil).json()["location"].(string)
	back, err := p.Authorize(context.Background(), nil, to, "sam")
	if err != nil {
		t.Fatal(err)
	}
	admin.follow(back)
	admin.want(200, "PUT", "/api/v1/admin/sign-in", map[string]any{"localLogin": false})
	home := admin.want(200, "GET", "/api/v1/auth/me", nil).json()["households"].([]any)[0].(map[string]any)["id"].(string)
	token := admin.invite(home, "viewer")
	a := h.browser().want(403, "POST", "/api/v1/invitations/account", map[string]any{"token": token, "name": "Pia", "email": "pia@example.org", "password": "quince and thyme"})
	if a.code() != "local_login_off" {
		t.Errorf("%s", a.body)
	}
}
