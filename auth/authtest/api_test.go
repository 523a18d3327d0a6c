package authtest_test

import (
	"net/http"
	"testing"

	"pantrie/auth/authtest"
)

// TestAPIServesWhatItMade walks the way from an empty Authentik to a signed-in person.
func TestAPIServesWhatItMade(t *testing.T) {
	for _, version := range everyVersion() {
		t.Run(version, func(t *testing.T) {
			p := fresh(t, version, nil)
			if got := need(t, call(t, p, http.MethodGet, "admin/version/", nil), http.StatusOK)["version_current"]; got != version {
				t.Errorf("version %v, want %s", got, version)
			}
			if a := get(t, p.Client(), p.BaseURL()+"/application/o/pantrie/.well-known/openid-configuration"); a.status != http.StatusNotFound {
				t.Errorf("discovery before there is an application: status %d, want 404", a.status)
			}
			provider, _ := provision(t, p, nil)
			s := p.Settings()
			if s.NoApplication || s.ClientID != provider["client_id"] || s.ClientSecret != provider["client_secret"] || s.Slug != "pantrie" {
				t.Fatalf("settings %+v do not describe provider %v", s, provider)
			}
			if len(s.ClientID) != 40 || len(s.ClientSecret) != 128 {
				t.Errorf("client ID of %d and secret of %d characters, want 40 and 128", len(s.ClientID), len(s.ClientSecret))
			}
			q := signIn(t, p, nil, asApplication(p))
			if q.Get("code") == "" {
				t.Fatalf("no code in %v", q)
			}
			if got := p.Count(authtest.EndpointAPI); got == 0 {
				t.Error("calls of the API are not counted")
			}
		})
	}
}
