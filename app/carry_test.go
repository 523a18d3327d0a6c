package app_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/db"
)

// movedAuthentik is a Pantrie with mara and its administrator linked, whose provider then got another slug, here and there.
func movedAuthentik(t *testing.T) (h *host, admin *browser, p *authtest.Provider, former string) {
	t.Helper()
	h, _, p = withAuthentik(t, nil)
	h.browser().mustSignInAs(p, "mara")
	h.browser().mustSignInAs(p, "sam") // linked by the address
	admin = h.browser()
	admin.login(http.StatusOK, adminEmail, adminPassword)
	former = p.Issuer()
	p.Set(func(s *authtest.Settings) { s.Slug = "larder" })
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"slug": "larder", "clientSecret": "first-secret"})
	return h, admin, p, former
}

func (b *browser) mustSignInAs(p *authtest.Provider, username string) {
	b.h.t.Helper()
	if to := b.signInAs(p, username, "/"); to.String() != "/" {
		b.h.t.Fatalf("%s's sign-in ended at %s", username, to)
	}
}

func (b *browser) testSignIn(p *authtest.Provider, username string) {
	b.h.t.Helper()
	to := b.want(200, "POST", "/api/v1/admin/oauth/authentik/test-sign-in", nil).json()["location"].(string)
	back, err := p.Authorize(context.Background(), nil, to, username)
	if err != nil {
		b.h.t.Fatal(err)
	}
	b.follow(back)
}

func (b *browser) hindrance() string {
	b.h.t.Helper()
	moved, _ := b.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()["moved"].(map[string]any)
	if moved == nil {
		return "nothing moved"
	}
	return moved["hindrance"].(string)
}

const carryPath = "/api/v1/admin/oauth/authentik/carry-links"

func TestLinksAreCarriedToAnotherSlug(t *testing.T) {
	t.Parallel()
	h, admin, p, former := movedAuthentik(t)
	if got := admin.hindrance(); got != "needs_test" {
		t.Errorf("before a test: %q", got)
	}
	admin.testSignIn(p, "sam")
	if got := admin.hindrance(); got != "" {
		t.Fatalf("after the test: %q", got)
	}
	if got := admin.want(200, "POST", carryPath, nil).json()["people"]; got != float64(2) {
		t.Errorf("carried %v", got)
	}
	ctx := context.Background()
	for _, who := range []string{"mara", "sam"} {
		if _, err := h.db.IdentityBySubject(ctx, p.Issuer(), p.Subject(who)); err != nil {
			t.Errorf("%s: %v", who, err)
		}
		if _, err := h.db.IdentityBySubject(ctx, former, p.Subject(who)); err == nil {
			t.Errorf("%s is still linked with the former issuer", who)
		}
	}
	if rows := h.signIns(db.SignInFilter{Most: 2}); rows[0].Step != "carried" || rows[1].Step != "carried" || rows[0].UserID == rows[1].UserID {
		t.Errorf("sign-in log: %+v", rows)
	}
	again := h.browser()
	again.mustSignInAs(p, "mara")
	if n := h.identities(); n != 2 {
		t.Errorf("%d identities", n)
	}
	if got := admin.hindrance(); got != "nothing moved" {
		t.Errorf("afterwards: %q", got)
	}
	admin.want(404, "POST", carryPath, nil)
}

// Sessions that came of the former issuer end, and others do not.
func TestCarryingEndsTheSessionsOfTheFormerIssuer(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	mara := h.browser()
	mara.mustSignInAs(p, "mara")
	h.browser().mustSignInAs(p, "sam")
	admin := h.browser()
	admin.login(http.StatusOK, adminEmail, adminPassword)
	p.Set(func(s *authtest.Settings) { s.Slug = "larder" })
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"slug": "larder", "clientSecret": "first-secret"})
	admin.testSignIn(p, "sam")
	mara.want(200, "GET", "/api/v1/auth/me", nil)
	admin.want(200, "POST", carryPath, nil)
	mara.want(401, "GET", "/api/v1/auth/me", nil)
	admin.want(200, "GET", "/api/v1/auth/me", nil)
}

