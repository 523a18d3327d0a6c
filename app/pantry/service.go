package pantry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
)

// keptKeys is how long a request that is sent again is known.
const keptKeys = 48 * time.Hour

// mostAmount is the largest amount that is kept: thousandths of a base unit.
const mostAmount = 1_000_000_000_000

// The reasons of a [fault.Conflict], as the codes of its fields, and those of fields that cannot be
// accepted beside the ones of package fault.
const (
	KeyReused     = "key_reused"
	NotEnough     = "not_enough"
	UsedSince     = "used_since"
	AlreadyUndone = "already_undone"
	ProductMerged = "product_merged"
	AlreadyOpen   = "already_open"
	SamePlace     = "same_place"
	StillInUse    = "still_in_use"
	UnitsDiffer   = "units_differ"
	TooLarge      = "too_large"
	UnknownUnit   = "unknown_unit"
	NotInTray     = "not_in_tray"
	NotEmpty      = "not_empty"
)

// Service does what people do with the stock and the products of a household. Whether they may is
// decided before.
type Service struct {
	db    *db.DB
	now   func() time.Time
	zones sync.Map // of time zones by name
	// decoding is held by who decodes a photo.
	decoding sync.Mutex
}

// New makes the service; both are required.
func New(d *db.DB, now func() time.Time) (*Service, error) {
	if d == nil || now == nil {
		return nil, errors.New("pantry: a database and a clock are required")
	}
	return &Service{db: d, now: now}, nil
}

// By says who asks, and in which household. A verb with the same Key is done once in 48 hours, however
// often it is sent; an empty one is never compared.
type By struct {
	HouseholdID string
	UserID      string
	Key         string
}

// Change is what a stock verb did: its movements, and their lots and products as they are now.
// Repeated says that it was done before and is only told again.
type Change struct {
	Transaction db.StockTransaction
	Movements   []db.Movement
	Lots        []db.Lot
	Products    []db.Product
	Repeated    bool
}

// Today is the calendar date in the household, 'YYYY-MM-DD'. [fault.NotFound].
func (s *Service) Today(ctx context.Context, householdID string) (string, error) {
	h, err := s.db.HouseholdByID(ctx, householdID)
	if err != nil {
		return "", missing(err, "household")
	}
	return s.day(h.TimeZone, 0), nil
}

// Day is the calendar date in a time zone, 'YYYY-MM-DD'.
func (s *Service) Day(zone string) string { return s.day(zone, 0) }

// day is today in the time zone, or so many days later.
func (s *Service) day(zone string, later int64) string {
	return s.now().In(s.location(zone)).AddDate(0, 0, int(later)).Format(time.DateOnly)
}

// location is where a time zone is. An unknown one is UTC.
func (s *Service) location(zone string) *time.Location {
	location, ok := s.zones.Load(zone)
	if !ok {
		loaded, err := time.LoadLocation(zone)
		if err != nil {
			loaded = time.UTC
		}
		location, _ = s.zones.LoadOrStore(zone, loaded)
	}
	return location.(*time.Location)
}

// ForgetKeys forgets the idempotency keys that are too old to be sent again.
func (s *Service) ForgetKeys(ctx context.Context) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		_, err := tx.PurgeStockKeys(ctx, s.now().Add(-keptKeys).UnixMilli())
		return err
	})
}

// work is one stock verb on its way.
type work struct {
	tx        *db.Tx
	s         *Service
	zone      string
	t         db.StockTransaction
	movements []db.Movement
}

func (w *work) household() string { return w.t.HouseholdID }

func (w *work) day(later int64) string { return w.s.day(w.zone, later) }

// run does a verb in one transaction, once for each key.
func (s *Service) run(ctx context.Context, by By, verb db.Verb, request any, fn func(*work) error) (Change, error) {
	if len(by.Key) > 200 {
		return Change{}, fault.Fields([]fault.Field{{Name: "idempotencyKey", Code: fault.TooLong, Message: "At most 200 characters."}})
	}
	body, err := json.Marshal(request)
	if err != nil {
		return Change{}, fmt.Errorf("read request: %w", err)
	}
	hash := sha256.Sum256(append([]byte(string(verb)+"\n"), body...))
	var c Change
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if by.Key != "" {
			known, found, err := s.done(ctx, tx, by, hash[:])
			if err != nil {
				return err
			}
			if found {
				c, err = told(ctx, tx, known)
				c.Repeated = true
				return err
			}
		}
		household, err := tx.HouseholdByID(ctx, by.HouseholdID)
		if err != nil {
			return missing(err, "household")
		}
		user, err := tx.UserByID(ctx, by.UserID)
		if err != nil {
			return missing(err, "account")
		}
		w := &work{tx: tx, s: s, zone: household.TimeZone, t: db.StockTransaction{HouseholdID: by.HouseholdID, UserID: user.ID, UserName: user.Name, Verb: verb}}
		if by.Key != "" {
			w.t.Key, w.t.RequestHash = by.Key, hash[:]
		}
		if err := fn(w); err != nil {
			return err
		}
		if err := w.begin(ctx); err != nil { // also a verb that moves nothing is remembered
			return err
		}
		c, err = told(ctx, tx, w.t)
		return err
	})
	return c, err
}

