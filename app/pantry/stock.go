package pantry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

// Addition is something that came into the house. Amounts are thousandths of Unit, which is the
// product's own when empty. LocationID nil means where the product belongs, an empty one nowhere.
// Precision empty means that nobody told a date: it is guessed from the product's earlier lots, or else
// from its shelf life.
type Addition struct {
	ProductID  string
	Name       string // where ProductID is empty: the product of that name, or a new one kept in Unit
	Amount     int64
	Unit       string
	LocationID *string
	ExpiresOn  string
	Precision  dated.Precision
	DateKind   dated.Kind // empty: as usual for the product
	Guessed    bool       // the date is a guess, not read from the package
	BoughtOn   string     // empty: today
	Price      *int64     // of the whole, in hundredths
	Note       string
}

// Taking is something that is used or thrown away: of the lot, or of the product's lots, what expires
// first first. Either id is needed.
type Taking struct {
	ProductID string
	LotID     string
	Amount    int64
	Unit      string
	Reason    string // why it is thrown away, one of [WasteReasons]
}

// Moving puts something elsewhere; LocationID empty is nowhere. Into a freezer it can tell until when it will be good there,
// or that the date stays; ExpiresOn and Precision are as with [Addition]. Otherwise it is as with [Taking].
type Moving struct {
	ProductID  string
	LotID      string
	Amount     int64
	Unit       string
	LocationID string
	ExpiresOn  string
	Precision  dated.Precision
	KeepDate   bool
}

// Counting says how much there is of a lot, or of a product altogether.
type Counting struct {
	ProductID string
	LotID     string
	Amount    int64 // 0: nothing is left
	Unit      string
}

// WasteReasons lists why things are thrown away.
func WasteReasons() []string { return []string{"expired", "spoiled", "damaged", "disliked", "other"} }

// Add makes a new lot. [fault.NotFound] for what is not the household's, [fault.ValidationFailed].
func (s *Service) Add(ctx context.Context, by By, in Addition) (Change, error) {
	return s.run(ctx, by, db.VerbAdd, in, func(w *work) error { return w.add(ctx, in) })
}

func (w *work) add(ctx context.Context, in Addition) error {
	p, err := w.added(ctx, in)
	if err != nil {
		return err
	}
	amount, err := inBase(ctx, w.tx, p, "amount", in.Amount, in.Unit)
	if err != nil {
		return err
	}
	lot := db.Lot{HouseholdID: p.HouseholdID, ProductID: p.ID, LocationID: p.LocationID, ExpiresOn: in.ExpiresOn, Precision: in.Precision, Guessed: in.Guessed,
		DateKind: cmp.Or(in.DateKind, p.DateKind), BoughtOn: cmp.Or(in.BoughtOn, w.day(0)), Price: in.Price}
	if in.LocationID != nil {
		lot.LocationID = *in.LocationID
	}
	var fields []fault.Field
	if checkBought(&fields, lot.BoughtOn, w.day(0)); len(fields) > 0 {
		return fault.Fields(fields)
	}
	kind, err := w.placeKind(ctx, lot.LocationID)
	if err != nil {
		return err
	}
	if in.Precision == "" && in.ExpiresOn == "" {
		guess, err := w.s.guess(ctx, w.tx, p, kind, lot.BoughtOn)
		if err != nil {
			return err
		}
		lot.ExpiresOn, lot.Precision, lot.Guessed = guess.Date.String(), guess.Precision, guess.Guess
	}
	lot.Precision = cmp.Or(lot.Precision, dated.ByDay)
	lot.Note = text(&fields, "note", in.Note, false, 1000)
	if checkLot(&fields, &lot); len(fields) > 0 {
		return fault.Fields(fields)
	}
	if lot, err = w.tx.InsertLot(ctx, lot); err != nil {
		return missing(err, "location")
	}
	return w.move(ctx, lot, amount, 0, "", in.Price)
}

// added finds what is added, or creates it.
func (w *work) added(ctx context.Context, in Addition) (db.Product, error) {
	if in.ProductID == "" && in.Name != "" {
		return w.s.named(ctx, w.tx, w.household(), in.Name, in.Unit, in.DateKind)
	}
	return w.product(ctx, in.ProductID)
}

// guess is until when something of a product will be good that is bought on a day: as long as its lots usually were,
// or its shelf life; in a freezer what is known of that.
func (s *Service) guess(ctx context.Context, r lives, p db.Product, kind db.LocationKind, bought string) (parse.Expiry, error) {
	from, err := parse.ReadISODate(bought)
	if err != nil {
		return parse.Expiry{}, err
	}
	if kind == db.Freezer && p.FrozenShelfLife != nil {
		return parse.GuessDate(nil, p.FrozenShelfLife, from), nil
	}
	earlier, err := r.LivesOf(ctx, p.HouseholdID, p.ID, mostLives)
	return parse.GuessDate(earlier, p.ShelfLife, from), err
}

