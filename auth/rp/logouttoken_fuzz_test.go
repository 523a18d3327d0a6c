package rp

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// everySignature finds every signature right, so that the fuzzer reaches what is checked after it.
type everySignature struct{}

func (everySignature) VerifySignature(_ context.Context, jws *jose.JSONWebSignature) ([]byte, error) {
	return jws.UnsafePayloadWithoutVerification(), nil
}

// A logout token that is accepted says everything it must, whatever else it says.
func FuzzLogoutToken(f *testing.F) {
	now := time.Unix(1_800_000_000, 0)
	meta := &Metadata{now: func() time.Time { return now }, Issuer: "https://a.example/application/o/p/", algorithms: []string{"RS256"},
		keys: &providerKeys{set: everySignature{}, limited: context.WithCancel, now: time.Now}}
	const good = `{"iss":"https://a.example/application/o/p/","aud":"us","iat":1800000000,"exp":1800000060,"jti":"j","sid":"s","sub":"u","events":{"http://schemas.openid.net/event/backchannel-logout":{}}}`
	for _, payload := range []string{
		good, strings.Replace(good, `"aud":"us"`, `"aud":["other","us"]`, 1), strings.Replace(good, `"jti":"j"`, `"jti":"j","nonce":"n"`, 1),
		strings.Replace(good, `"sid":"s",`, "", 1), strings.Replace(good, "logout\":{}", "logout\":null", 1), `{}`, `null`, `[]`, `{"iss":1}`,
	} {
		f.Add(`{"alg":"RS256","typ":"logout+jwt"}`, payload)
	}
	f.Add(`{"alg":"none"}`, good)
	f.Add(`{"alg":"HS256"}`, good)
	f.Add(`{"alg":"RS256","crit":["b64"],"b64":false}`, good)
	f.Fuzz(func(t *testing.T, header, payload string) {
		encode := base64.RawURLEncoding.EncodeToString
		token, err := meta.VerifyLogoutToken(t.Context(), "us", "RS256", encode([]byte(header))+"."+encode([]byte(payload))+".c2ln", true)
		if err != nil {
			return
		}
		var c struct {
			Iss    string
			Events map[string]json.RawMessage
			Nonce  json.RawMessage
		}
		if json.Unmarshal([]byte(payload), &c) != nil || c.Iss != meta.Issuer || c.Nonce != nil || len(c.Events[logoutEvent]) == 0 {
			t.Errorf("accepted: %s", payload)
		}
		if token.Jti == "" || token.Sid == "" && token.Subject == "" || token.IssuedAt.IsZero() {
			t.Errorf("accepted as %+v: %s", token, payload)
		}
	})
}
