package matrix

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/provider"
)

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// tells makes a logout token about mara's session, spoils it, and posts it as her provider would.
func tells(edit ...func(*authtest.Token)) func(*attempt) Answer {
	return func(a *attempt) Answer {
		return a.post(LogoutToken(a.t, a.p, a.p.Subject("mara"), a.sid, func(tk *authtest.Token) {
			for _, change := range edit {
				change(tk)
			}
		}))
	}
}

// post posts a logout token, which must not be written down.
func (a *attempt) post(token string) Answer {
	if len(token) > 40 {
		a.secrets = append(a.secrets, token)
	}
	return a.h.Backchannel(token)
}

// posts posts a text in place of a logout token.
func posts(text string) func(*attempt) Answer {
	return func(a *attempt) Answer { return a.post(text) }
}

// Back-Channel Logout 1.0, sections 2.4 to 2.8. Whatever is not a logout token of this provider for
// Pantrie leaves the victim signed in.
func logoutTokenCases(t *testing.T) []matrixCase {
	t.Helper()
	foreign, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	member := func(name string, value any) func(*authtest.Token) {
		return func(tk *authtest.Token) { tk.Claims[name] = value }
	}
	without := func(names ...string) func(*authtest.Token) {
		return func(tk *authtest.Token) {
			maps.DeleteFunc(tk.Claims, func(name string, _ any) bool { return strings.Contains(" "+strings.Join(names, " ")+" ", " "+name+" ") })
		}
	}
	head := func(name string, value any) func(*authtest.Token) {
		return func(tk *authtest.Token) { tk.Header[name] = value }
	}
	at := func(name string, from time.Duration) func(*authtest.Token) {
		return func(tk *authtest.Token) { tk.Claims[name] = time.Now().Add(from).Unix() }
	}
	cases := []matrixCase{
		{name: "by sid", ask: tells(without("sub"))},
		{name: "by sub", ask: tells(without("sid"))},
		{name: "by both", ask: tells()},
		{name: "with the older typ", ask: tells(head("typ", "JWT"))},
		{name: "without typ", ask: tells(func(tk *authtest.Token) { delete(tk.Header, "typ") })},
		{name: "for several audiences", ask: tells(func(tk *authtest.Token) { tk.Claims["aud"] = []any{"other", tk.Claims["aud"]} })},
		{name: "with another event beside", ask: tells(member("events", map[string]any{logoutEvent: map[string]any{}, "urn:other": true}))},
		{name: "issued four minutes ago", ask: tells(at("iat", -4*time.Minute))},
		{name: "while switched off for signing in", given: setting(provider.Input{Enabled: new(false)}), ask: tells(), check: setting(provider.Input{Enabled: new(true)})},
		{name: "with a new key", ask: func(a *attempt) Answer {
			rotated(false)(a)
			return tells()(a)
		}},
		{name: "while the provider is down", ask: func(a *attempt) Answer {
			a.p.Set(func(s *authtest.Settings) { s.Down = oidc.DownReset })
			a.h.Clock.Add(time.Minute)
			return tells(at("iat", time.Minute))(a)
		}},
	}
	for i := range cases {
		cases[i].gets = gets{status: http.StatusOK, row: "signed_out"}
	}

	nobody := []matrixCase{ // right in form: there is no such session
		{name: "unknown sid", ask: tells(without("sub"), member("sid", "unknown"))},
		{name: "unknown sub", ask: tells(without("sid"), member("sub", "unknown"))},
		{name: "sid of one, sub of another", ask: tells(member("sub", "somebody else"))},
		{name: "sub of somebody else", ask: func(a *attempt) Answer { return a.post(LogoutToken(a.t, a.p, a.p.Subject("sam"), "", nil)) }},
		{name: "sid in capitals", ask: tells(without("sub"), func(tk *authtest.Token) { tk.Claims["sid"] = strings.ToUpper(tk.Claims["sid"].(string)) })},
	}
	for i := range nobody {
		nobody[i].stays, nobody[i].gets = true, gets{status: http.StatusOK, row: "signed_out"}
	}

	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// bothKinds publishes a second key of another kind, and an algorithm for it beside that of ID tokens.
	// The document is read again with the sign-in after.
	bothKinds := func(a *attempt) {
		public := jose.JSONWebKey{Key: curve.Public(), KeyID: "elliptic", Algorithm: "ES256", Use: "sig"}
		a.p.Set(func(s *authtest.Settings) {
			s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
				switch e {
				case oidc.EndpointKeys:
					edited(func(set map[string]any) { set["keys"] = append(set["keys"].([]any), public) })(w, r, next)
				case oidc.EndpointDiscovery:
					edited(func(doc map[string]any) {
						doc["id_token_signing_alg_values_supported"] = []string{"RS256", "ES256"}
					})(w, r, next)
				default:
					next.ServeHTTP(w, r)
				}
			}
		})
		a.h.Clock.Add(4 * time.Second)
		signedIn("mara")(a)
	}
	byElliptic := func(tk *authtest.Token) {
		tk.Header["alg"], tk.Header["kid"], tk.Key = "ES256", "elliptic", curve
	}

	refused := []matrixCase{
		{name: "ES256, which is listed, but ID tokens are RS256", given: bothKinds, ask: tells(byElliptic)},
		{name: "alg none", ask: tells(head("alg", "none"))},
		{name: "alg none without signature", ask: tells(head("alg", "none"), func(tk *authtest.Token) {
			tk.Rewrite = func(s string) string { return s[:strings.LastIndex(s, ".")+1] }
		})},
		{name: "HS256 with the secret", ask: tells(func(tk *authtest.Token) { tk.Header["alg"], tk.Key = "HS256", []byte("first-secret") })},
		{name: "RS512, which is not listed", ask: tells(head("alg", "RS512"))},
		{name: "another key", ask: tells(func(tk *authtest.Token) { tk.Key = foreign })},
		{name: "bad signature", ask: tells(func(tk *authtest.Token) {
			tk.Rewrite = func(s string) string { return s[:len(s)-8] + "AAAAAAAA" }
		})},
		{name: "crit", ask: tells(head("crit", []string{"b64"}))},
		{name: "typ of an access token", ask: tells(head("typ", "at+jwt"))},
		{name: "no event", ask: tells(without("events"))},
		{name: "another event", ask: tells(member("events", map[string]any{"urn:other": map[string]any{}}))},
		{name: "event in capitals", ask: tells(member("events", map[string]any{strings.ToUpper(logoutEvent): map[string]any{}}))},
		{name: "event that is no object", ask: tells(member("events", map[string]any{logoutEvent: true}))},
		{name: "event of null", ask: tells(member("events", map[string]any{logoutEvent: nil}))},
		{name: "events a text", ask: tells(member("events", logoutEvent))},
		{name: "events a list", ask: tells(member("events", []string{logoutEvent}))},
		{name: "a nonce", ask: tells(member("nonce", "n"))},
		{name: "a nonce of null", ask: tells(member("nonce", nil))},
		{name: "an ID token", ask: tells(without("events", "jti"), member("nonce", "n"))},
		{name: "another audience", ask: tells(member("aud", "somebody-else"))},
		{name: "no audience", ask: tells(without("aud"))},
		{name: "another issuer", ask: tells(member("iss", "https://other.example/application/o/pantrie/"))},
		{name: "issuer without its slash", ask: tells(func(tk *authtest.Token) { tk.Claims["iss"] = strings.TrimSuffix(tk.Claims["iss"].(string), "/") })},
		{name: "no issuer", ask: tells(without("iss"))},
		{name: "no jti", ask: tells(without("jti"))},
		{name: "jti empty", ask: tells(member("jti", ""))},
		{name: "jti a number", ask: tells(member("jti", 5))},
		{name: "issued six minutes ago", ask: tells(at("iat", -6*time.Minute))},
		{name: "issued in two minutes", ask: tells(at("iat", 2*time.Minute))},
		{name: "not said when issued", ask: tells(without("iat"))},
		{name: "expired", ask: tells(at("exp", -time.Minute))},
		{name: "does not expire", ask: tells(without("exp"))},
		{name: "neither sub nor sid", ask: tells(without("sub", "sid"))},
		{name: "sub and sid empty", ask: tells(member("sub", ""), member("sid", ""))},
		{name: "sub a number", ask: tells(without("sid"), member("sub", 5))},
		{name: "sub with a zero byte", ask: tells(member("sub", "a\x00b"))},
		{name: "sid of 5,000 characters", ask: tells(member("sid", strings.Repeat("s", 5000)))},
		{name: "sub twice", ask: tells(func(tk *authtest.Token) {
			tk.Payload = []byte(`{"sub":"` + tk.Claims["sub"].(string) + `","sub":"other"}`)
		})},
		{name: "replayed after signing in again", given: func(a *attempt) {
			a.other = a.h.Browser()
			a.mustSignIn(a.other, "mara")
			token := LogoutToken(a.t, a.p, a.p.Subject("mara"), "", nil)
			if got := a.post(token); got.Status != http.StatusOK {
				a.t.Fatalf("%d %s", got.Status, got.Body)
			}
			a.p.Set(func(s *authtest.Settings) { s.ClockOffset = 20 * time.Second }) // a while later
			a.Browser = a.h.Browser()
			signedIn("mara")(a)
			a.secrets = append(a.secrets, token)
		}, ask: func(a *attempt) Answer { return a.post(a.secrets[len(a.secrets)-1]) }},
		{name: "empty", ask: posts("")},
		{name: "no token", ask: posts("x")},
		{name: "three parts of nothing", ask: posts("a.b.c")},
		{name: "unsigned and empty", ask: posts("eyJhbGciOiJub25lIn0.e30.")},
		{name: "as JSON", ask: func(a *attempt) Answer {
			return a.h.Browser().Do("POST", BackchannelPath, map[string]any{"logout_token": LogoutToken(a.t, a.p, "", a.sid, nil)})
		}},
		{name: "20,000 characters", ask: posts(strings.Repeat("a", 20_000))},
	}
	for i := range refused {
		refused[i].stays, refused[i].gets = true, gets{status: http.StatusBadRequest, code: "invalid_request", row: "logout_token_invalid"}
	}

	elsewhere := []matrixCase{ // that is no place for a logout token
		{name: "by GET", ask: func(a *attempt) Answer {
			return a.h.Browser().Do("GET", BackchannelPath+"?logout_token="+url.QueryEscape(LogoutToken(a.t, a.p, "", a.sid, nil)), nil)
		}, gets: gets{status: http.StatusMethodNotAllowed, code: "method_not_allowed"}},
		{name: "at a provider that is not configured", ask: func(a *attempt) Answer {
			return a.formTo("/api/v1/auth/oauth/oidc/backchannel-logout")
		}, gets: gets{status: http.StatusServiceUnavailable, code: "oauth_not_configured"}},
		{name: "at a provider that nobody knows", ask: func(a *attempt) Answer {
			return a.formTo("/api/v1/auth/oauth/github/backchannel-logout")
		}, gets: gets{status: http.StatusNotFound, code: "oauth_unknown_provider"}},
	}
	for i := range elsewhere {
		elsewhere[i].stays = true
	}

	for _, more := range [][]matrixCase{nobody, refused, elsewhere} {
		cases = append(cases, more...)
	}
	for i := range cases {
		cases[i].name = "logout token, " + cases[i].name
		if !strings.Contains(cases[i].name, "replayed") {
			cases[i].given = all(signedIn("mara"), all(cases[i].given))
		}
	}
	return cases
}

