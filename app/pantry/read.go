package pantry

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
	"pantrie/db/fold"
)

// mostMatches is how many products a line is compared with for people to choose from.
const mostMatches = 5

// Reading is what a line means in a household: what [QuickAdd] makes of it, and what adding it would do.
// Products are those that it may speak of, the best first; Known says that the first one has this name and
// is the one that is used, else a product is created. Amount is in thousandths of Unit; without one in the line it
// is as much as is [Service.Usual]. LocationID is the place that the line names, or where the product belongs. Expiry is a guess where the line has no date; DateKind is the product's where
// the line does not tell. Unread has what cannot be used; with any, the line cannot be added.
type Reading struct {
	Name       string
	Products   []db.Product
	Known      bool
	Amount     int64
	Unit       string
	LocationID string
	Expiry     parse.Expiry
	Pack       parse.Measured // of how much one Unit is, where that is a pack of what is weighed or measured; else none
	pack       parse.Measured // as the line tells it
	Code       string         // a barcode that nobody knew, and that becomes the product's
	DateText   string         // the words of the line that are its date
	Likely     parse.Expiry   // what may have been meant where the date that was told is past; else no date
	LikelyName string         // the product that may have been meant where there is none of that name, but one that differs by a mistake of typing
	DateKind   dated.Kind
	Unread     []parse.Unread
}

// catalog is what lines are read with.
type catalog interface {
	barcodes
	units
	lives
	additions
	namedProducts
	places
}

type places interface {
	Locations(ctx context.Context, householdID string) ([]db.Location, error)
}

// namedProducts is where products are found by their names.
type namedProducts interface {
	products
	ProductsNamed(ctx context.Context, householdID, nameKey string) ([]db.Product, error)
	HiddenProductsNamed(ctx context.Context, householdID, nameKey string) ([]db.Product, error)
}

// Read says what a line means to somebody who writes dates in that order. [fault.NotFound].
func (s *Service) Read(ctx context.Context, householdID, line string, order parse.Order) (Reading, error) {
	today, err := s.Today(ctx, householdID)
	if err != nil {
		return Reading{}, err
	}
	r, p, err := s.read(ctx, s.db, householdID, line, today, order)
	if err != nil {
		return r, err
	}
	if r.Known {
		r.Products = append(r.Products, p)
		r.LocationID = cmp.Or(r.LocationID, p.LocationID)
	}
	kind := db.Cupboard
	if r.LocationID != "" {
		l, err := s.db.LocationByID(ctx, householdID, r.LocationID)
		if err != nil {
			return r, err
		}
		kind = l.Kind
	}
	if day, err := parse.ReadISODate(today); err != nil {
		return r, err
	} else if r.Expiry.Date != 0 && r.Expiry.Date < day {
		r.Likely = r.Expiry.Coming(day)
	}
	if r.Expiry.Precision == "" {
		r.Expiry = parse.Expiry{Precision: dated.Undated}
		if r.Known && r.DateText == "" { // not one that is asked about
			if r.Expiry, err = s.guess(ctx, s.db, p, kind, today); err != nil {
				return r, err
			}
		}
	}
	found, err := s.Search(ctx, householdID, r.Name, mostMatches+1)
	for _, other := range found {
		if len(r.Products) < mostMatches && (!r.Known || other.ID != p.ID) {
			r.Products = append(r.Products, other)
		}
	}
	if !r.Known && len(r.Unread) == 0 {
		r.LikelyName = mistaken(r.Name, r.Products)
	}
	return r, err
}

// mistaken is the name of the first product that a name differs from by no more than mistakes of typing.
func mistaken(name string, list []db.Product) string {
	key := []rune(fold.Key(name))
	most := fold.Typos(len(key))
	for _, p := range list {
		if _, whole := fold.Distance(key, []rune(p.NameKey), most); most > 0 && whole <= most {
			return p.Name
		}
	}
	return ""
}

