package pantry

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
	"pantrie/db/fold"
)

// ProductFields is what people tell of a product; a name is enough. Unit empty is piece. Minimum is
// in thousandths of MinimumUnit, which is Unit when empty. Shelf lives are days. A field that is nil
// or empty is not known. Allergens nil leaves those that it has.
type ProductFields struct {
	Name            string
	Brand           string
	CategoryID      string
	LocationID      string
	Unit            string
	Minimum         *int64
	MinimumUnit     string
	Staple          bool
	UsedByPack      bool // of what is weighed or measured one is a pack
	ShelfLife       *int64
	OpenedShelfLife *int64
	FrozenShelfLife *int64
	ThawedShelfLife *int64
	DateKind        dated.Kind
	Note            string
	Allergens       *[]string
}

// ProductUnit says that one Unit of a product is Factor of another unit: 1 pack is 6 piece.
type ProductUnit struct {
	Unit   string
	Factor int64
	Of     string
}

// mostDays bounds shelf lives: a hundred years.
const mostDays = 36_500

// CreateProduct stores a product. [fault.ValidationFailed]; [fault.NotFound] when its category or
// place is not the household's.
func (s *Service) CreateProduct(ctx context.Context, by By, in ProductFields) (p db.Product, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err = s.create(ctx, tx, by.HouseholdID, in)
		return err
	})
	return p, err
}

func (s *Service) create(ctx context.Context, tx *db.Tx, householdID string, in ProductFields) (db.Product, error) {
	var fields []fault.Field
	unit := cmp.Or(unitText(&fields, "unit", in.Unit), string(parse.Piece))
	p := db.Product{HouseholdID: householdID, Base: string(parse.Unit(unit).Base()), Unit: unit}
	if len(fields) > 0 {
		return p, fault.Fields(fields)
	}
	if err := s.fill(ctx, tx, &p, in); err != nil {
		return p, err
	}
	p, err := tx.InsertProduct(ctx, p)
	if err == nil {
		err = setAllergens(ctx, tx, p, in.Allergens)
	}
	return p, missing(err, "category or place")
}

// named finds the product of that name, or creates it. What the first package says, the others will say too.
func (s *Service) named(ctx context.Context, tx *db.Tx, householdID, name, unit string, kind dated.Kind) (db.Product, error) {
	if known, p, err := s.known(ctx, tx, householdID, name, unit); err != nil || known {
		return p, err
	}
	return s.create(ctx, tx, householdID, ProductFields{Name: name, Unit: unit, DateKind: kind})
}

// ChangeProduct changes what change changes of a product. What lies in no place is where it belongs from then on, when that is
// told anew. [fault.NotFound], [fault.ValidationFailed];
// [fault.Conflict] with [UnitsDiffer] when its stock cannot be told in the new unit.
func (s *Service) ChangeProduct(ctx context.Context, by By, id string, change func(*ProductFields)) (p db.Product, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err = product(ctx, tx, by.HouseholdID, id)
		if err != nil {
			return err
		}
		in := ProductFields{
			Name: p.Name, Brand: p.Brand, CategoryID: p.CategoryID, LocationID: p.LocationID, Unit: p.Unit, Minimum: p.Minimum, MinimumUnit: p.Base, Staple: p.Staple, UsedByPack: p.UsedFactor > 0,
			ShelfLife: p.ShelfLife, OpenedShelfLife: p.OpenedShelfLife, FrozenShelfLife: p.FrozenShelfLife, ThawedShelfLife: p.ThawedShelfLife, DateKind: p.DateKind, Note: p.Note,
		}
		change(&in)
		before := p.LocationID
		var fields []fault.Field
		unit := cmp.Or(unitText(&fields, "unit", in.Unit), p.Unit)
		if len(fields) > 0 {
			return fault.Fields(fields)
		}
		if unit != p.Unit {
			if err := s.changeUnit(ctx, tx, &p, unit); err != nil {
				return err
			}
		}
		if err := s.fill(ctx, tx, &p, in); err != nil {
			return err
		}
		if err := tx.UpdateProduct(ctx, p); err != nil {
			return missing(err, "category or place")
		}
		if p.LocationID != "" && p.LocationID != before {
			if err := tx.PlaceLots(ctx, p.HouseholdID, p.ID, p.LocationID); err != nil {
				return missing(err, "place")
			}
		}
		if err := setAllergens(ctx, tx, p, in.Allergens); err != nil {
			return err
		}
		p, err = tx.ProductByID(ctx, by.HouseholdID, p.ID)
		return err
	})
	return p, err
}

