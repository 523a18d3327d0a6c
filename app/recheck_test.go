package app_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pantrie/auth/authtest"
)

// Somebody who is deactivated at the provider is out, and their API tokens are paused. Package auth decides it.
func TestWhoIsDeactivatedAtTheProviderIsOut(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	p.Set(func(s *authtest.Settings) { s.OfflineAccess = true })
	mara := h.browser()
	mara.signInAs(p, "mara", "/")
	_, secret := mara.token("read", "never")
	program := h.program(secret)
	program.want(200, "GET", "/api/v1/auth/me", nil)
	p.Set(func(s *authtest.Settings) { s.User("mara").Disabled = true })
	h.clock.add(21 * time.Minute)
	mara.want(200, "GET", "/api/v1/auth/me", nil) // and has the provider asked
	h.auth.Recheck.Settle(context.Background())
	mara.want(401, "GET", "/api/v1/auth/me", nil)
	a := program.do("GET", "/api/v1/auth/me", nil)
	if a.status != http.StatusUnauthorized || a.code() != "token_paused" || a.header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("the token is answered %d %s", a.status, a.body)
	}
}

// Where the provider refuses the scope of a refresh token the browser is sent there once more, and not to a page here.
func TestARefusedScopeLeadsBackToTheProvider(t *testing.T) {
	t.Parallel()
	h, _, p := withAuthentik(t, nil)
	p.Set(func(s *authtest.Settings) { s.OfflineAccess = true })
	mara := h.browser()
	state := mara.start("/").Query().Get("state")
	again := mara.follow(callbackPath + "?error=invalid_scope&state=" + url.QueryEscape(state))
	if !strings.HasPrefix(again.String(), p.BaseURL()) || strings.Contains(again.Query().Get("scope"), "offline_access") {
		t.Errorf("sent to %s", again)
	}
}
