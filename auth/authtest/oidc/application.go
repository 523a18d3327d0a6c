package oidc

import (
	"regexp"
	"slices"
)

// Application is what an application made through the API or a blueprint has beyond the settings. It
// never changes. A nil one knows all scopes and lets everyone in.
type Application struct {
	// Scopes are those of the provider's property mappings.
	Scopes []string
	// Patterns are the redirect URIs that are regular expressions.
	Patterns []*regexp.Regexp
	// RefusesCode is a provider that may not use authorization codes: on 2026.5, one made without
	// grant_types.
	RefusesCode bool
	// Bindings say who gets in: who passes any of them, or with All every one. Without any, everyone does.
	Bindings []Binding
	All      bool
	// Verified is what an email mapping sends as email_verified for everyone.
	Verified Verified
	// VerifiedByUser is an email mapping that takes email_verified from the user's attributes.
	VerifiedByUser bool
}

// Binding is one policy binding to a group or a user.
type Binding struct {
	Group  string
	UserID int
	Negate bool
}

func (a *Application) hasScope(scope string) bool {
	return a == nil || slices.Contains(a.Scopes, scope)
}

const scopeOffline = "offline_access"

// hasScope says whether a scope is mapped.
func (s *Settings) hasScope(scope string) bool {
	if s.Application == nil && scope == scopeOffline {
		return s.OfflineAccess
	}
	return s.Application.hasScope(scope)
}

// scopesListed are those that discovery names: the ones mapped, and openid in any case.
func (s *Settings) scopesListed() []string {
	list := []string{"openid"}
	for _, scope := range []string{"email", "profile", scopeOffline} {
		if s.hasScope(scope) {
			list = append(list, scope)
		}
	}
	return list
}

func (a *Application) refuses() bool { return a != nil && a.RefusesCode }

func (a *Application) allows(u *User) bool {
	if a == nil || len(a.Bindings) == 0 {
		return true
	}
	passes := func(b Binding) bool {
		return (b.UserID == u.ID && b.UserID != 0 || b.Group != "" && slices.Contains(u.Groups, b.Group)) != b.Negate
	}
	if a.All {
		return !slices.ContainsFunc(a.Bindings, func(b Binding) bool { return !passes(b) })
	}
	return slices.ContainsFunc(a.Bindings, passes)
}

// allowsRedirect says whether a redirect URI is registered.
func (s *Settings) allowsRedirect(uri string) bool {
	if slices.Contains(s.RedirectURIs, uri) {
		return true
	}
	return s.Application != nil && slices.ContainsFunc(s.Application.Patterns, func(p *regexp.Regexp) bool {
		return p.MatchString(uri)
	})
}
