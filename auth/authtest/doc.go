// Package authtest is an OpenID Connect provider for tests that behaves like Authentik.
//
// It exists so that sign-in can be tested without a running Authentik, including everything an
// administrator can get wrong over there. It never belongs in the application: only tests and the
// command cmd/test-provider import it.
//
//	p := authtest.Start(t, authtest.Config{RedirectURIs: []string{app + "/callback"}})
//	callback, err := p.Authorize(ctx, nil, authorizeURL, "mara")
//	p.Set(func(s *authtest.Settings) { s.ClientSecret = "rotated" })
//
// # What is imitated
//
// Addresses, with B the base URL (perhaps with a sub-path) and S the application slug:
//
//	B/application/o/S/                                   issuer, always with the slash
//	B/application/o/S/.well-known/openid-configuration   discovery (OpenID Connect Discovery 1.0)
//	B/application/o/S/jwks/                              keys (RFC 7517)
//	B/application/o/S/end-session/                       RP-Initiated Logout 1.0
//	B/application/o/{authorize,token,userinfo,introspect,revoke,device}/
//
//	B/api/v3/…                                           Authentik's own API, see below
//
// A missing slash is a 404, an unknown slug is a 404 with an HTML page. Issuer and endpoints carry
// the host the request came in by, as Authentik's do, unless Settings.BaseURL fixes them.
//
// The behaviour follows Authentik 2023.10 to 2026.5 as read in its source; where versions differ,
// the field of [Settings] that selects one says so. Notable departures from the standards which
// Authentik makes, and this package with it: a wrong client secret is a 400 and not a 401 (RFC 6749
// section 5.2 asks for 401 only with HTTP Basic), a redirect URI that is not allowed at the token
// endpoint is invalid_client, the code is not checked before the secret, and no iss parameter
// (RFC 9207) is returned. Where somebody has to sign in or cancels, addresses are relative and carry
// what comes next, as they do there; what real servers answered is in testdata, and a test holds this package against it.
//
// # The API and blueprints
//
// With Settings.APIToken set, B/api/v3/ answers what setting an application up needs: admin/version,
// flows/instances, propertymappings/provider/scope (propertymappings/scope before 2024.8),
// crypto/certificatekeypairs, core/groups, core/users, providers/oauth2, providers/saml,
// providers/all, core/applications and policies/bindings. Settings.Version decides which attributes
// there are and what is refused. [Provider.ApplyBlueprint] imports a blueprint, [Provider.Objects]
// shows what there is, [Provider.AddObject] and [Provider.RemoveObjects] change it as an
// administrator would.
//
// The settings and the first application with an OAuth2 provider are one thing: what the API changes
// stands in the settings afterwards, and what [Provider.Set] changes is what the API answers. Further
// applications are served beside it. With Settings.NoApplication there is none to begin with.
//
//	p := authtest.Start(t, authtest.Config{APIToken: "token", Version: "2025.10.2", NoApplication: true})
//
// A wrong token is a 403 and never a 401, a filter by a choice nobody has is a 400, and an unknown
// attribute is ignored, as in Authentik. Policies, sources, the lifetimes of tokens, the issuer mode
// "global", public clients and the way lines of redirect URIs were patterns before 2024.10 can be
// stored but have no effect.
//
// # What the library does and what this package does
//
// Package op of zitadel/oidc parses and validates the authorization request, makes the redirects
// back with a code or an error, parses the token request, and answers userinfo, introspection and
// revocation. This package answers discovery, keys, the token endpoint and the end of the session
// itself: op checks the code before the client's secret, answers 401, always sends azp, c_hash and
// an aud array in ID tokens, takes times from the system clock and cannot serve an empty key set.
// Nor does it use op's own handler of the authorize endpoint, which writes every refusal to the
// default logger of the program under test.
//
// # Not imitated
//
// The device, implicit and hybrid flows, consent that is remembered, and the
// sending of back-channel logout requests ([Provider.LogoutToken] mints the token for a test to
// post).
package authtest
