package pantry

import (
	"context"

	"pantrie/auth/fault"
	"pantrie/db"
)

// Merging says which product becomes which other one.
type Merging struct {
	ProductID string
	IntoID    string
}

// Merge makes one product of two: the stock of the first one, its barcodes and its name in the search
// lead to the other one from now on; what happened to it stays its own. [fault.NotFound];
// [fault.Conflict] with [UnitsDiffer] when its stock cannot be told in the other's units.
func (s *Service) Merge(ctx context.Context, by By, in Merging) (Change, error) {
	return s.run(ctx, by, db.VerbMerge, in, func(w *work) error {
		from, err := w.product(ctx, in.ProductID)
		if err != nil {
			return err
		}
		into, err := w.product(ctx, in.IntoID)
		if err != nil {
			return err
		}
		if from.ID == into.ID {
			return fault.Fields([]fault.Field{{Name: "into", Code: fault.Invalid, Message: "This is the same product."}})
		}
		w.t.Merged, w.t.MergedInto = from.ID, into.ID
		if err := w.begin(ctx); err != nil {
			return err
		}
		if err := w.mergeStock(ctx, from, into); err != nil {
			return err
		}
		if err := w.mergeAllergens(ctx, from, into); err != nil {
			return err
		}
		return w.forward(ctx, from.ID, into.ID)
	})
}

func (w *work) mergeStock(ctx context.Context, from, into db.Product) error {
	lots, err := w.tx.LotsOf(ctx, from.HouseholdID, from.ID)
	if err != nil || len(lots) == 0 {
		return err
	}
	m, err := measuresOf(ctx, w.tx, into)
	if err != nil {
		return err
	}
	_, err = m.factor(from.Base)
	if fault.Is(err, fault.ValidationFailed) {
		return conflict("into", UnitsDiffer, from.Name+" is kept in "+from.Base+", "+into.Name+" in "+into.Base+". Say how many of the one are in the other first.")
	}
	if err != nil {
		return err
	}
	for _, lot := range lots {
		amount, err := m.inBase("amount", lot.Amount, from.Base)
		if err != nil {
			return err
		}
		become := lot
		become.ProductID = into.ID
		if become, err = w.tx.InsertLot(ctx, become); err != nil {
			return err
		}
		if err := w.move(ctx, lot, -lot.Amount, 0, ""); err != nil {
			return err
		}
		if err := w.move(ctx, become, amount, 0, ""); err != nil {
			return err
		}
	}
	return nil
}

// mergeAllergens adds the allergens of the one to the other; they stay there when the merge is
// undone, as a warning too many harms nobody.
func (w *work) mergeAllergens(ctx context.Context, from, into db.Product) error {
	more, err := w.tx.AllergensOf(ctx, from.HouseholdID, from.ID)
	if err != nil || len(more) == 0 {
		return err
	}
	list, err := w.tx.AllergensOf(ctx, into.HouseholdID, into.ID)
	if err != nil {
		return err
	}
	return w.tx.SetAllergens(ctx, into.HouseholdID, into.ID, append(list, more...))
}

// forward lets a product point to another one, or with an empty id be itself again.
func (w *work) forward(ctx context.Context, from, into string) error {
	p, err := w.tx.ProductByID(ctx, w.household(), from)
	if err != nil {
		return missing(err, "product")
	}
	p.MergedInto = into
	return w.tx.UpdateProduct(ctx, p)
}

// remerge is for a merge whose undo is undone: the products must be as they were then.
func (u *undo) remerge(ctx context.Context, merge db.StockTransaction) error {
	for _, id := range []string{merge.Merged, merge.MergedInto} {
		p, err := u.tx.ProductByID(ctx, u.household(), id)
		if err != nil {
			return missing(err, "product")
		}
		if p.MergedInto != "" {
			return conflict("products."+p.ID, ProductMerged, p.Name+" was merged into another product since. Undo that first.")
		}
		if id == merge.Merged && p.Total > 0 {
			return conflict("products."+p.ID, StillInUse, p.Name+" has got other stock since. Merge it again.")
		}
	}
	return u.forward(ctx, merge.Merged, merge.MergedInto)
}
