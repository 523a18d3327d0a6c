package app_test

import (
	"encoding/json"
	"encoding/pem"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
)

const apiToken = "a-token-of-authentik-that-nobody-may-find-again-4711"

// emptyAuthentik is an Authentik on its first day, with an API token.
func emptyAuthentik(t *testing.T, change func(*authtest.Config)) *authtest.Provider {
	t.Helper()
	cfg := authtest.Config{
		APIToken: apiToken, NoApplication: true, Groups: []string{"household"},
		Users: []authtest.User{{Username: "mara", Password: "mara", Email: "mara@example.org", Name: "Mara Brandt", Groups: []string{"household"}}},
	}
	if change != nil {
		change(&cfg)
	}
	return authtest.Start(t, cfg)
}

// setUpLine is a line of the answer to a set-up.
type setUpLine struct {
	Step    *struct{ ID, Status, Text string }
	Result  map[string]any
	Problem map[string]any
}

// apply runs a set-up and returns its lines, of which the last has the result or the problem.
func (b *browser) apply(path string, in map[string]any) (lines []setUpLine, last setUpLine, answered answer) {
	b.h.t.Helper()
	answered = b.want(http.StatusOK, "POST", path, in)
	for text := range strings.Lines(answered.body) {
		var line setUpLine
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			b.h.t.Fatalf("line %q: %v", text, err)
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		b.h.t.Fatal("no line")
	}
	return lines, lines[len(lines)-1], answered
}

// nowhere fails the test when a secret is in the log or in any file of the data folder.
func (h *host) nowhere(secrets ...string) {
	h.t.Helper()
	texts := map[string]string{"log": h.log.String()}
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		texts[filepath.Base(path)] = string(data)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if texts["pantrie.db"] == "" || texts["log"] == "" {
		h.t.Fatal("there is nothing to search")
	}
	for name, text := range texts {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				h.t.Errorf("a secret is in %s", name)
			}
		}
	}
}

func TestAuthentikIsSetUpFromATokenAndPeopleSignIn(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2023.10.7", "2024.12.3", "2025.10.2", "2026.5.0"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			p := emptyAuthentik(t, func(c *authtest.Config) { c.Version = version })
			h, admin := newHome(t)
			in := map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken, "group": "household"}
			plan := admin.want(200, "POST", "/api/v1/admin/authentik/plan", in)
			if got := plan.json()["plan"].(map[string]any); got["version"] != version || got["slug"] != "pantrie" || got["found"] != nil || len(got["items"].([]any)) < 8 {
				t.Errorf("plan: %v", got)
			}
			if n := len(p.Objects().Applications); n != 0 {
				t.Fatalf("the plan made %d applications", n)
			}
			lines, last, answered := admin.apply("/api/v1/admin/authentik/apply", in)
			if last.Result == nil || last.Result["slug"] != "pantrie" || last.Result["clientSecret"] != "" {
				t.Fatalf("result: %+v, %v", last.Result, last.Problem)
			}
			if saved := lines[len(lines)-2].Step; saved == nil || saved.ID != "save" || saved.Status != "done" {
				t.Errorf("the last step: %+v", saved)
			}
			made := p.Objects().Providers[0]
			if made.Text("client_id") != last.Result["clientId"] {
				t.Errorf("client ID %v, made %v", last.Result["clientId"], made)
			}
			settings := admin.want(200, "GET", "/api/v1/admin/oauth/authentik", nil)
			if got := settings.json(); got["configured"] != true || got["enabled"] != true {
				t.Errorf("settings: %v", got)
			}
			if to := h.browser().signInAs(p, "mara", "/"); to.String() != "/" {
				t.Errorf("sign-in through what was made ends at %s", to)
			}
			secret := made.Text("client_secret")
			h.nowhere(apiToken, secret)
			for _, a := range []answer{plan, answered, settings} {
				if strings.Contains(a.body, apiToken) || secret == "" || strings.Contains(a.body, secret) {
					t.Error("a secret is in an answer")
				}
			}
		})
	}
}

