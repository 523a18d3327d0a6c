package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pantrie/auth/authtest"
	"pantrie/db"
)

const backchannelPath = "/api/v1/auth/oauth/authentik/backchannel-logout"

// backchannel posts a logout token as a provider does: without cookies, as a form.
func (h *host) backchannel(token string) answer {
	h.t.Helper()
	b := h.browser()
	b.header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do("POST", backchannelPath, url.Values{"logout_token": {token}}.Encode())
}

func logoutToken(t *testing.T, p *authtest.Provider, sub, sid string, edit func(*authtest.Token)) string {
	t.Helper()
	token, err := p.LogoutToken(sub, sid, edit)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestBackchannelLogout(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	phone, laptop, sam := h.browser(), h.browser(), h.browser()
	phone.signInAs(p, "mara", "/")
	first := p.SessionIDs("mara")[0]
	laptop.signInAs(p, "mara", "/")
	sam.signInAs(p, "sam", "/")
	if a := h.backchannel(logoutToken(t, p, "", first, nil)); a.status != 200 || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("by sid: %d %v %s", a.status, a.header, a.body)
	}
	phone.want(401, "GET", "/api/v1/auth/me", nil)
	laptop.want(200, "GET", "/api/v1/auth/me", nil)
	if a := h.backchannel(logoutToken(t, p, p.Subject("mara"), "", func(tok *authtest.Token) { tok.Header["typ"] = "logout+jwt" })); a.status != 200 {
		t.Fatalf("by sub: %d %s", a.status, a.body)
	}
	laptop.want(401, "GET", "/api/v1/auth/me", nil)
	sam.want(200, "GET", "/api/v1/auth/me", nil)
	rows := h.signIns(db.SignInFilter{Outcome: db.OutcomeSignedOut})
	if len(rows) != 2 || rows[0].Purpose != db.PurposeLogout || !strings.Contains(rows[0].Detail, "ended here: 1") || rows[0].UserID == "" {
		t.Errorf("the log has %+v", rows)
	}
	// Signing in again works: what has ended is that session, not the person.
	p.Set(func(s *authtest.Settings) { s.ClockOffset = 20 * time.Second }) // a while later
	p.EndSessions()
	again := h.browser()
	again.signInAs(p, "mara", "/")
	again.want(200, "GET", "/api/v1/auth/me", nil)
}

// logoutCases are logout tokens that must change nothing (Back-Channel Logout 1.0, section 2.6).
func logoutCases() map[string]func(*authtest.Token) {
	claim := func(name string, value any) func(*authtest.Token) {
		return func(t *authtest.Token) { t.Claims[name] = value }
	}
	without := func(name string) func(*authtest.Token) {
		return func(t *authtest.Token) { delete(t.Claims, name) }
	}
	return map[string]func(*authtest.Token){
		"alg none":                   func(t *authtest.Token) { t.Header["alg"] = "none" },
		"HS256 with the secret":      func(t *authtest.Token) { t.Header["alg"], t.Key = "HS256", []byte("first-secret") },
		"RS512, which is not listed": func(t *authtest.Token) { t.Header["alg"] = "RS512" },
		"bad signature": func(t *authtest.Token) {
			t.Rewrite = func(s string) string { return s[:len(s)-8] + "AAAAAAAA" }
		},
		"crit":                       func(t *authtest.Token) { t.Header["crit"] = []string{"b64"} },
		"typ of an access token":     func(t *authtest.Token) { t.Header["typ"] = "at+jwt" },
		"no event":                   without("events"),
		"another event":              claim("events", map[string]any{"http://schemas.openid.net/event/other": map[string]any{}}),
		"event that is no object":    claim("events", map[string]any{"http://schemas.openid.net/event/backchannel-logout": true}),
		"events as a text":           claim("events", "http://schemas.openid.net/event/backchannel-logout"),
		"with a nonce":               claim("nonce", "n"),
		"with a nonce of null":       claim("nonce", nil),
		"another audience":           claim("aud", "somebody-else"),
		"no audience":                without("aud"),
		"another issuer":             claim("iss", "https://evil.example/application/o/pantrie/"),
		"no issuer":                  without("iss"),
		"no jti":                     without("jti"),
		"jti that is a number":       claim("jti", 5),
		"issued six minutes ago":     claim("iat", time.Now().Add(-6*time.Minute).Unix()),
		"issued in the future":       claim("iat", time.Now().Add(2*time.Minute).Unix()),
		"not said when issued":       without("iat"),
		"expired":                    claim("exp", time.Now().Add(-time.Minute).Unix()),
		"does not expire":            without("exp"),
		"neither sub nor sid":        func(t *authtest.Token) { delete(t.Claims, "sub"); delete(t.Claims, "sid") },
		"sub that is a number":       func(t *authtest.Token) { delete(t.Claims, "sid"); t.Claims["sub"] = 5 },
		"sub with control character": claim("sub", "a\x00b"),
		"sid and somebody else":      claim("sub", "somebody else"),
		"sid of 5,000 characters":    claim("sid", strings.Repeat("s", 5000)),
	}
}

