package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"pantrie/auth/authtest"
)

// pathEmpty is answered without work.
const pathEmpty = "/empty"

// timed adds up how long a provider works on the requests that Pantrie sends it.
type timed struct {
	next http.Handler
	busy atomic.Int64
}

func (t *timed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == pathEmpty {
		return
	}
	begin := time.Now()
	t.next.ServeHTTP(w, r)
	t.busy.Add(int64(time.Since(begin)))
}

// measureProviderSignIns measures what Pantrie itself adds to a sign-in through a provider: both
// of its requests, to begin and to finish, besides the token and the userinfo request, which are the
// provider's work and the way there. That way is measured beside each sign-in, by two requests of
// the same kind that the provider's server answers at once.
func measureProviderSignIns(ctx context.Context, r report, binary, data string) error {
	provider, err := authtest.New(authtest.Config{ClientID: "bench", ClientSecret: "bench", Slug: "pantrie"})
	if err != nil {
		return err
	}
	counted := &timed{next: provider}
	server := httptest.NewServer(counted)
	defer server.Close()
	provider.SetAddress(server.URL)
	p, err := start(binary, data, "OAUTH_AUTHENTIK_BASE_URL="+server.URL, "OAUTH_AUTHENTIK_SLUG=pantrie", "OAUTH_AUTHENTIK_CLIENT_ID=bench", "OAUTH_AUTHENTIK_CLIENT_SECRET=bench")
	if err != nil {
		return err
	}
	defer p.stop()
	if err := p.wait("/readyz"); err != nil {
		return err
	}
	provider.Set(func(s *authtest.Settings) {
		s.RedirectURIs = []string{p.url + "/api/v1/auth/oauth/authentik/callback"}
	})
	const times, warm = 28, 3 // more would be slowed down as clicks of one client
	own, way := []time.Duration{}, []time.Duration{}
	for i := range times {
		took, err := signInOnce(ctx, p, provider, counted)
		if err != nil {
			return err
		}
		there, err := twoWays(server.URL)
		if err != nil {
			return err
		}
		if i >= warm {
			own, way = append(own, took-there), append(way, there)
		}
	}
	r.line("sign-in through a provider, Pantrie's own part, median", ms(median(own)), "≤ 5 ms")
	r.line("  the way of the two requests that are not counted, median", ms(median(way)), "-")
	return nil
}

func signInOnce(ctx context.Context, p *process, provider *authtest.Provider, counted *timed) (time.Duration, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return 0, err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var own time.Duration
	follow := func(address string) (string, error) {
		counted.busy.Store(0)
		begin := time.Now()
		resp, err := client.Get(address)
		if err != nil {
			return "", err
		}
		own += time.Since(begin) - time.Duration(counted.busy.Load())
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		to := resp.Header.Get("Location")
		if resp.StatusCode != http.StatusSeeOther || strings.Contains(to, "error=") {
			return "", fmt.Errorf("%s answers %d to %s", address, resp.StatusCode, to)
		}
		return to, nil
	}
	to, err := follow(p.url + "/api/v1/auth/oauth/authentik/login")
	if err != nil {
		return 0, err
	}
	back, err := provider.Authorize(ctx, nil, to, "mara")
	if err != nil {
		return 0, err
	}
	_, err = follow(back)
	return own, err
}

// twoWays is how long two requests take that are answered at once, over a connection that is kept.
func twoWays(address string) (time.Duration, error) {
	var took time.Duration
	for range 2 {
		begin := time.Now()
		resp, err := http.Post(address+pathEmpty, "application/x-www-form-urlencoded", strings.NewReader("grant_type=authorization_code"))
		if err != nil {
			return 0, err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		took += time.Since(begin)
	}
	return took, nil
}
