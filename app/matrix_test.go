package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pantrie/auth"
	"pantrie/auth/authtest"
	"pantrie/db"
)

// matrixCase is one way in which a provider, a browser, or somebody between them can fail, lie or
// be odd. Either it is refused with Reason, or it is let in with Outcome.
type matrixCase struct {
	name string
	// config changes what the provider starts with.
	config func(*authtest.Config)
	// spoil changes the provider before the sign-in.
	spoil func(*authtest.Settings)
	// as is who signs in; empty is mara, whom Pantrie does not know. Sam has an account.
	as string
	// play is the sign-in when it is not the plain one. It returns where the browser ended.
	play func(*attempt) *url.URL

	reason auth.Reason
	// outcome counts without reason; empty is created.
	outcome db.Outcome
	// check looks at what else the case is about.
	check func(*attempt)
}

// TestMatrix plays every case against a Pantrie of its own. Whatever the case: the reason stands on
// the page and, under the same reference, in the sign-in log; there is one row; nobody is signed in,
// created or linked; the code was posted once at most; no code and no secret is written anywhere;
// and the next honest sign-in works.
func TestMatrix(t *testing.T) {
	number := 0
	for _, group := range []struct {
		name  string
		cases []matrixCase
	}{
		{"issuer, audience, subject", whoCases()},
		{"time", timeCases()},
		{"nonce and state", stateCases()},
		{"signature and keys", keyCases(t)},
		{"token endpoint", tokenCases()},
		{"userinfo", userinfoCases()},
		{"claims", claimCases()},
		{"discovery", discoveryCases()},
	} {
		number += len(group.cases)
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.run(t)
				})
			}
		})
	}
	t.Logf("%d cases", number)
}

// attempt is a sign-in that a case plays, with what there was before it.
type attempt struct {
	*browser
	t *testing.T
	h *host
	p *authtest.Provider
	// honest is how the provider was before anything was spoilt.
	honest *authtest.Settings

	users, identities int64
	rows, posts       int
}

func newAttempt(t *testing.T, config func(*authtest.Config), tune ...func(*auth.Config)) *attempt {
	t.Helper()
	h := newHomeWith(t, nil, tune...)
	ctx := context.Background()
	cfg := authtest.Config{
		ClientSecret: "first-secret", RedirectURIs: []string{h.server.URL + callbackPath},
		Users: []authtest.User{
			{Username: "mara", Password: "mara", Email: "mara@example.org", Name: "Mara Brandt", Groups: []string{"family"}},
			{Username: "sam", Password: "sam", Email: adminEmail, Name: "Sam Brandt"},
		},
	}
	if config != nil {
		config(&cfg)
	}
	p := authtest.Start(t, cfg)
	base, slug, id := p.BaseURL(), "pantrie", "pantrie-client"
	err := h.auth.SaveProvider(ctx, auth.ProviderAuthentik, auth.ProviderInput{BaseURL: &base, Slug: &slug, ClientID: &id, ClientSecret: cfg.ClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	a := &attempt{t: t, h: h, p: p, honest: p.Settings(), browser: h.browser()}
	a.mark()
	return a
}

// mark takes what there is now as what there was before. A play calls it when it has done something
// that is not the case itself yet.
func (a *attempt) mark() {
	a.t.Helper()
	a.users, a.identities, a.rows = a.count()
	a.posts = a.p.Count(authtest.EndpointToken)
}

func (a *attempt) count() (users, identities int64, rows int) {
	a.t.Helper()
	ctx := context.Background()
	users, err1 := a.h.db.CountUsers(ctx)
	identities, err2 := a.h.db.CountIdentities(ctx, "authentik")
	log, err3 := a.h.db.SignIns(ctx, db.SignInFilter{Provider: "authentik", Most: 1000})
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			a.t.Fatal(err)
		}
	}
	return users, identities, len(log)
}

