package oidc

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pantrie/auth/authtest/version"
)

// Config is what a Provider starts with. Every field may be left empty.
type Config struct {
	// BaseURL is B, without a trailing slash, perhaps with a sub-path. Empty means the host and
	// scheme of each request plus BasePath. See Settings.BaseURL.
	BaseURL string
	// BasePath is the sub-path the provider is mounted at, such as "/auth". Empty means the path
	// of BaseURL.
	BasePath string
	// Slug is the application slug S. Default "pantrie".
	Slug string
	// ClientID is the one client known. Default "pantrie-client".
	ClientID string
	// ClientSecret is the client's secret. Default "pantrie-secret".
	ClientSecret string
	// RedirectURIs are the registered ones, compared byte for byte (Authentik's mode "strict").
	RedirectURIs []string
	// PostLogoutRedirectURIs are the registered redirect URIs of type "logout" (Authentik 2026.5).
	PostLogoutRedirectURIs []string
	// Users are the people who can sign in. Nil means DefaultUser alone.
	Users []User
	// TLS makes Start serve https with a certificate of its own; see Provider.Client.
	TLS bool
	// Now is the clock. Default time.Now.
	Now func() time.Time
	// APIToken, Version, Groups and NoApplication are the settings of those names.
	APIToken      string
	Version       string
	Groups        []string
	NoApplication bool
	// Setup changes further settings before the first request.
	Setup func(*Settings)
}

// User is a person the provider knows. Extra claims stand for an administrator's own property
// mapping, which may return anything.
type User struct {
	// ID is Authentik's number of the user; 0 takes the next free one. The hashed subject is made
	// from it, so it is what makes a user the same person after a change of name.
	ID int
	// UUID is used by SubjectUUID. Empty derives one from ID.
	UUID string
	// Username is what the person types, and preferred_username and nickname. It must be unique.
	Username string
	// Password is compared as it is; an empty one cannot be used to sign in.
	Password string
	// Email may be empty and need not be unique, as in Authentik.
	Email string
	// EmailVerified overrides Settings.EmailVerified for this user.
	EmailVerified Verified
	// Name is the full name; Authentik sends it as name and again as given_name.
	Name string
	// Groups are sent in the profile scope, as an array that is never null.
	Groups []string
	// Disabled users cannot sign in, and their browser sessions end.
	Disabled bool
	// Denied users are refused by a policy of the application after signing in.
	Denied bool
	// Claims are added to the claims of the scopes granted and override them, in userinfo and, when
	// claims are in it, in the ID token.
	Claims map[string]any
	// OmitClaims are taken away at the end, for example "groups".
	OmitClaims []string
}

// Verified says what is sent as email_verified.
type Verified string

// The values of email_verified. Authentik sent true up to 2025.8 and sends false for everyone
// since 2025.10 unless an administrator replaces the scope mapping.
const (
	VerifiedTrue   Verified = "true"
	VerifiedFalse  Verified = "false"
	VerifiedAbsent Verified = "absent"
)

// Consent says whether the person is asked before being sent back.
type Consent string

// Authentik's default authorization flows: default-provider-authorization-implicit-consent and
// default-provider-authorization-explicit-consent.
const (
	ConsentImplicit Consent = "implicit"
	ConsentExplicit Consent = "explicit"
)

// SubjectMode says what the sub claim is made from.
type SubjectMode string

// Authentik's subject modes, by the names its API uses.
const (
	SubjectHashedUserID SubjectMode = "hashed_user_id"
	SubjectUserID       SubjectMode = "user_id"
	SubjectUUID         SubjectMode = "user_uuid"
	SubjectUsername     SubjectMode = "user_username"
	SubjectEmail        SubjectMode = "user_email"
)

// Down says how the provider is out of reach.
type Down string

// The ways to be down: not at all, every connection reset, every request answered 503 by a proxy,
// Authentik still starting, Authentik without its database.
const (
	Up              Down = ""
	DownReset       Down = "reset"
	DownUnavailable Down = "503"
	DownStarting    Down = "starting"
	DownDatabase    Down = "database"
)

