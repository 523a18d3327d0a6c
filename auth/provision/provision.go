// Package provision sets Authentik up for Pantrie through Authentik's own API: it makes the OAuth2
// provider and the application, and reads the client ID and secret. It also writes the same as a
// blueprint, for people who would rather import a text than hand out a token.
//
// [Look] asks and changes nothing; [Apply] creates what [Look] announced. Whatever is there already
// is used only when the wish says so, and then only added to. What a run created is removed again
// when a later step fails, and what could not be removed is named with its address.
//
// Authentik is asked as its versions 2023.10 to 2026.5 want to be asked, see version.go. No redirect
// is followed, answers are bounded to 1 MiB, and the token is in no text that leaves this package.
package provision

import (
	"context"
	"net/http"
	"time"
)

// Consent says whether Authentik asks people before it sends them back to Pantrie.
type Consent string

// The ways, after Authentik's two default authorization flows.
const (
	ConsentImplicit Consent = "implicit"
	ConsentExplicit Consent = "explicit"
)

// Consents lists both.
func Consents() []Consent { return []Consent{ConsentImplicit, ConsentExplicit} }

// Existing says what to do with an application of the slug, or a provider of the name, that is
// there already.
type Existing string

// The ways. ExistingUse adds the redirect URIs that are missing and keeps the rest; ExistingRead
// changes nothing and reads the client ID and secret, for people who imported the blueprint.
const (
	ExistingStop Existing = ""
	ExistingUse  Existing = "use"
	ExistingRead Existing = "read"
)

// Wish is what Authentik is to have.
type Wish struct {
	BaseURL string // as a person pastes it
	Token   string // of Authentik's API
	Name    string // of provider and application; empty means "Pantrie"
	Slug    string // of the application; empty means "pantrie"

	RedirectURI  string // required
	LaunchURL    string // where the application's tile leads; may be empty
	LogoutURI    string // takes back-channel logouts (OpenID Connect Back-Channel Logout 1.0); may be empty
	SignedOutURL string // where a sign-out ends (OpenID Connect RP-Initiated Logout 1.0); may be empty

	Consent  Consent // empty means ConsentImplicit
	Group    string  // name of the one group that may use the application; empty means everyone
	Existing Existing

	// Keep stores the result; nil for nobody who does. When it fails, the run has failed.
	Keep func(context.Context, Result) error
}

// Network is how Authentik is reached.
type Network struct {
	// Transport has proxies, further certificate authorities and the dialer set up. It is cloned,
	// never changed. Required.
	Transport *http.Transport
	Timeout   time.Duration // of each request; 0 means 10 s
	// Within bounds a context to a time; nil means [context.WithTimeout]. A test has a clock of its own.
	Within func(context.Context, time.Duration) (context.Context, context.CancelFunc)
}

const defaultTimeout = 10 * time.Second

func (n Network) within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if n.Within == nil {
		return context.WithTimeout(ctx, limit)
	}
	return n.Within(ctx, limit)
}

// runLimit bounds a whole Look or Apply, however slowly each request is answered.
const runLimit = 90 * time.Second

// Look says what Apply would do, and changes nothing. The error is a [*Problem].
func Look(ctx context.Context, n Network, w Wish) (Plan, error) {
	ctx, cancel := n.within(ctx, runLimit)
	defer cancel()
	r, problem := begin(n, w, nil)
	if problem != nil {
		return Plan{}, &problem.Problem
	}
	defer r.c.close()
	s, problem := r.look(ctx)
	if problem != nil {
		return Plan{}, r.hide(&problem.Problem)
	}
	plan := r.plan(s)
	plan.Groups, problem = r.groupNames(ctx)
	if problem != nil && problem.Code == CodeInterrupted {
		return Plan{}, &problem.Problem
	}
	return plan, nil
}

// Apply creates what the plan says and reports each step as it begins and as it ends, if report is
// not nil, from the calling goroutine. The error is a [*Problem]. On failure what this run created
// is removed again, also when ctx has ended; Problem.Left names what could not be removed.
func Apply(ctx context.Context, n Network, w Wish, report func(Step)) (Result, error) {
	ctx, cancel := n.within(ctx, runLimit)
	defer cancel()
	r, problem := begin(n, w, report)
	if problem != nil {
		return Result{}, &problem.Problem
	}
	defer r.c.close()
	result, problem := r.apply(ctx)
	if problem != nil {
		return Result{}, r.fail(ctx, problem)
	}
	return result, nil
}

// Result is what sign-in needs to know.
type Result struct {
	Slug, ClientID, ClientSecret string
	Created                      []string  // what this run made, in words: "provider Pantrie"
	Version                      string    // of Authentik; empty when the token may not ask
	Warnings                     []Warning // what was not done, or will need a look
}
