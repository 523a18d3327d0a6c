package oidc_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"

	"pantrie/auth/authtest/internal/ask"
	"pantrie/auth/authtest/oidc"
)

// newRelyingParty is an application using the library as Pantrie does.
func newRelyingParty(t *testing.T, p *oidc.Provider, opts ...rp.VerifierOption) rp.RelyingParty {
	t.Helper()
	opts = append(opts, rp.WithNonce(func(context.Context) string { return "the-nonce" }))
	party, err := rp.NewRelyingPartyOIDC(t.Context(), p.Issuer(), "pantrie-client", "pantrie-secret", ask.Callback,
		[]string{"openid", "email", "profile"}, rp.WithHTTPClient(p.Client()), rp.WithVerifierOpts(opts...))
	if err != nil {
		t.Fatalf("discover: %v", err)
	}
	return party
}

func signInWith(t *testing.T, p *oidc.Provider, party rp.RelyingParty) (*zitadel.Tokens[*zitadel.IDTokenClaims], error) {
	t.Helper()
	target := rp.AuthURL("the-state", party,
		rp.AuthURLOpt(rp.WithURLParam("nonce", "the-nonce")),
		rp.WithCodeChallenge(zitadel.NewSHACodeChallenge(ask.Verifier)))
	q := ask.SignIn(t, p, nil, target)
	if q.Get("state") != "the-state" {
		t.Fatalf("state came back as %q", q.Get("state"))
	}
	return rp.CodeExchange[*zitadel.IDTokenClaims](t.Context(), q.Get("code"), party, rp.WithCodeVerifier(ask.Verifier))
}

