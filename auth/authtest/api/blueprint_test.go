package api_test

import (
	"net/http"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/api"
	"pantrie/auth/authtest/internal/ask"
	"pantrie/auth/authtest/oidc"
)

// blueprint is a file an administrator would import, for versions with redirect URIs as objects.
const blueprint = `# Pantrie for Authentik
version: 1
metadata:
  name: Pantrie
entries:
  - model: authentik_providers_oauth2.oauth2provider
    id: provider
    state: created
    identifiers:
      name: Pantrie
    attrs:
      authorization_flow: !Find [authentik_flows.flow, [slug, default-provider-authorization-explicit-consent]]
      invalidation_flow: !Find [authentik_flows.flow, [slug, default-provider-invalidation-flow]]
      client_type: confidential
      grant_types: [authorization_code, refresh_token]
      redirect_uris:
        - matching_mode: strict
          url: "http://127.0.0.1:8080/auth/callback"
          redirect_uri_type: authorization
        - matching_mode: strict
          url: http://127.0.0.1:8080/signed-out
          redirect_uri_type: logout
      property_mappings:
        - !Find [authentik_providers_oauth2.scopemapping, [managed, goauthentik.io/providers/oauth2/scope-openid]]
        - !Find [authentik_providers_oauth2.scopemapping, [managed, goauthentik.io/providers/oauth2/scope-email]]
        - !Find [authentik_providers_oauth2.scopemapping, [managed, goauthentik.io/providers/oauth2/scope-profile]]
      signing_key: !Find [authentik_crypto.certificatekeypair, [name, authentik Self-signed Certificate]]
      logout_uri: http://127.0.0.1:8080/auth/backchannel
      logout_method: backchannel
  - model: authentik_core.application
    id: application
    state: created
    identifiers:
      slug: pantrie
    attrs:
      name: Pantrie
      provider: !KeyOf provider
      meta_launch_url: http://127.0.0.1:8080/
  - model: authentik_policies.policybinding
    state: created
    identifiers:
      order: 0
      target: !KeyOf application
      group: !Find [authentik_core.group, [name, household]]
`

func TestBlueprintIsServed(t *testing.T) {
	for _, version := range everyVersion()[1:] {
		t.Run(version, func(t *testing.T) {
			p := fresh(t, version, func(s *authtest.Settings) { s.User("mara").Groups = []string{"household"} })
			if err := p.ApplyBlueprint(blueprint); err != nil {
				t.Fatal(err)
			}
			s := p.Settings()
			if s.NoApplication || s.Slug != "pantrie" || s.Consent != oidc.ConsentExplicit || s.NoSigningKey {
				t.Fatalf("settings are not the blueprint's: %+v", s)
			}
			if q := ask.SignIn(t, p, nil, asApplication(p)); q.Get("code") == "" {
				t.Errorf("mara, who is in the group, got %v", q)
			}
			_, err := p.Authorize(t.Context(), nil, asApplication(p), "jonas")
			if err == nil || !strings.Contains(err.Error(), "Permission denied") {
				t.Errorf("jonas, who is not in the group, got %v", err)
			}
			logout := len(s.PostLogoutRedirectURIs)
			if want := map[bool]int{true: 1}[version == "2026.5.0"]; logout != want {
				t.Errorf("%d redirect URIs for after the logout, want %d", logout, want)
			}
			before := p.Objects()
			if err := p.ApplyBlueprint(blueprint); err != nil {
				t.Fatalf("applying it again: %v", err)
			}
			after := p.Objects()
			if len(after.Providers) != 1 || len(after.Applications) != 1 || len(after.Bindings) != 1 ||
				after.Providers[0].Text("client_secret") != before.Providers[0].Text("client_secret") {
				t.Errorf("applying it again changed %v to %v", before, after)
			}
		})
	}
}

