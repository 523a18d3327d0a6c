package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
)

func TestOneImpatientClientDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	entered, release := make(chan struct{}, 8), make(chan struct{})
	p.Set(func(s *authtest.Settings) {
		s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == oidc.EndpointDiscovery {
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
	if n := p.Count(oidc.EndpointDiscovery); n != 1 {
		t.Errorf("discovery was fetched %d times, want once for both", n)
	}
}
