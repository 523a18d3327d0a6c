// Package oidc is an OpenID Connect provider for tests that behaves like Authentik.
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
//	B/api/v3/…                                           what is beside the provider, see [Beside]
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
// what comes next, as they do there.
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
package oidc
