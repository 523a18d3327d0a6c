// Package provider keeps the settings of OpenID providers: what is stored, what the environment lays over it, and what
// is missing. It knows what a provider is, and asks none.
package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"pantrie/auth/address"
	"pantrie/auth/authentik"
	"pantrie/auth/fault"
	"pantrie/auth/internal/secret"
	"pantrie/db"
)

// The ids of providers in addresses and rows. There is at most one provider of each kind.
const (
	Authentik = "authentik"
	Google    = "google"
	OIDC      = "oidc"
)

// IDs lists them in the order of the pages.
func IDs() []string { return []string{Authentik, Google, OIDC} }

// googleIssuer is the issuer of accounts.google.com's discovery document.
const googleIssuer = "https://accounts.google.com"

// The fields by their JSON names.
const (
	FieldBaseURL      = "baseUrl"
	FieldSlug         = "slug"
	FieldIssuerURL    = "issuerUrl"
	FieldClientID     = "clientId"
	FieldClientSecret = "clientSecret"
	FieldPublicURL    = "publicUrl"
)

// needed lists what a provider cannot work without, in the order of its form.
func needed(id string) []string {
	switch id {
	case Authentik:
		return []string{FieldBaseURL, FieldSlug, FieldClientID, FieldClientSecret}
	case OIDC:
		return []string{FieldIssuerURL, FieldClientID, FieldClientSecret}
	}
	return []string{FieldClientID, FieldClientSecret}
}

// Label is a field's name on the page, in the log, and in errors.
func Label(field string) string {
	switch field {
	case FieldBaseURL:
		return "Authentik Base URL"
	case FieldSlug:
		return "Application Slug"
	case FieldIssuerURL:
		return "Issuer URL"
	case FieldClientID:
		return "Client ID"
	case FieldClientSecret:
		return "Client Secret"
	case FieldPublicURL:
		return "Public URL"
	}
	return field
}

// Variable is the environment variable that sets a provider's field, or "".
func Variable(provider, field string) string {
	if field == FieldPublicURL {
		return "PANTRIE_PUBLIC_URL"
	}
	if provider != Authentik {
		return ""
	}
	switch field {
	case FieldBaseURL:
		return "OAUTH_AUTHENTIK_BASE_URL"
	case FieldSlug:
		return "OAUTH_AUTHENTIK_SLUG"
	case FieldClientID:
		return "OAUTH_AUTHENTIK_CLIENT_ID"
	case FieldClientSecret:
		return "OAUTH_AUTHENTIK_CLIENT_SECRET"
	}
	return ""
}

// The keys of what is stored of a provider.
func settingProvider(id string) string       { return "oauth." + id }
func settingProviderSecret(id string) string { return "oauth." + id + ".clientSecret" }
func settingEnvSecretIssuer(id string) string {
	return "oauth." + id + ".environmentSecretIssuer"
}

// Settings is what the database holds of a provider; the secret lies beside it, sealed.
type Settings struct {
	Enabled           bool        `json:"enabled"`
	BaseURL           string      `json:"baseUrl"`   // Authentik's
	Slug              string      `json:"slug"`      // Authentik's
	IssuerURL         string      `json:"issuerUrl"` // of another OpenID Connect provider
	ClientID          string      `json:"clientId"`
	Label             string      `json:"label"`
	AutoLink          bool        `json:"autoLink"`
	TrustEmail        bool        `json:"trustEmail"`
	SignUp            bool        `json:"signUp"`
	SignUpHouseholdID string      `json:"signUpHouseholdId"`
	SignUpRole        db.Role     `json:"signUpRole"`
	AllowedGroups     []string    `json:"allowedGroups"`
	AdminGroup        string      `json:"adminGroup"`
	GroupClaim        string      `json:"groupClaim"` // empty: groups
	Rules             []GroupRule `json:"rules"`
	SignOutAtProvider bool        `json:"signOutAtProvider"`
	// MaxSessionHours ends sessions of a provider that gives no refresh token; 0 lets them last as others do.
	MaxSessionHours int      `json:"maxSessionHours,omitempty"`
	Scopes          []string `json:"scopes"`     // empty: DefaultScopes
	AuthMethod      string   `json:"authMethod"` // post, basic, or empty: see authStyle
	CA              string   `json:"ca"`         // PEM of further certificate authorities
}

