package provider

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

// Switches are the instance's stored rules of signing in.
type Switches struct {
	LocalLoginOff bool   `json:"localLoginOff"`
	AutoRedirect  string `json:"autoRedirect"`
}

// Switches reads the rules.
func (s *Store) Switches(ctx context.Context, r db.SettingReader) (Switches, error) {
	var w Switches
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
func (s *Store) LocalLogin(ctx context.Context) (bool, error) {
	if s.o.ForceLocalLogin {
		return true, nil
	}
	w, err := s.Switches(ctx, s.db)
	if err != nil || !w.LocalLoginOff {
		return true, err
	}
	all, err := s.All(ctx)
	return !slices.ContainsFunc(all, Provider.Usable), err
}

// AutoRedirect is the provider that the sign-in page leads to by itself, or "".
func (s *Store) AutoRedirect(ctx context.Context) (string, error) {
	w, err := s.Switches(ctx, s.db)
	if err != nil || w.AutoRedirect == "" {
		return "", err
	}
	p, err := s.Get(ctx, w.AutoRedirect)
	if err != nil || !p.Usable() {
		return "", IgnoreUnknown(err)
	}
	return p.ID, nil
}

// IgnoreUnknown is nil for [fault.OAuthUnknownProvider], and err otherwise.
func IgnoreUnknown(err error) error {
	if fault.Is(err, fault.OAuthUnknownProvider) {
		return nil
	}
	return err
}

// SetSwitches stores the switches; nil leaves one as it is. [fault.ValidationFailed] for a provider that cannot be used.
func (s *Store) SetSwitches(ctx context.Context, localLogin *bool, autoRedirect *string) error {
	if autoRedirect != nil && *autoRedirect != "" {
		p, err := s.Get(ctx, *autoRedirect)
		if IgnoreUnknown(err) != nil {
			return err
		}
		if err != nil || !p.Usable() {
			return fault.Fields([]fault.Field{{Name: "autoRedirect", Code: fault.InvalidChoice, Message: "People cannot sign in with this provider yet."}})
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		w, err := s.Switches(ctx, tx)
		if err != nil {
			return err
		}
		if localLogin != nil {
			w.LocalLoginOff = !*localLogin
		}
		setIf(&w.AutoRedirect, autoRedirect)
		value, err := json.Marshal(w)
		if err != nil {
			return err
		}
		return tx.PutSetting(ctx, db.Setting{Key: settingSwitches, Value: value})
	})
}

// LocalLoginForced says whether the environment keeps signing in with a password on.
func (s *Store) LocalLoginForced() bool { return s.o.ForceLocalLogin }
