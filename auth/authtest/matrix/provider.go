package matrix

import (
	"crypto/rand"
	"crypto/rsa"
	stdjson "encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/db"
)

// WithDiscovery changes the discovery document.
func WithDiscovery(change func(doc map[string]any)) func(*authtest.Settings) {
	return Intercepted(oidc.EndpointDiscovery, edited(change))
}

// WithTokens changes what the token endpoint answers where it gives tokens.
func WithTokens(change func(answer map[string]any)) func(*authtest.Settings) {
	return Intercepted(oidc.EndpointToken, edited(change))
}

// slowCases: answers of a provider take longer than Pantrie waits.
func slowCases() []matrixCase {
	const limit = 3 * time.Second
	hang := func(at oidc.Endpoint) func(*attempt) func(*authtest.Settings) {
		return func(a *attempt) func(*authtest.Settings) {
			return Intercepted(at, func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
				_, _ = io.Copy(io.Discard, r.Body) // only then it is noticed that the other side has gone
				a.limits.Pass(limit)
				<-r.Context().Done()
				panic(http.ErrAbortHandler) // over TLS who has just hung up may still hear an answer
			})
		}
	}
	aLittle := func(a *attempt) func(*authtest.Settings) {
		return func(s *authtest.Settings) {
			s.Intercept = func(_ oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
				a.limits.Pass(limit * 3 / 4)
				next.ServeHTTP(w, r)
			}
		}
	}
	atStart := func(slow func(*attempt) func(*authtest.Settings)) func(*attempt) *url.URL {
		return func(a *attempt) *url.URL {
			a.p.Set(slow(a))
			return a.Start("/")
		}
	}
	onReturn := func(slow func(*attempt) func(*authtest.Settings)) func(*attempt) *url.URL {
		return func(a *attempt) *url.URL {
			back := a.authorize(a.Browser)
			a.p.Set(slow(a))
			return a.Follow(back.String())
		}
	}
	cases := []matrixCase{
		{name: "discovery", play: atStart(hang(oidc.EndpointDiscovery)), reason: "provider_unreachable"},
		{name: "token endpoint", play: onReturn(hang(oidc.EndpointToken)), reason: "provider_unreachable"},
		{name: "keys", play: onReturn(hang(oidc.EndpointKeys)), reason: "provider_unreachable"},
		{name: "userinfo", play: onReturn(hang(oidc.EndpointUserinfo)), reason: "userinfo_failed"},
		{name: "every answer a little", play: onReturn(aLittle), reason: "provider_too_slow"},
	}
	for i := range cases {
		cases[i].within = limit
	}
	return cases
}