func TestBackchannelLogoutRefuses(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	b := h.browser()
	b.signInAs(p, "mara", "/")
	sid := p.SessionIDs("mara")[0]
	cases := logoutCases()
	for name, edit := range cases {
		a := h.backchannel(logoutToken(t, p, p.Subject("mara"), sid, edit))
		want, wantError := 400, "invalid_request"
		if name == "sid and somebody else" { // right in form: it ends no session, because there is none of both
			want, wantError = 200, ""
		}
		if got, _ := a.json()["error"].(string); a.status != want || got != wantError {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if b.do("GET", "/api/v1/auth/me", nil).status != 200 {
			t.Fatalf("%s: signed out", name)
		}
	}
	for _, odd := range []string{"", "x", "a.b.c", strings.Repeat("a", 20_000), "eyJhbGciOiJub25lIn0.e30."} {
		if a := h.backchannel(odd); a.status != 400 {
			t.Errorf("token %.20q: %d %s", odd, a.status, a.body)
		}
	}
	if a := h.browser().do("GET", backchannelPath, nil); a.status != 405 {
		t.Errorf("GET: %d", a.status)
	}
	if a := h.browser().do("POST", backchannelPath, map[string]any{"logout_token": "x"}); a.status == 200 {
		t.Errorf("JSON: %d", a.status)
	}
	if a := h.browser().do("POST", "/api/v1/auth/oauth/github/backchannel-logout", map[string]any{}); a.status == 200 {
		t.Errorf("unknown provider: %d", a.status)
	}
	// A replay of a good one changes nothing.
	good := logoutToken(t, p, "", sid, nil)
	if a := h.backchannel(good); a.status != 200 {
		t.Fatalf("good token: %d %s", a.status, a.body)
	}
	b.want(401, "GET", "/api/v1/auth/me", nil)
	if a := h.backchannel(good); a.status != 400 {
		t.Errorf("replay: %d %s", a.status, a.body)
	}
	if a := h.backchannel(logoutToken(t, p, "", "unknown", nil)); a.status != 200 {
		t.Errorf("unknown sid: %d %s", a.status, a.body)
	}
	t.Logf("%d refused logout tokens", len(cases)-1)
}

// A provider that ends somebody's session while they are on their way in gets its way.
func TestBackchannelLogoutDuringASignIn(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	b := h.browser()
	back, err := p.Authorize(context.Background(), nil, b.start("/").String(), "mara")
	if err != nil {
		t.Fatal(err)
	}
	held, leave := make(chan struct{}), make(chan struct{})
	p.Set(func(s *authtest.Settings) {
		s.Intercept = func(e authtest.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == authtest.EndpointUserinfo {
				close(held)
				<-leave
			}
			next.ServeHTTP(w, r)
		}
	})
	done := make(chan *url.URL)
	go func() { done <- b.follow(back) }()
	<-held
	if a := h.backchannel(logoutToken(t, p, "", p.SessionIDs("mara")[0], nil)); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	close(leave)
	if to := <-done; to.Path != "/login" {
		t.Errorf("ended at %s", to)
	}
	b.want(401, "GET", "/api/v1/auth/me", nil)
}

func TestBackchannelLogoutDuringRequests(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	b := h.browser()
	b.signInAs(p, "mara", "/")
	sid := p.SessionIDs("mara")[0]
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					b.do("PATCH", "/api/v1/auth/me", map[string]any{"name": "Mara"})
				}
			}
		})
	}
	if a := h.backchannel(logoutToken(t, p, "", sid, nil)); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	close(stop)
	wg.Wait()
	b.want(401, "GET", "/api/v1/auth/me", nil)
}

