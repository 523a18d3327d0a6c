package auth_test

import (
	"context"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"

	"pantrie/auth"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/connection"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/provision"
	"pantrie/db"
)

const oidcLogin = "/api/v1/auth/oauth/oidc/login"

// withOIDC is one that has been connected with the third kind of provider. Authentik is one, too.
func withOIDC(t *testing.T, cfg authtest.Config) (*matrix.Host, *authtest.Provider) {
	t.Helper()
	h := newHost(t)
	cfg.ClientSecret, cfg.RedirectURIs = "first-secret", []string{h.URL + "/api/v1/auth/oauth/oidc/callback"}
	p := authtest.Start(t, cfg)
	saveOIDC(h, provider.Input{
		IssuerURL: new(p.Issuer()), ClientID: new("pantrie-client"), ClientSecret: "first-secret", Label: new("Home ID"),
	})
	return h, p
}

func saveOIDC(h *matrix.Host, in provider.Input) {
	h.T.Helper()
	must(h.T, h.Auth.Providers.Save(context.Background(), provider.OIDC, in))
}

func TestAnExtraCertificateAuthority(t *testing.T) {
	t.Parallel()
	h, p := withOIDC(t, authtest.Config{TLS: true})
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw}))
	b := h.Browser()
	refused(h, b, b.Follow(oidcLogin), "provider_unreachable", 1, 0)
	// Another authority could vouch for another server: that takes the secret again.
	fails(t, "without the secret", h.Auth.Providers.Save(context.Background(), provider.OIDC, provider.Input{CA: &ca}),
		fault.ValidationFailed, "clientSecret")
	saveOIDC(h, provider.Input{CA: new(" \n" + ca + "\n"), ClientSecret: "first-secret"})
	back, err := p.Authorize(context.Background(), p.Client(), b.Follow(oidcLogin).String(), "mara")
	must(t, err)
	if to := b.Follow(back); to.String() != "/" {
		t.Errorf("ended at %s", to)
	}
}

func TestClientAuthentication(t *testing.T) {
	t.Parallel()
	h, p := withOIDC(t, authtest.Config{})
	for _, tt := range []struct {
		method string
		basic  bool
	}{{"", false}, {"post", false}, {"basic", true}} {
		saveOIDC(h, provider.Input{AuthMethod: &tt.method})
		p.ForgetRequests()
		b := h.Browser()
		back, err := p.Authorize(context.Background(), nil, b.Follow(oidcLogin).String(), "mara")
		must(t, err)
		b.Follow(back)
		requests := p.Requests(oidc.EndpointToken)
		if len(requests) != 1 || (requests[0].Header.Get("Authorization") != "") != tt.basic {
			t.Errorf("%q: %d token requests, the first with %v", tt.method, len(requests), requests[0].Header)
		}
	}
}

