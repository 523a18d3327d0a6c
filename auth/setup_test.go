package auth_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"pantrie/auth"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/setup"
	"pantrie/db"
	"pantrie/db/dbtest"
)

// newEmptyHost is one that nobody has set up, with the token that guards the wizard.
func newEmptyHost(t *testing.T, tune ...func(*auth.Config)) (h *matrix.Host, token string) {
	t.Helper()
	h = newHostOn(t, dbtest.Empty(t, t.TempDir()), tune...)
	token, err := h.Auth.Setup.Token(context.Background())
	must(t, err)
	return h, token
}

func complete(h *matrix.Host, b *matrix.Browser, in setup.Answers) error {
	return within(h, b, func(ctx context.Context) error {
		_, err := h.Auth.Setup.Complete(ctx, in)
		return err
	})
}

func TestSetupWritesEverythingAndSignsIn(t *testing.T) {
	t.Parallel()
	h, token := newEmptyHost(t)
	ctx := context.Background()
	in := answers("http://pantry.home:8000/")
	in.Token = " " + token + "\n"
	in.OAuth = &setup.Provider{Provider: provider.Authentik, Input: provider.Input{
		BaseURL: new("https://auth.example.org/application/o/food/"), ClientID: new("id"), ClientSecret: "hunter2",
	}}
	link, err := h.Auth.Setup.Link(ctx, "http://localhost")
	if err != nil || link != "http://localhost/setup#token="+token {
		t.Errorf("link %q, %v", link, err)
	}
	b := h.Browser()
	must(t, complete(h, b, in))
	got := b.Want(200, "GET", "/api/v1/auth/me", nil).JSON()
	if got["email"] != matrix.AdminEmail || got["siteAdmin"] != true || b.Role() != "admin" {
		t.Errorf("signed in as %v", got)
	}
	home, err := h.DB.FirstHousehold(ctx)
	if err != nil || home.Name != "Brandt" || home.TimeZone != "Europe/Berlin" {
		t.Errorf("household %+v, %v", home, err)
	}
	p, err := h.Auth.Providers.Get(ctx, provider.Authentik)
	if err != nil || !p.Usable() || p.Slug != "food" || p.ClientSecret != "hunter2" || p.SignUpHouseholdID != home.ID {
		t.Errorf("provider %+v, %v", p, err)
	}
	if got := h.Auth.Address.Callback(p.ID); got != "http://pantry.home:8000"+matrix.CallbackPath {
		t.Errorf("redirect URI %q", got)
	}
	rows := h.SignIns(db.SignInFilter{})
	if len(rows) != 1 || rows[0].Step != "setup" || rows[0].Outcome != db.OutcomeCreated {
		t.Errorf("sign-in log: %+v", rows)
	}
	if strings.Contains(h.Log.String(), "hunter2") || strings.Contains(h.Log.String(), matrix.AdminPassword) {
		t.Error("a secret is logged")
	}
	// The token is used up, and there is no other.
	fails(t, "again", complete(h, h.Browser(), in), fault.SetupDone)
	_, err = h.Auth.Setup.Token(ctx)
	fails(t, "another token", err, fault.SetupDone)
	for _, of := range []func(context.Context, string) (string, error){h.Auth.Setup.Link, h.Auth.Setup.StoredLink} {
		if link, err := of(ctx, "http://localhost"); err != nil || link != "" {
			t.Errorf("link afterwards: %q, %v", link, err)
		}
	}
	if done, err := h.Auth.Setup.Completed(ctx); err != nil || !done {
		t.Errorf("completed: %v, %v", done, err)
	}
}

func TestSetupRefuses(t *testing.T) {
	t.Parallel()
	h, token := newEmptyHost(t)
	b := h.Browser()
	for name, tt := range map[string]struct {
		change func(*setup.Answers)
		code   fault.Code
		fields []string
	}{
		"wrong token": {func(in *setup.Answers) { in.Token = "guess" }, fault.SetupTokenInvalid, nil},
		"no token":    {func(in *setup.Answers) { in.Token = "" }, fault.SetupTokenInvalid, nil},
		"nothing": {
			func(in *setup.Answers) {
				*in = setup.Answers{Token: in.Token, OAuth: &setup.Provider{Provider: provider.OIDC}}
			}, fault.ValidationFailed, []string{
				"admin.email", "admin.name", "admin.password", "household.name",
				"oauth.clientId", "oauth.clientSecret", "oauth.issuerUrl", "publicUrl",
			},
		},
		"a common password": {
			func(in *setup.Answers) { in.AdminPassword = "Password1" }, fault.ValidationFailed, []string{"admin.password"},
		},
		"two @": {
			func(in *setup.Answers) { in.AdminEmail = "sam@home@example" }, fault.ValidationFailed, []string{"admin.email"},
		},
		"an address that is none": {
			func(in *setup.Answers) { in.PublicURL = "pantry.home" }, fault.ValidationFailed, []string{"publicUrl"},
		},
	} {
		in := answers(h.URL)
		in.Token = token
		tt.change(&in)
		fails(t, name, complete(h, b, in), tt.code, tt.fields...)
	}
	if n, err := h.DB.CountUsers(context.Background()); err != nil || n != 0 {
		t.Errorf("%d users after refusals, %v", n, err)
	}
	for range 28 { // and two above
		fails(t, "a guess", within(h, b, func(ctx context.Context) error {
			return h.Auth.Setup.CheckToken(ctx, "guess")
		}), fault.SetupTokenInvalid)
	}
	fails(t, "one guess too many", within(h, b, func(ctx context.Context) error {
		return h.Auth.Setup.CheckToken(ctx, token)
	}), fault.TooManyRequests)
}

