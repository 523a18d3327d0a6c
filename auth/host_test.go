package auth_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"pantrie/auth"
	"pantrie/auth/account"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/matrix"
	"pantrie/auth/fault"
	"pantrie/auth/provider"
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

// newHostOn is a Pantrie on a database, which listens by [front]. Hashing a password is cheap, and others are waited
// for as long as a busy machine may need.
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
		service.Recheck.Settle(ctx)
	})
	return &matrix.Host{
		T: t, URL: server.URL, Auth: service, DB: database, Path: path, Clock: clock, Log: log, Transport: transport,
	}
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
		err := within(h, h.Browser(), func(ctx context.Context) error {
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

// within calls package auth as a handler of a browser's request would: do gets the request's context, and the cookies
// of the answer are kept.
func within(h *matrix.Host, b *matrix.Browser, do func(ctx context.Context) error) error {
	h.T.Helper()
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, h.URL+"/", nil)
	for _, cookie := range b.Client.Jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	ctx, err := h.Auth.Recheck.Load(w, r, session.Visitor{Address: "127.0.0.1", Host: r.Host})
	if err != nil {
		h.T.Fatal(err)
	}
	err = do(ctx)
	b.Client.Jar.SetCookies(r.URL, w.Result().Cookies())
	return err
}

// asAdmin is a browser in that the administrator is signed in.
func asAdmin(h *matrix.Host) *matrix.Browser {
	h.T.Helper()
	b := h.Browser()
	b.Login(http.StatusOK, matrix.AdminEmail, matrix.AdminPassword)
	return b
}

const password = "quince and thyme" // of everybody but the administrator

// join adds somebody who signs in with [password], and returns their id.
func join(h *matrix.Host, name, email string) string {
	h.T.Helper()
	ctx := context.Background()
	user, link, err := h.Auth.Accounts.Create(ctx, account.NewUser{Name: name, Email: email})
	if err == nil {
		err = h.Auth.Accounts.ChoosePassword(ctx, link.Token, password)
	}
	must(h.T, err)
	return user.ID
}

// withAuthentik is one that has been connected with a test provider.
func withAuthentik(t testing.TB, tune ...func(*auth.Config)) (*matrix.Host, *authtest.Provider) {
	t.Helper()
	h := newHost(t, tune...)
	p := authtest.Start(t, authtest.Config{
		ClientSecret: "first-secret", RedirectURIs: []string{h.URL + matrix.CallbackPath},
		Users: []authtest.User{
			{Username: "mara", Password: "mara", Email: "mara@example.org", Name: "Mara Brandt", Groups: []string{"family"}},
			{Username: "sam", Password: "sam", Email: "Sam@Example.org", Name: "Sam Brandt"},
			{Username: "nomail", Password: "nomail", Name: "No Mail"},
		},
	})
	save(h, provider.Input{
		BaseURL: new(p.BaseURL()), Slug: new("pantrie"), ClientID: new("pantrie-client"), ClientSecret: "first-secret",
	})
	return h, p
}

// save changes the settings of Authentik.
func save(h *matrix.Host, in provider.Input) {
	h.T.Helper()
	must(h.T, h.Auth.Providers.Save(context.Background(), provider.Authentik, in))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fails checks the code of an error, and the fields that it names.
func fails(t testing.TB, what string, err error, code fault.Code, fields ...string) {
	t.Helper()
	var f *fault.Error
	if errors.Is(err, db.ErrNotFound) {
		f = fault.New(fault.NotFound, "")
	} else if !errors.As(err, &f) {
		t.Errorf("%s: %v, want %s", what, err, code)
		return
	}
	named := []string{}
	for _, field := range f.Fields {
		named = append(named, field.Name)
	}
	slices.Sort(named)
	if f.Code != code || strings.Join(named, " ") != strings.Join(fields, " ") {
		t.Errorf("%s: %s with the fields %q, want %s with %q", what, f.Code, named, code, fields)
	}
}

// slowly leaves time for others to come in between while a password is hashed.
func slowly(c *auth.Config) { c.HashMemory = 1 << 10 }