// authorize is the way to the provider and through it, up to the callback, which is not opened.
func (a *attempt) authorize(b *browser) *url.URL {
	a.t.Helper()
	return a.through(b.start("/"), authtest.Person{Username: "mara"})
}

func (a *attempt) through(to *url.URL, who authtest.Person) *url.URL {
	a.t.Helper()
	back, err := a.p.AuthorizeAs(context.Background(), nil, to.String(), who)
	if err != nil {
		a.t.Fatal(err)
	}
	u, err := url.Parse(back)
	if err != nil {
		a.t.Fatal(err)
	}
	return u
}

func (c matrixCase) run(t *testing.T) {
	a := newAttempt(t, c.config)
	if c.spoil != nil {
		a.p.Set(c.spoil)
	}
	if c.play != nil {
		a.ends(c, c.play(a))
		return
	}
	as := c.as
	if as == "" {
		as = "mara"
	}
	a.ends(c, a.signInAs(a.p, as, "/"))
}

// ends checks everything that a case says, and that nothing of it lasts.
func (a *attempt) ends(c matrixCase, to *url.URL) {
	a.t.Helper()
	switch {
	case c.reason != "":
		a.isRefused(to, c.reason)
	case c.outcome == db.OutcomePending:
		a.isAsked(to)
	default:
		a.isLetIn(to, c.outcome)
	}
	if c.check != nil {
		c.check(a)
	}
	a.keepsSecrets()
	if a.p.Certificate() != nil {
		return // which nobody trusts in the next sign-in either
	}
	a.p.Set(func(s *authtest.Settings) { *s = *a.honest })
	a.h.clock.add(20 * time.Second) // past the pause after a failed discovery
	next := a.h.browser()
	if to := next.signInAs(a.p, "mara", "/"); to.String() != "/" {
		a.t.Errorf("the next honest sign-in ended at %s", to)
	}
	next.want(http.StatusOK, "GET", "/api/v1/auth/me", nil)
}

func (a *attempt) isRefused(to *url.URL, reason auth.Reason) {
	a.t.Helper()
	if to.Path != "/login" || to.Query().Get("error") != string(reason) {
		a.t.Errorf("ended at %s, want /login?error=%s", to, reason)
	}
	row, err := a.h.signIn(to.Query().Get("ref"))
	if err != nil || row.Code != string(reason) || row.Detail == "" ||
		slices.Contains([]db.Outcome{db.OutcomeSignedIn, db.OutcomeCreated, db.OutcomeLinked}, row.Outcome) {
		a.t.Errorf("sign-in log: %+v, %v; want %s", row, err, reason)
	}
	a.want(http.StatusUnauthorized, "GET", "/api/v1/auth/me", nil)
	a.became(0, 0)
}

// isAsked checks that the account's password is asked for before anything is linked.
func (a *attempt) isAsked(to *url.URL) {
	a.t.Helper()
	if row := a.newest(); to.String() != "/login/link" || row.Outcome != db.OutcomePending {
		a.t.Errorf("ended at %s, sign-in log: %+v", to, row)
	}
	a.want(http.StatusUnauthorized, "GET", "/api/v1/auth/me", nil)
	a.became(0, 0)
}

func (a *attempt) isLetIn(to *url.URL, outcome db.Outcome) {
	a.t.Helper()
	if outcome == "" {
		outcome = db.OutcomeCreated
	}
	if to.String() != "/" {
		row, _ := a.h.signIn(to.Query().Get("ref"))
		a.t.Fatalf("ended at %s (%s), want to be let in", to, row.Detail)
	}
	a.want(http.StatusOK, "GET", "/api/v1/auth/me", nil)
	if row := a.newest(); row.Outcome != outcome || row.Code != "" {
		a.t.Errorf("sign-in log: %+v; want %s", row, outcome)
	}
	if n := a.p.Count(authtest.EndpointToken) - a.posts; n != 1 {
		a.t.Errorf("a code was posted %d times", n)
	}
	switch outcome {
	case db.OutcomeCreated:
		a.became(1, 1)
	case db.OutcomeLinked:
		a.became(0, 1)
	default:
		a.became(0, 0)
	}
}

