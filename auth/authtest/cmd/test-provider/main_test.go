package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
)

func TestParseUser(t *testing.T) {
	for text, want := range map[string]authtest.User{
		"mara:pw": {Username: "mara", Password: "pw"},
		"mara:pw:m@example.org:Mara Brandt:family, admins": {
			Username: "mara", Password: "pw", Email: "m@example.org", Name: "Mara Brandt", Groups: []string{"family", "admins"},
		},
		"mara:pw::Mara:": {Username: "mara", Password: "pw", Name: "Mara"},
	} {
		got, err := parseUser(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	for _, text := range []string{"", "mara", ":pw"} {
		if _, err := parseUser(text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}

func parseFlags(t *testing.T, args ...string) flags {
	t.Helper()
	var f flags
	parser, err := kong.New(&f)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestRun starts the command, signs in at it, and ends it.
func TestRun(t *testing.T) {
	const callback = "http://127.0.0.1:8080/callback?a=b,c"
	f := parseFlags(t, "--addr", "127.0.0.1:0", "--control-addr", "127.0.0.1:0", "--slug", "larder", "--redirect-uri", callback,
		"--user", "jo:pw:jo@example.org:Jo:family,admins", "--user", "mara:pw", "--email-verified=absent", "--claims-in-id-token=false")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- run(ctx, f, in) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(line)
	if len(words) != 4 || words[0] != "ready" || words[2] != "control" {
		t.Fatalf("printed %q", line)
	}
	base, control := words[1], words[3]
	for _, address := range []string{base, control} {
		if !strings.HasPrefix(address, "http://127.0.0.1:") {
			t.Fatalf("printed %q", line)
		}
	}
	res, err := http.Get(base + "/application/o/larder/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var doc map[string]any
	if err := json.NewDecoder(res.Body).Decode(&doc); err != nil || doc["issuer"] != base+"/application/o/larder/" {
		t.Errorf("discovery: %d %v %v", res.StatusCode, doc, err)
	}
	if res, err := http.Get(control + "/state"); err != nil || res.StatusCode != 200 || res.Body.Close() != nil {
		t.Errorf("control: %v, %v", res, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}

	cfg, err := f.config()
	if err != nil {
		t.Fatal(err)
	}
	p, err := authtest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := p.Settings()
	if s.RedirectURIs[0] != callback || len(s.Users) != 2 || len(s.User("jo").Groups) != 2 || s.EmailVerified != oidc.VerifiedAbsent || s.ClaimsInIDToken {
		t.Errorf("settings = %+v", s)
	}
}

func TestRunRefusesOtherAddresses(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "nonsense"} {
		if err := run(t.Context(), parseFlags(t, "--addr", addr), io.Discard); err == nil {
			t.Errorf("%s: no error", addr)
		}
	}
}

// Started over, it is as the command line says, at the same address and with the same key.
func TestStartingOver(t *testing.T) {
	r, err := newRestarts(authtest.Config{Slug: "larder"})
	if err != nil {
		t.Fatal(err)
	}
	r.setAddress("http://127.0.0.1:9000")
	first := r.provider()
	first.Set(func(s *authtest.Settings) { s.Slug, s.Denied = "renamed", true })
	w := httptest.NewRecorder()
	r.control().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "DELETE", "/state", nil))
	var told struct{ Slug, Issuer string }
	if err := json.Unmarshal(w.Body.Bytes(), &told); err != nil || w.Code != 200 || told.Slug != "larder" {
		t.Errorf("answered %d %s: %v", w.Code, w.Body, err)
	}
	if told.Issuer != "http://127.0.0.1:9000/application/o/larder/" || r.provider().Settings().Denied {
		t.Errorf("started over at %s with %+v", told.Issuer, r.provider().Settings())
	}
	before, _ := first.SigningKey()
	if after, _ := r.provider().SigningKey(); after != before {
		t.Error("there is another signing key")
	}
}

func TestControl(t *testing.T) {
	p, err := authtest.New(authtest.Config{BaseURL: "http://127.0.0.1:9000"})
	if err != nil {
		t.Fatal(err)
	}
	h := newControl(p)
	call := func(method, path, body string) (int, map[string]any) {
		t.Helper()
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		h.ServeHTTP(w, r)
		var got map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("decode %q: %v", w.Body, err)
		}
		return w.Code, got
	}
	_, before := call("GET", "/state", "")
	want := map[string]any{
		"issuer": "http://127.0.0.1:9000/application/o/pantrie/", "clientSecret": "pantrie-secret", "emailVerified": "true",
		"consent": "implicit", "claimsInIdToken": true, "down": "", "codeLifetimeSeconds": 60.0,
	}
	for field, value := range want {
		if before[field] != value {
			t.Errorf("%s = %v, want %v", field, before[field], value)
		}
	}

	for _, tc := range []struct {
		body  string
		check func(*authtest.Settings) bool
	}{
		{`{"clientSecret":"new"}`, func(s *authtest.Settings) bool { return s.ClientSecret == "new" }},
		{`{"redirectUris":["http://a/","http://b/"]}`, func(s *authtest.Settings) bool { return len(s.RedirectURIs) == 2 && s.RedirectURIs[1] == "http://b/" }},
		{`{"slug":"larder"}`, func(s *authtest.Settings) bool { return s.Slug == "larder" }},
		{`{"emailVerified":"absent"}`, func(s *authtest.Settings) bool { return s.EmailVerified == oidc.VerifiedAbsent }},
		{`{"noSigningKey":true,"encryptionKey":true}`, func(s *authtest.Settings) bool { return s.NoSigningKey && s.EncryptionKey }},
		{`{"down":"503"}`, func(s *authtest.Settings) bool { return s.Down == oidc.DownUnavailable }},
		{`{"denied":true}`, func(s *authtest.Settings) bool { return s.Denied }},
		{`{"claimsInIdToken":false}`, func(s *authtest.Settings) bool { return !s.ClaimsInIDToken }},
		{`{"consent":"explicit"}`, func(s *authtest.Settings) bool { return s.Consent == oidc.ConsentExplicit }},
		{`{"apiToken":"t","version":"2024.12.3","deniedPermissions":["authentik_core.add_application"]}`, func(s *authtest.Settings) bool {
			return s.APIToken == "t" && s.Version == "2024.12.3" && len(s.DeniedPermissions) == 1
		}},
		{`{"groups":["household"]}`, func(s *authtest.Settings) bool { return len(s.Groups) == 1 }},
		{`{"clockOffsetSeconds":-90.5}`, func(s *authtest.Settings) bool { return s.ClockOffset.Seconds() == -90.5 }},
	} {
		if status, got := call("PATCH", "/state", tc.body); status != 200 || !tc.check(p.Settings()) {
			t.Errorf("%s: %d %v", tc.body, status, got)
		}
	}
	if s := p.Settings(); s.ClientSecret != "new" || s.Slug != "larder" || !s.Denied {
		t.Errorf("a later change undid an earlier one: %+v", s)
	}

	for _, tc := range [][3]string{
		{"PATCH", "/state", `{"unknown":1}`},
		{"PATCH", "/state", `{"consent":"maybe"}`},
		{"PATCH", "/state", `{"version":"newest"}`},
		{"PATCH", "/state", `{"denied":false,"down":true}`},
		{"PATCH", "/state", ``},
		{"POST", "/users", `{"username":""}`},
		{"POST", "/users", `{"name":"Nobody"}`},
	} {
		if status, got := call(tc[0], tc[1], tc[2]); status != 400 || got["error"] == nil {
			t.Errorf("%v: %d %v, want 400", tc, status, got)
		}
	}
	if !p.Settings().Denied {
		t.Error("a refused change was made in part")
	}

	call("POST", "/users", `{"username":"jo","password":"pw","email":"jo@example.org","groups":["family"]}`)
	call("POST", "/users", `{"username":"jo","disabled":true}`)
	s := p.Settings()
	if u := s.User("jo"); u == nil || !u.Disabled || u.Email != "jo@example.org" || u.ID != 2 || len(s.Users) != 2 {
		t.Errorf("users = %+v", s.Users)
	}
	id, _ := p.SigningKey()
	call("POST", "/signing-key", `{"keepOld":false}`)
	if after, _ := p.SigningKey(); after == id {
		t.Error("the signing key is the same")
	}

	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "PATCH", "/state", strings.NewReader(`{"slug":"taken"}`)))
	if w.Code != 400 || p.Settings().Slug != "larder" {
		t.Errorf("without a content type: %d", w.Code)
	}
}

// TestBlueprint imports a blueprint through the control address, and refuses one.
func TestBlueprint(t *testing.T) {
	const blueprint = `version: 1
metadata:
  name: test
entries:
  - model: authentik_core.application
    identifiers:
      slug: larder
    attrs:
      name: Larder
`
	cfg, err := parseFlags(t, "--api-token=t", "--version=2025.10.2", "--no-application", "--group=household", "--group=guests").config()
	if err != nil {
		t.Fatal(err)
	}
	p, err := authtest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if s := p.Settings(); s.APIToken != "t" || s.Version != "2025.10.2" || !s.NoApplication || len(s.Groups) != 2 {
		t.Errorf("settings = %+v", s)
	}
	h := newControl(p)
	for _, tt := range []struct {
		name, media, body string
		want              int
	}{
		{"broken", "application/yaml", "entries: [", http.StatusBadRequest},
		{"sent as a page could", "text/plain", blueprint, http.StatusBadRequest},
		{"good", "application/yaml", blueprint, http.StatusOK},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/blueprint", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.media)
		if h.ServeHTTP(w, r); w.Code != tt.want {
			t.Errorf("%s: %d, want %d: %s", tt.name, w.Code, tt.want, w.Body)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/objects", nil))
	var objects map[string][]map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &objects); err != nil {
		t.Fatal(err)
	}
	if a := objects["applications"]; len(a) != 1 || a[0]["slug"] != "larder" || len(objects["providers"]) != 0 || len(objects["groups"]) != 4 {
		t.Errorf("objects = %v", objects)
	}
}
