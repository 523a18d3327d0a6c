package app_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/db"
)

// Fifty people sign in for the first time at once, an administrator keeps saving settings
// meanwhile, and one of the browsers hangs up while its code is exchanged: the others notice
// nothing, and each is one user.
func TestFiftySignInsAtOnceWhileOneHangsUp(t *testing.T) {
	const people = 50
	h, admin := newHome(t, "PANTRIE_TRUSTED_PROXIES=127.0.0.1") // so that each has an address of their own
	cfg := authtest.Config{ClientSecret: "first-secret", RedirectURIs: []string{h.server.URL + callbackPath}}
	for i := range people {
		cfg.Users = append(cfg.Users, authtest.User{Username: fmt.Sprint("u", i), Password: "x", Email: fmt.Sprintf("u%d@example.org", i), Name: fmt.Sprint("U ", i)})
	}
	exchanging := make(chan struct{})
	var first atomic.Bool
	cfg.Setup = func(s *authtest.Settings) {
		s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == oidc.EndpointToken && first.CompareAndSwap(false, true) {
				close(exchanging)
			}
			next.ServeHTTP(w, r)
		}
	}
	p := authtest.Start(t, cfg)
	admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"baseUrl": p.BaseURL(), "slug": "pantrie", "clientId": "pantrie-client", "clientSecret": "first-secret"})

	signIn := func(i int) (b *browser, back string) {
		b = h.browser()
		b.header.Set("X-Forwarded-For", fmt.Sprintf("192.0.2.%d", i))
		back, err := p.Authorize(context.Background(), nil, b.start("/").String(), fmt.Sprint("u", i))
		if err != nil {
			t.Error(err)
		}
		return b, back
	}
	// The first one is at the token endpoint when its browser goes away.
	gone, goneBack := signIn(0)
	ctx, hangUp := context.WithCancel(context.Background())
	left := make(chan struct{})
	go func() {
		defer close(left)
		req, err := http.NewRequestWithContext(ctx, "GET", goneBack, nil)
		if err != nil {
			t.Error(err)
			return
		}
		req.Header.Set("X-Forwarded-For", "192.0.2.0")
		if resp, err := gone.client.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	<-exchanging
	hangUp()
	<-left

	stop := make(chan struct{})
	var saving, signing sync.WaitGroup
	saving.Go(func() {
		for on := true; ; on = !on {
			select {
			case <-stop:
				return
			default:
				admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"autoLink": on})
			}
		}
	})
	for i := 1; i < people; i++ {
		signing.Go(func() {
			b, back := signIn(i)
			if to := b.follow(back); to.String() != "/" {
				t.Errorf("u%d ended at %s", i, to)
			}
			b.want(200, "GET", "/api/v1/auth/me", nil)
		})
	}
	signing.Wait()
	close(stop)
	saving.Wait()
	if n, err := h.db.CountUsers(context.Background()); err != nil || n < people || n > people+1 {
		t.Errorf("%d users, %v", n, err) // the one who left may have come in, or not
	}
	if got := len(h.signIns(db.SignInFilter{Provider: "authentik", Outcome: db.OutcomeCreated})); got < people-1 {
		t.Errorf("%d rows of new people", got)
	}
	// Whoever hung up tries again, and is the same person.
	b, back := signIn(0)
	if to := b.follow(back); to.String() != "/" {
		t.Errorf("the one who left ended at %s", to)
	}
	if n, err := h.db.CountUsers(context.Background()); err != nil || n != people+1 {
		t.Errorf("%d users, %v", n, err)
	}
}