func TestCodeFlowWithRelyingParty(t *testing.T) {
	for _, tc := range []struct {
		name  string
		cfg   oidc.Config
		setup func(*oidc.Settings)
	}{
		{name: "default"},
		{name: "sub-path", cfg: oidc.Config{BasePath: "/auth"}},
		{name: "other slug", cfg: oidc.Config{Slug: "larder"}},
		{name: "TLS", cfg: oidc.Config{TLS: true}},
		{name: "explicit consent", setup: func(s *oidc.Settings) { s.Consent = oidc.ConsentExplicit }},
		{name: "claims only in userinfo", setup: func(s *oidc.Settings) { s.ClaimsInIDToken = false }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.cfg.RedirectURIs = []string{ask.Callback}
			tc.cfg.Setup = tc.setup
			p := oidc.Start(t, tc.cfg)
			if https := strings.HasPrefix(p.BaseURL(), "https:"); https != tc.cfg.TLS || https != (p.Certificate() != nil) {
				t.Errorf("base URL %s, certificate %v", p.BaseURL(), p.Certificate() != nil)
			}
			party := newRelyingParty(t, p)
			if party.Issuer() != p.Issuer() {
				t.Errorf("issuer = %q, want %q", party.Issuer(), p.Issuer())
			}
			tokens, err := signInWith(t, p, party)
			if err != nil {
				t.Fatalf("exchange: %v", err)
			}
			if got, want := tokens.IDTokenClaims.Subject, p.Subject("mara"); got != want {
				t.Errorf("subject = %q, want %q", got, want)
			}
			info, err := rp.Userinfo[*zitadel.UserInfo](t.Context(), tokens.AccessToken, tokens.TokenType, tokens.IDTokenClaims.Subject, party)
			if err != nil {
				t.Fatalf("userinfo: %v", err)
			}
			if info.Email != "mara@example.org" || !bool(info.EmailVerified) || info.GivenName != "Mara Brandt" {
				t.Errorf("userinfo = %q %v %q", info.Email, info.EmailVerified, info.GivenName)
			}
			want := map[oidc.Endpoint]int{
				oidc.EndpointDiscovery: 1, oidc.EndpointAuthorize: 2, oidc.EndpointLogin: 2,
				oidc.EndpointToken: 1, oidc.EndpointKeys: 1, oidc.EndpointUserinfo: 1,
			}
			got := p.Counts()
			delete(got, oidc.EndpointFlow)
			delete(got, oidc.EndpointConsent)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRelyingPartyRefuses(t *testing.T) {
	tests := map[string]func(*oidc.Settings){
		"no signing key": func(s *oidc.Settings) { s.NoSigningKey = true },
		"encryption key": func(s *oidc.Settings) { s.EncryptionKey = true },
		"clock ahead":    func(s *oidc.Settings) { s.ClockOffset = 5 * time.Minute },
		"clock behind":   func(s *oidc.Settings) { s.ClockOffset = -5 * time.Hour },
		"rotated secret": func(s *oidc.Settings) { s.ClientSecret = "other" },
		"wrong issuer":   edit(func(tok *oidc.Token) { tok.Claims["iss"] = "https://elsewhere.example" }),
		"wrong nonce":    edit(func(tok *oidc.Token) { tok.Claims["nonce"] = "another" }),
		"alg none":       edit(func(tok *oidc.Token) { tok.Header["alg"] = "none" }),
		"unlisted RS512": edit(func(tok *oidc.Token) { tok.Header["alg"] = "RS512" }),
		"bad signature":  edit(func(tok *oidc.Token) { tok.Rewrite = func(s string) string { return s[:len(s)-8] + "AAAAAAAA" } }),
	}
	for name, setup := range tests {
		t.Run(name, func(t *testing.T) {
			p := start(t, nil)
			party := newRelyingParty(t, p)
			before := p.Settings()
			p.Set(setup)
			if _, err := signInWith(t, p, party); err == nil {
				t.Error("exchange succeeded")
			}
			p.Set(func(s *oidc.Settings) { *s = *before })
			if _, err := signInWith(t, p, party); err != nil {
				t.Errorf("after repair: %v", err)
			}
		})
	}
}

func edit(f func(*oidc.Token)) func(*oidc.Settings) {
	return func(s *oidc.Settings) { s.EditIDToken = f }
}

func TestRotateSigningKey(t *testing.T) {
	p := start(t, nil)
	party := newRelyingParty(t, p)
	first, err := signInWith(t, p, party)
	if err != nil {
		t.Fatal(err)
	}
	for _, keepOld := range []bool{true, false} {
		if err := p.RotateSigningKey(keepOld); err != nil {
			t.Fatal(err)
		}
		after, err := signInWith(t, p, party)
		if err != nil {
			t.Fatalf("after rotation: %v", err)
		}
		header, _ := ask.Decode(t, after.IDToken)
		if old, _ := ask.Decode(t, first.IDToken); header["kid"] == old["kid"] {
			t.Error("signed with the old key")
		}
		// A party without a cache of keys still knows the old token only if the key was kept.
		_, err = rp.VerifyIDToken[*zitadel.IDTokenClaims](t.Context(), first.IDToken, newRelyingParty(t, p).IDTokenVerifier())
		if kept := err == nil; kept != keepOld {
			t.Errorf("keepOld %v: old token verifies: %v (%v)", keepOld, kept, err)
		}
	}
}

func TestIDToken(t *testing.T) {
	c := newClock()
	p := oidc.Start(t, oidc.Config{RedirectURIs: []string{ask.Callback}, Now: c.now})
	browser := newBrowser(t, p)
	ask.SignIn(t, p, browser, ask.AuthorizeURL(p))
	c.advance(time.Minute)
	got := ask.Exchange(t, p, ask.SignIn(t, p, browser, ask.AuthorizeURL(p)).Get("code"))
	header, claims := ask.Decode(t, got.Text(t, "id_token"))

	keyID, _ := p.SigningKey()
	if diff := cmp.Diff(map[string]any{"alg": "RS256", "typ": "JWT", "kid": keyID}, header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if id, _ := claims["jti"].(string); len(id) != 32 {
		t.Errorf("jti = %v", claims["jti"])
	}
	delete(claims, "jti")
	want := map[string]any{
		"iss": p.Issuer(), "sub": p.Subject("mara"), "aud": "pantrie-client", "nonce": "the-nonce",
		"iat": 1_800_000_060.0, "exp": 1_800_003_660.0, "auth_time": 1_800_000_000.0,
		"acr": "goauthentik.io/providers/oauth2/default", "amr": []any{"pwd"},
		"sid":   p.SessionIDs("mara")[0],
		"email": "mara@example.org", "email_verified": true, "name": "Mara Brandt", "given_name": "Mara Brandt",
		"preferred_username": "mara", "nickname": "mara", "groups": []any{"family"},
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	if got := got.JSON(t); got["token_type"] != "Bearer" || got["scope"] != "openid email profile" || got["expires_in"] != 3600.0 {
		t.Errorf("token answer = %v", got)
	}
}

func TestClaims(t *testing.T) {
	userClaims := []string{"email", "email_verified", "name", "given_name", "preferred_username", "nickname", "groups"}
	mara := func(f func(*oidc.User)) func(*oidc.Settings) {
		return func(s *oidc.Settings) { f(s.User("mara")) }
	}
	full := map[string]any{
		"email": "mara@example.org", "email_verified": true, "name": "Mara Brandt", "given_name": "Mara Brandt",
		"preferred_username": "mara", "nickname": "mara", "groups": []any{"family"},
	}
	with := func(changes map[string]any) map[string]any {
		m := make(map[string]any)
		for k, v := range full {
			m[k] = v
		}
		for k, v := range changes {
			m[k] = v
			if v == "-" {
				delete(m, k)
			}
		}
		return m
	}
	for _, tc := range []struct {
		name  string
		scope string
		set   func(*oidc.Settings)
		want  map[string]any
	}{
		{"default", "openid email profile", nil, full},
		{"no scope means all", "", nil, full},
		{"unknown scopes are dropped", "openid groups email phone profile", nil, full},
		{"email only", "openid email", nil, map[string]any{"email": "mara@example.org", "email_verified": true}},
		{"openid only", "openid", nil, map[string]any{}},
		{"unverified since 2025.10", "", func(s *oidc.Settings) { s.EmailVerified = oidc.VerifiedFalse }, with(map[string]any{"email_verified": false})},
		{"verified absent", "", func(s *oidc.Settings) { s.EmailVerified = oidc.VerifiedAbsent }, with(map[string]any{"email_verified": "-"})},
		{"one user unverified", "", mara(func(u *oidc.User) { u.EmailVerified = oidc.VerifiedFalse }), with(map[string]any{"email_verified": false})},
		{"empty email", "", mara(func(u *oidc.User) { u.Email = "" }), with(map[string]any{"email": ""})},
		{"no groups", "", mara(func(u *oidc.User) { u.Groups = nil }), with(map[string]any{"groups": []any{}})},
		{"groups omitted", "", mara(func(u *oidc.User) { u.OmitClaims = []string{"groups"} }), with(map[string]any{"groups": "-"})},
		{"groups as a string", "", mara(func(u *oidc.User) { u.Claims = map[string]any{"groups": "family"} }), with(map[string]any{"groups": "family"})},
		{"renamed", "", mara(func(u *oidc.User) { u.Name = "Mara Voss" }), with(map[string]any{"name": "Mara Voss", "given_name": "Mara Voss"})},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := start(t, tc.set)
			if tc.scope == "" {
				tc.scope = "openid email profile"
			}
			tokens := ask.Exchange(t, p, ask.Code(t, p, "scope", tc.scope))
			_, fromToken := ask.Decode(t, tokens.Text(t, "id_token"))
			fromUserinfo := ask.Userinfo(t, p, tokens.Text(t, "access_token")).JSON(t)
			for where, claims := range map[string]map[string]any{"ID token": fromToken, "userinfo": fromUserinfo} {
				if claims["sub"] != p.Subject("mara") {
					t.Errorf("%s: sub = %v", where, claims["sub"])
				}
				for name := range claims {
					if !slices.Contains(userClaims, name) {
						delete(claims, name)
					}
				}
				if diff := cmp.Diff(tc.want, claims); diff != "" {
					t.Errorf("%s (-want +got):\n%s", where, diff)
				}
			}
		})
	}
}

func TestClaimsOnlyInUserinfo(t *testing.T) {
	p := start(t, func(s *oidc.Settings) { s.ClaimsInIDToken = false })
	tokens := ask.Exchange(t, p, ask.Code(t, p))
	_, claims := ask.Decode(t, tokens.Text(t, "id_token"))
	for _, name := range []string{"email", "email_verified", "name", "groups"} {
		if v, ok := claims[name]; ok {
			t.Errorf("ID token has %s = %v", name, v)
		}
	}
	if got := ask.Userinfo(t, p, tokens.Text(t, "access_token")).Text(t, "email"); got != "mara@example.org" {
		t.Errorf("userinfo email = %q", got)
	}
}

func TestSubjectModes(t *testing.T) {
	for mode, want := range map[oidc.SubjectMode]string{
		oidc.SubjectUserID:   "1",
		oidc.SubjectUUID:     "00000000-0000-4000-8000-000000000001",
		oidc.SubjectUsername: "mara",
		oidc.SubjectEmail:    "mara@example.org",
	} {
		p := start(t, func(s *oidc.Settings) { s.SubjectMode = mode })
		if got := ask.IDClaims(t, p)["sub"]; got != want {
			t.Errorf("%s: sub = %v, want %q", mode, got, want)
		}
	}
	p := start(t, nil)
	hashed, _ := ask.IDClaims(t, p)["sub"].(string)
	if len(hashed) != 64 {
		t.Errorf("hashed sub = %q, want 64 digits", hashed)
	}
	p.Set(func(s *oidc.Settings) { s.User("mara").Email = "new@example.org" })
	if got := ask.IDClaims(t, p)["sub"]; got != hashed {
		t.Errorf("sub changed with the email: %v", got)
	}
	p.Set(func(s *oidc.Settings) { s.InstanceID = "reinstalled" })
	if got := ask.IDClaims(t, p)["sub"]; got == hashed {
		t.Error("sub stayed the same in another installation")
	}
}

// TestConcurrentUse is worth its while under -race only.
func TestConcurrentUse(t *testing.T) {
	p := start(t, nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				got, err := p.Authorize(t.Context(), nil, ask.AuthorizeURL(p), "mara")
				if err != nil {
					t.Error(err)
					return
				}
				u, err := url.Parse(got)
				if err != nil {
					t.Error(err)
					return
				}
				if a := ask.Exchange(t, p, u.Query().Get("code")); a.Status != 200 {
					t.Errorf("exchange: %d %s", a.Status, a.Body)
				}
			}
		})
	}
	wg.Go(func() {
		for i := range 50 {
			p.Set(func(s *oidc.Settings) {
				s.User("mara").Groups = append(s.User("mara").Groups, "more")
				s.EmailVerified = []oidc.Verified{oidc.VerifiedTrue, oidc.VerifiedFalse}[i%2]
			})
			p.Requests()
			p.SessionIDs("mara")
		}
	})
	wg.Wait()
	if got := p.Count(oidc.EndpointToken); got != 20 {
		t.Errorf("token was called %d times, want 20", got)
	}
}
