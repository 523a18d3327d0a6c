package pantry

import (
	"context"
	"errors"

	"pantrie/app/pantry/parse"
	"pantrie/db"
)

// additions is where what was added before is found.
type additions interface {
	LastAdded(ctx context.Context, householdID, productID string) (int64, error)
}

// Usual is how much of a product is added when nobody says how much, as it is best read: one of what is counted
// or comes in packs; of what is weighed or measured as much as the last time. Amount is zero where nobody can
// say: one gram of sugar is no answer.
func (s *Service) Usual(ctx context.Context, p db.Product) (parse.Measured, error) {
	return usual(ctx, s.db, p)
}

// mostTimes is up to where a number without a unit says how often of what is weighed: 2 sugar is two bags of it, and
// 500 sugar is 500 g.
const mostTimes = 10

// without is what a number without a unit is of a product; zero is no number, and the answer has none when nobody can
// say.
func without(ctx context.Context, r additions, p db.Product, number parse.Amount) (parse.Measured, error) {
	told := parse.Measured{Amount: number, Unit: parse.Unit(p.Unit)}
	if number != 0 && (!Weighed(parse.Unit(p.Base), parse.Unit(p.Unit)) || number >= mostTimes*parse.One) {
		return told, nil
	}
	often, err := usual(ctx, r, p)
	if err != nil || number == 0 || often.Amount == 0 {
		return often, err
	}
	if times := often.Amount * number; times%parse.One == 0 {
		often.Amount = times / parse.One
		return often, nil
	}
	return told, nil
}

func usual(ctx context.Context, r additions, p db.Product) (parse.Measured, error) {
	base, own := parse.Unit(p.Base), parse.Unit(p.Unit)
	one := parse.Measured{Amount: parse.One, Unit: own}
	if !base.Measured() || !own.Base().Same(base) {
		return one, nil
	}
	last, err := r.LastAdded(ctx, p.HouseholdID, p.ID)
	switch {
	case err == nil:
		return parse.Display(parse.Amount(last), base, nil), nil
	case !errors.Is(err, db.ErrNotFound):
		return one, err
	case Weighed(base, own):
		one.Amount = 0
	}
	return one, nil
}
