package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/fault"
	"pantrie/auth/household"
	"pantrie/auth/provider"
	"pantrie/auth/signin"
	"pantrie/db"
)

// family is a household with one of each: its administrator, an editor, a viewer. A stranger is in none of it, and
// the site administrator neither.
type family struct {
	*matrix.Host
	home string
	ids  map[string]string
}

func newFamily(t *testing.T) family {
	t.Helper()
	f := family{Host: newHost(t), ids: map[string]string{}}
	for _, name := range []string{"boss", "cook", "child", "stranger"} {
		f.ids[name] = join(f.Host, name, name+"@example.org")
	}
	site, err := f.DB.UserByEmail(context.Background(), matrix.AdminEmail)
	must(t, err)
	f.ids["site"] = site.ID
	home, err := f.Auth.Households.Create(context.Background(), f.ids["boss"], " Blue house ", "Asia/Tokyo")
	must(t, err)
	f.home = home.ID
	must(t, f.set("site", true, "cook", db.RoleEditor))
	must(t, f.set("site", true, "child", db.RoleViewer))
	return f
}

// user is somebody as they are now.
func (f family) user(name string) db.User {
	f.T.Helper()
	u, err := f.DB.UserByID(context.Background(), f.ids[name])
	must(f.T, err)
	return u
}

func (f family) set(by string, asSite bool, who string, role db.Role) error {
	return f.Auth.Households.SetMember(context.Background(), f.user(by), asSite, f.home, f.ids[who], role)
}

func (f family) remove(by string, asSite bool, who string) error {
	return f.Auth.Households.RemoveMember(context.Background(), f.user(by), asSite, f.home, f.ids[who])
}

// role is somebody's in the household, empty for none.
func (f family) role(who string) db.Role {
	f.T.Helper()
	m, err := f.Auth.Households.MemberOf(context.Background(), f.ids[who], f.home, db.RoleViewer)
	must(f.T, db.IgnoreNotFound(err))
	return m.Role
}

func (f family) browser(name string) *matrix.Browser {
	b := f.Browser()
	b.Login(200, name+"@example.org", password)
	return b
}

// invite makes an invitation and returns its id and secret.
func (f family) invite(by string, role db.Role) (id, token string) {
	f.T.Helper()
	v, token, err := f.Auth.Households.Invite(context.Background(), f.ids[by], f.home, role)
	must(f.T, err)
	return v.ID, token
}

func accept(h *matrix.Host, b *matrix.Browser, token string) error {
	return within(h, b, func(ctx context.Context) error {
		_, err := h.Auth.SignIns.AcceptInvitation(ctx, token)
		return err
	})
}

// look is what the page of an invitation asks.
func look(h *matrix.Host, token string) error {
	return within(h, h.Browser(), func(ctx context.Context) error {
		_, err := h.Auth.SignIns.Invitation(ctx, token)
		return err
	})
}

func makeAccount(h *matrix.Host, b *matrix.Browser, token, name, email, plain string) error {
	return within(h, b, func(ctx context.Context) error {
		_, err := h.Auth.SignIns.CreateInvited(ctx,
			signin.InvitedAccount{Token: token, Name: name, Email: email, Password: plain})
		return err
	})
}

func TestWhoMayDoWhatInAHousehold(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	ctx, homes := context.Background(), f.Auth.Households
	name := "Mine"
	for what, do := range map[string]func(who string) error{
		"rename":            func(who string) error { return homes.Change(ctx, f.ids[who], f.home, household.Changes{Name: &name}) },
		"set a role":        func(who string) error { return f.set(who, false, "cook", db.RoleAdmin) },
		"take somebody out": func(who string) error { return f.remove(who, false, "boss") },
		"see invitations":   func(who string) error { _, err := homes.Invitations(ctx, f.ids[who], f.home); return err },
		"revoke":            func(who string) error { return homes.Revoke(ctx, f.ids[who], f.home, "any") },
		"delete":            func(who string) error { _, err := homes.Delete(ctx, f.user(who), false, f.home); return err },
		"invite": func(who string) error {
			_, _, err := homes.Invite(ctx, f.ids[who], f.home, db.RoleAdmin)
			return err
		},
		"act as an administrator": func(who string) error {
			_, err := homes.MemberOf(ctx, f.ids[who], f.home, db.RoleAdmin)
			return err
		},
	} {
		for who, want := range map[string]fault.Code{
			"stranger": fault.NotFound, "site": fault.NotFound, "child": fault.Forbidden, "cook": fault.Forbidden,
		} {
			fails(t, what+" as "+who, do(who), want)
		}
	}
	for who, want := range map[string]fault.Code{"boss": fault.Forbidden, "stranger": fault.Forbidden} {
		fails(t, "as site, "+who, f.set(who, true, "cook", db.RoleAdmin), want)
		fails(t, "as site, "+who, f.remove(who, true, "cook"), want)
		_, err := homes.Delete(ctx, f.user(who), true, f.home)
		fails(t, "as site, "+who, err, want)
	}
	for who, role := range map[string]db.Role{"boss": "admin", "cook": "editor", "child": "viewer", "stranger": ""} {
		if got := f.role(who); got != role {
			t.Errorf("%s is %q afterwards, want %q", who, got, role)
		}
	}
}

