package app_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pantrie/auth"
)

// lightly makes hashing a password cheap. Under the race detector the real work takes longer than
// all the rest of a test.
func lightly(c *auth.Config) { c.HashMemory = 64 }

// prepare sets a Pantrie up, once; each test takes a copy of its data folder.
var prepare sync.Once

// newHome starts a Pantrie that is set up and has only its administrator, who is signed in with
// the browser. Hashing is cheap there; a test that is about its taking long sets up a [newHost].
func newHome(t testing.TB, environment ...string) (h *host, admin *browser) {
	t.Helper()
	h = newHomeWith(t, environment)
	admin = h.browser()
	admin.login(http.StatusOK, adminEmail, adminPassword)
	return h, admin
}

// newHomeWith is newHome before anybody has signed in.
func newHomeWith(t testing.TB, environment []string, tune ...func(*auth.Config)) *host {
	t.Helper()
	made, err := scratch()
	if err != nil {
		t.Fatal(err)
	}
	from := filepath.Join(made, "home")
	prepare.Do(func() {
		if err := os.Mkdir(from, 0o700); err != nil {
			t.Fatal(err)
		}
		h := newHostWith(t, from, nil, lightly)
		h.setUp().want(http.StatusNoContent, "POST", "/api/v1/auth/logout", nil)
		h.server.Close()
		if err := h.db.Close(); err != nil {
			t.Fatal(err)
		}
	})
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	h := newHostWith(t, dir, environment, append(tune, lightly)...)
	if h.auth.PublicURLLocked() {
		return h
	}
	if err := h.auth.SetPublicURL(context.Background(), h.server.URL); err != nil {
		t.Fatal(err)
	}
	return h
}
