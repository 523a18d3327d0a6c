package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"pantrie/auth/authtest/api"
	"pantrie/auth/authtest/internal/ask"
	"pantrie/auth/authtest/oidc"
)

// TestAPIServesWhatItMade walks the way from an empty Authentik to a signed-in person.
func TestAPIServesWhatItMade(t *testing.T) {
	for _, version := range everyVersion() {
		t.Run(version, func(t *testing.T) {
			p := fresh(t, version, nil)
			if got := need(t, call(t, p, http.MethodGet, "admin/version/", nil), http.StatusOK)["version_current"]; got != version {
				t.Errorf("version %v, want %s", got, version)
			}
			if a := ask.Get(t, p.Client(), p.BaseURL()+"/application/o/pantrie/.well-known/openid-configuration"); a.Status != http.StatusNotFound {
				t.Errorf("discovery before there is an application: status %d, want 404", a.Status)
			}
			provider, _ := provision(t, p, nil)
			s := p.Settings()
			if s.NoApplication || s.ClientID != provider["client_id"] || s.ClientSecret != provider["client_secret"] || s.Slug != "pantrie" {
				t.Fatalf("settings %+v do not describe provider %v", s, provider)
			}
			if len(s.ClientID) != 40 || len(s.ClientSecret) != 128 {
				t.Errorf("client ID of %d and secret of %d characters, want 40 and 128", len(s.ClientID), len(s.ClientSecret))
			}
			q := ask.SignIn(t, p, nil, asApplication(p))
			if q.Get("code") == "" {
				t.Fatalf("no code in %v", q)
			}
			if got := p.Count(oidc.EndpointAPI); got == 0 {
				t.Error("calls of the API are not counted")
			}
		})
	}
}

// TestAPIRefusesBodies is what Authentik's serializers say no to. Changes override a good body.
func TestAPIRefusesBodies(t *testing.T) {
	list := func(entry fields) []fields { return []fields{entry} }
	good := fields{"matching_mode": "strict", "url": ask.Callback}
	for _, tt := range []struct {
		name     string
		versions string // those it is about, by the beginning of their names
		changes  fields
		want     string
	}{
		{"objects where text is wanted", "2023", fields{"redirect_uris": list(good)}, `{"redirect_uris":["Not a valid string."]}`},
		{"text where objects are wanted", "2024 2025 2026", fields{"redirect_uris": ask.Callback}, `{"redirect_uris":{"non_field_errors":["Expected a list of items but got type \"str\"."]}}`},
		{"no redirect URIs", "2024 2025 2026", fields{"redirect_uris": nil}, `{"redirect_uris":["This field is required."]}`},
		{"entry without mode", "2024 2025 2026", fields{"redirect_uris": []fields{good, {"url": ask.Callback}}}, `{"redirect_uris":[{},{"matching_mode":["This field is required."]}]}`},
		{"entry that is text", "2024 2025 2026", fields{"redirect_uris": []string{ask.Callback}}, `{"redirect_uris":[{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}]}`},
		{"pattern that is none", "2025", fields{"redirect_uris": list(fields{"matching_mode": "regex", "url": "("})}, `{"redirect_uris":["Invalid Regex Pattern: ("]}`},
		{"type of entry that is none", "2026", fields{"redirect_uris": list(fields{"matching_mode": "strict", "url": ask.Callback, "redirect_uri_type": "x"})}, `{"redirect_uris":[{"redirect_uri_type":["\"x\" is not a valid choice."]}]}`},
		{"no invalidation flow", "2024 2025 2026", fields{"invalidation_flow": nil}, `{"invalidation_flow":["This field is required."]}`},
		{"no authorization flow", "", fields{"authorization_flow": nil}, `{"authorization_flow":["This field is required."]}`},
		{"no name", "", fields{"name": nil}, `{"name":["This field is required."]}`},
		{"empty name", "", fields{"name": "  "}, `{"name":["This field may not be blank."]}`},
		{"two mistakes", "", fields{"name": "", "authorization_flow": nil}, `{"authorization_flow":["This field is required."],"name":["This field may not be blank."]}`},
		{"flow that does not exist", "", fields{"authorization_flow": "00000000-0000-4000-8000-000000000000"}, `{"authorization_flow":["Invalid pk \"00000000-0000-4000-8000-000000000000\" - object does not exist."]}`},
		{"flow by its slug", "", fields{"authorization_flow": "default"}, `{"authorization_flow":["“default” is not a valid UUID."]}`},
		{"flow that is an object", "", fields{"authorization_flow": fields{}}, `{"authorization_flow":["Incorrect type. Expected pk value, received dict."]}`},
		{"certificate as mapping", "2025", fields{"property_mappings": []string{"00000000-0000-4000-8000-000000000000"}}, `{"property_mappings":["Invalid pk \"00000000-0000-4000-8000-000000000000\" - object does not exist."]}`},
		{"mappings that are no list", "", fields{"property_mappings": "all"}, `{"property_mappings":["Expected a list of items but got type \"str\"."]}`},
		{"unknown subject mode", "", fields{"sub_mode": "shoe_size"}, `{"sub_mode":["\"shoe_size\" is not a valid choice."]}`},
		{"unknown grant type", "2026", fields{"grant_types": []string{"code"}}, `{"grant_types":{"0":["\"code\" is not a valid choice."]}}`},
		{"logout URI without scheme", "2025 2026", fields{"logout_uri": "pantrie.example.org"}, `{"logout_uri":["Enter a valid URL."]}`},
		{"flag that is none", "", fields{"include_claims_in_id_token": "perhaps"}, `{"include_claims_in_id_token":["Must be a valid boolean."]}`},
		{"name that is a list", "", fields{"name": []string{"Pantrie"}}, `{"name":["Not a valid string."]}`},
		{"name of another kind of provider", "", fields{"name": "Payroll"}, `{"name":["provider with this name already exists."]}`},
		{"client ID of another", "", fields{"client_id": "taken"}, `{"client_id":["OAuth2/OpenID Provider with this Client ID already exists."]}`},
	} {
		for _, version := range everyVersion() {
			if !strings.Contains(tt.versions, version[:4]) && tt.versions != "" {
				continue
			}
			t.Run(tt.name+" "+version, func(t *testing.T) {
				p := fresh(t, version, nil)
				addPayroll(t, p)
				need(t, call(t, p, http.MethodPost, "providers/oauth2/", wish(t, p, fields{"name": "Other", "client_id": "taken"})), http.StatusCreated)
				a := call(t, p, http.MethodPost, "providers/oauth2/", wish(t, p, tt.changes))
				need(t, a, http.StatusBadRequest)
				if got := compactJSON(t, a.Body); got != tt.want {
					t.Errorf("got  %s\nwant %s", got, tt.want)
				}
				if n := len(p.Objects().Providers); n != 2 {
					t.Errorf("%d providers after a refusal, want 2", n)
				}
			})
		}
	}
}

