package provision

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// survey is what there is in Authentik, and what follows from it.
type survey struct {
	version     version
	versionText string
	app         *application // of the slug; nil when there is none
	provider    *provider    // to use: the application's, or one that belongs to none; nil makes a new one
	nth         int          // which of its possible names the provider to make has
	found       *Found

	flow, invalidation, key, group object
	scopes                         []object
	offline                        bool // among them is the one for refresh tokens
	warnings                       []Warning
}

func (s *survey) warn(code WarningCode, format string, args ...any) {
	s.warnings = append(s.warnings, Warning{code, fmt.Sprintf(format, args...)})
}

// maxNames is how many names are tried for a new provider.
const maxNames = 5

// candidate is the nth name for a new provider: Pantrie, Pantrie (slug), Pantrie (slug 2).
func (w Wish) candidate(n int) string {
	switch n {
	case 0:
		return w.Name
	case 1:
		return fmt.Sprintf("%s (%s)", w.Name, w.Slug)
	}
	return fmt.Sprintf("%s (%s %d)", w.Name, w.Slug, n)
}

// connect asks for the version and for what is there already.
func (r *run) connect(ctx context.Context) (*survey, *refusal) {
	r.begin(StepConnect, "Asking Authentik at "+r.w.BaseURL+".")
	s := &survey{}
	if strings.HasPrefix(r.w.BaseURL, "http://") && !loopback(r.w.BaseURL) {
		s.warn(WarnPlainHTTP, "The address begins with http: the API token and the client secret travel unencrypted.")
	}
	if problem := r.askVersion(ctx, s); problem != nil {
		return nil, problem
	}
	if problem := r.askApplication(ctx, s); problem != nil {
		return nil, problem
	}
	if r.w.Existing != ExistingRead && (s.app == nil || s.app.Provider == 0) {
		if problem := r.askNames(ctx, s); problem != nil {
			return nil, problem
		}
	}
	r.describe(s)
	r.askInvalidation(ctx, s)
	text := "Connected to Authentik " + s.versionText + "."
	if s.versionText == "" {
		text = "Connected to Authentik."
	}
	if s.found == nil {
		text += " Nothing has the slug " + r.w.Slug + " yet."
	}
	r.done(text)
	return s, nil
}

func (r *run) askVersion(ctx context.Context, s *survey) *refusal {
	var said struct {
		Current string `json:"version_current"`
	}
	q := request{method: http.MethodGet, at: atVersion}
	problem := r.c.do(ctx, q, &said)
	switch {
	case problem != nil && problem.Code == CodeForbidden:
		// Older or stricter ones may keep it to themselves.
	case problem != nil:
		return problem
	case said.Current == "":
		return r.c.unreadable(q, r.c.base+"/api/v3/"+string(atVersion), "says no version")
	default:
		s.version, s.versionText = readVersion(said.Current), r.c.clean(said.Current)
	}
	switch {
	case !s.version.known():
		s.warn(WarnVersionUnknown, "Authentik does not say its version. Pantrie asks as the newest one wants to be asked.")
	case s.version.before(oldest()):
		s.warn(WarnVersionOld, "Authentik %s is older than %s, the oldest that Pantrie knows. It may work all the same.", s.versionText, oldest())
	}
	return nil
}

// askApplication looks for the application of the slug, and its provider.
func (r *run) askApplication(ctx context.Context, s *survey) *refusal {
	var app application
	problem := r.c.do(ctx, request{method: http.MethodGet, at: atApplications, id: r.w.Slug}, &app)
	switch {
	case problem != nil && problem.status == http.StatusNotFound && problem.Code == CodeMissing:
		return nil
	case problem != nil:
		return problem
	case app.PK == "" || app.Slug != r.w.Slug:
		return r.c.unreadable(request{at: atApplications}, r.c.base+"/api/v3/"+string(atApplications)+r.w.Slug+"/", "answers with another application")
	}
	s.app = &app
	if app.Provider == 0 {
		return nil
	}
	var p provider
	problem = r.c.do(ctx, request{method: http.MethodGet, at: atProviders, id: strconv.FormatInt(app.Provider, 10)}, &p)
	switch {
	case problem != nil && problem.Code == CodeMissing:
		return nil // of another kind
	case problem != nil:
		return problem
	case p.PK != app.Provider:
		return r.c.unreadable(request{at: atProviders}, r.c.base+"/api/v3/"+string(atProviders), "answers with another provider")
	}
	s.provider = &p
	return nil
}