// mostLives is how many earlier lots are looked at for a guess.
const mostLives = 10

type lives interface {
	LivesOf(ctx context.Context, householdID, productID string, most int) ([]int64, error)
}

// checkLot checks what people tell of a lot.
func checkLot(fields *[]fault.Field, lot *db.Lot) {
	lot.ExpiresOn = lastGoodDay(fields, "expiresOn", lot.ExpiresOn, lot.Precision)
	if !lot.DateKind.Valid() {
		*fields = append(*fields, fault.Field{Name: "dateKind", Code: fault.InvalidChoice, Message: "One of best_before and use_by."})
	}
	if lot.Price != nil && (*lot.Price < 0 || *lot.Price > mostAmount) {
		*fields = append(*fields, fault.Field{Name: "price", Code: fault.Invalid, Message: parse.Refuse(parse.PriceInvalid).Message})
	}
}

// checkBought checks the day something was bought on.
func checkBought(fields *[]fault.Field, day, today string) {
	switch _, err := time.Parse(time.DateOnly, day); {
	case err != nil:
		*fields = append(*fields, fault.Field{Name: "boughtOn", Code: fault.Invalid, Message: "Enter a date such as 2026-11-30."})
	case day > today:
		*fields = append(*fields, problem(parse.DateFuture).Field("boughtOn"))
	}
}

// keeps gives the lot a date so many days from today, as a guess. Unknown days change nothing.
func (w *work) keeps(lot *db.Lot, days *int64) {
	if days != nil {
		lot.ExpiresOn, lot.Precision, lot.Guessed = w.day(*days), dated.ByDay, true
	}
}

// placeKind is how a place keeps things; nowhere is as good as a cupboard.
func (w *work) placeKind(ctx context.Context, id string) (db.LocationKind, error) {
	if id == "" {
		return db.Cupboard, nil
	}
	l, err := w.tx.LocationByID(ctx, w.household(), id)
	return l.Kind, missing(err, "location")
}

// portion is a part of a lot.
type portion struct {
	lot    db.Lot
	amount int64
}

// take chooses the amount from the lot that is told, or from the product's open lots that pass, what
// is to be used first first. It is a conflict when there is not enough.
func (w *work) take(ctx context.Context, productID, lotID string, amount int64, unit string, pass func(db.Lot) bool) ([]portion, db.Product, error) {
	var lots []db.Lot
	p, err := db.Product{}, error(nil)
	if lotID != "" {
		lots = make([]db.Lot, 1)
		lots[0], p, err = w.lot(ctx, lotID)
	} else if p, err = w.product(ctx, productID); err == nil {
		lots, err = w.tx.LotsOf(ctx, p.HouseholdID, p.ID)
		UseFirst(lots, w.day(0))
		lots = slices.DeleteFunc(lots, func(l db.Lot) bool { return !pass(l) })
	}
	if err != nil {
		return nil, p, err
	}
	m, err := measuresOf(ctx, w.tx, p)
	if err != nil {
		return nil, p, err
	}
	wanted, err := m.inBase("amount", amount, unit)
	if err != nil {
		return nil, p, err
	}
	var portions []portion
	left := wanted
	for _, lot := range lots {
		if n := min(left, lot.Amount); n > 0 {
			portions = append(portions, portion{lot, n})
			left -= n
		}
	}
	if left > 0 {
		return nil, p, conflict("amount", NotEnough, fmt.Sprintf("%s: there is only %s of it.", p.Name, m.text(wanted-left)))
	}
	return portions, p, nil
}

// UseFirst puts lots of one product into the order in which they are to be used: what expires first first, on one date
// what is open before what is sealed, and what is sealed and has no date last. What is open and has no date counts as
// dated today.
func UseFirst(lots []db.Lot, today string) {
	key := func(l db.Lot) string {
		if l.OpenedOn != "" && l.ExpiresOn == "" {
			return today + "o" + l.BoughtOn
		}
		return l.SortKey
	}
	slices.SortStableFunc(lots, func(a, b db.Lot) int { return cmp.Compare(key(a), key(b)) })
}

func anyLot(db.Lot) bool { return true }

// Use takes something that is eaten or used up. [fault.Conflict] with [NotEnough];
// [fault.NotFound] and [fault.ValidationFailed] as with [Service.Add].
func (s *Service) Use(ctx context.Context, by By, in Taking) (Change, error) {
	in.Reason = ""
	return s.run(ctx, by, db.VerbUse, in, func(w *work) error { return w.remove(ctx, in) })
}