// Settings is everything about a Provider that can change while it runs; see Provider.Set.
type Settings struct {
	// BaseURL fixes B for issuer and endpoints, whatever host a request came in by. Empty follows
	// the request, as Authentik does: discovery fetched by an internal name carries that name.
	BaseURL string

	Slug                   string
	ClientID               string
	ClientSecret           string
	RedirectURIs           []string
	PostLogoutRedirectURIs []string
	Users                  []User

	// EmailVerified is sent for everyone who has no own value. Default VerifiedTrue.
	EmailVerified Verified
	// ClaimsInIDToken is Authentik's "include claims in id_token", on by default there and here.
	// Off leaves them to userinfo, which always carries them.
	ClaimsInIDToken bool
	// Consent defaults to ConsentImplicit. The parameter prompt=consent asks in any case.
	Consent Consent
	// CancelReturns sends who refuses to agree back with access_denied (RFC 6749, section 4.1.2.1), as
	// other providers do. Authentik signs them out and leaves them at its own page.
	CancelReturns bool
	// SubjectMode defaults to SubjectHashedUserID.
	SubjectMode SubjectMode
	// InstanceID takes part in the hashed subject, as Authentik's unique identifier of an
	// installation does: a new value is a reinstalled Authentik, where everyone has a new subject.
	InstanceID string

	// NoSigningKey is a provider without "Signing Key": ID tokens are HS256 with the client secret,
	// the key set is {} and discovery lists HS256 alone.
	NoSigningKey bool
	// EncryptionKey is a provider with "Encryption Key" (Authentik 2024.10): tokens are encrypted
	// (RFC 7516) with a key which only Authentik has, and discovery says so.
	EncryptionKey bool
	// Down makes the provider unreachable.
	Down Down
	// Delay holds every answer back for so long, or until the client gives up.
	Delay time.Duration
	// Denied makes the application's policy refuse everyone: Authentik's own page, no way back.
	Denied bool
	// StrictLogout answers an end-session request whose post_logout_redirect_uri is not registered,
	// or whose id_token_hint is missing or wrong, with a 400 page and leaves the session alone, as
	// Authentik's source of 2026 does once any such URI is registered.
	StrictLogout bool
	// LogoutKeepsSession leaves the person signed in at the provider after end-session, as
	// Authentik's default-provider-invalidation-flow does: the next sign-in asks for nothing. From
	// 2024.10 on the provider's invalidation flow and this say the same.
	LogoutKeepsSession bool

	// ClockOffset is how far the provider's clock is ahead (or, negative, behind).
	ClockOffset time.Duration
	// CodeLifetime defaults to a minute, as in Authentik.
	CodeLifetime time.Duration
	// OfflineAccess maps the scope offline_access: who asks for it gets a refresh token, good once and for 30 days. With an
	// application that was made by the API its scope mappings decide.
	OfflineAccess bool
	// TokenLifetime is that of access and ID tokens. Default an hour.
	TokenLifetime time.Duration

	// APIToken is the one token the API takes. Empty means that every call of it is refused.
	APIToken string
	// Version is Authentik's, which decides what its API and blueprints know. Default "2026.5.0".
	Version string
	// Groups exist in Authentik beside those the users are in.
	Groups []string
	// DeniedPermissions are rights the token's owner does not have, by the names Authentik gives
	// them, such as "authentik_core.add_application".
	DeniedPermissions []string
	// NoApplication is an Authentik on its first day: Slug, ClientID and what else describes an
	// application mean nothing until one is made through the API or a blueprint, which sets them and
	// this to false. Deleting the last application sets it to true.
	NoApplication bool
	// APIFault answers a call of the API with a status, if that is not 0, and nothing is done. It
	// runs without a lock held, perhaps for several requests at once.
	APIFault func(method, path string) int
	// Application is what the API made beyond these settings; nil knows no more.
	Application *Application

	// EditIDToken may change an ID token before it is signed, or the way it is signed. It runs
	// without a lock held, perhaps for several requests at once.
	EditIDToken func(*Token)
	// Intercept answers in place of an endpoint; next is the real one. It runs without a lock held,
	// perhaps for several requests at once. Paths that are no endpoint do not pass here.
	Intercept func(e Endpoint, w http.ResponseWriter, r *http.Request, next http.Handler)
}

// DefaultUser is who exists when Config.Users is nil: mara, with the password "password".
func DefaultUser() User {
	return User{
		Username: "mara",
		Password: "password",
		Email:    "mara@example.org",
		Name:     "Mara Brandt",
		Groups:   []string{"family"},
	}
}

// User returns the user with that username for changing, or nil.
func (s *Settings) User(username string) *User {
	for i := range s.Users {
		if s.Users[i].Username == username {
			return &s.Users[i]
		}
	}
	return nil
}

// PutUser adds a user, or replaces the one with the same username while keeping its ID.
func (s *Settings) PutUser(u User) {
	if old := s.User(u.Username); old != nil {
		if u.ID == 0 {
			u.ID, u.UUID = old.ID, old.UUID
		}
		*old = u
		return
	}
	s.Users = append(s.Users, u)
}

func (s *Settings) userByID(id int) *User {
	for i := range s.Users {
		if s.Users[i].ID == id {
			return &s.Users[i]
		}
	}
	return nil
}