// GroupRule puts the members of a provider's group into a household. Names of groups are
// compared exactly.
type GroupRule struct {
	Group       string  `json:"group"`
	HouseholdID string  `json:"householdId"`
	Role        db.Role `json:"role"`
}

// defaultProvider is what holds until somebody says otherwise. Google lets everybody in the world
// in, so there new people come in only when an administrator has said so.
func defaultProvider(id string) Settings {
	return Settings{Enabled: true, AutoLink: true, SignUp: id != Google, SignUpRole: db.RoleEditor}
}

// Provider is a provider's settings in force: the environment's values over the stored ones.
type Provider struct {
	ID string
	Settings
	ClientSecret string
	// Missing names what keeps the provider from working, in the order of the form.
	Missing []MissingField
	// SecretUpdatedAt is when the stored secret was saved (unix milliseconds), or 0.
	SecretUpdatedAt int64
	// SecretStored says that a secret is in the database, readable or not.
	SecretStored bool
}

// MissingField is a value without which a provider cannot work. Reason is "missing",
// "invalid", or "unreadable" (the stored secret was sealed with another key).
type MissingField struct{ Field, Label, Variable, Reason string }

// NameOf is a kind of provider's name for people.
func NameOf(id string) string {
	switch id {
	case Authentik:
		return "Authentik"
	case Google:
		return "Google"
	}
	return "OpenID Connect"
}

// Name is the provider's name for people. Another OpenID Connect provider has the label that
// the administrator gave it, because nobody in the family knows it by its protocol.
func (p Provider) Name() string {
	if p.ID == OIDC {
		return cmp.Or(p.Label, NameOf(p.ID))
	}
	return NameOf(p.ID)
}

// ButtonLabel is the text on the sign-in page.
func (p Provider) ButtonLabel() string {
	if p.ID == OIDC {
		return "Sign in with " + p.Name()
	}
	return cmp.Or(p.Label, "Sign in with "+p.Name())
}

// Configured says that nothing is missing.
func (p Provider) Configured() bool { return len(p.Missing) == 0 }

// Usable says that people can sign in with it.
func (p Provider) Usable() bool { return p.Enabled && p.Configured() }

// Issuer is the issuer Pantrie expects, or "" while a part of it is missing.
func (p Provider) Issuer() string {
	switch {
	case p.ID == Google:
		return googleIssuer
	case p.ID == OIDC:
		return p.IssuerURL
	case p.BaseURL == "" || p.Slug == "":
		return ""
	}
	return authentik.Issuer(p.BaseURL, p.Slug)
}

// DiscoveryURL is where the discovery document lies (OpenID Connect Discovery 1.0, section 4).
func (p Provider) DiscoveryURL() string {
	if p.ID == Authentik {
		return authentik.DiscoveryURL(p.BaseURL, p.Slug)
	}
	return strings.TrimSuffix(p.Issuer(), "/") + wellKnown
}

const wellKnown = "/.well-known/openid-configuration"

// DefaultScopes are asked for unless the administrator says otherwise.
func DefaultScopes() []string { return []string{"openid", "email", "profile"} }

// ScopesInForce are those that Pantrie asks for; openid is always among them.
func (p Provider) ScopesInForce() []string {
	if len(p.Scopes) == 0 {
		return DefaultScopes()
	}
	if !slices.Contains(p.Scopes, "openid") {
		return append([]string{"openid"}, p.Scopes...)
	}
	return p.Scopes
}

