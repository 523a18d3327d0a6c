package provision_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pantrie/auth/authentik"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/connection"
	"pantrie/auth/provision"
)

// versions are those of Authentik between which its API changed.
func versions() []string {
	return []string{"2023.10.7", "2024.8.3", "2024.10.5", "2024.12.3", "2025.8.4", "2025.10.2", "2026.5.0"}
}

// bench is an Authentik on its first day.
type bench struct {
	t        *testing.T
	provider *authtest.Provider
	wish     provision.Wish
}

type fields = map[string]any

func newBench(t *testing.T, version string) *bench {
	t.Helper()
	p := authtest.Start(t, authtest.Config{
		APIToken: token, Version: version, NoApplication: true, Groups: []string{"household"},
		Users: []authtest.User{
			{Username: "mara", Password: "password", Email: "mara@example.org", Name: "Mara Brandt", Groups: []string{"household"}},
			{Username: "jonas", Password: "password", Email: "jonas@example.org", Name: "Jonas Brandt"},
		},
	})
	return &bench{t: t, provider: p, wish: wish(p.BaseURL())}
}

func (b *bench) apply() told { return apply(b.t.Context(), network(), b.wish) }
func (b *bench) look() told  { return look(b.t.Context(), network(), b.wish) }

// call asks the API as an administrator.
func (b *bench) call(method, path string, body any) map[string]any {
	b.t.Helper()
	sent, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.provider.BaseURL()+"/api/v3/"+path, bytes.NewReader(sent))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var got map[string]any
	if resp.StatusCode != http.StatusNoContent {
		err = json.NewDecoder(resp.Body).Decode(&got)
	}
	if err != nil || resp.StatusCode >= 400 {
		b.t.Fatalf("%s %s: status %d, %v, %v", method, path, resp.StatusCode, err, got)
	}
	return got
}

// all lists a collection.
func (b *bench) all(path string) []map[string]any {
	b.t.Helper()
	var list []map[string]any
	for _, o := range b.call(http.MethodGet, path, nil)["results"].([]any) {
		list = append(list, o.(map[string]any))
	}
	return list
}

// pk is the primary key of the only object that a query finds.
func (b *bench) pk(query string) any {
	b.t.Helper()
	found := b.all(query)
	if len(found) != 1 {
		b.t.Fatalf("%s finds %d objects", query, len(found))
	}
	return found[0]["pk"]
}

// state is everything that could have been changed.
func (b *bench) state() string {
	b.t.Helper()
	state, err := json.Marshal([]any{b.all("providers/oauth2/"), b.all("core/applications/"), b.all("policies/bindings/")})
	if err != nil {
		b.t.Fatal(err)
	}
	return string(state)
}

// one is the only provider or application.
func (b *bench) one(path string) map[string]any {
	b.t.Helper()
	list := b.all(path)
	if len(list) != 1 {
		b.t.Fatalf("%s has %d objects, want one: %v", path, len(list), list)
	}
	return list[0]
}

// newProvider makes one by hand, as a person would, with changes.
func (b *bench) newProvider(name string, edit fields) map[string]any {
	b.t.Helper()
	body := fields{
		"name":               name,
		"authorization_flow": b.pk("flows/instances/?slug=default-provider-authorization-implicit-consent"),
		"redirect_uris":      b.uris("https://old.example/callback"),
		"signing_key":        b.pk("crypto/certificatekeypairs/"),
		"grant_types":        []string{"authorization_code"},
		"property_mappings":  b.scopes(),
	}
	if flows := b.all("flows/instances/?slug=default-provider-invalidation-flow"); len(flows) == 1 {
		body["invalidation_flow"] = flows[0]["pk"]
	}
	for name, value := range edit {
		body[name] = value
	}
	return b.call(http.MethodPost, "providers/oauth2/", body)
}

// scopes are the mappings of the scopes that Authentik's form has chosen beforehand.
func (b *bench) scopes() []any {
	b.t.Helper()
	path := "propertymappings/provider/scope/"
	if strings.HasPrefix(b.provider.Settings().Version, "2023.") {
		path = "propertymappings/scope/"
	}
	var list []any
	for _, scope := range []string{"openid", "email", "profile"} {
		list = append(list, b.pk(path+"?managed=goauthentik.io/providers/oauth2/scope-"+scope))
	}
	return list
}

// newApplication makes one by hand. provider may be nil.
func (b *bench) newApplication(slug string, provider any) map[string]any {
	b.t.Helper()
	return b.call(http.MethodPost, "core/applications/", fields{"name": "Larder", "slug": slug, "provider": provider, "meta_launch_url": "https://old.example/"})
}

// uris are redirect URIs in the form of the version.
func (b *bench) uris(list ...string) any {
	switch v := b.provider.Settings().Version; {
	case strings.HasPrefix(v, "2023."), v == "2024.8.3":
		return strings.Join(list, "\n")
	}
	var entries []fields
	for _, u := range list {
		entries = append(entries, fields{"matching_mode": "strict", "url": u})
	}
	return entries
}

// registered lists a provider's redirect URIs by type.
func registered(p map[string]any) (signIn, signOut []string) {
	if text, ok := p["redirect_uris"].(string); ok {
		return strings.Split(text, "\n"), nil
	}
	for _, e := range p["redirect_uris"].([]any) {
		entry := e.(map[string]any)
		shown := fmt.Sprint(entry["url"])
		if entry["matching_mode"] != "strict" {
			shown += " " + fmt.Sprint(entry["matching_mode"])
		}
		if entry["redirect_uri_type"] == "logout" {
			signOut = append(signOut, shown)
		} else {
			signIn = append(signIn, shown)
		}
	}
	return signIn, signOut
}

// works fails the test unless the connection test finds nothing wrong with what came back.
func (b *bench) works(r provision.Result) {
	b.t.Helper()
	base := b.provider.BaseURL()
	checks := connection.Run(b.t.Context(), connection.Network{Transport: &http.Transport{}, Now: time.Now}, connection.Target{
		Kind: connection.KindAuthentik, Issuer: authentik.Issuer(base, r.Slug), DiscoveryURL: authentik.DiscoveryURL(base, r.Slug),
		ClientID: r.ClientID, ClientSecret: r.ClientSecret, RedirectURI: callback, Scopes: []string{"openid", "email", "profile"},
	}, func(connection.Check) {})
	for _, c := range checks {
		if c.Status != connection.OK && c.Code != connection.CodeNotNeeded && c.Code != connection.CodeEndpointInternalName {
			b.t.Errorf("%s is %s (%s): %s", c.ID, c.Status, c.Code, c.Seen)
		}
	}
}

// intercept answers in the place of the API; next is the real one.
func (b *bench) intercept(answer func(w http.ResponseWriter, r *http.Request, next http.Handler)) {
	b.provider.Set(func(s *authtest.Settings) {
		s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e != oidc.EndpointAPI {
				next.ServeHTTP(w, r)
				return
			}
			answer(w, r, next)
		}
	})
}

func (b *bench) honest() {
	b.provider.Set(func(s *authtest.Settings) { s.Intercept, s.APIFault, s.DeniedPermissions = nil, nil, nil })
}