// read finds out what a line says and which product it speaks of; its date is as it was told.
func (s *Service) read(ctx context.Context, c catalog, householdID, line, today string, order parse.Order) (Reading, db.Product, error) {
	day, err := parse.ReadISODate(today)
	if err != nil {
		return Reading{}, db.Product{}, err
	}
	there, err := c.Locations(ctx, householdID)
	if err != nil {
		return Reading{}, db.Product{}, err
	}
	names := make([]string, len(there))
	for i, l := range there {
		names[i] = l.Name
	}
	q := parse.QuickAdd(line, day, order, names...)
	if q.Place != "" { // unless it belongs to the name of something
		whole := q.Name + " " + q.PlaceText
		called, _, err := s.known(ctx, c, householdID, whole, string(q.Unit))
		if err != nil {
			return Reading{}, db.Product{}, err
		}
		if called {
			q.Name, q.Place = whole, ""
		}
	}
	r := Reading{
		Name: q.Name, Products: []db.Product{}, Amount: cmp.Or(int64(q.Amount), 1000), Unit: cmp.Or(string(q.Unit), string(parse.Piece)), Expiry: q.Expiry, DateText: q.DateText, pack: q.Pack,
		DateKind: cmp.Or(q.Kind, dated.BestBefore), Unread: q.Unread,
	}
	if i := slices.Index(names, q.Place); i >= 0 && q.Place != "" {
		r.LocationID = there[i].ID
	}
	if q.Name == "" {
		return r, db.Product{}, nil
	}
	named, err := s.meant(ctx, c, householdID, q.Name, string(q.Unit))
	if err != nil {
		return r, db.Product{}, err
	}
	known, p := named.known, named.product
	if r.Name, r.Code = named.name, named.newCode; named.problem != nil {
		r.Unread = append(r.Unread, parse.Unread{Text: q.Name, Problem: *named.problem})
	}
	if q.Unit == "" {
		q.Unit = parse.Unit(named.unit)
	}
	if !known {
		return r, p, nil
	}
	r.Known, r.Unit, r.DateKind = true, cmp.Or(string(q.Unit), p.Unit), cmp.Or(q.Kind, p.DateKind)
	if q.Unit == "" && len(q.Unread) == 0 {
		often, choices, err := without(ctx, c, p, q.Amount)
		if err != nil {
			return r, p, err
		}
		r.Amount, r.Unit = int64(often.Amount), string(often.Unit)
		if often.Amount == 0 {
			r.Unread = append(r.Unread, parse.Unread{Text: q.AmountText, Problem: needed(p, choices)})
			return r, p, nil
		}
	}
	if r.Pack, err = packed(ctx, c, p, r.Unit); err != nil {
		return r, p, err
	}
	if _, err := inBase(ctx, c, p, "amount", r.Amount, r.Unit); err != nil {
		why := problem(parse.UnitMismatch)
		var f *fault.Error
		switch {
		case !errors.As(err, &f) || len(f.Fields) == 0:
			return r, p, err
		case f.Fields[0].Code == TooLarge:
			why = problem(parse.AmountTooLarge)
		case f.Fields[0].Code == parse.AmountNotExact:
			why = problem(parse.AmountNotExact)
		case f.Fields[0].Code == UnknownUnit:
			why.Message = f.Fields[0].Message
		}
		r.Unread = append(r.Unread, parse.Unread{Text: parse.Measured{Amount: parse.Amount(r.Amount), Unit: parse.Unit(r.Unit)}.String(), Problem: *why})
	}
	return r, p, nil
}

// needed asks how much it is of a product of which nobody can say.
func needed(p db.Product, choices []string) parse.Problem {
	like := parse.Measured{Amount: 500 * parse.One, Unit: parse.Unit(p.Base)}
	if base := parse.Unit(p.Base); base == parse.Ounce || base == parse.FluidOunce {
		like.Amount = 8 * parse.One
	}
	return parse.Problem{Code: AmountNeeded, Message: "How much? For example " + like.String() + " " + p.Name + ".", Choices: choices}
}

// meaning is what a name in a line stands for: a product that there is, or the name of a new one.
type meaning struct {
	known   bool
	scanned bool // by its barcode
	product db.Product
	name    string
	unit    string // what the barcode stands for
	newCode string
	problem *parse.Problem
}

// meant finds what a name in a line stands for. A barcode is its product; one that nobody knows is asked about, and is learned
// where the line names the product beside it. It never becomes a name.
func (s *Service) meant(ctx context.Context, c catalog, householdID, name, unit string) (m meaning, err error) {
	m.name = name
	code, rest := parse.CodeAndName(name)
	if code != "" {
		m.name = rest
	}
	b, p, err := s.scan(ctx, c, householdID, cmp.Or(code, name))
	switch {
	case err == nil && code != "":
		m.known, m.product, err = s.known(ctx, c, householdID, rest, unit)
		if m.unit = b.Unit; err == nil && (!m.known || m.product.ID != p.ID) {
			m.problem = problem(BarcodeTaken)
			m.problem.Message = "This barcode leads to " + p.Name + "."
		}
		return m, err
	case err == nil:
		return meaning{known: true, scanned: true, product: p, name: p.Name, unit: b.Unit}, nil
	case !fault.Is(err, fault.NotFound):
		return m, err
	case code != "":
		m.newCode = code
	case parse.LooksScanned(name):
		if _, err := parse.ReadBarcode(name); err != nil {
			m.problem = problem(parse.BarcodeMisread)
		} else {
			m.problem = problem(BarcodeUnknown)
		}
		return m, nil
	}
	m.known, m.product, err = s.known(ctx, c, householdID, m.name, unit)
	return m, err
}

// learnCode lets a new barcode of a line lead to the product it was added to.
func (w *work) learnCode(ctx context.Context, r Reading) error {
	if r.Code == "" {
		return nil
	}
	known, p, err := w.s.known(ctx, w.tx, w.household(), r.Name, r.Unit)
	if err != nil || !known {
		return err
	}
	return w.tx.InsertBarcode(ctx, db.Barcode{HouseholdID: p.HouseholdID, Code: r.Code, ProductID: p.ID})
}

