package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"pantrie/auth/fault"
	"pantrie/db"
)

// Save stores what an administrator changed; it takes effect for the next sign-in.
// [fault.EnvLocked] when a field is sent that the environment sets; [fault.ValidationFailed],
// also when the issuer changes without the secret being typed again: otherwise whoever may
// change it could have the stored secret sent to a server of their own.
func (s *Store) Save(ctx context.Context, id string, in Input) error {
	return s.SaveIf(ctx, id, in, func(*db.Tx) error { return nil })
}

// SaveIf is [Service.Save] as long as guard holds.
func (s *Store) SaveIf(ctx context.Context, id string, in Input, guard func(*db.Tx) error) error {
	if !slices.Contains(IDs(), id) {
		return Unknown()
	}
	if err := s.refuseLocked(id, in); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if err := guard(tx); err != nil {
			return err
		}
		stored, err := s.Stored(ctx, tx, id)
		if err != nil {
			return err
		}
		next, fields := s.Check(id, in, stored, false)
		homes, err := tx.Households(ctx)
		if err != nil {
			return err
		}
		fields = append(fields, unknownHouseholds(stored, next, in, homes)...)
		_, err = tx.Setting(ctx, settingProviderSecret(id))
		if err != nil && !errors.Is(err, db.ErrNotFound) {
			return err
		}
		if err == nil && moved(stored, next) && in.ClientSecret == "" {
			fields = append(fields, fault.Field{Name: FieldClientSecret, Code: fault.SecretRequired, Message: "Type the client secret again, because the address or the certificate authority has changed."})
		}
		if err := fault.Fields(fields); err != nil {
			return err
		}
		if err := s.keepAWayIn(ctx, tx, id, stored, next, in.ClientSecret); err != nil {
			return err
		}
		if err := s.BindEnvSecret(ctx, tx, id, next); err != nil {
			return err
		}
		return s.Put(ctx, tx, id, next, in.ClientSecret)
	})
}

// keepAWayIn refuses a change after which no site administrator could sign in any more.
// [fault.LastAdmin].
func (s *Store) keepAWayIn(ctx context.Context, tx *db.Tx, id string, stored, next Settings, secret string) error {
	if next.Enabled && !moved(stored, next) {
		return nil
	}
	providers, err := s.All(ctx)
	if err != nil {
		return err
	}
	before, err := AdminsWithWayIn(ctx, tx, providers, "")
	if err != nil || before == 0 {
		return err
	}
	for i := range providers {
		if providers[i].ID == id {
			if providers[i], err = s.inForce(ctx, id, next); err != nil {
				return err
			}
			providers[i].ClientSecret = cmp.Or(secret, providers[i].ClientSecret)
			providers[i].Missing = s.missing(providers[i], map[string]string{})
		}
	}
	after, err := AdminsWithWayIn(ctx, tx, providers, "")
	if err == nil && after == 0 {
		return fault.New(fault.LastAdmin, "No site administrator could sign in any more: their only way in is this provider. Set a password under Settings first.")
	}
	return err
}

// SwitchOff takes a provider's button away whatever follows: for whoever is at the machine.
// [fault.OAuthUnknownProvider].
func (s *Store) SwitchOff(ctx context.Context, id string) error {
	if !slices.Contains(IDs(), id) {
		return Unknown()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		stored, err := s.Stored(ctx, tx, id)
		if err != nil {
			return err
		}
		stored.Enabled = false
		return s.Put(ctx, tx, id, stored, "")
	})
}

// refuseLocked answers [fault.EnvLocked] when in has a value that the environment sets.
func (s *Store) refuseLocked(id string, in Input) error {
	locked := []fault.Field{}
	for field, sent := range map[string]bool{FieldBaseURL: in.BaseURL != nil, FieldSlug: in.Slug != nil, FieldClientID: in.ClientID != nil, FieldClientSecret: in.ClientSecret != ""} {
		if sent && s.LockedFields(id)[field] {
			locked = append(locked, fault.Field{Name: field, Code: fault.Locked, Message: "Set by " + Variable(id, field) + "."})
		}
	}
	if len(locked) > 0 {
		return fault.LockedByEnvironment(locked...)
	}
	return nil
}

