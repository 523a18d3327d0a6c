package pantry

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/fold"
)

// MaxImportBytes is how large an export can be that is imported, and mostRow one row of it: a photo.
const (
	MaxImportBytes = 1 << 30
	mostRow        = 4 << 20
)

// Import fills a household that has no products and no shopping list with an export, all of it or nothing. Its
// name, time zone, places and categories become those of the file; ids stay, so that exporting it again writes
// the same file. [fault.NotFound]; [fault.Conflict] with [NotEmpty]; [fault.ValidationFailed] with
// [ExportTooLarge], [FileNotExport], [FileNewer] or [FileDamaged], also where the stock is not what its movements
// say. Nothing else is written meanwhile.
func (s *Service) Import(ctx context.Context, by By, r io.Reader) error {
	return s.db.WithTempFile(func(f *os.File) error { // whoever sends slowly keeps nobody waiting
		n, err := io.Copy(f, io.LimitReader(r, MaxImportBytes+1))
		if err != nil {
			return err
		}
		if n > MaxImportBytes {
			return unfit(problem(ExportTooLarge), nil)
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		return s.db.InTx(ctx, func(tx *db.Tx) error {
			household, err := tx.HouseholdByID(ctx, by.HouseholdID)
			if err != nil {
				return missing(err, "household")
			}
			if err := tx.EmptyHousehold(ctx, household.ID); errors.Is(err, db.ErrConflict) {
				return conflict("file", NotEmpty, "There is something in this household. Import into a new one.")
			} else if err != nil {
				return err
			}
			limited := &limited{r: f, left: mostRow}
			i := importer{s: s, tx: tx, household: household, in: json.NewDecoder(bufio.NewReader(limited)), limited: limited, merged: map[string]string{}, undoes: map[string]string{}}
			i.in.DisallowUnknownFields()
			return i.do(ctx)
		})
	})
}

// unfit is a file that is refused; the cause is for the log.
func unfit(p *parse.Problem, cause error) error {
	return &fault.Error{Code: fault.ValidationFailed, Message: p.Message, Fields: []fault.Field{p.Field("file")}, Err: cause}
}

// limited bounds what is read between two rows, so that a file is never held in memory.
type limited struct {
	r    io.Reader
	left int
}

var errRowTooLarge = errors.New("a row of the import is too large")

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errRowTooLarge
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

type importer struct {
	s         *Service
	tx        *db.Tx
	household db.Household
	in        *json.Decoder
	limited   *limited
	watched   []db.Allergen
	merged    map[string]string // products by what became them
	undoes    map[string]string // transactions by what undoes them
	version   int               // of the file
}

func (i *importer) do(ctx context.Context) error {
	if err := i.head(ctx); err != nil {
		return err
	}
	for _, t := range i.tables() {
		if err := i.member(t.name); err != nil {
			return unfit(problem(FileDamaged), err)
		}
		if err := i.rows(ctx, t); err != nil {
			return err
		}
	}
	if err := i.delimiter('}'); err != nil {
		return unfit(problem(FileDamaged), err)
	}
	if _, err := i.in.Token(); !errors.Is(err, io.EOF) {
		return unfit(problem(FileDamaged), errors.New("something follows the export"))
	}
	for _, m := range []map[string]string{i.merged, i.undoes} {
		if !ends(m) {
			return unfit(problem(FileDamaged), errors.New("products or transactions that lead to themselves, or too far"))
		}
	}
	if err := i.tx.SetWatched(ctx, i.household.ID, i.watched); err != nil {
		return err
	}
	for id, into := range i.merged {
		if err := i.tx.ImportMerge(ctx, i.household.ID, id, into); err != nil {
			return broken("merged products", err)
		}
	}
	if i.version == 1 {
		if err := i.tx.ShareImportedPrices(ctx, i.household.ID); err != nil {
			return broken("prices", err)
		}
	}
	return broken("stock", i.tx.FinishImport(ctx, i.household.ID))
}

// ends says whether one comes to an end from everywhere, in at most [mostChain] steps.
func ends(next map[string]string) bool {
	steps := map[string]int{}
	for start := range next {
		var way []string
		for id := start; ; id = next[id] {
			left, known := steps[id]
			if _, goesOn := next[id]; known || !goesOn {
				for i, passed := range way {
					steps[passed] = left + len(way) - i
				}
				break
			}
			if way = append(way, id); len(way) > mostChain {
				return false
			}
		}
		if steps[start] > mostChain {
			return false
		}
	}
	return true
}

// head reads what the file is.
func (i *importer) head(ctx context.Context) error {
	var format string
	if i.delimiter('{') != nil || i.member("format") != nil || i.in.Decode(&format) != nil || format != exportFormat || i.member("version") != nil || i.in.Decode(&i.version) != nil || i.version < 1 {
		return unfit(problem(FileNotExport), nil)
	}
	if i.version > exportVersion {
		return unfit(problem(FileNewer), nil)
	}
	var h savedHousehold
	if err := i.member("household"); err != nil {
		return unfit(problem(FileDamaged), err)
	}
	if err := i.in.Decode(&h); err != nil {
		return unfit(problem(FileDamaged), err)
	}
	var fields []fault.Field
	i.household = h.household(i.household)
	i.household.Name = text(&fields, "name", h.Name, true, 200)
	if _, err := time.LoadLocation(h.TimeZone); err != nil || len(fields) > 0 || h.TimeZone == "" || h.TimeZone == "Local" {
		return unfit(problem(FileDamaged), fmt.Errorf("household %+v", h))
	}
	return i.tx.ChangeHousehold(ctx, i.household)
}

func (i *importer) delimiter(want json.Delim) error {
	token, err := i.in.Token()
	if err == nil && token != want {
		err = fmt.Errorf("%v in place of %v", token, want)
	}
	return err
}

func (i *importer) member(want string) error {
	i.limited.left = mostRow
	token, err := i.in.Token()
	if err == nil && token != want {
		err = fmt.Errorf("%v in place of %s", token, want)
	}
	return err
}

// rows reads a table.
func (i *importer) rows(ctx context.Context, t table) error {
	if err := i.delimiter('['); err != nil {
		return unfit(problem(FileDamaged), err)
	}
	for n := 1; i.in.More(); n++ {
		i.limited.left = mostRow
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.row(ctx); err != nil {
			return broken(fmt.Sprint("row ", n, " of ", t.name), err)
		}
	}
	if err := i.delimiter(']'); err != nil {
		return unfit(problem(FileDamaged), err)
	}
	return nil
}

// broken tells that a file cannot be imported where its contents are the reason.
func broken(where string, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var problemOf *parse.Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax), errors.As(err, &kind), errors.As(err, &problemOf), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, errRowTooLarge), errors.Is(err, errRow),
		errors.Is(err, db.ErrRange), errors.Is(err, db.ErrReference), errors.Is(err, db.ErrConflict), errors.Is(err, db.ErrNotFound):
		return unfit(problem(FileDamaged), fmt.Errorf("%s: %w", where, err))
	}
	return err
}

