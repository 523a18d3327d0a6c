package provision

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// makeProvider creates the provider. Authentik gets a client ID of this run's own, by which the
// provider is found again should the answer get lost.
func (r *run) makeProvider(ctx context.Context, s *survey) *refusal {
	name := r.w.candidate(s.nth)
	r.begin(StepProvider, fmt.Sprintf("Creating the provider %q.", name))
	asText := !s.version.has(featureRedirectList)
	clientID := rand.Text() + rand.Text()[:14] // 40 characters, as Authentik's own
	body := r.providerBody(s, clientID)
	var made provider
	var problem *refusal
	for turned := false; ; {
		name = r.w.candidate(s.nth)
		body["name"], body["redirect_uris"] = name, newRedirects(r.w.RedirectURI, r.signedOut(s), asText)
		again := r.c.do(ctx, request{method: http.MethodPost, at: atProviders, in: body}, &made)
		switch {
		case again != nil && again.about("redirect_uris") && !turned:
			// The last patches of 2024.8 and 2024.10 take lists, and a version may be unknown.
			problem, asText, turned = again, !asText, true
			continue
		case again != nil && again.about("redirect_uris"):
			return problem
		case again != nil && again.about("name") && s.nth+1 < maxNames:
			// A provider of another kind may have it, or one that the token may not see.
			s.nth++
			s.warn(WarnOtherName, "Another provider has the name %q. The new one is called %q.", name, r.w.candidate(s.nth))
			continue
		}
		problem = again
		break
	}
	if problem != nil && !problem.unsure {
		return problem
	}
	mine := problem == nil && made.PK != 0 && made.ClientID == clientID
	if !mine {
		made.PK = 0 // it may be anybody's
	}
	r.deeds = append(r.deeds, r.providerDeed(name, clientID, made.PK))
	switch {
	case problem != nil:
		return problem
	case !mine || made.ClientSecret == "":
		return r.c.unreadable(request{at: atProviders}, r.c.base+"/api/v3/"+string(atProviders), "created a provider, but does not say its client ID and secret")
	}
	s.provider = &made
	r.made = append(r.made, fmt.Sprintf("provider %q", name))
	if problem := r.withoutMistake(ctx, s, asText); problem != nil {
		return problem
	}
	r.done(fmt.Sprintf("Created the provider %q.", name))
	return nil
}

// signedOut is the post-logout redirect URI for versions that know such, or nothing.
func (r *run) signedOut(s *survey) string {
	if !s.version.has(featureRedirectType) {
		return ""
	}
	return r.w.SignedOutURL
}

func (r *run) providerBody(s *survey, clientID string) map[string]any {
	body := map[string]any{
		"authorization_flow":         s.flow.PK,
		"client_type":                "confidential",
		"client_id":                  clientID,
		"signing_key":                s.key.PK,
		"sub_mode":                   "hashed_user_id",
		"issuer_mode":                "per_provider",
		"include_claims_in_id_token": true,
	}
	var scopes []string
	for _, scope := range s.scopes {
		scopes = append(scopes, scope.PK)
	}
	body["property_mappings"] = scopes
	if !s.offline {
		// Authentik tells of a sign-out only while an access token of the session is alive.
		body["access_token_validity"] = "days=30"
	}
	if s.invalidation.PK != "" {
		body["invalidation_flow"] = s.invalidation.PK
	}
	if s.version.has(featureGrantTypes) {
		body["grant_types"] = []string{"authorization_code", "refresh_token"}
	}
	if r.w.LogoutURI == "" {
		return body
	}
	if s.version.has(featureLogout) {
		body["logout_uri"], body["logout_method"] = r.w.LogoutURI, "backchannel"
	}
	if s.version.has(featureLogoutOld) && (!s.version.known() || !s.version.has(featureLogout)) {
		body["backchannel_logout_uri"] = r.w.LogoutURI
	}
	return body
}

