package matrix

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/db"
)

// withKeys changes the key set.
func withKeys(change func(keys []any) []any) func(*authtest.Settings) {
	return Intercepted(oidc.EndpointKeys, edited(func(set map[string]any) {
		set["keys"] = change(set["keys"].([]any))
	}))
}

// edited answers with the real JSON, changed.
func edited(change func(map[string]any)) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		real := httptest.NewRecorder()
		next.ServeHTTP(real, r)
		var doc map[string]any
		if err := json.Unmarshal(real.Body.Bytes(), &doc); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		change(doc)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(doc)
	}
}

// elsewhere gives a spoiling function the address of a server that nobody may call.
func elsewhere(spoil func(address string) func(*authtest.Settings)) func(*attempt) *url.URL {
	return func(a *attempt) *url.URL {
		var calls atomic.Int32
		other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
		defer other.Close()
		a.p.Set(spoil(other.URL))
		to := a.SignInAs(a.p, "mara", "/")
		if n := calls.Load(); n > 0 {
			a.t.Errorf("an address that is not the provider's was called %d times", n)
		}
		return to
	}
}

// rewritten has the last word on the ID token's three parts.
func rewritten(change func(header, payload, signature string) string) func(*authtest.Settings) {
	return IDToken(func(tk *authtest.Token) {
		tk.Rewrite = func(compact string) string {
			parts := strings.Split(compact, ".")
			return change(parts[0], parts[1], parts[2])
		}
	})
}

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// again signs in a second time, in a browser of its own, after something has happened.
func again(happens func(*attempt)) func(*attempt) *url.URL {
	return func(a *attempt) *url.URL {
		if to := a.SignInAs(a.p, "mara", "/"); to.String() != "/" {
			a.t.Fatalf("the sign-in before ended at %s", to)
		}
		a.mark()
		a.Browser = a.h.Browser()
		back := a.authorize(a.Browser)
		happens(a)
		return a.Follow(back.String())
	}
}

func rotated(keepOld bool) func(*attempt) {
	return func(a *attempt) {
		if err := a.p.RotateSigningKey(keepOld); err != nil {
			a.t.Fatal(err)
		}
	}
}

// renamed gives the provider a new signing key by the name that the old one had.
func renamed(a *attempt) {
	if err := a.p.ReplaceSigningKey(); err != nil {
		a.t.Fatal(err)
	}
}

