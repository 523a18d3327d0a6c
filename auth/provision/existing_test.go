package provision_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/authtest"
	"pantrie/auth/provision"
)

const old = "https://old.example/callback"

// TestWhatIsThereAlready has each way something can be there, for each version in which it differs.
func TestWhatIsThereAlready(t *testing.T) {
	type outcome struct {
		code  provision.Code // empty when it works
		field string
		says  []string
		// what is there afterwards, when it works
		providers, applications int
		created                 []string
	}
	exists := outcome{code: provision.CodeExists, field: provision.FieldSlug}
	unusable := func(says ...string) outcome {
		return outcome{code: provision.CodeUnusable, field: provision.FieldSlug, says: says}
	}
	noneOfTheSlug := outcome{code: provision.CodeMissing, field: provision.FieldSlug, says: []string{"no application with the slug pantrie"}}
	fresh := outcome{providers: 2, applications: 2, created: []string{`provider "Pantrie (pantrie)"`, `application "Pantrie"`}}
	for _, tt := range []struct {
		name            string
		setup           func(*bench)
		versions        []string // empty means all
		found           *provision.Found
		stop, use, read outcome
		// usesOld: the provider that was there is the one that is used
		usesOld bool
	}{
		{
			name:    "the application with its provider",
			setup:   func(b *bench) { b.newApplication("pantrie", b.newProvider("Something", nil)["pk"]) },
			found:   &provision.Found{Application: "Larder", ApplicationSlug: "pantrie", Provider: "Something", Usable: true},
			stop:    exists,
			use:     outcome{providers: 1, applications: 1, created: []string{`redirect URI of the provider "Something"`}},
			read:    outcome{providers: 1, applications: 1},
			usesOld: true,
		},
		{
			name: "the application with everything",
			setup: func(b *bench) {
				b.newApplication("pantrie", b.newProvider("Something", fields{"redirect_uris": b.uris(old, callback)})["pk"])
			},
			found:   &provision.Found{Application: "Larder", ApplicationSlug: "pantrie", Provider: "Something", Usable: true, HasRedirectURI: true},
			stop:    exists,
			use:     outcome{providers: 1, applications: 1},
			read:    outcome{providers: 1, applications: 1},
			usesOld: true,
		},
		{
			name:  "the application without a provider",
			setup: func(b *bench) { b.newApplication("pantrie", nil) },
			found: &provision.Found{Application: "Larder", ApplicationSlug: "pantrie", Usable: true},
			stop:  exists,
			use:   outcome{providers: 1, applications: 1, created: []string{`provider "Pantrie"`, `provider of the application "Larder"`}},
			read:  unusable("no provider"),
		},
		{
			name: "the application without a provider, and a provider of the name",
			setup: func(b *bench) {
				b.newProvider("Pantrie", nil)
				b.newApplication("pantrie", nil)
			},
			found:   &provision.Found{Application: "Larder", ApplicationSlug: "pantrie", Provider: "Pantrie", Usable: true},
			stop:    exists,
			use:     outcome{providers: 1, applications: 1, created: []string{`provider of the application "Larder"`, `redirect URI of the provider "Pantrie"`}},
			read:    outcome{code: provision.CodeUnusable, field: provision.FieldSlug},
			usesOld: true,
		},
		{
			name: "a provider of another kind",
			setup: func(b *bench) {
				p := b.call(http.MethodPost, "providers/saml/", fields{
					"name": "Pantrie", "acs_url": "https://old.example/acs",
					"authorization_flow": b.pk("flows/instances/?slug=default-provider-authorization-implicit-consent"),
					"invalidation_flow":  b.all("flows/instances/?designation=invalidation")[0]["pk"],
				})
				b.newApplication("pantrie", p["pk"])
			},
			found: &provision.Found{Application: "Larder", ApplicationSlug: "pantrie", Provider: "Pantrie", Reason: "Its provider is a SAML Provider, no OAuth2 provider."},
			stop:  exists, use: unusable("SAML Provider"), read: unusable("SAML Provider"),
		},
		{
			name: "a public client",
			setup: func(b *bench) {
				b.newApplication("pantrie", b.newProvider("Something", fields{"client_type": "public"})["pk"])
			},
			found: &provision.Found{Application: "Larder", ApplicationSlug: "pantrie", Provider: "Something", Reason: "It is a public client, which has no secret. Pantrie needs a confidential one."},
			stop:  exists, use: unusable("public client"), read: unusable("public client"),
		},
		{
			name: "an encryption key",
			setup: func(b *bench) {
				b.newApplication("pantrie", b.newProvider("Something", fields{"encryption_key": b.pk("crypto/certificatekeypairs/")})["pk"])
			},
			versions: []string{"2024.12.3", "2026.5.0"},
			found:    &provision.Found{Application: "Larder", ApplicationSlug: "pantrie", Provider: "Something", Reason: "It has an Encryption Key, and Pantrie cannot read encrypted tokens."},
			stop:     exists, use: unusable("Encryption Key"), read: unusable("Encryption Key"),
		},
		{
			name:    "a provider that belongs to nobody",
			setup:   func(b *bench) { b.newProvider("Pantrie", nil) },
			found:   &provision.Found{Provider: "Pantrie", Usable: true},
			stop:    exists,
			use:     outcome{providers: 1, applications: 1, created: []string{`application "Pantrie"`, `redirect URI of the provider "Pantrie"`}},
			read:    noneOfTheSlug,
			usesOld: true,
		},
		{
			name:  "a provider that belongs to another application",
			setup: func(b *bench) { b.newApplication("larder", b.newProvider("Pantrie", nil)["pk"]) },
			stop:  fresh, use: fresh, read: noneOfTheSlug,
		},
		{
			name:  "a provider of the name that is of no use",
			setup: func(b *bench) { b.newProvider("Pantrie", fields{"client_type": "public"}) },
			stop:  outcome{providers: 2, applications: 1, created: fresh.created},
			use:   outcome{providers: 2, applications: 1, created: fresh.created},
			read:  noneOfTheSlug,
		},
		{
			name: "the name taken by a provider of another kind",
			setup: func(b *bench) {
				b.call(http.MethodPost, "providers/saml/", fields{
					"name": "Pantrie", "acs_url": "https://old.example/acs",
					"authorization_flow": b.pk("flows/instances/?slug=default-provider-authorization-implicit-consent"),
					"invalidation_flow":  b.all("flows/instances/?designation=invalidation")[0]["pk"],
				})
			},
			stop: outcome{providers: 1, applications: 1, created: fresh.created},
			use:  outcome{providers: 1, applications: 1, created: fresh.created},
			read: noneOfTheSlug,
		},
	} {
		if len(tt.versions) == 0 {
			tt.versions = []string{"2023.10.7", "2024.12.3", "2025.10.2", "2026.5.0"}
		}
		for _, version := range tt.versions {
			for existing, want := range map[provision.Existing]outcome{provision.ExistingStop: tt.stop, provision.ExistingUse: tt.use, provision.ExistingRead: tt.read} {
				t.Run(fmt.Sprintf("%s/%s/%q", tt.name, version, existing), func(t *testing.T) {
					b := newBench(t, version)
					b.wish.Existing = existing
					tt.setup(b)
					before := b.state()
					there := b.all("providers/oauth2/")
					looked := b.look()
					if p := provision.AsProblem(looked.Err); p != nil && p.Code != want.code {
						t.Errorf("looking: %+v", p)
					}
					if looked.Err == nil {
						b.found(tt.found, looked.Plan.Found, existing)
					}
					if b.state() != before {
						t.Error("looking changed something")
					}
					r := b.apply()
					if want.code != "" {
						p := r.problem(t)
						if p.Code != want.code || p.Field != want.field || p.Fix == "" {
							t.Errorf("got %+v, want %s", p, want.code)
						}
						says(t, p.Message+p.Fix, want.says...)
						if b.state() != before {
							t.Errorf("something was changed:\n%s\n%s", before, b.state())
						}
						return
					}
					r.ok(t)
					providers, applications := b.all("providers/oauth2/"), b.all("core/applications/")
					if len(providers) != want.providers || len(applications) != want.applications {
						t.Errorf("%d providers and %d applications", len(providers), len(applications))
					}
					created := slices.Clone(want.created)
					if tt.usesOld && existing == provision.ExistingUse && version == "2026.5.0" {
						created = append(created, fmt.Sprintf("post-logout redirect URI of the provider %q", there[0]["name"]))
					}
					if diff := cmp.Diff(created, r.Result.Created); diff != "" {
						t.Errorf("created (-want +got):\n%s", diff)
					}
					if existing == provision.ExistingRead && b.state() != before {
						t.Error("reading changed something")
					}
					if tt.usesOld {
						b.keeps(there[0], existing == provision.ExistingUse)
						if r.Result.ClientID != there[0]["client_id"] || r.Result.ClientSecret != there[0]["client_secret"] {
							t.Errorf("result %+v is not of the provider that was there", r.Result)
						}
					} else if i := slices.IndexFunc(there, func(p fields) bool { return p["client_id"] == r.Result.ClientID }); i >= 0 {
						t.Errorf("result %+v is of the provider that was there", r.Result)
					}
					if existing == provision.ExistingUse || !tt.usesOld {
						b.works(r.Result)
					}
				})
			}
		}
	}
}