// MapsRoles says whether groups decide over roles.
func (p Provider) MapsRoles() bool { return p.AdminGroup != "" || len(p.Rules) > 0 }

// Fingerprint changes with everything that decides how a sign-in goes.
func (p Provider) Fingerprint(redirect string) string {
	p.Missing, p.SecretUpdatedAt, p.Label = nil, 0, ""
	text, err := json.Marshal(p)
	if err != nil {
		return "" // a struct of texts always has its JSON
	}
	return secret.Digest(string(text) + "\n" + redirect)
}

// Store keeps the settings of providers, and the rules of signing in that stand beside them.
type Store struct {
	db      *db.DB
	sealer  *db.Sealer
	log     *slog.Logger
	address *address.Public
	o       Options
}

// Options is what the environment says.
type Options struct {
	Authentik       Env  // each value that is set beats the stored one
	ForceLocalLogin bool // keeps signing in with a password on, whatever is stored
}

// NewStore makes a store on a database. Nothing is read before it is asked for.
func NewStore(database *db.DB, sealer *db.Sealer, log *slog.Logger, public *address.Public, o Options) *Store {
	return &Store{db: database, sealer: sealer, log: log, address: public, o: o}
}

// EnvProvider is what the environment says of a provider.
func (s *Store) EnvProvider(id string) Env {
	if id == Authentik {
		return s.o.Authentik
	}
	return Env{}
}

// LockedFields maps a provider's fields that the environment sets to true.
func (s *Store) LockedFields(id string) map[string]bool {
	e := s.EnvProvider(id)
	return map[string]bool{FieldBaseURL: e.BaseURL != "", FieldSlug: e.Slug != "", FieldClientID: e.ClientID != "", FieldClientSecret: e.ClientSecret != ""}
}

// Unknown is the error for a provider that there is not.
func Unknown() error {
	return fault.New(fault.OAuthUnknownProvider, "There is no such provider.")
}

// Get returns the settings in force. [fault.OAuthUnknownProvider].
func (s *Store) Get(ctx context.Context, id string) (Provider, error) {
	if !slices.Contains(IDs(), id) {
		return Provider{}, Unknown()
	}
	stored, err := s.Stored(ctx, s.db, id)
	if err != nil {
		return Provider{}, err
	}
	return s.inForce(ctx, id, stored)
}

