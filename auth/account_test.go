package auth_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"pantrie/auth/account"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/db"
)

// own is the account of who is signed in.
func own(h *matrix.Host, b *matrix.Browser) (a account.Account) {
	h.T.Helper()
	must(h.T, within(h, b, func(ctx context.Context) (err error) {
		a, err = h.Auth.Accounts.Own(ctx)
		return err
	}))
	return a
}

func unlink(h *matrix.Host, b *matrix.Browser, id string) error {
	return within(h, b, func(ctx context.Context) error { return h.Auth.Accounts.Unlink(ctx, id) })
}

func TestOnesOwnAccount(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	mara := h.Browser()
	mara.SignInAs(p, "mara", "/")
	a := own(h, mara)
	if len(a.Identities) != 1 || a.Identities[0].ProviderName != "Authentik" || a.Identities[0].CanUnlink ||
		len(a.Linkable) != 0 || a.ReauthProvider != provider.Authentik || a.ProofRefused {
		t.Errorf("without a password: %+v", a)
	}
	if len(a.Sessions) != 1 || a.Sessions[0].ID != a.Current || len(a.SignIns) != 1 ||
		a.SignIns[0].Outcome != db.OutcomeCreated {
		t.Errorf("sessions %+v of which %q asks, sign-ins %+v", a.Sessions, a.Current, a.SignIns)
	}
	id := a.Identities[0].ID
	fails(t, "the last way in", unlink(h, mara, id), fault.LastWayIn)
	if h.Identities() != 1 {
		t.Fatal("unlinked all the same")
	}
	// A first password makes it one of two.
	mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": password})
	if a = own(h, mara); !a.Identities[0].CanUnlink || a.ReauthProvider != "" {
		t.Errorf("with a password: %+v", a)
	}
	other := h.Browser()
	other.Login(200, "mara@example.org", password)
	fails(t, "by another", unlink(h, asAdmin(h), id), fault.NotFound)
	fails(t, "by nobody", unlink(h, h.Browser(), id), fault.Unauthenticated)
	must(t, unlink(h, mara, id))
	fails(t, "twice", unlink(h, mara, id), fault.NotFound)
	other.Want(401, "GET", "/api/v1/auth/me", nil)
	a = own(h, mara)
	if len(a.Identities) != 0 || len(a.Linkable) != 1 || a.Linkable[0].ID != provider.Authentik {
		t.Errorf("unlinked: %+v", a)
	}
	// One that nobody can sign in with is not offered.
	save(h, provider.Input{Enabled: new(false)})
	if a = own(h, mara); len(a.Linkable) != 0 {
		t.Errorf("linkable while it is off: %+v", a.Linkable)
	}
	fails(t, "of nobody", within(h, h.Browser(), func(ctx context.Context) error {
		_, err := h.Auth.Accounts.Own(ctx)
		return err
	}), fault.Unauthenticated)
}

// Where signing in with a password is switched off, one is no way in for a member.
func TestAPasswordIsNoWayInWhereThoseAreOff(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	mara, sam := h.Browser(), asAdmin(h)
	mara.SignInAs(p, "mara", "/")
	mara.Want(204, "POST", "/api/v1/auth/password", map[string]any{"newPassword": password})
	sam.Link(p, "sam")
	must(t, h.Auth.Providers.SetSwitches(context.Background(), new(false), nil))
	one := own(h, mara).Identities[0]
	fails(t, "a member's", unlink(h, mara, one.ID), fault.LastWayIn)
	if one.CanUnlink {
		t.Error("the page offers to unlink it")
	}
	must(t, unlink(h, sam, own(h, sam).Identities[0].ID))
}

