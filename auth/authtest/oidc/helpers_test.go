package oidc_test

import (
	"net/http"
	"net/http/cookiejar"
	"sync/atomic"
	"testing"
	"time"

	"pantrie/auth/authtest/internal/ask"
	"pantrie/auth/authtest/oidc"
)

func start(t *testing.T, setup func(*oidc.Settings)) *oidc.Provider {
	t.Helper()
	return oidc.Start(t, oidc.Config{
		RedirectURIs:           []string{ask.Callback},
		PostLogoutRedirectURIs: []string{ask.SignedOut},
		Setup:                  setup,
	})
}

func newBrowser(t *testing.T, p *oidc.Provider) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := p.Client()
	c.Jar = jar
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// clock is a clock that a test moves.
type clock struct{ seconds atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.seconds.Store(1_800_000_000)
	return c
}

func (c *clock) now() time.Time          { return time.Unix(c.seconds.Load(), 0) }
func (c *clock) advance(d time.Duration) { c.seconds.Add(int64(d / time.Second)) }