// DeleteProduct deletes a product that there never was any of, with its barcodes; what is on the shopping list
// keeps its name. Any other one is archived: hidden from lists and the search until something of it is added
// again, by its name, its barcode or an undo. [fault.NotFound]; [fault.Conflict] with [StillInUse] while there
// is some of it.
func (s *Service) DeleteProduct(ctx context.Context, by By, id string) (archived bool, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err := product(ctx, tx, by.HouseholdID, id)
		if err != nil {
			return err
		}
		if p.Total > 0 {
			return conflict("id", StillInUse, "There is still some of "+p.Name+". Use it up or throw it away first.")
		}
		if archived, err = tx.HasHistory(ctx, p.HouseholdID, p.ID); err != nil {
			return err
		}
		switch {
		case !archived:
			if err := tx.DeleteProduct(ctx, p.HouseholdID, p.ID); err != nil || p.PhotoID == "" {
				return err
			}
			return tx.PurgePhoto(ctx, p.HouseholdID, p.PhotoID)
		case p.ArchivedAt == 0:
			return tx.ArchiveProduct(ctx, p.HouseholdID, p.ID)
		}
		return nil
	})
	return archived, err
}

// RestoreProduct shows a product again that is archived. [fault.NotFound].
func (s *Service) RestoreProduct(ctx context.Context, by By, id string) (p db.Product, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if p, err = product(ctx, tx, by.HouseholdID, id); err != nil {
			return err
		}
		if err := tx.RestoreProduct(ctx, p.HouseholdID, p.ID); err != nil {
			return err
		}
		p, err = tx.ProductByID(ctx, p.HouseholdID, p.ID)
		return err
	})
	return p, err
}

// changeUnit lets people enter the product in another unit. A product that never had stock, units or
// a minimum gets another base with it.
func (s *Service) changeUnit(ctx context.Context, tx *db.Tx, p *db.Product, unit string) error {
	m, err := measuresOf(ctx, tx, *p)
	if err != nil {
		return err
	}
	known, err := m.unit(unit)
	if err != nil {
		return err
	}
	if _, _, found := parse.Ratio(known, m.base, m.conversions); found {
		p.Unit = string(known)
		return nil
	}
	history, err := tx.MovementsOfProduct(ctx, p.HouseholdID, p.ID, "", 0, 1)
	if err != nil {
		return err
	}
	if len(m.conversions) > 0 || len(history) > 0 || p.Minimum != nil {
		return conflict("unit", UnitsDiffer, m.mismatch(parse.Unit(unit)).Message)
	}
	p.Unit, p.Base = unit, string(parse.Unit(unit).Base())
	return nil
}

// fill checks what people told and puts it into p, whose base and unit are set.
func (s *Service) fill(ctx context.Context, tx *db.Tx, p *db.Product, in ProductFields) error {
	var fields []fault.Field
	p.Name = text(&fields, "name", in.Name, true, 200)
	p.Brand = text(&fields, "brand", in.Brand, false, 200)
	p.Note = text(&fields, "note", in.Note, false, 2000)
	p.NameKey, p.CategoryID, p.LocationID, p.Staple, p.DateKind = fold.Key(p.Name), in.CategoryID, in.LocationID, in.Staple, cmp.Or(in.DateKind, dated.BestBefore)
	if !p.DateKind.Valid() {
		fields = append(fields, fault.Field{Name: "dateKind", Code: fault.InvalidChoice, Message: "One of best_before and use_by."})
	}
	for _, life := range []struct {
		name string
		days *int64
	}{{"shelfLife", in.ShelfLife}, {"openedShelfLife", in.OpenedShelfLife}, {"frozenShelfLife", in.FrozenShelfLife}, {"thawedShelfLife", in.ThawedShelfLife}} {
		if life.days != nil && (*life.days < 0 || *life.days > mostDays) {
			fields = append(fields, problem(DaysInvalid).Field(life.name))
		}
	}
	if in.Allergens != nil {
		for _, label := range *in.Allergens {
			text(&fields, "allergens", label, true, 60)
		}
	}
	p.ShelfLife, p.OpenedShelfLife, p.FrozenShelfLife, p.ThawedShelfLife = in.ShelfLife, in.OpenedShelfLife, in.FrozenShelfLife, in.ThawedShelfLife
	if len(fields) > 0 {
		return fault.Fields(fields)
	}
	if err := usedBy(ctx, tx, p, in.UsedByPack); err != nil {
		return err
	}
	p.Minimum = nil
	if in.Minimum != nil {
		minimum, err := inBase(ctx, tx, *p, "minimum", *in.Minimum, in.MinimumUnit)
		if err != nil {
			return err
		}
		p.Minimum = &minimum
	}
	return nil
}

