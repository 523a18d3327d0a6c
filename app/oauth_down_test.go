package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"pantrie/auth/authtest"
)

func TestProviderDownAtFirstThenUp(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	p.Set(func(s *authtest.Settings) { s.Down = authtest.DownReset })
	b := h.browser()
	for range 3 {
		b.refused(b.start("/"), "provider_unreachable", 1, 0)
		h.clock.add(500 * time.Millisecond)
	}
	p.Set(func(s *authtest.Settings) { s.Down = authtest.Up })
	h.clock.add(20 * time.Second)
	if to := b.signInAs(p, "mara", "/"); to.String() != "/" {
		t.Errorf("ended at %s", to)
	}
	// Down again later: nobody is sent to where the browser could only say that it is not there.
	h.clock.add(time.Minute)
	p.Set(func(s *authtest.Settings) { s.Down = authtest.DownUnavailable })
	c := h.browser()
	c.refused(c.start("/"), "provider_unreachable", 2, 1)
	p.Set(func(s *authtest.Settings) { s.Down = authtest.Up })
	h.clock.add(4 * time.Second) // the longest that a failure is remembered
	if to := c.start("/"); to.Host == "" {
		t.Errorf("up again, and yet sent to %s", to)
	}
}

// Somebody who is at the provider already can come back although its discovery document is
// not to be had at that moment.
func TestDiscoveryDownDuringASignIn(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	b := h.browser()
	back, err := p.Authorize(context.Background(), nil, b.start("/").String(), "mara")
	if err != nil {
		t.Fatal(err)
	}
	h.clock.add(5 * time.Minute)
	p.Set(func(s *authtest.Settings) {
		s.Intercept = func(e authtest.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == authtest.EndpointDiscovery {
				http.Error(w, "down", http.StatusServiceUnavailable)
				return
			}
			next.ServeHTTP(w, r)
		}
	})
	if to := b.follow(back); to.String() != "/" {
		t.Errorf("ended at %s", to)
	}
}

// What is broken in Authentik after people have signed in is named as it is, not as a bad token.
func TestFaultsMadeLaterAreNamed(t *testing.T) {
	t.Parallel()
	for reason, change := range map[string]func(*authtest.Settings){
		"provider_wrong_slug":      func(s *authtest.Settings) { s.Slug = "renamed" },
		"provider_no_signing_key":  func(s *authtest.Settings) { s.NoSigningKey = true },
		"provider_encrypts_tokens": func(s *authtest.Settings) { s.EncryptionKey = true },
	} {
		h, _, p := withAuthentik(t, nil)
		h.browser().signInAs(p, "sam", "/")
		if reason != "provider_wrong_slug" { // within the seconds for which discovery is believed
			p.Set(change)
			b := h.browser()
			b.refused(b.signInAs(p, "mara", "/"), reason, 1, 1)
		}
		p.Set(change)
		h.clock.add(time.Minute)
		b := h.browser()
		b.refused(b.signInAs(p, "mara", "/"), reason, 1, 1)
	}
}

func TestOneImpatientClientDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	entered, release := make(chan struct{}, 8), make(chan struct{})
	p.Set(func(s *authtest.Settings) {
		s.Intercept = func(e authtest.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == authtest.EndpointDiscovery {
				entered <- struct{}{}
				<-release
			}
			next.ServeHTTP(w, r)
		}
	})
	p.ForgetRequests()
	// A front door that tells when the server has noticed that its client is gone.
	noticed := make(chan struct{})
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		go func() { <-r.Context().Done(); close(noticed) }()
		h.api.Handler().ServeHTTP(w, r)
	}))
	defer door.Close()
	ctx, hangUp := context.WithCancel(context.Background())
	go func() {
		req, err := http.NewRequestWithContext(ctx, "GET", door.URL+"/api/v1/auth/oauth/authentik/login", nil)
		if err != nil {
			t.Error(err)
			return
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	<-entered
	hangUp()
	<-noticed
	result := make(chan *url.URL, 1)
	b := h.browser()
	go func() { result <- b.start("/") }()
	close(release)
	if to := <-result; to.Host == "" {
		t.Errorf("the one who waited was sent to %s", to)
	}
	if n := p.Count(authtest.EndpointDiscovery); n != 1 {
		t.Errorf("discovery was fetched %d times, want once for both", n)
	}
}
