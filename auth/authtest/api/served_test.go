package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/api"
	"pantrie/auth/authtest/internal/ask"
)

// TestServedAsMade makes a provider in some way and looks at what a person and an application meet.
func TestServedAsMade(t *testing.T) {
	uri := func(mode, target string) []fields { return []fields{{"matching_mode": mode, "url": target}} }
	for _, tt := range []struct {
		name    string
		version string
		changes func(p *authtest.Provider) fields
		check   func(t *testing.T, p *authtest.Provider)
	}{
		{"consent", "2025.10.2", func(p *authtest.Provider) fields {
			return fields{"authorization_flow": p.Object(api.ModelFlow, "slug", "default-provider-authorization-explicit-consent")["pk"]}
		}, func(t *testing.T, p *authtest.Provider) {
			p.Set(func(s *authtest.Settings) { s.CancelReturns = true })
			got, err := p.AuthorizeAs(t.Context(), nil, asApplication(p), authtest.Person{Username: "mara", Deny: true})
			if err != nil || !strings.Contains(got, "error=access_denied") {
				t.Errorf("refusing consent: %s %v", got, err)
			}
		}},
		{"no signing key", "2025.10.2", func(*authtest.Provider) fields { return fields{"signing_key": nil} }, func(t *testing.T, p *authtest.Provider) {
			if a := ask.Get(t, p.Client(), p.Issuer()+"jwks/"); strings.TrimSpace(a.Body) != "{}" {
				t.Errorf("key set %s", a.Body)
			}
			claimsOf(t, p)
		}},
		{"no grant types since 2026.5", "2026.5.0", func(*authtest.Provider) fields { return fields{"grant_types": nil} }, func(t *testing.T, p *authtest.Provider) {
			if q := ask.SignIn(t, p, nil, asApplication(p)); q.Get("error") != "invalid_request" {
				t.Errorf("authorization answered %v", q)
			}
		}},
		{"no grant types before", "2025.10.2", func(*authtest.Provider) fields { return fields{"grant_types": nil} }, func(t *testing.T, p *authtest.Provider) {
			claimsOf(t, p)
		}},
		{"no mappings", "2025.10.2", func(*authtest.Provider) fields { return fields{"property_mappings": nil} }, func(t *testing.T, p *authtest.Provider) {
			if c := claimsOf(t, p); c["email"] != nil || c["name"] != nil {
				t.Errorf("claims without mappings: %v", c)
			}
		}},
		{"other subject", "2025.10.2", func(*authtest.Provider) fields { return fields{"sub_mode": "user_username"} }, func(t *testing.T, p *authtest.Provider) {
			if got := claimsOf(t, p)["sub"]; got != "mara" || p.Subject("mara") != "mara" {
				t.Errorf("subject %v", got)
			}
		}},
		{"claims not in the ID token", "2025.10.2", func(*authtest.Provider) fields { return fields{"include_claims_in_id_token": false} }, func(t *testing.T, p *authtest.Provider) {
			if got := claimsOf(t, p)["email"]; got != nil {
				t.Errorf("email %v in the ID token", got)
			}
		}},
		{"pattern", "2025.10.2", func(*authtest.Provider) fields {
			return fields{"redirect_uris": uri("regex", `http://127\.0\.0\.1:\d+/auth/callback`)}
		}, func(t *testing.T, p *authtest.Provider) {
			claimsOf(t, p)
		}},
		{"pattern that does not match all", "2025.10.2", func(*authtest.Provider) fields { return fields{"redirect_uris": uri("regex", `http://127\.0\.0\.1`)} }, refusesRedirect},
		{"another redirect URI", "2025.10.2", func(*authtest.Provider) fields { return fields{"redirect_uris": uri("strict", ask.Callback+"/")} }, refusesRedirect},
		{"redirect URI as a line of an old version", "2023.10.7", func(*authtest.Provider) fields { return fields{"redirect_uris": "http://127.0.0.1/\n" + ask.Callback} }, func(t *testing.T, p *authtest.Provider) {
			claimsOf(t, p)
		}},
		{"URI for after the logout", "2026.5.0", func(*authtest.Provider) fields {
			return fields{"redirect_uris": []fields{{"matching_mode": "strict", "url": ask.Callback}, {"matching_mode": "strict", "url": ask.SignedOut, "redirect_uri_type": "logout"}}}
		}, func(t *testing.T, p *authtest.Provider) {
			if s := p.Settings(); !slices.Equal(s.PostLogoutRedirectURIs, []string{ask.SignedOut}) || !slices.Equal(s.RedirectURIs, []string{ask.Callback}) {
				t.Errorf("URIs %v and for the logout %v", s.RedirectURIs, s.PostLogoutRedirectURIs)
			}
		}},
		{"URI for after the logout, before there was any", "2025.10.2", func(*authtest.Provider) fields {
			return fields{"redirect_uris": []fields{{"matching_mode": "strict", "url": ask.Callback}, {"matching_mode": "strict", "url": ask.SignedOut, "redirect_uri_type": "logout"}}}
		}, func(t *testing.T, p *authtest.Provider) {
			if s := p.Settings(); len(s.PostLogoutRedirectURIs) != 0 || len(s.RedirectURIs) != 2 {
				t.Errorf("URIs %v and for the logout %v", s.RedirectURIs, s.PostLogoutRedirectURIs)
			}
		}},
		{"own client ID and secret", "2025.10.2", func(*authtest.Provider) fields { return fields{"client_id": "mine", "client_secret": "hidden"} }, func(t *testing.T, p *authtest.Provider) {
			if s := p.Settings(); s.ClientID != "mine" || s.ClientSecret != "hidden" {
				t.Errorf("client %s %s", s.ClientID, s.ClientSecret)
			}
			claimsOf(t, p)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := fresh(t, tt.version, nil)
			provision(t, p, tt.changes(p))
			tt.check(t, p)
		})
	}
}

