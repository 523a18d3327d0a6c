package provision

// ItemKind names a part of what is set up.
type ItemKind string

// The kinds.
const (
	KindProvider         ItemKind = "provider"
	KindApplication      ItemKind = "application"
	KindRedirectURI      ItemKind = "redirect_uri"
	KindLaunchURL        ItemKind = "launch_url"
	KindScopes           ItemKind = "scopes"
	KindFlow             ItemKind = "flow"
	KindInvalidationFlow ItemKind = "invalidation_flow"
	KindSigningKey       ItemKind = "signing_key"
	KindLogout           ItemKind = "logout"     // back-channel
	KindSignedOut        ItemKind = "signed_out" // post-logout redirect URI
	KindGroup            ItemKind = "group"
)

// ItemKinds lists every kind.
func ItemKinds() []ItemKind {
	return []ItemKind{
		KindProvider, KindApplication, KindRedirectURI, KindLaunchURL, KindScopes, KindFlow, KindInvalidationFlow,
		KindSigningKey, KindLogout, KindSignedOut, KindGroup,
	}
}

// Action says what happens to a part.
type Action string

// The actions. What is used is chosen for the new provider and stays as it is; what is kept was set
// before and stays; what is left out is not set, because Authentik or the wish has no place for it.
const (
	ActionCreate Action = "create"
	ActionUse    Action = "use"
	ActionAdd    Action = "add"
	ActionKeep   Action = "keep"
	ActionOmit   Action = "omit"
)

// Actions lists every action.
func Actions() []Action {
	return []Action{ActionCreate, ActionUse, ActionAdd, ActionKeep, ActionOmit}
}

// Item is one part of a plan. Name is the object's or the value; Detail a sentence, or empty.
type Item struct {
	Kind         ItemKind
	Action       Action
	Name, Detail string
}

// Found is an application of the slug, or a provider of the name that belongs to no application,
// that is there already.
type Found struct {
	Application     string // name; empty when only the provider is there
	ApplicationSlug string
	Provider        string // name; empty when the application has none
	ClientID        string
	Usable          bool   // whether ExistingUse will do
	Reason          string // why it will not, a sentence
	HasRedirectURI  bool
	AdminURL        string // of Authentik's interface
}

// WarningCode names a warning.
type WarningCode string

// The warnings. None keeps Apply from working.
const (
	WarnPlainHTTP      WarningCode = "plain_http"      // token and secret travel unencrypted
	WarnVersionUnknown WarningCode = "version_unknown" // the token may not ask
	WarnVersionOld     WarningCode = "version_old"     // older than Pantrie knows
	WarnOtherName      WarningCode = "other_name"      // the provider's name is taken
	WarnNoLogout       WarningCode = "no_logout"       // no back-channel logout in this version
	WarnNoSignedOut    WarningCode = "no_signed_out"   // people stay at Authentik after signing out
	WarnEmails         WarningCode = "emails"          // email addresses will count as unverified
	WarnGroupKept      WarningCode = "group_kept"      // who may use the application is not changed
	WarnSettings       WarningCode = "settings"        // a setting of what is there keeps people from signing in
	WarnRedirectURI    WarningCode = "redirect_uri"    // only read, and the redirect URI is missing
	WarnSigningKey     WarningCode = "signing_key"     // another than Authentik's default is used
	WarnShared         WarningCode = "shared"          // what is there serves another application too
	WarnSignOut        WarningCode = "sign_out"        // signing out at Authentik ends no session there, or may not
	WarnLinks          WarningCode = "links"           // people are linked with another address, which leads nowhere then
)

// WarningCodes lists every warning.
func WarningCodes() []WarningCode {
	return []WarningCode{
		WarnPlainHTTP, WarnVersionUnknown, WarnVersionOld, WarnOtherName, WarnNoLogout, WarnNoSignedOut, WarnEmails,
		WarnGroupKept, WarnSettings, WarnRedirectURI, WarnSigningKey, WarnShared,
		WarnSignOut, WarnLinks,
	}
}

// Warning is something to know beforehand.
type Warning struct {
	Code WarningCode
	Text string
}

// Plan is what Apply will do.
type Plan struct {
	Version  string   // of Authentik, "2025.10.2"; empty when the token may not ask
	Slug     string   // of the application
	Items    []Item   // in order of work
	Found    *Found   // nil when there is nothing yet
	Groups   []string // names of Authentik's groups, sorted, at most 200; empty when the token may not list them
	Warnings []Warning
}

// plan says what Apply will do about what was found.
func (r *run) plan(s *survey) Plan {
	return Plan{Version: s.versionText, Slug: r.w.Slug, Items: r.items(s), Found: s.found, Warnings: s.warnings}
}
