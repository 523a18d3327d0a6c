package pantry

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"

	"pantrie/db"
)

// The format of an export: one JSON object whose members are in this order, "format" and "version" first, then
// a table each, whose rows refer to each other by their ids. Amounts are decimals of the product's base unit in
// quotes, prices hundredths, times milliseconds of Unix. In version 1 a price was what all of a lot had cost at first, and
// movements had none. Accounts are not in it: who did something is told by
// the name they had. What can be reckoned from the rest, such as how much there is of a product, is not in it.
const (
	exportFormat  = "pantrie-household"
	exportVersion = 2
)

// Export writes everything of a household, as it is at one moment; see [Service.Import]. [fault.NotFound]
// before anything is written.
func (s *Service) Export(ctx context.Context, householdID string, w io.Writer) error {
	return s.db.WithTempFile(func(f *os.File) error { // whoever reads slowly keeps nobody waiting
		e := exporter{w: bufio.NewWriterSize(f, 64<<10)}
		if err := s.db.Snapshot(ctx, func(snap *db.Snapshot) error { return e.household(ctx, snap, householdID) }); err != nil {
			return err
		}
		if err := e.w.Flush(); err != nil {
			return err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		_, err := io.Copy(w, f)
		return err
	})
}

// exporter writes an export; the first error is the writer's to keep.
type exporter struct {
	w     *bufio.Writer
	began bool
}

// table writes a member of the export with the rows that rows gives.
func (e *exporter) table(name string, rows func(row func(any) error) error) error {
	e.text(",\n" + `"` + name + `": [`)
	e.began = false
	if err := rows(e.row); err != nil {
		return err
	}
	e.text("\n]")
	return nil
}

func (e *exporter) row(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if e.began {
		e.text(",")
	}
	e.began = true
	e.text("\n")
	_, err = e.w.Write(line)
	return err
}

func (e *exporter) text(text string) {
	_, _ = e.w.WriteString(text) // the next flush tells
}

func (e *exporter) household(ctx context.Context, s *db.Snapshot, id string) error {
	h, err := s.HouseholdByID(ctx, id)
	if err != nil {
		return missing(err, "household")
	}
	head, err := json.Marshal(saveHousehold(h))
	if err != nil {
		return err
	}
	version, _ := json.Marshal(exportVersion)
	e.text("{\n" + `"format": "` + exportFormat + `",` + "\n" + `"version": ` + string(version) + ",\n" + `"household": ` + string(head))
	for _, t := range e.tables(ctx, s, id) {
		if err := e.table(t.name, t.rows); err != nil {
			return err
		}
	}
	e.text("\n}\n")
	return nil
}

// saved is a table of an export.
type saved struct {
	name string
	rows func(row func(any) error) error
}

func (e *exporter) tables(ctx context.Context, s *db.Snapshot, id string) []saved {
	type put = func(any) error
	return []saved{
		{"locations", func(row put) error {
			list, err := s.Locations(ctx, id)
			for _, l := range list {
				if err == nil {
					err = row(saveLocation(l))
				}
			}
			return err
		}},
		{"categories", func(row put) error {
			list, err := s.Categories(ctx, id)
			for _, c := range list {
				if err == nil {
					err = row(saveCategory(c))
				}
			}
			return err
		}},
		{"watched", func(row put) error {
			list, err := s.Watched(ctx, id)
			for _, a := range list {
				if err == nil {
					err = row(a.Label)
				}
			}
			return err
		}},
		{"photos", func(row put) error {
			return s.EachPhoto(ctx, id, func(p db.Photo) error { return row(savedPhoto{p.ID, p.Bytes, p.CreatedAt}) })
		}},
		{"products", func(row put) error {
			return s.EachProduct(ctx, id, func(p db.Product) error { return row(saveProduct(p)) })
		}},
		{"units", func(row put) error {
			return s.EachUnit(ctx, id, func(u db.ProductUnit) error { return row(savedUnit(u)) })
		}},
		{"barcodes", func(row put) error {
			return s.EachBarcode(ctx, id, func(b db.Barcode) error { return row(saveBarcode(b)) })
		}},
		{"allergens", func(row put) error {
			return s.EachAllergen(ctx, id, func(a db.ProductAllergen) error { return row(savedAllergen{a.ProductID, a.Label}) })
		}},
		{"lots", func(row put) error {
			return s.EachLot(ctx, id, func(l db.Lot) error { return row(saveLot(l)) })
		}},
		{"transactions", func(row put) error {
			return s.EachTransaction(ctx, id, func(t db.StockTransaction) error { return row(saveTransaction(t)) })
		}},
		{"movements", func(row put) error {
			return s.EachMovement(ctx, id, func(m db.Movement) error { return row(saveMovement(m)) })
		}},
		{"shopping", func(row put) error {
			return s.EachShoppingItem(ctx, id, func(i db.ShoppingItem) error { return row(saveShopping(i)) })
		}},
		{"putAway", func(row put) error {
			return s.EachPutAwayItem(ctx, id, func(transaction string, i db.PutAwayItem) error {
				return row(savedPutAway{transaction, i.ItemID, i.Position})
			})
		}},
	}
}