func TestBlueprintRefusals(t *testing.T) {
	flow := "!Find [authentik_flows.flow, [slug, default-provider-authorization-explicit-consent]]"
	for _, tt := range []struct {
		name, version, old, new, want string
	}{
		{"redirect URIs as objects in an old version", "2023.10.7", "", "", `{"redirect_uris":["Not a valid string."]}`},
		{"redirect URI as text in a new version", "2024.12.3",
			blueprint[strings.Index(blueprint, "redirect_uris:"):strings.Index(blueprint, "      property_mappings")],
			"redirect_uris: http://127.0.0.1:8080/auth/callback\n", `Expected a list of items but got type \"str\".`},
		{"flow that does not exist", "2025.10.2", flow, strings.Replace(flow, "explicit", "no", 1), `{"authorization_flow":["This field may not be null."]}`},
		{"flow left out", "2025.10.2", "      invalidation_flow: !Find [authentik_flows.flow, [slug, default-provider-invalidation-flow]]\n", "", `{"invalidation_flow":["This field is required."]}`},
		{"group that does not exist", "2025.10.2", "household", "strangers", "must be set"},
		{"unknown model", "2025.10.2", "authentik_core.application", "authentik_core.app", "app or model does not exist"},
		{"unknown model in a tag", "2025.10.2", "[authentik_flows.flow, [slug", "[authentik_flows.flows, [slug", "does not exist"},
		{"unknown field in a tag", "2025.10.2", "[managed, goauthentik.io/providers/oauth2/scope-openid]", "[manager, x]", "cannot resolve keyword"},
		{"unknown attribute", "2025.10.2", "client_type: confidential", "client_kind: confidential", `"client_kind" is not known`},
		{"unknown identifier", "2025.10.2", "identifiers:\n      slug: pantrie", "identifiers:\n      slogan: pantrie", "invalid identifier field"},
		{"wrong value", "2025.10.2", "client_type: confidential", "client_type: secret", `is not a valid choice`},
		{"reference to nothing", "2025.10.2", "!KeyOf provider", "!KeyOf somebody", "failed to find entry"},
		{"unknown tag", "2025.10.2", "!KeyOf provider", "!Guess provider", "not imitated"},
		{"unknown state", "2025.10.2", "state: created", "state: maybe", "not a valid state"},
		{"wrong file version", "2025.10.2", "version: 1", "version: 2", "invalid blueprint version"},
		{"no metadata name", "2025.10.2", "  name: Pantrie\nentries", "  title: Pantrie\nentries", "no name"},
		{"broken YAML", "2025.10.2", "entries:", "entries: [", "parse YAML"},
		{"plain word that is a boolean", "2025.10.2", "name: Pantrie\n      provider", "name: Yes\n      provider", `Not a valid string.`},
		{"plain word that is a time", "2025.10.2", "name: Pantrie\n      provider", "name: 12:30\n      provider", "without quotes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := fresh(t, tt.version, nil)
			text := blueprint
			if tt.old != "" {
				if !strings.Contains(text, tt.old) {
					t.Fatalf("%q is not in the blueprint", tt.old)
				}
				text = strings.Replace(text, tt.old, tt.new, 1)
			}
			err := p.ApplyBlueprint(text)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %s", err, tt.want)
			}
			if o := p.Objects(); len(o.Providers)+len(o.Applications)+len(o.Bindings) != 0 || !p.Settings().NoApplication {
				t.Errorf("a refused blueprint left %+v", o)
			}
		})
	}
}

func TestBlueprintStates(t *testing.T) {
	const application = `version: 1
metadata: {name: test}
entries:
  - model: authentik_core.application
    state: STATE
    identifiers: {slug: pantrie}
    attrs: {name: Larder}
`
	for _, tt := range []struct{ state, want, wantErr string }{
		{"present", "Larder", ""},
		{"created", "Pantrie", ""},
		{"must_created", "Pantrie", "exists already"},
		{"absent", "", ""},
	} {
		t.Run(tt.state, func(t *testing.T) {
			p := start(t, func(s *authtest.Settings) { s.APIToken = apiToken })
			err := p.ApplyBlueprint(strings.Replace(application, "STATE", tt.state, 1))
			if tt.wantErr == "" && err != nil || tt.wantErr != "" && (err == nil || !strings.Contains(err.Error(), tt.wantErr)) {
				t.Errorf("error %v, want %q", err, tt.wantErr)
			}
			if got := p.Object(api.ModelApplication, "slug", "pantrie").Text("name"); got != tt.want {
				t.Errorf("application is called %q, want %q", got, tt.want)
			}
			if want := tt.want == ""; p.Settings().NoApplication != want {
				t.Errorf("no application: %v, want %v", !want, want)
			}
		})
	}
}

// TestBlueprintVerifiedEmail replaces the email mapping as Authentik's documentation proposes.
func TestBlueprintVerifiedEmail(t *testing.T) {
	const mapping = `  - model: authentik_providers_oauth2.scopemapping
    id: email
    identifiers:
      name: Pantrie email
    attrs:
      scope_name: email
      expression: |
        return {
            "email": request.user.email,
            "email_verified": EXPRESSION,
        }
`
	const standard = "!Find [authentik_providers_oauth2.scopemapping, [managed, goauthentik.io/providers/oauth2/scope-email]]"
	for _, tt := range []struct {
		name, expression string
		user             oidc.Verified
		want             any
	}{
		{"constant", "True", "", true},
		{"constant false", "False", oidc.VerifiedTrue, false},
		{"attribute set", `request.user.attributes.get("email_verified", False)`, oidc.VerifiedTrue, true},
		{"attribute not set", `request.user.attributes.get("email_verified", False)`, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := fresh(t, "2025.10.2", func(s *authtest.Settings) {
				s.User("mara").Groups, s.User("mara").EmailVerified = []string{"household"}, tt.user
			})
			text := strings.Replace(blueprint, standard, "!KeyOf email", 1)
			text = strings.Replace(text, "entries:\n", "entries:\n"+strings.Replace(mapping, "EXPRESSION", tt.expression, 1), 1)
			if err := p.ApplyBlueprint(text); err != nil {
				t.Fatal(err)
			}
			if got := claimsOf(t, p)["email_verified"]; got != tt.want {
				t.Errorf("email_verified %v, want %v", got, tt.want)
			}
		})
	}
}

// claimsOf signs mara in to the application served and returns the claims of her ID token.
func claimsOf(t *testing.T, p *authtest.Provider) map[string]any {
	t.Helper()
	s := p.Settings()
	code := ask.SignIn(t, p, nil, asApplication(p)).Get("code")
	answer := ask.Exchange(t, p, code, "client_id", s.ClientID, "client_secret", s.ClientSecret)
	if answer.Status != http.StatusOK {
		t.Fatalf("token: status %d: %s", answer.Status, answer.Body)
	}
	_, claims := ask.Decode(t, answer.Text(t, "id_token"))
	return claims
}
