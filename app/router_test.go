package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pantrie/app"
	"pantrie/auth/fault"
)

// Every operation of the specification is called as nobody and as somebody without rights.
// A new operation that everybody may call has to be named here.
func TestWhoMayCallWhat(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	_, token := h.addUser(admin, "Mara", "mara@example.org")
	mara := h.browser()
	mara.want(200, "POST", "/api/v1/auth/password-link", map[string]any{"token": token, "password": "quince and thyme"})
	forEverybody := []string{"getInstance", "getSetup", "checkSetup", "completeSetup", "login", "logout", "checkPasswordLink", "usePasswordLink", "listProviders", "startOAuth", "finishOAuth",
		"signedOutOAuth", "backchannelLogout", "testSetupOAuth", "restoreBackup", "planSetupAuthentik", "applySetupAuthentik", "setupAuthentikBlueprint", "getPendingLink", "provePendingLink", "cancelPendingLink",
		"checkInvitation", "signInInvited", "createInvitedAccount"}
	seen := 0
	for path, methods := range h.operations() {
		for method, op := range methods {
			if slices.Contains(forEverybody, op.OperationID) {
				continue
			}
			seen++
			address := strings.NewReplacer("{provider}", "authentik", "{id}", "someone", "{household}", "something").Replace(path)
			if a := h.browser().do(strings.ToUpper(method), address, bodyFor(method)); a.status != 401 || a.code() != "unauthenticated" {
				t.Errorf("%s %s as nobody: %d %s", method, path, a.status, a.body)
			}
			if strings.Contains(path, "/admin/") {
				if a := mara.do(strings.ToUpper(method), address, bodyFor(method)); a.status != 403 || a.code() != "forbidden" {
					t.Errorf("%s %s as a member: %d %s", method, path, a.status, a.body)
				}
			}
		}
	}
	if seen < 12 {
		t.Errorf("only %d operations were tried", seen)
	}
}

// bodyFor fits the form of every input, so that the answer is about who is asking.
func bodyFor(method string) any {
	if method == "get" || method == "delete" {
		return nil
	}
	return map[string]any{"name": "x", "email": "x", "publicUrl": "x", "currentPassword": "x", "newPassword": "x", "password": "x"}
}

type operation struct {
	OperationID string `json:"operationId"`
	Summary     string
	Responses   map[string]any
}

func (h *host) operations() map[string]map[string]operation {
	h.t.Helper()
	spec, err := h.api.OpenAPI()
	if err != nil {
		h.t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(spec, &doc); err != nil {
		h.t.Fatal(err)
	}
	return doc.Paths
}

func TestEveryAnswerIsAProblemOrDocumented(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	b := h.browser()
	for _, tt := range []struct {
		method, path string
		status       int
		code         fault.Code
	}{
		{"GET", "/api", 404, fault.NotFound},
		{"GET", "/api/v1", 404, fault.NotFound},
		{"GET", "/api/v1/nothing", 404, fault.NotFound},
		{"GET", "/api/v2/auth/me", 404, fault.NotFound},
		{"DELETE", "/api/v1/auth/me", 405, fault.MethodNotAllowed},
		{"GET", "/api/v1/auth/me", 401, fault.Unauthenticated},
		{"GET", "/api/v1/auth/me/", 404, fault.NotFound},
	} {
		a := b.do(tt.method, tt.path, nil)
		if a.status != tt.status || a.code() != string(tt.code) || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d %s %s", tt.method, tt.path, a.status, a.header.Get("Content-Type"), a.body)
		}
		if id := a.json()["requestId"]; id == "" || id != a.header.Get("X-Request-Id") {
			t.Errorf("%s %s: request id %v, header %q", tt.method, tt.path, id, a.header.Get("X-Request-Id"))
		}
		if a.json()["fields"] == nil {
			t.Errorf("%s %s: fields is null", tt.method, tt.path)
		}
	}
}