func TestPeopleAreAdded(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ctx := context.Background()
	add := func(n account.NewUser) error {
		_, _, err := h.Auth.Accounts.Create(ctx, n)
		return err
	}
	for name, tt := range map[string]struct {
		in     account.NewUser
		code   fault.Code
		fields []string
	}{
		"taken, in another case": {account.NewUser{Name: "A", Email: "SAM@example.org"}, fault.EmailTaken, []string{"email"}},
		"nothing":                {account.NewUser{}, fault.ValidationFailed, []string{"email", "name"}},
		"a name of control characters": {
			account.NewUser{Name: "A\nB", Email: "a@example.org"}, fault.ValidationFailed, []string{"name"},
		},
		"unknown household": {
			account.NewUser{Name: "A", Email: "a@example.org", HouseholdID: "nowhere"},
			fault.ValidationFailed, []string{"householdId"},
		},
		"unknown role": {
			account.NewUser{Name: "A", Email: "a@example.org", Role: "owner"}, fault.ValidationFailed, []string{"role"},
		},
	} {
		fails(t, name, add(tt.in), tt.code, tt.fields...)
	}
	if n, err := h.DB.CountUsers(ctx); err != nil || n != 1 {
		t.Errorf("%d users after refusals, %v", n, err)
	}
	homes := func(id string) []db.Membership {
		list, err := h.DB.MembershipsOf(ctx, id)
		must(t, err)
		return list
	}
	first := join(h, "Mara", " Mara@Example.org ")
	if got := homes(first); len(got) != 1 || got[0].Role != db.RoleEditor {
		t.Errorf("in the only household as %+v", got)
	}
	user, err := h.DB.UserByID(ctx, first)
	if err != nil || user.Email != "Mara@Example.org" || user.EmailProof != db.ProofAdministrator || user.SiteAdmin {
		t.Errorf("added as %+v, %v", user, err)
	}
	// With two households somebody has to choose.
	cabin, err := h.Auth.Households.Create(ctx, first, "Cabin", "")
	must(t, err)
	if got := homes(join(h, "Nina", "nina@example.org")); len(got) != 0 {
		t.Errorf("in %+v, though nobody has chosen one", got)
	}
	chosen, _, err := h.Auth.Accounts.Create(ctx, account.NewUser{
		Name: "Olaf", Email: "olaf@example.org", HouseholdID: cabin.ID, Role: db.RoleViewer, SiteAdmin: true,
	})
	must(t, err)
	got := homes(chosen.ID)
	if len(got) != 1 || got[0].HouseholdID != cabin.ID || got[0].Role != db.RoleViewer || !chosen.SiteAdmin {
		t.Errorf("%+v in %+v", chosen, got)
	}
}

func TestAPasswordLinkWorksOnce(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ctx := context.Background()
	user, link, err := h.Auth.Accounts.Create(ctx, account.NewUser{Name: "Mara", Email: "mara@example.org"})
	must(t, err)
	whose := func(token string) error {
		got, err := h.Auth.Accounts.PasswordLinkUser(ctx, token)
		if err == nil && got.ID != user.ID {
			t.Errorf("the link is %s's", got.Name)
		}
		return err
	}
	use := func(token, plain string) error {
		return within(h, h.Browser(), func(ctx context.Context) error {
			_, err := h.Auth.Accounts.UsePasswordLink(ctx, token, plain)
			return err
		})
	}
	must(t, whose(link.Token))
	fails(t, "a guess", whose(link.Token+"x"), fault.PasswordLinkInvalid)
	fails(t, "a password that is too common", use(link.Token, "password"), fault.ValidationFailed, "password")
	must(t, use(link.Token, password))
	fails(t, "again", use(link.Token, password), fault.PasswordLinkInvalid)
	rows := h.SignIns(db.SignInFilter{UserID: user.ID})
	if len(rows) != 1 || rows[0].Step != "one-time link" || rows[0].Outcome != db.OutcomeSignedIn {
		t.Errorf("sign-in log: %+v", rows)
	}
	// A new one takes the place of the one before, ends what is signed in, and runs out.
	b := h.Browser()
	b.Login(200, "mara@example.org", password)
	first, err := h.Auth.Accounts.NewPasswordLink(ctx, user.ID)
	must(t, err)
	second, err := h.Auth.Accounts.NewPasswordLink(ctx, user.ID)
	must(t, err)
	fails(t, "the one before", whose(first.Token), fault.PasswordLinkInvalid)
	must(t, use(second.Token, "medlar and cream"))
	b.Want(401, "GET", "/api/v1/auth/me", nil)
	h.Browser().Login(401, "mara@example.org", password)
	third, err := h.Auth.Accounts.NewPasswordLink(ctx, user.ID)
	must(t, err)
	h.Clock.Add(7*24*time.Hour + time.Second)
	fails(t, "after a week", use(third.Token, password), fault.PasswordLinkInvalid)
	// Somebody who is disabled has none, nor one from before once they are not any more.
	for _, when := range []string{"from before", "made while disabled"} {
		link, err := h.Auth.Accounts.NewPasswordLink(ctx, user.ID)
		must(t, err)
		must(t, disable(h, user.ID, true))
		if when != "from before" {
			link, err = h.Auth.Accounts.NewPasswordLink(ctx, user.ID)
			must(t, err)
		}
		fails(t, when+", while disabled", use(link.Token, password), fault.PasswordLinkInvalid)
		must(t, disable(h, user.ID, false))
		fails(t, when, use(link.Token, password), fault.PasswordLinkInvalid)
	}
	_, err = h.Auth.Accounts.NewPasswordLink(ctx, "nobody")
	fails(t, "for nobody", err, fault.NotFound)
}