// errRow is why a row is refused that the database would take.
var errRow = errors.New("a value is not one that Pantrie writes")

// decode reads a row. A member that is not known is an error of the decoder without a type.
func decode[T any](i *importer, v *T) error {
	if err := i.in.Decode(v); err != nil {
		return errors.Join(errRow, err)
	}
	return nil
}

// identified checks an id, which has to go into an address. What refers to one refers to one that was checked.
func identified(id string) error {
	if id == "" || len(id) > 64 || strings.Trim(id, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-") != "" {
		return errRow
	}
	return nil
}

// proper checks what the database does not: texts that are too long or missing, and dates. It takes from the texts
// what [text] takes out.
func proper(required, texts []*string, dates ...string) error {
	for _, t := range required {
		if *t = parse.Readable(*t); *t == "" || len(*t) > 1000 {
			return errRow
		}
	}
	for _, t := range texts {
		if *t = parse.Readable(*t); len(*t) > 10_000 {
			return errRow
		}
	}
	for _, d := range dates {
		if _, err := parse.ReadISODate(d); d != "" && err != nil {
			return errRow
		}
	}
	return nil
}

// table is one of an import.
type table struct {
	name string
	row  func(context.Context) error
}

func (i *importer) tables() []table {
	return []table{
		{"locations", i.location}, {"categories", i.category}, {"watched", i.watch}, {"photos", i.photo}, {"products", i.product}, {"units", i.unit}, {"barcodes", i.barcode},
		{"allergens", i.allergen}, {"lots", i.lot}, {"transactions", i.transaction}, {"movements", i.movement}, {"shopping", i.shopping}, {"putAway", i.putAway},
	}
}

func (i *importer) location(ctx context.Context) error {
	var r savedLocation
	if err := errors.Join(decode(i, &r), identified(r.ID), proper([]*string{&r.Name}, []*string{&r.Icon})); err != nil {
		return err
	}
	return i.tx.ImportLocation(ctx, r.location(i.household.ID))
}

func (i *importer) category(ctx context.Context) error {
	var r savedCategory
	if err := errors.Join(decode(i, &r), identified(r.ID), proper([]*string{&r.Name}, []*string{&r.Icon})); err != nil {
		return err
	}
	return i.tx.ImportCategory(ctx, r.category(i.household.ID))
}

