package oidc_test

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pantrie/auth/authtest/internal/ask"
	"pantrie/auth/authtest/oidc"
)

func TestTokenEndpoint(t *testing.T) {
	const plain = "plain-verifier-of-forty-three-characters-or-so"
	for _, tc := range []struct {
		name      string
		authorize []string
		before    func(*oidc.Settings)
		set       func(*oidc.Settings) // between the code and the exchange
		advance   time.Duration
		form      []string
		want      string // "" for tokens
	}{
		{name: "S256"},
		{name: "plain", authorize: []string{"code_challenge_method", "plain", "code_challenge", plain}, form: []string{"code_verifier", plain}},
		{name: "method omitted is plain", authorize: []string{"code_challenge_method", "", "code_challenge", plain}, form: []string{"code_verifier", plain}},
		{name: "without PKCE", authorize: []string{"code_challenge_method", "", "code_challenge", ""}, form: []string{"code_verifier", ""}},
		{name: "just in time", advance: 59 * time.Second},
		{name: "expired", advance: time.Minute, want: "invalid_grant"},
		{name: "longer lifetime", before: func(s *oidc.Settings) { s.CodeLifetime = time.Hour }, advance: 59 * time.Minute},
		{name: "longer lifetime too late", set: func(s *oidc.Settings) { s.CodeLifetime = time.Hour }, advance: time.Minute, want: "invalid_grant"},
		{name: "made-up code", form: []string{"code", "made-up"}, want: "invalid_grant"},
		{name: "no code", form: []string{"code", ""}, want: "invalid_grant"},
		{name: "wrong verifier", form: []string{"code_verifier", "wrong"}, want: "invalid_grant"},
		{name: "challenge as verifier", authorize: []string{"code_challenge", plain}, form: []string{"code_verifier", plain}, want: "invalid_grant"},
		{name: "no verifier", form: []string{"code_verifier", ""}, want: "invalid_grant"},
		{name: "verifier without challenge", authorize: []string{"code_challenge_method", "", "code_challenge", ""}, want: "invalid_grant"},
		{name: "wrong secret", form: []string{"client_secret", "wrong"}, want: "invalid_client"},
		{name: "no secret", form: []string{"client_secret", ""}, want: "invalid_client"},
		{name: "wrong client", form: []string{"client_id", "other"}, want: "invalid_client"},
		{name: "wrong secret and made-up code", form: []string{"client_secret", "wrong", "code", "made-up"}, want: "invalid_client"},
		{name: "redirect URI not registered", form: []string{"redirect_uri", ask.Callback + "/"}, want: "invalid_client"},
		{name: "redirect URI of another request", set: func(s *oidc.Settings) { s.RedirectURIs = append(s.RedirectURIs, ask.SignedOut) }, form: []string{"redirect_uri", ask.SignedOut}, want: "invalid_client"},
		{name: "redirect URI taken away", set: func(s *oidc.Settings) { s.RedirectURIs = nil }, want: "invalid_client"},
		{name: "secret rotated", set: func(s *oidc.Settings) { s.ClientSecret = "new" }, want: "invalid_client"},
		{name: "rotated and typed anew", set: func(s *oidc.Settings) { s.ClientSecret = "new" }, form: []string{"client_secret", "new"}},
		{name: "user disabled meanwhile", set: func(s *oidc.Settings) { s.User("mara").Disabled = true }, want: "invalid_grant"},
		{name: "user deleted meanwhile", set: func(s *oidc.Settings) { s.Users = nil }, want: "invalid_grant"},
		{name: "refresh token", form: []string{"grant_type", "refresh_token"}, want: "invalid_grant"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newClock()
			p := oidc.Start(t, oidc.Config{RedirectURIs: []string{ask.Callback}, Now: c.now, Setup: tc.before})
			code := ask.Code(t, p, tc.authorize...)
			if tc.set != nil {
				p.Set(tc.set)
			}
			c.advance(tc.advance)
			got := ask.Exchange(t, p, code, tc.form...)
			if tc.want == "" && (got.Status != 200 || got.Text(t, "id_token") == "") {
				t.Errorf("got %d %s, want tokens", got.Status, got.Body)
			}
			if tc.want != "" && (got.Status != 400 || got.Text(t, "error") != tc.want) {
				t.Errorf("got %d %s, want 400 %s", got.Status, got.Body, tc.want)
			}
			if got.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control = %q", got.Header.Get("Cache-Control"))
			}
		})
	}
}

