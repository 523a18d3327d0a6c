package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"pantrie/auth/fault"
	"pantrie/db"
)

const settingSwitches = "signIn"

// switches are the instance's stored rules of signing in.
type switches struct {
	LocalLoginOff bool   `json:"localLoginOff"`
	AutoRedirect  string `json:"autoRedirect"`
}

func (s *Service) switches(ctx context.Context, r db.SettingReader) (switches, error) {
	var w switches
	v, err := r.Setting(ctx, settingSwitches)
	if errors.Is(err, db.ErrNotFound) {
		return w, nil
	}
	if err != nil {
		return w, err
	}
	if err := json.Unmarshal(v.Value, &w); err != nil {
		return w, fmt.Errorf("read sign-in switches: %w", err)
	}
	return w, nil
}

// LocalLogin says whether everybody may sign in with a password. It is on while there is no
// other way in, and when PANTRIE_LOCAL_LOGIN forces it. Site administrators always may.
func (s *Service) LocalLogin(ctx context.Context) (bool, error) {
	if s.cfg.ForceLocalLogin {
		return true, nil
	}
	w, err := s.switches(ctx, s.db)
	if err != nil || !w.LocalLoginOff {
		return true, err
	}
	all, err := s.Providers(ctx)
	return !slices.ContainsFunc(all, Provider.Usable), err
}

// AutoRedirect is the provider that the sign-in page leads to by itself, or "".
func (s *Service) AutoRedirect(ctx context.Context) (string, error) {
	w, err := s.switches(ctx, s.db)
	if err != nil || w.AutoRedirect == "" {
		return "", err
	}
	p, err := s.Provider(ctx, w.AutoRedirect)
	if err != nil || !p.Usable() {
		return "", ignoreUnknownProvider(err)
	}
	return p.ID, nil
}

func ignoreUnknownProvider(err error) error {
	if fault.Is(err, fault.OAuthUnknownProvider) {
		return nil
	}
	return err
}
