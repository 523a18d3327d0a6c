package api

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pantrie/auth/authtest/oidc"
	"pantrie/auth/authtest/version"
)

// redirectURI is one entry of a provider's redirect_uris.
type redirectURI struct {
	Mode string // "strict" or "regex"
	URL  string
	Type string // "authorization" or "logout" (2026.5)
}

// sync brings the directory to what the settings say: people, groups, and the one application they
// describe.
func (d *directory) sync(s *oidc.Settings) {
	if v := s.Release(); v != d.version {
		if d.version.Less(version.InvalidationFlow()) && !v.Less(version.InvalidationFlow()) {
			d.addFlow(flowInvalidation, "invalidation")
		}
		if d.version.Less(version.GrantTypes()) && !v.Less(version.GrantTypes()) {
			for _, o := range d.all(ModelProvider) { // Which may do what they could before.
				o.set("grant_types", o.schema.field("grant_types", v).choices)
			}
		}
		d.version = v
	}
	d.objects = slices.DeleteFunc(d.objects, func(o *object) bool { return o.schema.model == ModelUser })
	d.memberships = make(map[string][]int)
	for i := range s.Users {
		u := &s.Users[i]
		for _, name := range u.Groups {
			d.memberships[name] = append(d.memberships[name], u.ID)
		}
		d.objects = append(d.objects, &object{schema: d.schema(ModelUser), pk: strconv.Itoa(u.ID), values: map[string]any{
			"username": u.Username, "name": u.Name, "email": u.Email, "is_active": !u.Disabled,
		}})
		d.addGroups(u.Groups)
	}
	d.addGroups(s.Groups)
	switch {
	case s.NoApplication && d.primary != nil: // Installed anew.
		for _, o := range d.all(ModelApplication, ModelProvider, ModelSAMLProvider) {
			d.remove(o)
		}
		d.primary = nil
	case s.NoApplication:
	case d.primary == nil:
		d.addPrimary(s)
	default:
		d.describe(d.primary, d.oauthProvider(d.primary), s)
	}
}

func (d *directory) addGroups(names []string) {
	for _, name := range names {
		if d.find(ModelGroup, "name", name) == nil {
			d.add(ModelGroup, map[string]any{"name": name, "is_superuser": false, "attributes": map[string]any{}})
		}
	}
}

// addPrimary makes the application that was there from the start, as its wizard would have.
func (d *directory) addPrimary(s *oidc.Settings) {
	name := strings.ToUpper(s.Slug[:1]) + s.Slug[1:]
	provider := d.add(ModelProvider, initial(d.schema(ModelProvider)))
	provider.set("name", "Provider for "+name)
	provider.set("grant_types", d.schema(ModelProvider).field("grant_types", version.GrantTypes()).choices)
	if f := d.find(ModelFlow, "slug", flowLogout); f != nil && !d.version.Less(version.InvalidationFlow()) {
		provider.set("invalidation_flow", f.pk)
	}
	var mappings []string
	for _, o := range d.all(ModelScopeMapping) {
		if slices.Contains([]string{"openid", "email", "profile"}, o.text("scope_name")) {
			mappings = append(mappings, o.pk)
		}
	}
	provider.set("property_mappings", mappings)
	d.primary = d.add(ModelApplication, initial(d.schema(ModelApplication)))
	d.primary.set("name", name)
	d.primary.set("provider", provider.pk)
	d.describe(d.primary, provider, s)
}

func initial(s *schema) map[string]any {
	values := make(map[string]any)
	for i := range s.fields {
		values[s.fields[i].name] = s.fields[i].initial
	}
	return values
}

// describe writes the settings into an application and its provider, where they differ.
func (d *directory) describe(app, provider *object, s *oidc.Settings) {
	app.set("slug", s.Slug)
	provider.set("client_id", s.ClientID)
	provider.set("client_secret", s.ClientSecret)
	provider.set("include_claims_in_id_token", s.ClaimsInIDToken)
	if subjectMode(provider.text("sub_mode")) != s.SubjectMode {
		provider.set("sub_mode", string(s.SubjectMode))
	}
	if d.consent(provider) != s.Consent || provider.text("authorization_flow") == "" {
		slug := flowImplicit
		if s.Consent == oidc.ConsentExplicit {
			slug = flowExplicit
		}
		if f := d.find(ModelFlow, "slug", slug); f != nil {
			provider.set("authorization_flow", f.pk)
		}
	}
	if !d.version.Less(version.InvalidationFlow()) && d.keepsSession(provider) != s.LogoutKeepsSession {
		slug := flowLogout
		if s.LogoutKeepsSession {
			slug = flowInvalidation
		}
		if f := d.find(ModelFlow, "slug", slug); f != nil {
			provider.set("invalidation_flow", f.pk)
		}
	}
	d.describeKey(provider, "signing_key", !s.NoSigningKey)
	d.describeKey(provider, "encryption_key", s.EncryptionKey)
	after := s.PostLogoutRedirectURIs
	if d.version.Less(version.LogoutType()) {
		after = nil
	}
	if authorization, logout := d.strictURIs(provider); !slices.Equal(authorization, s.RedirectURIs) || !slices.Equal(logout, after) {
		var entries []redirectURI
		for _, u := range s.RedirectURIs {
			entries = append(entries, redirectURI{"strict", u, "authorization"})
		}
		for _, u := range after {
			entries = append(entries, redirectURI{"strict", u, "logout"})
		}
		for _, e := range provider.redirects() {
			if e.Mode == "regex" {
				entries = append(entries, e)
			}
		}
		provider.set("redirect_uris", entries)
	}
}

func (d *directory) describeKey(provider *object, name string, wanted bool) {
	if !wanted {
		provider.set(name, nil)
		return
	}
	if provider.text(name) == "" {
		if c := d.all(ModelCertificate); len(c) > 0 {
			provider.set(name, c[0].pk)
		}
	}
}