// usedBy finds out which pack is used at once of a product that is to be used by the pack. [fault.ValidationFailed] with
// [PackUnknown] where nobody can say how much is in one, and for what is counted.
func usedBy(ctx context.Context, tx *db.Tx, p *db.Product, byPack bool) error {
	if !byPack {
		p.UsedBy = ""
		return nil
	}
	m, err := measuresOf(ctx, tx, *p)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(m.conversions, func(c parse.Conversion) bool { return string(c.Unit) == p.UsedBy }) {
		return nil
	}
	pack := parse.Unit("")
	if Measured(m.base, m.own) {
		if pack, err = packOf(ctx, tx, *p, m); err != nil {
			return err
		}
	}
	if pack == "" {
		return fault.Fields([]fault.Field{problem(PackUnknown).Field("usedByPack")})
	}
	p.UsedBy = string(pack)
	return nil
}

// SetUnit says how many of another unit are in one of this one. When the other one is smaller than
// the product's base unit, it becomes the base: the stock and its history are told in it from then on.
// [fault.NotFound]; [fault.ValidationFailed].
func (s *Service) SetUnit(ctx context.Context, by By, productID string, in ProductUnit) (p db.Product, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err = product(ctx, tx, by.HouseholdID, productID)
		if err != nil {
			return err
		}
		var fields []fault.Field
		unit, of := unitText(&fields, "unit", in.Unit), unitText(&fields, "of", in.Of)
		for name, value := range map[string]string{"unit": in.Unit, "of": in.Of} {
			text(&fields, name, value, true, 200)
		}
		if in.Factor < 2 || in.Factor > parse.MaxFactor {
			fields = append(fields, problem(parse.FactorInvalid).Field("factor"))
		}
		if u := parse.Unit(unit); u != "" && (u.Base() != u || u == parse.Gram || u == parse.Millilitre || u.Same(parse.Unit(of))) {
			fields = append(fields, problem(UnitKnown).Field("unit"))
		}
		if len(fields) > 0 {
			return fault.Fields(fields)
		}
		if err := s.setUnit(ctx, tx, p, unit, in.Factor, of); err != nil {
			return err
		}
		p, err = tx.ProductByID(ctx, p.HouseholdID, p.ID)
		return err
	})
	return p, err
}

func (s *Service) setUnit(ctx context.Context, tx *db.Tx, p db.Product, unit string, factor int64, of string) error {
	m, err := measuresOf(ctx, tx, p)
	if err != nil {
		return err
	}
	u, err := m.unit(unit)
	if err != nil {
		return err
	}
	base := m.base
	times, per, found := parse.Ratio(parse.Unit(of), m.base, m.conversions)
	switch {
	case found && u == m.base:
		return fault.Fields([]fault.Field{{Name: "of", Code: UnitKnown, Message: "The one is told in the other already."}})
	case !found && u != m.base:
		return m.unknown("of", parse.Unit(of))
	case !found:
		base, times, per = parse.Unit(of).Measure()
	}
	if factor *= times; factor%per != 0 || factor/per < 2 || factor/per > parse.MaxFactor {
		return fault.Fields([]fault.Field{problem(parse.FactorInvalid).Field("factor")})
	}
	factor /= per
	if !found {
		if err := tx.RescaleProduct(ctx, p.HouseholdID, p.ID, string(base), factor); err != nil {
			return unitRange(err)
		}
	}
	return unitRange(tx.SetProductUnit(ctx, p.HouseholdID, p.ID, string(u), factor))
}

func unitRange(err error) error {
	if errors.Is(err, db.ErrRange) {
		return &fault.Error{Code: fault.ValidationFailed, Message: "That is more than Pantrie keeps.", Fields: []fault.Field{tooLarge("factor")}, Err: err}
	}
	return err
}

// RemoveUnit removes a unit of a product that it is not entered in. [fault.NotFound];
// [fault.Conflict] with [StillInUse].
func (s *Service) RemoveUnit(ctx context.Context, by By, productID, unit string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err := product(ctx, tx, by.HouseholdID, productID)
		if err != nil {
			return err
		}
		m, err := measuresOf(ctx, tx, p)
		if err != nil {
			return err
		}
		known, err := m.unit(cmp.Or(unit, "-"))
		if err != nil {
			return missing(db.ErrNotFound, "unit")
		}
		if known == m.own {
			return conflict("unit", StillInUse, "The product is entered in this unit. Choose another one for it first.")
		}
		return missing(tx.DeleteProductUnit(ctx, p.HouseholdID, p.ID, string(known)), "unit")
	})
}