func TestPeopleAreChanged(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ctx := context.Background()
	id := join(h, "Mara", "mara@example.org")
	update := func(c account.Change) error { return h.Auth.Accounts.Update(ctx, id, c) }
	signIn := func() *matrix.Browser {
		b := h.Browser()
		b.Login(200, "mara@example.org", password)
		return b
	}
	b := signIn()
	fails(t, "without a name", update(account.Change{Name: new(" ")}), fault.ValidationFailed, "name")
	must(t, update(account.Change{Name: new(" Mara B. "), SiteAdmin: new(true)}))
	if user, err := h.DB.UserByID(ctx, id); err != nil || user.Name != "Mara B." || !user.SiteAdmin {
		t.Errorf("changed to %+v, %v", user, err)
	}
	b.Want(200, "GET", "/api/v1/auth/me", nil)
	// Who loses something is signed out everywhere.
	must(t, update(account.Change{SiteAdmin: new(false)}))
	b.Want(401, "GET", "/api/v1/auth/me", nil)
	b = signIn()
	must(t, update(account.Change{SiteAdmin: new(false), Disabled: new(false)}))
	b.Want(200, "GET", "/api/v1/auth/me", nil)
	must(t, disable(h, id, true))
	b.Want(401, "GET", "/api/v1/auth/me", nil)
	if a := h.Browser().Login(403, "mara@example.org", password); a.Code() != "account_disabled" {
		t.Errorf("right password: %s", a.Body)
	}
	if a := h.Browser().Login(401, "mara@example.org", "guess"); a.Code() != "invalid_credentials" {
		t.Errorf("wrong password: %s", a.Body)
	}
	must(t, disable(h, id, false))
	b = signIn()
	must(t, h.Auth.Accounts.Delete(ctx, id))
	b.Want(401, "GET", "/api/v1/auth/me", nil)
	h.Browser().Login(401, "mara@example.org", password)
	fails(t, "changing nobody", disable(h, id, true), fault.NotFound)
	fails(t, "deleting nobody", h.Auth.Accounts.Delete(ctx, id), fault.NotFound)
}

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ctx := context.Background()
	sam := me(asAdmin(h))
	stays := func(when string) {
		t.Helper()
		for _, c := range []account.Change{
			{SiteAdmin: new(false)}, {Disabled: new(true)}, {SiteAdmin: new(false), Disabled: new(true)},
		} {
			fails(t, when, h.Auth.Accounts.Update(ctx, sam, c), fault.LastAdmin)
		}
		fails(t, when, h.Auth.Accounts.Delete(ctx, sam), fault.LastAdmin)
		if n := administrators(h); n == 0 {
			t.Fatal("and yet none is left")
		}
	}
	stays("alone")
	other, _, err := h.Auth.Accounts.Create(ctx, account.NewUser{Name: "Nina", Email: "nina@example.org", SiteAdmin: true})
	must(t, err)
	stays("beside one who has no way in")
	must(t, h.Auth.Accounts.Delete(ctx, other.ID))
	mara := join(h, "Mara", "mara@example.org")
	must(t, appoint(h, mara, true))
	must(t, disable(h, mara, true))
	stays("beside one who is disabled")
	must(t, disable(h, mara, false))
	// Both send each other away at once: one of them stays.
	var both sync.WaitGroup
	both.Go(func() { _ = appoint(h, mara, false) })
	both.Go(func() { _ = h.Auth.Accounts.Delete(ctx, sam) })
	both.Wait()
	if n := administrators(h); n != 1 {
		t.Errorf("%d administrators are left", n)
	}
}

// With another subject mode everybody has a new subject, and the old links lead nowhere.
func TestLinksAreReset(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	ctx := context.Background()
	mara := h.Browser()
	mara.SignInAs(p, "mara", "/")
	id := me(mara)
	p.Set(func(s *authtest.Settings) { s.SubjectMode = oidc.SubjectUUID })
	b := h.Browser()
	refused(h, b, b.SignInAs(p, "mara", "/"), "already_linked_elsewhere", 2, 1)
	link, err := h.Auth.Accounts.ResetLinks(ctx, id)
	if err != nil || link.Token == "" {
		t.Fatalf("somebody without a password gets the link %+v, %v", link, err)
	}
	mara.Want(401, "GET", "/api/v1/auth/me", nil)
	b.SignInAs(p, "mara", "/") // the provider has proven the address at sign-up, so it links anew
	if got := me(b); got != id {
		t.Errorf("signed in as %s, want %s", got, id)
	}
	must(t, h.Auth.Accounts.ChoosePassword(ctx, link.Token, password))
	if link, err = h.Auth.Accounts.ResetLinks(ctx, id); err != nil || link.Token != "" {
		t.Errorf("somebody with a password gets the link %+v, %v", link, err)
	}
	if h.Identities() != 0 {
		t.Error("still linked")
	}
	// The last administrator's only way in is left alone.
	b.SignInAs(p, "mara", "/")
	must(t, appoint(h, id, true))
	must(t, h.Auth.Accounts.Delete(ctx, me(asAdmin(h))))
	must(t, h.DB.InTx(ctx, func(tx *db.Tx) error { return tx.SetPasswordHash(ctx, id, "") }))
	_, err = h.Auth.Accounts.ResetLinks(ctx, id)
	fails(t, "the last administrator's", err, fault.LastAdmin)
	if _, err = h.Auth.Accounts.ResetLinks(ctx, "nobody"); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
}
