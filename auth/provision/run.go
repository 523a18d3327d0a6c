package provision

import (
	"context"
	"errors"
	"strings"

	"pantrie/auth/fault"
)

// run is one Look or Apply under way.
type run struct {
	w      Wish // checked
	c      *client
	report func(Step)
	at     StepID // the step under way
	deeds  []deed // what was created, in that order
	made   []string
	// gave: the application of the slug has its provider from this run
	gave bool
}

func begin(n Network, w Wish, report func(Step)) (*run, *refusal) {
	w, r := w.check()
	if r != nil {
		return nil, r
	}
	if report == nil {
		report = func(Step) {}
	}
	return &run{w: w, c: newClient(n, w.BaseURL, w.Token), report: report}, nil
}

func (r *run) begin(id StepID, text string) {
	r.at = id
	r.report(Step{id, StatusRunning, text})
}

func (r *run) done(text string) { r.report(Step{r.at, StatusDone, text}) }

func (r *run) skip(id StepID, text string) { r.report(Step{id, StatusSkipped, text}) }

// look finds what there is and what a new provider needs, as far as it will be needed.
func (r *run) look(ctx context.Context) (*survey, *refusal) {
	s, problem := r.connect(ctx)
	if problem != nil {
		return nil, problem
	}
	switch problem = r.stop(s); {
	case problem != nil && s.found == nil:
		return nil, problem
	case problem != nil:
		return s, nil //nolint:nilerr // the plan shows what was found, and the problem beside it
	}
	return s, r.prepare(ctx, s)
}

// prepare looks up what will be needed.
func (r *run) prepare(ctx context.Context, s *survey) *refusal {
	if s.provider == nil {
		if problem := r.lookUp(ctx, s); problem != nil {
			return problem
		}
	} else {
		for _, id := range []StepID{StepFlow, StepScopes, StepSigningKey} {
			r.skip(id, "The provider keeps what it has.")
		}
	}
	if s.app != nil {
		r.skip(StepGroup, "Who may use the application stays as it is.")
	} else if problem := r.findGroup(ctx, s); problem != nil {
		return problem
	}
	r.warn(s)
	return nil
}

// apply is all of Apply but what follows a failure. What was there before is changed last.
func (r *run) apply(ctx context.Context) (Result, *refusal) {
	s, problem := r.connect(ctx)
	if problem == nil {
		problem = r.stop(s)
	}
	if problem == nil {
		problem = r.prepare(ctx, s)
	}
	if problem != nil {
		return Result{}, problem
	}
	for _, do := range r.work(s) {
		if problem := do(ctx, s); problem != nil {
			return Result{}, problem
		}
		if ctx.Err() != nil {
			return Result{}, interrupted()
		}
	}
	if len(r.w.Token) >= len("at least") && strings.Contains(s.provider.ClientID+" "+s.provider.ClientSecret, r.w.Token) {
		// It would be stored, shown and logged.
		return Result{}, r.c.unreadable(request{at: atProviders}, r.c.base+"/api/v3/"+string(atProviders), "answers with the API token in place of a client ID or secret")
	}
	result := Result{
		Slug: s.app.Slug, ClientID: s.provider.ClientID, ClientSecret: s.provider.ClientSecret,
		Created: r.made, Version: s.versionText, Warnings: s.warnings,
	}
	return result, r.keep(ctx, result)
}

// keep has the result stored.
func (r *run) keep(ctx context.Context, result Result) *refusal {
	if r.w.Keep == nil {
		return nil
	}
	r.begin(StepSave, "Saving the settings in Pantrie.")
	if err := r.w.Keep(ctx, result); err != nil {
		p := Problem{Code: CodeNotSaved, Message: "Pantrie could not save the settings.", Fix: "Look into Pantrie's log, then try again.", Err: err}
		var told *fault.Error
		if errors.As(err, &told) {
			p.Message, p.Fix = told.Message, ""
			for _, f := range told.Fields {
				p.Message += " " + f.Message
			}
		}
		return &refusal{Problem: p}
	}
	r.done("The settings are saved; they are in force at once.")
	return nil
}

// work is what there is to do after everything was looked up.
func (r *run) work(s *survey) []func(context.Context, *survey) *refusal {
	switch {
	case r.w.Existing == ExistingRead:
		return []func(context.Context, *survey) *refusal{r.nothing(StepProvider), r.nothing(StepApplication), r.nothing(StepBinding)}
	case s.app == nil && s.provider == nil:
		return []func(context.Context, *survey) *refusal{r.makeProvider, r.makeApplication, r.bind}
	case s.app == nil:
		return []func(context.Context, *survey) *refusal{r.makeApplication, r.bind, r.addRedirectURIs}
	case s.provider == nil:
		return []func(context.Context, *survey) *refusal{r.makeProvider, r.assignProvider, r.nothing(StepBinding)}
	case s.app.Provider == 0:
		return []func(context.Context, *survey) *refusal{r.assignProvider, r.nothing(StepBinding), r.addRedirectURIs}
	}
	return []func(context.Context, *survey) *refusal{r.nothing(StepApplication), r.nothing(StepBinding), r.addRedirectURIs}
}

// nothing is a step that leaves what is there as it is.
func (r *run) nothing(id StepID) func(context.Context, *survey) *refusal {
	return func(context.Context, *survey) *refusal {
		r.skip(id, "It stays as it is.")
		return nil
	}
}

// fail ends a run: what it created is removed, and the problem says what was not.
func (r *run) fail(ctx context.Context, why *refusal) error {
	p := why.Problem
	p.Step = r.at
	r.report(Step{r.at, StatusFailed, p.Message})
	p.Left = r.undo(ctx)
	return r.hide(&p)
}

// hide takes the token out of finished sentences, where it could only be because somebody put it
// into another field too. A very short one would take words with it.
func (r *run) hide(p *Problem) error {
	if len(r.w.Token) >= len("at least") {
		p.Message, p.Fix = strings.ReplaceAll(p.Message, r.w.Token, "…"), strings.ReplaceAll(p.Fix, r.w.Token, "…")
	}
	return p
}

// AsProblem is the problem in an error of Look or Apply, or nil.
func AsProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return nil
}