// called lists the products of a name, the nearest first and of those that are as near the oldest. Names that only fold
// alike are in it where there is no other. Those that were called so before they became another one, or that are
// archived, come after others that are as near.
func called(ctx context.Context, c namedProducts, householdID, name string) ([]db.Product, error) {
	key := fold.Key(name)
	list, err := c.ProductsNamed(ctx, householdID, key)
	if err != nil {
		return nil, err
	}
	near := func(p db.Product) parse.Closeness { return parse.Close(p.Name, name) }
	if !slices.ContainsFunc(list, func(p db.Product) bool { return near(p) >= parse.Cased }) {
		before, err := c.HiddenProductsNamed(ctx, householdID, key)
		if err != nil {
			return nil, err
		}
		list = append(list, before...)
	}
	slices.SortStableFunc(list, func(a, b db.Product) int { return cmp.Compare(near(b), near(a)) })
	if i := slices.IndexFunc(list, func(p db.Product) bool { return near(p) == parse.Folded }); i > 0 {
		list = list[:i]
	}
	for i := range list {
		if list[i].MergedInto != "" {
			if list[i], err = product(ctx, c, householdID, list[i].ID); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// known finds the product of that name: of several the nearest that knows the unit, or else the nearest.
func (s *Service) known(ctx context.Context, c catalog, householdID, name, unit string) (bool, db.Product, error) {
	list, err := called(ctx, c, householdID, name)
	if err != nil || len(list) == 0 {
		return false, db.Product{}, err
	}
	for _, p := range list {
		if len(list) == 1 {
			break
		}
		m, err := measuresOf(ctx, c, p)
		if err != nil {
			return false, p, err
		}
		if u, err := m.unit(unit); err == nil {
			if _, _, found := parse.Ratio(u, m.base, m.conversions); found {
				return true, p, nil
			}
		}
	}
	return true, list[0], nil
}

// AddByName adds what a line says: "2 l milk 30.11.". A product of a name that there is none of is created,
// and stays when the addition is undone. [fault.ValidationFailed] with the field "text" for what the line has
// and cannot be used; otherwise as [Service.Add].
func (s *Service) AddByName(ctx context.Context, by By, line string, order parse.Order) (Change, error) {
	return s.run(ctx, by, db.VerbAdd, struct {
		Text  string
		Order parse.Order
	}{line, order}, func(w *work) error {
		r, p, err := s.read(ctx, w.tx, w.household(), line, w.day(0), order)
		if err != nil {
			return err
		}
		var fields []fault.Field
		for _, u := range r.Unread {
			fields = append(fields, u.Field("text"))
		}
		if len(fields) > 0 {
			return fault.Fields(fields)
		}
		in := Addition{ProductID: p.ID, Name: r.Name, Amount: r.Amount, Unit: r.Unit, ExpiresOn: r.Expiry.Date.String(), Precision: r.Expiry.Precision, Guessed: r.Expiry.Guess, DateKind: r.DateKind}
		if r.LocationID != "" {
			in.LocationID = &r.LocationID
		}
		if err = w.add(ctx, in); err == nil {
			err = errors.Join(w.learnPack(ctx, r), w.learnCode(ctx, r))
		}
		var f *fault.Error
		if errors.As(err, &f) && len(f.Fields) > 0 {
			told := *f
			told.Fields = []fault.Field{f.Fields[0]}
			told.Fields[0].Name = "text"
			return &told
		}
		return err
	})
}

// packed is of how much one unit of a product is that is weighed or measured; none where the unit is of its measure.
func packed(ctx context.Context, r units, p db.Product, unit string) (parse.Measured, error) {
	m, err := measuresOf(ctx, r, p)
	if err != nil || !m.base.Measured() {
		return parse.Measured{}, err
	}
	for _, c := range m.conversions {
		if c.Unit == parse.Unit(unit) {
			return parse.Display(parse.Amount(c.Factor)*parse.One, m.base, nil), nil
		}
	}
	return parse.Measured{}, nil
}

// learnPack notes how much is in a pack of what was just added, as "2 x 1 l milk" tells it: of what is weighed or measured and
// of which no pack is known yet.
func (w *work) learnPack(ctx context.Context, r Reading) error {
	pack := r.pack
	if pack.Amount == 0 {
		return nil
	}
	_, p, err := w.s.known(ctx, w.tx, w.household(), r.Name, r.Unit)
	if err != nil {
		return err
	}
	m, err := measuresOf(ctx, w.tx, p)
	if err != nil || !m.base.Measured() || len(m.conversions) > 0 || !pack.Unit.Base().Same(m.base) {
		return err
	}
	n, err := m.inBase("amount", int64(pack.Amount), string(pack.Unit))
	if factor := n / int64(parse.One); err == nil && n%int64(parse.One) == 0 && factor >= 2 && factor <= parse.MaxFactor {
		return w.tx.SetProductUnit(ctx, p.HouseholdID, p.ID, string(parse.Pack), factor)
	}
	return nil
}
