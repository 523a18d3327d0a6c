package pantry

import (
	"context"
	"errors"

	"pantrie/db"
)

// additions is where what was added before is found.
type additions interface {
	LastAdded(ctx context.Context, householdID, productID string) (int64, error)
}

// Usual is how much of a product is added when nobody says how much, as it is best read: one of what is counted
// or comes in packs; of what is weighed or measured as much as the last time. Amount is zero where nobody can
// say: one gram of sugar is no answer.
func (s *Service) Usual(ctx context.Context, p db.Product) (Measured, error) {
	return usual(ctx, s.db, p)
}

func usual(ctx context.Context, r additions, p db.Product) (Measured, error) {
	base, own := Unit(p.Base), Unit(p.Unit)
	one := Measured{One, own}
	if !base.measured() || !own.Base().same(base) {
		return one, nil
	}
	last, err := r.LastAdded(ctx, p.HouseholdID, p.ID)
	switch {
	case err == nil:
		return Display(Amount(last), base, nil), nil
	case !errors.Is(err, db.ErrNotFound):
		return one, err
	case Weighed(base, own):
		one.Amount = 0
	}
	return one, nil
}
