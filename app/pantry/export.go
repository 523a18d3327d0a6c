package pantry

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"

	"pantrie/app/pantry/parse"
	"pantrie/db"
)

// The format of an export: one JSON object whose members are in this order, "format" and "version" first, then
// a table each, whose rows refer to each other by their ids. Amounts are decimals of the product's base unit in
// quotes, prices hundredths, times milliseconds of Unix. Accounts are not in it: who did something is told by
// the name they had. What can be reckoned from the rest, such as how much there is of a product, is not in it.
const (
	exportFormat  = "pantrie-household"
	exportVersion = 1
)

type savedHousehold struct {
	Name     string `json:"name"`
	TimeZone string `json:"timeZone"`
}

type savedLocation struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Kind      db.LocationKind `json:"kind"`
	Icon      string          `json:"icon,omitempty"`
	Position  int64           `json:"position"`
	CreatedAt int64           `json:"createdAt"`
}

type savedCategory struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Icon      string `json:"icon,omitempty"`
	Position  int64  `json:"position"`
	CreatedAt int64  `json:"createdAt"`
}

type savedPhoto struct {
	ID        string `json:"id"`
	Data      []byte `json:"data"`
	CreatedAt int64  `json:"createdAt"`
}

type savedProduct struct {
	ID              string          `json:"id"`
	Name            string          `json:"name"`
	Brand           string          `json:"brand,omitempty"`
	CategoryID      string          `json:"categoryId,omitempty"`
	LocationID      string          `json:"locationId,omitempty"`
	PhotoID         string          `json:"photoId,omitempty"`
	Base            string          `json:"base"`
	Unit            string          `json:"unit"`
	Minimum         *parse.Amount   `json:"minimum,omitempty"`
	Staple          bool            `json:"staple,omitempty"`
	ShelfLife       *int64          `json:"shelfLife,omitempty"`
	OpenedShelfLife *int64          `json:"openedShelfLife,omitempty"`
	FrozenShelfLife *int64          `json:"frozenShelfLife,omitempty"`
	ThawedShelfLife *int64          `json:"thawedShelfLife,omitempty"`
	DateKind        db.DateKind     `json:"dateKind"`
	Nutrition       json.RawMessage `json:"nutrition,omitempty"`
	Note            string          `json:"note,omitempty"`
	MergedInto      string          `json:"mergedInto,omitempty"`
	ArchivedAt      int64           `json:"archivedAt,omitempty"`
	CreatedAt       int64           `json:"createdAt"`
	UpdatedAt       int64           `json:"updatedAt"`
}

type savedUnit struct {
	ProductID string `json:"productId"`
	Unit      string `json:"unit"`
	Factor    int64  `json:"factor"`
}

type savedBarcode struct {
	Code      string `json:"code"`
	ProductID string `json:"productId"`
	Unit      string `json:"unit,omitempty"`
	CreatedAt int64  `json:"createdAt"`
}

type savedAllergen struct {
	ProductID string `json:"productId"`
	Label     string `json:"label"`
}

type savedLot struct {
	ID         string       `json:"id"`
	ProductID  string       `json:"productId"`
	LocationID string       `json:"locationId,omitempty"`
	Amount     parse.Amount `json:"amount"`
	ExpiresOn  string       `json:"expiresOn,omitempty"`
	Precision  db.Precision `json:"precision"`
	DateKind   db.DateKind  `json:"dateKind"`
	Guessed    bool         `json:"guessed,omitempty"`
	BoughtOn   string       `json:"boughtOn"`
	OpenedOn   string       `json:"openedOn,omitempty"`
	Price      *int64       `json:"price,omitempty"`
	Note       string       `json:"note,omitempty"`
	CreatedAt  int64        `json:"createdAt"`
	ClosedAt   int64        `json:"closedAt,omitempty"`
}

type savedTransaction struct {
	ID         string  `json:"id"`
	UserName   string  `json:"userName"`
	Verb       db.Verb `json:"verb"`
	At         int64   `json:"at"`
	Undoes     string  `json:"undoes,omitempty"`
	UndoneBy   string  `json:"undoneBy,omitempty"`
	Merged     string  `json:"merged,omitempty"`
	MergedInto string  `json:"mergedInto,omitempty"`
}

