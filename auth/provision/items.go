package provision

import (
	"fmt"
	"strings"
)

// items are the parts of a plan in the order of work.
func (r *run) items(s *survey) []Item {
	if r.stop(s) != nil || r.w.Existing == ExistingRead {
		return r.kept(s)
	}
	items := r.newProvider(s)
	if s.provider != nil {
		items = append([]Item{{KindProvider, ActionUse, r.c.clean(s.provider.Name), "It keeps its settings."}}, r.addedURIs(s)...)
	}
	switch {
	case s.app == nil:
		return append(items, r.newApplication(s)...)
	case s.app.Provider == 0:
		return append(items, Item{KindApplication, ActionUse, r.c.clean(s.app.Name), "It has no provider yet, and gets this one. Everything else stays as it is."})
	}
	return append(items, Item{KindApplication, ActionKeep, r.c.clean(s.app.Name), "It stays as it is."})
}

// kept are the parts that are there already, when nothing is going to be changed.
func (r *run) kept(s *survey) []Item {
	var items []Item
	if s.provider != nil {
		items = append(items, Item{KindProvider, ActionKeep, r.c.clean(s.provider.Name), ""})
	}
	if s.app != nil {
		items = append(items, Item{KindApplication, ActionKeep, r.c.clean(s.app.Name), "Slug " + s.app.Slug})
	}
	return items
}

func (r *run) addedURIs(s *survey) []Item {
	items := []Item{{KindRedirectURI, ActionKeep, r.w.RedirectURI, "The provider has it already."}}
	after := Item{KindSignedOut, ActionKeep, r.w.SignedOutURL, "The provider has it already."}
	uris, _ := s.provider.redirects()
	for _, e := range r.lacking(s, uris) {
		if e.Type == typeLogout {
			after.Action, after.Detail = ActionAdd, "Type Logout. Those that are there stay."
		} else {
			items[0].Action, items[0].Detail = ActionAdd, "Those that are there stay."
		}
	}
	if after.Action == ActionAdd || after.Name != "" && uris.has(after.Name, typeLogout) {
		items = append(items, after)
	}
	return items
}

func (r *run) newProvider(s *survey) []Item {
	name := Item{KindProvider, ActionCreate, r.w.candidate(s.nth), ""}
	if s.nth > 0 {
		name.Detail = fmt.Sprintf("Another provider has the name %q, and is left alone.", r.w.Name)
	}
	items := []Item{name, {KindFlow, ActionUse, s.flow.Slug, ""}}
	if s.invalidation.PK != "" {
		items = append(items, Item{KindInvalidationFlow, ActionUse, r.c.clean(s.invalidation.Slug), ""})
	}
	items = append(items,
		Item{KindScopes, ActionUse, strings.Join(scopeNames(), ", "), ""},
		Item{KindSigningKey, ActionUse, r.c.clean(s.key.Name), ""},
		Item{KindRedirectURI, ActionCreate, r.w.RedirectURI, "Strict: every character counts."})
	if r.w.LogoutURI != "" {
		items = append(items, versioned(KindLogout, r.w.LogoutURI, s.version.has(featureLogoutOld)))
	}
	if r.w.SignedOutURL != "" {
		items = append(items, versioned(KindSignedOut, r.w.SignedOutURL, s.version.has(featureRedirectType)))
	}
	return items
}

// versioned is a part that older versions have no place for.
func versioned(kind ItemKind, name string, known bool) Item {
	if known {
		return Item{kind, ActionCreate, name, ""}
	}
	return Item{kind, ActionOmit, name, "This version of Authentik has no place for it."}
}

func (r *run) newApplication(s *survey) []Item {
	items := []Item{{KindApplication, ActionCreate, r.w.Name, "Slug " + r.w.Slug}}
	if r.w.LaunchURL != "" {
		items = append(items, Item{KindLaunchURL, ActionCreate, r.w.LaunchURL, ""})
	}
	if r.w.Group == "" {
		return append(items, Item{KindGroup, ActionOmit, "", "Everyone in Authentik may use the application."})
	}
	return append(items, Item{KindGroup, ActionCreate, r.w.Group, "Only its members may use the application."})
}

// warn adds what to know beforehand about what is going to be done.
func (r *run) warn(s *survey) {
	if s.provider != nil && r.w.Existing == ExistingRead && !s.found.HasRedirectURI {
		s.warn(WarnRedirectURI, "The provider %s lacks the redirect URI %s. Add it in Authentik: %s", r.c.quote(s.provider.Name), r.w.RedirectURI, s.found.AdminURL)
	}
	if s.app != nil && r.w.Group != "" && r.w.Existing != ExistingRead {
		s.warn(WarnGroupKept, "The application is there already, so the group %q is not bound to it. Do that in Authentik, if it is to be: %s", r.w.Group, s.found.AdminURL)
	}
	if s.provider != nil {
		return
	}
	if s.nth > 0 {
		s.warn(WarnOtherName, "Another provider has the name %q. The new one is called %q.", r.w.Name, r.w.candidate(s.nth))
	}
	if r.w.LogoutURI != "" && !s.version.has(featureLogoutOld) {
		s.warn(WarnNoLogout, "Authentik %s does not tell Pantrie when people sign out there. Version %s and newer do.", s.versionText, since(featureLogoutOld))
	}
	if r.w.SignedOutURL != "" && !s.version.has(featureRedirectType) {
		s.warn(WarnNoSignedOut, "After signing out at Authentik %s people stay on its page. Version %s and newer lead them back to Pantrie.", s.versionText, since(featureRedirectType))
	}
	if s.version.known() && s.version.has(featureEmailUnverified) {
		s.warn(WarnEmails, "Authentik %s calls every email address unverified. Whoever has an account in Pantrie already is asked for its password once. "+
			"If only you can change addresses in Authentik, OAuth Settings has a switch against it: \"Trust email addresses from Authentik\".", s.versionText)
	}
}