func refusesRedirect(t *testing.T, p *authtest.Provider) {
	t.Helper()
	if _, err := p.Authorize(t.Context(), nil, asApplication(p), "mara"); err == nil || !strings.Contains(err.Error(), "Redirect URI Error") {
		t.Errorf("error %v, want the page of a wrong redirect URI", err)
	}
}

// TestServedAfterChanges follows one application from what the settings say to its end.
func TestServedAfterChanges(t *testing.T) {
	p := start(t, func(s *authtest.Settings) { s.APIToken = apiToken })
	application := only(t, p, "core/applications/?slug=pantrie")
	provider := need(t, call(t, p, http.MethodGet, "providers/oauth2/1/", nil), http.StatusOK)
	if application["provider"] != provider["pk"] || provider["client_id"] != "pantrie-client" || provider["client_secret"] != "pantrie-secret" ||
		provider["assigned_application_slug"] != "pantrie" || provider["signing_key"] == nil {
		t.Fatalf("the settings' application is %v with %v", application, provider)
	}

	const second = "http://127.0.0.1:8080/second"
	entries, _ := provider["redirect_uris"].([]any)
	if len(entries) != 2 {
		t.Fatalf("redirect URIs %v, want one for the sign-in and one for after the logout", entries)
	}
	entries = append(entries, fields{"matching_mode": "strict", "url": second})
	need(t, call(t, p, http.MethodPatch, objectPath("providers/oauth2/", provider), fields{"redirect_uris": entries}), http.StatusOK)
	if s := p.Settings(); !slices.Equal(s.RedirectURIs, []string{ask.Callback, second}) || !slices.Equal(s.PostLogoutRedirectURIs, []string{ask.SignedOut}) || s.ClientSecret != "pantrie-secret" {
		t.Errorf("after PATCH: %+v", s)
	}
	if ask.Code(t, p) == "" {
		t.Error("no code after PATCH")
	}

	p.Set(func(s *authtest.Settings) { s.ClientSecret, s.NoSigningKey, s.Slug = "rotated", true, "larder" })
	provider = need(t, call(t, p, http.MethodGet, objectPath("providers/oauth2/", provider), nil), http.StatusOK)
	if provider["client_secret"] != "rotated" || provider["signing_key"] != nil || provider["assigned_application_slug"] != "larder" {
		t.Errorf("after Set: %v", provider)
	}

	need(t, call(t, p, http.MethodDelete, "core/applications/larder/", nil), http.StatusNoContent)
	if _, err := p.Authorize(t.Context(), nil, ask.AuthorizeURL(p), "mara"); err == nil || !strings.Contains(err.Error(), "Client ID Error") {
		t.Errorf("after the application is gone: %v", err)
	}
	if o := p.Objects(); len(o.Applications) != 0 || len(o.Providers) != 1 || !p.Settings().NoApplication {
		t.Errorf("%d applications, %d providers", len(o.Applications), len(o.Providers))
	}
}