// done finds what the user did with the key. It is a conflict when that was something else.
func (s *Service) done(ctx context.Context, tx *db.Tx, by By, hash []byte) (db.StockTransaction, bool, error) {
	known, err := tx.StockTransactionByKey(ctx, by.HouseholdID, by.UserID, by.Key)
	switch {
	case errors.Is(err, db.ErrNotFound):
		return known, false, nil
	case err != nil:
		return known, false, err
	case known.At < s.now().Add(-keptKeys).UnixMilli():
		return known, false, tx.ForgetStockKey(ctx, known.HouseholdID, known.ID)
	case !bytes.Equal(known.RequestHash, hash):
		return known, false, conflict("idempotencyKey", KeyReused, "This key was used for another request.")
	}
	return known, true, nil
}

// told puts together what a transaction did.
func told(ctx context.Context, tx *db.Tx, t db.StockTransaction) (Change, error) {
	c := Change{Transaction: t, Lots: []db.Lot{}, Products: []db.Product{}}
	var err error
	if c.Movements, err = tx.Movements(ctx, t.HouseholdID, t.ID); err != nil {
		return c, err
	}
	seen := map[string]bool{}
	for _, m := range c.Movements {
		if !seen[m.LotID] {
			lot, err := tx.LotByID(ctx, m.HouseholdID, m.LotID)
			if err != nil {
				return c, err
			}
			c.Lots = append(c.Lots, lot)
		}
		if !seen[m.ProductID] {
			product, err := tx.ProductByID(ctx, m.HouseholdID, m.ProductID)
			if err != nil {
				return c, err
			}
			c.Products = append(c.Products, product)
		}
		seen[m.LotID], seen[m.ProductID] = true, true
	}
	return c, nil
}

// begin stores the transaction before its first movement.
func (w *work) begin(ctx context.Context) (err error) {
	if w.t.ID == "" {
		w.t, err = w.tx.InsertStockTransaction(ctx, w.t)
	}
	return err
}

// move changes a lot's amount, and its price by what that is worth. position 0 means the next one.
func (w *work) move(ctx context.Context, lot db.Lot, delta, position int64, reason string, value *int64) error {
	if err := w.begin(ctx); err != nil {
		return err
	}
	if position == 0 {
		position = int64(len(w.movements)) + 1
	}
	m := db.Movement{HouseholdID: lot.HouseholdID, TransactionID: w.t.ID, Position: position, LotID: lot.ID, ProductID: lot.ProductID, Delta: delta, Value: value, Reason: reason}
	if err := w.tx.InsertMovement(ctx, m); err != nil {
		return ranged(err)
	}
	w.movements = append(w.movements, m)
	return nil
}

// product finds a product, or the one that it became.
func product(ctx context.Context, r products, householdID, id string) (db.Product, error) {
	for {
		p, err := r.ProductByID(ctx, householdID, id)
		if err != nil || p.MergedInto == "" {
			return p, missing(err, "product")
		}
		id = p.MergedInto
	}
}

type products interface {
	ProductByID(ctx context.Context, householdID, id string) (db.Product, error)
}

func (w *work) product(ctx context.Context, id string) (db.Product, error) {
	return product(ctx, w.tx, w.household(), id)
}

// lot finds a lot and its product, which is not one that was merged: such a one has no stock.
func (w *work) lot(ctx context.Context, id string) (db.Lot, db.Product, error) {
	lot, err := w.tx.LotByID(ctx, w.household(), id)
	if err != nil {
		return lot, db.Product{}, missing(err, "lot")
	}
	p, err := w.tx.ProductByID(ctx, w.household(), lot.ProductID)
	if err == nil && p.MergedInto != "" {
		err = conflict("lotId", ProductMerged, fmt.Sprintf("%s was merged into another product.", p.Name))
	}
	return lot, p, err
}

// missing turns a row that is not there, or that is another household's, into what a person is told.
func missing(err error, what string) error {
	if errors.Is(err, db.ErrNotFound) || errors.Is(err, db.ErrReference) {
		return &fault.Error{Code: fault.NotFound, Message: "There is no such " + what + " here.", Err: err}
	}
	return err
}

func ranged(err error) error {
	if errors.Is(err, db.ErrRange) {
		return &fault.Error{Code: fault.ValidationFailed, Message: "That is more than Pantrie keeps.", Fields: []fault.Field{tooLarge("amount")}, Err: err}
	}
	return err
}

func tooLarge(field string) fault.Field {
	return fault.Field{Name: field, Code: TooLarge, Message: "An amount can be at most 1,000,000,000."}
}

// conflict is one whose field tells the reason.
func conflict(field, reason, message string) error {
	return &fault.Error{Code: fault.Conflict, Message: message, Fields: []fault.Field{{Name: field, Code: reason, Message: message}}}
}

// text checks a text that people enter, trims it, and takes out what cannot be read.
func text(fields *[]fault.Field, name, value string, required bool, most int) string {
	value = strings.TrimSpace(parse.Readable(value))
	switch {
	case value == "" && required:
		*fields = append(*fields, fault.Field{Name: name, Code: fault.Required, Message: "This is needed."})
	case len([]rune(value)) > most:
		*fields = append(*fields, fault.Field{Name: name, Code: fault.TooLong, Message: fmt.Sprintf("At most %d characters.", most)})
	}
	return value
}
