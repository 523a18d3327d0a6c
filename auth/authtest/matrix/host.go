package matrix

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"pantrie/auth"
	"pantrie/auth/authtest"
	"pantrie/db"
)

// The administrator that a [Host] has been set up with.
const (
	AdminEmail    = "sam@example.org"
	AdminPassword = "plum jam on toast"
)

// Where a provider sends browsers and logout tokens.
const (
	CallbackPath    = "/api/v1/auth/oauth/authentik/callback"
	BackchannelPath = "/api/v1/auth/oauth/authentik/backchannel-logout"
)

// Clock is a clock that only moves when it is told to.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts with the machine's time.
func NewClock() *Clock { return &Clock{now: time.Now()} }

// Now is the time that it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add moves it.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Host is a Pantrie that has been set up: one household, one administrator who is signed out, and no provider.
type Host struct {
	T         testing.TB
	URL       string // its public address, where it listens
	Auth      *auth.Service
	DB        *db.DB
	Path      string // of DB, where another process could open it
	Clock     *Clock // of Auth and DB
	Log       fmt.Stringer
	Transport *http.Transport
}

// Identities is how many links with Authentik there are.
func (h *Host) Identities() int64 {
	h.T.Helper()
	n, err := h.DB.CountIdentities(context.Background(), "authentik")
	if err != nil {
		h.T.Fatal(err)
	}
	return n
}

// SignIns reads the sign-in log, newest first.
func (h *Host) SignIns(f db.SignInFilter) []db.SignInRecord {
	h.T.Helper()
	if f.Most == 0 {
		f.Most = 200
	}
	rows, err := h.DB.SignIns(context.Background(), f)
	if err != nil {
		h.T.Fatal(err)
	}
	return rows
}

// SignIn is the log's newest row with a reference, or [db.ErrNotFound].
func (h *Host) SignIn(reference string) (db.SignInRecord, error) {
	rows, err := h.DB.SignIns(context.Background(), db.SignInFilter{Reference: reference, Most: 1})
	if err != nil || len(rows) == 0 {
		return db.SignInRecord{}, errors.Join(err, db.ErrNotFound)
	}
	return rows[0], nil
}

// HouseholdID is the id of the only household.
func (h *Host) HouseholdID() string {
	h.T.Helper()
	home, err := h.DB.FirstHousehold(context.Background())
	if err != nil {
		h.T.Fatal(err)
	}
	return home.ID
}

// Passwordless adds an account without a password, as a provider's sign-up leaves it.
func (h *Host) Passwordless(email string) db.User {
	h.T.Helper()
	var u db.User
	err := h.DB.InTx(context.Background(), func(tx *db.Tx) (err error) {
		u, err = tx.InsertUser(context.Background(), db.User{Name: "Without", Email: email})
		return err
	})
	if err != nil {
		h.T.Fatal(err)
	}
	return u
}

// Backchannel posts a logout token as a provider does: without cookies, as a form.
func (h *Host) Backchannel(token string) Answer {
	h.T.Helper()
	b := h.Browser()
	b.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.Do("POST", BackchannelPath, url.Values{"logout_token": {token}}.Encode())
}

// LogoutToken is a provider's logout token, which edit may change; see [authtest.Provider.LogoutToken].
func LogoutToken(t testing.TB, p *authtest.Provider, sub, sid string, edit func(*authtest.Token)) string {
	t.Helper()
	token, err := p.LogoutToken(sub, sid, edit)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