// found compares what a plan says of what is there.
func (b *bench) found(want, got *provision.Found, existing provision.Existing) {
	b.t.Helper()
	if want == nil || got == nil {
		if want != nil || got != nil {
			b.t.Errorf("found %+v, want %+v", got, want)
		}
		return
	}
	g := *got
	if !strings.HasPrefix(g.AdminURL, b.provider.BaseURL()+"/if/admin/#/core/") {
		b.t.Errorf("address %q", g.AdminURL)
	}
	g.AdminURL, g.ClientID = "", ""
	w := *want
	if existing == provision.ExistingRead && strings.HasPrefix(g.Reason, "It has no provider") {
		w.Usable, w.Reason, g.Provider, w.Provider = false, g.Reason, "", ""
	}
	if diff := cmp.Diff(w, g); diff != "" {
		b.t.Errorf("found (-want +got):\n%s", diff)
	}
}

// keeps fails the test unless a provider is as it was, with the redirect URIs that it lacked if added.
func (b *bench) keeps(before map[string]any, added bool) {
	b.t.Helper()
	after := b.call(http.MethodGet, fmt.Sprintf("providers/oauth2/%v/", before["pk"]), nil)
	wasSignIn, wasSignOut := registered(before)
	signIn, signOut := registered(after)
	if added && !slices.Contains(wasSignIn, callback) {
		wasSignIn = append(wasSignIn, callback)
	}
	if added && b.provider.Settings().Version == "2026.5.0" && !slices.Contains(wasSignOut, leaving) {
		wasSignOut = append(wasSignOut, leaving)
	}
	if !slices.Equal(signIn, wasSignIn) || !slices.Equal(signOut, wasSignOut) {
		b.t.Errorf("redirect URIs %q and %q, want %q and %q", signIn, signOut, wasSignIn, wasSignOut)
	}
	for name, value := range before {
		if name != "redirect_uris" && !strings.HasPrefix(name, "assigned_application") && !cmp.Equal(value, after[name]) {
			b.t.Errorf("%s was %v and is %v", name, value, after[name])
		}
	}
}