// RFC 6749, sections 4.1.3 and 5.
func tokenCases() []matrixCase {
	at := func(status int, kind, text string) func(*authtest.Settings) {
		return Answered(oidc.EndpointToken, status, kind, text)
	}
	const json = "application/json"
	return []matrixCase{
		{name: "secret replaced", spoil: func(s *authtest.Settings) { s.ClientSecret = "other" }, reason: "client_rejected"},
		{name: "redirect URI not allowed there", play: func(a *attempt) *url.URL {
			back := a.authorize(a.Browser)
			a.p.Set(func(s *authtest.Settings) { s.RedirectURIs = []string{"https://other.example/"} })
			return a.Follow(back.String())
		}, reason: "client_rejected"},
		{name: "400", spoil: at(400, json, `{}`), reason: "provider_error"},
		{name: "400 with an error nobody knows", spoil: at(400, json, `{"error":"<b>odd</b>"}`), reason: "provider_error"},
		{name: "400 invalid_grant", spoil: at(400, json, `{"error":"invalid_grant"}`), reason: "code_rejected"},
		{name: "401", spoil: at(401, json, `{}`), reason: "client_rejected"},
		{name: "401 invalid_client", spoil: at(401, json, `{"error":"invalid_client"}`), reason: "client_rejected"},
		{name: "403 unauthorized_client", spoil: at(403, json, `{"error":"unauthorized_client"}`), reason: "client_rejected"},
		{name: "404 HTML", spoil: at(404, "text/html", "<html>"), reason: "provider_error"},
		{name: "500 HTML", spoil: at(500, "text/html", "<html>"), reason: "provider_error"},
		{name: "200 with an error", spoil: at(200, json, `{"error":"invalid_grant"}`), reason: "code_rejected"},
		{name: "redirect on the same host", spoil: Redirected(oidc.EndpointToken, http.StatusTemporaryRedirect, "/application/o/token/?again"), reason: "provider_error"},
		{name: "redirect to another host", play: elsewhere(func(to string) func(*authtest.Settings) {
			return Redirected(oidc.EndpointToken, http.StatusTemporaryRedirect, to)
		}), reason: "provider_error"},
		{name: "connection reset", play: func(a *attempt) *url.URL {
			back := a.authorize(a.Browser)
			a.p.Set(func(s *authtest.Settings) { s.Down = oidc.DownReset })
			return a.Follow(back.String())
		}, reason: "provider_unreachable"},
		{name: "cut off", spoil: CutOff(oidc.EndpointToken), reason: "provider_unreachable"},
		{name: "200 HTML", spoil: at(200, "text/html", "<html>"), reason: "provider_error"},
		{name: "200 empty", spoil: at(200, json, ""), reason: "provider_error"},
		{name: "no access token", spoil: at(200, json, `{"id_token":"a.b.c","token_type":"Bearer"}`), reason: "provider_error"},
		{name: "2 MiB", spoil: at(200, json, `{"access_token":"`+strings.Repeat("x", 2<<20)+`"}`), reason: "provider_unreachable"},
		{name: "no ID token", spoil: at(200, json, `{"access_token":"a","token_type":"Bearer"}`), reason: "token_invalid"},
		{name: "empty ID token", spoil: at(200, json, `{"access_token":"a","token_type":"Bearer","id_token":""}`), reason: "token_invalid"},
		{name: "ID token a number", spoil: at(200, json, `{"access_token":"a","token_type":"Bearer","id_token":5}`), reason: "token_invalid"},
	}
}

// withUserinfo changes the claims that userinfo gives.
func withUserinfo(change func(map[string]any)) func(*authtest.Settings) {
	return Intercepted(oidc.EndpointUserinfo, edited(change))
}