func TestLinksAreNotCarried(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		does      func(t *testing.T, h *host, admin *browser, p *authtest.Provider)
		hindrance string
		status    int
		code      fault.Code
	}{
		"without a test": {func(*testing.T, *host, *browser, *authtest.Provider) {}, "needs_test", 409, fault.Conflict},
		"after a test of somebody else": {func(_ *testing.T, _ *host, admin *browser, p *authtest.Provider) {
			admin.testSignIn(p, "mara")
		}, "other_subject", 409, fault.Conflict},
		"after a test with other settings": {func(t *testing.T, h *host, admin *browser, p *authtest.Provider) {
			t.Helper()
			admin.testSignIn(p, "sam")
			if err := h.auth.Providers.Save(context.Background(), "authentik", provider.Input{TrustEmail: new(true)}); err != nil {
				t.Fatal(err)
			}
		}, "needs_test", 409, fault.Conflict},
		"too long after a test": {func(_ *testing.T, h *host, admin *browser, p *authtest.Provider) {
			admin.testSignIn(p, "sam")
			h.clock.add(11 * time.Minute)
			admin.want(204, "POST", "/api/v1/auth/reauthenticate", map[string]any{"password": adminPassword})
		}, "needs_test", 409, fault.Conflict},
		"without a recent proof": {func(_ *testing.T, h *host, admin *browser, p *authtest.Provider) {
			h.clock.add(11 * time.Minute)
			admin.testSignIn(p, "sam")
		}, "", 403, fault.ReauthRequired},
		"when somebody is linked with the new one": {func(_ *testing.T, h *host, admin *browser, p *authtest.Provider) {
			p.Set(func(s *authtest.Settings) {
				s.PutUser(authtest.User{Username: "kim", Password: "kim", Email: "kim@example.org", Name: "Kim"})
			})
			h.browser().mustSignInAs(p, "kim")
			admin.testSignIn(p, "sam")
		}, "", 200, ""},
		"when one of them is linked with the new one": {func(_ *testing.T, h *host, admin *browser, p *authtest.Provider) {
			h.browser().mustSignInAs(p, "mara") // by the address
			admin.testSignIn(p, "sam")
		}, "conflict", 409, fault.Conflict},
		"when a subject is a name": {func(t *testing.T, h *host, admin *browser, p *authtest.Provider) {
			t.Helper()
			h.subjectOf("mara@example.org", "mara")
			admin.testSignIn(p, "sam")
		}, "subjects", 409, fault.Conflict},
		"when a subject is a number": {func(t *testing.T, h *host, admin *browser, p *authtest.Provider) {
			t.Helper()
			h.subjectOf("mara@example.org", "17")
			admin.testSignIn(p, "sam")
		}, "subjects", 409, fault.Conflict},
		"when a subject is a UUID": {func(t *testing.T, h *host, admin *browser, p *authtest.Provider) {
			t.Helper()
			h.subjectOf("mara@example.org", "0199c5cc-6517-757d-8cba-df758d026454")
			admin.testSignIn(p, "sam")
		}, "", 200, ""},
		"while the provider is down": {func(_ *testing.T, h *host, admin *browser, p *authtest.Provider) {
			admin.testSignIn(p, "sam")
			p.Set(func(s *authtest.Settings) { s.Down = oidc.DownReset })
		}, "", 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, admin, p, _ := movedAuthentik(t)
			c.does(t, h, admin, p)
			if got := admin.hindrance(); got != c.hindrance {
				t.Errorf("hindrance %q, want %q", got, c.hindrance)
			}
			if got := admin.do("POST", carryPath, nil); got.status != c.status || got.code() != string(c.code) {
				t.Errorf("answered %d %s, want %d %s", got.status, got.body, c.status, c.code)
			}
			if c.status != 200 && admin.hindrance() == "nothing moved" {
				t.Error("carried all the same")
			}
		})
	}
}

// subjectOf gives somebody's link another subject.
func (h *host) subjectOf(email, subject string) {
	h.t.Helper()
	ctx := context.Background()
	user, err := h.db.UserByEmail(ctx, email)
	if err != nil {
		h.t.Fatal(err)
	}
	if err := h.db.InTx(ctx, func(tx *db.Tx) error {
		own, err := tx.IdentitiesOf(ctx, user.ID)
		if err != nil {
			return err
		}
		i := own[0]
		if err := tx.DeleteIdentity(ctx, user.ID, i.ID); err != nil {
			return err
		}
		i.Subject = subject
		_, err = tx.InsertIdentity(ctx, i)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
}

// A set-up under another slug says whom it concerns, and one under the same does not.
func TestAPlanSaysWhoseLinksItConcerns(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	p := emptyAuthentik(t, nil)
	_, last, _ := admin.apply("/api/v1/admin/authentik/apply", map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken, "slug": "pantrie"})
	if last.Problem != nil {
		t.Fatalf("%v", last.Problem)
	}
	warnings := func(slug string) string {
		t.Helper()
		return admin.want(200, "POST", "/api/v1/admin/authentik/plan", map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken, "slug": slug}).body
	}
	const links = `"links"`
	if got := warnings("larder"); strings.Contains(got, links) {
		t.Errorf("nobody is linked: %s", got)
	}
	h.browser().mustSignInAs(p, "mara")
	if got := warnings("larder"); !strings.Contains(got, links) || !strings.Contains(got, "One person is linked with the present address") {
		t.Errorf("mara is linked: %s", got)
	}
	if got := warnings("pantrie"); strings.Contains(got, links) {
		t.Errorf("the same slug: %s", got)
	}
}
