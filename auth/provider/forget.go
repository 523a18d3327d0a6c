package provider

import (
	"context"
	"errors"
	"slices"

	"pantrie/db"
)

// ForgetHousehold takes a household out of the rules of providers. Where new people go to it, it stays
// written down: they go nowhere then, until somebody chooses another one.
func (s *Store) ForgetHousehold(ctx context.Context, tx *db.Tx, id string) error {
	all, err := tx.Households(ctx)
	if err != nil {
		return err
	}
	for _, provider := range IDs() {
		_, err := tx.Setting(ctx, settingProvider(provider))
		if errors.Is(err, db.ErrNotFound) && s.EnvProvider(provider) == (Env{}) {
			continue
		}
		if db.IgnoreNotFound(err) != nil {
			return err
		}
		stored, err := s.Stored(ctx, tx, provider)
		if err != nil {
			return err
		}
		left := slices.DeleteFunc(slices.Clone(stored.Rules), func(r GroupRule) bool { return r.HouseholdID == id })
		goesThere := SignUpHousehold(Provider{Settings: stored}, all) == id
		if len(left) == len(stored.Rules) && (!goesThere || stored.SignUpHouseholdID == id) {
			continue
		}
		stored.Rules = left
		if goesThere {
			stored.SignUpHouseholdID = id
		}
		if err := s.Put(ctx, tx, provider, stored, ""); err != nil {
			return err
		}
	}
	return nil
}
