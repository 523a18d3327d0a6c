package connection_test

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"pantrie/auth/authentik"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/connection"
)

const (
	html      = "text/html; charset=utf-8"
	jsonKind  = "application/json"
	mebibytes = 2 << 20
)

// unread is what follows when the issuer or the endpoints are wrong: the secret stays here.
func unread(also ...connection.ID) codes { return blocked(append(also, connection.ClientSecret)...) }

func documentScenarios() []scenario {
	edit := func(member string, value any) func(*bench) {
		return func(b *bench) { b.document(func(d map[string]any) { d[member] = value }) }
	}
	reply := func(e oidc.Endpoint, status int, kind, body string) func(*bench) {
		return func(b *bench) { b.reply(e, status, kind, body) }
	}
	slow := func(e oidc.Endpoint) func(*bench) {
		return func(b *bench) {
			b.answer(e, b.tooSlow)
		}
	}
	date := func(off time.Duration, header ...string) func(*bench) {
		return func(b *bench) {
			b.provider.Set(func(s *authtest.Settings) {
				s.Intercept = func(_ oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
					w.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
					for i := 0; i < len(header); i += 2 {
						w.Header().Set(header[i], header[i+1])
					}
					next.ServeHTTP(w, r)
				}
			})
		}
	}
	const d, k = oidc.EndpointDiscovery, oidc.EndpointKeys
	globalIssuer := func(b *bench) { b.document(func(d map[string]any) { d["issuer"] = base + "/" }) }
	leads := func(path string) func(*bench) {
		return func(b *bench) { b.redirect(oidc.EndpointEndSession, base+path) }
	}
	return []scenario{
		// As they were answered by Authentik itself, without a session; the last but one by its newest source.
		{name: "2024.8 leaves signing out to people", setup: leads("/if/session-end/pantrie/"),
			id: connection.Endpoints, code: connection.CodeSignOutStays, says: []string{"stay signed in at Authentik", "2024.10"}},
		{name: "2025.10 hides what signing out does", setup: leads("/flows/-/default/authentication/?next=/application/o/pantrie/end-session/"),
			id: connection.Endpoints, code: connection.CodeOK, says: []string{"can't be seen from here"}},
		{name: "2026.5 hides what signing out does", setup: leads("/if/flow/default-authentication-flow/?next=%2Fapplication%2Fo%2Fpantrie%2Fend-session%2F"),
			id: connection.Endpoints, code: connection.CodeOK, says: []string{"can't be seen from here"}},
		{name: "signing out runs a flow without a stage", setup: leads("/if/flow/default-provider-invalidation-flow/"),
			id: connection.Endpoints, code: connection.CodeSignOutStays, field: "Invalidation flow",
			says: []string{"doesn't sign people out", "Advanced flow settings → Invalidation flow", "choose default-invalidation-flow"}},
		{name: "signing out runs the flow that signs out", setup: leads("/if/flow/default-invalidation-flow/"),
			id: connection.Endpoints, code: connection.CodeOK, says: []string{"runs the flow default-invalidation-flow"}},
		{name: "wrong slug", setup: func(b *bench) { b.set(func(s *authtest.Settings) { s.Slug = "food" }) },
			id: connection.Discovery, code: connection.CodeDiscoveryNotFound, field: "Slug",
			says: []string{`"pantrie"`, "no OAuth2 provider", "Applications → Applications → Pantrie → Edit → Slug"}, rest: noDocument()},
		{name: "another provider's wrong address", setup: func(b *bench) {
			b.target.Kind, b.target.Name = connection.KindOIDC, "Keycloak"
			b.set(func(s *authtest.Settings) { s.Slug = "food" })
		}, id: connection.Discovery, code: connection.CodeDiscoveryNotFound, field: "Issuer URL", rest: noDocument()},
		{name: "a proxy that finds no Authentik", setup: func(b *bench) { b.set(func(s *authtest.Settings) { s.Down = oidc.DownUnavailable }) },
			id: connection.Discovery, code: connection.CodeDiscoveryStatus, says: []string{"503", "logs of Authentik"}, rest: noDocument()},
		{name: "Authentik is starting", setup: func(b *bench) { b.set(func(s *authtest.Settings) { s.Down = oidc.DownStarting }) },
			id: connection.Discovery, code: connection.CodeDiscoveryStatus, says: []string{"503", "still starting", "Wait a minute"}, rest: noDocument()},
		{name: "Authentik has no database", setup: func(b *bench) { b.set(func(s *authtest.Settings) { s.Down = oidc.DownDatabase }) },
			id: connection.Discovery, code: connection.CodeDiscoveryStatus, says: []string{"500", "database"}, rest: noDocument()},
		{name: "no scope mapping", setup: edit("scopes_supported", []string{"openid"}), id: connection.Scopes, code: connection.CodeScopeNotListed,
			status: connection.Failed, field: "Scopes", says: []string{"no scope mappings", "select the OpenID mappings for email, profile"}},
		{name: "discovery is forbidden", setup: reply(d, 403, html, "no"), id: connection.Discovery, code: connection.CodeDiscoveryStatus, says: []string{"403"}, rest: noDocument()},
		{name: "discovery leads to another host", setup: func(b *bench) { b.redirect(d, "https://login.example.org/start?token=abc") },
			id: connection.Discovery, code: connection.CodeDiscoveryRedirect, field: "Authentik Base URL", says: []string{`to "https://login.example.org/start".`}, rest: noDocument()},
		{name: "discovery leads from http to https", setup: func(b *bench) {
			b.plain("http://" + host)
			b.redirect(d, authentik.DiscoveryURL(base, "pantrie"))
		}, id: connection.Discovery, code: connection.CodeDiscoveryRedirect, field: "Authentik Base URL", says: []string{"begin the address with https"},
			rest: with(noDocument(), connection.TLS, connection.CodePlainHTTP)},
		{name: "discovery leads in a circle", setup: func(b *bench) { b.redirect(d, authentik.DiscoveryURL(base, "pantrie")) },
			id: connection.Discovery, code: connection.CodeDiscoveryRedirect, field: "Authentik Base URL", says: []string{"one redirect too many"}, rest: noDocument()},
		{name: "discovery is elsewhere on the same host", setup: func(b *bench) {
			b.target.DiscoveryURL = authentik.DiscoveryURL(base, "old")
			b.answer(d, func(w http.ResponseWriter, r *http.Request) {})
			b.set(func(s *authtest.Settings) {
				s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
					if strings.Contains(r.URL.Path, "/old/") {
						http.Redirect(w, r, authentik.DiscoveryURL(base, "pantrie"), http.StatusFound)
						return
					}
					next.ServeHTTP(w, r)
				}
			})
		}},
		{name: "a page instead of a document", setup: reply(d, 200, html, "<!doctype html><title>Home</title>"),
			id: connection.Discovery, code: connection.CodeDiscoveryHTML, field: "Authentik Base URL", says: []string{"a page for people"}, rest: noDocument()},
		{name: "no JSON", setup: reply(d, 200, jsonKind, "pong"), id: connection.Discovery, code: connection.CodeDiscoveryNotJSON, field: "Authentik Base URL", rest: noDocument()},
		{name: "JSON of another kind", setup: reply(d, 200, jsonKind, `{"issuer":["a"]}`), id: connection.Discovery, code: connection.CodeDiscoveryNotJSON, field: "Authentik Base URL", rest: noDocument()},
		{name: "a document of 2 MiB", setup: reply(d, 200, jsonKind, `{"issuer":"`+strings.Repeat("x", mebibytes)+`"}`),
			id: connection.Discovery, code: connection.CodeDiscoveryTooLarge, field: "Authentik Base URL", rest: noDocument()},
		{name: "a slow provider", setup: slow(d), id: connection.Discovery, code: connection.CodeDiscoveryTooSlow,
			rest: with(noDocument(), connection.Clock, connection.CodeClockUnknown)},
		{name: "the connection is reset", setup: func(b *bench) { b.set(func(s *authtest.Settings) { s.Down = oidc.DownReset }) },
			id: connection.Discovery, code: connection.CodeDiscoveryFailed, rest: with(noDocument(), connection.Clock, connection.CodeClockUnknown)},

		{name: "another slash at the end", setup: func(b *bench) { b.target.Issuer = strings.TrimSuffix(b.target.Issuer, "/") },
			id: connection.Issuer, code: connection.CodeIssuerSlash, says: []string{"the provider's spelling"}},
		{name: "two slashes at the end", setup: edit("issuer", base+"/application/o/pantrie//"), id: connection.Issuer, code: connection.CodeIssuerDiffers, field: "Slug", rest: unread()},
		{name: "the issuer of another application", setup: edit("issuer", base+"/application/o/Pantrie/"),
			id: connection.Issuer, code: connection.CodeIssuerDiffers, field: "Slug", says: []string{"/application/o/Pantrie/", "Upper and lower case"}, rest: unread()},
		{name: "no issuer", setup: edit("issuer", ""), id: connection.Issuer, code: connection.CodeIssuerDiffers, field: "Authentik Base URL", says: []string{"names no issuer"}, rest: unread()},
		{name: "another provider's issuer", setup: func(b *bench) {
			b.target.Kind, b.target.Name, b.target.Issuer = connection.KindOIDC, "Keycloak", base
		}, id: connection.Issuer, code: connection.CodeIssuerDiffers, field: "Issuer URL", says: []string{"exactly as the provider names it"}, rest: unread()},
		{name: "one issuer for all providers", setup: globalIssuer,
			id: connection.Issuer, code: connection.CodeIssuerGlobalMode, field: "Issuer mode", says: []string{"Advanced protocol settings → Issuer mode", "based on the application slug"}, rest: unread()},
		{name: "asked by an internal name", setup: func(b *bench) {
			b.set(func(s *authtest.Settings) { s.BaseURL = "https://auth.example.org" })
			b.network.Transport.DialContext = nil
			b.route(b.server.Listener)
		}, id: connection.Issuer, code: connection.CodeIssuerOtherHost, field: "Authentik Base URL", says: []string{`"https://auth.example.org"`},
			rest: codes{connection.Endpoints: connection.CodeEndpointOtherHost, connection.ClientSecret: connection.CodeDepends,
				// The certificate is for the internal name.
				connection.SigningKey: connection.CodeJWKSUnreadable, connection.RedirectURI: connection.CodeUnclear}},
		{name: "a proxy that hides https", setup: edit("issuer", "http://"+host+"/application/o/pantrie/"),
			id: connection.Issuer, code: connection.CodeIssuerScheme, says: []string{"X-Forwarded-Proto"}, rest: unread()},
		{name: "asked by http, known by https", setup: func(b *bench) {
			b.plain("http://" + host)
			edit("issuer", base+"/application/o/pantrie/")(b)
		}, id: connection.Issuer, code: connection.CodeIssuerScheme, field: "Authentik Base URL", says: []string{"begin the address with https"},
			rest: with(unread(), connection.TLS, connection.CodePlainHTTP)},

		{name: "http endpoints", setup: edit("token_endpoint", "http://"+host+"/application/o/token/"),
			id: connection.Endpoints, code: connection.CodeEndpointHTTP, says: []string{"token_endpoint", "X-Forwarded-Proto"}, rest: unread(connection.SigningKey, connection.RedirectURI)},
		{name: "an endpoint is missing", setup: edit("userinfo_endpoint", ""),
			id: connection.Endpoints, code: connection.CodeEndpointMissing, says: []string{"userinfo_endpoint"}, rest: unread(connection.SigningKey, connection.RedirectURI)},
		{name: "an endpoint is no full address", setup: edit("jwks_uri", "/jwks/"),
			id: connection.Endpoints, code: connection.CodeEndpointMissing, says: []string{"jwks_uri"}, rest: unread(connection.SigningKey, connection.RedirectURI)},
		{name: "an endpoint of another scheme", setup: edit("authorization_endpoint", "javascript://x/"),
			id: connection.Endpoints, code: connection.CodeEndpointMissing, says: []string{"authorization_endpoint"}, rest: unread(connection.SigningKey, connection.RedirectURI)},
		{name: "an endpoint on another host", setup: edit("userinfo_endpoint", "https://www.example.org/userinfo"),
			id: connection.Endpoints, code: connection.CodeEndpointOtherHost, says: []string{`userinfo_endpoint on "www.example.org"`}},
		{name: "another provider's endpoint on another host", setup: func(b *bench) {
			b.target.Kind, b.target.Name = connection.KindGoogle, "Google"
			edit("userinfo_endpoint", "https://www.example.org/userinfo")(b)
		}, id: connection.Endpoints, code: connection.CodeOK, says: []string{"www.example.org"}},
		{name: "the name of a container", setup: edit("authorization_endpoint", "https://authentik-server/application/o/authorize/"),
			id: connection.Endpoints, code: connection.CodeEndpointOtherHost, rest: codes{connection.RedirectURI: connection.CodeUnclear}},
		{name: "a name that only containers know", setup: func(b *bench) {
			b.network.Resolver = resolver(map[string]string{"authentik-server.": "127.0.0.1"}, 3)
			b.plain("http://authentik-server:9000")
			b.route(b.server.Listener)
		}, id: connection.Endpoints, code: connection.CodeEndpointInternalName, field: "Authentik Base URL", says: []string{`"http://authentik-server:9000"`, "browsers"},
			rest: codes{connection.TLS: connection.CodePlainHTTP}},
		{name: "Authentik on this machine, Pantrie for everybody", setup: func(b *bench) {
			b.plain("http://127.0.0.1:9000")
			b.route(b.server.Listener)
		}, id: connection.Endpoints, code: connection.CodeEndpointInternalName, field: "Authentik Base URL",
			rest: codes{connection.NameResolution: connection.CodeNotNeeded, connection.TLS: connection.CodePlainHTTP}},
		{name: "no end_session_endpoint", setup: func(b *bench) { b.document(func(d map[string]any) { delete(d, "end_session_endpoint") }) },
			id: connection.Endpoints, code: connection.CodeOK, says: []string{"leaves people signed in at Authentik"}},
		{name: "odd values nobody needs", setup: func(b *bench) {
			b.document(func(d map[string]any) {
				d["end_session_endpoint"], d["scopes_supported"], d["claims_supported"] = 1, "openid", true
			})
		}, id: connection.Scopes, code: connection.CodeOK, says: []string{"does not list its scopes"}},

		{name: "the provider's clock is 3 minutes ahead", setup: date(3 * time.Minute), id: connection.Clock, code: connection.CodeClockOff, status: connection.Failed, says: []string{"3 minutes ahead", "NTP"}},
		{name: "the provider's clock is 3 minutes behind", setup: func(b *bench) {
			b.network.Now = func() time.Time { return time.Now().Add(3 * time.Minute) }
		}, id: connection.Clock, code: connection.CodeClockOff, status: connection.Failed, says: []string{"3 minutes behind"}},
		{name: "the clocks differ by 50 seconds", setup: date(50 * time.Second), id: connection.Clock, code: connection.CodeClockOff, status: connection.Warning, says: []string{"seconds ahead", "can make Pantrie refuse"}},
		{name: "the clocks differ a little", setup: date(20 * time.Second), id: connection.Clock, code: connection.CodeOK, says: []string{"do no harm"}},
		{name: "an answer out of a cache", setup: date(-time.Hour, "Age", "3600"), id: connection.Clock, code: connection.CodeOK, says: []string{"clocks agree"}},
		{name: "no date", setup: date(0, "Date", ""), id: connection.Clock, code: connection.CodeClockUnknown},

		{name: "no Signing Key", setup: func(b *bench) { b.set(func(s *authtest.Settings) { s.NoSigningKey = true }) },
			id: connection.SigningKey, code: connection.CodeNoSigningKey, field: "Signing Key",
			says: []string{"HS256", "In Authentik: Applications → Providers → Pantrie → Edit → Signing Key, choose a certificate."}},
		{name: "no word about signatures", setup: edit("id_token_signing_alg_values_supported", nil),
			id: connection.SigningKey, code: connection.CodeNoSigningKey, field: "Signing Key", says: []string{"does not say"}},
		{name: "another provider without a key pair", setup: func(b *bench) {
			b.target.Kind, b.target.Name = connection.KindOIDC, "Keycloak"
			b.set(func(s *authtest.Settings) { s.NoSigningKey = true })
		}, id: connection.SigningKey, code: connection.CodeNoSigningKey, says: []string{"At Keycloak"}},
		{name: "an empty key set", setup: reply(k, 200, jsonKind, "{}"), id: connection.SigningKey, code: connection.CodeJWKSEmpty, field: "Signing Key"},
		{name: "keys of other kinds only", setup: reply(k, 200, jsonKind, `{"keys":[{"kty":"moon"},{"kty":"oct","k":"c2VjcmV0"},{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`),
			id: connection.SigningKey, code: connection.CodeJWKSEmpty, field: "Signing Key", says: []string{"no key for RS256"}},
		{name: "a malformed key", setup: reply(k, 200, jsonKind, `{"keys":[{"kty":"RSA","n":"?"}]}`), id: connection.SigningKey, code: connection.CodeJWKSUnreadable},
		{name: "no key set", setup: reply(k, 500, html, "oops"), id: connection.SigningKey, code: connection.CodeJWKSUnreadable, says: []string{"500"}},
		{name: "a page instead of keys", setup: reply(k, 200, html, "<html>"), id: connection.SigningKey, code: connection.CodeJWKSUnreadable},
		{name: "a key set of 2 MiB", setup: reply(k, 200, jsonKind, `{"keys":[]`+strings.Repeat(" ", mebibytes)+`}`), id: connection.SigningKey, code: connection.CodeJWKSUnreadable, says: []string{"1 MiB"}},
		{name: "a key set elsewhere", setup: func(b *bench) { b.redirect(k, "https://cdn.example.org/keys") }, id: connection.SigningKey, code: connection.CodeJWKSUnreadable, says: []string{"redirects"}},
		{name: "a slow key set", setup: slow(k), id: connection.SigningKey, code: connection.CodeJWKSUnreadable},
		{name: "the connection for keys breaks", setup: func(b *bench) {
			b.answer(k, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		}, id: connection.SigningKey, code: connection.CodeJWKSUnreadable, says: []string{"cannot be fetched"}},
		{name: "Encryption Key", setup: func(b *bench) { b.set(func(s *authtest.Settings) { s.EncryptionKey = true }) },
			id: connection.Encryption, code: connection.CodeEncryptionKey, field: "Encryption Key", says: []string{"Edit → Encryption Key, clear it"}},
		{name: "Encryption Key without Signing Key", setup: func(b *bench) {
			b.set(func(s *authtest.Settings) { s.EncryptionKey = true })
			edit("id_token_signing_alg_values_supported", []string{"ES256"})(b)
			b.answer(k, func(w http.ResponseWriter, r *http.Request) {
				_, _ = w.Write([]byte(`{"keys":[{"kty":"EC","crv":"P-256","use":"enc","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}`))
			})
		}, id: connection.SigningKey, code: connection.CodeJWKSEmpty, field: "Signing Key", rest: codes{connection.Encryption: connection.CodeEncryptionKey}},
		{name: "another provider that could encrypt", setup: func(b *bench) {
			b.target.Kind, b.target.Name = connection.KindOIDC, "Keycloak"
			b.set(func(s *authtest.Settings) { s.EncryptionKey = true })
		}, id: connection.Encryption, code: connection.CodeOK, says: []string{"does not ask for"}},

		{name: "no S256", setup: edit("code_challenge_methods_supported", []string{"plain"}), id: connection.PKCE, code: connection.CodePKCENotListed},
		{name: "no word about PKCE", setup: func(b *bench) { b.document(func(d map[string]any) { delete(d, "code_challenge_methods_supported") }) }, id: connection.PKCE, code: connection.CodePKCENotListed},
		{name: "empty scopes", setup: edit("scopes_supported", []string{}), id: connection.Scopes, code: connection.CodeScopeNotListed, status: connection.Failed, field: "Scopes", says: []string{"openid, email, profile", "no ID token"}},
		{name: "no email scope", setup: edit("scopes_supported", []string{"openid", "profile"}), id: connection.Scopes, code: connection.CodeScopeNotListed, status: connection.Warning, field: "Scopes", says: []string{"Advanced protocol settings → Scopes"}},
		{name: "no groups among the claims", setup: edit("claims_supported", []string{"sub", "email"}), id: connection.Scopes, code: connection.CodeOK, says: []string{"Groups are not among the claims"}},
		{name: "the redirect URI has a query", setup: func(b *bench) {
			u, _ := url.Parse(callback)
			u.RawQuery = "a=b"
			b.target.RedirectURI = u.String()
			b.set(func(s *authtest.Settings) { s.RedirectURIs = []string{b.target.RedirectURI} })
		}},
	}
}