// TestServedAfterUpgrade takes an application through versions.
func TestServedAfterUpgrade(t *testing.T) {
	p := start(t, func(s *authtest.Settings) { s.APIToken, s.Version = apiToken, "2023.10.7" })
	provider := only(t, p, "providers/oauth2/")
	if provider["redirect_uris"] != ask.Callback {
		t.Errorf("redirect URIs of an old version: %v", provider["redirect_uris"])
	}
	const second = "http://127.0.0.1:8080/second"
	need(t, call(t, p, http.MethodPatch, objectPath("providers/oauth2/", provider), fields{"redirect_uris": ask.Callback + "\n" + second}), http.StatusOK)
	if s := p.Settings(); !slices.Equal(s.RedirectURIs, []string{ask.Callback, second}) || !slices.Equal(s.PostLogoutRedirectURIs, []string{ask.SignedOut}) {
		t.Errorf("URIs %v and for the logout %v", s.RedirectURIs, s.PostLogoutRedirectURIs)
	}
	ask.IDClaims(t, p)

	p.Set(func(s *authtest.Settings) { s.Version = "2026.5.0" })
	provider = only(t, p, "providers/oauth2/")
	if entries, _ := provider["redirect_uris"].([]any); len(entries) != 3 {
		t.Errorf("redirect URIs after the upgrade: %v", entries)
	}
	if p.Object(api.ModelFlow, "slug", "default-provider-invalidation-flow") == nil {
		t.Error("the upgrade brought no invalidation flow")
	}
	need(t, call(t, p, http.MethodPatch, objectPath("providers/oauth2/", provider), fields{"name": "Renamed"}), http.StatusOK)
	ask.IDClaims(t, p)
}

// TestServedBeside makes a second application beside the first, which both are served.
func TestServedBeside(t *testing.T) {
	p := start(t, func(s *authtest.Settings) { s.APIToken = apiToken })
	second := need(t, call(t, p, http.MethodPost, "providers/oauth2/", wish(t, p, fields{"sub_mode": "user_username"})), http.StatusCreated)
	need(t, call(t, p, http.MethodPost, "core/applications/", fields{"name": "Larder", "slug": "larder", "provider": second["pk"]}), http.StatusCreated)
	if s := p.Settings(); s.Slug != "pantrie" || s.ClientID != "pantrie-client" {
		t.Errorf("the first application became %s, %s", s.Slug, s.ClientID)
	}
	ask.IDClaims(t, p)

	id, _ := second["client_id"].(string)
	secret, _ := second["client_secret"].(string)
	issuer := p.BaseURL() + "/application/o/larder/"
	if got := ask.Get(t, p.Client(), issuer+".well-known/openid-configuration").Text(t, "issuer"); got != issuer {
		t.Errorf("issuer %q, want %q", got, issuer)
	}
	code := ask.Code(t, p, "client_id", id)
	if a := ask.Exchange(t, p, code); a.Status != http.StatusBadRequest {
		t.Errorf("the first client took the code of the second: %d", a.Status)
	}
	answer := ask.Exchange(t, p, code, "client_id", id, "client_secret", secret)
	_, claims := ask.Decode(t, answer.Text(t, "id_token"))
	if claims["iss"] != issuer || claims["aud"] != id || claims["sub"] != "mara" {
		t.Errorf("claims %v", claims)
	}
	if a := ask.Userinfo(t, p, answer.Text(t, "access_token")); a.Status != http.StatusOK || a.Text(t, "sub") != "mara" {
		t.Errorf("userinfo %d %s", a.Status, a.Body)
	}
}

func TestBindings(t *testing.T) {
	for _, tt := range []struct {
		name        string
		mode        string
		change      fields // of the first binding, to household
		second      string // group of a second binding
		mara, jonas bool
	}{
		{"nobody is in the group", "any", nil, "", false, false},
		{"one of two groups", "any", nil, "family", true, false},
		{"both of two groups", "all", nil, "family", false, false},
		{"not in the group", "any", fields{"negate": true}, "", true, true},
		{"disabled", "any", fields{"enabled": false}, "", true, true},
		{"a person", "any", fields{"group": nil, "user": 2}, "", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := fresh(t, "2026.5.0", nil)
			_, application := provision(t, p, nil)
			need(t, call(t, p, http.MethodPatch, "core/applications/pantrie/", fields{"policy_engine_mode": tt.mode}), http.StatusOK)
			body := fields{"target": application["pk"], "order": 0, "group": p.Object(api.ModelGroup, "name", "household")["pk"]}
			for name, value := range tt.change {
				body[name] = value
			}
			binding := need(t, call(t, p, http.MethodPost, "policies/bindings/", body), http.StatusCreated)
			if tt.second != "" {
				need(t, call(t, p, http.MethodPost, "policies/bindings/", fields{
					"target": application["pk"], "order": 1, "group": p.Object(api.ModelGroup, "name", tt.second)["pk"],
				}), http.StatusCreated)
			}
			for username, want := range map[string]bool{"mara": tt.mara, "jonas": tt.jonas} {
				if _, err := p.Authorize(t.Context(), nil, asApplication(p), username); (err == nil) != want {
					t.Errorf("%s: %v, want to get in: %v", username, err, want)
				}
			}
			need(t, call(t, p, http.MethodDelete, objectPath("policies/bindings/", binding), nil), http.StatusNoContent)
		})
	}
}

