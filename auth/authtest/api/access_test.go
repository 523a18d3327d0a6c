package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/api"
	"pantrie/auth/authtest/internal/ask"
)

func TestAPIKnowsItsToken(t *testing.T) {
	p := fresh(t, "2026.5.0", nil)
	for _, tt := range []struct {
		name, authorization string
		status              int
		want                string
	}{
		{"right", "Bearer " + apiToken, http.StatusOK, ""},
		{"right, scheme in lower case", "bearer " + apiToken, http.StatusOK, ""},
		{"none", "", http.StatusForbidden, "Authentication credentials were not provided."},
		{"wrong", "Bearer wrong", http.StatusForbidden, "Token invalid/expired"},
		{"only the beginning", "Bearer the-api", http.StatusForbidden, "Token invalid/expired"},
		{"Basic", "Basic bWFyYTpwYXNzd29yZA==", http.StatusForbidden, "Unsupported authentication type"},
		{"no scheme", apiToken, http.StatusForbidden, "Authentication credentials were not provided."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := callAs(t, p, tt.authorization, http.MethodGet, "admin/version/", nil)
			if got, _ := need(t, a, tt.status)["detail"].(string); got != tt.want {
				t.Errorf("detail %q, want %q", got, tt.want)
			}
			if challenge := a.Header.Get("WWW-Authenticate"); challenge != "" {
				t.Errorf("WWW-Authenticate %q, want none", challenge)
			}
		})
	}
	t.Run("no token set", func(t *testing.T) {
		p := start(t, nil)
		for _, authorization := range []string{"", "Bearer ", "Bearer x"} {
			need(t, callAs(t, p, authorization, http.MethodGet, "admin/version/", nil), http.StatusForbidden)
		}
	})
}

func TestAPIRights(t *testing.T) {
	for _, tt := range []struct{ denied, method, path string }{
		{"authentik_flows.view_flow", "GET", "flows/instances/?slug=default-authentication-flow"},
		{"authentik_providers_oauth2.view_scopemapping", "GET", "propertymappings/provider/scope/"},
		{"authentik_crypto.view_certificatekeypair", "GET", "crypto/certificatekeypairs/"},
		{"authentik_core.view_group", "GET", "core/groups/"},
		{"authentik_core.view_provider", "GET", "providers/all/"},
		{"authentik_providers_oauth2.view_oauth2provider", "GET", "providers/oauth2/"},
		{"authentik_providers_oauth2.add_oauth2provider", "POST", "providers/oauth2/"},
		{"authentik_providers_oauth2.change_oauth2provider", "PATCH", "providers/oauth2/PK/"},
		{"authentik_providers_oauth2.delete_oauth2provider", "DELETE", "providers/oauth2/PK/"},
		{"authentik_providers_oauth2.view_oauth2provider", "GET", "providers/oauth2/PK/"},
		{"authentik_core.view_application", "GET", "core/applications/"},
		{"authentik_core.add_application", "POST", "core/applications/"},
		{"authentik_core.change_application", "PATCH", "core/applications/pantrie/"},
		{"authentik_core.delete_application", "DELETE", "core/applications/pantrie/"},
		{"authentik_policies.view_policybinding", "GET", "policies/bindings/"},
		{"authentik_policies.add_policybinding", "POST", "policies/bindings/"},
	} {
		t.Run(tt.denied+" "+tt.method, func(t *testing.T) {
			p := fresh(t, "2026.5.0", nil)
			provider, _ := provision(t, p, nil)
			path := strings.Replace(tt.path, "PK", fmt.Sprint(provider["pk"]), 1)
			body := fields{}
			allowed := call(t, p, tt.method, path, body)
			if allowed.Status == http.StatusForbidden {
				t.Fatalf("refused with every right: %s", allowed.Body)
			}
			p = fresh(t, "2026.5.0", nil)
			provider, _ = provision(t, p, nil)
			p.Set(func(s *authtest.Settings) { s.DeniedPermissions = []string{tt.denied} })
			path = strings.Replace(tt.path, "PK", fmt.Sprint(provider["pk"]), 1)
			if got := need(t, call(t, p, tt.method, path, body), http.StatusForbidden)["detail"]; got != "You do not have permission to perform this action." {
				t.Errorf("detail %q", got)
			}
			if o := p.Objects(); len(o.Providers) != 1 || len(o.Applications) != 1 {
				t.Errorf("a refused call left %d providers, %d applications", len(o.Providers), len(o.Applications))
			}
			need(t, call(t, p, http.MethodGet, "admin/version/", nil), http.StatusOK)
		})
	}
}

