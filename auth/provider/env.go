package provider

import (
	"cmp"
	"context"
	"strings"

	"pantrie/auth/authentik"
	"pantrie/auth/fault"
	"pantrie/auth/internal/secret"
	"pantrie/db"
)

// envBinding is what ties a client secret from the environment to an issuer, "" when the
// environment leaves nothing to tie.
func (s *Store) envBinding(id string, next Settings) string {
	e := s.EnvProvider(id)
	base, slug := cmp.Or(e.BaseURL, next.BaseURL), cmp.Or(e.Slug, next.Slug)
	if e.ClientSecret == "" || base == "" || slug == "" || e.BaseURL != "" && e.Slug != "" {
		return ""
	}
	if e.BaseURL != "" {
		base, _, _ = authentik.ParseAddress(e.BaseURL)
	}
	return secret.Digest(e.ClientSecret) + " " + authentik.Issuer(base, slug)
}

// knownBinding is the binding in force, "" when there is none.
func (s *Store) knownBinding(ctx context.Context, r db.SettingReader, id string) (string, error) {
	stored, err := r.Setting(ctx, settingEnvSecretIssuer(id))
	if err != nil {
		return "", db.IgnoreNotFound(err)
	}
	known, err := s.sealer.Open(settingEnvSecretIssuer(id), stored.Value)
	if err != nil {
		return "", nil //nolint:nilerr // sealed with another key: as if it were not there
	}
	return string(known), nil
}

// envSecretBound says whether the environment's secret may be sent to the issuer of next: the
// environment names that issuer, or the two were saved together.
func (s *Store) envSecretBound(ctx context.Context, id string, next Settings) (bool, error) {
	known, err := s.knownBinding(ctx, s.db, id)
	binding := s.envBinding(id, next)
	return binding == "" || binding == known, err
}

// BindEnvSecret ties a client secret from the environment to the first issuer it is used with.
// Nobody can type it again to prove that they know it, so the form may not point it anywhere
// else: that takes the environment's base URL and slug, or another secret. [fault.EnvLocked].
func (s *Store) BindEnvSecret(ctx context.Context, tx *db.Tx, id string, next Settings) error {
	binding := s.envBinding(id, next)
	if binding == "" {
		return nil
	}
	known, err := s.knownBinding(ctx, tx, id)
	if err != nil {
		return err
	}
	plain, issuer, _ := strings.Cut(known, " ")
	if plain == secret.Digest(s.EnvProvider(id).ClientSecret) && known != binding {
		message := "OAUTH_AUTHENTIK_CLIENT_SECRET belongs to " + issuer + ". To use it elsewhere, set OAUTH_AUTHENTIK_BASE_URL and OAUTH_AUTHENTIK_SLUG as well."
		return fault.LockedByEnvironment(fault.Field{Name: FieldBaseURL, Code: fault.Locked, Message: message}, fault.Field{Name: FieldSlug, Code: fault.Locked, Message: message})
	}
	sealed, err := s.sealer.Seal(settingEnvSecretIssuer(id), []byte(binding))
	if err != nil {
		return err
	}
	return tx.PutSetting(ctx, db.Setting{Key: settingEnvSecretIssuer(id), Value: sealed, Sealed: true})
}

// Env is a provider's settings from the environment; empty means not set.
type Env struct {
	BaseURL, Slug, ClientID, ClientSecret string
}