func TestCodeIsGoodOnce(t *testing.T) {
	p := start(t, nil)
	code := ask.Code(t, p)
	if got := ask.Exchange(t, p, code, "code_verifier", "wrong"); got.Status != 400 {
		t.Errorf("wrong verifier: %d", got.Status)
	}
	answers := make([]ask.Answer, 4)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = ask.Exchange(t, p, code) })
	}
	wg.Wait()
	good := 0
	for _, a := range answers {
		if a.Status == 200 {
			good++
		} else if a.Text(t, "error") != "invalid_grant" {
			t.Errorf("got %s", a.Body)
		}
	}
	if good != 1 {
		t.Errorf("the code was good %d times, want once", good)
	}
	requests := p.Requests(oidc.EndpointToken)
	if len(requests) != 5 || p.Count(oidc.EndpointToken) != 5 {
		t.Fatalf("%d requests noted, %d counted, want 5", len(requests), p.Count(oidc.EndpointToken))
	}
	if first := requests[0]; first.Form.Get("code") != code || first.Form.Get("code_verifier") != "wrong" || first.Status != 400 || first.Method != "POST" {
		t.Errorf("first request = %+v", first)
	}
}

func TestClientSecretBasic(t *testing.T) {
	p := start(t, func(s *oidc.Settings) { s.ClientSecret = "with %:+ signs" })
	for secret, want := range map[string]int{"with %:+ signs": 200, "wrong": 400} {
		form := ask.TokenForm(ask.Code(t, p), "client_id", "", "client_secret", "")
		req := ask.Request(t.Context(), t, http.MethodPost, p.BaseURL()+"/application/o/token/", form)
		req.SetBasicAuth("pantrie-client", url.QueryEscape(secret))
		if got := ask.Do(t, p.Client(), req); got.Status != want || want == 400 && got.Text(t, "error") != "invalid_client" {
			t.Errorf("secret %q: %d %s, want %d", secret, got.Status, got.Body, want)
		}
	}
}

func TestUserinfo(t *testing.T) {
	c := newClock()
	p := oidc.Start(t, oidc.Config{RedirectURIs: []string{ask.Callback}, Now: c.now})
	token := func(pairs ...string) string {
		return ask.Exchange(t, p, ask.Code(t, p, pairs...)).Text(t, "access_token")
	}
	living := token()
	idToken := ask.Exchange(t, p, ask.Code(t, p)).Text(t, "id_token")
	check := func(name, token string, want int, reason string) {
		t.Helper()
		got := ask.Userinfo(t, p, token)
		if got.Status != want || !strings.Contains(got.Header.Get("WWW-Authenticate"), reason) {
			t.Errorf("%s: %d %q, want %d %s", name, got.Status, got.Header.Get("WWW-Authenticate"), want, reason)
		}
	}
	check("living", living, 200, "")
	check("made up", "made-up", 401, "invalid_token")
	check("none", "", 401, "invalid_token")
	check("ID token", idToken, 401, "invalid_token")
	check("without openid", token("scope", "email"), 403, "insufficient_scope")
	p.Set(func(s *oidc.Settings) { s.User("mara").Email = "new@example.org" })
	if got := ask.Userinfo(t, p, living).Text(t, "email"); got != "new@example.org" {
		t.Errorf("email = %q, want the present one", got)
	}
	form := url.Values{"access_token": {living}}
	if got := ask.Do(t, p.Client(), ask.Request(t.Context(), t, http.MethodPost, p.BaseURL()+"/application/o/userinfo/", form)); got.Status != 200 {
		t.Errorf("token in the form: %d", got.Status)
	}
	c.advance(time.Hour)
	check("expired", living, 401, "invalid_token")
	living = token()
	p.Set(func(s *oidc.Settings) { s.Users = nil })
	check("user deleted", living, 401, "invalid_token")
}