func TestAPIPlaces(t *testing.T) {
	for _, tt := range []struct {
		name, version, method, path string
		status                      int
		want                        string
	}{
		{"mappings of an old version", "2023.10.7", "GET", "propertymappings/scope/", 200, ""},
		{"mappings of a new one in an old one", "2023.10.7", "GET", "propertymappings/provider/scope/", 404, "Not Found"},
		{"mappings of an old one in a new one", "2024.12.3", "GET", "propertymappings/scope/", 404, "Not Found"},
		{"mappings before they moved", "2024.6.5", "GET", "propertymappings/scope/", 200, ""},
		{"mappings since they moved", "2024.8.0", "GET", "propertymappings/provider/scope/", 200, ""},
		{"without the slash", "2026.5.0", "GET", "core/applications", 404, "Not Found"},
		{"nowhere", "2026.5.0", "GET", "core/pantries/", 404, "Not Found"},
		{"too deep", "2026.5.0", "GET", "core/applications/a/b/", 404, "Not Found"},
		{"no such application", "2026.5.0", "GET", "core/applications/nobody/", 404, "No Application matches the given query."},
		{"no such application, long ago", "2023.10.7", "GET", "core/applications/nobody/", 404, "Not found."},
		{"no such provider", "2026.5.0", "DELETE", "providers/oauth2/99/", 404, "No OAuth2Provider matches the given query."},
		{"no such provider of any kind", "2026.5.0", "GET", "providers/all/99/", 404, "No Provider matches the given query."},
		{"page beyond the end", "2026.5.0", "GET", "core/groups/?page=2", 404, "Invalid page."},
		{"wrong method", "2026.5.0", "DELETE", "core/applications/", 405, `Method \"DELETE\" not allowed.`},
		{"users cannot be made here", "2026.5.0", "POST", "core/users/", 405, `Method \"POST\" not allowed.`},
		{"who am I", "2026.5.0", "GET", "core/users/me/", 200, "akadmin"},
		{"a flow by its slug", "2026.5.0", "GET", "flows/instances/default-provider-invalidation-flow/", 200, "invalidation"},
		{"no invalidation flow long ago", "2023.10.7", "GET", "flows/instances/default-provider-invalidation-flow/", 404, "Not found."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := call(t, fresh(t, tt.version, nil), tt.method, tt.path, fields{})
			if a.Status != tt.status || !strings.Contains(a.Body, tt.want) {
				t.Errorf("status %d, want %d with %q: %s", a.Status, tt.status, tt.want, a.Body)
			}
		})
	}
	t.Run("not JSON", func(t *testing.T) {
		p := fresh(t, "2026.5.0", nil)
		req := ask.Request(t.Context(), t, http.MethodPost, p.BaseURL()+"/api/v3/core/applications/", url.Values{"name": {"x"}})
		req.Header.Set("Authorization", "Bearer "+apiToken)
		need(t, ask.Do(t, p.Client(), req), http.StatusUnsupportedMediaType)
		need(t, call(t, p, http.MethodPost, "core/applications/", []string{"x"}), http.StatusBadRequest)
	})
}

func TestAPIFilters(t *testing.T) {
	p := fresh(t, "2026.5.0", nil)
	provider, application := provision(t, p, nil)
	addPayroll(t, p)
	if _, err := p.AddObject(api.ModelCertificate, fields{"name": "Public half", "certificate_data": "x"}); err != nil {
		t.Fatal(err)
	}
	need(t, call(t, p, http.MethodPost, "policies/bindings/", fields{
		"target": application["pk"], "group": p.Object(api.ModelGroup, "name", "household")["pk"], "order": 0,
	}), http.StatusCreated)
	flow := p.Object(api.ModelFlow, "slug", "default-authentication-flow").Text("pk")
	for _, tt := range []struct {
		path   string
		status int
		count  int
	}{
		{"flows/instances/", 200, 5},
		{"flows/instances/?slug=default-authentication-flow", 200, 1},
		{"flows/instances/?slug=default", 200, 0},
		{"flows/instances/?designation=authorization", 200, 2},
		{"flows/instances/?designation=x", 400, 0},
		{"flows/instances/?search=provider%20consent", 200, 2},
		{"propertymappings/provider/scope/?managed=goauthentik.io/providers/oauth2/scope-email&managed=goauthentik.io/providers/oauth2/scope-openid", 200, 2},
		{"propertymappings/provider/scope/?managed=nobody", 400, 0},
		{"propertymappings/provider/scope/?scope_name=profile", 200, 1},
		{"crypto/certificatekeypairs/", 200, 2},
		{"crypto/certificatekeypairs/?has_key=true", 200, 1},
		{"crypto/certificatekeypairs/?name=Public%20half", 200, 1},
		{"core/groups/?name=household", 200, 1},
		{"core/groups/?name=House", 200, 0},
		{"core/groups/?search=HOUSE&include_users=false", 200, 1},
		{"core/groups/?is_superuser=true", 200, 1},
		{"core/users/?username=jonas", 200, 1},
		{"providers/oauth2/?name=Pantrie", 200, 1},
		{"providers/oauth2/?name=Payroll", 200, 0},
		{"providers/oauth2/?client_id=" + provider["client_id"].(string), 200, 1},
		{"providers/oauth2/?application=" + application["pk"].(string), 200, 1},
		{"providers/oauth2/?application=x", 400, 0},
		{"providers/oauth2/?authorization_flow=" + flow, 200, 0},
		{"providers/saml/", 200, 1},
		{"providers/all/", 200, 2},
		{"providers/all/?search=payroll", 200, 1},
		{"core/applications/?slug=pantrie", 200, 1},
		{"core/applications/?nobody=knows", 200, 1},
		{"policies/bindings/?target=" + application["pk"].(string), 200, 1},
		{"policies/bindings/?target=" + flow, 200, 0},
		{"policies/bindings/?target=x", 400, 0},
		{"policies/bindings/?order=x", 400, 0},
	} {
		t.Run(tt.path, func(t *testing.T) {
			body := need(t, call(t, p, http.MethodGet, tt.path, nil), tt.status)
			if results, _ := body["results"].([]any); len(results) != tt.count {
				t.Errorf("%d results, want %d: %v", len(results), tt.count, results)
			}
		})
	}
}