func TestAHouseholdIsManaged(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	ctx, homes := context.Background(), f.Auth.Households
	change := func(name, zone *string) error {
		return homes.Change(ctx, f.ids["boss"], f.home, household.Changes{Name: name, TimeZone: zone})
	}
	is := func(name, zone string) {
		t.Helper()
		if got, err := f.DB.HouseholdByID(ctx, f.home); err != nil || got.Name != name || got.TimeZone != zone {
			t.Errorf("the household is %+v, %v", got, err)
		}
	}
	is("Blue house", "Asia/Tokyo")
	must(t, change(new(" Green house "), nil))
	must(t, change(nil, new("Europe/Berlin")))
	must(t, change(nil, new("")))
	is("Green house", "Europe/Berlin")
	fails(t, "no name", change(new("  "), nil), fault.ValidationFailed, "name")
	fails(t, "no place", change(nil, new("Mars/Olympus")), fault.ValidationFailed, "timeZone")
	fails(t, "the server's own", change(nil, new("Local")), fault.ValidationFailed, "timeZone")
	is("Green house", "Europe/Berlin")
	_, err := homes.Create(ctx, f.ids["boss"], "", "Mars/Olympus")
	fails(t, "another one", err, fault.ValidationFailed, "name", "timeZone")

	// The last administrator stays, whoever tries, and can go once there is another.
	fails(t, "no role", f.set("boss", false, "cook", "owner"), fault.ValidationFailed, "role")
	fails(t, "going", f.remove("boss", false, "boss"), fault.LastAdmin)
	fails(t, "stepping down", f.set("boss", false, "boss", db.RoleViewer), fault.LastAdmin)
	fails(t, "sent away by the site", f.remove("site", true, "boss"), fault.LastAdmin)
	must(t, f.set("boss", false, "cook", db.RoleAdmin))
	must(t, disable(f.Host, f.ids["cook"], true))
	fails(t, "beside one who is disabled", f.remove("boss", false, "boss"), fault.LastAdmin)
	must(t, disable(f.Host, f.ids["cook"], false))
	must(t, f.remove("boss", false, "boss"))
	must(t, f.remove("child", false, "child")) // of their own accord
	fails(t, "who is gone", f.remove("cook", false, "child"), fault.NotFound)

	// A household's administrator puts nobody in who is not in it; a site administrator does.
	fails(t, "putting in", f.set("cook", false, "stranger", db.RoleViewer), fault.NotFound)
	must(t, f.set("site", true, "stranger", db.RoleViewer))
	f.ids["nobody"] = "nobody"
	fails(t, "putting nobody in", f.set("site", true, "nobody", db.RoleViewer), fault.NotFound)

	_, err = homes.Delete(ctx, f.user("cook"), false, f.home)
	must(t, err)
	_, err = homes.Delete(ctx, f.user("site"), true, f.home)
	fails(t, "once more", err, fault.NotFound)
	f.user("stranger") // people keep their accounts
}

func TestNobodyFillsTheDatabase(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	ctx, homes := context.Background(), f.Auth.Households
	for range 18 { // beside the first household and the blue house
		_, err := homes.Create(ctx, f.ids["boss"], "One more", "")
		must(t, err)
	}
	_, err := homes.Create(ctx, f.ids["boss"], "One too many", "")
	fails(t, "households", err, fault.Conflict)
	for range 50 {
		f.invite("boss", db.RoleViewer)
	}
	_, _, err = homes.Invite(ctx, f.ids["boss"], f.home, db.RoleViewer)
	fails(t, "invitations", err, fault.Conflict)
	f.Clock.Add(7*24*time.Hour + time.Second)
	f.invite("boss", db.RoleViewer) // those have run out
}