// OpenID Connect Core 1.0, section 3.1.3.7, points 6 to 8; RFC 7515, section 4; RFC 8725, section 3.
func keyCases(t *testing.T) []matrixCase {
	t.Helper()
	foreign, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	// forged is signed with a key that is not the provider's, under the name of one that is.
	forged := func(name string, value any) func(*authtest.Settings) {
		return IDToken(func(tk *authtest.Token) {
			tk.Key = foreign
			if name != "" {
				tk.Header[name] = value
			}
		})
	}
	unsigned := func(header string) func(*authtest.Settings) {
		return rewritten(func(_, payload, _ string) string { return encoded(header) + "." + payload + "." })
	}
	signedAs := func(alg string) func(*authtest.Settings) { return header("alg", alg) }
	withoutKid := IDToken(func(tk *authtest.Token) { delete(tk.Header, "kid") })
	return []matrixCase{
		{name: "not signed", spoil: signedAs("none"), reason: "token_invalid"},
		{name: "not signed, in capitals", spoil: unsigned(`{"alg":"NONE","typ":"JWT"}`), reason: "token_invalid"},
		{name: "without algorithm", spoil: unsigned(`{"typ":"JWT"}`), reason: "token_invalid"},
		{name: "without signature", spoil: rewritten(func(h, p, _ string) string { return h + "." + p + "." }), reason: "token_invalid"},
		{name: "header twice the algorithm", spoil: unsigned(`{"alg":"RS256","alg":"none"}`), reason: "token_invalid"},
		{name: "HS256 with the client secret", spoil: IDToken(func(tk *authtest.Token) {
			tk.Header["alg"], tk.Key = "HS256", []byte("first-secret")
		}), reason: "provider_no_signing_key"},
		{name: "HS256 with the public key", spoil: IDToken(func(tk *authtest.Token) {
			der, err := x509.MarshalPKIXPublicKey(tk.Key.(*rsa.PrivateKey).Public())
			if err != nil {
				panic(err)
			}
			tk.Header["alg"], tk.Key = "HS256", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		}), reason: "provider_no_signing_key"},
		{name: "RS512, which is not listed", spoil: signedAs("RS512"), reason: "token_invalid"},
		{name: "PS256, which is not listed", spoil: signedAs("PS256"), reason: "token_invalid"},
		{name: "PS256, which is listed", spoil: func(s *authtest.Settings) {
			WithDiscovery(func(doc map[string]any) { doc["id_token_signing_alg_values_supported"] = []string{"HS256", "PS256"} })(s)
			signedAs("PS256")(s)
		}},
		{name: "encrypted, which discovery does not say", spoil: rewritten(func(h, p, s string) string { return h + "." + p + "." + s + ".x.y" }), reason: "provider_encrypts_tokens"},
		{name: "no token at all", spoil: rewritten(func(_, _, _ string) string { return "token" }), reason: "token_invalid"},
		{name: "type of an access token", spoil: header("typ", "at+jwt"), reason: "token_invalid"},
		{name: "type of a logout token", spoil: header("typ", "logout+jwt"), reason: "token_invalid"},
		{name: "type a number", spoil: header("typ", 1)},
		{name: "type in small letters", spoil: header("typ", "jwt")},
		{name: "type missing", spoil: IDToken(func(tk *authtest.Token) { delete(tk.Header, "typ") })},

		{name: "signed by somebody else", spoil: forged("", nil), reason: "token_invalid"},
		{name: "signed by somebody else, whose key is in the header", spoil: forged("jwk", jose.JSONWebKey{Key: foreign.Public()}), reason: "token_invalid"},
		{name: "signed by somebody else, with an address of keys", play: elsewhere(func(to string) func(*authtest.Settings) { return forged("jku", to) }), reason: "token_invalid"},
		{name: "signed by somebody else, with an address of a certificate", play: elsewhere(func(to string) func(*authtest.Settings) { return forged("x5u", to) }), reason: "token_invalid"},
		{name: "signed by somebody else, with a certificate that is none", spoil: forged("x5c", []string{"AAAA"}), reason: "token_invalid"},
		{name: "payload changed afterwards", spoil: rewritten(func(h, _, s string) string { return h + "." + encoded(`{"sub":"x"}`) + "." + s }), reason: "token_invalid"},
		{name: "signature cut short", spoil: rewritten(func(h, p, s string) string { return h + "." + p + "." + s[:len(s)-8] }), reason: "token_invalid"},
		{name: "signature of another token", spoil: rewritten(func(h, p, s string) string { return h + "." + p + "." + s[8:] + s[:8] }), reason: "token_invalid"},
		{name: "critical header that nobody knows", spoil: header("crit", []string{"exp"}), reason: "token_invalid"},
		{name: "critical header, payload not encoded", spoil: IDToken(func(tk *authtest.Token) {
			tk.Header["crit"], tk.Header["b64"] = []string{"b64"}, false
		}), reason: "token_invalid"},
		{name: "hash of another access token", spoil: Claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), reason: "token_invalid"},
		{name: "hash of the access token, as other providers send it", spoil: IDToken(func(tk *authtest.Token) {
			hash, err := zitadel.ClaimHash(tk.AccessToken, jose.RS256)
			if err != nil {
				panic(err)
			}
			tk.Claims["at_hash"] = hash
		})},

		{name: "key nobody knows", spoil: header("kid", "unknown"), reason: "token_invalid"},
		{name: "key named like a file", spoil: header("kid", "../../../../dev/null"), reason: "token_invalid"},
		{name: "key named by a number", spoil: header("kid", 7), reason: "token_invalid"},
		{name: "key not named, and there is one", spoil: withoutKid},
		{name: "key not named, and there are two", play: func(a *attempt) *url.URL {
			rotated(true)(a)
			a.p.Set(withoutKid)
			return a.SignInAs(a.p, "mara", "/")
		}, reason: "token_invalid"},
		{name: "key renewed just before signing", play: again(rotated(false)), outcome: db.OutcomeSignedIn},
		{name: "key renewed, and the old one still there", play: again(rotated(true)), outcome: db.OutcomeSignedIn},
		{name: "key renewed between sign-ins", play: func(a *attempt) *url.URL {
			again(func(*attempt) {})(a)
			a.mark()
			rotated(false)(a)
			a.Browser = a.h.Browser()
			return a.SignInAs(a.p, "mara", "/")
		}, outcome: db.OutcomeSignedIn},
		{name: "key that was taken away hours ago", play: func(a *attempt) *url.URL {
			again(func(*attempt) {})(a)
			id, key := a.p.SigningKey()
			rotated(false)(a)
			a.p.Set(IDToken(func(tk *authtest.Token) { tk.Header["kid"], tk.Key = id, key }))
			a.h.Clock.Add(2 * time.Hour)
			a.mark()
			a.Browser = a.h.Browser()
			return a.SignInAs(a.p, "mara", "/")
		}, reason: "token_invalid"},

		{name: "key renewed by the name of the old one", play: again(renamed), outcome: db.OutcomeSignedIn},
		{name: "key renewed by the name of the old one, twice within seconds", play: func(a *attempt) *url.URL {
			if to := again(renamed)(a); to.String() != "/" {
				a.t.Fatalf("the sign-in after the first ended at %s", to)
			}
			a.p.ForgetRequests()
			a.mark()
			a.Browser = a.h.Browser()
			back := a.authorize(a.Browser)
			renamed(a)
			to := a.Follow(back.String())
			if n := a.p.Count(oidc.EndpointKeys); n != 0 {
				a.t.Errorf("the keys were asked for %d times more", n)
			}
			a.h.Clock.Add(11 * time.Second)
			return to
		}, reason: "token_invalid"},

		{name: "keys of an unknown type beside it", spoil: withKeys(func(keys []any) []any {
			return append([]any{map[string]any{"kty": "moon", "kid": "m"}, map[string]any{"kty": "EC", "crv": "secp256k1", "kid": "e", "x": "AA", "y": "AA"}}, keys...)
		})},
		{name: "keys of an unknown type alone", spoil: withKeys(func([]any) []any { return []any{map[string]any{"kty": "moon", "kid": "m"}} }), reason: "token_invalid"},
		{name: "keys for encryption alone", spoil: withKeys(func(keys []any) []any {
			keys[0].(map[string]any)["use"] = "enc"
			return keys
		}), reason: "token_invalid"},
		{name: "keys {}", spoil: Answered(oidc.EndpointKeys, 200, "application/json", "{}"), reason: "token_invalid"},
		{name: "keys an empty list", spoil: Answered(oidc.EndpointKeys, 200, "application/json", `{"keys":[]}`), reason: "token_invalid"},
		{name: "keys 500", spoil: Answered(oidc.EndpointKeys, 500, "text/plain", ""), reason: "provider_unreachable"},
		{name: "keys 404", spoil: Answered(oidc.EndpointKeys, 404, "text/html", "<html>"), reason: "provider_invalid"},
		{name: "keys HTML", spoil: Answered(oidc.EndpointKeys, 200, "text/html", "<html>"), reason: "provider_invalid"},
		{name: "keys of 2 MiB", spoil: Answered(oidc.EndpointKeys, 200, "application/json", `{"keys":[],"x":"`+strings.Repeat("x", 2<<20)+`"}`), reason: "provider_unreachable"},
		{name: "keys cut off", spoil: CutOff(oidc.EndpointKeys), reason: "provider_unreachable"},
		{name: "keys elsewhere", play: elsewhere(func(to string) func(*authtest.Settings) {
			return Redirected(oidc.EndpointKeys, http.StatusFound, to)
		}), reason: "provider_invalid"},
	}
}