// All returns all kinds, configured or not.
func (s *Store) All(ctx context.Context) ([]Provider, error) {
	list := []Provider{}
	for _, id := range IDs() {
		p, err := s.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// inForce lays the environment's values over settings, reads the secret, and says what is missing.
func (s *Store) inForce(ctx context.Context, id string, settings Settings) (Provider, error) {
	p := Provider{ID: id, Settings: settings}
	e, reasons := s.EnvProvider(id), map[string]string{}
	p.ClientID = cmp.Or(e.ClientID, p.ClientID)
	if e.BaseURL != "" {
		base, slug, err := authentik.ParseAddress(e.BaseURL)
		if err != nil {
			reasons[FieldBaseURL] = "invalid"
		}
		p.BaseURL = base
		if slug != "" && e.Slug == "" && p.Slug == "" {
			p.Slug = slug
		}
	}
	p.Slug = cmp.Or(e.Slug, p.Slug)
	if p.Slug != "" && authentik.CheckSlug(p.Slug) != nil {
		reasons[FieldSlug] = "invalid"
	}
	if err := s.readSecret(ctx, &p, reasons); err != nil {
		return Provider{}, err
	}
	p.Missing = s.missing(p, reasons)
	return p, nil
}

// missing names what p cannot work without; reasons holds what is known to be wrong already.
func (s *Store) missing(p Provider, reasons map[string]string) []MissingField {
	values := map[string]string{FieldBaseURL: p.BaseURL, FieldSlug: p.Slug, FieldIssuerURL: p.IssuerURL, FieldClientID: p.ClientID, FieldClientSecret: p.ClientSecret}
	var list []MissingField
	for _, field := range needed(p.ID) {
		reason := reasons[field]
		if reason == "" && values[field] == "" {
			reason = "missing"
		}
		if reason != "" {
			list = append(list, MissingField{field, Label(field), Variable(p.ID, field), reason})
		}
	}
	if s.address.URL() == "" {
		list = append(list, MissingField{FieldPublicURL, Label(FieldPublicURL), Variable(p.ID, FieldPublicURL), "missing"})
	}
	return list
}

func (s *Store) readSecret(ctx context.Context, p *Provider, reasons map[string]string) error {
	stored, err := s.db.Setting(ctx, settingProviderSecret(p.ID))
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	if err == nil {
		p.SecretStored, p.SecretUpdatedAt = true, stored.UpdatedAt
	}
	if e := s.EnvProvider(p.ID); e.ClientSecret != "" {
		p.ClientSecret = e.ClientSecret
		return nil
	}
	if !p.SecretStored {
		return nil
	}
	secret, err := s.sealer.Open(settingProviderSecret(p.ID), stored.Value)
	if err != nil {
		reasons[FieldClientSecret] = "unreadable"
		return nil //nolint:nilerr // sealed with another key: the reason says so
	}
	p.ClientSecret = string(secret)
	return nil
}

// Stored returns the settings in the database, without what the environment says; what holds by itself where there are none.
func (s *Store) Stored(ctx context.Context, r db.SettingReader, id string) (Settings, error) {
	p := defaultProvider(id)
	v, err := r.Setting(ctx, settingProvider(id))
	if errors.Is(err, db.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(v.Value, &p); err != nil {
		return p, fmt.Errorf("read stored provider settings: %w", err)
	}
	return p, nil
}

// LogAll says at start what will work and what is missing.
func (s *Store) LogAll(ctx context.Context) error {
	all, err := s.All(ctx)
	if err != nil {
		return err
	}
	for _, p := range all {
		_, err := s.db.Setting(ctx, settingProvider(p.ID))
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		none := err != nil && s.EnvProvider(p.ID) == Env{}
		switch {
		case none && p.ID == Authentik:
			s.log.InfoContext(ctx, "OAuth provider not configured", "provider", p.ID)
		case none:
		case len(p.Missing) > 0:
			s.log.WarnContext(ctx, NotConfigured(p), "provider", p.ID, "hint", variables(p.Missing))
		default:
			s.log.InfoContext(ctx, "OAuth provider configured", "provider", p.ID, "enabled", p.Enabled, "issuer", p.Issuer(), "client_id", p.ClientID, "redirect_uri", s.address.Callback(p.ID))
		}
	}
	return nil
}

// NotConfigured is the sentence that names each missing field.
func NotConfigured(p Provider) string {
	parts := make([]string, len(p.Missing))
	for i, m := range p.Missing {
		parts[i] = m.Label + " is " + m.Reason
	}
	return "OAuth provider not configured: " + strings.Join(parts, ", ")
}

func variables(missing []MissingField) string {
	names := []string{}
	for _, m := range missing {
		if m.Variable != "" {
			names = append(names, m.Variable)
		}
	}
	if len(names) == 0 {
		return "fill in Settings → Administration → OAuth Settings"
	}
	return "set " + strings.Join(names, ", ") + ", or fill in Settings → Administration → OAuth Settings"
}

// SecretNames tells what people know stored secrets as, of the keys of settings; what is no loss is left out.
func SecretNames(keys []string) []string {
	names := []string{}
	for _, id := range IDs() {
		if slices.Contains(keys, settingProviderSecret(id)) {
			names = append(names, "Client Secret of "+NameOf(id))
		}
	}
	return names
}

// Readable says whether the secret key opens a stored secret.
func (s *Store) Readable(v db.Setting) bool { return s.sealer.Opens(v) }

// SettingLastTest is the key of the last test sign-in of a provider.
func SettingLastTest(id string) string { return "oauth." + id + ".lastTest" }