// Waste takes something that is thrown away. Errors as with [Service.Use].
func (s *Service) Waste(ctx context.Context, by By, in Taking) (Change, error) {
	in.Reason = cmp.Or(in.Reason, "other")
	if !slices.Contains(WasteReasons(), in.Reason) {
		return Change{}, fault.Fields([]fault.Field{{Name: "reason", Code: fault.InvalidChoice, Message: "Choose one of the reasons that are offered."}})
	}
	return s.run(ctx, by, db.VerbWaste, in, func(w *work) error { return w.remove(ctx, in) })
}

func (w *work) remove(ctx context.Context, in Taking) error {
	portions, _, err := w.take(ctx, in.ProductID, in.LotID, in.Amount, in.Unit, anyLot)
	if err != nil {
		return err
	}
	for _, part := range portions {
		if err := w.move(ctx, part.lot, -part.amount, 0, in.Reason, negative(worth(part.lot, part.amount))); err != nil {
			return err
		}
	}
	return nil
}

// Open opens something: it keeps for the opened shelf life from today, but never longer than is
// printed. Reason is not asked for. [fault.Conflict] with [AlreadyOpen]; otherwise as [Service.Use].
func (s *Service) Open(ctx context.Context, by By, in Taking) (Change, error) {
	in.Reason = ""
	return s.run(ctx, by, db.VerbOpen, in, func(w *work) error {
		portions, p, err := w.take(ctx, in.ProductID, in.LotID, in.Amount, in.Unit, func(l db.Lot) bool { return l.OpenedOn == "" })
		if err != nil {
			return err
		}
		for _, part := range portions {
			if part.lot.OpenedOn != "" {
				return conflict("lotId", AlreadyOpen, p.Name+": this is open already.")
			}
			opened := part.lot
			opened.OpenedOn = w.day(0)
			if p.OpenedShelfLife != nil && (opened.ExpiresOn == "" || w.day(*p.OpenedShelfLife) < opened.ExpiresOn) {
				w.keeps(&opened, p.OpenedShelfLife)
			}
			if err := w.transfer(ctx, part, opened); err != nil {
				return err
			}
		}
		return nil
	})
}

// Move puts something elsewhere. Into a freezer its date becomes what is told, and that is remembered; else what was
// remembered of the product, or of its category. Where nothing is, what is to be used by a day is asked about,
// [FreezeDateNeeded], and anything else has no date any more, unless the date is to stay. Out of it the date follows the
// product's thawed shelf life, where that is known. [fault.Conflict] with [SamePlace]; otherwise as [Service.Use].
func (s *Service) Move(ctx context.Context, by By, in Moving) (Change, error) {
	return s.run(ctx, by, db.VerbMove, in, func(w *work) error {
		kind, err := w.placeKind(ctx, in.LocationID)
		if err != nil {
			return err
		}
		portions, p, err := w.take(ctx, in.ProductID, in.LotID, in.Amount, in.Unit, func(l db.Lot) bool { return l.LocationID != in.LocationID })
		if err != nil {
			return err
		}
		for _, part := range portions {
			if part.lot.LocationID == in.LocationID {
				return conflict("locationId", SamePlace, p.Name+": this is there already.")
			}
			from, err := w.placeKind(ctx, part.lot.LocationID)
			if err != nil {
				return err
			}
			there := part.lot
			there.LocationID = in.LocationID
			switch {
			case kind == db.Freezer && from != db.Freezer:
				if err := w.freeze(ctx, &there, p, in); err != nil {
					return err
				}
			case kind != db.Freezer && from == db.Freezer && p.ThawedShelfLife != nil:
				w.keeps(&there, p.ThawedShelfLife)
				there.DateKind = p.DateKind
			}
			if err := w.transfer(ctx, part, there); err != nil {
				return err
			}
		}
		return nil
	})
}

// freeze gives a lot the date that it has in a freezer.
func (w *work) freeze(ctx context.Context, lot *db.Lot, p db.Product, in Moving) error {
	if in.KeepDate {
		return nil
	}
	kind := lot.DateKind
	lot.DateKind = dated.BestBefore // frozen food loses quality, it does not spoil
	if in.ExpiresOn != "" || in.Precision != "" {
		var fields []fault.Field
		lot.ExpiresOn, lot.Precision, lot.Guessed = in.ExpiresOn, cmp.Or(in.Precision, dated.ByDay), false
		if checkLot(&fields, lot); len(fields) > 0 {
			return fault.Fields(fields)
		}
		return w.rememberFrozen(ctx, p, lot.ExpiresOn)
	}
	days := p.FrozenShelfLife
	if days == nil && p.CategoryID != "" {
		switch n, err := w.tx.FrozenInCategory(ctx, p.HouseholdID, p.CategoryID); {
		case err == nil:
			days = &n
		case !errors.Is(err, db.ErrNotFound):
			return err
		}
	}
	switch {
	case days != nil:
		w.keeps(lot, days)
	case lot.ExpiresOn == "":
	case kind == dated.UseBy:
		return fault.Fields([]fault.Field{problem(FreezeDateNeeded).Field("expires")})
	default:
		lot.ExpiresOn, lot.Precision, lot.Guessed = "", dated.Undated, false
	}
	return nil
}