// askNames looks for a provider of the name: one without an application can be used, one of another
// application is left alone.
func (r *run) askNames(ctx context.Context, s *survey) *refusal {
	for s.nth = range maxNames {
		name := r.w.candidate(s.nth)
		same, problem := list[provider](ctx, r.c, atProviders, url.Values{"name": {name}}, 200)
		if problem != nil {
			return problem
		}
		i := slices.IndexFunc(same, func(p provider) bool { return p.Name == name })
		switch {
		case i < 0:
			return nil
		case same[i].ApplicationSlug == "" && same[i].useless() == "":
			s.provider = &same[i]
			return nil
		}
	}
	return refused(CodeExists, fmt.Sprintf("Authentik has providers with the names %q, %q and so on already.", r.w.Name, r.w.candidate(1)),
		"Delete in Authentik those that are of no use: "+r.adminURL("providers", "")+".")
}

// describe says what was found, and whether it can be used.
func (r *run) describe(s *survey) {
	if s.app == nil && s.provider == nil {
		return
	}
	f := &Found{Usable: true}
	s.found = f
	if s.app != nil {
		f.Application, f.ApplicationSlug = r.c.clean(s.app.Name), s.app.Slug
		f.Provider = r.c.clean(s.app.ProviderObj.Name)
		f.AdminURL = r.adminURL("applications", s.app.Slug)
	}
	if s.app != nil && s.app.Provider != 0 && s.provider == nil {
		f.Usable, f.Reason = false, "Its provider is no OAuth2 provider."
		if kind := r.c.clean(s.app.ProviderObj.Kind); kind != "" {
			f.Reason = "Its provider is a " + kind + ", no OAuth2 provider."
		}
		return
	}
	if s.provider == nil {
		if r.w.Existing == ExistingRead {
			f.Usable, f.Reason = false, "It has no provider."
		}
		return
	}
	f.Provider, f.ClientID = r.c.clean(s.provider.Name), r.c.clean(s.provider.ClientID)
	if s.app == nil {
		f.AdminURL = r.adminURL("providers", strconv.FormatInt(s.provider.PK, 10))
	}
	uris, readable := s.provider.redirects()
	f.HasRedirectURI = uris.has(r.w.RedirectURI, "")
	if f.Reason = s.provider.useless(); f.Reason == "" && !readable {
		f.Reason = "Its redirect URIs cannot be read."
	}
	f.Usable = f.Reason == ""
	for _, lack := range s.provider.lacks() {
		s.warn(WarnSettings, "%s", lack)
	}
	if host := r.c.clean(uris.foreign(r.w.RedirectURI)); host != "" {
		s.warn(WarnShared, "This provider also serves another application, at %s. Both would have the same client secret: whoever runs one could sign people in to the other, and renewing it would stop both. Choose another slug, unless %s is this Pantrie at an earlier address.", host, host)
	}
}

// adminURL is the page of an object in Authentik's interface, or of all of them.
func (r *run) adminURL(what, id string) string {
	u := r.w.BaseURL + "/if/admin/#/core/" + what
	if id != "" {
		u += "/" + url.PathEscape(id)
	}
	return u
}

// stop is why what was found keeps Apply from working, or nil.
func (r *run) stop(s *survey) *refusal {
	f := s.found
	var p *refusal
	switch {
	case r.w.Existing == ExistingRead && s.app == nil:
		p = refused(CodeMissing, "Authentik has no application with the slug "+r.w.Slug+".",
			"Import the blueprint first, or compare the Application Slug with the one in Authentik: "+r.adminURL("applications", "")+".")
	case f == nil:
		return nil
	case r.w.Existing == ExistingStop:
		p = refused(CodeExists, "Authentik has "+f.words("an", "a")+" already.",
			"Let Pantrie use it, or choose another Application Slug, or delete it in Authentik: "+f.AdminURL)
	case !f.Usable:
		p = refused(CodeUnusable, "Pantrie cannot use "+f.words("the", "the")+". "+f.Reason, "Change that in Authentik ("+f.AdminURL+"), or choose another Application Slug.")
	default:
		return nil
	}
	p.Field = FieldSlug
	return p
}

// words names what was found inside a sentence, after an article.
func (f *Found) words(application, provider string) string {
	if f.ApplicationSlug == "" {
		return fmt.Sprintf("%s provider %q without an application", provider, f.Provider)
	}
	return fmt.Sprintf("%s application %q with the slug %s", application, f.Application, f.ApplicationSlug)
}
