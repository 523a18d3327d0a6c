// Package authtest is an Authentik for tests: its OpenID Connect provider, and its own API beside it.
//
// It exists so that sign-in can be tested without a running Authentik, including everything an
// administrator can get wrong over there. It never belongs in the application: only tests and the
// command cmd/test-provider import it.
//
//	p := authtest.Start(t, authtest.Config{RedirectURIs: []string{app + "/callback"}})
//	callback, err := p.Authorize(ctx, nil, authorizeURL, "mara")
//	p.Set(func(s *authtest.Settings) { s.ClientSecret = "rotated" })
//
// This package only puts two rooms together, and says what is imitated where:
//
//   - package oidc is the provider: its settings and people, signing in and out, tokens and keys;
//   - package api is Authentik's API, blueprints, and the objects both work on. It imports oidc,
//     which knows it as what is beside it, and one lock guards both.
//
// Package version orders the versions of Authentik for both. Package matrix has the ways in which a
// sign-in can fail, played against this one. What real servers answered is in testdata, and a test
// holds both rooms against it.
package authtest