// OpenID Connect Core 1.0, section 5.3.
func userinfoCases(t *testing.T) []matrixCase {
	t.Helper()
	const json = "application/json"
	foreign, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	// signed is a sign-in with a signed answer (section 5.3.2), which edit may spoil.
	signed := func(edit func(*authtest.Token)) func(*attempt) *url.URL {
		return func(a *attempt) *url.URL {
			a.p.Set(Intercepted(oidc.EndpointUserinfo, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				plain := httptest.NewRecorder()
				next.ServeHTTP(plain, r)
				token, err := a.p.LogoutToken("", "", func(tk *authtest.Token) {
					said := map[string]any{}
					if err := stdjson.Unmarshal(plain.Body.Bytes(), &said); err != nil {
						a.t.Error(err)
					}
					delete(tk.Claims, "events")
					maps.Copy(tk.Claims, said)
					if edit != nil {
						edit(tk)
					}
				})
				if err != nil {
					a.t.Error(err)
				}
				w.Header().Set("Content-Type", "application/jwt")
				_, _ = w.Write([]byte(token))
			}))
			return a.SignInAs(a.p, "mara", "/")
		}
	}
	at := func(status int, kind, text string) func(*authtest.Settings) {
		return Answered(oidc.EndpointUserinfo, status, kind, text)
	}
	// text is userinfo with the real subject in place of SUBJECT.
	text := func(written string) func(*attempt) *url.URL {
		return func(a *attempt) *url.URL {
			a.p.Set(at(200, json, strings.ReplaceAll(written, "SUBJECT", a.p.Subject("mara"))))
			return a.SignInAs(a.p, "mara", "/")
		}
	}
	return []matrixCase{
		{name: "another subject", spoil: at(200, json, `{"sub":"other","email":"sam@example.org","email_verified":true}`), reason: "userinfo_failed"},
		{name: "subject in another case", spoil: withUserinfo(func(c map[string]any) { c["sub"] = strings.ToUpper(c["sub"].(string)) }), reason: "userinfo_failed"},
		{name: "no subject", spoil: at(200, json, `{"email":"sam@example.org"}`), reason: "userinfo_failed"},
		{name: "subject a list", play: text(`{"sub":["SUBJECT"]}`), reason: "userinfo_failed"},
		{name: "subject in capitals alone", play: text(`{"SUB":"SUBJECT"}`), reason: "userinfo_failed"},
		{name: "subject in capitals beside the real one", play: text(`{"sub":"SUBJECT","SUB":"other","email":""}`), check: isMara},
		{name: "subject twice", play: text(`{"sub":"other","sub":"SUBJECT"}`), reason: "userinfo_failed"},
		{name: "something behind", play: text(`{"sub":"SUBJECT"}{"sub":"other"}`), reason: "userinfo_failed"},
		{name: "a brace too many", play: text(`{"sub":"SUBJECT"}}`), reason: "userinfo_failed"},
		{name: "subject alone", play: text(`{"sub":"SUBJECT"}`)},
		{name: "empty", spoil: at(200, json, ""), reason: "userinfo_failed"},
		{name: "null", spoil: at(200, json, "null"), reason: "userinfo_failed"},
		{name: "401", spoil: at(401, json, `{}`), reason: "userinfo_failed"},
		{name: "403", spoil: at(403, json, `{}`), reason: "userinfo_failed"},
		{name: "403 as Authentik answers without scope mappings", spoil: insufficient, reason: "userinfo_failed",
			check: logged("insufficient_scope", "Scopes of the provider")},
		{name: "500", spoil: at(500, "text/html", "<html>"), reason: "userinfo_failed"},
		{name: "HTML", spoil: at(200, "text/html", "<html>"), reason: "userinfo_failed"},
		{name: "JWT", spoil: at(200, "application/jwt", "eyJhbGciOiJub25lIn0.e30."), reason: "userinfo_failed"},
		{name: "signed", play: signed(nil), check: isMara},
		{name: "signed, without iss and aud", play: signed(func(tk *authtest.Token) {
			delete(tk.Claims, "iss")
			delete(tk.Claims, "aud")
		}), check: isMara},
		{name: "signed by somebody else", play: signed(func(tk *authtest.Token) { tk.Key = foreign }), reason: "userinfo_failed"},
		{name: "signed, alg none", play: signed(func(tk *authtest.Token) { tk.Header["alg"] = "none" }), reason: "userinfo_failed"},
		{name: "signed, HS256 with the secret", play: signed(func(tk *authtest.Token) {
			tk.Header["alg"], tk.Key = "HS256", []byte("first-secret")
		}), reason: "userinfo_failed"},
		{name: "signed for another client", play: signed(func(tk *authtest.Token) { tk.Claims["aud"] = "other" }), reason: "userinfo_failed"},
		{name: "signed by another issuer", play: signed(func(tk *authtest.Token) { tk.Claims["iss"] = "https://other.example/" }), reason: "userinfo_failed"},
		{name: "signed, expired", play: signed(func(tk *authtest.Token) { tk.Claims["exp"] = 1_600_000_000 }), reason: "userinfo_failed"},
		{name: "signed, about another subject", play: signed(func(tk *authtest.Token) { tk.Claims["sub"] = "other" }), reason: "userinfo_failed"},
		{name: "signed, crit", play: signed(func(tk *authtest.Token) { tk.Header["crit"] = []string{"b64"} }), reason: "userinfo_failed"},
		{name: "redirect to another host", play: elsewhere(func(to string) func(*authtest.Settings) {
			return Redirected(oidc.EndpointUserinfo, http.StatusFound, to)
		}), reason: "userinfo_failed"},
		{name: "cut off", spoil: CutOff(oidc.EndpointUserinfo), reason: "userinfo_failed"},
		{name: "2 MiB", spoil: at(200, json, `{"sub":"`+strings.Repeat("x", 2<<20)+`"}`), reason: "userinfo_failed"},
	}
}

