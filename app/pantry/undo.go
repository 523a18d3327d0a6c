package pantry

import (
	"context"
	"fmt"
	"slices"

	"pantrie/db"
)

// Undoing names a transaction, and one movement of it unless Position is 0. Moving and opening are
// two movements each, which are undone together.
type Undoing struct {
	TransactionID string
	Position      int64
}

// Undo takes back what a transaction did and is not undone yet. An undo can be undone in turn.
// [fault.NotFound]; [fault.Conflict] with [AlreadyUndone], with [UsedSince] when what it brought is gone
// by now, and with [ProductMerged] when the product became another one since.
func (s *Service) Undo(ctx context.Context, by By, in Undoing) (Change, error) {
	return s.run(ctx, by, db.VerbUndo, in, func(w *work) error {
		asked, err := w.tx.StockTransactionByID(ctx, w.household(), in.TransactionID)
		if err != nil {
			return missing(err, "transaction")
		}
		u := undo{work: w, target: asked, root: asked}
		positions, err := u.positions(ctx, asked, in.Position)
		if err != nil {
			return err
		}
		if asked.Verb == db.VerbUndo {
			if err := u.follow(ctx); err != nil {
				return err
			}
		}
		return u.do(ctx, in.Position != 0, positions)
	})
}

// undo is an undo on its way. target is the transaction that it undoes, root what somebody did at
// first: target itself, or what target undid.
type undo struct {
	*work
	target, root db.StockTransaction
}

// follow finds the root. What undoes an undo is undone by undoing the root once more, so that there
// are never more than two steps from it.
func (u *undo) follow(ctx context.Context) error {
	before, err := u.tx.StockTransactionByID(ctx, u.household(), u.target.Undoes)
	if err != nil {
		return err
	}
	u.root = before
	if before.Verb == db.VerbUndo {
		if u.root, err = u.tx.StockTransactionByID(ctx, u.household(), before.Undoes); err != nil {
			return err
		}
		u.target = u.root
	}
	return nil
}

// positions are those of the movements to undo, which are the same in what undoes them; position 0
// means all.
func (u *undo) positions(ctx context.Context, of db.StockTransaction, position int64) ([]int64, error) {
	list, err := u.tx.Movements(ctx, of.HouseholdID, of.ID)
	if err != nil {
		return nil, err
	}
	all := make([]int64, len(list))
	for i, m := range list {
		all[i] = m.Position
	}
	if position == 0 {
		return all, nil
	}
	if !slices.Contains(all, position) {
		return nil, missing(db.ErrNotFound, "movement")
	}
	return []int64{position}, nil
}

func (u *undo) do(ctx context.Context, single bool, positions []int64) error {
	if single {
		switch u.root.Verb {
		case db.VerbMove, db.VerbOpen: // out of one lot at an odd position, into the other at the next one
			first := positions[0] - (positions[0]-1)%2
			positions = []int64{first, first + 1}
		case db.VerbMerge:
			positions = nil
		}
	}
	list, err := u.tx.Movements(ctx, u.household(), u.target.ID)
	if err != nil {
		return err
	}
	empty := len(list) == 0
	list = slices.DeleteFunc(list, func(m db.Movement) bool {
		return m.UndoneBy != "" || len(positions) > 0 && !slices.Contains(positions, m.Position)
	})
	if len(list) == 0 && (!empty || u.target.UndoneBy != "") {
		return conflict("transactionId", AlreadyUndone, "This is undone already.")
	}
	u.t.Undoes = u.target.ID
	if err := u.begin(ctx); err != nil {
		return err
	}
	again := u.target.ID != u.root.ID // an undo is undone
	if u.root.Verb == db.VerbMerge && !again {
		if err := u.unmerge(ctx); err != nil {
			return err
		}
	}
	if err := u.invert(ctx, list); err != nil {
		return err
	}
	if u.root.Verb == db.VerbMerge && again {
		if err := u.remerge(ctx); err != nil {
			return err
		}
	}
	return u.mark(ctx, list, again)
}

// invert moves back what the movements moved, unless a lot does not hold it any more.
func (u *undo) invert(ctx context.Context, list []db.Movement) error {
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
	// What is put back comes first, so that no lot is below nothing on the way.
	for _, puts := range []bool{true, false} {
		for _, m := range list {
			if (m.Delta < 0) == puts {
				if err := u.move(ctx, lots[m.LotID], -m.Delta, m.Position, m.Reason); err != nil {
					return err
				}
			}
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
	return conflict("products."+p.ID, UsedSince, fmt.Sprintf("%s: %s of it was used or moved since.", p.Name, amountText(missing, p.Base)))
}

// mark records what is undone now, and what is in effect again.
func (u *undo) mark(ctx context.Context, list []db.Movement, again bool) error {
	if len(list) == 0 {
		if err := u.tx.MarkTransactionUndone(ctx, u.household(), u.target.ID, u.t.ID); err != nil || !again {
			return err
		}
		return u.tx.MarkTransactionUndone(ctx, u.household(), u.root.ID, "")
	}
	for _, m := range list {
		if err := u.tx.MarkUndone(ctx, m, u.t.ID); err != nil {
			return err
		}
		if again {
			m.TransactionID = u.root.ID
			if err := u.tx.MarkUndone(ctx, m, ""); err != nil {
				return err
			}
		}
	}
	return nil
}
