package provision

import (
	"fmt"
	"strings"

	"pantrie/auth/authentik"
)

// BlueprintWish is what a blueprint sets up. Empty fields are as in [Wish].
type BlueprintWish struct {
	Name, Slug  string
	RedirectURI string
	LaunchURL   string
	LogoutURI   string
	// SignedOutURL is for Authentik 2026.5 and newer; leave it empty for one whose version is not
	// known. Redirect URIs have no type before, and its serializer leaves out keys that it does not
	// know: the address would become an ordinary redirect URI, to which sign-ins could lead. Without
	// it 2026.5 does what older ones do: people stay on its own page after signing out.
	SignedOutURL string
	Consent      Consent
	Group        string
	// EmailVerified takes email_verified from an attribute of each person, false without one,
	// instead of Authentik's own email scope mapping, which says the same of everyone.
	EmailVerified bool
	// Old is for an Authentik older than 2024.12, which has redirect URIs as one text.
	Old bool
}

// The names that entries of a blueprint have for each other.
const (
	entryEmail       = "pantrie-email"
	entryProvider    = "pantrie-provider"
	entryApplication = "pantrie-application"
)

// emailExpression is what Authentik documents for verified addresses, so that an administrator
// vouches for each.
const emailExpression = `return {
    "email": request.user.email,
    "email_verified": request.user.attributes.get("email_verified", False),
}`

// Blueprint is the text for Authentik's Customization → Blueprints. It creates what is not there
// and changes nothing that is. Authentik makes the client ID and secret. The same wish makes the
// same text.
func Blueprint(w BlueprintWish) string {
	if w.Name == "" {
		w.Name = defaultName
	}
	if w.Slug == "" {
		w.Slug = defaultSlug
	}
	var b yaml
	b.line(0, "version: 1")
	b.line(0, "metadata:")
	b.line(1, "name: %s", quoted(w.providerName()))
	b.line(0, "entries:")
	if w.EmailVerified {
		b.email(w)
	}
	b.provider(w)
	b.application(w)
	if w.Group != "" {
		b.binding(w)
	}
	return b.String()
}

// providerName is unique in Authentik: the one of another Pantrie would be taken for this one's, and
// an import fails over a provider that belongs to another application.
func (w BlueprintWish) providerName() string {
	n := 0
	if w.Slug != defaultSlug {
		n = 1
	}
	return Wish{Name: w.Name, Slug: w.Slug}.candidate(n)
}

// yaml collects the lines of a text.
type yaml struct{ strings.Builder }

func (b *yaml) line(depth int, format string, args ...any) {
	b.WriteString(strings.Repeat("  ", depth))
	fmt.Fprintf(b, format, args...)
	b.WriteByte('\n')
}

// entry begins an entry, up to its identifiers. state created leaves alone what is there.
func (b *yaml) entry(model, id string) {
	b.line(1, "- model: %s", model)
	b.line(2, "state: created")
	if id != "" {
		b.line(2, "id: %s", id)
	}
	b.line(2, "identifiers:")
}

func (b *yaml) email(w BlueprintWish) {
	b.entry("authentik_providers_oauth2.scopemapping", entryEmail)
	b.line(3, "name: %s", quoted(w.Name+" email"))
	b.line(2, "attrs:")
	b.line(3, "scope_name: email")
	b.line(3, "description: %s", quoted("Email address"))
	b.line(3, "expression: |")
	for _, line := range strings.Split(emailExpression, "\n") {
		b.line(4, "%s", line)
	}
}

func (b *yaml) provider(w BlueprintWish) {
	b.entry("authentik_providers_oauth2.oauth2provider", entryProvider)
	b.line(3, "name: %s", quoted(w.providerName()))
	b.line(2, "attrs:")
	b.line(3, "authorization_flow: %s", find("authentik_flows.flow", "slug", w.Consent.flow()))
	b.line(3, "invalidation_flow: %s", find("authentik_flows.flow", "slug", authentik.FlowSignsOut))
	b.line(3, "client_type: confidential")
	b.line(3, "grant_types: [authorization_code, refresh_token]")
	if w.Old {
		b.line(3, "redirect_uris: %s", quoted(w.RedirectURI))
	} else {
		b.line(3, "redirect_uris:")
		b.line(4, "- matching_mode: strict")
		b.line(5, "url: %s", quoted(w.RedirectURI))
		if w.SignedOutURL != "" {
			b.line(4, "# Only for Authentik 2026.5 and newer.")
			b.line(4, "- matching_mode: strict")
			b.line(5, "redirect_uri_type: logout")
			b.line(5, "url: %s", quoted(w.SignedOutURL))
		}
	}
	if w.LogoutURI != "" {
		b.line(3, "logout_uri: %s", quoted(w.LogoutURI))
		b.line(3, "logout_method: backchannel")
		b.line(3, "backchannel_logout_uri: %s # what 2025.8 calls it", quoted(w.LogoutURI))
	}
	b.line(3, "property_mappings:")
	for _, name := range scopeNames() {
		if name == "email" && w.EmailVerified {
			b.line(4, "- !KeyOf %s", entryEmail)
			continue
		}
		b.line(4, "- %s", find("authentik_providers_oauth2.scopemapping", "managed", managedScope+name))
	}
	b.line(4, "- %s # asks now and then whether people may still come in",
		find("authentik_providers_oauth2.scopemapping", "managed", managedScope+scopeOffline))
	b.line(3, "signing_key: %s", find("authentik_crypto.certificatekeypair", "name", defaultKey))
	b.line(3, "sub_mode: hashed_user_id")
	b.line(3, "issuer_mode: per_provider")
	b.line(3, "include_claims_in_id_token: true")
}

func (b *yaml) application(w BlueprintWish) {
	b.entry("authentik_core.application", entryApplication)
	b.line(3, "slug: %s", quoted(w.Slug))
	b.line(2, "attrs:")
	b.line(3, "name: %s", quoted(w.Name))
	b.line(3, "provider: !KeyOf %s", entryProvider)
	if w.LaunchURL != "" {
		b.line(3, "meta_launch_url: %s", quoted(w.LaunchURL))
	}
}

func (b *yaml) binding(w BlueprintWish) {
	b.entry("authentik_policies.policybinding", "")
	b.line(3, "target: !KeyOf %s", entryApplication)
	b.line(3, "group: %s", find("authentik_core.group", "name", w.Group))
	b.line(3, "order: 0")
	b.line(2, "attrs:")
	b.line(3, "enabled: true")
}

// find is a reference to what Authentik has already.
func find(model, field, value string) string {
	return fmt.Sprintf("!Find [%s, [%s, %s]]", model, field, quoted(value))
}

// quoted is a text as a double-quoted scalar (YAML 1.2, section 7.3.1), in ASCII alone.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range strings.ToValidUTF8(text, "\uFFFD") {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c >= ' ' && c <= '~':
			b.WriteRune(c)
		case c <= 0xff:
			fmt.Fprintf(&b, `\x%02x`, c)
		case c <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			fmt.Fprintf(&b, `\U%08x`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
