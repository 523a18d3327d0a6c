package pantry_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
	"pantrie/db/dbtest"
	"pantrie/db/fold"
)

// kitchen is a household with places and people, on a database as in production.
type kitchen struct {
	t       *testing.T
	dir     string // of the database
	db      *db.DB
	raw     *sql.DB // the same file, to look at it as it is
	s       *pantry.Service
	by      pantry.By // Sam
	mara    pantry.By
	other   pantry.By // another household's
	shelf   string
	fridge  string
	freezer string
	clock   atomic.Int64
}

const noon = "2026-11-23T12:00:00Z"

func newKitchen(t *testing.T) *kitchen {
	t.Helper()
	k := &kitchen{t: t}
	start, err := time.Parse(time.RFC3339, noon)
	if err != nil {
		t.Fatal(err)
	}
	k.clock.Store(start.UnixMilli())
	now := func() time.Time { return time.UnixMilli(k.clock.Load()) }
	k.dir = t.TempDir()
	path := dbtest.Empty(t, k.dir)
	k.db, err = db.Open(t.Context(), db.Options{Path: path, Log: slog.New(slog.DiscardHandler), Now: now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }})
	if err != nil {
		t.Fatal(err)
	}
	if k.raw, err = sql.Open("sqlite", path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(k.raw.Close(), k.db.Close()); err != nil {
			t.Error(err)
		}
	})
	if k.s, err = pantry.New(k.db, now); err != nil {
		t.Fatal(err)
	}
	k.write(func(tx *db.Tx) error {
		for i, name := range []string{"Brandt", "Next door"} {
			h, err := tx.InsertHousehold(t.Context(), db.Household{Name: name, TimeZone: "Europe/Berlin"})
			if err != nil {
				return err
			}
			sam, err := tx.InsertUser(t.Context(), db.User{Name: "Sam"})
			if err != nil {
				return err
			}
			mara, err := tx.InsertUser(t.Context(), db.User{Name: "Mara"})
			if err != nil {
				return err
			}
			if i == 1 {
				k.other = pantry.By{HouseholdID: h.ID, UserID: sam.ID}
				continue
			}
			k.by, k.mara = pantry.By{HouseholdID: h.ID, UserID: sam.ID}, pantry.By{HouseholdID: h.ID, UserID: mara.ID}
			for id, l := range map[*string]db.Location{
				&k.shelf:   {Name: "Shelf", NameKey: fold.Key("Shelf"), Kind: db.Cupboard},
				&k.fridge:  {Name: "Fridge", NameKey: fold.Key("Fridge"), Kind: db.Fridge},
				&k.freezer: {Name: "Freezer", NameKey: fold.Key("Freezer"), Kind: db.Freezer},
			} {
				l.HouseholdID = h.ID
				if l, err = tx.InsertLocation(t.Context(), l); err != nil {
					return err
				}
				*id = l.ID
			}
		}
		return nil
	})
	return k
}

func (k *kitchen) write(fn func(*db.Tx) error) {
	k.t.Helper()
	if err := k.db.InTx(k.t.Context(), fn); err != nil {
		k.t.Fatal(err)
	}
}

func days(n int64) *int64 { return &n }

// product stores a product; what is not told is kept in pieces on the shelf.
func (k *kitchen) product(p db.Product) string {
	k.t.Helper()
	p.HouseholdID, p.NameKey = k.by.HouseholdID, fold.Key(p.Name)
	if p.Base == "" {
		p.Base, p.Unit = "piece", "piece"
	}
	if p.LocationID == "" {
		p.LocationID = k.shelf
	}
	k.write(func(tx *db.Tx) (err error) { p, err = tx.InsertProduct(k.t.Context(), p); return err })
	return p.ID
}

// allergens replaces those of a product.
func (k *kitchen) allergens(by pantry.By, product string, labels []string) error {
	_, err := k.s.ChangeProduct(k.t.Context(), by, product, func(f *pantry.ProductFields) { f.Allergens = &labels })
	return err
}

