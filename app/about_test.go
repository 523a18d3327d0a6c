package app_test

import (
	"regexp"
	"strings"
	"testing"
)

// About shows the configuration in force and no secret; the log has a line for each request, with who asked, and no
// secret either.
func TestAboutAndLogHaveNoSecrets(t *testing.T) {
	t.Parallel()
	secrets := map[string]string{
		"PANTRIE_SETUP_TOKEN":           "token-of-the-setup",
		"PANTRIE_SECRET_KEY":            "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1mb3ItdGVzdHM=",
		"OAUTH_AUTHENTIK_CLIENT_SECRET": "secret-of-the-client",
	}
	environment := []string{"OAUTH_AUTHENTIK_SLUG=pantrie", "OAUTH_AUTHENTIK_BASE_URL=https://user:word-in-the-address@auth.example.org/?key=word-in-the-address", "PANTRIE_SESSION_IDLE=24h", "PANTRIE_TRUSTED_PROXIES=10.0.0.0/8,192.168.0.1"}
	for name, value := range secrets {
		environment = append(environment, name+"="+value)
	}
	h := newHost(t, environment...)
	admin := h.setUp()
	admin.want(401, "POST", "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": "a wrong password"})
	about := admin.want(200, "GET", "/api/v1/admin/instance", nil)
	for name, want := range map[string]string{"OAUTH_AUTHENTIK_SLUG": "pantrie", "OAUTH_AUTHENTIK_BASE_URL": "https://auth.example.org/", "PANTRIE_SESSION_IDLE": "24h0m0s", "PANTRIE_TRUSTED_PROXIES": "10.0.0.0/8, 192.168.0.1", "PANTRIE_LOCAL_LOGIN": "false"} {
		set := name != "PANTRIE_LOCAL_LOGIN"
		found := false
		for _, v := range about.json()["configuration"].([]any) {
			row := v.(map[string]any)
			if row["name"] == name {
				found = row["value"] == want && row["set"] == set && row["secret"] == false
			}
			if _, secret := secrets[row["name"].(string)]; secret && (row["secret"] != true || row["set"] != true || row["value"] != "") {
				t.Errorf("%v", row)
			}
		}
		if !found {
			t.Errorf("%s is not %q in %s", name, want, about.body)
		}
	}
	admin.want(404, "GET", "/api/v1/"+strings.Repeat("x", 5000), nil)
	log := h.log.String()
	for line := range strings.Lines(log) {
		if len(line) > 1000 {
			t.Errorf("anybody can fill the disk with a line of %d bytes", len(line))
		}
	}
	for _, secret := range append([]string{adminPassword, "a wrong password", h.lastCookie(admin)}, "word-in-the-address", "token-of-the-setup", "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy1mb3ItdGVzdHM", "secret-of-the-client") {
		if strings.Contains(about.body, secret) || strings.Contains(log, secret) {
			t.Errorf("%q is told", secret)
		}
	}
	me := admin.want(200, "GET", "/api/v1/auth/me", nil).json()["id"].(string)
	admin.want(200, "POST", "/api/v1/auth/login", map[string]any{"email": adminEmail, "password": adminPassword})
	admin.want(200, "GET", "/shopping", nil)
	admin.want(200, "GET", "/healthz", nil)
	for path, want := range map[string]string{"/api/v1/auth/login": "status=200 .*user_id=" + me, "/shopping": "status=200"} {
		if !regexp.MustCompile(`path=` + path + ` ` + want).MatchString(h.log.String()) {
			t.Errorf("no line of %s with %s", path, want)
		}
	}
	if regexp.MustCompile(`level=INFO .*path=/healthz`).MatchString(h.log.String()) {
		t.Error("what asks every few seconds fills the log")
	}
	for line := range strings.Lines(h.log.String()) {
		if strings.Contains(line, "path=/api/v1/admin/instance") {
			for _, want := range []string{"level=INFO", "msg=request", "method=GET", "status=200", "ms=", "address=127.0.0.1", "user_id=" + me, "request_id="} {
				if !strings.Contains(line, want) {
					t.Errorf("no %s in %s", want, line)
				}
			}
			return
		}
	}
	t.Error("there is no line for the request")
}