// signOut signs out and returns the address at the provider, if there is one.
func (b *browser) signOut() *url.URL {
	b.h.t.Helper()
	a := b.do("POST", "/api/v1/auth/logout", nil)
	if a.status == http.StatusNoContent {
		if a.body != "" {
			b.h.t.Errorf("204 with a body: %q", a.body)
		}
		return nil
	}
	to, err := url.Parse(fmt.Sprint(a.json()["location"]))
	if err != nil || a.status != http.StatusOK {
		b.h.t.Fatalf("sign out: %d %s", a.status, a.body)
	}
	return to
}

func TestSignOutAtTheProvider(t *testing.T) {
	h, admin, p := withAuthentik(t, nil)
	b := h.browser()
	b.signInAs(p, "mara", "/")
	if to := b.signOut(); to != nil {
		t.Errorf("sent to %s although the option is off", to)
	}
	registered := h.server.URL + "/api/v1/auth/oauth/authentik/signed-out"
	if got := admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"signOutAtProvider": true}).json()["signedOutUrl"]; got != registered {
		t.Errorf("the tab shows %v", got)
	}
	p.Set(func(s *authtest.Settings) { s.PostLogoutRedirectURIs, s.StrictLogout = []string{registered}, true })
	b.signInAs(p, "mara", "/")
	to := b.signOut()
	if to == nil {
		t.Fatal("not sent to the provider")
	}
	b.want(401, "GET", "/api/v1/auth/me", nil)
	q := to.Query()
	if q.Get("client_id") != "pantrie-client" || q.Get("post_logout_redirect_uri") != registered || len(q.Get("state")) < 43 || strings.Count(q.Get("id_token_hint"), ".") != 2 {
		t.Errorf("sent to %s", to)
	}
	a := h.browser().do("GET", to.String(), nil)
	for a.status == 302 && !strings.HasPrefix(a.header.Get("Location"), h.server.URL) {
		next, err := to.Parse(a.header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		a = h.browser().do("GET", next.String(), nil)
	}
	back := a.header.Get("Location")
	if !strings.HasPrefix(back, registered+"?") {
		t.Fatalf("the provider answers %d %s %s", a.status, back, a.body)
	}
	if got := b.follow(back).String(); got != "/login?signedOut=authentik" {
		t.Errorf("ended at %s", got)
	}
	// Twice, from elsewhere, or with a wrong state it says less, and does nothing else.
	for _, odd := range []string{back, registered + "?state=wrong", registered} {
		if got := b.follow(odd).String(); got != "/login?signedOut=1" {
			t.Errorf("%s ended at %s", odd, got)
		}
	}
	// Whoever signed in with a password has nothing to end there.
	admin2 := h.browser()
	admin2.login(200, adminEmail, adminPassword)
	if to := admin2.signOut(); to != nil {
		t.Errorf("sent to %s", to)
	}
}