// TestAPIIgnoresWhatItDoesNotKnow sends what only newer versions understand.
func TestAPIIgnoresWhatItDoesNotKnow(t *testing.T) {
	newer := fields{
		"grant_types": []string{"authorization_code"}, "logout_uri": "http://127.0.0.1:8080/logout", "logout_method": "backchannel",
		"encryption_key": nil, "nobody_knows": 1,
	}
	for version, known := range map[string][]string{
		"2023.10.7": nil,
		"2024.12.3": {"encryption_key", "invalidation_flow"},
		"2025.8.1":  {"encryption_key", "invalidation_flow", "backchannel_logout_uri"},
		"2025.10.2": {"encryption_key", "invalidation_flow", "logout_method", "logout_uri"},
		"2026.5.0":  {"encryption_key", "grant_types", "invalidation_flow", "logout_method", "logout_uri"},
	} {
		t.Run(version, func(t *testing.T) {
			p := fresh(t, version, nil)
			provider, _ := provision(t, p, newer)
			var got []string
			for _, name := range []string{"backchannel_logout_uri", "encryption_key", "grant_types", "invalidation_flow", "logout_method", "logout_uri", "nobody_knows"} {
				if _, ok := provider[name]; ok {
					got = append(got, name)
				}
			}
			slices.Sort(known)
			if !slices.Equal(got, known) {
				t.Errorf("answered %v, want %v", got, known)
			}
		})
	}
}

func TestAPIRefusesApplications(t *testing.T) {
	p := fresh(t, "2026.5.0", nil)
	provider, _ := provision(t, p, nil)
	for _, tt := range []struct {
		name string
		body fields
		want string
	}{
		{"slug taken", fields{"name": "Pantrie", "slug": "pantrie"}, `{"slug":["Application with this slug already exists."]}`},
		{"provider taken", fields{"name": "Pantrie", "slug": "other", "provider": provider["pk"]}, `{"provider":["Application with this provider already exists."]}`},
		{"provider that does not exist", fields{"name": "Pantrie", "slug": "other", "provider": 99}, `{"provider":["Invalid pk \"99\" - object does not exist."]}`},
		{"slug with a space", fields{"name": "Pantrie", "slug": "my pantry"}, `{"slug":["Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens."]}`},
		{"slug too long", fields{"name": "Pantrie", "slug": strings.Repeat("a", 51)}, `{"slug":["Ensure this field has no more than 50 characters."]}`},
		{"slug that is an endpoint", fields{"name": "Pantrie", "slug": "token"}, `{"slug":["The slug 'token' is reserved and cannot be used for applications."]}`},
		{"launch URL that is none", fields{"name": "Pantrie", "slug": "other", "meta_launch_url": "pantrie"}, `{"meta_launch_url":["Enter a valid URL."]}`},
		{"nothing", fields{}, `{"name":["This field is required."],"slug":["This field is required."]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := call(t, p, http.MethodPost, "core/applications/", tt.body)
			need(t, a, http.StatusBadRequest)
			if got := compactJSON(t, a.Body); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestAPIRefusesBindings(t *testing.T) {
	p := fresh(t, "2026.5.0", nil)
	_, application := provision(t, p, nil)
	group := p.Object(api.ModelGroup, "name", "household")["pk"]
	for _, tt := range []struct {
		name string
		body fields
		want string
	}{
		{"no target", fields{"group": group, "order": 0}, `{"target":["This field is required."]}`},
		{"no order", fields{"group": group, "target": application["pk"]}, `{"order":["This field is required."]}`},
		{"nothing bound", fields{"order": 0, "target": application["pk"]}, `{"non_field_errors":["One of 'policy', 'group', 'user' must be set."]}`},
		{"two bound", fields{"order": 0, "target": application["pk"], "group": group, "user": 1}, `{"non_field_errors":["Only one of 'policy', 'group', 'user' can be set."]}`},
		{"order that is no number", fields{"order": "first", "target": application["pk"], "group": group}, `{"order":["A valid integer is required."]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := call(t, p, http.MethodPost, "policies/bindings/", tt.body)
			need(t, a, http.StatusBadRequest)
			if got := compactJSON(t, a.Body); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
