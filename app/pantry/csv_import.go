package pantry

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"pantrie/app/pantry/parse"
	"pantrie/app/pantry/sheet"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/fold"
)

// PreviewCSV says what importing a sheet would do, and does nothing. [fault.NotFound]; [fault.ValidationFailed]
// for a file that is refused as a whole, with what [sheet.Read] says.
func (s *Service) PreviewCSV(ctx context.Context, householdID string, data []byte, order parse.Order) (Preview, error) {
	today, err := s.Today(ctx, householdID)
	if err != nil {
		return Preview{}, err
	}
	plan, err := s.plan(ctx, s.db, householdID, data, today, order)
	if err != nil {
		return Preview{}, err
	}
	v := plan.preview()
	return v, v.tellBefore(ctx, s.db, householdID, sha256.Sum256(data))
}

// earlierSheets is where it is known which sheets were imported.
type earlierSheets interface {
	SheetBefore(ctx context.Context, householdID string, sha []byte) (db.StockTransaction, error)
}

// tellBefore notes where the same file was imported before.
func (v *Preview) tellBefore(ctx context.Context, r earlierSheets, householdID string, sum [sha256.Size]byte) error {
	switch t, err := r.SheetBefore(ctx, householdID, sum[:]); {
	case errors.Is(err, db.ErrNotFound):
		return nil
	case err != nil:
		return err
	default:
		v.Before = &t
		v.Notices = append([]sheet.Problem{{Problem: *problem(ImportedBefore)}}, v.Notices...)
		return nil
	}
}

// mostFields is how many problems of a sheet an error names.
const mostFields = 100

// ImportCSV adds what a sheet has as one stock transaction, all of it or nothing. Rows are of the product that
// their barcode leads to, or the one of their name and brand; products, places and categories that there are
// none of are created, and stay when the import is undone. What a product is does not change, but it gets
// the barcodes. A row without an amount is a product alone. [fault.NotFound]; [fault.ValidationFailed], where
// fields are "rows.", the number of the row and the header of the column.
//
// With skip the rows that can be read are added all the same, and the others told in the preview that comes back. So is
// that the same file was imported before.
func (s *Service) ImportCSV(ctx context.Context, by By, data []byte, order parse.Order, skip bool) (c Change, done Preview, err error) {
	sum := sha256.Sum256(data)
	c, err = s.run(ctx, by, db.VerbAdd, struct{ Sheet []byte }{sum[:]}, func(w *work) error {
		plan, err := s.plan(ctx, w.tx, w.household(), data, w.day(0), order)
		if err != nil {
			return err
		}
		done = plan.preview()
		if err := done.tellBefore(ctx, w.tx, w.household(), sum); err != nil {
			return err
		}
		if problems := done.Problems; len(problems) > 0 && skip {
			plan.leaveOut()
		} else if len(problems) > 0 {
			var fields []fault.Field
			for _, p := range problems[:min(len(problems), mostFields)] {
				name := fmt.Sprint("rows.", p.Row)
				if p.Column != "" {
					name += "." + p.Column
				}
				fields = append(fields, p.Field(name))
			}
			return fault.Fields(fields)
		}
		if err := w.begin(ctx); err != nil {
			return err
		}
		if err := w.tx.InsertSheet(ctx, w.household(), sum[:], w.t.ID); err != nil {
			return err
		}
		return w.addSheet(ctx, by, plan)
	})
	return c, done, err
}

func (w *work) addSheet(ctx context.Context, by By, plan *sheetPlan) error {
	for i, name := range plan.newPlaces {
		l := db.Location{HouseholdID: by.HouseholdID}
		if err := fillLocation(&l, PlaceFields{Name: name, Kind: KindOfPlace(name), Position: int64(len(plan.places) + i)}); err != nil {
			return err
		}
		l, err := w.tx.InsertLocation(ctx, l)
		if err != nil {
			return named(err, "household")
		}
		plan.places[l.NameKey] = l.ID
	}
	for i, name := range plan.newGroups {
		c := db.Category{HouseholdID: by.HouseholdID}
		if err := fillCategory(&c, CategoryFields{Name: name, Position: int64(len(plan.categories) + i)}); err != nil {
			return err
		}
		c, err := w.tx.InsertCategory(ctx, c)
		if err != nil {
			return named(err, "household")
		}
		plan.categories[c.NameKey] = c.ID
	}
	for _, p := range plan.products {
		if err := w.addProduct(ctx, p, plan); err != nil {
			return err
		}
	}
	for i, row := range plan.sheet.Rows {
		if row.Amount == 0 {
			continue
		}
		in := Addition{
			ProductID: plan.of[i].known.ID, Amount: int64(row.Amount), Unit: string(row.Unit), ExpiresOn: row.Expiry.Date.String(), Precision: row.Expiry.Precision, Guessed: row.Expiry.Guess,
			DateKind: row.Kind, BoughtOn: row.BoughtOn.String(), Price: row.Price, Note: row.Note,
		}
		if row.Location != "" {
			id := plan.places[fold.Key(row.Location)]
			in.LocationID = &id
		}
		if err := w.add(ctx, in); err != nil {
			return within(fmt.Sprint("rows.", row.Number, "."), err)
		}
	}
	return nil
}

// addProduct creates a product of a sheet where it is new, and gives it its barcodes.
func (w *work) addProduct(ctx context.Context, p *sheetProduct, plan *sheetPlan) error {
	if p.known.ID == "" {
		in := ProductFields{
			Name: p.first.Name, Brand: p.first.Brand, CategoryID: plan.categories[fold.Key(p.first.Category)], LocationID: plan.places[fold.Key(p.first.Location)],
			Unit: string(p.first.Unit), DateKind: p.first.Kind,
		}
		if p.first.Minimum > 0 {
			in.Minimum = (*int64)(&p.first.Minimum)
		}
		if p.first.Amount == 0 {
			in.Note = p.first.Note
		}
		created, err := w.s.create(ctx, w.tx, w.household(), in)
		if err != nil {
			return within(fmt.Sprint("rows.", p.first.Number, "."), err)
		}
		p.known = created
	}
	for _, code := range p.codes {
		if err := w.tx.InsertBarcode(ctx, db.Barcode{HouseholdID: w.household(), Code: code, ProductID: p.known.ID}); err != nil {
			return err
		}
	}
	return nil
}