func TestHostsOfAProvider(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	is := func(id string, want ...string) {
		t.Helper()
		if got := h.Auth.HostsOf(inForce(h, id)); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	there, err := url.Parse(p.BaseURL())
	must(t, err)
	is(provider.OIDC)
	is(provider.Authentik, there.Host)
	offers := func() *bool {
		t.Helper()
		p := inForce(h, provider.Authentik)
		seen, err := h.Auth.Providers.Seen(context.Background(), p)
		must(t, err)
		return h.Auth.OffersRefresh(p, seen)
	}
	if offers() != nil {
		t.Error("knows what a document says that was never read")
	}
	p.Set(matrix.WithDiscovery(func(doc map[string]any) { doc["userinfo_endpoint"] = "https://other.example/userinfo" }))
	h.Browser().Start("/")
	is(provider.Authentik, there.Host, "other.example")
	if got := offers(); got == nil || *got {
		t.Errorf("offers refresh tokens: %v", got)
	}
	google := provider.Input{ClientID: new("id"), ClientSecret: "secret"}
	must(t, h.Auth.Providers.Save(context.Background(), provider.Google, google))
	is(provider.Google, "accounts.google.com", "oauth2.googleapis.com", "openidconnect.googleapis.com",
		"www.googleapis.com")
}

// Each asks a server of somebody's choice a dozen times, so one runs at a time.
func TestOneTestOfAConnectionAtATime(t *testing.T) {
	t.Parallel()
	h, _ := withAuthentik(t)
	begin := func() (auth.TestRun, error) {
		return h.Auth.BeginTest(inForce(h, provider.Authentik), h.Auth.Address.Callback(provider.Authentik))
	}
	run, err := begin()
	must(t, err)
	_, err = begin()
	fails(t, "meanwhile", err, fault.TestRunning)
	_, err = h.Auth.BeginProvision(context.Background(), auth.AuthentikWish{BaseURL: "https://auth.example.org"}, false)
	fails(t, "a set-up meanwhile", err, fault.TestRunning)
	seen := 0
	for _, c := range run(context.Background(), func(connection.Check) { seen++ }) {
		if c.Status == connection.Failed {
			t.Errorf("%s of a set-up that works: %+v", c.ID, c)
		}
	}
	if seen != 13 {
		t.Errorf("%d checks", seen)
	}
	run, err = begin()
	must(t, err)
	run(context.Background(), func(connection.Check) {})
}

// emptyAuthentik is an Authentik on its first day, with an API token.
func emptyAuthentik(t *testing.T) (*authtest.Provider, auth.AuthentikWish) {
	t.Helper()
	p := authtest.Start(t, authtest.Config{
		APIToken: "api-token-4711", NoApplication: true, Groups: []string{"household"},
		Users: []authtest.User{{Username: "mara", Password: "mara", Name: "Mara", Groups: []string{"household"}}},
	})
	return p, auth.AuthentikWish{BaseURL: p.BaseURL(), Token: "api-token-4711", Group: "household"}
}

func TestAuthentikIsSetUp(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	p, wish := emptyAuthentik(t)
	h := newHost(t)
	plan, err := h.Auth.PlanAuthentik(ctx, wish)
	if err != nil || plan.Slug != "pantrie" || plan.Found != nil || len(p.Objects().Applications) > 0 {
		t.Fatalf("plan %+v, %v; %d applications", plan, err, len(p.Objects().Applications))
	}
	run, err := h.Auth.BeginProvision(ctx, wish, true)
	must(t, err)
	result, err := run(ctx, func(provision.Step) {})
	must(t, err)
	made := inForce(h, provider.Authentik)
	if !made.Usable() || made.ClientID != result.ClientID || made.ClientSecret != result.ClientSecret ||
		made.Slug != "pantrie" {
		t.Errorf("stored: %+v, made %+v", made, result)
	}
	b := h.Browser()
	if to := b.SignInAs(p, "mara", "/"); to.String() != "/" {
		t.Errorf("a sign-in ended at %s", to)
	}
	if strings.Contains(h.Log.String(), wish.Token) || strings.Contains(h.Log.String(), result.ClientSecret) {
		t.Error("a secret is in the log")
	}
}

// Who was signed out, or is no administrator any more, when a run ends has nothing saved, and nothing is left at
// Authentik.
func TestASetUpIsSavedForAdministratorsAlone(t *testing.T) {
	t.Parallel()
	for name, during := range map[string]func(h *matrix.Host, id string) error{
		"signed out": func(h *matrix.Host, id string) error { return h.Auth.Sessions.EndAllOf(context.Background(), id) },
		"no administrator": func(h *matrix.Host, id string) error {
			ctx := context.Background()
			return h.DB.InTx(ctx, func(tx *db.Tx) error { return tx.SetSiteAdmin(ctx, id, false) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, wish := emptyAuthentik(t)
			h := newHost(t)
			b := asAdmin(h)
			err := within(h, b, func(ctx context.Context) error {
				run, err := h.Auth.BeginProvision(ctx, wish, true)
				must(t, err)
				must(t, during(h, me(b)))
				_, err = run(ctx, func(provision.Step) {})
				return err
			})
			if err == nil || inForce(h, provider.Authentik).SecretStored || len(p.Objects().Applications) > 0 {
				t.Errorf("saved all the same: %v, %+v", err, p.Objects().Applications)
			}
			if strings.Contains(h.Log.String(), wish.Token) {
				t.Error("the token is in the log")
			}
		})
	}
}

func TestASetUpNeedsWhatTheEnvironmentLeavesOpen(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	_, wish := emptyAuthentik(t)
	locked := newHost(t, fromEnvironment(provider.Env{ClientID: "id", ClientSecret: "secret"}))
	_, err := locked.Auth.PlanAuthentik(ctx, wish)
	fails(t, "locked", err, fault.EnvLocked, "clientId", "clientSecret")
	_, err = locked.Auth.BeginProvision(ctx, wish, true)
	fails(t, "locked", err, fault.EnvLocked, "clientId", "clientSecret")
	empty, _ := newEmptyHost(t)
	_, err = empty.Auth.PlanAuthentik(ctx, wish)
	fails(t, "without an address", err, fault.ValidationFailed, "publicUrl")
	wish.PublicURL, wish.CA = "https://pantry.example.org", new("hello")
	_, err = empty.Auth.PlanAuthentik(ctx, wish)
	fails(t, "with a CA of text", err, fault.ValidationFailed, "ca")
	wish.CA = new("")
	_, err = empty.Auth.PlanAuthentik(ctx, wish) // in the wizard
	must(t, err)

	text, err := empty.Auth.AuthentikBlueprint(wish, auth.BlueprintOptions{Recent: true})
	if err != nil || !strings.Contains(text, "https://pantry.example.org"+matrix.CallbackPath) ||
		!strings.Contains(text, "/signed-out") || strings.Contains(text, wish.Token) {
		t.Errorf("blueprint: %v\n%s", err, text)
	}
	wish.Slug = "a b"
	_, err = empty.Auth.AuthentikBlueprint(wish, auth.BlueprintOptions{})
	fails(t, "a slug with a space", err, fault.ValidationFailed, "slug")
	_, err = empty.Auth.AuthentikBlueprint(auth.AuthentikWish{}, auth.BlueprintOptions{})
	fails(t, "a blueprint without an address", err, fault.ValidationFailed, "publicUrl")
}

func TestPantriesOwnAddress(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h, _ := newEmptyHost(t)
	a := h.Auth.Address
	if a.URL() != "" || a.Callback("oidc") != "" || a.SignedOut("oidc") != "" || a.BackchannelLogout("oidc") != "" {
		t.Error("there is an address that nobody has said")
	}
	_, err := a.CallbackAt("pantry", "oidc")
	fails(t, "no address", err, fault.ValidationFailed, "publicUrl")
	if got, err := a.CallbackAt("https://pantry.example.org/", "oidc"); err != nil ||
		got != "https://pantry.example.org/api/v1/auth/oauth/oidc/callback" {
		t.Errorf("not stored yet: %q, %v", got, err)
	}
	fails(t, "no address", a.Set(ctx, "pantry"), fault.ValidationFailed, "publicUrl")
	must(t, a.Set(ctx, "https://pantry.example.org/kitchen/"))
	got, err := a.Or("https://other.example")
	if err != nil || got != "https://other.example" || a.BasePath() != "/kitchen" {
		t.Errorf("%q, %v, below %q", got, err, a.BasePath())
	}
	// The stored one holds for whoever comes next, unless the environment says another.
	again := newHostOn(t, copied(h))
	fixed := newHostOn(t, copied(h), func(c *auth.Config) { c.PublicURL = "https://fixed.example" })
	stored, said := again.Auth.Address.URL(), fixed.Auth.Address.URL()
	if stored != "https://pantry.example.org/kitchen" || said != "https://fixed.example" {
		t.Errorf("%s and %s", stored, said)
	}
	fails(t, "locked", fixed.Auth.Address.Set(ctx, "https://x.example"), fault.EnvLocked, "publicUrl")
	got, err = fixed.Auth.Address.CallbackAt("https://x.example", "oidc")
	if err != nil || !strings.HasPrefix(got, "https://fixed.example/") {
		t.Errorf("locked: %q, %v", got, err)
	}
}
