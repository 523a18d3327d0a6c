package matrix

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
)

// appended adds text behind the members of the ID token's payload: twins, whose order counts.
func appended(text string) func(*authtest.Settings) {
	return IDToken(func(tk *authtest.Token) {
		payload, err := json.Marshal(tk.Claims)
		if err != nil {
			panic(err)
		}
		tk.Payload = append(payload[:len(payload)-1], []byte(text)...)
	})
}

func payload(text string) func(*authtest.Settings) {
	return IDToken(func(tk *authtest.Token) { tk.Payload = []byte(text) })
}

// issuer changes the right issuer.
func issuer(change func(string) string) func(*authtest.Settings) {
	return IDToken(func(tk *authtest.Token) { tk.Claims["iss"] = change(tk.Claims["iss"].(string)) })
}

// audience sets aud and, unless it is empty, azp.
func audience(aud any, azp string) func(*authtest.Settings) {
	return IDToken(func(tk *authtest.Token) {
		tk.Claims["aud"] = aud
		if azp != "" {
			tk.Claims["azp"] = azp
		}
	})
}

// isMara checks that the subject that was kept is mara's own.
func isMara(a *attempt) {
	a.t.Helper()
	if _, err := a.h.DB.IdentityBySubject(context.Background(), a.p.Issuer(), a.p.Subject("mara")); err != nil {
		a.t.Errorf("mara's identity: %v", err)
	}
}

// OpenID Connect Core 1.0, sections 2 and 3.1.3.7, points 2 to 5.
func whoCases() []matrixCase {
	const us = "pantrie-client"
	longest := strings.Repeat("n", 255)
	return []matrixCase{
		{name: "issuer of another host", spoil: Claim("iss", "https://other.example/"), reason: "token_invalid"},
		{name: "issuer missing", spoil: Claim("iss", nil), reason: "token_invalid"},
		{name: "issuer a number", spoil: Claim("iss", 1), reason: "token_invalid"},
		{name: "issuer without its slash", spoil: issuer(func(s string) string { return strings.TrimSuffix(s, "/") }), reason: "token_invalid"},
		{name: "issuer in another case", spoil: issuer(strings.ToUpper), reason: "token_invalid"},
		{name: "issuer of another slug", spoil: issuer(func(s string) string { return strings.Replace(s, "/pantrie/", "/larder/", 1) }), reason: "token_invalid"},
		{name: "issuer twice", spoil: appended(`,"iss":"https://other.example/"}`), reason: "token_invalid"},

		{name: "audience of another app", spoil: audience("another-app", ""), reason: "token_invalid"},
		{name: "audience missing", spoil: Claim("aud", nil), reason: "token_invalid"},
		{name: "audience in another case", spoil: audience("Pantrie-Client", ""), reason: "token_invalid"},
		{name: "audience a list of a number", spoil: audience([]any{1}, ""), reason: "token_invalid"},
		{name: "audience us and a number", spoil: audience([]any{us, 1}, us), reason: "token_invalid"},
		{name: "audience an empty list", spoil: audience([]string{}, us), reason: "token_invalid"},
		{name: "audience a list of us alone", spoil: audience([]string{us}, "")},
		{name: "audience two with azp ours", spoil: audience([]string{us, "other"}, us)},
		{name: "audience two without azp", spoil: audience([]string{us, "other"}, ""), reason: "token_invalid"},
		{name: "audience two with the other's azp", spoil: audience([]string{us, "other"}, "other"), reason: "token_invalid"},
		{name: "audience others although azp is ours", spoil: audience([]string{"a", "b"}, us), reason: "token_invalid"},
		{name: "azp of another app", spoil: audience(us, "another-app"), reason: "token_invalid"},
		{name: "audience twice", spoil: appended(`,"aud":"another-app"}`), reason: "token_invalid"},

		{name: "subject missing", spoil: Claim("sub", nil), reason: "token_invalid"},
		{name: "subject empty", spoil: Claim("sub", ""), reason: "token_invalid"},
		{name: "subject of spaces alone", spoil: Claim("sub", " \u00a0"), reason: "token_invalid"},
		{name: "subject of what is not seen", spoil: Claim("sub", "\u200b"), reason: "token_invalid"},
		{name: "subject null", spoil: Claim("sub", json.RawMessage("null")), reason: "token_invalid"},
		{name: "subject a number", spoil: Claim("sub", 5), reason: "token_invalid"},
		{name: "subject of 5000 characters", spoil: Claim("sub", strings.Repeat("s", 5000)), reason: "token_invalid"},
		{name: "subject of 256 characters", spoil: Claim("sub", strings.Repeat("s", 256)), reason: "token_invalid"},
		{name: "subject of 255 characters", as: longest, spoil: func(s *authtest.Settings) {
			s.SubjectMode = oidc.SubjectUsername
			s.PutUser(authtest.User{Username: longest, Password: "long", Name: "Long"})
		}},
		{name: "subject with a line break", spoil: Claim("sub", "a\nb"), reason: "token_invalid"},
		{name: "subject with a zero byte", spoil: Claim("sub", "a\x00b"), reason: "token_invalid"},
		{name: "subject that is no Unicode", spoil: Claim("sub", json.RawMessage(`"\ud800"`)), reason: "token_invalid"},
		{name: "subject twice", spoil: appended(`,"sub":"somebody-else"}`), reason: "token_invalid"},
		{name: "subject in capitals beside the real one", spoil: appended(`,"SUB":"somebody-else"}`), check: isMara},
		{name: "subject in capitals alone", spoil: IDToken(func(tk *authtest.Token) {
			tk.Claims["SUB"] = tk.Claims["sub"]
			delete(tk.Claims, "sub")
		}), reason: "token_invalid"},
		{name: "issuer, audience and nonce in capitals beside the real ones", spoil: appended(`,"Iss":"https://other.example/","Aud":"x","Nonce":"x","Exp":1}`), check: isMara},

		{name: "payload null", spoil: payload("null"), reason: "token_invalid"},
		{name: "payload a list", spoil: payload("[]"), reason: "token_invalid"},
		{name: "payload empty", spoil: payload(" "), reason: "token_invalid"},
		{name: "payload of two objects", spoil: appended(`}{"sub":"somebody-else"}`), reason: "token_invalid"},
		{name: "payload with a brace too many", spoil: appended(`}}`), reason: "token_invalid"},
		{name: "odd claims that nobody needs", spoil: IDToken(func(tk *authtest.Token) {
			tk.Claims["locale"], tk.Claims["address"], tk.Claims["updated_at"], tk.Claims["email_verified"] = []int{1}, "x", "never", nil
		}), check: isMara},
	}
}

