package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"pantrie/app"
	"pantrie/auth"
	"pantrie/auth/authtest/matrix"
	"pantrie/db"
	"pantrie/db/dbtest"
)

const (
	adminEmail    = matrix.AdminEmail
	adminPassword = matrix.AdminPassword
)

// clock is a clock that only moves when it is told to.
type clock struct{ *matrix.Clock }

func newClock() *clock { return &clock{matrix.NewClock()} }

func (c *clock) add(d time.Duration) { c.Add(d) }

// patience is how long a test waits for what takes moments on a machine that has nothing else to do.
const patience = 2 * time.Minute

// journal collects the server's log.
type journal struct {
	mu   sync.Mutex
	b    bytes.Buffer
	more chan struct{} // closed when something is written; nil while nobody waits
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.more != nil {
		close(j.more)
		j.more = nil
	}
	return j.b.Write(p)
}

// until waits until there is what find looks for. It gives up when ended is closed, or out of [patience].
func (j *journal) until(ended <-chan struct{}, find func(text string) bool) bool {
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		j.mu.Lock()
		text := j.b.String()
		if j.more == nil {
			j.more = make(chan struct{})
		}
		more := j.more
		j.mu.Unlock()
		if find(text) {
			return true
		}
		select {
		case <-more:
		case <-ended:
			return find(j.String())
		case <-late.C:
			return false
		}
	}
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// host is a whole Pantrie on a temporary file, as production builds it.
type host struct {
	t      testing.TB
	dir    string
	db     *db.DB
	auth   *auth.Service
	api    *app.API
	server *httptest.Server
	clock  *clock
	log    *journal

	transport *http.Transport
	plain     *matrix.Host // the same, as the matrix of sign-ins has it
}

// newHost starts a Pantrie that nobody has set up; environment holds NAME=value.
func newHost(t testing.TB, environment ...string) *host {
	t.Helper()
	dir := t.TempDir()
	dbtest.Empty(t, dir)
	return newHostIn(t, dir, environment...)
}

// newHostIn starts Pantrie on a data folder.
func newHostIn(t testing.TB, dir string, environment ...string) *host {
	t.Helper()
	return newHostWith(t, dir, environment)
}

// newHostWith is newHostIn with other settings of sign-in; without them hashing a password is cheap, and what others
// are waited for is as long as a busy machine may need.
func newHostWith(t testing.TB, dir string, environment []string, tune ...func(*auth.Config)) *host {
	t.Helper()
	tune = append([]func(*auth.Config){lightly, patiently}, tune...)
	values := map[string]string{"PANTRIE_DATA_DIR": dir, "PANTRIE_LOG_LEVEL": "debug"}
	for _, e := range environment {
		name, value, _ := strings.Cut(e, "=")
		values[name] = value
	}
	cfg, err := app.LoadConfig(func(name string) string { return values[name] })
	if err != nil {
		t.Fatal(err)
	}
	h := &host{t: t, dir: dir, clock: newClock(), log: &journal{}, transport: &http.Transport{DisableCompression: true}}
	log := app.NewLogger(cfg, h.log)
	ctx := context.Background()
	h.db, err = db.Open(ctx, db.Options{Path: filepath.Join(dir, "pantrie.db"), Log: log, Now: h.clock.Now, NewID: app.NewID})
	if err != nil {
		t.Fatal(err)
	}
	h.auth, err = app.NewAuth(ctx, cfg, h.db, log, h.clock.Now, tune...)
	if err != nil {
		t.Fatal(err)
	}
	h.api, err = app.New(cfg, app.Deps{DB: h.db, Auth: h.auth, Log: log, Pages: pageFiles(), Version: "test", Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	h.server = httptest.NewServer(h.api.Handler())
	h.plain = &matrix.Host{
		T: t, URL: h.server.URL, Auth: h.auth, DB: h.db, Clock: h.clock.Clock, Log: h.log, Transport: h.transport,
	}
	t.Cleanup(func() {
		h.transport.CloseIdleConnections()
		h.server.Close()
		if err := h.db.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func pageFiles() fstest.MapFS {
	return fstest.MapFS{
		"index.html":                 {Data: []byte(`<!doctype html><html data-base=""><head><link href="/_app/immutable/a.css" rel="stylesheet"></head><body><script>start()</script><script>{base: ""; import("/_app/immutable/entry.js")}</script></body></html>`)},
		"_app/immutable/entry.js":    {Data: []byte("plain")},
		"_app/immutable/entry.js.br": {Data: []byte("br")},
		"_app/immutable/entry.js.gz": {Data: []byte("gz")},
		"_app/version.json":          {Data: []byte("{}")},
		"favicon.svg":                {Data: []byte("<svg/>")},
		"manifest.webmanifest":       {Data: []byte("{}")},
	}
}

func (h *host) signIn(reference string) (db.SignInRecord, error) { return h.plain.SignIn(reference) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// setUp completes the wizard by HTTP and returns the administrator's browser.
func (h *host) setUp() *browser {
	h.t.Helper()
	b := h.browser()
	token, err := h.auth.Setup.Token(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	b.want(http.StatusCreated, "POST", "/api/v1/setup", map[string]any{
		"setupToken": token,
		"admin":      map[string]any{"name": "Sam", "email": adminEmail, "password": adminPassword},
		"household":  map[string]any{"name": "Brandt", "timeZone": "Europe/Berlin"},
		"publicUrl":  h.server.URL,
	})
	return b
}

// browser is one of the matrix, with what only the tests here do with one.
type browser struct {
	*matrix.Browser
	h      *host
	client *http.Client
	header http.Header
}

func (h *host) browser() *browser {
	b := h.plain.Browser()
	return &browser{Browser: b, h: h, client: b.Client, header: b.Header}
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) json() map[string]any { return matrix.Answer{Body: a.body}.JSON() }

func (a answer) code() string { return matrix.Answer{Body: a.body}.Code() }

func (b *browser) do(method, path string, send any) answer {
	b.h.t.Helper()
	a := b.Do(method, path, send)
	return answer{a.Status, a.Header, a.Body}
}

// want sends a request and fails the test unless the status is the expected one.
func (b *browser) want(status int, method, path string, send any) answer {
	b.h.t.Helper()
	a := b.Want(status, method, path, send)
	return answer{a.Status, a.Header, a.Body}
}

func (b *browser) login(status int, email, password string) answer {
	b.h.t.Helper()
	a := b.Login(status, email, password)
	return answer{a.Status, a.Header, a.Body}
}