// OpenID Connect Core 1.0, section 5.1. Groups have cases of their own.
func claimCases() []matrixCase {
	mara := func(change func(*authtest.User)) func(*authtest.Settings) {
		return func(s *authtest.Settings) { change(s.User("mara")) }
	}
	address := func(email string) func(*authtest.Settings) { return mara(func(u *authtest.User) { u.Email = email }) }
	name := func(name string) func(*authtest.Settings) { return mara(func(u *authtest.User) { u.Name = name }) }
	// verified is what both documents say of sam's address, which has an account here.
	verified := func(value any) func(*authtest.Settings) {
		return func(s *authtest.Settings) { s.User("sam").Claims = map[string]any{"email_verified": value} }
	}
	// apart gives the two documents claims of their own; nil takes one away.
	apart := func(inToken, inUserinfo map[string]any) func(*authtest.Settings) {
		merge := func(into, from map[string]any) {
			for name, value := range from {
				if into[name] = value; value == nil {
					delete(into, name)
				}
			}
		}
		return func(s *authtest.Settings) {
			withUserinfo(func(c map[string]any) { merge(c, inUserinfo) })(s)
			IDToken(func(tk *authtest.Token) { merge(tk.Claims, inToken) })(s)
		}
	}
	type claims = map[string]any
	me := func(field, want string) func(*attempt) {
		return func(a *attempt) {
			a.t.Helper()
			if got := a.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil).JSON()[field]; got != want {
				a.t.Errorf("%s is %q, want %q", field, got, want)
			}
		}
	}
	return []matrixCase{
		{name: "email absent", spoil: mara(func(u *authtest.User) { u.OmitClaims = []string{"email", "email_verified"} }), check: me("email", "")},
		{name: "email empty", spoil: address(""), check: me("email", "")},
		{name: "email null", spoil: mara(func(u *authtest.User) { u.Claims = claims{"email": nil} }), check: me("email", "")},
		{name: "email a list", spoil: mara(func(u *authtest.User) { u.Claims = claims{"email": []string{AdminEmail}} }), check: me("email", "")},
		{name: "email with two @", spoil: address("mara@evil.example@example.org"), check: me("email", "")},
		{name: "email with a name", spoil: address("Sam <" + AdminEmail + ">"), check: me("email", "")},
		{name: "email of two people", spoil: address("mara@example.org," + AdminEmail), check: me("email", "")},
		{name: "email with a line break", spoil: address("mara@example.org\n" + AdminEmail), check: me("email", "")},
		{name: "email with space around it", spoil: address("  mara@example.org "), check: me("email", "mara@example.org")},
		{name: "email in capitals, of an account here", as: "sam", spoil: func(s *authtest.Settings) { s.User("sam").Email = strings.ToUpper(AdminEmail) }, outcome: db.OutcomeLinked, check: me("email", AdminEmail)},
		{name: "email of an account here, in letters that only look the same", spoil: address("\u017fam@example.org"), check: me("name", "Mara Brandt")},
		{name: "email with letters that are not seen", spoil: address("sa\u200bm@example.org"), check: me("email", "")},
		{name: "email that turns round, and no name", spoil: mara(func(u *authtest.User) {
			u.Email, u.OmitClaims = "ma\u202er@example.org", []string{"name", "given_name", "preferred_username", "nickname"}
		}), check: all(me("email", ""), me("name", "New person"))},
		{name: "email in capitals beside the real one", spoil: mara(func(u *authtest.User) { u.Claims = claims{"EMAIL": AdminEmail, "Email": AdminEmail} }), check: me("email", "mara@example.org")},
		{name: "email different in the two documents", spoil: apart(claims{"email": AdminEmail}, nil), check: me("email", "mara@example.org")},
		{name: "email only in the ID token", spoil: apart(nil, claims{"email": nil, "email_verified": nil}), check: me("email", "mara@example.org")},
		{name: "email only in userinfo", spoil: func(s *authtest.Settings) { s.ClaimsInIDToken = false }, check: me("email", "mara@example.org")},

		{name: "email_verified true", as: "sam", spoil: verified(true), outcome: db.OutcomeLinked},
		{name: `email_verified "true"`, as: "sam", spoil: verified("true"), outcome: db.OutcomeLinked},
		{name: "email_verified false", as: "sam", spoil: verified(false), outcome: db.OutcomePending},
		{name: `email_verified "false"`, as: "sam", spoil: verified("false"), outcome: db.OutcomePending},
		{name: `email_verified "True"`, as: "sam", spoil: verified("True"), outcome: db.OutcomePending},
		{name: "email_verified absent", as: "sam", spoil: func(s *authtest.Settings) { s.EmailVerified = oidc.VerifiedAbsent }, outcome: db.OutcomePending},
		{name: "email_verified null", as: "sam", spoil: verified(nil), outcome: db.OutcomePending},
		{name: "email_verified 1", as: "sam", spoil: verified(1), outcome: db.OutcomePending},
		{name: "email_verified a list", as: "sam", spoil: verified([]bool{true}), outcome: db.OutcomePending},
		{name: "email_verified in capitals", as: "sam", spoil: func(s *authtest.Settings) {
			s.User("sam").Claims = claims{"email_verified": false, "Email_Verified": true, "email_Verified": true}
		}, outcome: db.OutcomePending},
		{name: "email_verified in capitals alone", as: "sam", spoil: func(s *authtest.Settings) {
			s.EmailVerified = oidc.VerifiedAbsent
			s.User("sam").Claims = claims{"Email_Verified": true}
		}, outcome: db.OutcomePending},
		{name: "email_verified twice", as: "sam", spoil: appended(`,"email_verified":true}`), reason: "token_invalid"},
		{name: "email_verified only in the ID token", as: "sam", spoil: apart(nil, claims{"email_verified": nil}), outcome: db.OutcomePending},
		{name: "email_verified only in userinfo", as: "sam", spoil: apart(claims{"email_verified": nil}, nil), outcome: db.OutcomeLinked},
		{name: "email_verified only in userinfo, email only in the ID token", as: "sam", spoil: apart(claims{"email_verified": nil}, claims{"email": nil}), outcome: db.OutcomePending},
		{name: "email_verified for another address in the ID token", as: "sam", spoil: apart(claims{"email": "mara@example.org", "email_verified": true}, claims{"email_verified": false}), outcome: db.OutcomePending},

		{name: "name absent", spoil: mara(func(u *authtest.User) { u.OmitClaims = []string{"name", "given_name"} }), check: me("name", "mara")},
		{name: "no name of any kind", spoil: mara(func(u *authtest.User) {
			u.OmitClaims = []string{"name", "given_name", "preferred_username", "nickname", "email"}
		}), check: me("name", "New person")},
		{name: "no name of any kind any more, of somebody known", given: known("mara"), spoil: mara(func(u *authtest.User) {
			u.OmitClaims = []string{"name", "given_name", "preferred_username", "nickname"}
		}), outcome: db.OutcomeSignedIn, check: me("name", "Mara Brandt")},
		{name: "name with markup", spoil: name("<b>Mara</b>"), check: me("name", "<b>Mara</b>")},
		{name: "name with control characters", spoil: name("Ma\u202er\u0000a\n"), check: me("name", "Mara")},
		{name: "name of 5000 characters", spoil: name(strings.Repeat("m", 5000)), check: me("name", strings.Repeat("m", 100))},
	}
}

