package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/api"
	"pantrie/auth/authtest/internal/ask"
)

const apiToken = "the-api-token"

// everyVersion are the versions of Authentik imitated, by what their API differs in.
func everyVersion() []string {
	return []string{"2023.10.7", "2024.12.3", "2025.10.2", "2026.5.0"}
}

// fresh starts an Authentik without an application.
func fresh(t *testing.T, version string, setup func(*authtest.Settings)) *authtest.Provider {
	t.Helper()
	return authtest.Start(t, authtest.Config{
		APIToken:      apiToken,
		Version:       version,
		NoApplication: true,
		Groups:        []string{"household"},
		Users: []authtest.User{
			{Username: "mara", Password: "password", Email: "mara@example.org", Name: "Mara Brandt", Groups: []string{"family"}},
			{Username: "jonas", Password: "password", Email: "jonas@example.org", Name: "Jonas Brandt"},
		},
		Setup: setup,
	})
}

// start starts one with the application its settings describe.
func start(t *testing.T, setup func(*authtest.Settings)) *authtest.Provider {
	t.Helper()
	return authtest.Start(t, authtest.Config{
		RedirectURIs:           []string{ask.Callback},
		PostLogoutRedirectURIs: []string{ask.SignedOut},
		Setup:                  setup,
	})
}

type fields = map[string]any

// call calls the API with the right token; a nil body sends none.
func call(t *testing.T, p *authtest.Provider, method, path string, body any) ask.Answer {
	t.Helper()
	return callAs(t, p, "Bearer "+apiToken, method, path, body)
}

func callAs(t *testing.T, p *authtest.Provider, authorization, method, path string, body any) ask.Answer {
	t.Helper()
	var text string
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		text = string(encoded)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, p.BaseURL()+"/api/v3/"+path, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	return ask.Do(t, p.Client(), req)
}

// need fails the test unless an answer has the status.
func need(t *testing.T, a ask.Answer, status int) map[string]any {
	t.Helper()
	if a.Status != status {
		t.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
	}
	if a.Body == "" {
		return nil
	}
	return a.JSON(t)
}

// only returns the one result of a list.
func only(t *testing.T, p *authtest.Provider, path string) map[string]any {
	t.Helper()
	results, _ := need(t, call(t, p, http.MethodGet, path, nil), http.StatusOK)["results"].([]any)
	if len(results) != 1 {
		t.Fatalf("%s: %d results, want 1: %v", path, len(results), results)
	}
	object, _ := results[0].(map[string]any)
	return object
}

func pk(t *testing.T, p *authtest.Provider, path string) any {
	t.Helper()
	return only(t, p, path)["pk"]
}

// old says whether a version is the one before redirect URIs were objects.
func old(version string) bool { return strings.HasPrefix(version, "2023.") }

func mappingsPath(version string) string {
	if old(version) {
		return "propertymappings/scope/"
	}
	return "propertymappings/provider/scope/"
}

// wish is the body that makes a provider in a version; changes override it, nil drops an attribute.
func wish(t *testing.T, p *authtest.Provider, changes fields) fields {
	t.Helper()
	version := p.Settings().Version
	var mappings []any
	for _, scope := range []string{"openid", "email", "profile"} {
		mappings = append(mappings, pk(t, p, mappingsPath(version)+"?managed="+url.QueryEscape("goauthentik.io/providers/oauth2/scope-"+scope)))
	}
	body := fields{
		"name":               "Pantrie",
		"authorization_flow": pk(t, p, "flows/instances/?slug=default-provider-authorization-implicit-consent"),
		"property_mappings":  mappings,
		"signing_key":        pk(t, p, "crypto/certificatekeypairs/?has_key=true&name=authentik%20Self-signed%20Certificate"),
		"redirect_uris":      ask.Callback,
		"grant_types":        []string{"authorization_code", "refresh_token"},
	}
	if !old(version) {
		body["invalidation_flow"] = pk(t, p, "flows/instances/?slug=default-provider-invalidation-flow")
		body["redirect_uris"] = []fields{{"matching_mode": "strict", "url": ask.Callback}}
	}
	for name, value := range changes {
		body[name] = value
		if value == nil {
			delete(body, name)
		}
	}
	return body
}

// provision makes a provider and an application and returns both.
func provision(t *testing.T, p *authtest.Provider, changes fields) (provider, application map[string]any) {
	t.Helper()
	provider = need(t, call(t, p, http.MethodPost, "providers/oauth2/", wish(t, p, changes)), http.StatusCreated)
	application = need(t, call(t, p, http.MethodPost, "core/applications/", fields{
		"name": "Pantrie", "slug": "pantrie", "provider": provider["pk"], "meta_launch_url": "http://127.0.0.1:8080/",
	}), http.StatusCreated)
	return provider, application
}

// asApplication is the authorization URL of the application now served.
func asApplication(p *authtest.Provider, pairs ...string) string {
	return ask.AuthorizeURL(p, append([]string{"client_id", p.Settings().ClientID}, pairs...)...)
}

func objectPath(collection string, object map[string]any) string {
	return fmt.Sprintf("%s%v/", collection, object["pk"])
}

// addPayroll adds an application of another kind.
func addPayroll(t *testing.T, p *authtest.Provider) {
	t.Helper()
	flow := p.Object(api.ModelFlow, "slug", "default-provider-authorization-implicit-consent")["pk"]
	_, err := p.AddObject(api.ModelSAMLProvider, fields{
		"name": "Payroll", "authorization_flow": flow, "invalidation_flow": flow, "acs_url": "http://127.0.0.1:8081/acs",
	})
	if err != nil {
		t.Fatal(err)
	}
}

func compactJSON(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
