package auth

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"pantrie/auth/authentik"
	"pantrie/auth/fault"
	"pantrie/db"
)

// ProviderAuthentik is the id of the Authentik provider in addresses and rows.
const ProviderAuthentik = "authentik"

const (
	settingAuthentik       = "oauth.authentik"
	settingAuthentikSecret = "oauth.authentik.clientSecret"
	settingEnvSecretIssuer = "oauth.authentik.environmentSecretIssuer"
)

// The four fields by their JSON names.
const (
	FieldBaseURL      = "baseUrl"
	FieldSlug         = "slug"
	FieldClientID     = "clientId"
	FieldClientSecret = "clientSecret"
)

// FieldLabel is a field's name on the page, in the log, and in errors.
func FieldLabel(field string) string {
	switch field {
	case FieldBaseURL:
		return "Authentik Base URL"
	case FieldSlug:
		return "Application Slug"
	case FieldClientID:
		return "Client ID"
	case FieldClientSecret:
		return "Client Secret"
	case "publicUrl":
		return "Public URL"
	}
	return field
}

// FieldVariable is the environment variable that sets a field.
func FieldVariable(field string) string {
	switch field {
	case FieldBaseURL:
		return "OAUTH_AUTHENTIK_BASE_URL"
	case FieldSlug:
		return "OAUTH_AUTHENTIK_SLUG"
	case FieldClientID:
		return "OAUTH_AUTHENTIK_CLIENT_ID"
	case FieldClientSecret:
		return "OAUTH_AUTHENTIK_CLIENT_SECRET"
	case "publicUrl":
		return "PANTRIE_PUBLIC_URL"
	}
	return ""
}

// storedProvider is what the database holds of a provider; the secret lies beside it, sealed.
type storedProvider struct {
	Enabled           bool    `json:"enabled"`
	BaseURL           string  `json:"baseUrl"`
	Slug              string  `json:"slug"`
	ClientID          string  `json:"clientId"`
	Label             string  `json:"label"`
	AutoLink          bool    `json:"autoLink"`
	SignUp            bool    `json:"signUp"`
	SignUpHouseholdID string  `json:"signUpHouseholdId"`
	SignUpRole        db.Role `json:"signUpRole"`
}

func defaultProvider() storedProvider {
	return storedProvider{Enabled: true, AutoLink: true, SignUp: true, SignUpRole: db.RoleEditor}
}

