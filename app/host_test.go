package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"pantrie/app"
	"pantrie/auth"
	"pantrie/db"
	"pantrie/db/dbtest"
)

const (
	adminEmail    = "sam@example.org"
	adminPassword = "plum jam on toast"
)

// clock is a clock that only moves when it is told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Now()} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

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

// administrators counts the site administrators who are not disabled.
func (h *host) administrators() int {
	h.t.Helper()
	all, err := h.db.Users(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	n := 0
	for _, u := range all {
		if u.SiteAdmin && !u.Disabled {
			n++
		}
	}
	return n
}

// signIn is the log's newest row with a reference, or [db.ErrNotFound].
func (h *host) signIn(reference string) (db.SignInRecord, error) {
	rows, err := h.db.SignIns(context.Background(), db.SignInFilter{Reference: reference, Most: 1})
	if err != nil || len(rows) == 0 {
		return db.SignInRecord{}, errors.Join(err, db.ErrNotFound)
	}
	return rows[0], nil
}

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

// browser keeps cookies and follows no redirects.
type browser struct {
	h      *host
	client *http.Client
	header http.Header
}

func (h *host) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return &browser{h: h, header: http.Header{}, client: &http.Client{Jar: jar, Transport: h.transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) json() map[string]any {
	m := map[string]any{}
	_ = json.Unmarshal([]byte(a.body), &m)
	return m
}

func (a answer) code() string {
	code, _ := a.json()["code"].(string)
	return code
}

func (b *browser) do(method, path string, send any) answer {
	b.h.t.Helper()
	var body io.Reader
	switch v := send.(type) {
	case nil:
	case string:
		body = strings.NewReader(v)
	default:
		text, err := json.Marshal(v)
		if err != nil {
			b.h.t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	if !strings.Contains(path, "://") {
		path = b.h.server.URL + path
	}
	req, err := http.NewRequest(method, path, body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	if send != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range b.header {
		req.Header[k] = v
	}
	if host := b.header.Get("Host"); host != "" {
		req.Host = host
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.h.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// want sends a request and fails the test unless the status is the expected one.
func (b *browser) want(status int, method, path string, send any) answer {
	b.h.t.Helper()
	a := b.do(method, path, send)
	if a.status != status {
		b.h.t.Fatalf("%s %s: status %d, want %d: %s", method, path, a.status, status, a.body)
	}
	return a
}

func (b *browser) login(status int, email, password string) answer {
	b.h.t.Helper()
	return b.want(status, "POST", "/api/v1/auth/login", map[string]any{"email": email, "password": password})
}
