package provision

// BlueprintWish is what a blueprint sets up.
type BlueprintWish struct {
	Name, Slug    string
	RedirectURI   string
	LaunchURL     string
	LogoutURI     string
	SignedOutURL  string
	Consent       Consent
	Group         string
	EmailVerified bool // replaces Authentik's email scope mapping, see Blueprint
	Old           bool // for an Authentik older than 2024.12
}

// Blueprint is the text for Authentik's Customization → Blueprints. The same wish makes the same
// text.
func Blueprint(w BlueprintWish) string {
	return ""
}
