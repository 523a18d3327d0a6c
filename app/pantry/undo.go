package pantry

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"pantrie/db"
)

// mostChain bounds how often one thing is undone and done again, and how many products became each other one after
// the other: whoever asks for one of them walks to the end.
const mostChain = 200

// Undoing names a transaction, and one movement of it unless Position is 0. Moving and opening are
// two movements each, which are undone together.
type Undoing struct {
	TransactionID string
	Position      int64
}

// Undo takes back what a transaction did and is not undone yet. An undo can be undone in turn.
// [fault.NotFound]; [fault.Conflict] with [AlreadyUndone], also after the two hundredth time, with [UsedSince] when what it brought is gone
// by now, and with [ProductMerged] when the product became another one since.
func (s *Service) Undo(ctx context.Context, by By, in Undoing) (Change, error) {
	return s.run(ctx, by, db.VerbUndo, in, func(w *work) error {
		u := undo{work: w}
		for id := in.TransactionID; id != ""; {
			t, err := w.tx.StockTransactionByID(ctx, w.household(), id)
			if err != nil {
				return missing(err, "transaction")
			}
			movements, err := w.tx.Movements(ctx, t.HouseholdID, t.ID)
			if err != nil {
				return err
			}
			if u.chain = append(u.chain, link{t, movements}); len(u.chain) > mostChain {
				return conflict("transactionId", AlreadyUndone, "This has been undone and done again too often.")
			}
			id = t.Undoes
		}
		return u.do(ctx, in.Position)
	})
}

// undo is an undo on its way. The chain begins with what it undoes; each link undid the one behind
// it, and the last one is what somebody did at first. To undo the first link takes the second into
// effect again, and with it out of effect what that one had undone, and so on.
type undo struct {
	*work
	chain []link
}

// link is a transaction with its movements. Those of a chain have the same positions.
type link struct {
	t         db.StockTransaction
	movements []db.Movement
}

func (l link) at(position int64) db.Movement {
	i, _ := slices.BinarySearchFunc(l.movements, position, func(m db.Movement, position int64) int { return cmp.Compare(m.Position, position) })
	return l.movements[i]
}

func (u *undo) do(ctx context.Context, position int64) error {
	target, root := u.chain[0], u.chain[len(u.chain)-1]
	first, last := position, position
	// Out of a lot at an odd position, into another one at the next.
	pairs := root.t.Verb == db.VerbMove || root.t.Verb == db.VerbOpen || root.t.Verb == db.VerbMerge
	switch {
	case position == 0 || root.t.Verb == db.VerbMerge: // a merge is undone whole
		first, last = 1, math.MaxInt64
	case pairs:
		first = position - (position-1)%2
		last = first + 1
	}
	if position != 0 && !slices.ContainsFunc(target.movements, func(m db.Movement) bool { return m.Position == position }) {
		return missing(db.ErrNotFound, "movement")
	}
	var list []db.Movement
	for _, m := range target.movements {
		if first <= m.Position && m.Position <= last && u.inEffect(func(l link) string { return l.at(m.Position).UndoneBy }) {
			list = append(list, m)
		}
	}
	nothing := len(target.movements) == 0 && u.inEffect(func(l link) string { return l.t.UndoneBy })
	if len(list) == 0 && !nothing {
		return conflict("transactionId", AlreadyUndone, "This is undone already.")
	}
	before, err := u.putAway(ctx)
	if err != nil {
		return err
	}
	u.t.Undoes = target.t.ID
	if err := u.begin(ctx); err != nil {
		return err
	}
	again := len(u.chain)%2 == 0 // what was done at first comes into effect
	if root.t.Verb == db.VerbMerge && !again {
		if err := u.forward(ctx, root.t.Merged, ""); err != nil {
			return err
		}
	}
	if err := u.invert(ctx, list, pairs); err != nil {
		return err
	}
	if root.t.Verb == db.VerbMerge && again {
		if err := u.remerge(ctx, root.t); err != nil {
			return err
		}
	}
	if err := u.mark(ctx, list); err != nil {
		return err
	}
	return u.tray(ctx, before)
}

