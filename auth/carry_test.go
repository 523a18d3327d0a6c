package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"pantrie/auth/account"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/session"
	"pantrie/db"
)

// moved is a Pantrie with mara and its administrator linked, whose provider then got another slug, here and there, and
// was tested. The administrator is signed in with their password.
func moved(t *testing.T) (h *matrix.Host, admin *matrix.Browser, p *authtest.Provider, former string) {
	t.Helper()
	h, p = withAuthentik(t)
	mustSignIn(t, h.Browser(), p)
	if to := h.Browser().SignInAs(p, "sam", "/"); to.String() != "/" {
		t.Fatalf("ended at %s", to)
	}
	former = p.Issuer()
	p.Set(func(s *authtest.Settings) { s.Slug = "larder" })
	save(h, provider.Input{Slug: new("larder"), ClientSecret: "first-secret"})
	admin = asAdmin(h)
	tests(t, h, admin, p)
	return h, admin, p, former
}

// tests makes a test sign-in as sam.
func tests(t *testing.T, h *matrix.Host, admin *matrix.Browser, p *authtest.Provider) {
	t.Helper()
	must(t, within(h, admin, func(ctx context.Context) error {
		to, err := h.Auth.SignIns.StartTest(ctx, provider.Authentik)
		must(t, err)
		back, err := p.Authorize(ctx, nil, to, "sam")
		must(t, err)
		u, err := url.Parse(back)
		must(t, err)
		admin.Follow(u.String())
		return nil
	}))
}

func carries(h *matrix.Host, b *matrix.Browser) error {
	return within(h, b, func(ctx context.Context) error {
		_, err := h.Auth.Carrier.CarryLinks(ctx, provider.Authentik)
		return err
	})
}

// of is how many links there are of an issuer.
func of(h *matrix.Host, issuer string) (n int) {
	h.T.Helper()
	all, err := h.DB.Identities(context.Background())
	must(h.T, err)
	for _, i := range all {
		if i.Issuer == issuer {
			n++
		}
	}
	return n
}

// Who asked may have lost the right to, and the settings may have changed, before the provider has answered.
func TestCarryingIsDecidedWhenItIsDone(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	samIs := func(c account.Change) func(t *testing.T, h *matrix.Host) {
		return func(t *testing.T, h *matrix.Host) {
			t.Helper()
			must(t, appoint(h, join(h, "Nina", "nina@example.org"), true))
			sam, err := h.DB.UserByEmail(ctx, matrix.AdminEmail)
			must(t, err)
			must(t, h.Auth.Accounts.Update(ctx, sam.ID, c))
		}
	}
	for name, c := range map[string]struct {
		happens func(t *testing.T, h *matrix.Host)
		code    fault.Code
	}{
		"disabled":                  {samIs(account.Change{Disabled: new(true)}), fault.Forbidden},
		"no administrator any more": {samIs(account.Change{SiteAdmin: new(false)}), fault.Forbidden},
		"signed out": {func(t *testing.T, h *matrix.Host) {
			t.Helper()
			sam, err := h.DB.UserByEmail(ctx, matrix.AdminEmail)
			must(t, err)
			must(t, h.Auth.Sessions.EndAllOf(ctx, sam.ID))
		}, fault.Forbidden},
		"other settings": {func(_ *testing.T, h *matrix.Host) {
			save(h, provider.Input{TrustEmail: new(true)})
		}, fault.Conflict},
		"another slug": {func(_ *testing.T, h *matrix.Host) {
			save(h, provider.Input{Slug: new("attic"), ClientSecret: "first-secret"})
		}, fault.Conflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, admin, p, former := moved(t)
			again := newHostOn(t, h.Path) // it has to ask the provider for its document
			must(t, again.Auth.Address.Set(ctx, h.URL))
			happens := sync.OnceFunc(func() { c.happens(t, h) })
			p.Set(matrix.WithDiscovery(func(map[string]any) { happens() }))
			fails(t, "carrying", carries(again, admin), c.code)
			if n := of(h, former); n != 2 {
				t.Errorf("%d links of the former issuer, want 2", n)
			}
		})
	}
}

// Of two who carry at once one finds nothing more to do.
func TestCarryingTwiceAtOnce(t *testing.T) {
	t.Parallel()
	h, admin, p, former := moved(t)
	errs := make([]error, 4)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = carries(h, admin) })
	}
	all.Wait()
	done := 0
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case !errors.Is(err, db.ErrNotFound):
			t.Error(err)
		}
	}
	if done != 1 || of(h, former) != 0 || of(h, p.Issuer()) != 2 {
		t.Errorf("carried %d times; %d links of the former issuer, %d of the new one", done, of(h, former), of(h, p.Issuer()))
	}
	rows := 0
	for _, row := range h.SignIns(db.SignInFilter{}) {
		if row.Step == "carried" {
			rows++
		}
	}
	if rows != 2 {
		t.Errorf("%d rows in the sign-in log", rows)
	}
}

// A sign-in at the former issuer that was decided before, and whose session is stored only afterwards, comes too late.
func TestCarryingEndsSessionsThatAreBeingStored(t *testing.T) {
	t.Parallel()
	h, admin, p, former := moved(t)
	mara := h.Browser()
	begin := func(issuer string, issued time.Time) error {
		return within(h, mara, func(ctx context.Context) (err error) {
			var who session.Standing
			identity, err := h.DB.IdentityBySubject(ctx, p.Issuer(), p.Subject("mara"))
			must(t, err)
			must(t, h.DB.InTx(ctx, func(tx *db.Tx) error {
				who, err = session.StandingOf(ctx, tx, identity.UserID)
				return err
			}))
			return h.Auth.Sessions.Begin(ctx, who, db.Session{
				Method: provider.Authentik, Issuer: issuer, Subject: p.Subject("mara"), IssuedAt: issued.UnixMilli(),
			})
		})
	}
	before := h.Clock.Now().Add(10 * time.Second) // by a clock that is ahead
	must(t, carries(h, admin))
	if err := begin(former, before); !errors.Is(err, session.ErrSuperseded) {
		t.Errorf("at the former issuer: %v", err)
	}
	must(t, begin(p.Issuer(), before))
	mara.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil)
}

// Links of an issuer that another provider leads to here are in use, and nobody's to carry away.
func TestLinksThatAnotherProviderUsesAreNotCarried(t *testing.T) {
	t.Parallel()
	h, admin, _, former := moved(t)
	orphans := func() (people int) {
		must(t, within(h, admin, func(ctx context.Context) error {
			found, err := h.Auth.Carrier.Orphans(ctx, inForce(h, provider.Authentik))
			if found != nil {
				people = found.People
			}
			return err
		}))
		return people
	}
	other := func(enabled bool) {
		must(t, h.Auth.Providers.Save(context.Background(), provider.OIDC, provider.Input{
			Enabled: &enabled, IssuerURL: &former, ClientID: new("pantrie-client"), ClientSecret: "first-secret",
		}))
	}
	other(true)
	if n := orphans(); n != 0 {
		t.Errorf("%d people are said to be linked with nothing", n)
	}
	fails(t, "carrying", carries(h, admin), fault.NotFound)
	if n := of(h, former); n != 2 {
		t.Errorf("%d links are left", n)
	}
	other(false)
	if n := orphans(); n != 2 {
		t.Errorf("%d people once it is switched off", n)
	}
}
