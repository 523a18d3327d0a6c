// Package matrix plays a sign-in against every way in which a provider, a browser, or somebody between them can fail,
// lie or be odd. It is for tests alone: package auth plays all of it over a front of its own, package app a selection
// over the API that people use.
package matrix

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"testing"
	"time"

	"pantrie/auth"
	"pantrie/auth/authtest"
	"pantrie/auth/authtest/oidc"
	"pantrie/auth/provider"
	"pantrie/auth/reason"
	"pantrie/db"
)

// matrixCase is one way in which a provider, a browser, or somebody between them can fail, lie or
// be odd. A sign-in is either refused with reason, or let in with outcome; a request that is no
// sign-in gets an answer.
type matrixCase struct {
	name string
	// config changes what the provider starts with.
	config func(*authtest.Config)
	// given prepares Pantrie and the browser. What it does counts as having been there before.
	given func(*attempt)
	// within is how long Pantrie waits for an answer, on a clock of the case's own; 0 is without end.
	within time.Duration
	// spoil changes the provider before the sign-in.
	spoil func(*authtest.Settings)
	// as is who signs in; empty is mara, whom Pantrie does not know. Sam has an account.
	as string
	// play is the sign-in when it is not the plain one. It returns where the browser ended.
	play func(*attempt) *url.URL
	// ask is a request in place of a sign-in.
	ask func(*attempt) Answer

	reason reason.Reason
	// outcome counts without reason; empty is created.
	outcome db.Outcome
	// gets is what ask must be answered.
	gets gets
	// page is where the browser ends when it is neither / nor, with a reason, /login.
	page string
	// stays says that somebody is signed in with the browser, although a sign-in was refused or
	// none was asked for: the victim of a forged sign-out, for instance.
	stays bool

	// check looks at what else the case is about.
	check func(*attempt)
	// next is who signs in honestly afterwards; empty is mara.
	next string
}

// gets is an answer of the API and what it leaves behind.
type gets struct {
	status int
	// code is that of the problem, or the error of the back-channel.
	code     string
	location string
	// row is the code, or without one the outcome, of the one row in the sign-in log; without it
	// there is none.
	row string
	// linked is how many identities there are more.
	linked int64
}

// Which says how much of the matrix is played.
type Which int

const (
	// Every plays all cases.
	Every Which = iota
	// Distinct plays of each group the first of the cases that end alike: with the same reason, outcome and page, or
	// with the same answer. That is what an API can get wrong that package auth has right.
	Distinct
)

// Start starts a Pantrie for one case. What tune sets comes last.
type Start func(t testing.TB, tune ...func(*auth.Config)) *Host

// Run plays every case against a Pantrie of its own. Whatever the case: the reason stands on
// the page and, under the same reference, in the sign-in log; there is one row; nobody is signed in,
// signed out, created or linked but for what the case says; the code was posted once at most; no
// code, no token, no password and no secret is written anywhere; and the next honest sign-in works.
func Run(t *testing.T, start Start, which Which) {
	t.Helper()
	played, number := 0, 0
	for _, group := range []struct {
		name  string
		cases []matrixCase
	}{
		{"issuer, audience, subject", whoCases()},
		{"time", timeCases()},
		{"nonce and state", stateCases()},
		{"signature and keys", keyCases(t)},
		{"token endpoint", tokenCases()},
		{"userinfo", userinfoCases(t)},
		{"claims", claimCases()},
		{"discovery", discoveryCases()},
		{"slow provider", slowCases()},
		{"groups claim", groupCases()},
		{"linking", linkingCases()},
		{"logout", slices.Concat(logoutTokenCases(t), signOutCases())},
		{"session", sessionCases()},
	} {
		number += len(group.cases)
		if which == Distinct {
			group.cases = distinct(group.cases)
		}
		played += len(group.cases)
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.run(t, start)
				})
			}
		})
	}
	t.Logf("%d of %d cases", played, number)
}

