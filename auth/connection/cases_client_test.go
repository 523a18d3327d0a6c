package connection_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/connection"
)

const (
	authorizeAt = oidc.EndpointAuthorize
	tokenAt     = oidc.EndpointToken
)

func clientScenarios() []scenario {
	waits := func(id connection.ID) codes { return blocked(id) }
	token := func(status int, kind, body string) func(*bench) {
		return func(b *bench) { b.reply(tokenAt, status, kind, body) }
	}
	sentBack := func(query string) func(*bench) {
		return func(b *bench) { b.redirect(authorizeAt, callback+"?"+query) }
	}
	return []scenario{
		{name: "wrong secret", setup: func(b *bench) { b.set(func(s *authtest.Settings) { s.ClientSecret = "rotated" }) },
			id: connection.ClientSecret, code: connection.CodeSecretWrong, field: "Client Secret", says: []string{"refuses the secret", "Edit → Client Secret", "in Pantrie: Client Secret"}},
		{name: "wrong secret, answered with 401", setup: token(401, jsonKind, `{"error":"invalid_client"}`),
			id: connection.ClientSecret, code: connection.CodeSecretWrong, field: "Client Secret"},
		{name: "wrong secret, and the redirect URI cannot be judged", setup: func(b *bench) {
			b.set(func(s *authtest.Settings) { s.ClientSecret = "rotated" })
			b.reply(authorizeAt, 500, html, "oops")
		}, id: connection.ClientSecret, code: connection.CodeSecretWrong, field: "Client Secret", says: []string{"or the client ID, or the redirect URI is not allowed", callback},
			rest: codes{connection.RedirectURI: connection.CodeUnclear}},
		{name: "wrong client ID", setup: func(b *bench) { b.target.ClientID = "pantry-client" },
			id: connection.ClientSecret, code: connection.CodeClientUnknown, field: "Client ID", says: []string{`"pantry-client"`, "Edit → Client ID"}, rest: waits(connection.RedirectURI)},
		{name: "wrong client ID, and no secret yet", setup: func(b *bench) { b.target.ClientID, b.target.ClientSecret = "pantry-client", "" },
			id: connection.RedirectURI, code: connection.CodeClientUnknown, field: "Client ID", rest: codes{connection.ClientSecret: connection.CodeNotSet}},
		{name: "a redirect URI with a slash too many", setup: func(b *bench) { b.target.RedirectURI += "/" },
			id: connection.RedirectURI, code: connection.CodeRedirectURIWrong, field: "Redirect URIs/Origins", says: []string{callback + "/", "mode Strict"}, rest: waits(connection.ClientSecret)},
		{name: "a redirect URI with another scheme", setup: func(b *bench) { b.target.RedirectURI = strings.Replace(callback, "https", "http", 1) },
			id: connection.RedirectURI, code: connection.CodeRedirectURIWrong, field: "Redirect URIs/Origins", says: []string{"set it to http://pantry.home.arpa/", "change its public URL first"}, rest: waits(connection.ClientSecret)},
		{name: "no grant types", setup: func(b *bench) {
			sentBack("error=invalid_request&error_description=The+request+is+otherwise+malformed")(b)
			b.reply(tokenAt, 400, jsonKind, `{"error":"invalid_grant"}`)
		}, id: connection.RedirectURI, code: connection.CodeGrantTypes, field: "Grant types", says: []string{`"invalid_request"`, "otherwise malformed", "grant_types"}, rest: waits(connection.ClientSecret)},
		{name: "a grant type that the token endpoint refuses", setup: token(400, jsonKind, `{"error":"unauthorized_client"}`),
			id: connection.ClientSecret, code: connection.CodeGrantTypes, field: "Grant types"},
		{name: "scopes that are refused", setup: sentBack("error=invalid_scope"), id: connection.RedirectURI, code: connection.CodeAuthorizeError, field: "Scopes", says: []string{"openid, email, profile"}},
		{name: "another error", setup: sentBack("error=server_error&error_description=no+flow"), id: connection.RedirectURI, code: connection.CodeAuthorizeError, says: []string{`"server_error"`, `"no flow"`}},
		{name: "an error in the fragment", setup: func(b *bench) { b.redirect(authorizeAt, callback+"#error=server_error") }, id: connection.RedirectURI, code: connection.CodeAuthorizeError},
		{name: "a person is needed", setup: sentBack("error=login_required")},
		{name: "a code at once", setup: sentBack("code=abc")},
		{name: "a sign-in of another product", setup: func(b *bench) { b.redirect(authorizeAt, "https://login.example.org/") },
			id: connection.RedirectURI, code: connection.CodeUnclear, says: []string{`"https://login.example.org/"`}},
		{name: "an authorize endpoint in trouble", setup: func(b *bench) { b.reply(authorizeAt, 500, html, "oops") }, id: connection.RedirectURI, code: connection.CodeUnclear, says: []string{"500", callback}},
		{name: "an unknown page", setup: func(b *bench) { b.reply(authorizeAt, 400, html, "<h1>Bad Request</h1>") }, id: connection.RedirectURI, code: connection.CodeUnclear},
		{name: "an authorize endpoint that hangs up", setup: func(b *bench) {
			b.answer(authorizeAt, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		}, id: connection.RedirectURI, code: connection.CodeUnclear, says: []string{"cannot be asked"}},
		{name: "an authorize endpoint that is slow", setup: func(b *bench) {
			b.answer(authorizeAt, b.tooSlow)
		}, id: connection.RedirectURI, code: connection.CodeUnclear, says: []string{"did not answer"}},
		{name: "a token endpoint in trouble", setup: token(502, html, "<h1>Bad Gateway</h1>"), id: connection.ClientSecret, code: connection.CodeUnclear, says: []string{"502"}},
		{name: "a page at the token endpoint", setup: token(403, html, "<h1>Forbidden</h1>"), id: connection.ClientSecret, code: connection.CodeUnclear, says: []string{"403"}},
		{name: "a password in front of the token endpoint", setup: token(401, html, "<h1>Unauthorized</h1>"), id: connection.ClientSecret, code: connection.CodeUnclear},
		{name: "tokens for a made-up code", setup: token(200, jsonKind, `{}`), id: connection.ClientSecret, code: connection.CodeUnclear, says: []string{"200"}},
		{name: "another error at the token endpoint", setup: token(400, jsonKind, `{"error":"invalid_request","error_description":"PKCE"}`), id: connection.ClientSecret, code: connection.CodeUnclear, says: []string{`"invalid_request" ("PKCE")`}},
		{name: "a token endpoint that redirects", setup: func(b *bench) {
			b.redirect(tokenAt, b.serve(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { b.t.Error("the redirect was followed") })).URL+"/token")
		}, id: connection.ClientSecret, code: connection.CodeUnclear, says: []string{"where the secret is not sent"}},
		{name: "a token endpoint that hangs up", setup: func(b *bench) {
			b.answer(tokenAt, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		}, id: connection.ClientSecret, code: connection.CodeUnclear},
		{name: "a token endpoint that is slow", setup: func(b *bench) {
			b.answer(tokenAt, b.tooSlow)
		}, id: connection.ClientSecret, code: connection.CodeUnclear, says: []string{"did not answer"}},
		{name: "no client ID yet", setup: func(b *bench) { b.target.ClientID = "" },
			id: connection.ClientSecret, code: connection.CodeNotSet, says: []string{"the Client ID is not set"}, rest: codes{connection.RedirectURI: connection.CodeNotSet}},
		{name: "no secret yet", setup: func(b *bench) { b.target.ClientSecret = "" }, id: connection.ClientSecret, code: connection.CodeNotSet, says: []string{"the Client Secret is not set"}},
		{name: "no public URL yet", setup: func(b *bench) { b.target.RedirectURI = "" },
			id: connection.RedirectURI, code: connection.CodeNotSet, says: []string{"the Public URL is not set"}, rest: codes{connection.ClientSecret: connection.CodeNotSet}},
	}
}

// otherScenarios are what other providers do and Authentik does not.
func otherScenarios() []scenario {
	other := func(setup func(*bench)) func(*bench) {
		return func(b *bench) {
			b.target.Kind, b.target.Name = connection.KindOIDC, "Keycloak"
			setup(b)
		}
	}
	at := func(e oidc.Endpoint, status int, kind, body string) func(*bench) {
		return other(func(b *bench) { b.reply(e, status, kind, body) })
	}
	google := func(message string) func(*bench) {
		return func(b *bench) {
			b.target.Kind, b.target.Name = connection.KindGoogle, "Google"
			b.redirect(authorizeAt, "https://accounts.google.com/signin/oauth/error?"+url.Values{"authError": {base64.StdEncoding.EncodeToString([]byte(message))}}.Encode())
		}
	}
	return []scenario{
		{name: "the sign-in page at once", setup: at(authorizeAt, 200, html, `<form><input type="password"></form>`)},
		{name: "a page that could be anything", setup: at(authorizeAt, 200, html, `<div id="app"></div>`), id: connection.RedirectURI, code: connection.CodeUnclear, says: []string{"neither yes nor no"}},
		{name: "a sign-in on another host", setup: other(func(b *bench) { b.redirect(authorizeAt, "https://login.example.org/?next=x") })},
		{name: "an error page elsewhere", setup: other(func(b *bench) { b.redirect(authorizeAt, "https://login.example.org/error") }), id: connection.RedirectURI, code: connection.CodeUnclear},
		{name: "an error elsewhere", setup: other(func(b *bench) { b.redirect(authorizeAt, "https://login.example.org/?error=bad_thing") }), id: connection.RedirectURI, code: connection.CodeUnclear, says: []string{"bad_thing"}},
		{name: "a page that names the redirect URI", setup: at(authorizeAt, 400, html, "<p>Invalid parameter: redirect_uri</p>"),
			id: connection.RedirectURI, code: connection.CodeRedirectURIWrong, field: "Redirect URI", says: []string{"At Keycloak", callback}},
		{name: "a document that names the redirect URI", setup: at(authorizeAt, 400, jsonKind, `{"error":"invalid_request","error_description":"The 'redirect_uri' does not match"}`),
			id: connection.RedirectURI, code: connection.CodeRedirectURIWrong, field: "Redirect URI"},
		{name: "a page that knows no such client", setup: at(authorizeAt, 400, html, "<p>Client not found.</p>"),
			id: connection.ClientSecret, code: connection.CodeClientUnknown, field: "Client ID", says: []string{"In Pantrie: Client ID"}, rest: blocked(connection.RedirectURI)},
		{name: "a document that knows no such client", setup: at(authorizeAt, 401, jsonKind, `{"error":"invalid_client"}`),
			id: connection.ClientSecret, code: connection.CodeClientUnknown, field: "Client ID", rest: blocked(connection.RedirectURI)},
		{name: "a page that repeats the address", setup: at(authorizeAt, 400, html, "<p>Try <a href='?client_id=x&redirect_uri=y'>again</a></p>"), id: connection.RedirectURI, code: connection.CodeUnclear},
		{name: "wrong redirect URI and wrong secret", setup: other(func(b *bench) {
			b.target.RedirectURI += "/"
			b.reply(tokenAt, 401, jsonKind, `{"error":"unauthorized_client"}`)
		}), id: connection.ClientSecret, code: connection.CodeSecretWrong, field: "Client Secret", says: []string{"as Keycloak shows it"},
			rest: codes{connection.RedirectURI: connection.CodeRedirectURIWrong}},
		{name: "a wrong secret without a document", setup: at(tokenAt, 401, "", ""), id: connection.ClientSecret, code: connection.CodeSecretWrong, field: "Client Secret"},
		{name: "a secret sent in a way that is not listed", setup: other(func(b *bench) {
			b.target.AuthMethod = "post"
			b.document(func(d map[string]any) { d["token_endpoint_auth_methods_supported"] = []string{"client_secret_basic"} })
			b.reply(tokenAt, 401, jsonKind, `{"error":"invalid_client"}`)
		}), id: connection.ClientSecret, code: connection.CodeSecretWrong, field: "Client Secret", says: []string{"does not list client_secret_post"}},
		{name: "no email scope at another provider", setup: other(func(b *bench) {
			b.document(func(d map[string]any) { d["scopes_supported"] = []string{"email"} })
		}), id: connection.Scopes, code: connection.CodeScopeNotListed, status: connection.Warning, field: "Scopes", says: []string{"At Keycloak"}},
		{name: "another provider's wrong scheme", setup: other(func(b *bench) { b.target.DiscoveryURL = "ftp://x" }),
			id: connection.NameResolution, code: connection.CodeAddressInvalid, field: "Issuer URL", rest: after(connection.NameResolution)},
		{name: "Google knows no such redirect URI", setup: google("\n\x15redirect_uri_mismatch\x12\x10You can't sign in"),
			id: connection.RedirectURI, code: connection.CodeRedirectURIWrong, field: "Redirect URI", says: []string{"At Google"}},
		{name: "Google knows no such client", setup: google("\n\x0einvalid_client\x12\x1fThe OAuth client was not found."),
			id: connection.ClientSecret, code: connection.CodeClientUnknown, field: "Client ID", rest: blocked(connection.RedirectURI)},
		{name: "another error of Google's", setup: google("\n\x0dsomething_new"), id: connection.RedirectURI, code: connection.CodeUnclear},
		{name: "an unreadable error of Google's", setup: func(b *bench) {
			b.target.Kind, b.target.Name = connection.KindGoogle, "Google"
			b.redirect(authorizeAt, "https://accounts.google.com/signin/oauth/error?authError=%21")
		}, id: connection.RedirectURI, code: connection.CodeUnclear},
		{name: "Google is not to be found", setup: func(b *bench) {
			b.target.Kind, b.target.Name = connection.KindGoogle, ""
			b.reply(oidc.EndpointDiscovery, 404, html, "")
		}, id: connection.Discovery, code: connection.CodeDiscoveryNotFound, says: []string{"Google"}, rest: noDocument()},
		{name: "the secret in the header", setup: other(func(b *bench) { basicOnly(b, "") })},
		{name: "the secret in the header, by choice", setup: other(func(b *bench) { basicOnly(b, "basic") })},
	}
}

// basicOnly lets the token endpoint take the secret from the header alone (RFC 6749, section
// 2.3.1), and lists post beside it if the method has to be chosen.
func basicOnly(b *bench, method string) {
	methods := []string{"client_secret_basic"}
	if b.target.AuthMethod = method; method != "" {
		methods = append(methods, "client_secret_post")
	}
	b.document(func(d map[string]any) { d["token_endpoint_auth_methods_supported"] = methods })
	b.answer(tokenAt, func(w http.ResponseWriter, r *http.Request) {
		id, password, _ := r.BasicAuth()
		code := "invalid_client"
		if id == "pantrie-client" && password == url.QueryEscape(secret) && !slices.Contains([]bool{r.PostForm.Has("client_secret"), r.PostForm.Has("client_id")}, true) {
			code = "invalid_grant"
		}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"` + code + `"}`))
	})
}
