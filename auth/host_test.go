package auth_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pantrie/auth"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/rp"
	"pantrie/auth/session"
	"pantrie/auth/setup"
	"pantrie/db"
	"pantrie/db/dbtest"
)

// journal is the server's log.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// key is the secret key of all of them, so that one can go on with another's database.
var key = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("k"), db.KeySize))

// newHostOn is a Pantrie on a database, which listens by [front]. Hashing a password is cheap, and others are waited for
// as long as a busy machine may need.
func newHostOn(t testing.TB, path string, tune ...func(*auth.Config)) *matrix.Host {
	t.Helper()
	ctx, clock, log := context.Background(), matrix.NewClock(), &journal{}
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	ids := func() string { return uuid.Must(uuid.NewV7()).String() }
	database, err := db.Open(ctx, db.Options{Path: path, Log: logger, Now: clock.Now, NewID: ids})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Close(); err != nil {
			t.Error(err)
		}
	})
	sealer, err := db.LoadSealer("", key)
	if err != nil {
		t.Fatal(err)
	}
	cfg := auth.Config{
		SessionLifetime: 30 * 24 * time.Hour, SessionIdle: 14 * 24 * time.Hour,
		HashMemory: 64, HashWait: 5 * time.Minute, ProviderTimeout: 5 * time.Minute,
	}
	for _, change := range tune {
		change(&cfg)
	}
	deps := auth.Deps{DB: database, Sealer: sealer, Log: logger, Now: clock.Now, Transport: rp.NewTransport()}
	service, err := auth.New(ctx, cfg, deps)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(front(service, database))
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
		service.SignIns.Settle(ctx)
	})
	return &matrix.Host{T: t, URL: server.URL, Auth: service, DB: database, Clock: clock, Log: log, Transport: transport}
}

// answers are what the wizard was told. They need the token.
func answers(publicURL string) setup.Answers {
	return setup.Answers{
		AdminName: "Sam", AdminEmail: matrix.AdminEmail, AdminPassword: matrix.AdminPassword,
		HouseholdName: "Brandt", TimeZone: "Europe/Berlin", PublicURL: publicURL,
	}
}

// setUp is the database of one that has been set up. It is made once.
var setUp struct {
	once sync.Once
	file []byte
}

// newHost is one that has been set up, on a copy of that database.
func newHost(t testing.TB, tune ...func(*auth.Config)) *matrix.Host {
	t.Helper()
	setUp.once.Do(func() {
		path := dbtest.Empty(t, t.TempDir())
		h := newHostOn(t, path)
		err := newCaller(h).call(func(ctx context.Context) error {
			in := answers(h.URL)
			var err error
			if in.Token, err = h.Auth.Setup.Token(ctx); err != nil {
				return err
			}
			if _, err := h.Auth.Setup.Complete(ctx, in); err != nil {
				return err
			}
			_, err = h.Auth.SignIns.SignOut(ctx)
			return err
		})
		if err = errors.Join(err, h.DB.Close()); err != nil {
			t.Fatal(err)
		}
		if setUp.file, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	})
	path := filepath.Join(t.TempDir(), "pantrie.db")
	if err := os.WriteFile(path, setUp.file, 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHostOn(t, path, tune...)
	if err := h.Auth.Address.Set(context.Background(), h.URL); err != nil {
		t.Fatal(err)
	}
	return h
}

// caller is somebody's browser without HTTP: package auth is called as a handler would.
type caller struct {
	h       *matrix.Host
	address string
	jar     http.CookieJar
}

func newCaller(h *matrix.Host) *caller {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.T.Fatal(err)
	}
	return &caller{h: h, address: "192.0.2.1", jar: jar}
}

// call is a request: do gets its context, and the cookies of the answer are kept.
func (c *caller) call(do func(ctx context.Context) error) error {
	c.h.T.Helper()
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, c.h.URL+"/", nil)
	for _, cookie := range c.jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	ctx, err := c.h.Auth.SignIns.Load(w, r, session.Visitor{Address: c.address, Host: r.Host})
	if err != nil {
		c.h.T.Fatal(err)
	}
	err = do(ctx)
	c.jar.SetCookies(r.URL, w.Result().Cookies())
	return err
}
