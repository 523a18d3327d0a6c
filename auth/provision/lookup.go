package provision

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"pantrie/auth/authentik"
)

const (
	flowImplicit = "default-provider-authorization-implicit-consent"
	flowExplicit = "default-provider-authorization-explicit-consent"
	defaultKey   = "authentik Self-signed Certificate"
	managedScope = "goauthentik.io/providers/oauth2/scope-"
)

// scopeOffline gives refresh tokens (OpenID Connect Core 1.0, section 11). A provider works without.
const scopeOffline = "offline_access"

func scopeNames() []string { return []string{"openid", "email", "profile"} }

func (c Consent) flow() string {
	if c == ConsentExplicit {
		return flowExplicit
	}
	return flowImplicit
}

// lookUp finds what a new provider needs.
func (r *run) lookUp(ctx context.Context, s *survey) *refusal {
	for _, find := range []func(context.Context, *survey) *refusal{r.findFlows, r.findScopes, r.findKey} {
		if problem := find(ctx, s); problem != nil {
			return problem
		}
	}
	return nil
}

// first is the first of a list for which match is true.
func first(all []object, match func(object) bool) (object, bool) {
	i := slices.IndexFunc(all, func(o object) bool { return o.PK != "" && match(o) })
	if i < 0 {
		return object{}, false
	}
	return all[i], true
}

func (r *run) flowBySlug(ctx context.Context, slug string) (object, bool, *refusal) {
	all, problem := list[object](ctx, r.c, atFlows, url.Values{"slug": {slug}}, 200)
	found, ok := first(all, func(o object) bool { return o.Slug == slug })
	return found, ok, problem
}

func (r *run) findFlows(ctx context.Context, s *survey) *refusal {
	slug := r.w.Consent.flow()
	r.begin(StepFlow, "Looking for the flow "+slug+".")
	found, ok, problem := r.flowBySlug(ctx, slug)
	if problem != nil {
		return problem
	}
	if !ok {
		p := refused(CodeMissing, "Authentik has no flow "+slug+".",
			fmt.Sprintf("In Authentik: Customization → Blueprints, apply %q again. Perhaps the API token may not see it.", "Default - Provider authorization flow ("+string(r.w.Consent)+" consent)"))
		p.Field = FieldConsent
		return p
	}
	s.flow = found
	if !s.version.has(featureInvalidationFlow) {
		r.done("Found the flow " + slug + ".")
		return nil
	}
	if problem := r.findInvalidation(ctx, s); problem != nil {
		return problem
	}
	r.done("Found the flow " + slug + ".")
	return nil
}

// findInvalidation chooses the flow that runs when people sign out. Without the one that ends their
// session at Authentik it takes what Authentik's form proposes, then any other, and says what follows.
func (r *run) findInvalidation(ctx context.Context, s *survey) *refusal {
	all, problem := r.invalidationFlows(ctx)
	if problem != nil {
		return problem
	}
	found := false
	for _, slug := range []string{authentik.FlowSignsOut, authentik.FlowOnlyLeaves, ""} {
		s.invalidation, found = first(all, func(o object) bool { return slug == "" || o.Slug == slug })
		if found {
			break
		}
	}
	switch {
	case !found && s.version.known():
		return refused(CodeMissing, "Authentik has no flow "+authentik.FlowSignsOut+", which a provider needs.",
			"In Authentik: Customization → Blueprints, apply \"Default - Invalidation flow\" again. "+
				"Perhaps the API token may not see it.")
	case !found || s.invalidation.Slug == authentik.FlowSignsOut:
	case s.invalidation.keepsSession():
		s.warn(WarnSignOut, "Authentik has no flow %s, so the new provider uses %s. %s",
			authentik.FlowSignsOut, r.c.clean(s.invalidation.Slug), staysSignedIn)
	default:
		s.warn(WarnSignOut, "Authentik has no flow %s, so the new provider uses %s. "+
			"Pantrie can't tell whether that flow signs people out of Authentik.",
			authentik.FlowSignsOut, r.c.clean(s.invalidation.Slug))
	}
	return nil
}

// staysSignedIn is what follows from an invalidation flow without a stage that signs people out.
const staysSignedIn = "That flow doesn't sign people out of Authentik: after signing out of Pantrie they are " +
	"still signed in there, even with \"Sign out at Authentik too\"."

func (r *run) invalidationFlows(ctx context.Context) ([]object, *refusal) {
	return list[object](ctx, r.c, atFlows, url.Values{"designation": {"invalidation"}}, 200)
}

// askInvalidation looks at the flow of a provider that is there already. It stays, and nothing but a
// warning depends on it, so a token that may not see flows is no reason to stop.
func (r *run) askInvalidation(ctx context.Context, s *survey) {
	if s.provider == nil || s.provider.InvalidationFlow == "" {
		return
	}
	all, problem := r.invalidationFlows(ctx)
	if problem != nil {
		return
	}
	flow, found := first(all, func(o object) bool { return o.PK == s.provider.InvalidationFlow })
	if !found || !flow.keepsSession() {
		return
	}
	s.warn(WarnSignOut, "The provider %s keeps its invalidation flow, %s. %s To change that, in Authentik: %s, choose %s.",
		r.c.quote(s.provider.Name), r.c.clean(flow.Slug), staysSignedIn, authentik.SettingInvalidationFlow.Where(), authentik.FlowSignsOut)
}