func TestOtherRedirectURIsStayAsTheyAre(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.wish.Existing = provision.ExistingUse
	p := b.newProvider("Something", fields{"redirect_uris": []fields{
		{"matching_mode": "strict", "url": callback, "redirect_uri_type": "logout"}, // of no use for signing in
		{"matching_mode": "regex", "url": "https://.*\\.example/.*"},
		{"matching_mode": "strict", "url": old, "redirect_uri_type": "logout"},
	}})
	b.newApplication("pantrie", p["pk"])
	b.apply().ok(t)
	signIn, signOut := registered(b.one("providers/oauth2/"))
	if !slices.Equal(signIn, []string{"https://.*\\.example/.* regex", callback}) || !slices.Equal(signOut, []string{callback, old, leaving}) {
		t.Errorf("redirect URIs %q and %q", signIn, signOut)
	}
}

// TestThePostLogoutURIIsAddedWhereThereIsATypeForIt, and is announced before. Elsewhere it would
// become a redirect URI for signing in.
func TestThePostLogoutURIIsAddedWhereThereIsATypeForIt(t *testing.T) {
	for _, tt := range []struct {
		name, version string
		has           bool // the provider has it already
		hidden        bool // the token may not ask for the version
		action        provision.Action
	}{
		{name: "since 2026.5", version: "2026.5.0", action: provision.ActionAdd},
		{name: "it is there", version: "2026.5.0", has: true, action: provision.ActionKeep},
		{name: "before 2026.5", version: "2025.10.2"},
		{name: "unknown, but types are seen", version: "2026.5.0", hidden: true, action: provision.ActionAdd},
		{name: "unknown, and no types are seen", version: "2025.10.2", hidden: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, tt.version)
			edit := fields{"redirect_uris": b.uris(callback)}
			if tt.has {
				edit["redirect_uris"] = []fields{
					{"matching_mode": "strict", "url": callback},
					{"matching_mode": "strict", "url": leaving, "redirect_uri_type": "logout"},
				}
			}
			b.newApplication("pantrie", b.newProvider("Something", edit)["pk"])
			if tt.hidden {
				b.provider.Set(func(s *authtest.Settings) {
					s.APIFault = func(_, path string) int {
						if strings.HasSuffix(path, "/admin/version/") {
							return http.StatusForbidden
						}
						return 0
					}
				})
			}
			b.wish.Existing = provision.ExistingUse
			var action provision.Action
			for _, item := range b.look().ok(t).Plan.Items {
				if item.Kind == provision.KindSignedOut {
					action = item.Action
				}
			}
			if action != tt.action {
				t.Errorf("the plan says %q, want %q", action, tt.action)
			}
			b.apply().ok(t)
			signIn, signOut := registered(b.one("providers/oauth2/"))
			if slices.Contains(signOut, leaving) != (tt.action != "") || !slices.Equal(signIn, []string{callback}) {
				t.Errorf("redirect URIs %q and %q", signIn, signOut)
			}
		})
	}
}

