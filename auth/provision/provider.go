package provision

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"pantrie/auth/authentik"
)

// provider is what is read of OAuth2 providers.
type provider struct {
	PK              int64           `json:"pk"`
	Name            string          `json:"name"`
	ClientID        string          `json:"client_id"`
	ClientSecret    string          `json:"client_secret"`
	ClientType      string          `json:"client_type"`
	RedirectURIs    json.RawMessage `json:"redirect_uris"`
	SigningKey      string          `json:"signing_key"`    // null without one
	EncryptionKey   string          `json:"encryption_key"` // null without one
	GrantTypes      *[]string       `json:"grant_types"`    // absent before 2026.5
	ApplicationSlug string          `json:"assigned_application_slug"`
	Mappings        *[]any          `json:"property_mappings"`
	// InvalidationFlow is a flow's pk, null without one, absent before 2024.10.
	InvalidationFlow string `json:"invalidation_flow"`
}

// useless says in a sentence why sign-in cannot use a provider, or nothing.
func (p *provider) useless() string {
	switch {
	case p.ClientType != "confidential":
		return "It is a public client, which has no secret. Pantrie needs a confidential one."
	case p.EncryptionKey != "":
		return "It has an Encryption Key, and Pantrie cannot read encrypted tokens."
	case p.ClientID == "" || p.ClientSecret == "":
		return "Authentik does not show its client ID and secret to this API token."
	}
	return ""
}

// lacks are sentences about settings that keep people from signing in.
func (p *provider) lacks() []string {
	var list []string
	if p.SigningKey == "" {
		list = append(list, "The provider has no Signing Key. In Authentik: "+authentik.SettingSigningKey.Where()+", choose one.")
	}
	if p.Mappings != nil && len(*p.Mappings) == 0 {
		list = append(list, "The provider has no scope mappings, so Authentik won't say who signs in. In Authentik: "+
			authentik.SettingScopes.Where()+", select the OpenID mappings for "+strings.Join(scopeNames(), ", ")+".")
	}
	if p.GrantTypes != nil && !slices.Contains(*p.GrantTypes, "authorization_code") {
		list = append(list, "The provider does not allow authorization codes. In Authentik: "+authentik.SettingGrantTypes.Where()+", allow Authorization Code.")
	}
	return list
}

// redirects are a provider's redirect URIs: a list of entries (Authentik 2024.12), or the lines of
// one text before. Entries are kept as they came, with what this package does not know of them.
type redirects struct {
	entries []json.RawMessage
	lines   []string
	asText  bool
}

type redirectEntry struct {
	Mode string `json:"matching_mode"`
	URL  string `json:"url"`
	Type string `json:"redirect_uri_type,omitempty"` // absent before 2026.5
}

const typeLogout = "logout"

func (p *provider) redirects() (redirects, bool) {
	var r redirects
	if len(p.RedirectURIs) == 0 || string(p.RedirectURIs) == "null" {
		return r, true
	}
	if json.Unmarshal(p.RedirectURIs, &r.entries) == nil {
		return r, true
	}
	var text string
	if json.Unmarshal(p.RedirectURIs, &text) != nil {
		return r, false
	}
	r.asText = true
	r.lines = strings.FieldsFunc(text, func(c rune) bool { return c == '\n' || c == '\r' })
	return r, true
}

// foreign is a host, other than that of own, to which people are sent back as well; empty for none.
func (r redirects) foreign(own string) string {
	list := r.lines
	for _, raw := range r.entries {
		var e redirectEntry
		if json.Unmarshal(raw, &e) == nil {
			list = append(list, e.URL)
		}
	}
	mine, err := url.Parse(own)
	if err != nil {
		return ""
	}
	for _, text := range list {
		if u, err := url.Parse(strings.TrimSpace(text)); err == nil && u.Host != "" && u.Host != mine.Host {
			return u.Host
		}
	}
	return ""
}

// has says whether a redirect URI is among those for signing in, or with a type among those.
func (r redirects) has(uri, kind string) bool {
	if slices.ContainsFunc(r.lines, func(line string) bool { return strings.TrimSpace(line) == uri }) {
		return kind == ""
	}
	return slices.ContainsFunc(r.entries, func(raw json.RawMessage) bool {
		var e redirectEntry
		return json.Unmarshal(raw, &e) == nil && e.URL == uri && (e.Mode == "strict" || e.Mode == "") && (e.Type == typeLogout) == (kind == typeLogout)
	})
}

// typed says whether redirect URIs are seen to have types, as from 2026.5 on.
func (r redirects) typed() bool {
	return slices.ContainsFunc(r.entries, func(raw json.RawMessage) bool {
		var e redirectEntry
		return json.Unmarshal(raw, &e) == nil && e.Type != ""
	})
}

// with adds redirect URIs, in the form that a PATCH wants.
func (r redirects) with(added []redirectEntry, asText bool) any {
	if r.asText || len(r.entries) == 0 && asText {
		lines := slices.Clone(r.lines)
		for _, e := range added {
			lines = append(lines, e.URL)
		}
		return strings.Join(lines, "\n")
	}
	all := make([]any, 0, len(r.entries)+len(added))
	for _, e := range r.entries {
		all = append(all, e)
	}
	for _, e := range added {
		all = append(all, e)
	}
	return all
}

// without takes a redirect URI of a type away, in the form that a PATCH wants.
func (r redirects) without(uri, kind string) any {
	if r.asText {
		return strings.Join(slices.DeleteFunc(slices.Clone(r.lines), func(line string) bool { return strings.TrimSpace(line) == uri }), "\n")
	}
	all := []json.RawMessage{}
	for _, e := range r.entries {
		if one := (redirects{entries: []json.RawMessage{e}}); !one.has(uri, kind) {
			all = append(all, e)
		}
	}
	return all
}

// newRedirects are those of a provider that is made.
func newRedirects(uri, signedOut string, asText bool) any {
	if asText {
		return uri
	}
	list := []redirectEntry{{Mode: "strict", URL: uri}}
	if signedOut != "" {
		list = append(list, redirectEntry{Mode: "strict", URL: signedOut, Type: typeLogout})
	}
	return list
}