// AddBarcode lets a barcode lead to a product; one scan stands for a unit, empty for the product's
// own. [fault.NotFound], [fault.ValidationFailed]; [fault.Conflict] with [fault.Taken] when it leads to
// another product.
func (s *Service) AddBarcode(ctx context.Context, by By, productID, code, unit string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		p, err := product(ctx, tx, by.HouseholdID, productID)
		if err != nil {
			return err
		}
		if code, err = parse.ReadBarcode(code); err != nil {
			var problem *parse.Problem
			errors.As(err, &problem)
			return fault.Fields([]fault.Field{problem.Field("code")})
		}
		if strings.TrimSpace(unit) != "" {
			m, err := measuresOf(ctx, tx, p)
			if err != nil {
				return err
			}
			if _, err := m.inBase("unit", 1000, unit); err != nil {
				return err
			}
			u, err := m.unit(unit)
			if err != nil {
				return err
			}
			unit = string(u)
		}
		known, err := s.byBarcode(ctx, tx, by.HouseholdID, code)
		switch {
		case err == nil && known.ID == p.ID:
			return nil
		case err == nil:
			return conflict("code", fault.Taken, "This barcode leads to "+known.Name+".")
		case !fault.Is(err, fault.NotFound):
			return err
		}
		return tx.InsertBarcode(ctx, db.Barcode{HouseholdID: by.HouseholdID, Code: code, ProductID: p.ID, Unit: unit})
	})
}

// RemoveBarcode lets a barcode lead nowhere. [fault.NotFound].
func (s *Service) RemoveBarcode(ctx context.Context, by By, code string) error {
	code, err := parse.ReadBarcode(code)
	if err != nil {
		return missing(db.ErrNotFound, "barcode")
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error { return missing(tx.DeleteBarcode(ctx, by.HouseholdID, code), "barcode") })
}

// ProductByBarcode finds the product that a barcode leads to. [fault.NotFound].
func (s *Service) ProductByBarcode(ctx context.Context, householdID, code string) (db.Product, error) {
	return s.byBarcode(ctx, s.db, householdID, code)
}

type barcodes interface {
	products
	BarcodeByCode(ctx context.Context, householdID, code string) (db.Barcode, error)
}

func (s *Service) byBarcode(ctx context.Context, r barcodes, householdID, code string) (db.Product, error) {
	_, p, err := s.scan(ctx, r, householdID, code)
	return p, err
}

func (s *Service) scan(ctx context.Context, r barcodes, householdID, code string) (db.Barcode, db.Product, error) {
	code, err := parse.ReadBarcode(code)
	if err != nil {
		return db.Barcode{}, db.Product{}, missing(db.ErrNotFound, "barcode")
	}
	b, err := r.BarcodeByCode(ctx, householdID, code)
	if err != nil {
		return b, db.Product{}, missing(err, "barcode")
	}
	p, err := product(ctx, r, householdID, b.ProductID)
	return b, p, err
}

// Scan finds what a barcode stands for: one of the barcode's unit, or of the product's own. [fault.NotFound].
func (s *Service) Scan(ctx context.Context, householdID, code string) (db.Barcode, db.Product, error) {
	return s.scan(ctx, s.db, householdID, code)
}

// Product finds a product, or the one that it became. [fault.NotFound].
func (s *Service) Product(ctx context.Context, householdID, id string) (db.Product, error) {
	return product(ctx, s.db, householdID, id)
}

// setAllergens replaces the allergens of a product, unless labels is nil. [fault.ValidationFailed].
func setAllergens(ctx context.Context, tx *db.Tx, p db.Product, labels *[]string) error {
	if labels == nil {
		return nil
	}
	list, err := allergens("allergens", *labels)
	if err != nil {
		return err
	}
	return tx.SetAllergens(ctx, p.HouseholdID, p.ID, list)
}

// SetWatched replaces the allergens that the household watches for. [fault.ValidationFailed];
// [fault.NotFound].
func (s *Service) SetWatched(ctx context.Context, by By, labels []string) error {
	list, err := allergens("labels", labels)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error { return missing(tx.SetWatched(ctx, by.HouseholdID, list), "household") })
}

func allergens(field string, labels []string) ([]db.Allergen, error) {
	var fields []fault.Field
	var list []db.Allergen
	for _, label := range labels {
		label = text(&fields, field, label, true, 60)
		list = append(list, db.Allergen{Key: fold.Key(label), Label: label})
	}
	return list, fault.Fields(fields)
}