// TestAddedRedirectURIsAreTakenAwayAgain when the result cannot be kept.
func TestAddedRedirectURIsAreTakenAwayAgain(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.newApplication("pantrie", b.newProvider("Something", nil)["pk"])
	before := b.state()
	b.wish.Existing = provision.ExistingUse
	b.wish.Keep = func(context.Context, provision.Result) error {
		if signIn, signOut := registered(b.one("providers/oauth2/")); len(signIn) != 2 || len(signOut) != 1 {
			t.Errorf("redirect URIs %q and %q", signIn, signOut)
		}
		return errors.New("no room")
	}
	if p := b.apply().problem(t); p.Code != provision.CodeNotSaved || len(p.Left) != 0 {
		t.Errorf("got %+v", p)
	}
	if b.state() != before {
		t.Errorf("it was\n%s\nand is\n%s", before, b.state())
	}
}

func TestAnApplicationThatIsThereKeepsItsPeople(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.newApplication("pantrie", b.newProvider("Something", nil)["pk"])
	b.wish.Existing, b.wish.Group = provision.ExistingUse, "household"
	r := b.apply().ok(t)
	if len(b.all("policies/bindings/")) != 0 {
		t.Error("it was bound to a group")
	}
	if !slices.ContainsFunc(r.Result.Warnings, func(w provision.Warning) bool { return w.Code == provision.WarnGroupKept }) {
		t.Errorf("warnings %v", r.Result.Warnings)
	}
}

// TestAnotherApplicationsProviderIsNamed: whoever types the slug of something else learns whose it is.
func TestAnotherApplicationsProviderIsNamed(t *testing.T) {
	for _, version := range []string{"2023.10.7", "2026.5.0"} {
		b := newBench(t, version)
		var uris any = []fields{{"matching_mode": "strict", "url": "https://grafana.example.org/login/generic_oauth"}}
		if version == "2023.10.7" {
			uris = "https://grafana.example.org/login/generic_oauth"
		}
		b.newApplication("grafana", b.newProvider("Grafana", fields{"redirect_uris": uris})["pk"])
		b.wish.Slug, b.wish.Existing = "grafana", provision.ExistingUse
		shared := func(list []provision.Warning) bool {
			return slices.ContainsFunc(list, func(w provision.Warning) bool {
				return w.Code == provision.WarnShared && strings.Contains(w.Text, "grafana.example.org")
			})
		}
		if plan := b.look().ok(t).Plan; !shared(plan.Warnings) {
			t.Errorf("%s: warnings of the plan: %v", version, plan.Warnings)
		}
		if r := b.apply().ok(t); !shared(r.Result.Warnings) {
			t.Errorf("%s: warnings of the run: %v", version, r.Result.Warnings)
		}
		if plan := b.look().ok(t).Plan; plan.Found == nil || !plan.Found.HasRedirectURI {
			t.Errorf("%s: afterwards: %+v", version, plan.Found)
		}
	}
}

func TestSettingsThatKeepPeopleOutAreNamed(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.newApplication("pantrie", b.newProvider("Something", fields{
		"signing_key": nil, "grant_types": []string{"implicit"}, "property_mappings": []any{},
	})["pk"])
	b.wish.Existing = provision.ExistingRead
	plan := b.look().ok(t).Plan
	var codes []provision.WarningCode
	var all string
	for _, w := range plan.Warnings {
		codes = append(codes, w.Code)
		all += w.Text
	}
	if diff := cmp.Diff([]provision.WarningCode{
		provision.WarnSettings, provision.WarnSettings, provision.WarnSettings, provision.WarnShared,
		provision.WarnSignOut, provision.WarnRedirectURI,
	}, codes); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	says(t, all, "Signing Key", "Authorization Code", "no scope mappings", callback)
}

