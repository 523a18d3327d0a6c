package authentik

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
)

// Setting is a field of Authentik's admin interface, by the label it has there.
type Setting string

// The settings that keep a sign-in from working.
const (
	SettingSlug          Setting = "Slug"
	SettingClientID      Setting = "Client ID"
	SettingClientSecret  Setting = "Client Secret"
	SettingRedirectURIs  Setting = "Redirect URIs/Origins"
	SettingSigningKey    Setting = "Signing Key"
	SettingEncryptionKey Setting = "Encryption Key"
	SettingScopes        Setting = "Scopes"
	SettingIssuerMode    Setting = "Issuer mode"
	SettingGrantTypes    Setting = "Grant types"

	// SettingInvalidationFlow decides what happens when people sign out.
	SettingInvalidationFlow Setting = "Invalidation flow"
)

// Settings lists every setting.
func Settings() []Setting {
	return []Setting{
		SettingSlug, SettingClientID, SettingClientSecret, SettingRedirectURIs, SettingSigningKey,
		SettingEncryptionKey, SettingScopes, SettingIssuerMode, SettingGrantTypes, SettingInvalidationFlow,
	}
}

// IssuerModePerProvider is the choice of [SettingIssuerMode] that Pantrie expects, as
// Authentik's form words it.
const IssuerModePerProvider = "Each provider has a different issuer, based on the application slug"

// The invalidation flows that Authentik comes with. FlowSignsOut has a stage that signs people out;
// FlowOnlyLeaves, since 2024.10, has none, and is what Authentik's form proposes.
const (
	FlowSignsOut   = "default-invalidation-flow"
	FlowOnlyLeaves = "default-provider-invalidation-flow"
)

// Where is the way to a setting through the admin interface, from its menu to the field.
// Application and provider are called Pantrie, as in the guide.
func (s Setting) Where() string {
	way := []string{"Applications", "Providers", "Pantrie", "Edit"}
	switch s {
	case SettingSlug:
		way[1] = "Applications"
	case SettingScopes, SettingIssuerMode:
		way = append(way, "Advanced protocol settings")
	case SettingInvalidationFlow:
		way = append(way, "Advanced flow settings")
	}
	return strings.Join(append(way, string(s)), " → ")
}

// Complaint is what Authentik's page says about an authorization request that it refuses
// without sending the person back.
type Complaint string

// The complaints. Any other page is ComplaintOther.
const (
	ComplaintOther       Complaint = ""
	ComplaintClientID    Complaint = "client_id"
	ComplaintRedirectURI Complaint = "redirect_uri"
)

// ReadErrorPage sorts the HTML page that the authorize endpoint answers with status 400
// (authentik/providers/oauth2/errors.py: ClientIdError and RedirectUriError, whose titles are
// not translated).
func ReadErrorPage(page []byte) Complaint {
	page = bytes.ToLower(page)
	switch {
	case bytes.Contains(page, []byte("client id error")):
		return ComplaintClientID
	case bytes.Contains(page, []byte("redirect uri error")):
		return ComplaintRedirectURI
	}
	return ComplaintOther
}

// IsGlobalIssuer says whether issuer is what Authentik's "global" issuer mode makes of the
// application with that discovery address: the base address with a slash. The host is not
// compared, because Authentik takes it from each request.
func IsGlobalIssuer(issuer, discoveryURL string) bool {
	base, slug, err := ParseAddress(discoveryURL)
	if err != nil || slug == "" {
		return false
	}
	b, err := url.Parse(base)
	if err != nil {
		return false
	}
	u, err := url.Parse(issuer)
	return err == nil && u.Host != "" && u.Path == b.Path+"/"
}

// RefusesGrant says whether an error sent back to the redirect URI is how Authentik 2026.5 and
// newer refuse a provider whose list of grant types lacks the authorization code. A provider
// made by API without that list has an empty one. Its token endpoint then answers
// invalid_grant before it looks at the secret.
func RefusesGrant(code string) bool {
	return code == "invalid_request" || code == "unauthorized_client"
}

// Trouble is what keeps Authentik itself from answering.
type Trouble string

// The troubles.
const (
	TroubleNone     Trouble = ""
	TroubleStarting Trouble = "starting"
	TroubleDatabase Trouble = "database" // most often; its page says no more than that it failed
)

// ReadTrouble sorts an answer with a status of 500 and above. While Authentik's worker processes start,
// the server before them answers 503, as JSON ({"error":"authentik starting"}) or as a page. Without
// its database it answers 500 with a page, also where JSON was asked for.
func ReadTrouble(status int, body []byte) Trouble {
	body = bytes.ToLower(bytes.TrimSpace(body))
	switch {
	case status == http.StatusServiceUnavailable && bytes.Contains(body, []byte("authentik starting")):
		return TroubleStarting
	case status == http.StatusInternalServerError && bytes.HasPrefix(body, []byte("<")):
		return TroubleDatabase
	}
	return TroubleNone
}

// Words are a sentence about what was seen, and one about what to do.
func (t Trouble) Words() (seen, fix string) {
	switch t {
	case TroubleStarting:
		return "Authentik is still starting.", "Wait a minute and try again."
	case TroubleDatabase:
		return "Authentik itself fails, most often because it can't reach its database.",
			"Check that Authentik's database is running, then look into the logs of Authentik."
	}
	return "", ""
}