// rememberFrozen remembers how long a product keeps in a freezer, where nothing is known of that.
func (w *work) rememberFrozen(ctx context.Context, p db.Product, until string) error {
	if p.FrozenShelfLife != nil || until <= w.day(0) {
		return nil
	}
	from, err := parse.ReadISODate(w.day(0))
	if err != nil {
		return err
	}
	to, err := parse.ReadISODate(until)
	if err != nil {
		return err
	}
	days := int64(to) - int64(from)
	p.FrozenShelfLife = &days
	return w.tx.UpdateProduct(ctx, p)
}

// transfer takes a part of a lot and puts it into one of what it has become, or a new one. Its price goes with it.
func (w *work) transfer(ctx context.Context, part portion, become db.Lot) error {
	value := worth(part.lot, part.amount)
	if err := w.move(ctx, part.lot, -part.amount, 0, "", negative(value)); err != nil {
		return err
	}
	open, err := w.tx.LotsOf(ctx, become.HouseholdID, become.ProductID)
	if err != nil {
		return err
	}
	become.Amount, become.Price = part.amount, value
	if i := slices.IndexFunc(open, func(l db.Lot) bool { return l.Alike(become) && asDear(l, become) }); i >= 0 {
		become = open[i]
	} else if become, err = w.tx.InsertLot(ctx, become); err != nil {
		return missing(err, "location")
	}
	return w.move(ctx, become, part.amount, 0, "", value)
}

// Count sets how much there is. What is missing of a product is taken from what expires first; what
// is more goes to what expires last, or to a new lot without a date. Errors as with [Service.Use].
func (s *Service) Count(ctx context.Context, by By, in Counting) (Change, error) {
	return s.run(ctx, by, db.VerbCount, in, func(w *work) error {
		if in.LotID != "" {
			return w.countLot(ctx, in)
		}
		p, err := w.product(ctx, in.ProductID)
		if err != nil {
			return err
		}
		amount, err := w.counted(ctx, p, in)
		if err != nil {
			return err
		}
		lots, err := w.tx.LotsOf(ctx, p.HouseholdID, p.ID)
		if err != nil {
			return err
		}
		UseFirst(lots, w.day(0))
		more := amount - p.Total
		switch {
		case more < 0:
			for _, lot := range lots {
				n := min(-more, lot.Amount)
				if n == 0 {
					break
				}
				if err := w.move(ctx, lot, -n, 0, "", negative(worth(lot, n))); err != nil {
					return err
				}
				more += n
			}
		case more > 0 && len(lots) > 0:
			return w.find(ctx, lots[len(lots)-1], more)
		case more > 0:
			lot, err := w.tx.InsertLot(ctx, db.Lot{HouseholdID: p.HouseholdID, ProductID: p.ID, LocationID: p.LocationID, Precision: dated.Undated, DateKind: p.DateKind, BoughtOn: w.day(0)})
			if err != nil {
				return err
			}
			return w.move(ctx, lot, more, 0, "", nil)
		}
		return nil
	})
}

func (w *work) countLot(ctx context.Context, in Counting) error {
	lot, p, err := w.lot(ctx, in.LotID)
	if err != nil {
		return err
	}
	amount, err := w.counted(ctx, p, in)
	if err != nil || amount == lot.Amount {
		return err
	}
	if amount > lot.Amount {
		return w.find(ctx, lot, amount-lot.Amount)
	}
	missing := lot.Amount - amount
	return w.move(ctx, lot, -missing, 0, "", negative(worth(lot, missing)))
}

// find adds to a lot what counting found.
func (w *work) find(ctx context.Context, lot db.Lot, more int64) error {
	value, err := w.found(ctx, lot, more)
	if err != nil {
		return err
	}
	return w.move(ctx, lot, more, 0, "", value)
}

// counted is the amount in the base unit; unlike elsewhere it may be 0.
func (w *work) counted(ctx context.Context, p db.Product, in Counting) (int64, error) {
	if in.Amount == 0 {
		_, err := inBase(ctx, w.tx, p, "amount", 1000, in.Unit)
		return 0, err
	}
	return inBase(ctx, w.tx, p, "amount", in.Amount, in.Unit)
}