// A cause stays in the log: no answer carries the text of an error that is not for people.
func TestCausesStayOnTheServer(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	if err := h.db.Close(); err != nil { // from now on every query fails
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/instance", "/api/v1/setup", "/api/v1/auth/me", "/api/v1/admin/users"} {
		a := admin.do("GET", path, nil)
		if a.status != 500 || a.code() != "internal" || strings.Contains(a.body, "sql") || strings.Contains(a.body, "database") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
		if !strings.Contains(h.log.String(), a.json()["requestId"].(string)) {
			t.Errorf("%s: the log has nothing under the request id", path)
		}
	}
	if !strings.Contains(h.log.String(), "database is closed") {
		t.Error("the log does not say why")
	}
	b := h.browser()
	b.header.Set("Accept", "text/html")
	a := b.do("GET", "/api/v1/auth/oauth/authentik/login", nil)
	if a.status != 500 && !strings.Contains(a.header.Get("Location"), "error=internal") {
		t.Errorf("the way to the provider: %d %s", a.status, a.body)
	}
	if got := h.browser().do("GET", "/readyz", nil); got.status != 503 {
		t.Errorf("readyz: %d", got.status)
	}
	if got := h.browser().do("GET", "/healthz", nil); got.status != 200 {
		t.Errorf("healthz: %d", got.status)
	}
}

func TestReadyDoesNotDependOnAProvider(t *testing.T) {
	t.Parallel()
	h := newHost(t, "OAUTH_AUTHENTIK_BASE_URL=http://127.0.0.1:1", "OAUTH_AUTHENTIK_SLUG=x", "OAUTH_AUTHENTIK_CLIENT_ID=x", "OAUTH_AUTHENTIK_CLIENT_SECRET=x", "PANTRIE_PUBLIC_URL=http://x")
	for _, path := range []string{"/healthz", "/readyz"} {
		h.browser().want(200, "GET", path, nil)
	}
}

func TestCrossOriginChangesAreRefused(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	for name, header := range map[string]http.Header{
		"another site, new browser":      {"Sec-Fetch-Site": {"cross-site"}},
		"a sibling host":                 {"Sec-Fetch-Site": {"same-site"}},
		"another site, old browser":      {"Origin": {"https://evil.example"}},
		"a sandboxed frame, old browser": {"Origin": {"null"}},
	} {
		admin.Header = header
		if a := admin.do("POST", "/api/v1/auth/logout", nil); a.status != 403 || a.code() != "cross_origin" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	admin.Header = http.Header{}
	admin.want(200, "GET", "/api/v1/auth/me", nil)
	if err := h.auth.Address.Set(context.Background(), "https://pantry.example.org"); err != nil {
		t.Fatal(err)
	}
	admin.Header = http.Header{"Origin": {"https://pantry.example.org"}} // behind a proxy that changes Host
	admin.want(204, "POST", "/api/v1/auth/logout", nil)
}

// Programs that watch Pantrie ask by HEAD (RFC 9110, section 9.3.2).
func TestHeadIsGetWithoutABody(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t)
	for _, path := range []string{"/healthz", "/readyz", "/api/docs", "/api/openapi.json", "/", "/login"} {
		get, head := h.browser().do("GET", path, nil), h.browser().do("HEAD", path, nil)
		if head.status != 200 || head.status != get.status || head.body != "" {
			t.Errorf("%s: %d with %d bytes, by GET %d", path, head.status, len(head.body), get.status)
		}
		for _, name := range []string{"Content-Type", "Cache-Control", "Content-Security-Policy"} {
			if head.header.Get(name) != get.header.Get(name) {
				t.Errorf("%s: %s is %q, by GET %q", path, name, head.header.Get(name), get.header.Get(name))
			}
		}
	}
	h.browser().want(405, "POST", "/healthz", map[string]any{})
	h.browser().want(405, "HEAD", "/api/v1/auth/oauth/authentik/callback", nil) // which uses a sign-in up
}

func TestSafetyHeaders(t *testing.T) {
	t.Parallel()
	h := newHost(t, "PANTRIE_TRUSTED_PROXIES=127.0.0.1")
	b := h.browser()
	for _, path := range []string{"/", "/login", "/api/v1/instance", "/api/v1/nothing", "/healthz", "/_app/immutable/entry.js", "/api/docs"} {
		a := b.do("GET", path, nil)
		csp := a.header.Get("Content-Security-Policy")
		// The one style attribute, of the element that tells screen readers about a new page.
		rest := strings.Replace(csp, "style-src-attr 'unsafe-hashes' 'sha256-", "", 1)
		if !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(rest, "unsafe") || strings.Contains(rest, "*") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if a.header.Get("Referrer-Policy") != "no-referrer" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", path, a.header)
		}
		if a.header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: HSTS on plain http", path)
		}
	}
	if got := b.do("GET", "/api/v1/instance", nil).header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("API answers may be cached: %q", got)
	}
	b.header.Set("X-Forwarded-Proto", "https")
	b.header.Set("X-Forwarded-Host", "pantry.example.org")
	if got := b.do("GET", "/", nil).header.Get("Strict-Transport-Security"); got == "" {
		t.Error("no HSTS on https")
	}
	if got := b.want(200, "GET", "/api/v1/instance", nil).json()["requestOrigin"]; got != "https://pantry.example.org" {
		t.Errorf("origin by a trusted proxy: %v", got)
	}
	stranger := newHost(t).browser()
	stranger.Header = b.Header
	if got := stranger.want(200, "GET", "/api/v1/instance", nil).json()["requestOrigin"]; got == "https://pantry.example.org" {
		t.Error("forwarding headers of somebody who is not trusted are believed")
	}
}

