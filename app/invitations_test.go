package app_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"pantrie/auth/authtest"
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