func TestAnInvitationWorksOnce(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	ctx := context.Background()
	_, _, err := f.Auth.Households.Invite(ctx, f.ids["boss"], f.home, "owner")
	fails(t, "no role", err, fault.ValidationFailed, "role")
	_, token := f.invite("boss", db.RoleEditor)
	stranger := f.browser("stranger")
	fails(t, "nobody signed in", accept(f.Host, f.Browser(), token), fault.Unauthenticated)
	must(t, accept(f.Host, stranger, token))
	if got := f.role("stranger"); got != db.RoleEditor {
		t.Errorf("joined as %q", got)
	}
	must(t, accept(f.Host, stranger, token)) // the same person, in another tab
	fails(t, "somebody else", accept(f.Host, asAdmin(f.Host), token), fault.InvitationUsed)
	must(t, f.remove("boss", false, "stranger"))
	fails(t, "again, once taken out", accept(f.Host, stranger, token), fault.InvitationUsed)

	id, token := f.invite("boss", db.RoleViewer)
	must(t, look(f.Host, " "+token+"\n"))
	must(t, f.Auth.Households.Revoke(ctx, f.ids["boss"], f.home, id))
	fails(t, "revoked twice", f.Auth.Households.Revoke(ctx, f.ids["boss"], f.home, id), fault.NotFound)
	fails(t, "revoked", accept(f.Host, stranger, token), fault.InvitationRevoked)

	_, token = f.invite("boss", db.RoleViewer)
	f.Clock.Add(7*24*time.Hour - time.Second)
	must(t, look(f.Host, token))
	f.Clock.Add(2 * time.Second)
	fails(t, "after a week", accept(f.Host, stranger, token), fault.InvitationExpired)
	f.Clock.Add(31 * 24 * time.Hour)
	must(t, f.Auth.Tidy(ctx))
	fails(t, "long over", look(f.Host, token), fault.InvitationInvalid)
	for range 29 {
		fails(t, "a guess", look(f.Host, "a guess"), fault.InvitationInvalid)
	}
	fails(t, "one guess too many", look(f.Host, "a guess"), fault.TooManyRequests)
}

func TestAnInvitationNeverLowersARole(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	_, low := f.invite("boss", db.RoleViewer)
	must(t, accept(f.Host, f.browser("cook"), low))
	must(t, accept(f.Host, f.browser("stranger"), low)) // nobody needed it so far
	_, high := f.invite("boss", db.RoleAdmin)
	must(t, accept(f.Host, f.browser("child"), high))
	for who, role := range map[string]db.Role{"cook": db.RoleEditor, "stranger": db.RoleViewer, "child": db.RoleAdmin} {
		if got := f.role(who); got != role {
			t.Errorf("%s is %q, want %q", who, got, role)
		}
	}
}

// An administrator who is none any more leaves no way in behind.
func TestAnInvitationIsWorthWhatItsInviterMayDo(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	ctx := context.Background()
	stranger := f.browser("stranger")
	must(t, f.set("site", true, "cook", db.RoleAdmin))
	_, token := f.invite("cook", db.RoleAdmin)
	open := func() int {
		t.Helper()
		list, err := f.Auth.Households.Invitations(ctx, f.ids["boss"], f.home)
		must(t, err)
		return len(list)
	}
	if open() != 1 {
		t.Error("the boss does not see it")
	}
	over := func(why string) {
		t.Helper()
		fails(t, why, accept(f.Host, stranger, token), fault.InvitationRevoked)
		if n := open(); n != 0 {
			t.Errorf("%s: %d are listed", why, n)
		}
	}
	must(t, f.set("site", true, "cook", db.RoleEditor))
	over("no administrator any more")
	must(t, f.remove("site", true, "cook"))
	over("taken out")
	must(t, f.set("site", true, "cook", db.RoleAdmin))
	must(t, disable(f.Host, f.ids["cook"], true))
	over("disabled")
	must(t, f.Auth.Accounts.Delete(ctx, f.ids["cook"]))
	fails(t, "deleted", accept(f.Host, stranger, token), fault.InvitationInvalid)
	// Whoever signed the guest out meanwhile has the last word, too.
	_, token = f.invite("boss", db.RoleViewer)
	fails(t, "disabled meanwhile", within(f.Host, stranger, func(ctx context.Context) error {
		must(t, disable(f.Host, f.ids["stranger"], true))
		_, err := f.Auth.SignIns.AcceptInvitation(ctx, token)
		return err
	}), fault.Unauthenticated)
}