// withoutMistake takes the post-logout redirect URI away again when Authentik took it for an
// ordinary one, as versions before 2026.5 do.
func (r *run) withoutMistake(ctx context.Context, s *survey, asText bool) *refusal {
	if asText || r.signedOut(s) == "" {
		return nil
	}
	uris, _ := s.provider.redirects()
	if !uris.has(r.w.SignedOutURL, "") {
		return nil
	}
	return r.c.do(ctx, request{
		method: http.MethodPatch, at: atProviders, id: strconv.FormatInt(s.provider.PK, 10),
		in: map[string]any{"redirect_uris": newRedirects(r.w.RedirectURI, "", asText)},
	}, nil)
}

// lacking are the redirect URIs that a provider which was there before has not got yet: the one for
// signing in, and from 2026.5 on the one for after signing out.
func (r *run) lacking(s *survey, uris redirects) []redirectEntry {
	var list []redirectEntry
	if !uris.has(r.w.RedirectURI, "") {
		list = append(list, redirectEntry{Mode: "strict", URL: r.w.RedirectURI})
	}
	after := r.signedOut(s)
	// Where the version is not known, an entry that has a type shows that there are types.
	if after != "" && (s.version.known() || uris.typed()) && !uris.has(after, typeLogout) {
		list = append(list, redirectEntry{Mode: "strict", URL: after, Type: typeLogout})
	}
	return list
}

func (e redirectEntry) words() string {
	if e.Type == typeLogout {
		return "post-logout redirect URI"
	}
	return "redirect URI"
}

// allWords names redirect URIs inside a sentence.
func allWords(list []redirectEntry) string {
	var words []string
	for _, e := range list {
		words = append(words, e.words())
	}
	return strings.Join(words, " and the ")
}

// addRedirectURIs is the one change to a provider that was there before.
func (r *run) addRedirectURIs(ctx context.Context, s *survey) *refusal {
	uris, _ := s.provider.redirects()
	name := r.c.quote(s.provider.Name)
	lacking := r.lacking(s, uris)
	if len(lacking) == 0 {
		r.skip(StepProvider, "The provider "+name+" has the redirect URI already.")
		return nil
	}
	r.begin(StepProvider, "Adding the "+allWords(lacking)+" to the provider "+name+".")
	// The list is replaced as a whole, so what somebody added in the meantime has to be in it.
	var now provider
	id := strconv.FormatInt(s.provider.PK, 10)
	if problem := r.c.do(ctx, request{method: http.MethodGet, at: atProviders, id: id}, &now); problem != nil {
		return problem
	}
	uris, readable := now.redirects()
	if !readable || now.PK != s.provider.PK {
		return r.c.unreadable(request{at: atProviders}, r.c.base+"/api/v3/"+string(atProviders), "answers with redirect URIs that cannot be read")
	}
	if lacking = r.lacking(s, uris); len(lacking) == 0 {
		r.done("The provider " + name + " has the redirect URI by now.")
		return nil
	}
	for _, e := range lacking {
		r.deeds = append(r.deeds, r.redirectDeed(&now, e))
	}
	problem := r.c.do(ctx, request{
		method: http.MethodPatch, at: atProviders, id: id,
		in: map[string]any{"redirect_uris": uris.with(lacking, !s.version.has(featureRedirectList))},
	}, nil)
	if problem != nil {
		return problem
	}
	for _, e := range lacking {
		r.made = append(r.made, e.words()+" of the provider "+name)
	}
	r.done("Added the " + allWords(lacking) + " to the provider " + name + ".")
	return nil
}