type savedMovement struct {
	TransactionID string       `json:"transactionId"`
	Position      int64        `json:"position"`
	LotID         string       `json:"lotId"`
	ProductID     string       `json:"productId"`
	Delta         parse.Amount `json:"delta"`
	Reason        string       `json:"reason,omitempty"`
	UndoneBy      string       `json:"undoneBy,omitempty"`
}

type savedShopping struct {
	ID        string           `json:"id"`
	ProductID string           `json:"productId,omitempty"`
	Text      string           `json:"text"`
	Amount    *parse.Amount    `json:"amount,omitempty"`
	Unit      string           `json:"unit,omitempty"`
	Note      string           `json:"note,omitempty"`
	State     db.ShoppingState `json:"state"`
	TickedAt  int64            `json:"tickedAt,omitempty"`
	CreatedAt int64            `json:"createdAt"`
}

type savedPutAway struct {
	TransactionID string `json:"transactionId"`
	ItemID        string `json:"itemId"`
	Position      int64  `json:"position"`
}

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
	head, err := json.Marshal(savedHousehold{h.Name, h.TimeZone})
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
					err = row(savedLocation{l.ID, l.Name, l.Kind, l.Icon, l.Position, l.CreatedAt})
				}
			}
			return err
		}},
		{"categories", func(row put) error {
			list, err := s.Categories(ctx, id)
			for _, c := range list {
				if err == nil {
					err = row(savedCategory{c.ID, c.Name, c.Icon, c.Position, c.CreatedAt})
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
			return s.EachProduct(ctx, id, func(p db.Product) error {
				return row(savedProduct{
					ID: p.ID, Name: p.Name, Brand: p.Brand, CategoryID: p.CategoryID, LocationID: p.LocationID, PhotoID: p.PhotoID, Base: p.Base, Unit: p.Unit, Minimum: (*parse.Amount)(p.Minimum), Staple: p.Staple,
					ShelfLife: p.ShelfLife, OpenedShelfLife: p.OpenedShelfLife, FrozenShelfLife: p.FrozenShelfLife, ThawedShelfLife: p.ThawedShelfLife, DateKind: p.DateKind,
					Nutrition: json.RawMessage(p.Nutrition), Note: p.Note, MergedInto: p.MergedInto, ArchivedAt: p.ArchivedAt, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
				})
			})
		}},
		{"units", func(row put) error {
			return s.EachUnit(ctx, id, func(u db.ProductUnit) error { return row(savedUnit(u)) })
		}},
		{"barcodes", func(row put) error {
			return s.EachBarcode(ctx, id, func(b db.Barcode) error { return row(savedBarcode{b.Code, b.ProductID, b.Unit, b.CreatedAt}) })
		}},
		{"allergens", func(row put) error {
			return s.EachAllergen(ctx, id, func(a db.ProductAllergen) error { return row(savedAllergen{a.ProductID, a.Label}) })
		}},
		{"lots", func(row put) error {
			return s.EachLot(ctx, id, func(l db.Lot) error {
				return row(savedLot{l.ID, l.ProductID, l.LocationID, parse.Amount(l.Amount), l.ExpiresOn, l.Precision, l.DateKind, l.Guessed, l.BoughtOn, l.OpenedOn, l.Price, l.Note, l.CreatedAt, l.ClosedAt})
			})
		}},
		{"transactions", func(row put) error {
			return s.EachTransaction(ctx, id, func(t db.StockTransaction) error {
				return row(savedTransaction{t.ID, t.UserName, t.Verb, t.At, t.Undoes, t.UndoneBy, t.Merged, t.MergedInto})
			})
		}},
		{"movements", func(row put) error {
			return s.EachMovement(ctx, id, func(m db.Movement) error {
				return row(savedMovement{m.TransactionID, m.Position, m.LotID, m.ProductID, parse.Amount(m.Delta), m.Reason, m.UndoneBy})
			})
		}},
		{"shopping", func(row put) error {
			return s.EachShoppingItem(ctx, id, func(i db.ShoppingItem) error {
				return row(savedShopping{i.ID, i.ProductID, i.Text, (*parse.Amount)(i.Amount), i.Unit, i.Note, i.State, i.TickedAt, i.CreatedAt})
			})
		}},
		{"putAway", func(row put) error {
			return s.EachPutAwayItem(ctx, id, func(transaction string, i db.PutAwayItem) error {
				return row(savedPutAway{transaction, i.ItemID, i.Position})
			})
		}},
	}
}