func TestSomebodyInvitedMakesAnAccount(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	ctx := context.Background()
	_, token := f.invite("boss", db.RoleViewer)
	b := f.Browser()
	fails(t, "wrong fields", makeAccount(f.Host, b, token, "", "x", "12345678"), fault.ValidationFailed,
		"email", "name", "password")
	fails(t, "taken", makeAccount(f.Host, b, token, "Pia", "COOK@example.org", password), fault.EmailTaken, "email")
	b.Want(401, "GET", "/api/v1/auth/me", nil)
	must(t, makeAccount(f.Host, b, token, " Pia ", "pia@example.org", password))
	user, err := f.DB.UserByEmail(ctx, "pia@example.org")
	if err != nil || user.Name != "Pia" || user.SiteAdmin || user.EmailProof != db.ProofNone || user.ID != me(b) {
		t.Errorf("made %+v, %v", user, err)
	}
	if f.ids["pia"] = user.ID; f.role("pia") != db.RoleViewer {
		t.Errorf("joined as %q", f.role("pia"))
	}
	rows := f.SignIns(db.SignInFilter{UserID: user.ID})
	if len(rows) != 1 || rows[0].Outcome != db.OutcomeCreated ||
		!strings.Contains(rows[0].Detail, "invited by boss into Blue house") {
		t.Errorf("sign-in log: %+v", rows)
	}
	fails(t, "twice", makeAccount(f.Host, f.Browser(), token, "Pia", "pia2@example.org", password), fault.InvitationUsed)
	f.Browser().Login(200, "pia@example.org", password)
}

