package app_test

import (
	"database/sql"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
)

// A session's old token ends in the transaction that stores its new one. With two of them whoever
// signs everybody out in between would find neither, and the new session would live on.
func TestRenewalIsOneTransaction(t *testing.T) {
	t.Parallel()
	h, admin := newHome(t)
	raw, err := sql.Open("sqlite", filepath.Join(h.dir, "pantrie.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	exec := func(statement string) {
		t.Helper()
		if _, err := raw.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	proof := map[string]any{"password": adminPassword}
	exec(`CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'full'); END`)
	admin.want(500, "POST", "/api/v1/auth/reauthenticate", proof)
	admin.want(200, "GET", "/api/v1/auth/me", nil) // nothing was stored, so nothing has ended
	exec(`DROP TRIGGER full`)
	old := h.browser()
	copyCookies(t, h, admin.client.Jar, old.client.Jar)
	admin.want(204, "POST", "/api/v1/auth/reauthenticate", proof)
	admin.want(200, "GET", "/api/v1/auth/me", nil)
	old.want(401, "GET", "/api/v1/auth/me", nil)
	if a := old.want(401, "POST", "/api/v1/auth/reauthenticate", proof); a.code() != "unauthenticated" {
		t.Errorf("%s", a.body)
	}
}

// copyCookies gives another browser Pantrie's cookies.
func copyCookies(t *testing.T, h *host, from, to http.CookieJar) {
	t.Helper()
	u, err := url.Parse(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	to.SetCookies(u, from.Cookies(u))
}