func TestSignOutWorksWhateverTheProviderDoes(t *testing.T) {
	edit := func(change func(map[string]any)) func(*authtest.Settings) {
		return func(s *authtest.Settings) {
			s.Intercept = func(e authtest.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
				if e != authtest.EndpointDiscovery {
					next.ServeHTTP(w, r)
					return
				}
				editJSON(w, r, next, change)
			}
		}
	}
	for name, change := range map[string]func(*authtest.Settings){
		"no endpoint":         edit(func(doc map[string]any) { delete(doc, "end_session_endpoint") }),
		"endpoint is no text": edit(func(doc map[string]any) { doc["end_session_endpoint"] = "javascript:alert(1)" }),
	} {
		t.Run(name, func(t *testing.T) {
			h, admin, p := withAuthentik(t, nil)
			admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"signOutAtProvider": true})
			p.Set(change)
			b := h.browser()
			b.signInAs(p, "mara", "/")
			if to := b.signOut(); to != nil {
				t.Errorf("sent to %s", to)
			}
			b.want(401, "GET", "/api/v1/auth/me", nil)
		})
	}
	t.Run("down", func(t *testing.T) {
		h, admin, p := withAuthentik(t, nil)
		admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"signOutAtProvider": true})
		b := h.browser()
		b.signInAs(p, "mara", "/")
		p.Set(func(s *authtest.Settings) { s.Down = authtest.DownReset })
		h.clock.add(2 * time.Hour)
		b.signOut() // to where it was last known, or nowhere
		b.want(401, "GET", "/api/v1/auth/me", nil)
	})
	t.Run("a sign-out is no sign-in", func(t *testing.T) {
		h, admin, p := withAuthentik(t, nil)
		admin.want(200, "PUT", "/api/v1/admin/oauth/authentik", map[string]any{"signOutAtProvider": true})
		b := h.browser()
		b.signInAs(p, "mara", "/")
		state := b.signOut().Query().Get("state")
		b.refused(b.follow(callbackPath+"?code=x&state="+state), "state_invalid", 2, 1)
	})
}

// Whoever shares the provider's address, behind the same proxy say, cannot keep people signed in by
// using up what the address is allowed. Noise beyond that costs neither a row nor a fetch of keys.
func TestNoiseKeepsNobodySignedIn(t *testing.T) {
	h, _, p := withAuthentik(t, nil)
	phone, laptop := h.browser(), h.browser()
	phone.signInAs(p, "mara", "/")
	sid := p.SessionIDs("mara")[0]
	laptop.signInAs(p, "mara", "/")
	for range 70 {
		h.browser().want(303, "GET", callbackPath+"?state=guess", nil)
	}
	edited := func(edit func(*authtest.Token)) string { return logoutToken(t, p, p.Subject("mara"), "", edit) }
	rows, fetched := len(h.signIns(db.SignInFilter{})), p.Count(authtest.EndpointKeys)
	for name, token := range map[string]string{
		"nothing":     "",
		"unknown key": edited(func(tok *authtest.Token) { tok.Header["kid"] = "guess" }),
		"no key":      edited(func(tok *authtest.Token) { delete(tok.Header, "kid") }),
		"bad signature": edited(func(tok *authtest.Token) {
			tok.Rewrite = func(s string) string { return s[:len(s)-8] + "AAAAAAAA" }
		}),
		"expired": edited(func(tok *authtest.Token) { tok.Claims["exp"] = time.Now().Add(-time.Minute).Unix() }),
	} {
		if a := h.backchannel(token); a.status != 429 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if got := len(h.signIns(db.SignInFilter{})); got != rows || p.Count(authtest.EndpointKeys) != fetched {
		t.Errorf("noise left %d rows and fetched keys %d times", got-rows, p.Count(authtest.EndpointKeys)-fetched)
	}
	for _, token := range []string{logoutToken(t, p, "", sid, nil), edited(nil)} {
		if a := h.backchannel(token); a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	phone.want(401, "GET", "/api/v1/auth/me", nil)
	laptop.want(401, "GET", "/api/v1/auth/me", nil)
}

// editJSON answers with what next does, changed.
func editJSON(w http.ResponseWriter, r *http.Request, next http.Handler, change func(map[string]any)) {
	seen := &answerRecorder{header: http.Header{}}
	next.ServeHTTP(seen, r)
	doc := map[string]any{}
	_ = json.Unmarshal([]byte(seen.body.String()), &doc)
	change(doc)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(doc)
}

type answerRecorder struct {
	header http.Header
	body   strings.Builder
}

func (a *answerRecorder) Header() http.Header         { return a.header }
func (a *answerRecorder) WriteHeader(int)             {}
func (a *answerRecorder) Write(b []byte) (int, error) { return a.body.Write(b) }