// TestRemoving takes away what others depend on.
// TestTheInvalidationFlowDecidesWhetherTheSessionEnds, whether it is set by the API or in the settings.
func TestTheInvalidationFlowDecidesWhetherTheSessionEnds(t *testing.T) {
	const logsOut, onlyLeaves = "default-invalidation-flow", "default-provider-invalidation-flow"
	p := fresh(t, "2026.5.0", nil)
	provider, _ := provision(t, p, nil)
	flow := func() any { return p.Object(api.ModelProvider, "name", "Pantrie")["invalidation_flow"] }
	pk := func(slug string) any { return p.Object(api.ModelFlow, "slug", slug)["pk"] }
	if !p.Settings().LogoutKeepsSession {
		t.Errorf("made with %s, end-session ends the session", onlyLeaves)
	}
	change := fields{"invalidation_flow": pk(logsOut)}
	need(t, call(t, p, http.MethodPatch, objectPath("providers/oauth2/", provider), change), http.StatusOK)
	if p.Settings().LogoutKeepsSession {
		t.Errorf("with %s, end-session keeps the session", logsOut)
	}
	p.Set(func(s *authtest.Settings) { s.LogoutKeepsSession = true })
	if flow() != pk(onlyLeaves) {
		t.Errorf("set to keep sessions, the flow is %v", flow())
	}
}

func TestRemoving(t *testing.T) {
	p := fresh(t, "2026.5.0", nil)
	provider, application := provision(t, p, nil)
	need(t, call(t, p, http.MethodPost, "policies/bindings/", fields{
		"target": application["pk"], "order": 0, "group": p.Object(api.ModelGroup, "name", "household")["pk"],
	}), http.StatusCreated)

	if n := p.RemoveObjects(api.ModelCertificate, "name", "authentik Self-signed Certificate"); n != 1 || !p.Settings().NoSigningKey {
		t.Errorf("without its certificate: %d, %v", n, p.Settings().NoSigningKey)
	}
	p.RemoveObjects(api.ModelFlow, "slug", "default-provider-invalidation-flow")
	if o := p.Objects(); len(o.Providers) != 1 || o.Providers[0]["invalidation_flow"] != nil {
		t.Errorf("without its invalidation flow: %v", o.Providers)
	}
	need(t, call(t, p, http.MethodDelete, objectPath("providers/oauth2/", provider), nil), http.StatusNoContent)
	if o := p.Objects(); len(o.Applications) != 1 || o.Applications[0]["provider"] != nil || len(o.Bindings) != 1 || !p.Settings().NoApplication {
		t.Errorf("without its provider: %v", o.Applications)
	}
	need(t, call(t, p, http.MethodDelete, "core/applications/pantrie/", nil), http.StatusNoContent)
	if o := p.Objects(); len(o.Applications)+len(o.Bindings)+len(o.Providers) != 0 {
		t.Errorf("something is left: %+v", o)
	}
}

// TestInstalledAnew forgets every application when the settings say there is none.
func TestInstalledAnew(t *testing.T) {
	p := fresh(t, "2026.5.0", nil)
	provision(t, p, nil)
	p.Set(func(s *authtest.Settings) { s.NoApplication = true })
	if a := ask.Get(t, p.Client(), p.BaseURL()+"/application/o/pantrie/.well-known/openid-configuration"); a.Status != http.StatusNotFound {
		t.Errorf("discovery: status %d, want 404", a.Status)
	}
	if o := p.Objects(); len(o.Applications)+len(o.Providers) != 0 {
		t.Errorf("installed anew, it has %+v", o)
	}
}
