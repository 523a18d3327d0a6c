package pantry

import (
	"context"
	"errors"
	"slices"

	"pantrie/app/pantry/parse"
	"pantrie/db"
)

// additions is where what was added before is found, and in what a product comes.
type additions interface {
	units
	LastAdded(ctx context.Context, householdID, productID string) (int64, error)
	BarcodesOf(ctx context.Context, householdID, productID string) ([]db.Barcode, error)
}

// Usual is how much of a product is added when nobody says how much, as it is best read: one of what is counted
// or comes in packs; of what is weighed or measured as much as the last time. Amount is zero where nobody can
// say: one gram of sugar is no answer.
func (s *Service) Usual(ctx context.Context, p db.Product) (parse.Measured, error) {
	return usual(ctx, s.db, p)
}

// withoutListed is [without] of a line of the shopping list, whose number counts the product's own unit where one would use
// one of it: 2 of what is entered in litres are 2 l, but nobody means 2 g.
func withoutListed(ctx context.Context, r additions, p db.Product, number parse.Amount) (parse.Measured, []string, error) {
	told, choices, err := without(ctx, r, p, number)
	if err == nil && told.Amount == 0 && number != 0 && !Weighed(parse.Unit(p.Base), parse.Unit(p.Unit)) {
		return parse.Measured{Amount: number, Unit: parse.Unit(p.Unit)}, nil, nil
	}
	return told, choices, err
}

// without is what a number without a unit is of a product, or with no number, 0, what is usual: of what is counted so many of
// it, and of what is weighed or measured so many packs where it is known how much is in one. Amount is zero where nobody can
// say; choices are what it could be then.
func without(ctx context.Context, r additions, p db.Product, number parse.Amount) (told parse.Measured, choices []string, err error) {
	if number == 0 {
		told, err = usual(ctx, r, p)
		return told, nil, err
	}
	m, err := measuresOf(ctx, r, p)
	if err != nil {
		return told, nil, err
	}
	if !Measured(m.base, m.own) {
		return parse.Measured{Amount: number, Unit: m.own}, nil, nil
	}
	pack, err := packOf(ctx, r, p, m)
	if err != nil || pack != "" {
		return parse.Measured{Amount: number, Unit: pack}, nil, err
	}
	for _, c := range m.conversions {
		choices = append(choices, parse.Measured{Amount: number, Unit: c.Unit}.String())
	}
	last, err := usual(ctx, r, p)
	if err != nil {
		return told, nil, err
	}
	if last.Amount > parse.One {
		choices = append(choices, number.String()+" × "+last.String())
	}
	for _, u := range kindred(m.base) {
		choices = append(choices, parse.Measured{Amount: number, Unit: u}.String())
	}
	return parse.Measured{Unit: m.own}, choices, nil
}

// packOf is in what a product comes that is weighed or measured: what one scan stands for, or its only unit beside those of
// its measure. Empty where nobody can say.
func packOf(ctx context.Context, r additions, p db.Product, m measures) (parse.Unit, error) {
	if len(m.conversions) < 2 {
		if len(m.conversions) == 1 {
			return m.conversions[0].Unit, nil
		}
		return "", nil
	}
	codes, err := r.BarcodesOf(ctx, p.HouseholdID, p.ID)
	if err != nil {
		return "", err
	}
	var pack parse.Unit
	for _, code := range codes {
		u := parse.Unit(code.Unit)
		if !slices.ContainsFunc(m.conversions, func(c parse.Conversion) bool { return c.Unit == u }) {
			continue
		}
		if pack != "" && pack != u {
			return "", nil
		}
		pack = u
	}
	return pack, nil
}

// kindred are the units in which people would tell an amount of that base.
func kindred(base parse.Unit) []parse.Unit {
	switch base {
	case parse.Gram:
		return []parse.Unit{parse.Gram, parse.Kilogram}
	case parse.Millilitre:
		return []parse.Unit{parse.Millilitre, parse.Litre}
	case parse.Ounce:
		return []parse.Unit{parse.Ounce, parse.Pound}
	}
	return []parse.Unit{base}
}

func usual(ctx context.Context, r additions, p db.Product) (parse.Measured, error) {
	base, own := parse.Unit(p.Base), parse.Unit(p.Unit)
	one := parse.Measured{Amount: parse.One, Unit: own}
	if !Measured(base, own) {
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
