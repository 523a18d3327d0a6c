package app_test

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pantrie/auth"
	"pantrie/db/dbtest"
)

// lightly makes hashing a password cheap. Under the race detector the real work takes longer than
// all the rest of a test.
func lightly(c *auth.Config) { c.HashMemory = 64 }

// patiently lets no test fail because the machine is busy.
func patiently(c *auth.Config) { c.HashWait, c.ProviderTimeout = 5*time.Minute, 5*time.Minute }

// start is a data folder that is made once. Each test takes a copy of it: that is many times cheaper than to migrate
// a database, set Pantrie up and sign people in.
type start struct {
	name string
	make func(t testing.TB, dir string, s *start) // in a folder that is there
	once sync.Once
	dir  string

	cookies map[string]string // of those who are signed in
	people  people            // without their browsers
}

// copied is a copy of the folder.
func (s *start) copied(t testing.TB) string {
	t.Helper()
	s.once.Do(func() {
		made, err := scratch()
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(made, s.name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		s.make(t, dir, s)
		s.dir = dir
	})
	if s.dir == "" {
		t.Fatalf("the data folder %q could not be made, see the first test that needed it", s.name)
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// startSetUp has only its administrator, who is signed out.
var startSetUp = &start{name: "set-up", make: func(t testing.TB, dir string, _ *start) {
	dbtest.Empty(t, dir)
	h := newHostWith(t, dir, nil)
	h.setUp().want(http.StatusNoContent, "POST", "/api/v1/auth/logout", nil)
	h.stop()
}}

// startSignedIn is startSetUp with the administrator signed in.
var startSignedIn = &start{name: "signed-in", make: func(t testing.TB, dir string, s *start) {
	if err := os.CopyFS(dir, os.DirFS(startSetUp.copied(t))); err != nil {
		t.Fatal(err)
	}
	h := newHomeIn(t, dir, nil)
	admin := h.browser()
	admin.login(http.StatusOK, adminEmail, adminPassword)
	s.cookies = map[string]string{"site": h.lastCookie(admin)}
	h.stop()
}}

// startHousehold has all of [people], signed in.
var startHousehold = &start{name: "household", make: func(t testing.TB, dir string, s *start) {
	if err := os.CopyFS(dir, os.DirFS(startSignedIn.copied(t))); err != nil {
		t.Fatal(err)
	}
	h := newHomeIn(t, dir, nil)
	s.people = join(h, h.as(startSignedIn.cookies["site"]))
	s.cookies = map[string]string{}
	for name, b := range s.people.browsers() {
		s.cookies[name] = h.lastCookie(*b)
		*b = nil
	}
	s.people.h = nil
	h.stop()
}}

// justNow lets everybody have signed in a moment ago, however long ago the copied folder was made.
func justNow(t testing.TB, dir string) {
	t.Helper()
	on, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, "pantrie.db")))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UnixMilli()
	_, err = on.ExecContext(context.Background(),
		`UPDATE sessions SET created_at = ?, last_seen_at = ?, authenticated_at = ?`, now, now, now)
	if err = errors.Join(err, on.Close()); err != nil {
		t.Fatal(err)
	}
}

// newHome starts a Pantrie that is set up and has only its administrator, who is signed in with the browser.
func newHome(t testing.TB, environment ...string) (h *host, admin *browser) {
	t.Helper()
	if len(environment) > 0 { // which may say how sessions are
		h = newHomeWith(t, environment)
		admin = h.browser()
		admin.login(http.StatusOK, adminEmail, adminPassword)
		return h, admin
	}
	dir := startSignedIn.copied(t)
	justNow(t, dir)
	h = newHomeIn(t, dir, nil)
	return h, h.as(startSignedIn.cookies["site"])
}

// newHomeWith is newHome before anybody has signed in.
func newHomeWith(t testing.TB, environment []string, tune ...func(*auth.Config)) *host {
	t.Helper()
	return newHomeIn(t, startSetUp.copied(t), environment, tune...)
}

// newHomeIn starts a Pantrie that was set up, on a copy of its data folder.
func newHomeIn(t testing.TB, dir string, environment []string, tune ...func(*auth.Config)) *host {
	t.Helper()
	h := newHostWith(t, dir, environment, tune...)
	if h.auth.Address.Locked() {
		return h
	}
	if err := h.auth.Address.Set(context.Background(), h.server.URL); err != nil {
		t.Fatal(err)
	}
	return h
}

// stop ends a Pantrie before its test does, so that its data folder can be copied.
func (h *host) stop() {
	h.t.Helper()
	h.transport.CloseIdleConnections()
	h.server.Close()
	if err := h.db.Close(); err != nil {
		h.t.Fatal(err)
	}
}

// as is a browser with a session's cookie.
func (h *host) as(cookie string) *browser {
	h.t.Helper()
	cookies, err := http.ParseCookie(cookie)
	if err != nil {
		h.t.Fatal(err)
	}
	b := h.browser()
	for _, c := range cookies {
		c.Path = "/"
	}
	b.client.Jar.SetCookies(mustParse(h.t, h.server.URL), cookies)
	return b
}