// inEffect says whether the first link is in effect, and with it every second one, while each of the
// others is undone by the one before it. Otherwise somebody undid one of them in another way since.
func (u *undo) inEffect(undoneBy func(link) string) bool {
	for i, l := range u.chain {
		want := ""
		if i%2 == 1 {
			want = u.chain[i-1].t.ID
		}
		if undoneBy(l) != want {
			return false
		}
	}
	return true
}

// mark records what is undone now, and what is in effect again.
func (u *undo) mark(ctx context.Context, list []db.Movement) error {
	by := u.t.ID
	for i, l := range u.chain {
		now := by
		if i%2 == 1 {
			now = ""
		}
		same := make([]db.Movement, len(list))
		for j, m := range list {
			same[j] = l.at(m.Position)
		}
		if err := u.tx.MarkUndone(ctx, u.household(), l.t.ID, same, now); err != nil {
			return err
		}
		by = l.t.ID
	}
	return nil
}

// invert moves back what the movements moved, unless a lot does not hold it any more. In pairs what comes back into the one
// lot costs what left the other one.
func (u *undo) invert(ctx context.Context, list []db.Movement, pairs bool) error {
	lots := map[string]db.Lot{}
	left := map[string]int64{}
	var lotIDs []string
	for _, m := range list {
		if _, ok := lots[m.LotID]; !ok {
			lot, err := u.tx.LotByID(ctx, m.HouseholdID, m.LotID)
			if err != nil {
				return err
			}
			p, err := u.tx.ProductByID(ctx, m.HouseholdID, m.ProductID)
			if err != nil {
				return err
			}
			if p.MergedInto != "" {
				return conflict("products."+p.ID, ProductMerged, p.Name+" was merged into another product since. Undo that first.")
			}
			lots[m.LotID], left[m.LotID] = lot, lot.Amount
			lotIDs = append(lotIDs, m.LotID)
		}
		left[m.LotID] -= m.Delta
	}
	if err := u.gone(ctx, lots, left, lotIDs); err != nil {
		return err
	}
	// What is taken comes first, so that a product is never above the most on the way.
	took := map[int64]*int64{}
	for _, takes := range []bool{true, false} {
		for _, m := range list {
			if (m.Delta > 0) != takes {
				continue
			}
			lot := lots[m.LotID]
			value := negative(m.Value)
			if other := took[(m.Position-1)^1+1]; takes {
				took[m.Position] = taken(lot, m.Delta, m.Value)
				value = negative(took[m.Position])
			} else if pairs && other != nil {
				value = other
			}
			if err := u.move(ctx, lot, -m.Delta, m.Position, m.Reason, value); err != nil {
				return err
			}
			if lot.Amount -= m.Delta; value != nil {
				price := deref(lot.Price, 0) + *value
				lot.Price = &price
			}
			lots[m.LotID] = lot
		}
	}
	return nil
}

// gone is a conflict that says how much of the first product is missing for the undo.
func (u *undo) gone(ctx context.Context, lots map[string]db.Lot, left map[string]int64, lotIDs []string) error {
	product, missing := "", int64(0)
	for _, id := range lotIDs {
		if left[id] < 0 && (product == "" || product == lots[id].ProductID) {
			product, missing = lots[id].ProductID, missing-left[id]
		}
	}
	if product == "" {
		return nil
	}
	p, err := u.tx.ProductByID(ctx, u.household(), product)
	if err != nil {
		return err
	}
	m, err := measuresOf(ctx, u.tx, p)
	if err != nil {
		return err
	}
	return conflict("products."+p.ID, UsedSince, fmt.Sprintf("%s: %s of it was used or moved since.", p.Name, m.text(missing)))
}