// OpenID Connect Discovery 1.0, sections 3 and 4.
// insufficient has userinfo refused as Authentik does for a token that was granted no scope.
func insufficient(s *authtest.Settings) {
	s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
		if e != oidc.EndpointUserinfo {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", `error="insufficient_scope", error_description="The request requires more"`)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusForbidden)
	}
}

// logged looks for words in what the sign-in log says of the last attempt that failed.
func logged(words ...string) func(*attempt) {
	return func(a *attempt) {
		a.t.Helper()
		rows := a.h.SignIns(db.SignInFilter{Outcome: db.OutcomeFailed})
		if len(rows) == 0 {
			a.t.Fatal("nothing failed")
		}
		for _, word := range words {
			if !strings.Contains(rows[0].Detail, word) {
				a.t.Errorf("%q does not say %q", rows[0].Detail, word)
			}
		}
	}
}

func discoveryCases() []matrixCase {
	at := func(status int, kind, text string) func(*authtest.Settings) {
		return Answered(oidc.EndpointDiscovery, status, kind, text)
	}
	set := func(name string, value any) func(*authtest.Settings) {
		return WithDiscovery(func(doc map[string]any) {
			if doc[name] = value; value == nil {
				delete(doc, name)
			}
		})
	}
	return []matrixCase{
		{name: "down", spoil: func(s *authtest.Settings) { s.Down = oidc.DownReset }, reason: "provider_unreachable"},
		{name: "behind a proxy that has lost it", spoil: func(s *authtest.Settings) { s.Down = oidc.DownUnavailable }, reason: "provider_unreachable"},
		{name: "starting", spoil: func(s *authtest.Settings) { s.Down = oidc.DownStarting }, reason: "provider_unreachable",
			check: logged("still starting")},
		{name: "without its database", spoil: func(s *authtest.Settings) { s.Down = oidc.DownDatabase }, reason: "provider_unreachable",
			check: logged("database")},
		{name: "with a certificate that nobody trusts", config: func(c *authtest.Config) { c.TLS = true }, reason: "provider_unreachable"},
		{name: "slug unknown there", spoil: func(s *authtest.Settings) { s.Slug = "renamed" }, reason: "provider_wrong_slug"},
		{name: "403", spoil: at(403, "text/html", "<html>"), reason: "provider_invalid"},
		{name: "500", spoil: at(500, "text/html", "<html>"), reason: "provider_unreachable"},
		{name: "HTML", spoil: at(200, "text/html", "<html>"), reason: "provider_invalid"},
		{name: "a list", spoil: at(200, "application/json", "[]"), reason: "provider_invalid"},
		{name: "empty", spoil: at(200, "application/json", "{}"), reason: "provider_invalid"},
		{name: "cut off", spoil: CutOff(oidc.EndpointDiscovery), reason: "provider_unreachable"},
		{name: "2 MiB", spoil: at(200, "application/json", `{"issuer":"`+strings.Repeat("x", 2<<20)+`"}`), reason: "provider_unreachable"},
		{name: "redirect to another host", play: elsewhere(func(to string) func(*authtest.Settings) {
			return Redirected(oidc.EndpointDiscovery, http.StatusFound, to)
		}), reason: "provider_invalid"},
		{name: "redirect on the same host", spoil: Intercepted(oidc.EndpointDiscovery, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.URL.RawQuery == "" {
				http.Redirect(w, r, r.URL.Path+"?again", http.StatusFound)
				return
			}
			next.ServeHTTP(w, r)
		})},
		{name: "redirect without end", spoil: Redirected(oidc.EndpointDiscovery, http.StatusFound, "openid-configuration"), reason: "provider_invalid"},
		{name: "issuer of another host", spoil: func(s *authtest.Settings) { s.BaseURL = "https://other.example" }, reason: "provider_invalid"},
		{name: "issuer of the whole Authentik", spoil: WithDiscovery(func(doc map[string]any) {
			doc["issuer"], _, _ = strings.Cut(doc["issuer"].(string), "application/")
		}), reason: "provider_invalid"},
		{name: "issuer without its slash, here and in the token", spoil: func(s *authtest.Settings) {
			WithDiscovery(func(doc map[string]any) { doc["issuer"] = strings.TrimSuffix(doc["issuer"].(string), "/") })(s)
			issuer(func(s string) string { return strings.TrimSuffix(s, "/") })(s)
		}},
		{name: "no jwks_uri", spoil: set("jwks_uri", nil), reason: "provider_invalid"},
		{name: "jwks_uri a path", spoil: set("jwks_uri", "/jwks/"), reason: "provider_invalid"},
		{name: "jwks_uri a file", spoil: set("jwks_uri", "file:///etc/passwd"), reason: "provider_invalid"},
		{name: "no authorization_endpoint", spoil: set("authorization_endpoint", nil), reason: "provider_invalid"},
		{name: "authorization_endpoint a script", spoil: set("authorization_endpoint", "javascript:alert(1)"), reason: "provider_invalid"},
		{name: "no token_endpoint", spoil: set("token_endpoint", ""), reason: "provider_invalid"},
		{name: "no userinfo_endpoint", spoil: set("userinfo_endpoint", nil), reason: "provider_invalid"},
		{name: "no signing key", spoil: func(s *authtest.Settings) { s.NoSigningKey = true }, reason: "provider_no_signing_key"},
		{name: "HS256 only", spoil: set("id_token_signing_alg_values_supported", []string{"HS256", "none"}), reason: "provider_no_signing_key"},
		{name: "encryption key", spoil: func(s *authtest.Settings) { s.EncryptionKey = true }, reason: "provider_encrypts_tokens"},
		{name: "down first, then up", play: func(a *attempt) *url.URL {
			a.p.Set(func(s *authtest.Settings) { s.Down = oidc.DownReset })
			a.Start("/")
			a.p.Set(func(s *authtest.Settings) { s.Down = oidc.Up })
			a.h.Clock.Add(20 * time.Second)
			a.mark()
			return a.SignInAs(a.p, "mara", "/")
		}},
		{name: "PKCE not listed, and sent all the same", spoil: set("code_challenge_methods_supported", nil), check: func(a *attempt) {
			calls := a.p.Requests(oidc.EndpointAuthorize)
			if q := calls[len(calls)-1].Query; q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" {
				a.t.Errorf("asked with %v", q)
			}
		}},
	}
}
