package matrix

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/db"
)

// ends checks everything that a case says of a sign-in, and that nothing of it lasts.
func (a *attempt) ends(c matrixCase, to *url.URL) {
	a.t.Helper()
	a.log = a.read()
	switch {
	case c.reason != "":
		a.isRefused(c, to)
	case c.outcome == db.OutcomePending:
		a.isAsked(to)
	default:
		a.isLetIn(c, to)
	}
	a.lasts(c)
}

// lasts checks what has to hold after every case.
func (a *attempt) lasts(c matrixCase) {
	a.t.Helper()
	if c.check != nil {
		c.check(a)
	}
	a.keepsSecrets()
	if a.p.Certificate() != nil {
		return // which nobody trusts in the next sign-in either
	}
	const later = 20 * time.Second // past the pause after a failed discovery, and what a sign-out covers
	a.p.Set(func(s *authtest.Settings) { *s = *a.honest; s.ClockOffset = later })
	a.h.Clock.Add(later)
	next := a.h.Browser()
	if to := next.SignInAs(a.p, cmp.Or(c.next, "mara"), "/"); to.String() != "/" {
		a.t.Errorf("the next honest sign-in ended at %s", to)
	}
	next.Want(http.StatusOK, "GET", "/api/v1/auth/me", nil)
}

func (a *attempt) isRefused(c matrixCase, to *url.URL) {
	a.t.Helper()
	if to.Path != cmp.Or(c.page, "/login") || to.Query().Get("error") != string(c.reason) {
		a.t.Errorf("ended at %s, want %s?error=%s", to, cmp.Or(c.page, "/login"), c.reason)
	}
	var row db.SignInRecord
	if i := slices.IndexFunc(a.log, func(r db.SignInRecord) bool { return r.Reference == to.Query().Get("ref") }); i >= 0 {
		row = a.log[i]
	}
	if row.Code != string(c.reason) || row.Detail == "" ||
		slices.Contains([]db.Outcome{db.OutcomeSignedIn, db.OutcomeCreated, db.OutcomeLinked}, row.Outcome) {
		a.t.Errorf("sign-in log: %+v; want %s", row, c.reason)
	}
	a.isSignedIn(c.stays)
	a.became(0, 0, 1)
}

// isAsked checks that the account's password is asked for before anything is linked.
func (a *attempt) isAsked(to *url.URL) {
	a.t.Helper()
	if row := a.newest(); to.String() != "/login/link" || row.Outcome != db.OutcomePending {
		a.t.Errorf("ended at %s, sign-in log: %+v", to, row)
	}
	a.isSignedIn(false)
	a.became(0, 0, 1)
}

func (a *attempt) isLetIn(c matrixCase, to *url.URL) {
	a.t.Helper()
	outcome := cmp.Or(c.outcome, db.OutcomeCreated)
	if to.String() != cmp.Or(c.page, "/") {
		row, _ := a.h.SignIn(to.Query().Get("ref"))
		a.t.Fatalf("ended at %s (%s), want to be let in", to, row.Detail)
	}
	a.isSignedIn(true)
	if row := a.newest(); row.Outcome != outcome || row.Code != "" {
		a.t.Errorf("sign-in log: %+v; want %s", row, outcome)
	}
	if n := a.p.Count(oidc.EndpointToken) - a.posts; n != 1 {
		a.t.Errorf("a code was posted %d times", n)
	}
	switch outcome {
	case db.OutcomeCreated:
		a.became(1, 1, 1)
	case db.OutcomeLinked:
		a.became(0, 1, 1)
	default:
		a.became(0, 0, 1)
	}
}

func (a *attempt) isAnswered(c matrixCase, got Answer) {
	a.t.Helper()
	code := got.Code()
	if code == "" {
		code, _ = got.JSON()["error"].(string)
	}
	if got.Status != c.gets.status || code != c.gets.code || got.Header.Get("Location") != c.gets.location {
		a.t.Errorf("answered %d %q %s: %s; want %+v", got.Status, code, got.Header.Get("Location"), got.Body, c.gets)
	}
	rows := 0
	if c.gets.row != "" {
		rows = 1
		if row := a.newest(); cmp.Or(row.Code, string(row.Outcome)) != c.gets.row || row.Detail == "" {
			a.t.Errorf("sign-in log: %+v; want %s", row, c.gets.row)
		}
	}
	a.isSignedIn(c.stays)
	a.became(0, c.gets.linked, rows)
}

// isSignedIn checks whether somebody is signed in with the browser.
func (a *attempt) isSignedIn(yes bool) {
	a.t.Helper()
	status := http.StatusUnauthorized
	if yes {
		status = http.StatusOK
	}
	if got := a.Do("GET", "/api/v1/auth/me", nil); got.Status != status {
		a.t.Errorf("who is signed in: %d %s, want %d", got.Status, got.Body, status)
	}
}

// became checks that there are so many more users, identities, and rows in the sign-in log.
func (a *attempt) became(users, identities int64, rows int) {
	a.t.Helper()
	u, i := a.count()
	if u-a.users != users || i-a.identities != identities {
		a.t.Errorf("%d users and %d identities more, want %d and %d", u-a.users, i-a.identities, users, identities)
	}
	if n := len(a.log) - a.rows; n != rows {
		a.t.Errorf("%d rows more in the sign-in log, want %d", n, rows)
	}
	if n := a.p.Count(oidc.EndpointToken) - a.posts; n > 1 {
		a.t.Errorf("the code was posted %d times", n)
	}
}

func (a *attempt) newest() db.SignInRecord {
	a.t.Helper()
	if len(a.log) == 0 {
		a.t.Fatal("the sign-in log is empty")
	}
	return a.log[0]
}

// keepsSecrets checks that neither the server's log nor the sign-in log holds what was posted to
// the token endpoint, the tokens that came back, or anything else that is secret.
func (a *attempt) keepsSecrets() {
	a.t.Helper()
	secrets := slices.Clone(a.secrets)
	for _, r := range a.p.Requests(oidc.EndpointToken, oidc.EndpointUserinfo) {
		secrets = append(secrets, r.Form.Get("code"), r.Form.Get("code_verifier"), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	}
	written := a.h.Log.String()
	for _, r := range a.log {
		written += r.Detail + r.Email + r.Name + fmt.Sprint(r.Steps)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(written, s) {
			a.t.Error("a code, a verifier, a token, a password or the secret was written down")
		}
	}
}
