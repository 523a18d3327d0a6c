package pantry

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"os"
	"slices"

	"pantrie/app/pantry/parse"
	"pantrie/app/pantry/sheet"
	"pantrie/db"
)

// ExportCSV writes the stock as a sheet, by name: a row for each lot, and one for each product of which there is
// none. What happened to it, what is open, and photos are in [Service.Export] alone. [fault.NotFound] before anything is
// written.
func (s *Service) ExportCSV(ctx context.Context, householdID string, w io.Writer) error {
	return s.db.WithTempFile(func(f *os.File) error { // who reads slowly keeps nobody waiting
		to := bufio.NewWriterSize(f, 64<<10)
		if err := s.db.Snapshot(ctx, func(snap *db.Snapshot) error { return writeStock(ctx, snap, householdID, to) }); err != nil {
			return err
		}
		if err := to.Flush(); err != nil {
			return err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		_, err := io.Copy(w, f)
		return err
	})
}

func writeStock(ctx context.Context, s *db.Snapshot, householdID string, w io.Writer) error {
	if _, err := s.HouseholdByID(ctx, householdID); err != nil {
		return missing(err, "household")
	}
	e := sheetExport{s: s, household: householdID, places: map[string]string{}, categories: map[string]string{}, units: map[string][]parse.Conversion{}, codes: map[string][]string{}}
	if err := e.load(ctx); err != nil {
		return err
	}
	var failed error
	err := sheet.WriteAll(w, func(yield func(sheet.Row) bool) { failed = e.rows(ctx, yield) })
	return cmp.Or(failed, err)
}

// sheetExport is an export on its way: what is little is read at once, products and their lots by the page.
type sheetExport struct {
	s          *db.Snapshot
	household  string
	places     map[string]string
	categories map[string]string
	units      map[string][]parse.Conversion // by product
	codes      map[string][]string
}

func (e *sheetExport) load(ctx context.Context) error {
	locations, err := e.s.Locations(ctx, e.household)
	if err != nil {
		return err
	}
	for _, l := range locations {
		e.places[l.ID] = l.Name
	}
	categories, err := e.s.Categories(ctx, e.household)
	if err != nil {
		return err
	}
	for _, c := range categories {
		e.categories[c.ID] = c.Name
	}
	if err := e.s.EachUnit(ctx, e.household, func(u db.ProductUnit) error {
		e.units[u.ProductID] = append(e.units[u.ProductID], parse.Conversion{Unit: parse.Unit(u.Unit), Factor: u.Factor})
		return nil
	}); err != nil {
		return err
	}
	merged, err := e.s.Merged(ctx, e.household)
	if err != nil {
		return err
	}
	return e.s.EachBarcode(ctx, e.household, func(b db.Barcode) error {
		id := b.ProductID
		for range mostChain {
			into, was := merged[id]
			if !was {
				break
			}
			id = into
		}
		e.codes[id] = append(e.codes[id], b.Code)
		return nil
	})
}

// pageOfSheet is how many products are read at once.
const pageOfSheet = 500

func (e *sheetExport) rows(ctx context.Context, yield func(sheet.Row) bool) error {
	for f := (db.ProductFilter{HouseholdID: e.household, Most: pageOfSheet}); ; {
		page, err := e.s.Products(ctx, f)
		if err != nil {
			return err
		}
		ids := make([]string, len(page))
		for i, p := range page {
			ids[i] = p.ID
		}
		list, err := e.s.Lots(ctx, db.LotFilter{HouseholdID: e.household, ProductIDs: ids, Most: 1 << 30})
		if err != nil {
			return err
		}
		lots := map[string][]db.Lot{}
		for _, l := range list {
			lots[l.ProductID] = append(lots[l.ProductID], l.Lot)
		}
		for _, p := range page {
			for _, row := range e.rowsOf(p, lots[p.ID]) {
				if !yield(row) {
					return nil
				}
			}
		}
		if len(page) < f.Most {
			return nil
		}
		f.AfterKey, f.AfterID = page[len(page)-1].NameKey, page[len(page)-1].ID
	}
}

// rowsOf are a product's lots as rows. Amounts are in the unit the product is entered in where they all come out even in it,
// else in its base.
func (e *sheetExport) rowsOf(p db.Product, lots []db.Lot) []sheet.Row {
	m := measures{name: p.Name, own: parse.Unit(p.Unit), base: parse.Unit(p.Base), conversions: e.units[p.ID]}
	minimum := deref(p.Minimum, 0)
	unit := p.Unit
	if _, even := m.inUnit(minimum, unit); !even || slices.ContainsFunc(lots, func(l db.Lot) bool { _, even := m.inUnit(l.Amount, unit); return !even }) {
		unit = p.Base
	}
	shown := func(n int64) parse.Amount {
		n, _ = m.inUnit(n, unit)
		return parse.Amount(n)
	}
	row := sheet.Row{Name: p.Name, Brand: p.Brand, Category: e.categories[p.CategoryID], Unit: parse.Unit(unit), Kind: p.DateKind, Barcodes: e.codes[p.ID], Minimum: shown(minimum)}
	if len(lots) == 0 {
		row.Note, row.Location = p.Note, e.places[p.LocationID]
		return []sheet.Row{row}
	}
	var rows []sheet.Row
	for _, l := range lots {
		row.Amount, row.Location, row.Kind, row.Price, row.Note = shown(l.Amount), e.places[l.LocationID], l.DateKind, l.Price, l.Note
		expires, _ := parse.ReadISODate(l.ExpiresOn) // empty without a date
		row.Expiry = parse.Expiry{Date: expires, Precision: l.Precision, Guess: l.Guessed}
		row.BoughtOn, _ = parse.ReadISODate(l.BoughtOn)
		rows = append(rows, row)
	}
	return rows
}