func TestAuthentikIsSetUpInTheWizard(t *testing.T) {
	t.Parallel()
	p := emptyAuthentik(t, nil)
	h := newHostWith(t, t.TempDir(), nil, lightly)
	b := h.browser()
	full := setupInput(h, nil)
	in := map[string]any{"setupToken": full["setupToken"], "publicUrl": h.server.URL, "baseUrl": p.BaseURL(), "apiToken": apiToken}
	for path, guess := range map[string]map[string]any{
		"plan":      {"setupToken": "guessed", "apiToken": apiToken, "baseUrl": p.BaseURL()},
		"apply":     {"setupToken": "guessed", "apiToken": apiToken, "baseUrl": p.BaseURL()},
		"blueprint": {"setupToken": "guessed"},
	} {
		if a := b.do("POST", "/api/v1/setup/authentik/"+path, guess); a.code() != "setup_token_invalid" {
			t.Errorf("%s with a wrong setup token: %d %s", path, a.status, a.code())
		}
	}
	if n := p.Count(oidc.EndpointAPI); n != 0 {
		t.Fatalf("Authentik was asked %d times for somebody without the setup link", n)
	}
	b.want(422, "POST", "/api/v1/setup/authentik/plan", map[string]any{"setupToken": full["setupToken"], "publicUrl": "no address", "baseUrl": p.BaseURL(), "apiToken": apiToken})
	_, last, answered := b.apply("/api/v1/setup/authentik/apply", in)
	if last.Result == nil || last.Result["clientSecret"] == "" {
		t.Fatalf("result: %+v, %v", last.Result, last.Problem)
	}
	if answered.header.Get("Cache-Control") != "no-store" {
		t.Errorf("an answer with a secret may be cached: %q", answered.header.Get("Cache-Control"))
	}
	full["publicUrl"] = h.server.URL
	full["oauth"] = map[string]any{"provider": "authentik", "baseUrl": last.Result["baseUrl"], "slug": last.Result["slug"], "clientId": last.Result["clientId"], "clientSecret": last.Result["clientSecret"]}
	b.want(201, "POST", "/api/v1/setup", full)
	if to := h.browser().signInAs(p, "mara", "/"); to.String() != "/" {
		t.Errorf("sign-in through what was made ends at %s", to)
	}
	b.want(200, "POST", "/api/v1/admin/authentik/plan", map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken})
	if a := h.browser().do("POST", "/api/v1/setup/authentik/apply", in); a.code() != "setup_done" {
		t.Errorf("after setup: %d %s", a.status, a.code())
	}
	h.nowhere(apiToken, last.Result["clientSecret"].(string))
}

func TestOnlyAdministratorsSetAuthentikUp(t *testing.T) {
	t.Parallel()
	p := emptyAuthentik(t, nil)
	h, admin := newHome(t)
	member := h.member(admin)
	for _, path := range []string{"/api/v1/admin/authentik/plan", "/api/v1/admin/authentik/apply", "/api/v1/admin/authentik/blueprint"} {
		in := map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken}
		h.browser().want(401, "POST", path, in)
		member.want(403, "POST", path, in)
	}
	if n := p.Count(oidc.EndpointAPI); n != 0 {
		t.Errorf("Authentik was asked %d times", n)
	}
}

// member is the browser of somebody who is no site administrator.
func (h *host) member(admin *browser) *browser {
	h.t.Helper()
	_, token := h.addUser(admin, "Kim", "kim@example.org")
	b := h.browser()
	b.want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": "quince cheese and pears"})
	b.login(200, "kim@example.org", "quince cheese and pears")
	return b
}

func TestWhatPantrieMayNotSaveIsRemovedAgain(t *testing.T) {
	t.Parallel()
	h, admin, first := withAuthentik(t, func(c *authtest.Config) {
		c.Users = append(c.Users, authtest.User{Username: "boss", Password: "boss", Email: "boss@example.org", Name: "Boss", Groups: []string{"admins"}})
	})
	// The only administrator who is left comes in through the provider there is.
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"adminGroup": "admins"})
	boss := h.browser()
	boss.signInAs(first, "boss", "/")
	users := boss.want(200, "GET", "/api/v1/admin/users", nil).json()["users"].([]any)
	for _, u := range users {
		if u := u.(map[string]any); u["email"] == adminEmail {
			boss.want(200, "PATCH", "/api/v1/admin/users/"+u["id"].(string), map[string]any{"disabled": true})
		}
	}
	second := emptyAuthentik(t, nil)
	before := boss.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()
	_, last, _ := boss.apply("/api/v1/admin/authentik/apply", map[string]any{"baseUrl": second.BaseURL(), "apiToken": apiToken})
	if last.Problem["code"] != "not_saved" || !strings.Contains(last.Problem["message"].(string), "only way in") || len(last.Problem["left"].([]any)) > 0 {
		t.Errorf("problem: %v", last.Problem)
	}
	if o := second.Objects(); len(o.Applications)+len(o.Providers) > 0 {
		t.Errorf("left behind: %+v", o)
	}
	after := boss.want(200, "GET", "/api/v1/admin/oauth/authentik", nil).json()
	if after["issuer"] != before["issuer"] || after["clientId"].(map[string]any)["value"] != "pantrie-client" {
		t.Errorf("the settings have changed: %v", after)
	}
}

