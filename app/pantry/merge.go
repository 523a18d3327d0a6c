package pantry

import (
	"cmp"
	"context"
	"fmt"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
)

// Merging says which product becomes which other one. Conversion tells how many of a unit of the one are one of the other,
// where that is not known: one Unit is Factor Of, where 1 is taken too.
type Merging struct {
	ProductID  string
	IntoID     string
	Conversion *ProductUnit
}

// Merge makes one product of two: the stock of the first one, its barcodes and its name in the search
// lead to the other one from now on; what happened to it stays its own. The other one gets the packs of the first one, and of
// what it does not have its minimum, its places and how long it keeps; that stays when the merge is undone.
// [fault.NotFound]; [fault.Conflict] with [UnitsDiffer] when its stock cannot be told in the other's units, or a pack of that
// name is something else there.
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
		m := merging{work: w, from: from, into: into}
		return m.do(ctx, in.Conversion)
	})
}

// merging is a merge under way.
type merging struct {
	*work
	from, into db.Product
	own        measures // of from
	theirs     measures // of into
	times, per int64    // how many base units of into are in one of from; 0: nobody can say
}

func (m *merging) do(ctx context.Context, c *ProductUnit) (err error) {
	if m.own, err = measuresOf(ctx, m.tx, m.from); err != nil {
		return err
	}
	if err := m.relate(ctx, c); err != nil {
		return err
	}
	if err := m.packs(ctx); err != nil {
		return err
	}
	if err := m.codes(ctx); err != nil {
		return err
	}
	if err := m.fill(ctx); err != nil {
		return err
	}
	if err := m.stock(ctx); err != nil {
		return err
	}
	if err := m.mergeAllergens(ctx, m.from, m.into); err != nil {
		return err
	}
	return m.forward(ctx, m.from.ID, m.into.ID)
}

// relate finds out how the one is told in the other's units.
func (m *merging) relate(ctx context.Context, c *ProductUnit) (err error) {
	base := m.own.base
	if c != nil {
		var fields []fault.Field
		unit, of := parse.Unit(unitText(&fields, "conversion.unit", c.Unit)), parse.Unit(unitText(&fields, "conversion.of", c.Of))
		if c.Factor < 1 || c.Factor > parse.MaxFactor {
			fields = append(fields, problem(parse.FactorInvalid).Field("conversion.factor"))
		}
		if len(fields) > 0 {
			return fault.Fields(fields)
		}
		switch {
		case c.Factor > 1:
			if err := m.s.setUnit(ctx, m.tx, m.into, string(unit), c.Factor, string(of)); err != nil {
				return err
			}
			if m.into, err = m.tx.ProductByID(ctx, m.household(), m.into.ID); err != nil {
				return err
			}
		case base.Same(unit):
			base = of
		case base.Same(of):
			base = unit
		}
	}
	if m.theirs, err = measuresOf(ctx, m.tx, m.into); err != nil {
		return err
	}
	m.times, m.per, _ = parse.Ratio(base, m.theirs.base, m.theirs.conversions)
	return nil
}

// inTheirs is an amount of from's base in into's, and whether it comes out even and in bounds.
func (m *merging) inTheirs(n int64) (int64, bool) {
	if m.times == 0 {
		return 0, false
	}
	product, err := parse.Amount(n).Mul(m.times)
	if err != nil || int64(product)%m.per != 0 {
		return 0, false
	}
	return int64(product) / m.per, true
}

// packs gives into the packs of from that it does not have.
func (m *merging) packs(ctx context.Context) error {
	for _, c := range m.own.conversions {
		factor, ok := m.inTheirs(c.Factor)
		if !ok || factor < 2 || factor > parse.MaxFactor || c.Unit.Base().Same(m.theirs.base) {
			continue
		}
		if _, _, known := parse.Ratio(c.Unit, m.theirs.base, m.theirs.conversions); known {
			continue
		}
		if err := m.tx.SetProductUnit(ctx, m.household(), m.into.ID, string(c.Unit), factor); err != nil {
			return unitRange(err)
		}
	}
	var err error
	m.theirs, err = measuresOf(ctx, m.tx, m.into)
	return err
}

// codes lets each barcode of from go on to stand for as much as it did.
func (m *merging) codes(ctx context.Context) error {
	codes, err := m.tx.BarcodesOf(ctx, m.household(), m.from.ID)
	if err != nil {
		return err
	}
	for _, code := range codes {
		unit := parse.Unit(cmp.Or(code.Unit, m.from.Unit))
		times, per, found := parse.Ratio(unit, m.own.base, m.own.conversions)
		if !found || times%per != 0 {
			continue
		}
		meant, ok := m.inTheirs(times / per)
		if !ok {
			continue
		}
		there, _, known := parse.Ratio(unit, m.theirs.base, m.theirs.conversions)
		own, ownPer, _ := parse.Ratio(m.theirs.own, m.theirs.base, m.theirs.conversions)
		switch {
		case known && there == meant:
		case own == meant && ownPer == 1:
			unit = ""
		case known:
			return conflict("into", UnitsDiffer, fmt.Sprintf("One %s of %s, which a barcode stands for, is not what one of %s is. Change the one or the other first.", unit, m.from.Name, m.into.Name))
		default:
			continue
		}
		if string(unit) == code.Unit {
			continue
		}
		if err := m.tx.SetBarcodeUnit(ctx, m.household(), code.Code, string(unit)); err != nil {
			return err
		}
	}
	return nil
}

// fill takes over what into does not have.
func (m *merging) fill(ctx context.Context) error {
	p, from := m.into, m.from
	if p.Minimum == nil && from.Minimum != nil {
		if n, ok := m.inTheirs(*from.Minimum); ok && n > 0 {
			p.Minimum = &n
		}
	}
	p.UsedBy = cmp.Or(p.UsedBy, from.UsedBy)
	p.Brand, p.CategoryID, p.LocationID = cmp.Or(p.Brand, from.Brand), cmp.Or(p.CategoryID, from.CategoryID), cmp.Or(p.LocationID, from.LocationID)
	for mine, other := range map[**int64]*int64{
		&p.ShelfLife: from.ShelfLife, &p.OpenedShelfLife: from.OpenedShelfLife, &p.FrozenShelfLife: from.FrozenShelfLife, &p.ThawedShelfLife: from.ThawedShelfLife,
	} {
		if *mine == nil {
			*mine = other
		}
	}
	return m.tx.UpdateProduct(ctx, p)
}

// stock moves what there is of from.
func (m *merging) stock(ctx context.Context) error {
	lots, err := m.tx.LotsOf(ctx, m.household(), m.from.ID)
	if err != nil {
		return err
	}
	for _, lot := range lots {
		if m.times == 0 {
			return conflict("into", UnitsDiffer, m.from.Name+" is kept in "+m.from.Base+", "+m.into.Name+" in "+m.into.Base+". Say how many of the one are in the other first.")
		}
		amount, ok := m.inTheirs(lot.Amount)
		if !ok {
			return fault.Fields([]fault.Field{problem(parse.AmountNotExact).Field("into")})
		}
		become := lot
		become.ProductID = m.into.ID
		if become, err = m.tx.InsertLot(ctx, become); err != nil {
			return err
		}
		if err := m.move(ctx, lot, -lot.Amount, 0, "", negative(lot.Price)); err != nil {
			return err
		}
		if err := m.move(ctx, become, amount, 0, "", lot.Price); err != nil {
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