// when sets a time of the ID token, counted from the moment of signing.
func when(name string, from time.Duration) func(*authtest.Settings) {
	return IDToken(func(tk *authtest.Token) { tk.Claims[name] = time.Now().Add(from).Unix() })
}

// OpenID Connect Core 1.0, section 3.1.3.7, points 9 and 10; RFC 7519, section 4.1.5.
func timeCases() []matrixCase {
	clock := func(ahead, lifetime time.Duration) func(*authtest.Settings) {
		return func(s *authtest.Settings) { s.ClockOffset, s.TokenLifetime = ahead, lifetime }
	}
	return []matrixCase{
		{name: "expired", spoil: when("exp", -2*time.Minute), reason: "token_invalid"},
		{name: "without expiry", spoil: Claim("exp", nil), reason: "token_invalid"},
		{name: "expiry in words", spoil: Claim("exp", "tomorrow"), reason: "token_invalid"},
		{name: "expiry in milliseconds", spoil: IDToken(func(tk *authtest.Token) { tk.Claims["exp"] = time.Now().Add(time.Hour).UnixMilli() }), reason: "token_invalid"},
		{name: "expiry in a second", spoil: when("exp", time.Second)},
		{name: "expired within the tolerance", spoil: when("exp", -10*time.Second)},
		{name: "without time of issue", spoil: Claim("iat", nil), reason: "token_invalid"},
		{name: "issued in ten minutes", spoil: when("iat", 10*time.Minute), reason: "token_invalid"},
		{name: "issued in ten seconds", spoil: when("iat", 10*time.Second)},
		{name: "not valid for ten minutes", spoil: when("nbf", 10*time.Minute), reason: "token_invalid"},
		{name: "not valid for ten seconds", spoil: when("nbf", 10*time.Second)},
		{name: "clock ten seconds ahead", spoil: clock(10*time.Second, time.Hour)},
		{name: "clock ten seconds behind, token of twenty", spoil: clock(-10*time.Second, 20*time.Second)},
		{name: "clock two minutes ahead", spoil: clock(2*time.Minute, time.Hour), reason: "token_invalid"},
		{name: "clock two minutes behind, token of an hour", spoil: clock(-2*time.Minute, time.Hour)},
		{name: "clock two minutes behind, token of a minute", spoil: clock(-2*time.Minute, time.Minute), reason: "token_invalid"},
	}
}
