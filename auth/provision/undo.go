package provision

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// undoLimit bounds the removal of what a run created. It starts anew when the run's own context
// has ended.
const undoLimit = 30 * time.Second

// deed is something that a run did, or may have done, and how to undo it.
type deed struct {
	step StepID
	what string // inside a sentence
	left Leftover
	// undo says whether there was anything to undo.
	undo func(context.Context) (bool, *refusal)
}

// undo removes what this run created, the last first, and returns what it could not.
func (r *run) undo(ctx context.Context) []Leftover {
	if len(r.deeds) == 0 {
		return nil
	}
	ctx, cancel := r.c.limited(context.WithoutCancel(ctx), undoLimit)
	defer cancel()
	r.begin(StepUndo, "Removing what was created.")
	var left []Leftover
	for _, d := range slices.Backward(r.deeds) {
		done, problem := d.undo(ctx)
		switch {
		case problem != nil:
			left = append(left, d.left)
			r.report(Step{d.step, StatusLeft, "The " + d.what + " could not be removed: " + problem.Message})
		case done:
			r.report(Step{d.step, StatusRemoved, "Removed the " + d.what + "."})
		}
	}
	if len(left) > 0 {
		r.report(Step{StepUndo, StatusFailed, "Not everything that was created could be removed."})
		return left
	}
	r.done("Nothing is left of what was created.")
	return nil
}

// remove deletes an object. One that is not there any more is as good.
func (r *run) remove(ctx context.Context, at resource, id string) (bool, *refusal) {
	problem := r.c.do(ctx, request{method: http.MethodDelete, at: at, id: id}, nil)
	if problem != nil && problem.gone() {
		return true, nil
	}
	return problem == nil, problem
}

// providerDeed is a provider that this run made, or may have made: then pk is 0, and its client
// ID tells it from everybody else's.
func (r *run) providerDeed(name, clientID string, pk int64) deed {
	id := ""
	if pk != 0 {
		id = strconv.FormatInt(pk, 10)
	}
	return deed{
		step: StepProvider,
		what: fmt.Sprintf("provider %q", name),
		left: Leftover{Kind: KindProvider, Name: name, URL: r.adminURL("providers", id)},
		undo: func(ctx context.Context) (bool, *refusal) {
			if pk != 0 {
				return r.removeProvider(ctx, id)
			}
			all, problem := list[provider](ctx, r.c, atProviders, url.Values{"client_id": {clientID}}, 200)
			if problem != nil {
				return false, problem
			}
			for _, p := range all {
				if p.ClientID == clientID {
					return r.remove(ctx, atProviders, strconv.FormatInt(p.PK, 10))
				}
			}
			return false, nil
		},
	}
}

// removeProvider deletes a provider unless another run has taken it for one that belongs to nobody,
// and given it to its application.
func (r *run) removeProvider(ctx context.Context, id string) (bool, *refusal) {
	var now provider
	problem := r.c.do(ctx, request{method: http.MethodGet, at: atProviders, id: id}, &now)
	switch {
	case problem != nil && problem.gone():
		return true, nil
	case problem != nil:
		return false, problem
	case now.ApplicationSlug != "" && (!r.gave || now.ApplicationSlug != r.w.Slug):
		return false, nil
	}
	return r.remove(ctx, atProviders, id)
}

// applicationDeed is an application that this run made, or may have made: then pk is empty. It is
// removed only if it is this run's beyond doubt, as another run may have been the one to get the
// slug; its provider shows that when that is this run's own.
func (r *run) applicationDeed(pk string, provider int64, own bool) deed {
	return deed{
		step: StepApplication,
		what: fmt.Sprintf("application %q", r.w.Name),
		left: Leftover{Kind: KindApplication, Name: r.w.Name, URL: r.adminURL("applications", r.w.Slug)},
		undo: func(ctx context.Context) (bool, *refusal) {
			app, problem := r.application(ctx, r.w.Slug)
			switch {
			case problem != nil || app.PK == "":
				return false, problem
			case pk != "" && app.PK == pk, pk == "" && own && app.Provider == provider:
				return r.remove(ctx, atApplications, r.w.Slug)
			case pk == "" && app.Provider == provider:
				return false, refused(CodeExists, "it may be somebody else's.", "")
			}
			return false, nil
		},
	}
}

// assignmentDeed is a provider, there before, that this run gave to an application without one.
func (r *run) assignmentDeed(app application, pk int64) deed {
	return deed{
		step: StepApplication,
		what: "provider of the application " + r.c.quote(app.Name),
		left: Leftover{Kind: KindApplication, Name: r.c.clean(app.Name), URL: r.adminURL("applications", app.Slug)},
		undo: func(ctx context.Context) (bool, *refusal) {
			now, problem := r.application(ctx, app.Slug)
			if problem != nil || now.Provider != pk {
				return false, problem
			}
			problem = r.c.do(ctx, request{method: http.MethodPatch, at: atApplications, id: app.Slug, in: map[string]any{"provider": nil}}, nil)
			return problem == nil, problem
		},
	}
}

// redirectDeed is the redirect URI that this run added, or may have added, to a provider that was
// there before.
func (r *run) redirectDeed(p *provider, e redirectEntry) deed {
	id := strconv.FormatInt(p.PK, 10)
	kind := KindRedirectURI
	if e.Type == typeLogout {
		kind = KindSignedOut
	}
	return deed{
		step: StepProvider,
		what: e.words() + " of the provider " + r.c.quote(p.Name),
		left: Leftover{Kind: kind, Name: e.URL, URL: r.adminURL("providers", id)},
		undo: func(ctx context.Context) (bool, *refusal) {
			var now provider
			problem := r.c.do(ctx, request{method: http.MethodGet, at: atProviders, id: id}, &now)
			if problem != nil {
				return false, problem
			}
			uris, _ := now.redirects()
			if !uris.has(e.URL, e.Type) {
				return false, nil
			}
			problem = r.c.do(ctx, request{
				method: http.MethodPatch, at: atProviders, id: id,
				in: map[string]any{"redirect_uris": uris.without(e.URL, e.Type)},
			}, nil)
			return problem == nil, problem
		},
	}
}

// application reads one as it is now. Its PK is empty when there is none.
func (r *run) application(ctx context.Context, slug string) (application, *refusal) {
	var app application
	problem := r.c.do(ctx, request{method: http.MethodGet, at: atApplications, id: slug}, &app)
	if problem != nil && problem.gone() {
		return application{}, nil
	}
	return app, problem
}
