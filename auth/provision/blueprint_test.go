package provision_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/provision"
)

func blueprintWish(version string) provision.BlueprintWish {
	return provision.BlueprintWish{
		Name: "Pantrie", Slug: "pantrie", RedirectURI: callback, LaunchURL: launch, LogoutURI: logout,
		Old: slices.Index(versions(), version) < slices.Index(versions(), "2024.10.5"),
	}
}

// TestABlueprintDoesWhatTheAPIDoes imports it, and reads the client ID and secret afterwards as an
// administrator would have Pantrie do.
func TestABlueprintDoesWhatTheAPIDoes(t *testing.T) {
	for _, version := range versions() {
		t.Run(version, func(t *testing.T) {
			b := newBench(t, version)
			w := blueprintWish(version)
			if version == "2026.5.0" {
				w.SignedOutURL = leaving
			}
			text := provision.Blueprint(w)
			if err := b.provider.ApplyBlueprint(text); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			imported := b.one("providers/oauth2/")
			state := b.state()
			b.wish.Existing = provision.ExistingRead
			r := b.apply().ok(t).Result
			if len(r.Created) != 0 || r.ClientID != imported["client_id"] || b.state() != state {
				t.Errorf("result %+v", r)
			}
			b.works(r)
			if err := b.provider.ApplyBlueprint(text); err != nil || b.state() != state {
				t.Errorf("imported again, it changes something: %v", err)
			}

			other := newBench(t, version)
			other.apply().ok(t)
			made := other.one("providers/oauth2/")
			for name, value := range made {
				switch name {
				case "client_id", "client_secret", "authorization_flow", "invalidation_flow", "signing_key", "property_mappings":
					continue // of each Authentik's own
				}
				if diff := cmp.Diff(value, imported[name]); diff != "" {
					t.Errorf("%s by API and by blueprint:\n%s", name, diff)
				}
			}
			signsOut := b.pk("flows/instances/?slug=default-invalidation-flow")
			if flow, has := imported["invalidation_flow"]; has && flow != signsOut {
				t.Errorf("invalidation flow %v, want the one that signs people out", flow)
			}
			if scopes, _ := imported["property_mappings"].([]any); len(scopes) != 4 {
				t.Errorf("scopes %v", scopes)
			}
			app := b.one("core/applications/")
			if app["name"] != "Pantrie" || app["slug"] != "pantrie" || app["meta_launch_url"] != launch || app["provider"] != imported["pk"] {
				t.Errorf("application %v", app)
			}
		})
	}
}

func TestABlueprintOfAnotherWish(t *testing.T) {
	b := newBench(t, "2026.5.0")
	w := blueprintWish("2026.5.0")
	w.Consent, w.Group, w.EmailVerified, w.LaunchURL, w.LogoutURI = provision.ConsentExplicit, "household", true, "", ""
	text := provision.Blueprint(w)
	if err := b.provider.ApplyBlueprint(text); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	p := b.one("providers/oauth2/")
	if p["authorization_flow"] != b.pk("flows/instances/?slug=default-provider-authorization-explicit-consent") {
		t.Errorf("flow %v", p["authorization_flow"])
	}
	if p["logout_uri"] != "" {
		t.Errorf("logout %v", p["logout_uri"])
	}
	want := []any{
		b.pk("propertymappings/provider/scope/?managed=goauthentik.io/providers/oauth2/scope-openid"),
		b.pk("propertymappings/provider/scope/?name=Pantrie+email"),
		b.pk("propertymappings/provider/scope/?managed=goauthentik.io/providers/oauth2/scope-profile"),
		b.pk("propertymappings/provider/scope/?managed=goauthentik.io/providers/oauth2/scope-offline_access"),
	}
	if diff := cmp.Diff(want, p["property_mappings"]); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
	email := b.one("propertymappings/provider/scope/?name=Pantrie+email")
	if expression, _ := email["expression"].(string); email["scope_name"] != "email" || !strings.Contains(expression, `    "email_verified": request.user.attributes.get("email_verified", False),`+"\n}") {
		t.Errorf("mapping %v", email)
	}
	binding := b.one("policies/bindings/")
	if binding["group"] != b.pk("core/groups/?name=household") || binding["target"] != b.one("core/applications/")["pk"] {
		t.Errorf("binding %v", binding)
	}
}

// TestTheBlueprintOfAnotherSlugIsImportedBesideTheFirst: names of providers are unique in Authentik.
func TestTheBlueprintOfAnotherSlugIsImportedBesideTheFirst(t *testing.T) {
	b := newBench(t, "2026.5.0")
	for slug, name := range map[string]string{"pantrie": "Pantrie", "larder": "Pantrie (larder)"} {
		w := blueprintWish("2026.5.0")
		w.Slug = slug
		if err := b.provider.ApplyBlueprint(provision.Blueprint(w)); err != nil {
			t.Fatal(err)
		}
		made := b.one("providers/oauth2/?name=" + url.QueryEscape(name))
		if made["assigned_application_slug"] != slug {
			t.Errorf("the provider %q has the application %v", name, made["assigned_application_slug"])
		}
	}
}

// TestABlueprintForAnUnknownVersionHasNoURIOfAType, which an older Authentik would take for another.
func TestABlueprintForAnUnknownVersionHasNoURIOfAType(t *testing.T) {
	if text := provision.Blueprint(blueprintWish("2026.5.0")); strings.Contains(text, "redirect_uri_type") {
		t.Errorf("there is a type in\n%s", text)
	}
}

// TestNothingBreaksOutOfABlueprint puts into it what a YAML reader would take for more than text.
func TestNothingBreaksOutOfABlueprint(t *testing.T) {
	for _, name := range []string{
		`plain`, `"`, `'`, `\`, `\"`, `a: b`, `- a`, `# no comment`, `!Find [a, [b, c]]`, `*alias`, `&anchor`, `%TAG`, `{{ x }}`, `a
state: absent`, "tab\tand\x07bell", "Küche 🥕", "next\u0085line\u2028and\u2029more\ufeff", "null", "123", "~", "@", "`", `a"]]
  - model: authentik_core.user`, "broken \xff\xfe bytes",
	} {
		b := newBench(t, "2026.5.0")
		w := blueprintWish("2026.5.0")
		w.Name, w.LaunchURL = name, "https://pantry.home.arpa/?q="+strings.Repeat("x", 200)+"#"+`"'`
		text := provision.Blueprint(w)
		if err := b.provider.ApplyBlueprint(text); err != nil {
			t.Errorf("%q: %v\n%s", name, err, text)
			continue
		}
		if got := b.one("core/applications/")["name"]; got != strings.TrimSpace(strings.ToValidUTF8(name, "\uFFFD")) {
			t.Errorf("%q became %q", name, got)
		}
		if strings.ContainsFunc(text, func(c rune) bool { return c > '~' || c < ' ' && c != '\n' }) {
			t.Errorf("%q: the text is not ASCII", name)
		}
		if text != provision.Blueprint(w) {
			t.Error("the same wish makes another text")
		}
	}
}