// watch collects the labels, which are stored together.
func (i *importer) watch(context.Context) error {
	var label string
	err := errors.Join(decode(i, &label), proper([]*string{&label}, nil))
	i.watched = append(i.watched, db.Allergen{Key: fold.Key(label), Label: label})
	return err
}

// photo stores a picture without decoding it: nobody else can write until thousands of them are.
func (i *importer) photo(ctx context.Context) error {
	var r savedPhoto
	if err := errors.Join(decode(i, &r), identified(r.ID)); err != nil {
		return err
	}
	p, _, err := plainPicture(r.Data)
	if err != nil {
		return err
	}
	if !bytes.Equal(p.data, r.Data) {
		return errRow
	}
	sha := sha256.Sum256(p.data)
	return i.tx.ImportPhoto(ctx, db.Photo{HouseholdID: i.household.ID, ID: r.ID, Bytes: p.data, SHA: sha[:], Width: int64(p.width), Height: int64(p.height), CreatedAt: r.CreatedAt})
}

func (i *importer) product(ctx context.Context) error {
	var r savedProduct
	if err := errors.Join(decode(i, &r), identified(r.ID), proper([]*string{&r.Name, &r.Base, &r.Unit}, []*string{&r.Brand, &r.Note})); err != nil {
		return err
	}
	if parse.Unit(r.Base).Base() != parse.Unit(r.Base) || len(r.Nutrition) > 10_000 {
		return errRow
	}
	if r.MergedInto != "" {
		i.merged[r.ID] = r.MergedInto
	}
	return i.tx.ImportProduct(ctx, r.product(i.household.ID))
}

func (i *importer) unit(ctx context.Context) error {
	var r savedUnit
	if err := errors.Join(decode(i, &r), proper([]*string{&r.ProductID, &r.Unit}, nil)); err != nil {
		return err
	}
	return i.tx.SetProductUnit(ctx, i.household.ID, r.ProductID, r.Unit, r.Factor)
}

func (i *importer) barcode(ctx context.Context) error {
	var r savedBarcode
	if err := errors.Join(decode(i, &r), proper([]*string{&r.ProductID, &r.Code}, []*string{&r.Unit})); err != nil {
		return err
	}
	return i.tx.ImportBarcode(ctx, r.barcode(i.household.ID))
}

func (i *importer) allergen(ctx context.Context) error {
	var r savedAllergen
	if err := errors.Join(decode(i, &r), proper([]*string{&r.ProductID, &r.Label}, nil)); err != nil {
		return err
	}
	return i.tx.ImportAllergen(ctx, i.household.ID, db.ProductAllergen{ProductID: r.ProductID, Allergen: db.Allergen{Key: fold.Key(r.Label), Label: r.Label}})
}

func (i *importer) lot(ctx context.Context) error {
	var r savedLot
	if err := errors.Join(decode(i, &r), identified(r.ID), proper([]*string{&r.BoughtOn}, []*string{&r.Note}, r.ExpiresOn, r.BoughtOn, r.OpenedOn)); err != nil {
		return err
	}
	return i.tx.ImportLot(ctx, r.lot(i.household.ID))
}

func (i *importer) transaction(ctx context.Context) error {
	var r savedTransaction
	if err := errors.Join(decode(i, &r), identified(r.ID), proper(nil, []*string{&r.UserName})); err != nil {
		return err
	}
	if r.Undoes != "" {
		i.undoes[r.ID] = r.Undoes
	}
	return i.tx.ImportTransaction(ctx, r.transaction(i.household.ID))
}

func (i *importer) movement(ctx context.Context) error {
	var r savedMovement
	if err := errors.Join(decode(i, &r), proper(nil, []*string{&r.Reason})); err != nil {
		return err
	}
	return i.tx.ImportMovement(ctx, r.movement(i.household.ID))
}

func (i *importer) shopping(ctx context.Context) error {
	var r savedShopping
	if err := errors.Join(decode(i, &r), identified(r.ID), proper([]*string{&r.Text}, []*string{&r.Note, &r.Unit})); err != nil {
		return err
	}
	return i.tx.ImportShoppingItem(ctx, r.item(i.household.ID))
}

func (i *importer) putAway(ctx context.Context) error {
	var r savedPutAway
	if err := decode(i, &r); err != nil {
		return err
	}
	return i.tx.InsertPutAwayItem(ctx, i.household.ID, r.TransactionID, db.PutAwayItem{ItemID: r.ItemID, Position: r.Position})
}
