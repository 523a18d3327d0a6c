package auth_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pantrie/auth"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
	"pantrie/auth/signin"
	"pantrie/db"
)

// inForce is what holds of a provider.
func inForce(h *matrix.Host, id string) provider.Provider {
	h.T.Helper()
	p, err := h.Auth.Providers.Get(context.Background(), id)
	must(h.T, err)
	return p
}

// copied is a copy of a database, for another to go on with.
func copied(h *matrix.Host) (path string) {
	h.T.Helper()
	path = filepath.Join(h.T.TempDir(), "pantrie.db")
	must(h.T, h.DB.BackUp(context.Background(), path))
	return path
}

// example is what the form sends of an Authentik.
func example() provider.Input {
	return provider.Input{
		BaseURL: new("https://auth.example.org"), Slug: new("pantrie"), ClientID: new("id"), ClientSecret: "stored",
	}
}

// fromEnvironment lets the environment set some of it.
func fromEnvironment(e provider.Env) func(*auth.Config) {
	return func(c *auth.Config) { c.Authentik = e }
}

func TestSettingsOfAProviderAreChecked(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ctx := context.Background()
	owner := db.Role("owner")
	rules := func(list ...provider.GroupRule) provider.Input { return provider.Input{Rules: &list} }
	tooMany := func(n int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprint("entry", i))
		}
		return list
	}
	manyRules := make([]provider.GroupRule, 101)
	type input = provider.Input
	const oidc = provider.OIDC
	for name, tt := range map[string]struct {
		id     string
		in     input
		fields string
	}{
		"no web address":        {provider.Authentik, input{BaseURL: new("ftp://x"), Slug: new("a b")}, "baseUrl"},
		"a slug of Authentik's": {provider.Authentik, input{Slug: new("userinfo")}, "slug"},
		"a slug with a space":   {provider.Authentik, input{Slug: new("a b")}, "slug"},
		"a role nobody has":     {provider.Google, input{SignUpRole: &owner}, "signUpRole"},
		"a long label":          {oidc, input{Label: new(strings.Repeat("x", 61))}, "label"},
		"a long secret":         {oidc, input{ClientSecret: strings.Repeat("x", 1001)}, "clientSecret"},
		"hours below none":      {oidc, input{MaxSessionHours: new(-1)}, "maxSessionHours"},
		"hours of years":        {oidc, input{MaxSessionHours: new(9000)}, "maxSessionHours"},
		"a control character":   {oidc, input{AdminGroup: new("a\nb")}, "adminGroup"},
		"a long group":          {oidc, input{AllowedGroups: &[]string{strings.Repeat("g", 256)}}, "allowedGroups"},
		"101 groups":            {oidc, input{AllowedGroups: new(tooMany(101))}, "allowedGroups"},
		"21 scopes":             {oidc, input{Scopes: new(tooMany(21))}, "scopes"},
		"two scopes in one":     {oidc, input{Scopes: &[]string{"openid email"}}, "scopes"},
		"a way to authenticate": {oidc, input{AuthMethod: new("private_key_jwt")}, "authMethod"},
		"a CA of text":          {oidc, input{CA: new("hello")}, "ca"},
		"a long CA":             {oidc, input{CA: new(strings.Repeat("x", 33<<10))}, "ca"},
		"a private key": {
			oidc, input{CA: new("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")}, "ca",
		},
		"101 rules": {oidc, rules(manyRules...), "rules"},
		"an empty rule": {
			oidc, rules(provider.GroupRule{Group: " "}), "rules[0].group rules[0].householdId rules[0].role",
		},
		"an issuer that is none":  {oidc, input{IssuerURL: new("ftp://id.example.org")}, "issuerUrl"},
		"an issuer with a query":  {oidc, input{IssuerURL: new("https://id.example.org/?a=b")}, "issuerUrl"},
		"an issuer with a person": {oidc, input{IssuerURL: new("https://u:p@id.example.org")}, "issuerUrl"},
	} {
		fails(t, name, h.Auth.Providers.Save(ctx, tt.id, tt.in), fault.ValidationFailed, strings.Fields(tt.fields)...)
		_, err := h.Auth.Providers.Unsaved(ctx, tt.id, tt.in)
		fails(t, name+", for a test", err, fault.ValidationFailed, strings.Fields(tt.fields)...)
	}
	lost := rule(h, "a", db.RoleViewer)
	lost.HouseholdID = "nowhere"
	nowhere := rules(rule(h, "a", db.RoleViewer), lost)
	nowhere.SignUpHouseholdID = new("nowhere")
	fails(t, "no such household", h.Auth.Providers.Save(ctx, provider.OIDC, nowhere), fault.ValidationFailed,
		"rules[1].householdId", "signUpHouseholdId")
	for _, id := range provider.IDs() {
		if p := inForce(h, id); p.SecretStored || p.Configured() {
			t.Errorf("%s after refusals: %+v", id, p)
		}
	}
	for _, do := range []func(id string) error{
		func(id string) error { return h.Auth.Providers.Save(ctx, id, provider.Input{}) },
		func(id string) error { _, err := h.Auth.Providers.Unsaved(ctx, id, provider.Input{}); return err },
		func(id string) error { return h.Auth.Providers.Forget(ctx, id) },
		func(id string) error { return h.Auth.Providers.SwitchOff(ctx, id) },
	} {
		fails(t, "one that there is not", do("github"), fault.OAuthUnknownProvider)
	}
}