func TestIntrospectAndRevoke(t *testing.T) {
	p := start(t, nil)
	token := ask.Exchange(t, p, ask.Code(t, p)).Text(t, "access_token")
	post := func(endpoint, secret string, basic bool) ask.Answer {
		form := url.Values{"token": {token}}
		if !basic {
			form.Set("client_id", "pantrie-client")
			form.Set("client_secret", secret)
		}
		req := ask.Request(t.Context(), t, http.MethodPost, p.BaseURL()+"/application/o/"+endpoint+"/", form)
		if basic {
			req.SetBasicAuth("pantrie-client", secret)
		}
		return ask.Do(t, p.Client(), req)
	}
	active := func(secret string, basic bool) any { return post("introspect", secret, basic).JSON(t)["active"] }
	for _, basic := range []bool{true, false} {
		if got := active("pantrie-secret", basic); got != true {
			t.Errorf("basic %v: active = %v", basic, got)
		}
		if got := active("wrong", basic); got != false {
			t.Errorf("basic %v, wrong secret: active = %v", basic, got)
		}
		if got := post("revoke", "wrong", basic); got.Status < 400 {
			t.Errorf("basic %v: revoked with a wrong secret: %d", basic, got.Status)
		}
	}
	if got := post("introspect", "pantrie-secret", true).Text(t, "sub"); got != p.Subject("mara") {
		t.Errorf("sub = %q", got)
	}
	if got := post("revoke", "pantrie-secret", false); got.Status != 200 {
		t.Errorf("revoke: %d %s", got.Status, got.Body)
	}
	if got := active("pantrie-secret", true); got != false {
		t.Errorf("after revoking: active = %v", got)
	}
	if got := ask.Userinfo(t, p, token); got.Status != 401 {
		t.Errorf("userinfo after revoking: %d", got.Status)
	}
	if got := post("device", "pantrie-secret", false); got.Status != 400 {
		t.Errorf("device: %d", got.Status)
	}
}

func TestBrokenKeys(t *testing.T) {
	p := start(t, func(s *oidc.Settings) { s.NoSigningKey = true })
	discovery := func() map[string]any {
		return ask.Get(t, p.Client(), p.Issuer()+".well-known/openid-configuration").JSON(t)
	}
	if algs := discovery()["id_token_signing_alg_values_supported"].([]any); len(algs) != 1 || algs[0] != "HS256" {
		t.Errorf("algorithms = %v, want HS256 alone", algs)
	}
	if got := ask.Get(t, p.Client(), p.Issuer()+"jwks/").Body; strings.TrimSpace(got) != "{}" {
		t.Errorf("key set = %s, want {}", got)
	}
	header, _ := ask.Decode(t, ask.Exchange(t, p, ask.Code(t, p)).Text(t, "id_token"))
	if header["alg"] != "HS256" || header["kid"] != nil {
		t.Errorf("header = %v", header)
	}

	p.Set(func(s *oidc.Settings) { s.NoSigningKey, s.EncryptionKey = false, true })
	doc := discovery()
	for _, field := range []string{"id_token_encryption_alg_values_supported", "id_token_encryption_enc_values_supported"} {
		if doc[field] == nil {
			t.Errorf("discovery lacks %s", field)
		}
	}
	if keys := ask.Get(t, p.Client(), p.Issuer()+"jwks/").JSON(t)["keys"].([]any); len(keys) != 2 || keys[1].(map[string]any)["use"] != "enc" {
		t.Errorf("key set = %v", keys)
	}
	tokens := ask.Exchange(t, p, ask.Code(t, p))
	for _, field := range []string{"id_token", "access_token"} {
		if n := strings.Count(tokens.Text(t, field), "."); n != 4 {
			t.Errorf("%s has %d dots, want 4 as a JWE has", field, n)
		}
	}
	if got := ask.Userinfo(t, p, tokens.Text(t, "access_token")); got.Status != 200 {
		t.Errorf("userinfo with an encrypted token: %d", got.Status)
	}

	p.Set(func(s *oidc.Settings) { s.EncryptionKey = false })
	if doc := discovery(); doc["id_token_encryption_alg_values_supported"] != nil {
		t.Error("discovery still lists encryption")
	}
}