// moved says whether two settings lead to different issuers, or to one that another certificate
// authority may vouch for.
func moved(stored, next Settings) bool {
	return next.BaseURL != stored.BaseURL || next.Slug != stored.Slug || next.IssuerURL != stored.IssuerURL || next.CA != "" && next.CA != stored.CA
}

// unknownHouseholds names the values sent that point to a household which does not exist. Those
// that are stored already may be gone; they do nothing then.
func unknownHouseholds(stored, next Settings, in Input, homes []db.Household) []fault.Field {
	const message = "There is no such household."
	unknown := func(id string) bool {
		return id != "" && !slices.ContainsFunc(homes, func(h db.Household) bool { return h.ID == id })
	}
	fields := []fault.Field{}
	if in.SignUpHouseholdID != nil && next.SignUpHouseholdID != stored.SignUpHouseholdID && unknown(next.SignUpHouseholdID) {
		fields = append(fields, fault.Field{Name: "signUpHouseholdId", Code: fault.InvalidChoice, Message: message})
	}
	if in.Rules != nil {
		for i, r := range next.Rules {
			if unknown(r.HouseholdID) {
				fields = append(fields, fault.Field{Name: "rules[" + strconv.Itoa(i) + "].householdId", Code: fault.InvalidChoice, Message: message})
			}
		}
	}
	return fields
}

// Unsaved is the provider as it would be with in saved, for a test of the connection.
// The stored secret takes part only while the issuer is the one it was stored for.
// [fault.OAuthUnknownProvider], [fault.EnvLocked], [fault.ValidationFailed].
func (s *Store) Unsaved(ctx context.Context, id string, in Input) (Provider, error) {
	if !slices.Contains(IDs(), id) {
		return Provider{}, Unknown()
	}
	if err := s.refuseLocked(id, in); err != nil {
		return Provider{}, err
	}
	stored, err := s.Stored(ctx, s.db, id)
	if err != nil {
		return Provider{}, err
	}
	next, fields := s.Check(id, in, stored, false)
	if err := fault.Fields(fields); err != nil {
		return Provider{}, err
	}
	p, err := s.inForce(ctx, id, next)
	if err != nil {
		return Provider{}, err
	}
	switch e := s.EnvProvider(id); {
	case e.ClientSecret != "":
		bound, err := s.envSecretBound(ctx, id, next)
		if err != nil {
			return Provider{}, err
		}
		if !bound {
			p.ClientSecret = ""
		}
	case in.ClientSecret != "":
		p.ClientSecret = in.ClientSecret
	case moved(stored, next):
		p.ClientSecret = ""
	}
	p.Missing = s.missing(p, map[string]string{})
	return p, nil
}

// Put stores settings, and a secret unless it is empty.
func (s *Store) Put(ctx context.Context, tx *db.Tx, id string, p Settings, secret string) error {
	value, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := tx.PutSetting(ctx, db.Setting{Key: settingProvider(id), Value: value}); err != nil || secret == "" {
		return err
	}
	sealed, err := s.sealer.Seal(settingProviderSecret(id), []byte(secret))
	if err != nil {
		return err
	}
	return tx.PutSetting(ctx, db.Setting{Key: settingProviderSecret(id), Value: sealed, Sealed: true})
}

// Forget deletes what is stored; values from the environment stay in force.
// [fault.OAuthUnknownProvider], [fault.LastAdmin].
func (s *Store) Forget(ctx context.Context, id string) error {
	if !slices.Contains(IDs(), id) {
		return Unknown()
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		stored, err := s.Stored(ctx, tx, id)
		if err != nil {
			return err
		}
		gone := defaultProvider(id)
		gone.Enabled = false
		if err := s.keepAWayIn(ctx, tx, id, stored, gone, ""); err != nil {
			return err
		}
		return errors.Join(tx.DeleteSetting(ctx, settingProvider(id)), tx.DeleteSetting(ctx, settingProviderSecret(id)), tx.DeleteSetting(ctx, SettingLastTest(id)), tx.DeleteSetting(ctx, settingSeen(id)))
	})
}