func TestSettingsOfAProviderAreRead(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	save(h, example())
	groups := []string{"family", " friends ", "", "family"}
	save(h, provider.Input{AllowedGroups: &groups, Scopes: new(provider.DefaultScopes())})
	p := inForce(h, provider.Authentik)
	if !slices.Equal(p.AllowedGroups, []string{"family", "friends"}) || p.Scopes != nil {
		t.Errorf("stored as %q and %q", p.AllowedGroups, p.Scopes)
	}
	save(h, provider.Input{Scopes: &[]string{"email", "groups"}})
	if got := inForce(h, provider.Authentik).ScopesInForce(); !slices.Equal(got, []string{"openid", "email", "groups"}) {
		t.Errorf("asks for %q", got)
	}
	for typed, want := range map[string]string{
		"https://id.example.org":     "https://id.example.org",
		"ID.example.org/realms/Home": "https://id.example.org/realms/Home",
		"https://id.example.org/":    "https://id.example.org/",
		"":                           "",
		"https://id.example.org/dex/.well-known/openid-configuration": "https://id.example.org/dex",
	} {
		in := provider.Input{IssuerURL: &typed, ClientID: new("id"), ClientSecret: "s"}
		must(t, h.Auth.Providers.Save(context.Background(), provider.OIDC, in))
		if got := inForce(h, provider.OIDC).Issuer(); got != want {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
	// Everybody in the world has an account at Google: nobody new comes from there unless somebody says so.
	google := provider.Input{ClientID: new("id"), ClientSecret: "secret"}
	must(t, h.Auth.Providers.Save(context.Background(), provider.Google, google))
	p = inForce(h, provider.Google)
	if !p.Usable() || p.SignUp || !p.AutoLink || p.Issuer() != "https://accounts.google.com" {
		t.Errorf("Google: %+v", p)
	}
	names := []string{}
	all, err := h.Auth.Providers.All(context.Background())
	must(t, err)
	must(t, h.Auth.Providers.Save(context.Background(), provider.OIDC, provider.Input{Label: new("Home ID")}))
	for _, p := range append(all, inForce(h, provider.OIDC)) {
		names = append(names, p.Name()+": "+p.ButtonLabel())
	}
	if got := strings.Join(names, ", "); got != "Authentik: Sign in with Authentik, Google: Sign in with Google, "+
		"OpenID Connect: Sign in with OpenID Connect, Home ID: Sign in with Home ID" {
		t.Error(got)
	}
	must(t, h.Auth.Providers.SwitchOff(context.Background(), provider.Google))
	if inForce(h, provider.Google).Usable() {
		t.Error("switched off, and yet usable")
	}
}

// Whoever may change the address must know the secret, as it would be sent there.
func TestASecretStaysWhereItBelongs(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	ctx := context.Background()
	save(h, example())
	stored, err := h.DB.Setting(ctx, "oauth.authentik.clientSecret")
	plain := strings.Contains(string(stored.Value), "stored")
	if err != nil || !stored.Sealed || plain || !h.Auth.Providers.Readable(stored) {
		t.Errorf("kept as %+v, %v", stored, err)
	}
	for name, in := range map[string]provider.Input{
		"another server": {BaseURL: new("https://evil.example")}, "another slug": {Slug: new("other")},
	} {
		fails(t, name, h.Auth.Providers.Save(ctx, provider.Authentik, in), fault.ValidationFailed, "clientSecret")
		p, err := h.Auth.Providers.Unsaved(ctx, provider.Authentik, in)
		if err != nil || p.ClientSecret != "" || p.Configured() {
			t.Errorf("%s: a test would send the secret there (%v)", name, err)
		}
		in.ClientSecret = "known"
		if p, err := h.Auth.Providers.Unsaved(ctx, provider.Authentik, in); err != nil || p.ClientSecret != "known" {
			t.Errorf("%s: a test has the secret %q, %v", name, p.ClientSecret, err)
		}
		must(t, h.Auth.Providers.Save(ctx, provider.Authentik, in))
		save(h, example())
	}
	save(h, provider.Input{ClientID: new("another")}) // keeps it
	if p := inForce(h, provider.Authentik); p.ClientSecret != "stored" || p.ClientID != "another" {
		t.Errorf("in force: %+v", p)
	}
	must(t, h.Auth.Providers.Forget(ctx, provider.Authentik))
	if p := inForce(h, provider.Authentik); p.SecretStored || p.BaseURL != "" || len(p.Missing) != 4 {
		t.Errorf("forgotten: %+v", p)
	}
}

func TestTheEnvironmentBeatsWhatIsStored(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, fromEnvironment(provider.Env{BaseURL: "https://env.example", ClientSecret: "from outside"}))
	for name, in := range map[string]provider.Input{
		"baseUrl": {BaseURL: new("https://x.example")}, "clientSecret": {ClientSecret: "typed"},
	} {
		fails(t, name, h.Auth.Providers.Save(ctx, provider.Authentik, in), fault.EnvLocked, name)
		_, err := h.Auth.Providers.Unsaved(ctx, provider.Authentik, in)
		fails(t, name+", for a test", err, fault.EnvLocked, name)
	}
	save(h, provider.Input{Slug: new("stored"), ClientID: new("id"), Label: new("Family login")})
	p := inForce(h, provider.Authentik)
	if p.Issuer() != "https://env.example/application/o/stored/" || p.ClientSecret != "from outside" || !p.Usable() ||
		p.ButtonLabel() != "Family login" {
		t.Errorf("in force: %+v", p)
	}
	must(t, h.Auth.Providers.LogAll(ctx))
	must(t, h.Auth.Providers.Forget(ctx, provider.Authentik))
	if p = inForce(h, provider.Authentik); p.BaseURL != "https://env.example" || p.Slug != "" || p.Usable() {
		t.Errorf("forgotten: %+v", p)
	}
	must(t, h.Auth.Providers.LogAll(ctx))
	for _, line := range []string{
		`msg="OAuth provider configured" provider=authentik`, "OAuth provider not configured: Application Slug is missing",
		"OAUTH_AUTHENTIK_SLUG, OAUTH_AUTHENTIK_CLIENT_ID",
	} {
		if !strings.Contains(h.Log.String(), line) {
			t.Errorf("the log does not say %s", line)
		}
	}
	if strings.Contains(h.Log.String(), "from outside") {
		t.Error("the secret is in the log")
	}
	// What is wrong there is named, and a whole address is read as one.
	odd := newHost(t, fromEnvironment(provider.Env{BaseURL: "ftp://x", Slug: "a b", ClientID: "id", ClientSecret: "s"}))
	wrong := inForce(odd, provider.Authentik).Missing
	if len(wrong) != 2 || wrong[0].Reason != "invalid" || wrong[1].Reason != "invalid" {
		t.Errorf("missing: %+v", wrong)
	}
	whole := newHost(t, fromEnvironment(provider.Env{BaseURL: "https://env.example/application/o/food/"}))
	if p = inForce(whole, provider.Authentik); p.Slug != "food" {
		t.Errorf("slug %q", p.Slug)
	}
}

// Nobody can type the environment's secret to prove that they know it. The form sends it to the first address alone.
func TestTheSecretOfTheEnvironmentStaysWhereItBelongs(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	only := func(secret string) func(*auth.Config) { return fromEnvironment(provider.Env{ClientSecret: secret}) }
	h := newHost(t, only("from outside"))
	there := provider.Input{BaseURL: new("https://auth.example.org"), Slug: new("pantrie"), ClientID: new("id")}
	save(h, there)
	evil := provider.Input{BaseURL: new("https://evil.example"), Slug: new("pantrie")}
	for name, in := range map[string]provider.Input{"another server": evil, "another slug": {Slug: new("other")}} {
		fails(t, name, h.Auth.Providers.Save(ctx, provider.Authentik, in), fault.EnvLocked, "baseUrl", "slug")
		if p, err := h.Auth.Providers.Unsaved(ctx, provider.Authentik, in); err != nil || p.ClientSecret != "" {
			t.Errorf("%s: a test would send the secret there (%v)", name, err)
		}
	}
	must(t, h.Auth.Providers.Forget(ctx, provider.Authentik)) // forgetting first does not help
	fails(t, "forgotten", h.Auth.Providers.Save(ctx, provider.Authentik, evil), fault.EnvLocked, "baseUrl", "slug")
	save(h, there)
	p, err := h.Auth.Providers.Unsaved(ctx, provider.Authentik, provider.Input{})
	if err != nil || p.ClientSecret != "from outside" {
		t.Errorf("a test at home has the secret %q, %v", p.ClientSecret, err)
	}
	// A new secret may go to a new place, and one that the environment sends somewhere is bound to nothing.
	anew := newHostOn(t, copied(h), only("another"))
	save(anew, evil)
	sent := newHostOn(t, copied(anew), fromEnvironment(provider.Env{
		BaseURL: "https://elsewhere.example", Slug: "food", ClientSecret: "another",
	}))
	save(sent, provider.Input{Label: new("Food")})
}

func TestSignUpGoesToTheHouseholdThatWasChosen(t *testing.T) {
	t.Parallel()
	for _, chosen := range []bool{true, false} {
		h, p := withAuthentik(t)
		ctx := context.Background()
		guests := h.HouseholdID()
		sam, err := h.DB.UserByEmail(ctx, matrix.AdminEmail)
		must(t, err)
		family, err := h.Auth.Households.Create(ctx, sam.ID, "Family", "")
		must(t, err)
		in := provider.Input{Rules: &[]provider.GroupRule{
			{Group: "family", HouseholdID: family.ID, Role: db.RoleEditor},
			{Group: "others", HouseholdID: guests, Role: db.RoleViewer},
		}}
		if chosen {
			in.SignUpHouseholdID = &guests
		}
		save(h, in)
		_, err = h.Auth.Households.Delete(ctx, sam, false, guests)
		must(t, err)
		if left := inForce(h, provider.Authentik); len(left.Rules) != 1 || left.SignUpHouseholdID != guests {
			t.Errorf("settings afterwards: %+v, %q", left.Rules, left.SignUpHouseholdID)
		}
		// Who signs up does not see another household instead.
		stranger, mara := h.Browser(), h.Browser()
		stranger.SignInAs(p, "nomail", "/")
		mara.SignInAs(p, "mara", "/")
		if stranger.Role() != "" || mara.Role() != "editor" {
			t.Errorf("chosen %v: a stranger is %q, mara is %q", chosen, stranger.Role(), mara.Role())
		}
		// Saving something else is no mistake, and neither is choosing another one.
		save(h, provider.Input{SignUpHouseholdID: &guests, AutoLink: new(false)})
		save(h, provider.Input{SignUpHouseholdID: &family.ID})
	}
}

// rules are the switches as an administrator sees them.
func rulesOf(h *matrix.Host, b *matrix.Browser) (r signin.Rules) {
	h.T.Helper()
	must(h.T, within(h, b, func(ctx context.Context) (err error) {
		r, err = h.Auth.SignIns.Rules(ctx)
		return err
	}))
	return r
}

func setRules(h *matrix.Host, b *matrix.Browser, localLogin *bool, autoRedirect *string) error {
	return within(h, b, func(ctx context.Context) error { return h.Auth.SignIns.SetRules(ctx, localLogin, autoRedirect) })
}

func TestPasswordsAreSwitchedOffWithCare(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	join(h, "Mara", "mara@example.org")
	admin := asAdmin(h)
	refusedAfter := func(what string) {
		t.Helper()
		fails(t, what, setRules(h, admin, new(false), nil), fault.Conflict)
		r := rulesOf(h, admin)
		if r.CanTurnOff || r.Why != "needs_test" || r.TestProvider != provider.Authentik || !r.InForce {
			t.Errorf("%s: %+v", what, r)
		}
	}
	refusedAfter("no test")
	if page, r := try(h, admin, p, "sam"); !strings.HasSuffix(page, "&tested=1") || !r.OK || r.Verdict.Action != "link" {
		t.Errorf("ended at %s with %+v", page, r)
	}
	refusedAfter("a test that would only link")
	admin.Link(p, "sam")
	try(h, admin, p, "mara")
	refusedAfter("a test by somebody else")
	p.Set(func(s *authtest.Settings) { s.ClientSecret = "rotated" })
	page, r := try(h, admin, p, "sam")
	if r.OK || r.Reason != "client_rejected" || !strings.Contains(page, "error=client_rejected") {
		t.Errorf("ended at %s with %+v", page, r)
	}
	refusedAfter("a test that failed")
	p.Set(func(s *authtest.Settings) { s.ClientSecret = "first-secret" })
	try(h, admin, p, "sam")
	save(h, provider.Input{TrustEmail: new(true)})
	refusedAfter("a test with other settings")
	try(h, admin, p, "sam")
	if r := rulesOf(h, admin); !r.CanTurnOff || r.Why != "" || !r.LocalLogin {
		t.Errorf("after a test: %+v", r)
	}
	fails(t, "by nobody", setRules(h, h.Browser(), new(false), nil), fault.Unauthenticated)
	must(t, setRules(h, admin, new(false), nil))
	fails(t, "a member", within(h, h.Browser(), func(ctx context.Context) error {
		_, err := h.Auth.SignIns.WithPassword(ctx, "mara@example.org", password)
		return err
	}), fault.LocalLoginOff)
	h.Browser().Login(401, "mara@example.org", "guess") // nothing is learned without the password
	asAdmin(h)                                          // administrators are never locked out
	// Nobody is, while no provider works.
	save(h, provider.Input{Enabled: new(false)})
	h.Browser().Login(200, "mara@example.org", password)
	if r := rulesOf(h, admin); r.LocalLogin || !r.InForce || r.Why != "no_provider" {
		t.Errorf("without a provider: %+v", r)
	}
	save(h, provider.Input{Enabled: new(true)})
	// The environment has the last word.
	forced := newHostOn(t, copied(h), func(c *auth.Config) { c.ForceLocalLogin = true })
	forced.Browser().Login(200, "mara@example.org", password)
	fails(t, "forced", setRules(forced, asAdmin(forced), new(false), nil), fault.EnvLocked, "localLogin")
}

func TestTheSignInPageLeadsOn(t *testing.T) {
	t.Parallel()
	h, _ := withAuthentik(t)
	admin := asAdmin(h)
	leads := func(want string) {
		t.Helper()
		if got, err := h.Auth.Providers.AutoRedirect(context.Background()); err != nil || got != want {
			t.Errorf("leads to %q, %v; want %q", got, err, want)
		}
	}
	leads("")
	for _, id := range []string{"google", "github"} {
		fails(t, id, setRules(h, admin, nil, &id), fault.ValidationFailed, "autoRedirect")
	}
	must(t, setRules(h, admin, nil, new("authentik")))
	leads("authentik")
	save(h, provider.Input{Enabled: new(false)})
	leads("")
	must(t, setRules(h, admin, nil, new("")))
	save(h, provider.Input{Enabled: new(true)})
	leads("")
}

// A test sign-in decides as a sign-in would, and does nothing of it.
func TestATestSignInDoesNothing(t *testing.T) {
	t.Parallel()
	h, p := withAuthentik(t)
	admin := asAdmin(h)
	save(h, provider.Input{
		Enabled: new(false), // one that is switched off can be tested
		Rules:   &[]provider.GroupRule{rule(h, "family", db.RoleViewer)},
	})
	for _, tt := range []struct {
		who, action, reason string
		settings            provider.Input
		provider            func(*authtest.Settings)
	}{
		{who: "mara", action: "create"},
		{who: "sam", action: "link"},
		{who: "sam", action: "ask_password", provider: matrix.EmailVerified(oidc.VerifiedFalse)},
		{who: "nomail", action: "refuse", reason: "signup_off", settings: provider.Input{SignUp: new(false)}},
		{
			who: "nomail", action: "refuse", reason: "not_allowed",
			settings: provider.Input{AllowedGroups: &[]string{"family"}},
		},
	} {
		save(h, tt.settings)
		if tt.provider != nil {
			p.Set(tt.provider)
		}
		_, r := try(h, admin, p, tt.who)
		if !r.OK || !r.Current || r.Verdict == nil || r.Verdict.Action != tt.action ||
			string(r.Verdict.Reason) != tt.reason || r.Used == nil || len(r.IDToken) == 0 || len(r.Userinfo) == 0 ||
			len(r.Steps) < 5 {
			t.Errorf("%s: %+v", tt.who, r)
		}
		if row, err := h.SignIn(r.Reference); err != nil || row.Purpose != db.PurposeTest || row.Outcome != db.OutcomeTested {
			t.Errorf("%s: the log has %+v, %v", tt.who, row, err)
		}
	}
	if n, err := h.DB.CountUsers(context.Background()); err != nil || n != 1 || h.Identities() != 0 || me(admin) == "" {
		t.Errorf("%d users, %d identities, %v", n, h.Identities(), err)
	}
	save(h, provider.Input{ClientID: new("another")})
	if r, err := h.Auth.SignIns.TestResult(context.Background(), inForce(h, provider.Authentik)); err != nil || r.Current {
		t.Errorf("the result counts as current after the settings changed: %+v, %v", r, err)
	}
	// Only the one who began it ends it.
	save(h, provider.Input{ClientID: new("pantrie-client")})
	var back string
	must(t, within(h, admin, func(ctx context.Context) error {
		to, err := h.Auth.SignIns.StartTest(ctx, provider.Authentik)
		if err == nil {
			back, err = p.Authorize(ctx, nil, to, "sam")
		}
		return err
	}))
	admin.Want(204, "POST", "/api/v1/auth/logout", nil)
	if to := admin.Follow(back); to.Query().Get("error") != "state_invalid" {
		t.Errorf("somebody else's test ended at %s", to)
	}
}