// strictURIs returns the redirect URIs that are compared byte for byte, by type.
func (d *directory) strictURIs(provider *object) (authorization, logout []string) {
	for _, e := range provider.redirects() {
		switch {
		case e.Mode != "strict":
		case e.Type == "logout":
			logout = append(logout, e.URL)
		default:
			authorization = append(authorization, e.URL)
		}
	}
	return authorization, logout
}

func (d *directory) consent(provider *object) oidc.Consent {
	f := d.byPK(provider.text("authorization_flow"), ModelFlow)
	if f != nil && strings.Contains(f.text("slug"), "explicit") {
		return oidc.ConsentExplicit
	}
	return oidc.ConsentImplicit
}

// keepsSession says whether people stay signed in at the provider after end-session.
func (d *directory) keepsSession(provider *object) bool {
	f := d.byPK(provider.text("invalidation_flow"), ModelFlow)
	return f != nil && f.text("slug") == flowInvalidation
}

// subjectMode is the mode served; Authentik's user_upn stands for an attribute no user has here.
func subjectMode(name string) oidc.SubjectMode {
	if name == "user_upn" {
		return oidc.SubjectHashedUserID
	}
	return oidc.SubjectMode(name)
}

// settle returns the settings that describe the first application with an OAuth2 provider: the one
// they described before, if it is still there.
func (d *directory) settle(s *oidc.Settings) *oidc.Settings {
	usable := func(app *object) bool { return slices.Contains(d.objects, app) && d.oauthProvider(app) != nil }
	if d.primary != nil && !usable(d.primary) {
		d.primary = nil
	}
	if apps := d.all(ModelApplication); d.primary == nil {
		if i := slices.IndexFunc(apps, usable); i >= 0 {
			d.primary = apps[i]
		}
	}
	if d.primary == nil {
		next := s.Clone()
		next.NoApplication, next.Application = true, nil
		return next
	}
	return d.served(s, d.primary)
}

// other returns the settings for an application beside the one the settings describe, or nil.
func (d *directory) other(s *oidc.Settings, slug, clientID string) *oidc.Settings {
	for _, app := range d.all(ModelApplication) {
		provider := d.oauthProvider(app)
		if app == d.primary || provider == nil {
			continue
		}
		if slug != "" && app.text("slug") == slug || clientID != "" && provider.text("client_id") == clientID {
			return d.served(s, app)
		}
	}
	return nil
}

// served returns the settings as an application with an OAuth2 provider has them.
func (d *directory) served(s *oidc.Settings, app *object) *oidc.Settings {
	provider := d.oauthProvider(app)
	next := s.Clone()
	next.NoApplication = false
	next.Slug = app.text("slug")
	next.ClientID, next.ClientSecret = provider.text("client_id"), provider.text("client_secret")
	next.RedirectURIs, next.PostLogoutRedirectURIs = d.strictURIs(provider)
	if d.version.Less(version.LogoutType()) && app == d.primary && !s.NoApplication {
		next.PostLogoutRedirectURIs = s.PostLogoutRedirectURIs // Which no object has in that version.
	}
	next.ClaimsInIDToken = provider.flag("include_claims_in_id_token")
	next.SubjectMode = subjectMode(provider.text("sub_mode"))
	next.NoSigningKey = provider.text("signing_key") == ""
	next.EncryptionKey = provider.text("encryption_key") != ""
	next.Consent = d.consent(provider)
	if !d.version.Less(version.InvalidationFlow()) {
		next.LogoutKeepsSession = d.keepsSession(provider)
	}

	a := &oidc.Application{
		All:         app.text("policy_engine_mode") == "all",
		RefusesCode: !d.version.Less(version.GrantTypes()) && !slices.Contains(provider.list("grant_types"), "authorization_code"),
	}
	for _, e := range provider.redirects() {
		if pattern, err := regexp.Compile("^(?:" + e.URL + ")$"); err == nil && e.Mode == "regex" && e.Type != "logout" {
			a.Patterns = append(a.Patterns, pattern)
		}
	}
	var own *object // an email mapping that takes the place of Authentik's
	standard := false
	for _, pk := range provider.list("property_mappings") {
		m := d.byPK(pk, ModelScopeMapping)
		a.Scopes = append(a.Scopes, m.text("scope_name"))
		switch {
		case m.text("scope_name") != "email":
		case m.text("managed") == managedScope+"email":
			standard = true
		default:
			own = m
		}
	}
	if own != nil && !standard {
		a.Verified, a.VerifiedByUser = verifiedBy(own.text("expression"))
	}
	for _, b := range d.all(ModelBinding) {
		if b.text("target") != app.pk || !b.flag("enabled") {
			continue
		}
		entry := oidc.Binding{Negate: b.flag("negate")}
		if g := d.byPK(b.text("group"), ModelGroup); g != nil {
			entry.Group = g.text("name")
		}
		entry.UserID, _ = strconv.Atoi(b.text("user"))
		a.Bindings = append(a.Bindings, entry)
	}
	next.Application = a
	return next
}

// verifiedBy reads what an email mapping's expression says of email_verified. It knows the constants
// and the user's attribute, which are what Authentik's documentation proposes.
func verifiedBy(expression string) (always oidc.Verified, byUser bool) {
	_, value, found := strings.Cut(expression, "email_verified")
	value = strings.TrimLeft(value, `"': `)
	switch {
	case !found:
		return oidc.VerifiedAbsent, false
	case strings.HasPrefix(value, "True"):
		return oidc.VerifiedTrue, false
	case strings.Contains(value, "attributes"):
		return "", true
	default:
		return oidc.VerifiedFalse, false
	}
}