func TestTwoAcceptAtOnce(t *testing.T) {
	t.Parallel()
	f := newFamily(t)
	must(t, f.remove("boss", false, "cook"))
	cook, stranger := f.browser("cook"), f.browser("stranger")
	for round := range 3 {
		_, token := f.invite("boss", db.RoleViewer)
		var won atomic.Int32
		var wg sync.WaitGroup
		for _, try := range []func() error{
			func() error { return accept(f.Host, cook, token) },
			func() error { return accept(f.Host, stranger, token) },
			func() error {
				return makeAccount(f.Host, f.Browser(), token, "Pia", fmt.Sprintf("pia%d@example.org", round), password)
			},
		} {
			wg.Go(func() {
				if try() == nil {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 {
			t.Errorf("%d used one invitation", won.Load())
		}
		for _, who := range []string{"cook", "stranger"} {
			if f.role(who) != "" {
				must(t, f.remove("boss", false, who))
			}
		}
	}
}

// invitedTo goes to the provider with an invitation and returns the address that leads back.
func invitedTo(h *matrix.Host, b *matrix.Browser, p *authtest.Provider, token, username string) (back string) {
	h.T.Helper()
	must(h.T, within(h, b, func(ctx context.Context) error {
		to, err := h.Auth.SignIns.InvitedSignIn(ctx, token, provider.Authentik)
		if err != nil {
			return err
		}
		if strings.Contains(to, token) {
			h.T.Error("the secret is sent to the provider")
		}
		back, err = p.Authorize(ctx, nil, to, username)
		return err
	}))
	return back
}

// invitedAs comes back from there too.
func invitedAs(h *matrix.Host, b *matrix.Browser, p *authtest.Provider, token, username string) *url.URL {
	h.T.Helper()
	return b.Follow(invitedTo(h, b, p, token, username))
}

// inviteIn makes one into a new household of the administrator's.
func inviteIn(h *matrix.Host, name string, role db.Role) (home, token string) {
	h.T.Helper()
	sam, err := h.DB.UserByEmail(context.Background(), matrix.AdminEmail)
	must(h.T, err)
	made, err := h.Auth.Households.Create(context.Background(), sam.ID, name, "")
	must(h.T, err)
	_, token, err = h.Auth.Households.Invite(context.Background(), sam.ID, made.ID, role)
	must(h.T, err)
	return made.ID, token
}

// Somebody new is admitted although nobody may sign up, into the household of the invitation alone.
func TestSomebodyInvitedComesFromAProvider(t *testing.T) {
	t.Parallel()
	for _, verified := range []oidc.Verified{oidc.VerifiedTrue, oidc.VerifiedFalse} {
		h, p := withAuthentik(t)
		p.Set(matrix.EmailVerified(verified))
		save(h, provider.Input{SignUp: new(false)})
		cabin, token := inviteIn(h, "Cabin", db.RoleViewer)
		b := h.Browser()
		if to := invitedAs(h, b, p, token, "mara"); to.String() != "/" {
			t.Fatalf("ended at %s", to)
		}
		user, err := h.DB.UserByEmail(context.Background(), "mara@example.org")
		if err != nil || (user.EmailProof == db.ProofProvider) != (verified == oidc.VerifiedTrue) {
			t.Errorf("the address's proof: %+v, %v", user, err)
		}
		homes, err := h.DB.MembershipsOf(context.Background(), user.ID)
		if err != nil || len(homes) != 1 || homes[0].HouseholdID != cabin || homes[0].Role != db.RoleViewer {
			t.Errorf("households: %+v, %v", homes, err)
		}
		fails(t, "afterwards", look(h, token), fault.InvitationUsed)
		rows := h.SignIns(db.SignInFilter{UserID: user.ID})
		if len(rows) != 1 || !strings.Contains(rows[0].Detail, "invited by Sam into Cabin as viewer") {
			t.Errorf("sign-in log: %+v", rows)
		}
		c := h.Browser()
		refused(h, c, c.SignInAs(p, "nomail", "/"), "signup_off", 2, 1)
	}
}

// Whoever has an account is not made anew: known, or by the password.
func TestSomebodyInvitedHasAnAccount(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	save(h, provider.Input{SignUp: new(false)})
	p.Set(matrix.EmailVerified(oidc.VerifiedFalse))
	mara := join(h, "Mara", "mara@example.org")
	b := h.Browser()
	cabin, token := inviteIn(h, "Cabin", db.RoleEditor)
	if to := invitedAs(h, b, p, token, "mara"); to.String() != "/login/link" {
		t.Fatalf("ended at %s", to)
	}
	if shown := b.Want(200, "GET", "/api/v1/auth/link", nil).JSON(); shown["blind"] != false {
		t.Errorf("the page is told %v", shown)
	}
	b.Prove(200, password)
	garden, token := inviteIn(h, "Garden", db.RoleViewer)
	if to := invitedAs(h, h.Browser(), p, token, "mara"); to.String() != "/" {
		t.Fatalf("known: ended at %s", to)
	}
	for home, role := range map[string]db.Role{cabin: db.RoleEditor, garden: db.RoleViewer} {
		m, err := h.Auth.Households.MemberOf(context.Background(), mara, home, db.RoleViewer)
		if err != nil || m.Role != role {
			t.Errorf("in %s as %q, %v; want %s", m.HouseholdName, m.Role, err, role)
		}
	}
	if n, err := h.DB.CountUsers(context.Background()); err != nil || n != 2 {
		t.Errorf("%d users, %v", n, err)
	}
}

func TestAnInvitationEndsWhileOnTheWay(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	save(h, provider.Input{SignUp: new(false)})
	_, token := inviteIn(h, "Cabin", db.RoleViewer)
	first, second := h.Browser(), h.Browser()
	back, late := invitedTo(h, first, p, token, "mara"), invitedTo(h, second, p, token, "nomail")
	again := invitedTo(h, first, p, token, "mara") // a second tab
	for _, tab := range []string{back, again} {
		if to := first.Follow(tab); to.String() != "/" {
			t.Fatalf("ended at %s", to)
		}
	}
	refused(h, second, second.Follow(late), "invitation_over", 2, 1)
}

// The provider's groups, and whoever disabled an account, decide over somebody who is invited too.
func TestAnInvitationDoesNotOpenWhatOthersClose(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	mara := h.Browser()
	mara.SignInAs(p, "mara", "/")
	must(t, disable(h, me(mara), true))
	_, token := inviteIn(h, "Cabin", db.RoleViewer)
	b := h.Browser()
	refused(h, b, invitedAs(h, b, p, token, "mara"), "account_disabled", 2, 1)
	save(h, provider.Input{AllowedGroups: &[]string{"friends"}})
	refused(h, b, invitedAs(h, b, p, token, "nomail"), "not_allowed", 2, 1)
	must(t, look(h, token)) // and is not used up
	// No account with a password where those are off.
	must(t, h.Auth.Providers.SetSwitches(context.Background(), new(false), nil))
	fails(t, "a password", makeAccount(h, b, token, "Pia", "pia@example.org", password), fault.LocalLoginOff)
	err := within(h, b, func(ctx context.Context) error {
		_, err := h.Auth.SignIns.InvitedSignIn(ctx, token+"x", provider.Authentik)
		return err
	})
	var explained *signin.Error
	if fails(t, "no invitation", err, fault.InvitationInvalid); errors.As(err, &explained) {
		t.Errorf("told on a page: %v", err)
	}
}