func TestThrottleSeesTheClientBehindATrustedProxy(t *testing.T) {
	t.Parallel()
	h, _ := newHome(t, "PANTRIE_TRUSTED_PROXIES=127.0.0.0/8")
	guesser := h.browser()
	guesser.header.Set("X-Forwarded-For", "203.0.113.7")
	for i := range 30 {
		guesser.login(401, strings.Repeat("x", i+1)+"@example.org", "wrong password")
	}
	guesser.login(429, "somebody@example.org", "wrong password")
	h.browser().login(200, adminEmail, adminPassword)
}

func TestSpecificationIsComplete(t *testing.T) {
	t.Parallel()
	h := newHost(t)
	for path, methods := range h.operations() {
		for method, op := range methods {
			if op.Summary == "" || op.OperationID == "" || len(op.Responses) < 2 {
				t.Errorf("%s %s says too little of itself", method, path)
			}
		}
	}
	page := h.browser().want(200, "GET", "/api/docs", nil)
	for path := range h.operations() {
		if !strings.Contains(page.body, path) {
			t.Errorf("the documentation leaves out %s", path)
		}
	}
	if regexp.MustCompile(`<(script|link|img|iframe|object)|(src|href|action)="(https?:)?//|url\(|@import`).MatchString(page.body) {
		t.Error("the documentation loads something")
	}
	served := h.browser().want(200, "GET", "/api/openapi.json", nil)
	spec, err := h.api.OpenAPI()
	if err != nil || served.body != string(spec) {
		t.Error("the served specification is another one")
	}
}

func TestConfigurationReportsEverythingAtOnce(t *testing.T) {
	values := map[string]string{
		"PANTRIE_ADDR": "8000", "PANTRIE_PUBLIC_URL": "pantry.example.org", "PANTRIE_TRUSTED_PROXIES": "10.0.0.0/8,nonsense", "PANTRIE_LOG_FORMAT": "xml",
		"PANTRIE_LOG_LEVEL": "loud", "PANTRIE_SETUP_TOKEN": "marker", "PANTRIE_ADMIN_EMAIL": "sam@example.org", "PANTRIE_SECRET_KEY": "marker-4711",
		"PANTRIE_SESSION_LIFETIME": "thirty days", "OAUTH_AUTHENTIK_CLIENT_SECRET_FILE": "/nowhere/at/all", "PANTRIE_SECRET_KEY_FILE": "/nowhere/either",
	}
	_, err := app.LoadConfig(func(name string) string { return values[name] })
	if err == nil {
		t.Fatal("accepted")
	}
	for name := range values {
		if !strings.Contains(err.Error(), strings.TrimSuffix(name, "_FILE")) {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
	if strings.Contains(err.Error(), "marker") {
		t.Errorf("a secret is in the error:\n%v", err)
	}
}

func TestConfigurationReadsFilesAndDefaults(t *testing.T) {
	dir := t.TempDir()
	file := dir + "/secret"
	writeFile(t, file, "hunter2\n")
	values := map[string]string{"OAUTH_AUTHENTIK_CLIENT_SECRET_FILE": file, "STATE_DIRECTORY": "/var/lib/pantrie", "PANTRIE_PUBLIC_URL": "HTTPS://Pantry.example.org/"}
	c, err := app.LoadConfig(func(name string) string { return values[name] })
	if err != nil {
		t.Fatal(err)
	}
	if c.AuthentikClientSecret != "hunter2" || c.DataDir != "/var/lib/pantrie" || c.Addr != ":8000" || c.PublicURL != "https://pantry.example.org" {
		t.Errorf("configuration: %+v", c)
	}
}
