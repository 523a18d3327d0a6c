package authtest

import (
	"pantrie/auth/authtest/api"
	"pantrie/auth/authtest/oidc"
)

// What nearly every test names, so that one import is enough for it. What selects among the ways the provider behaves
// is in package oidc, what Authentik's own API knows in package api.
type (
	// Config is what a Provider starts with.
	Config = oidc.Config
	// Settings is everything about a Provider that can change while it runs.
	Settings = oidc.Settings
	// User is a person the provider knows.
	User = oidc.User
	// Person is who sits at the browser in AuthorizeAs.
	Person = oidc.Person
	// Token is a token on its way out, before it is signed.
	Token = oidc.Token
)

// Provider is a running Authentik: its OpenID Connect provider and its API.
type Provider struct {
	*oidc.Provider
	*api.API
}

// New returns a provider with no server of its own. It fails on a configuration no provider could
// have, such as two users of one name.
func New(cfg Config) (*Provider, error) {
	p, err := oidc.New(cfg)
	if err != nil {
		return nil, err
	}
	return &Provider{p, api.New(p)}, nil
}

// Start runs a provider on a free port of the loopback address until the test ends.
func Start(t oidc.TB, cfg Config) *Provider {
	t.Helper()
	p, err := New(cfg)
	if err != nil {
		t.Fatalf("start test provider: %v", err)
		return nil
	}
	p.Listen(t, cfg.TLS)
	return p
}