func TestSetUpKeepsToTheEnvironment(t *testing.T) {
	t.Parallel()
	p := emptyAuthentik(t, nil)
	t.Run("a client from the environment stays", func(t *testing.T) {
		t.Parallel()
		_, admin := newHome(t, "OAUTH_AUTHENTIK_CLIENT_ID=mine")
		for _, path := range []string{"/api/v1/admin/authentik/plan", "/api/v1/admin/authentik/apply"} {
			if a := admin.want(409, "POST", path, map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken}); a.code() != "env_locked" {
				t.Errorf("%s: %s", path, a.body)
			}
		}
	})
	t.Run("its address and slug are the ones that count", func(t *testing.T) {
		t.Parallel()
		h, admin := newHome(t, "OAUTH_AUTHENTIK_BASE_URL="+p.BaseURL(), "OAUTH_AUTHENTIK_SLUG=larder")
		_, last, _ := admin.apply("/api/v1/admin/authentik/apply", map[string]any{"baseUrl": "https://elsewhere.example.org", "slug": "other", "apiToken": apiToken})
		if last.Result["slug"] != "larder" {
			t.Fatalf("result: %v, %v", last.Result, last.Problem)
		}
		if to := h.browser().signInAs(p, "mara", "/"); to.String() != "/" {
			t.Errorf("sign-in ends at %s", to)
		}
	})
}

func TestOneSetUpAtATime(t *testing.T) {
	t.Parallel()
	p := emptyAuthentik(t, nil)
	h, admin := newHome(t)
	asked, goOn := make(chan struct{}), make(chan struct{})
	p.Set(func(s *authtest.Settings) {
		s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == oidc.EndpointAPI && r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/providers/") {
				close(asked)
				<-goOn
			}
			next.ServeHTTP(w, r)
		}
	})
	in := map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken}
	done := make(chan answer)
	go func() { done <- admin.do("POST", "/api/v1/admin/authentik/apply", in) }()
	<-asked
	other := h.browser()
	other.login(200, adminEmail, adminPassword)
	if a := other.do("POST", "/api/v1/admin/authentik/apply", in); a.code() != "test_running" {
		t.Errorf("a second set-up: %d %s", a.status, a.body)
	}
	close(goOn)
	if a := <-done; !strings.Contains(a.body, `"result"`) {
		t.Errorf("the first set-up: %s", a.body)
	}
	if n := len(p.Objects().Applications); n != 1 {
		t.Errorf("%d applications", n)
	}
}

func TestABlueprintDoesTheSame(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		version string
		in      map[string]any
	}{
		{"2023.10.7", map[string]any{"old": true}},
		{"2024.12.3", map[string]any{"consent": "explicit"}},
		{"2025.10.2", map[string]any{"group": "household", "emailVerified": true}},
		{"2026.5.0", map[string]any{"slug": "larder"}},
	} {
		t.Run(tt.version, func(t *testing.T) {
			t.Parallel()
			p := emptyAuthentik(t, func(c *authtest.Config) { c.Version = tt.version })
			h, admin := newHome(t)
			text := admin.want(200, "POST", "/api/v1/admin/authentik/blueprint", tt.in).json()["text"].(string)
			if err := p.ApplyBlueprint(text); err != nil {
				t.Fatalf("%v in\n%s", err, text)
			}
			read := map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken, "existing": "read", "slug": tt.in["slug"]}
			if tt.in["slug"] == nil {
				delete(read, "slug")
			}
			_, last, _ := admin.apply("/api/v1/admin/authentik/apply", read)
			if last.Result == nil || len(last.Result["created"].([]any)) > 0 {
				t.Fatalf("reading what was imported: %v, %v", last.Result, last.Problem)
			}
			if to := h.browser().signInAs(p, "mara", "/"); to.String() != "/" {
				t.Errorf("sign-in ends at %s", to)
			}
		})
	}
	_, admin := newHome(t)
	if a := admin.do("POST", "/api/v1/admin/authentik/blueprint", map[string]any{"slug": "token"}); a.status != 422 {
		t.Errorf("a reserved slug: %d %s", a.status, a.body)
	}
}

func TestAnAuthentikBehindItsOwnCertificate(t *testing.T) {
	t.Parallel()
	p := emptyAuthentik(t, func(c *authtest.Config) { c.TLS = true })
	h, admin := newHome(t)
	in := map[string]any{"baseUrl": p.BaseURL(), "apiToken": apiToken}
	problem := admin.want(200, "POST", "/api/v1/admin/authentik/plan", in).json()["problem"].(map[string]any)
	if problem["code"] != "certificate" || !strings.Contains(problem["fix"].(string), "Extra certificate authority") {
		t.Errorf("without the authority: %v", problem)
	}
	if _, last, _ := admin.apply("/api/v1/admin/authentik/apply", in); last.Problem["code"] != "certificate" {
		t.Errorf("without the authority: %+v", last)
	}
	in["ca"] = "no certificate"
	admin.want(422, "POST", "/api/v1/admin/authentik/plan", in)
	in["ca"] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw}))
	if _, last, _ := admin.apply("/api/v1/admin/authentik/apply", in); last.Result == nil {
		t.Fatalf("with the authority: %v", last.Problem)
	}
	// It is stored with the settings, so that signing in trusts it too.
	report := admin.want(200, "POST", "/api/v1/admin/oauth/authentik/test", map[string]any{}).body
	if strings.Contains(report, `"failed"`) {
		t.Errorf("the connection afterwards: %s", report)
	}
	h.nowhere(apiToken)
}