// makeApplication creates the application.
func (r *run) makeApplication(ctx context.Context, s *survey) *refusal {
	r.begin(StepApplication, fmt.Sprintf("Creating the application %q.", r.w.Name))
	body := map[string]any{"name": r.w.Name, "slug": r.w.Slug, "provider": s.provider.PK}
	if r.w.LaunchURL != "" {
		body["meta_launch_url"] = r.w.LaunchURL
	}
	own := len(r.deeds) > 0 // the provider is of this run
	var made application
	problem := r.c.do(ctx, request{method: http.MethodPost, at: atApplications, in: body}, &made)
	if problem != nil && problem.about("slug") && r.slugTaken(ctx) {
		return problem.as(CodeExists, "Authentik has an application with the slug "+r.w.Slug+" already.",
			"Look again and let Pantrie use it, or choose another Application Slug.")
	}
	if problem != nil && problem.about("provider") {
		return problem.as(CodeExists, "The provider "+r.c.quote(s.provider.Name)+" was given to another application in the meantime.", "Look again.")
	}
	if problem != nil && !problem.unsure {
		return problem
	}
	mine := problem == nil && made.PK != "" && made.Slug == r.w.Slug && made.Provider == s.provider.PK
	if !mine {
		made.PK = "" // it may be anybody's
	}
	r.gave = mine
	r.deeds = append(r.deeds, r.applicationDeed(made.PK, s.provider.PK, own))
	switch {
	case problem != nil:
		return problem
	case !mine:
		return r.c.unreadable(request{at: atApplications}, r.c.base+"/api/v3/"+string(atApplications), "created another application than it was asked for")
	}
	s.app = &made
	r.made = append(r.made, fmt.Sprintf("application %q", r.w.Name))
	r.done(fmt.Sprintf("Created the application %q.", r.w.Name))
	return nil
}

// as is the same refusal in other words.
func (r *refusal) as(code Code, message, fix string) *refusal {
	other := refused(code, message, fix)
	other.Field, other.status = FieldSlug, r.status
	return other
}

// slugTaken asks whether the slug was refused because there is such an application. Authentik's
// sentence about it is in the language of the token's user. A token that may not look sees none.
func (r *run) slugTaken(ctx context.Context) bool {
	var app application
	problem := r.c.do(ctx, request{method: http.MethodGet, at: atApplications, id: r.w.Slug}, &app)
	return problem == nil && app.PK != "" || problem != nil && problem.Code == CodeForbidden
}

// assignProvider gives the provider to an application that had none.
func (r *run) assignProvider(ctx context.Context, s *survey) *refusal {
	name := r.c.quote(s.app.Name)
	r.begin(StepApplication, "Setting the provider of the application "+name+".")
	before, problem := r.application(ctx, s.app.Slug)
	switch {
	case problem != nil:
		return problem
	case before.Provider != 0 || before.PK != s.app.PK:
		return r.overtaken(name)
	}
	if len(r.deeds) == 0 {
		// A provider that this run made takes itself away from the application as it is removed.
		r.deeds = append(r.deeds, r.assignmentDeed(before, s.provider.PK))
	}
	r.gave = true
	var made application
	problem = r.c.do(ctx, request{method: http.MethodPatch, at: atApplications, id: s.app.Slug, in: map[string]any{"provider": s.provider.PK}}, &made)
	if problem == nil {
		// Another run may have given it one at the same moment.
		problem = r.c.do(ctx, request{method: http.MethodGet, at: atApplications, id: s.app.Slug}, &made)
	}
	switch {
	case problem != nil && problem.about("provider"):
		return problem.as(CodeExists, "The provider "+r.c.quote(s.provider.Name)+" was given to another application in the meantime.", "Look again.")
	case problem != nil:
		return problem
	case made.Provider != s.provider.PK:
		return r.overtaken(name)
	}
	r.made = append(r.made, "provider of the application "+name)
	r.done("The application " + name + " has its provider.")
	return nil
}

func (r *run) overtaken(application string) *refusal {
	p := refused(CodeExists, "The application "+application+" was given another provider in the meantime.", "Look again.")
	p.Field = FieldSlug
	return p
}

// bind lets only the group use the application.
func (r *run) bind(ctx context.Context, s *survey) *refusal {
	if s.group.PK == "" {
		r.skip(StepBinding, "Everyone in Authentik may use the application.")
		return nil
	}
	r.begin(StepBinding, fmt.Sprintf("Letting only the group %q use the application.", r.w.Group))
	problem := r.c.do(ctx, request{method: http.MethodPost, at: atBindings, in: map[string]any{
		"target": s.app.PK, "group": s.group.PK, "order": 0, "enabled": true, "negate": false, "timeout": 30,
	}}, nil)
	if problem != nil {
		return problem // what may have been made goes with the application
	}
	r.made = append(r.made, fmt.Sprintf("binding to the group %q", r.w.Group))
	r.done(fmt.Sprintf("Only the group %q may use the application.", r.w.Group))
	return nil
}