// distinct leaves out what ends like a case before it.
func distinct(cases []matrixCase) (list []matrixCase) {
	type ending struct {
		reason   reason.Reason
		outcome  db.Outcome
		page     string
		status   int
		code     string
		location string
	}
	seen := map[ending]bool{}
	for _, c := range cases {
		end := ending{c.reason, c.outcome, c.page, c.gets.status, c.gets.code, c.gets.location}
		if !seen[end] {
			seen[end] = true
			list = append(list, c)
		}
	}
	return list
}

// attempt is a sign-in that a case plays, with what there was before it.
type attempt struct {
	*Browser
	t *testing.T
	h *Host
	p *authtest.Provider
	// honest is how the provider was before anything was spoilt.
	honest *authtest.Settings

	users, identities int64
	rows, posts       int
	// log is the sign-in log at the end, newest first.
	log []db.SignInRecord

	// other is a browser beside the one that the case is about.
	other *Browser
	// limits is the clock of what Pantrie waits for, where the case has one.
	limits *authtest.Deadlines
	// sid is the session at the provider; secrets is what must not be written down.
	sid     string
	secrets []string
}

func newAttempt(t *testing.T, start Start, c matrixCase) *attempt {
	t.Helper()
	var limits *authtest.Deadlines
	var tune []func(*auth.Config)
	if c.within > 0 {
		limits = new(authtest.Deadlines)
		tune = append(tune, func(cfg *auth.Config) { cfg.ProviderTimeout, cfg.Within = c.within, limits.Within })
	}
	h := start(t, tune...)
	cfg := authtest.Config{
		ClientSecret: "first-secret", RedirectURIs: []string{h.URL + CallbackPath},
		Users: []authtest.User{
			{Username: "mara", Password: "mara", Email: "mara@example.org", Name: "Mara Brandt", Groups: []string{"family"}},
			{Username: "sam", Password: "sam", Email: AdminEmail, Name: "Sam Brandt"},
		},
	}
	if c.config != nil {
		c.config(&cfg)
	}
	p := authtest.Start(t, cfg)
	a := &attempt{
		t: t, h: h, p: p, honest: p.Settings(), limits: limits, Browser: h.Browser(), secrets: []string{"first-secret", AdminPassword},
		users: 1, // the administrator
	}
	a.connect()
	return a
}

// connect enters the provider in Pantrie.
func (a *attempt) connect() {
	a.t.Helper()
	a.set(provider.Input{
		BaseURL: new(a.p.BaseURL()), Slug: new("pantrie"), ClientID: new("pantrie-client"), ClientSecret: "first-secret",
	})
}

// mark takes what there is now as what there was before. A play calls it when it has done something
// that is not the case itself yet.
func (a *attempt) mark() {
	a.t.Helper()
	a.users, a.identities = a.count()
	a.rows = len(a.read())
	a.posts = a.p.Count(oidc.EndpointToken)
}

func (a *attempt) count() (users, identities int64) {
	a.t.Helper()
	ctx := context.Background()
	users, err := a.h.DB.CountUsers(ctx)
	if err != nil {
		a.t.Fatal(err)
	}
	return users, a.h.Identities()
}

func (a *attempt) read() []db.SignInRecord {
	a.t.Helper()
	return a.h.SignIns(db.SignInFilter{Provider: "authentik", Most: 1000})
}

// authorize is the way to the provider and through it, up to the callback, which is not opened.
func (a *attempt) authorize(b *Browser) *url.URL {
	a.t.Helper()
	return a.through(b.Start("/"), authtest.Person{Username: "mara"})
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

func (c matrixCase) run(t *testing.T, start Start) {
	a := newAttempt(t, start, c)
	if c.given != nil {
		c.given(a)
		a.mark()
	}
	if c.spoil != nil {
		a.p.Set(c.spoil)
	}
	if c.ask != nil {
		got := c.ask(a)
		a.log = a.read()
		a.isAnswered(c, got)
		a.lasts(c)
		return
	}
	play := c.play
	if play == nil {
		play = func(a *attempt) *url.URL { return a.SignInAs(a.p, cmp.Or(c.as, "mara"), "/") }
	}
	a.ends(c, play(a))
}