func (k *kitchen) must(c pantry.Change, err error) pantry.Change {
	k.t.Helper()
	if err != nil {
		k.t.Fatal(err)
	}
	k.agrees()
	return c
}

// refused checks the code of an error and that of its first field.
func (k *kitchen) refused(err error, code fault.Code, field string) {
	k.t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code {
		k.t.Errorf("error %v, want %s", err, code)
		return
	}
	if field != "" && (len(f.Fields) == 0 || f.Fields[0].Code != field) {
		k.t.Errorf("fields %+v, want %s", f.Fields, field)
	}
	k.agrees()
}

// add puts pieces with a date onto the shelf and returns the lot.
func (k *kitchen) add(product string, pieces int64, date string) string {
	k.t.Helper()
	in := pantry.Addition{ProductID: product, Amount: pieces * 1000, ExpiresOn: date}
	if date == "" {
		in.Precision = dated.Undated
	}
	return k.must(k.s.Add(k.t.Context(), k.by, in)).Lots[0].ID
}

func (k *kitchen) lot(id string) db.Lot {
	k.t.Helper()
	l, err := k.db.LotByID(k.t.Context(), k.by.HouseholdID, id)
	if err != nil {
		k.t.Fatal(err)
	}
	return l
}

// stock tells the open lots of a product: pieces, date, place, state.
func (k *kitchen) stock(product string) []string {
	k.t.Helper()
	lots, err := k.db.LotsOf(k.t.Context(), k.by.HouseholdID, product)
	if err != nil {
		k.t.Fatal(err)
	}
	list := []string{}
	for _, l := range lots {
		text := fmt.Sprint(l.Amount/1000, " ", l.ExpiresOn, " ", map[string]string{"": "nowhere", k.shelf: "shelf", k.fridge: "fridge", k.freezer: "freezer"}[l.LocationID])
		if l.OpenedOn != "" {
			text += " opened " + l.OpenedOn
		}
		if l.Guessed {
			text += " guessed"
		}
		list = append(list, text)
	}
	return list
}

func (k *kitchen) wantStock(product string, want ...string) {
	k.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), k.stock(product)); diff != "" {
		k.t.Errorf("stock (-want +got):\n%s", diff)
	}
}

// agrees checks that amounts and totals are what the movements say.
func (k *kitchen) agrees() {
	k.t.Helper()
	if err := k.disagreement(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
}

// disagreement recomputes everything from one statement, which sees one state of the database.
func (k *kitchen) disagreement(ctx context.Context) error {
	rows, err := k.raw.QueryContext(ctx, `SELECT 'movement', household_id || lot_id, household_id || product_id, delta, 0 FROM movements
UNION ALL SELECT 'lot', household_id || id, household_id || product_id, amount, closed_at IS NOT NULL FROM lots UNION ALL SELECT 'product', household_id || id, '', total, merged_into IS NOT NULL FROM products`)
	if err != nil {
		return err
	}
	defer rows.Close()
	moved, lots := map[string]int64{}, map[string]int64{}
	for rows.Next() {
		var what, id, product string
		var n int64
		var over bool // closed, or merged
		if err := rows.Scan(&what, &id, &product, &n, &over); err != nil {
			return err
		}
		switch what {
		case "movement":
			moved[id+product] += n
		case "lot":
			lots[product] += n
			if n != moved[id+product] || n < 0 || (n == 0) != over {
				return fmt.Errorf("lot %s: amount %d, closed %v; its movements make %d", id, n, over, moved[id+product])
			}
			delete(moved, id+product)
		case "product":
			if n != lots[id] || over && n > 0 {
				return fmt.Errorf("product %s: total %d, merged %v; its lots make %d", id, n, over, lots[id])
			}
		}
	}
	if len(moved) > 0 {
		return fmt.Errorf("movements of lots that are another product's: %v", moved)
	}
	return rows.Err()
}