// formTo posts a good logout token elsewhere.
func (a *attempt) formTo(path string) Answer {
	a.t.Helper()
	b := a.h.Browser()
	b.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.Do("POST", path, url.Values{"logout_token": {LogoutToken(a.t, a.p, "", a.sid, nil)}}.Encode())
}

// RP-Initiated Logout 1.0, sections 2 and 3. Signing out here works whatever becomes of it there.
func signOutCases() []matrixCase {
	const returned = "/api/v1/auth/oauth/authentik/signed-out"
	atProvider := setting(provider.Input{SignOutAtProvider: new(true)})
	there := all(atProvider, signedIn("mara"))
	signsOut := func(a *attempt) Answer { return a.Do("POST", "/api/v1/auth/logout", nil) }
	endSession := func(value any) func(*authtest.Settings) {
		return WithDiscovery(func(doc map[string]any) {
			if doc["end_session_endpoint"] = value; value == nil {
				delete(doc, "end_session_endpoint")
			}
		})
	}
	// offering lets the provider offer that address from the start.
	offering := func(value any) func(*attempt) {
		return all(atProvider, spoilt(endSession(value)), signedIn("mara"))
	}
	// back opens the address that the provider would send the browser to.
	back := func(state func(*attempt) string) func(*attempt) Answer {
		return func(a *attempt) Answer { return a.Do("GET", returned+"?state="+url.QueryEscape(state(a)), nil) }
	}
	left := func(a *attempt) string {
		to := a.SignOut()
		if to == nil {
			a.t.Fatal("not sent to the provider")
		}
		return to.Query().Get("state")
	}
	here := gets{status: http.StatusNoContent}
	next := gets{status: http.StatusOK}
	known, unknown := "/login?signedOut=authentik", "/login?signedOut=1"
	to := func(location string) gets { return gets{status: http.StatusSeeOther, location: location} }
	return []matrixCase{
		{name: "sign-out, not at the provider", given: signedIn("mara"), ask: signsOut, gets: here},
		{name: "sign-out, at the provider", given: there, ask: signsOut, gets: next},
		{name: "sign-out, after signing in with a password", given: all(atProvider, asAdmin), ask: signsOut, gets: here},
		{name: "sign-out, of nobody", given: atProvider, ask: signsOut, gets: here},
		{name: "sign-out, no endpoint there", given: offering(nil), ask: signsOut, gets: here},
		{name: "sign-out, endpoint a script", given: offering("javascript:alert(1)"), ask: signsOut, gets: here},
		{name: "sign-out, endpoint a path", given: offering("/end-session/"), ask: signsOut, gets: here},
		{name: "sign-out, endpoint a number", given: all(atProvider, signedIn("mara"), func(a *attempt) { a.h.Clock.Add(2 * time.Hour) }), spoil: endSession(5), ask: signsOut, gets: next},
		{name: "sign-out, provider down", given: all(there, func(a *attempt) { a.h.Clock.Add(2 * time.Hour) }), spoil: func(s *authtest.Settings) { s.Down = oidc.DownReset }, ask: signsOut, gets: next},
		{name: "sign-out, provider forgotten", given: all(there, func(a *attempt) {
			a.admin().Want(http.StatusNoContent, "DELETE", "/api/v1/admin/oauth/authentik", nil)
		}), ask: signsOut, gets: here, check: func(a *attempt) { a.connect() }},
		{name: "sign-out, another slug by now", given: all(there, func(a *attempt) {
			a.set(provider.Input{Slug: new("other"), ClientSecret: "first-secret"})
		}), ask: signsOut, gets: here, check: func(a *attempt) { a.connect() }},
		{name: "sign-out, by another site", given: there, ask: func(a *attempt) Answer {
			a.Header.Set("Sec-Fetch-Site", "cross-site")
			defer a.Header.Del("Sec-Fetch-Site")
			return signsOut(a)
		}, gets: gets{status: http.StatusForbidden, code: "cross_origin"}, stays: true},
		{name: "sign-out, by GET", given: there, ask: func(a *attempt) Answer { return a.Do("GET", "/api/v1/auth/logout", nil) }, gets: gets{status: http.StatusMethodNotAllowed, code: "method_not_allowed"}, stays: true},

		{name: "back from sign-out, right state", given: there, ask: back(left), gets: to(known)},
		{name: "back from sign-out, wrong state", given: there, ask: back(func(a *attempt) string { left(a); return "guess" }), gets: to(unknown)},
		{name: "back from sign-out, no state", given: there, ask: back(func(a *attempt) string { left(a); return "" }), gets: to(unknown)},
		{name: "back from sign-out, state used before", given: there, ask: back(func(a *attempt) string {
			state := left(a)
			a.Want(http.StatusSeeOther, "GET", returned+"?state="+state, nil)
			return state
		}), gets: to(unknown)},
		{name: "back from sign-out, eleven minutes later", given: there, ask: back(func(a *attempt) string {
			state := left(a)
			a.h.Clock.Add(11 * time.Minute)
			return state
		}), gets: to(unknown)},
		{name: "back from sign-out, state of another browser", given: all(atProvider, func(a *attempt) {
			a.other = a.h.Browser()
			a.mustSignIn(a.other, "mara")
		}), ask: back(func(a *attempt) string { return a.other.SignOut().Query().Get("state") }), gets: to(unknown)},
		{name: "back from sign-out, state of a sign-in", given: there, ask: back(func(a *attempt) string { return a.Start("/").Query().Get("state") }), gets: to(unknown), stays: true},
		{name: "back from sign-out, at another provider", given: there, ask: func(a *attempt) Answer {
			return a.Do("GET", "/api/v1/auth/oauth/oidc/signed-out?state="+left(a), nil)
		}, gets: to(unknown)},
		{name: "back from sign-out, without having left", given: there, ask: back(func(*attempt) string { return "guess" }), gets: to(unknown), stays: true},
		{name: "back from sign-out, to the callback", given: there, play: func(a *attempt) *url.URL {
			return a.Follow(CallbackPath + "?code=x&state=" + left(a))
		}, reason: "state_invalid", check: unposted},
	}
}
