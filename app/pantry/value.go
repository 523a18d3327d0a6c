package pantry

import (
	"context"
	"math/bits"

	"pantrie/db"
)

// What goods cost follows them. A lot's price is what the goods cost that are in it now, and each movement tells what it
// moved: by its share of the amount, and all of the rest with the last of the goods, so that no cent is lost. All of this
// is in the smallest unit of the currency, however many decimals that has; nil is what nobody knows.

// worth is what a part of a lot cost; more than there is of it, as counting finds, is as dear as the rest.
func worth(lot db.Lot, amount int64) *int64 {
	if lot.Price == nil {
		return nil
	}
	value := *lot.Price
	if amount != lot.Amount {
		value = share(value, amount, lot.Amount)
	}
	return &value
}

// share is the part of a price, rounded; of nothing it is nothing. It is at most what a price can be.
func share(price, part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(price), uint64(part))
	low, carry := bits.Add64(low, uint64(whole)/2, 0)
	if high += carry; high >= uint64(whole) {
		return mostAmount
	}
	n, _ := bits.Div64(high, low, uint64(whole))
	return int64(min(n, mostAmount))
}

// taken is what goods cost that a movement brought and that leave the lot again: what they came with, unless the lot is not
// worth that any more, and all that is left with the last of them.
func taken(lot db.Lot, amount int64, came *int64) *int64 {
	if lot.Price == nil || came == nil || amount == lot.Amount {
		return worth(lot, amount)
	}
	value := min(*came, *lot.Price)
	return &value
}

// asDear says whether goods of two lots cost as much for each unit, to the cent: then taking the one amount out of both
// together gives what it was worth before.
func asDear(a, b db.Lot) bool {
	if a.Price == nil || b.Price == nil {
		return a.Price == b.Price
	}
	back := share(*a.Price+*b.Price, a.Amount, a.Amount+b.Amount) - *a.Price
	return -1 <= back && back <= 1
}

func negative(value *int64) *int64 {
	if value == nil {
		return nil
	}
	n := -*value
	return &n
}

// found is what goods cost that counting finds in a lot: as much as those that are there, or as those that left it last.
func (w *work) found(ctx context.Context, lot db.Lot, amount int64) (*int64, error) {
	if lot.Price == nil || lot.Amount > 0 {
		return worth(lot, amount), nil
	}
	movements, err := w.tx.MovementsOfLot(ctx, lot.HouseholdID, lot.ID)
	if err != nil {
		return nil, err
	}
	for i := len(movements) - 1; i >= 0; i-- {
		if m := movements[i]; m.Delta < 0 && m.Value != nil {
			value := share(-*m.Value, amount, -m.Delta)
			return &value, nil
		}
	}
	return worth(lot, 0), nil
}

// reprice corrects what the goods in a lot cost. What left it before, and may come back, follows in proportion.
func reprice(ctx context.Context, tx *db.Tx, lot db.Lot, price *int64) error {
	movements, err := tx.MovementsOfLot(ctx, lot.HouseholdID, lot.ID)
	if err != nil || len(movements) == 0 {
		return err
	}
	for i := range movements {
		m := &movements[i]
		switch {
		case price == nil:
			m.Value = nil
		case lot.Price != nil && *lot.Price > 0 && m.Value != nil:
			m.Value = signed(*m.Value, func(n int64) int64 { return share(n, *price, *lot.Price) })
		case lot.Amount > 0:
			m.Value = signed(m.Delta, func(n int64) int64 { return share(*price, n, lot.Amount) })
		}
	}
	if price != nil { // the first one brought the goods
		rest := *price
		for _, m := range movements[1:] {
			rest -= deref(m.Value, 0)
		}
		movements[0].Value = &rest
	}
	lot.Price = price
	return tx.SetPrice(ctx, lot, movements)
}

// signed is a function of a number's size with its sign.
func signed(n int64, of func(int64) int64) *int64 {
	if n < 0 {
		return negative(signed(-n, of))
	}
	n = of(n)
	return &n
}