func TestTwoFinishSetupAtOnce(t *testing.T) {
	t.Parallel()
	h, token := newEmptyHost(t, slowly)
	in := answers(h.URL)
	in.Token = token
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		b := h.Browser()
		wg.Go(func() { errs[i] = complete(h, b, in) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		fails(t, "all but one", err, fault.SetupDone)
	}
	if n, err := h.DB.CountUsers(context.Background()); err != nil || n != 1 || won != 1 {
		t.Errorf("%d finished, %d users, %v", won, n, err)
	}
}

func TestTheTokenOfTheWizard(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := dbtest.Empty(t, t.TempDir())
	first := newHostOn(t, path)
	if _, err := first.Auth.Setup.StoredLink(ctx, "http://localhost"); !errors.Is(err, db.ErrNotFound) {
		t.Errorf("a link before there is a token: %v", err)
	}
	token, err := first.Auth.Setup.Token(ctx)
	must(t, err)
	// It survives a restart, and whoever works beside the server finds it.
	second := newHostOn(t, path)
	again, err := second.Auth.Setup.Token(ctx)
	link, err2 := second.Auth.Setup.StoredLink(ctx, "http://localhost")
	if errors.Join(err, err2) != nil || again != token || !strings.HasSuffix(link, "#token="+token) {
		t.Errorf("after a restart %q and %q, want %q (%v, %v)", again, link, token, err, err2)
	}
	// The environment's counts in its place.
	chosen := newHostOn(t, path, func(c *auth.Config) { c.SetupToken = "chosen" })
	fails(t, "the one before", within(chosen, chosen.Browser(), func(ctx context.Context) error {
		return chosen.Auth.Setup.CheckToken(ctx, token)
	}), fault.SetupTokenInvalid)
	must(t, within(chosen, chosen.Browser(), func(ctx context.Context) error {
		return chosen.Auth.Setup.CheckToken(ctx, "chosen")
	}))
}

// What is set up while a backup takes the place of the database would be lost.
func TestNobodySetsUpWhileABackupIsRestored(t *testing.T) {
	t.Parallel()
	h, token := newEmptyHost(t)
	in := answers(h.URL)
	in.Token = token
	begin := func(token string) error {
		return within(h, h.Browser(), func(ctx context.Context) error { return h.Auth.Setup.BeginRestore(ctx, token) })
	}
	fails(t, "with a guess", begin("guess"), fault.SetupTokenInvalid)
	must(t, begin(token))
	fails(t, "meanwhile", complete(h, h.Browser(), in), fault.Conflict)
	must(t, h.Auth.Setup.CancelRestore(context.Background()))
	must(t, complete(h, h.Browser(), in))
	fails(t, "once it is set up", begin(token), fault.SetupDone)
}

func TestSetupFromTheEnvironment(t *testing.T) {
	t.Parallel()
	h, _ := newEmptyHost(t)
	ctx := context.Background()
	if did, err := h.Auth.Setup.Headless(ctx, "nobody", "12345678"); did || err == nil ||
		!strings.Contains(err.Error(), "admin.email") || !strings.Contains(err.Error(), "admin.password") {
		t.Errorf("with what nobody could type: %v, %v", did, err)
	}
	var wg sync.WaitGroup
	did := make([]bool, 3)
	for i := range did {
		wg.Go(func() {
			var err error
			if did[i], err = h.Auth.Setup.Headless(ctx, matrix.AdminEmail, matrix.AdminPassword); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n, err := h.DB.CountUsers(ctx); err != nil || n != 1 {
		t.Errorf("%d users, %v", n, err)
	}
	if again, err := h.Auth.Setup.Headless(ctx, matrix.AdminEmail, "another one entirely"); again || err != nil {
		t.Errorf("a later start: %v, %v", again, err)
	}
	asAdmin(h)
}