// TestAProviderThatIsThereKeepsItsInvalidationFlow, and a warning tells where it does not sign
// people out, before anything is done and afterwards.
func TestAProviderThatIsThereKeepsItsInvalidationFlow(t *testing.T) {
	const logsOut, onlyLeaves = "default-invalidation-flow", "default-provider-invalidation-flow"
	for _, tt := range []struct {
		name, version, flow string
		denied              []string
		warns               bool
	}{
		{name: "no stage", version: "2024.10.5", flow: onlyLeaves, warns: true},
		{name: "no stage, newest", version: "2026.5.0", flow: onlyLeaves, warns: true},
		{name: "a stage that signs out", version: "2026.5.0", flow: logsOut},
		{name: "stages that nobody knows", version: "2026.5.0", flow: "goodbye"},
		{name: "no such field yet", version: "2024.8.3"},
		{name: "flows are not shown", version: "2026.5.0", flow: onlyLeaves, denied: []string{"authentik_flows.view_flow"}},
	} {
		for _, existing := range []provision.Existing{provision.ExistingStop, provision.ExistingUse, provision.ExistingRead} {
			t.Run(fmt.Sprintf("%s/%q", tt.name, existing), func(t *testing.T) {
				b := newBench(t, tt.version)
				b.provider.AddFlow("goodbye", "invalidation")
				edit := fields{}
				if tt.flow != "" {
					edit["invalidation_flow"] = b.pk("flows/instances/?slug=" + tt.flow)
				}
				before := b.newProvider("Something", edit)
				b.newApplication("pantrie", before["pk"])
				b.provider.Set(func(s *authtest.Settings) { s.DeniedPermissions = tt.denied })
				b.wish.Existing = existing
				text := warning(b.look().ok(t).Plan.Warnings, provision.WarnSignOut)
				if (text != "") != tt.warns {
					t.Errorf("the plan warns %q", text)
				}
				if tt.warns {
					says(t, text, "Something", onlyLeaves, "still signed in there", "Invalidation flow", "choose "+logsOut)
				}
				if existing == provision.ExistingStop {
					return
				}
				if got := warning(b.apply().ok(t).Result.Warnings, provision.WarnSignOut); got != text {
					t.Errorf("the run warns %q, the plan %q", got, text)
				}
				if got := b.one("providers/oauth2/")["invalidation_flow"]; got != before["invalidation_flow"] {
					t.Errorf("the flow became %v", got)
				}
			})
		}
	}
}

// warning is the text of a warning, or nothing.
func warning(all []provision.Warning, code provision.WarningCode) string {
	i := slices.IndexFunc(all, func(w provision.Warning) bool { return w.Code == code })
	if i < 0 {
		return ""
	}
	return all[i].Text
}

// TestASlugThatTheTokenMayNotSee: the application is there, but Authentik hides it.
func TestASlugThatTheTokenMayNotSee(t *testing.T) {
	b := newBench(t, "2026.5.0")
	b.newApplication("pantrie", nil)
	before := b.state()
	asked := 0
	b.intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/core/applications/pantrie/") {
			if asked++; asked == 1 {
				replyJSON(http.StatusNotFound, `{"detail":"No Application matches the given query."}`)(w, r)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
	p := b.apply().problem(t)
	if p.Code != provision.CodeExists || p.Field != provision.FieldSlug || len(p.Left) != 0 {
		t.Errorf("got %+v", p)
	}
	b.honest()
	if b.state() != before {
		t.Error("something is left")
	}
}

func TestAllNamesAreTaken(t *testing.T) {
	b := newBench(t, "2026.5.0")
	for n, name := range []string{"Pantrie", "Pantrie (pantrie)", "Pantrie (pantrie 2)", "Pantrie (pantrie 3)", "Pantrie (pantrie 4)"} {
		b.newApplication(fmt.Sprint("app", n), b.newProvider(name, nil)["pk"])
	}
	before := b.state()
	if p := b.apply().problem(t); p.Code != provision.CodeExists {
		t.Errorf("got %+v", p)
	}
	if b.state() != before {
		t.Error("something was made")
	}
}