func TestAPIPages(t *testing.T) {
	p := fresh(t, "2026.5.0", func(s *authtest.Settings) {
		s.Groups = nil
		for i := range 230 {
			s.Groups = append(s.Groups, fmt.Sprintf("group %03d", i))
		}
	})
	seen := make(map[string]bool)
	page, asked := 1, 0
	for page != 0 {
		body := need(t, call(t, p, http.MethodGet, fmt.Sprintf("core/groups/?page=%d", page), nil), http.StatusOK)
		for _, item := range body["results"].([]any) {
			seen[item.(map[string]any)["name"].(string)] = true
		}
		page = int(body["pagination"].(map[string]any)["next"].(float64))
		asked++
	}
	if asked != 3 || len(seen) != 232 {
		t.Errorf("%d groups on %d pages, want 230, the admins and the family on 3", len(seen), asked)
	}
	body := need(t, call(t, p, http.MethodGet, "core/groups/?page=2&page_size=10", nil), http.StatusOK)
	want := map[string]float64{"next": 3, "previous": 1, "count": 232, "current": 2, "total_pages": 24, "start_index": 11, "end_index": 20}
	for name, value := range want {
		if got := body["pagination"].(map[string]any)[name]; got != value {
			t.Errorf("%s %v, want %v", name, got, value)
		}
	}
}

// TestAPIFault stops a provisioning half-way.
func TestAPIFault(t *testing.T) {
	p := fresh(t, "2026.5.0", func(s *authtest.Settings) {
		s.APIFault = func(method, path string) int {
			if method == http.MethodPost && path == "/api/v3/core/applications/" {
				return http.StatusInternalServerError
			}
			return 0
		}
	})
	provider := need(t, call(t, p, http.MethodPost, "providers/oauth2/", wish(t, p, nil)), http.StatusCreated)
	a := call(t, p, http.MethodPost, "core/applications/", fields{"name": "Pantrie", "slug": "pantrie", "provider": provider["pk"]})
	if a.Status != http.StatusInternalServerError || !strings.Contains(a.Header.Get("Content-Type"), "text/html") {
		t.Errorf("status %d, %s", a.Status, a.Header.Get("Content-Type"))
	}
	if o := p.Objects(); len(o.Providers) != 1 || len(o.Applications) != 0 {
		t.Errorf("objects %+v, want the provider alone", o)
	}
	need(t, call(t, p, http.MethodDelete, objectPath("providers/oauth2/", provider), nil), http.StatusNoContent)
	if n := len(p.Objects().Providers); n != 0 {
		t.Errorf("%d providers after its deletion", n)
	}
}

// TestAPIBelowASubPath serves it where Authentik is not at the root.
func TestAPIBelowASubPath(t *testing.T) {
	p := authtest.Start(t, authtest.Config{BasePath: "/auth", APIToken: apiToken, NoApplication: true})
	if !strings.HasSuffix(p.BaseURL(), "/auth") {
		t.Fatal(p.BaseURL())
	}
	provision(t, p, nil)
	claimsOf(t, p)
}

// TestAPIWhileSettingsChange is for the race detector.
func TestAPIWhileSettingsChange(t *testing.T) {
	p := fresh(t, "2026.5.0", nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 50 {
			p.Set(func(s *authtest.Settings) { s.PutUser(authtest.User{Username: "mara", Groups: []string{"guests"}}) })
			p.Objects()
		}
	}()
	for range 20 {
		need(t, call(t, p, http.MethodGet, "core/groups/", nil), http.StatusOK)
	}
	provision(t, p, nil)
	<-done
}

func TestAGroupMadeThroughTheAPIHasItsName(t *testing.T) {
	for _, version := range []string{"2023.10.7", "2024.12.3", "2026.5.0"} {
		p := fresh(t, version, nil)
		body := need(t, call(t, p, http.MethodPost, "core/groups/", fields{"name": "cooks"}), http.StatusCreated)
		if body["name"] != "cooks" {
			t.Errorf("%s: %v", version, body)
		}
	}
}