func TestDownAndSlow(t *testing.T) {
	for _, tls := range []bool{false, true} {
		p := oidc.Start(t, oidc.Config{TLS: tls})
		target := p.Issuer() + ".well-known/openid-configuration"
		p.Set(func(s *oidc.Settings) { s.Down = oidc.DownReset })
		if res, err := p.Client().Do(ask.Request(t.Context(), t, http.MethodGet, target, nil)); err == nil {
			res.Body.Close()
			t.Errorf("TLS %v: reset answered %d", tls, res.StatusCode)
		}
		p.Set(func(s *oidc.Settings) { s.Down = oidc.DownUnavailable })
		if got := ask.Get(t, p.Client(), target); got.Status != 503 {
			t.Errorf("TLS %v: status = %d, want 503", tls, got.Status)
		}
		p.Set(func(s *oidc.Settings) { s.Down, s.Delay = oidc.Up, time.Hour })
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if res, err := p.Client().Do(ask.Request(ctx, t, http.MethodGet, target, nil)); err == nil {
			res.Body.Close()
			t.Errorf("TLS %v: slow answered %d", tls, res.StatusCode)
		}
		p.Set(func(s *oidc.Settings) { s.Delay = 0 })
		if got := ask.Get(t, p.Client(), target); got.Status != 200 {
			t.Errorf("TLS %v: up again: %d", tls, got.Status)
		}
	}
}

// stubTB is a test whose end the real test decides.
type stubTB struct {
	*testing.T
	cleanup func()
}

func (s *stubTB) Cleanup(f func()) { s.cleanup = f }

func TestEndWhileSlow(t *testing.T) {
	stub := &stubTB{T: t}
	stopped := make(chan struct{})
	p := oidc.Start(stub, oidc.Config{})
	p.Set(func(s *oidc.Settings) { s.Delay = time.Hour })
	req := ask.Request(t.Context(), t, http.MethodGet, p.Issuer()+"jwks/", nil)
	go func() {
		if res, err := p.Client().Do(req); err == nil {
			res.Body.Close()
		}
	}()
	for p.Count(oidc.EndpointKeys) == 0 {
		runtime.Gosched()
	}
	go func() {
		stub.cleanup()
		close(stopped)
	}()
	select {
	case <-stopped:
	case <-time.After(2 * time.Minute):
		t.Fatal("the server waits for an answer held back")
	}
}

func TestIntercept(t *testing.T) {
	p := start(t, func(s *oidc.Settings) {
		s.Intercept = func(e oidc.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == oidc.EndpointUserinfo {
				w.WriteHeader(http.StatusTeapot)
				return
			}
			next.ServeHTTP(w, r)
		}
	})
	tokens := ask.Exchange(t, p, ask.Code(t, p))
	if got := ask.Userinfo(t, p, tokens.Text(t, "access_token")); got.Status != http.StatusTeapot {
		t.Errorf("userinfo: %d", got.Status)
	}
	if requests := p.Requests(oidc.EndpointUserinfo); len(requests) != 1 || requests[0].Status != http.StatusTeapot {
		t.Errorf("requests = %+v", requests)
	}
}

func TestClockOffset(t *testing.T) {
	c := newClock()
	p := oidc.Start(t, oidc.Config{RedirectURIs: []string{ask.Callback}, Now: c.now})
	p.Set(func(s *oidc.Settings) { s.ClockOffset = -2 * time.Minute })
	claims := ask.IDClaims(t, p)
	if claims["iat"] != 1_799_999_880.0 || claims["exp"] != 1_800_003_480.0 || claims["auth_time"] != 1_799_999_880.0 {
		t.Errorf("iat, exp, auth_time = %.0f, %.0f, %.0f", claims["iat"], claims["exp"], claims["auth_time"])
	}
}

func TestLogoutToken(t *testing.T) {
	p := start(t, nil)
	token, err := p.LogoutToken(p.Subject("mara"), "the-sid", nil)
	if err != nil {
		t.Fatal(err)
	}
	header, claims := ask.Decode(t, token)
	members := []string{"aud", "events", "exp", "iat", "iss", "jti", "sid", "sub"} // those of Authentik 2025.10.4
	if diff := cmp.Diff(members, slices.Sorted(maps.Keys(claims))); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	if claims["exp"].(float64)-claims["iat"].(float64) != 3600 {
		t.Errorf("good from %v to %v", claims["iat"], claims["exp"])
	}
	events, _ := claims["events"].(map[string]any)
	if _, ok := events["http://schemas.openid.net/event/backchannel-logout"]; !ok || claims["nonce"] != nil {
		t.Errorf("claims = %v", claims)
	}
	if header["typ"] != "logout+jwt" || claims["iss"] != p.Issuer() || claims["aud"] != "pantrie-client" || claims["sid"] != "the-sid" || claims["sub"] != p.Subject("mara") {
		t.Errorf("header = %v, claims = %v", header, claims)
	}
}