func (r *run) findScopes(ctx context.Context, s *survey) *refusal {
	r.begin(StepScopes, "Looking for the scopes "+strings.Join(scopeNames(), ", ")+".")
	at, other := atMappings, atMappingsOld
	if !s.version.has(featureMappingPath) {
		at, other = other, at
	}
	for _, name := range append(scopeNames(), scopeOffline) {
		managed := managedScope + name
		ask := func() ([]object, *refusal) {
			return list[object](ctx, r.c, at, url.Values{"managed": {managed}}, 200)
		}
		all, problem := ask()
		if problem != nil && problem.status == http.StatusNotFound && other != "" {
			at = other
			if again, second := ask(); second == nil || second.status != http.StatusNotFound {
				all, problem = again, second
			}
		}
		other = "" // the path is known by now
		if problem != nil && !problem.about("managed") {
			return problem
		}
		found, ok := first(all, func(o object) bool { return o.Managed == managed })
		if !ok && name == scopeOffline {
			continue
		}
		s.offline = name == scopeOffline
		if !ok {
			return refused(CodeMissing, fmt.Sprintf("Authentik has no scope mapping for %s (%s).", name, managed),
				"In Authentik: Customization → Blueprints, apply \"System - OAuth2 Provider - Scopes\" again. Perhaps the API token may not see it.")
		}
		s.scopes = append(s.scopes, found)
	}
	r.done("Found the scopes " + strings.Join(scopeNames(), ", ") + ".")
	return nil
}

// findKey prefers the key that Authentik makes for itself at its first start, then an RSA one,
// then any certificate with a key.
func (r *run) findKey(ctx context.Context, s *survey) *refusal {
	r.begin(StepSigningKey, "Looking for a key that signs tokens.")
	withKey := url.Values{"has_key": {"true"}, "include_details": {"true"}}
	named := url.Values{"has_key": {"true"}, "name": {defaultKey}}
	all, problem := list[object](ctx, r.c, atCertificates, named, 200)
	if problem != nil {
		return problem
	}
	usable := func(o object) bool { return o.HasKey == nil || *o.HasKey }
	found, ok := first(all, func(o object) bool { return o.Name == defaultKey && usable(o) })
	if !ok {
		if all, problem = list[object](ctx, r.c, atCertificates, withKey, 200); problem != nil {
			return problem
		}
		if found, ok = first(all, func(o object) bool { return usable(o) && strings.EqualFold(o.KeyType+o.KeyKind, "rsa") }); !ok {
			found, ok = first(all, usable)
		}
		if !ok {
			return refused(CodeMissing, "Authentik has no certificate with a private key, and without one it does not sign tokens.",
				"In Authentik: System → Certificates, generate one named \""+defaultKey+"\" (RSA). Perhaps the API token may not see the one there is.")
		}
		s.warn(WarnSigningKey, "Authentik has no %q. The key of %s signs the tokens.", defaultKey, r.c.quote(found.Name))
	}
	s.key = found
	r.done("Found the key " + r.c.quote(found.Name) + ".")
	return nil
}

// findGroup finds the group that may use the application.
func (r *run) findGroup(ctx context.Context, s *survey) *refusal {
	if r.w.Group == "" {
		r.skip(StepGroup, "Everyone in Authentik may use the application.")
		return nil
	}
	r.begin(StepGroup, fmt.Sprintf("Looking for the group %q.", r.w.Group))
	all, problem := list[object](ctx, r.c, atGroups, url.Values{"name": {r.w.Group}, "include_users": {"false"}}, 200)
	if problem != nil {
		return problem
	}
	all = slices.DeleteFunc(all, func(o object) bool { return o.Name != r.w.Group || o.PK == "" })
	switch len(all) {
	case 1:
		s.group = all[0]
		r.done(fmt.Sprintf("Found the group %q.", r.w.Group))
		return nil
	case 0:
		problem = refused(CodeMissing, fmt.Sprintf("Authentik has no group %q.", r.w.Group), "Choose another group, or create it in Authentik: Directory → Groups.")
		if names, p := r.groupNames(ctx); p == nil && len(names) > 0 {
			problem.Fix = "There are " + few(names) + ". " + problem.Fix
		}
	default:
		problem = refused(CodeUnusable, fmt.Sprintf("Authentik has %d groups with the name %q, so it is not clear which one is meant.", len(all), r.w.Group),
			"Rename one in Authentik: Directory → Groups. Or choose everyone, and bind the right one to the application there.")
	}
	problem.Field = FieldGroup
	return problem
}

// maxGroups is how many names of groups are offered.
const maxGroups = 200

// groupNames lists the groups by name, sorted. Names that no choice could carry are left out.
func (r *run) groupNames(ctx context.Context) ([]string, *refusal) {
	all, problem := list[object](ctx, r.c, atGroups, url.Values{"include_users": {"false"}, "ordering": {"name"}}, maxGroups)
	if problem != nil {
		return nil, problem
	}
	var names []string
	for _, g := range all {
		if g.Name != "" && r.c.clean(g.Name) == g.Name {
			names = append(names, g.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// few lists some names inside a sentence.
func few(names []string) string {
	const most = 10
	var quoted []string
	for _, name := range names[:min(len(names), most)] {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	text := strings.Join(quoted, ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// loopback says whether an address stays on this machine.
func loopback(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(u.Hostname())
	return err == nil && a.IsLoopback()
}