// became checks that there are so many more users and identities, and one row more.
func (a *attempt) became(users, identities int64) {
	a.t.Helper()
	u, i, r := a.count()
	if u-a.users != users || i-a.identities != identities {
		a.t.Errorf("%d users and %d identities more, want %d and %d", u-a.users, i-a.identities, users, identities)
	}
	if r-a.rows != 1 {
		a.t.Errorf("%d rows more in the sign-in log, want 1", r-a.rows)
	}
	if n := a.p.Count(authtest.EndpointToken) - a.posts; n > 1 {
		a.t.Errorf("the code was posted %d times", n)
	}
}

func (a *attempt) newest() db.SignInRecord {
	a.t.Helper()
	rows, err := a.h.db.SignIns(context.Background(), db.SignInFilter{Provider: "authentik", Most: 1})
	if err != nil || len(rows) == 0 {
		a.t.Fatalf("sign-in log: %d rows, %v", len(rows), err)
	}
	return rows[0]
}

// keepsSecrets checks that neither the server's log nor the sign-in log holds what was posted to
// the token endpoint, nor the tokens that came back.
func (a *attempt) keepsSecrets() {
	a.t.Helper()
	secrets := []string{"first-secret"}
	for _, r := range a.p.Requests(authtest.EndpointToken, authtest.EndpointUserinfo) {
		secrets = append(secrets, r.Form.Get("code"), r.Form.Get("code_verifier"), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	}
	rows, err := a.h.db.SignIns(context.Background(), db.SignInFilter{Provider: "authentik", Most: 1000})
	if err != nil {
		a.t.Fatal(err)
	}
	written := a.h.log.String()
	for _, r := range rows {
		written += r.Detail + r.Email + r.Name + fmt.Sprint(r.Steps)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(written, s) {
			a.t.Error("a code, a verifier, a token or the secret was written down")
		}
	}
}

// What cases are made of.

// intercepted lets answer stand in for one endpoint.
func intercepted(at authtest.Endpoint, answer func(w http.ResponseWriter, r *http.Request, next http.Handler)) func(*authtest.Settings) {
	return func(s *authtest.Settings) {
		s.Intercept = func(e authtest.Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler) {
			if e == at {
				answer(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		}
	}
}

// answered makes one endpoint give a fixed answer.
func answered(at authtest.Endpoint, status int, kind, text string) func(*authtest.Settings) {
	return intercepted(at, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	})
}

// redirected makes one endpoint redirect.
func redirected(at authtest.Endpoint, status int, to string) func(*authtest.Settings) {
	return intercepted(at, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		http.Redirect(w, r, to, status)
	})
}

// cutOff makes one endpoint promise more than it sends.
func cutOff(at authtest.Endpoint) func(*authtest.Settings) {
	return intercepted(at, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "1000")
		_, _ = w.Write([]byte(`{"access_token":"a",`))
	})
}

func idToken(edit func(*authtest.Token)) func(*authtest.Settings) {
	return func(s *authtest.Settings) { s.EditIDToken = edit }
}

// claim sets a claim of the ID token; nil takes it away.
func claim(name string, value any) func(*authtest.Settings) {
	return idToken(func(tk *authtest.Token) {
		if value == nil {
			delete(tk.Claims, name)
			return
		}
		tk.Claims[name] = value
	})
}

func header(name string, value any) func(*authtest.Settings) {
	return idToken(func(tk *authtest.Token) { tk.Header[name] = value })
}

// with changes a parameter of an address; an empty value takes it away.
func with(u *url.URL, name, value string) string {
	c := *u
	q := c.Query()
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	c.RawQuery = q.Encode()
	return c.String()
}