// Clone returns a copy that shares nothing with the original that either may change.
func (s *Settings) Clone() *Settings {
	c := *s
	c.RedirectURIs = slices.Clone(s.RedirectURIs)
	c.PostLogoutRedirectURIs = slices.Clone(s.PostLogoutRedirectURIs)
	c.Groups = slices.Clone(s.Groups)
	c.DeniedPermissions = slices.Clone(s.DeniedPermissions)
	c.Users = slices.Clone(s.Users)
	for i := range c.Users {
		u := &c.Users[i]
		u.Groups = slices.Clone(u.Groups)
		u.OmitClaims = slices.Clone(u.OmitClaims)
		u.Claims = maps.Clone(u.Claims)
	}
	return &c
}

// complete numbers new users and refuses what no provider could be set to.
func (s *Settings) complete() error {
	next := 1
	for _, u := range s.Users {
		next = max(next, u.ID+1)
	}
	names, ids := make(map[string]bool), make(map[int]bool)
	for i := range s.Users {
		u := &s.Users[i]
		if u.ID == 0 {
			u.ID = next
			next++
		}
		if u.Username == "" || names[u.Username] {
			return fmt.Errorf("username %q is empty or taken", u.Username)
		}
		if ids[u.ID] {
			return fmt.Errorf("ID %d of user %q is taken", u.ID, u.Username)
		}
		names[u.Username], ids[u.ID] = true, true
		if u.UUID == "" {
			u.UUID = fmt.Sprintf("00000000-0000-4000-8000-%012x", u.ID)
		}
		if !u.EmailVerified.valid() && u.EmailVerified != "" {
			return fmt.Errorf("email verified %q of user %q is unknown", u.EmailVerified, u.Username)
		}
	}
	switch {
	case !s.EmailVerified.valid():
		return fmt.Errorf("email verified %q is unknown", s.EmailVerified)
	case s.Consent != ConsentImplicit && s.Consent != ConsentExplicit:
		return fmt.Errorf("consent %q is unknown", s.Consent)
	case !slices.Contains([]Down{Up, DownReset, DownUnavailable, DownStarting, DownDatabase}, s.Down):
		return fmt.Errorf("down %q is unknown", s.Down)
	case s.Slug == "" || strings.ContainsAny(s.Slug, "/?#"):
		return fmt.Errorf("slug %q is not usable", s.Slug)
	case s.ClientID == "":
		return errors.New("client ID is empty")
	}
	switch s.SubjectMode {
	case SubjectHashedUserID, SubjectUserID, SubjectUUID, SubjectUsername, SubjectEmail:
	default:
		return fmt.Errorf("subject mode %q is unknown", s.SubjectMode)
	}
	if _, err := version.Parse(s.Version); err != nil {
		return err
	}
	if s.BaseURL == "" {
		return nil
	}
	u, err := url.Parse(s.BaseURL)
	if err != nil || u.Host == "" || u.RawQuery != "" || strings.HasSuffix(u.Path, "/") {
		return fmt.Errorf("base URL %q is not a URL without a trailing slash", s.BaseURL)
	}
	return nil
}

func (v Verified) valid() bool {
	return v == VerifiedTrue || v == VerifiedFalse || v == VerifiedAbsent
}

func settingsFrom(cfg Config) *Settings {
	s := &Settings{
		BaseURL:                cfg.BaseURL,
		Slug:                   orDefault(cfg.Slug, "pantrie"),
		ClientID:               orDefault(cfg.ClientID, "pantrie-client"),
		ClientSecret:           orDefault(cfg.ClientSecret, "pantrie-secret"),
		RedirectURIs:           cfg.RedirectURIs,
		PostLogoutRedirectURIs: cfg.PostLogoutRedirectURIs,
		Users:                  cfg.Users,
		EmailVerified:          VerifiedTrue,
		ClaimsInIDToken:        true,
		Consent:                ConsentImplicit,
		SubjectMode:            SubjectHashedUserID,
		InstanceID:             "test-provider",
		APIToken:               cfg.APIToken,
		Version:                orDefault(cfg.Version, "2026.5.0"),
		Groups:                 cfg.Groups,
		NoApplication:          cfg.NoApplication,
		CodeLifetime:           time.Minute,
		TokenLifetime:          time.Hour,
	}
	if cfg.Users == nil {
		s.Users = []User{DefaultUser()}
	}
	if cfg.Setup != nil {
		cfg.Setup(s)
	}
	return s.Clone()
}

// Release returns Version to compare with others; it has been checked.
func (s *Settings) Release() version.Version {
	v, _ := version.Parse(s.Version)
	return v
}

func orDefault(v, fallback string) string {
	if v == "" {
		return fallback
	}
	return v
}