// Provider is a provider's settings in force: the environment's values over the stored ones.
type Provider struct {
	ID                string
	Enabled           bool
	BaseURL           string
	Slug              string
	ClientID          string
	ClientSecret      string
	Label             string
	AutoLink          bool
	SignUp            bool
	SignUpHouseholdID string
	SignUpRole        db.Role
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

// Name is the provider's name for people.
func (p Provider) Name() string { return "Authentik" }

// ButtonLabel is the text on the sign-in page.
func (p Provider) ButtonLabel() string { return cmp.Or(p.Label, "Sign in with "+p.Name()) }

// Configured says that nothing is missing.
func (p Provider) Configured() bool { return len(p.Missing) == 0 }

// Issuer is the issuer Pantrie expects, or "" while address or slug is missing.
func (p Provider) Issuer() string {
	if p.BaseURL == "" || p.Slug == "" {
		return ""
	}
	return authentik.Issuer(p.BaseURL, p.Slug)
}

// LockedFields maps the fields that the environment sets to true.
func (s *Service) LockedFields() map[string]bool {
	e := s.cfg.Authentik
	return map[string]bool{FieldBaseURL: e.BaseURL != "", FieldSlug: e.Slug != "", FieldClientID: e.ClientID != "", FieldClientSecret: e.ClientSecret != ""}
}

// Provider returns the settings in force. [fault.OAuthUnknownProvider].
func (s *Service) Provider(ctx context.Context, id string) (Provider, error) {
	if id != ProviderAuthentik {
		return Provider{}, fault.New(fault.OAuthUnknownProvider, "There is no such provider.")
	}
	stored, err := s.storedProvider(ctx, s.db)
	if err != nil {
		return Provider{}, err
	}
	p := Provider{
		ID: id, Enabled: stored.Enabled, Label: stored.Label, AutoLink: stored.AutoLink, SignUp: stored.SignUp,
		SignUpHouseholdID: stored.SignUpHouseholdID, SignUpRole: stored.SignUpRole,
		BaseURL: stored.BaseURL, Slug: stored.Slug, ClientID: cmp.Or(s.cfg.Authentik.ClientID, stored.ClientID),
	}
	reasons := map[string]string{}
	if e := s.cfg.Authentik.BaseURL; e != "" {
		base, slug, err := authentik.ParseAddress(e)
		if err != nil {
			reasons[FieldBaseURL] = "invalid"
		}
		p.BaseURL = base
		if slug != "" && s.cfg.Authentik.Slug == "" && p.Slug == "" {
			p.Slug = slug
		}
	}
	if e := s.cfg.Authentik.Slug; e != "" {
		p.Slug = e
	}
	if p.Slug != "" && authentik.CheckSlug(p.Slug) != nil {
		reasons[FieldSlug] = "invalid"
	}
	if err := s.readSecret(ctx, &p, reasons); err != nil {
		return Provider{}, err
	}
	for field, value := range map[string]string{FieldBaseURL: p.BaseURL, FieldSlug: p.Slug, FieldClientID: p.ClientID, FieldClientSecret: p.ClientSecret} {
		if value == "" && reasons[field] == "" {
			reasons[field] = "missing"
		}
	}
	for _, field := range []string{FieldBaseURL, FieldSlug, FieldClientID, FieldClientSecret} {
		if reason := reasons[field]; reason != "" {
			p.Missing = append(p.Missing, MissingField{field, FieldLabel(field), FieldVariable(field), reason})
		}
	}
	if s.PublicURL() == "" {
		p.Missing = append(p.Missing, MissingField{"publicUrl", FieldLabel("publicUrl"), FieldVariable("publicUrl"), "missing"})
	}
	return p, nil
}

func (s *Service) readSecret(ctx context.Context, p *Provider, reasons map[string]string) error {
	stored, err := s.db.Setting(ctx, settingAuthentikSecret)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	if err == nil {
		p.SecretStored, p.SecretUpdatedAt = true, stored.UpdatedAt
	}
	if s.cfg.Authentik.ClientSecret != "" {
		p.ClientSecret = s.cfg.Authentik.ClientSecret
		return nil
	}
	if !p.SecretStored {
		return nil
	}
	secret, err := s.sealer.Open(settingAuthentikSecret, stored.Value)
	if err != nil {
		reasons[FieldClientSecret] = "unreadable"
		return nil
	}
	p.ClientSecret = string(secret)
	return nil
}

func (s *Service) storedProvider(ctx context.Context, r settingReader) (storedProvider, error) {
	p := defaultProvider()
	v, err := r.Setting(ctx, settingAuthentik)
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

// ProviderInput is what the form or the wizard sends. A nil field keeps what is stored; so
// does an empty ClientSecret.
type ProviderInput struct {
	Enabled                 *bool
	BaseURL, Slug, ClientID *string
	ClientSecret            string
	Label                   *string
	AutoLink, SignUp        *bool
	SignUpHouseholdID       *string
	SignUpRole              *db.Role
}

// checkProviderInput applies in to what is stored and says what is wrong. With complete, all
// four fields are needed, as in the wizard.
func (s *Service) checkProviderInput(in ProviderInput, stored storedProvider, complete bool) (storedProvider, []fault.Field) {
	next, fields := stored, []fault.Field{}
	if complete {
		next = defaultProvider()
	}
	bad := func(field, code, message string) {
		fields = append(fields, fault.Field{Name: field, Code: code, Message: message})
	}
	locked := s.LockedFields()
	pastedSlug := ""
	if in.BaseURL != nil && !locked[FieldBaseURL] {
		next.BaseURL = ""
		if strings.TrimSpace(*in.BaseURL) != "" {
			base, slug, err := authentik.ParseAddress(*in.BaseURL)
			if err != nil || len(base) > 500 {
				bad(FieldBaseURL, fault.InvalidURL, "Enter the address of your Authentik, such as https://auth.example.org.")
			}
			next.BaseURL, pastedSlug = base, slug
		}
	}
	if in.Slug != nil && !locked[FieldSlug] {
		next.Slug = strings.TrimSpace(*in.Slug)
	}
	if next.Slug == "" && pastedSlug != "" && !locked[FieldSlug] {
		next.Slug = pastedSlug
	}
	if next.Slug != "" && len(fields) == 0 {
		switch err := authentik.CheckSlug(next.Slug); {
		case errors.Is(err, authentik.ErrReservedSlug):
			bad(FieldSlug, fault.ReservedSlug, "Authentik keeps this name for itself. Choose another slug for the application.")
		case err != nil || len(next.Slug) > 200:
			bad(FieldSlug, fault.InvalidSlug, "A slug has only letters, digits, hyphens and underscores.")
		}
	}
	if in.ClientID != nil && !locked[FieldClientID] {
		next.ClientID = strings.TrimSpace(*in.ClientID)
		if len(next.ClientID) > 255 {
			bad(FieldClientID, fault.TooLong, "Use at most 255 characters.")
		}
	}
	if len(in.ClientSecret) > 1000 {
		bad(FieldClientSecret, fault.TooLong, "Use at most 1000 characters.")
	}
	if in.Label != nil {
		next.Label = strings.TrimSpace(*in.Label)
		if len([]rune(next.Label)) > 60 {
			bad("label", fault.TooLong, "Use at most 60 characters.")
		}
	}
	if in.SignUpRole != nil {
		next.SignUpRole = *in.SignUpRole
		if !next.SignUpRole.Valid() {
			bad("signUpRole", fault.InvalidChoice, "Choose admin, editor or viewer.")
		}
	}
	setIf(&next.Enabled, in.Enabled)
	setIf(&next.AutoLink, in.AutoLink)
	setIf(&next.SignUp, in.SignUp)
	setIf(&next.SignUpHouseholdID, in.SignUpHouseholdID)
	if complete {
		for field, value := range map[string]string{FieldBaseURL: next.BaseURL, FieldSlug: next.Slug, FieldClientID: next.ClientID, FieldClientSecret: in.ClientSecret} {
			if value == "" && !locked[field] && !named(fields, field) {
				bad(field, fault.Required, "Enter the "+FieldLabel(field)+".")
			}
		}
	}
	return next, fields
}

func named(fields []fault.Field, name string) bool {
	for _, f := range fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

func setIf[T any](target *T, value *T) {
	if value != nil {
		*target = *value
	}
}

// SaveProvider stores what an administrator changed; it takes effect for the next sign-in.
// [fault.EnvLocked] when a field is sent that the environment sets; [fault.ValidationFailed],
// also when address or slug change without the secret being typed again: otherwise whoever may
// change them could have the stored secret sent to a server of their own.
func (s *Service) SaveProvider(ctx context.Context, id string, in ProviderInput) error {
	if id != ProviderAuthentik {
		return fault.New(fault.OAuthUnknownProvider, "There is no such provider.")
	}
	locked := []fault.Field{}
	for field, sent := range map[string]bool{FieldBaseURL: in.BaseURL != nil, FieldSlug: in.Slug != nil, FieldClientID: in.ClientID != nil, FieldClientSecret: in.ClientSecret != ""} {
		if sent && s.LockedFields()[field] {
			locked = append(locked, fault.Field{Name: field, Code: fault.Locked, Message: "Set by " + FieldVariable(field) + "."})
		}
	}
	if len(locked) > 0 {
		return lockedFault(locked...)
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		stored, err := s.storedProvider(ctx, tx)
		if err != nil {
			return err
		}
		next, fields := s.checkProviderInput(in, stored, false)
		if next.SignUpHouseholdID != "" {
			if _, err := tx.HouseholdByID(ctx, next.SignUpHouseholdID); errors.Is(err, db.ErrNotFound) {
				fields = append(fields, fault.Field{Name: "signUpHouseholdId", Code: fault.InvalidChoice, Message: "There is no such household."})
			} else if err != nil {
				return err
			}
		}
		_, err = tx.Setting(ctx, settingAuthentikSecret)
		hasSecret := err == nil
		moved := next.BaseURL != stored.BaseURL || next.Slug != stored.Slug
		if hasSecret && moved && in.ClientSecret == "" {
			fields = append(fields, fault.Field{Name: FieldClientSecret, Code: fault.SecretRequired, Message: "Type the client secret again, because the address or the slug has changed."})
		}
		if err := fault.Fields(fields); err != nil {
			return err
		}
		if err := s.bindEnvSecret(ctx, tx, next); err != nil {
			return err
		}
		return s.putProvider(ctx, tx, next, in.ClientSecret)
	})
}

// bindEnvSecret ties a client secret from the environment to the first issuer it is used with.
// Nobody can type it again to prove that they know it, so the form may not point it anywhere
// else: that takes the environment's base URL and slug, or another secret. [fault.EnvLocked].
func (s *Service) bindEnvSecret(ctx context.Context, tx *db.Tx, next storedProvider) error {
	e := s.cfg.Authentik
	base, slug := cmp.Or(e.BaseURL, next.BaseURL), cmp.Or(e.Slug, next.Slug)
	if e.ClientSecret == "" || base == "" || slug == "" || e.BaseURL != "" && e.Slug != "" {
		return nil
	}
	if e.BaseURL != "" {
		base, _, _ = authentik.ParseAddress(e.BaseURL)
	}
	binding := digest(e.ClientSecret) + " " + authentik.Issuer(base, slug)
	stored, err := tx.Setting(ctx, settingEnvSecretIssuer)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	if err == nil {
		if known, err := s.sealer.Open(settingEnvSecretIssuer, stored.Value); err == nil {
			secret, issuer, _ := strings.Cut(string(known), " ")
			if secret == digest(e.ClientSecret) && string(known) != binding {
				message := "OAUTH_AUTHENTIK_CLIENT_SECRET belongs to " + issuer + ". To use it elsewhere, set OAUTH_AUTHENTIK_BASE_URL and OAUTH_AUTHENTIK_SLUG as well."
				return lockedFault(fault.Field{Name: FieldBaseURL, Code: fault.Locked, Message: message}, fault.Field{Name: FieldSlug, Code: fault.Locked, Message: message})
			}
		}
	}
	sealed, err := s.sealer.Seal(settingEnvSecretIssuer, []byte(binding))
	if err != nil {
		return err
	}
	return tx.PutSetting(ctx, db.Setting{Key: settingEnvSecretIssuer, Value: sealed, Sealed: true})
}

func (s *Service) putProvider(ctx context.Context, tx *db.Tx, p storedProvider, secret string) error {
	value, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := tx.PutSetting(ctx, db.Setting{Key: settingAuthentik, Value: value}); err != nil || secret == "" {
		return err
	}
	sealed, err := s.sealer.Seal(settingAuthentikSecret, []byte(secret))
	if err != nil {
		return err
	}
	return tx.PutSetting(ctx, db.Setting{Key: settingAuthentikSecret, Value: sealed, Sealed: true})
}

// ForgetProvider deletes what is stored; values from the environment stay in force.
// [fault.OAuthUnknownProvider].
func (s *Service) ForgetProvider(ctx context.Context, id string) error {
	if id != ProviderAuthentik {
		return fault.New(fault.OAuthUnknownProvider, "There is no such provider.")
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		return errors.Join(tx.DeleteSetting(ctx, settingAuthentik), tx.DeleteSetting(ctx, settingAuthentikSecret))
	})
}

// LogProviders says at start what will work and what is missing.
func (s *Service) LogProviders(ctx context.Context) error {
	p, err := s.Provider(ctx, ProviderAuthentik)
	if err != nil {
		return err
	}
	switch {
	case len(p.Missing) > 0 && p.BaseURL == "" && p.Slug == "" && p.ClientID == "" && p.ClientSecret == "":
		s.log.InfoContext(ctx, "OAuth provider not configured", "provider", p.ID)
	case len(p.Missing) > 0:
		s.log.WarnContext(ctx, notConfigured(p), "provider", p.ID, "hint", variables(p.Missing))
	default:
		s.log.InfoContext(ctx, "OAuth provider configured", "provider", p.ID, "enabled", p.Enabled, "issuer", p.Issuer(), "client_id", p.ClientID, "redirect_uri", s.CallbackURL(p.ID))
	}
	return nil
}

// notConfigured is the sentence that names each missing field.
func notConfigured(p Provider) string {
	parts := make([]string, len(p.Missing))
	for i, m := range p.Missing {
		parts[i] = m.Label + " is " + m.Reason
	}
	return "OAuth provider not configured: " + strings.Join(parts, ", ")
}

func variables(missing []MissingField) string {
	names := make([]string, len(missing))
	for i, m := range missing {
		names[i] = m.Variable
	}
	return "set " + strings.Join(names, ", ") + ", or fill in Settings → Administration → OAuth Settings"
}
