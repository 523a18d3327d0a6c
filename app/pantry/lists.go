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
)

// GroupName is a part of the home page, by the last good day.
type GroupName string

// The groups: before today, today, one to three days from now, four to seven.
const (
	Expired   GroupName = "expired"
	DueToday  GroupName = "today"
	ThreeDays GroupName = "three_days"
	Week      GroupName = "week"
)

// Group is what is due at about the same time. Count is how many lots there are, of which Lots are the
// first ones.
type Group struct {
	Name  GroupName
	Count int64
	Lots  []db.LotWithProduct
}

// NoDate is what a list of the stock can be of beside the groups.
const NoDate GroupName = "none"

// GroupNames lists what a list of the stock can be of.
func GroupNames() []GroupName { return []GroupName{Expired, DueToday, ThreeDays, Week, NoDate} }

// days are the first last good day of a group, empty for any, and the one after its last, with a function for
// the day so many days from today.
func (g GroupName) days(day func(later int64) string) (from, until string) {
	switch g {
	case Expired:
		return "", day(0)
	case DueToday:
		return day(0), day(1)
	case ThreeDays:
		return day(1), day(4)
	case Week:
		return day(4), day(8)
	}
	return "", ""
}

// StockFilter selects open lots, what is to be used first first. Empty fields select all; Text is searched for in
// the products. AfterKey and AfterID are the SortKey and the ID of the last one of the page before.
type StockFilter struct {
	LocationID string
	CategoryID string
	Expires    GroupName
	Text       string
	AfterKey   string
	AfterID    string
	Most       int
}

// mostSearched is of how many products a list of the stock is that is searched.
const mostSearched = 200

// Stock lists a page of the stock, and tells which day it is in the household. [fault.NotFound],
// [fault.ValidationFailed].
func (s *Service) Stock(ctx context.Context, householdID string, f StockFilter) (list []db.LotWithProduct, today string, err error) {
	household, err := s.db.HouseholdByID(ctx, householdID)
	if err != nil {
		return nil, "", missing(err, "household")
	}
	if f.Expires != "" && !slices.Contains(GroupNames(), f.Expires) {
		return nil, "", fault.Fields([]fault.Field{{Name: "expires", Code: fault.InvalidChoice, Message: "One of expired, today, three_days, week and none."}})
	}
	in := db.LotFilter{HouseholdID: householdID, LocationID: f.LocationID, CategoryID: f.CategoryID, Undated: f.Expires == NoDate, AfterKey: f.AfterKey, AfterID: f.AfterID, Most: f.Most}
	in.From, in.Until = f.Expires.days(func(later int64) string { return s.day(household.TimeZone, later) })
	if strings.TrimSpace(f.Text) != "" {
		found, err := s.Search(ctx, householdID, f.Text, mostSearched)
		if err != nil {
			return nil, "", err
		}
		in.ProductIDs = make([]string, len(found))
		for i, p := range found {
			in.ProductIDs[i] = p.ID
		}
	}
	list, err = s.db.Lots(ctx, in)
	return list, s.day(household.TimeZone, 0), err
}

// WatchedAmong tells of products what they have that the household watches for, as it calls it.
func (s *Service) WatchedAmong(ctx context.Context, householdID string, productIDs []string) (map[string][]string, error) {
	return s.db.WatchedAmong(ctx, householdID, productIDs)
}

// Home is what somebody is to know at a glance: what is due, and what runs low.
type Home struct {
	Today    string
	Groups   []Group
	LowCount int64
	Low      []db.Product
	Listed   []string                  // ids of those of which as much as is missing is on the shopping list, or in the tray
	Missing  map[string]parse.Measured // how much is to be bought, by id
	Wanted   int64                     // on the shopping list
	Tray     int64                     // bought, to be put away
	Empty    bool                      // no product yet
}

// Home puts together what is due within a week and what runs low, at most so many of each.
// [fault.NotFound].
func (s *Service) Home(ctx context.Context, householdID string, most int) (Home, error) {
	household, err := s.db.HouseholdByID(ctx, householdID)
	if err != nil {
		return Home{}, missing(err, "household")
	}
	day := func(later int64) string { return s.day(household.TimeZone, later) }
	h := Home{Today: day(0)}
	for _, name := range []GroupName{Expired, DueToday, ThreeDays, Week} {
		group := Group{Name: name}
		from, until := name.days(day)
		if group.Lots, err = s.db.LotsExpiring(ctx, householdID, from, until, most); err != nil {
			return h, err
		}
		group.Count = int64(len(group.Lots))
		if len(group.Lots) == most {
			if group.Count, err = s.db.CountExpiring(ctx, householdID, from, until); err != nil {
				return h, err
			}
		}
		h.Groups = append(h.Groups, group)
	}
	uncounted := s.uncounted(household)
	if h.Low, err = s.db.Products(ctx, db.ProductFilter{HouseholdID: householdID, Low: true, Uncounted: uncounted, Most: most}); err != nil {
		return h, err
	}
	h.LowCount = int64(len(h.Low))
	if len(h.Low) == most {
		if h.LowCount, err = s.db.CountLow(ctx, householdID, uncounted); err != nil {
			return h, err
		}
	}
	open, err := s.db.OpenShopping(ctx, householdID)
	if err != nil {
		return h, err
	}
	for _, line := range open {
		if line.State == db.InTray {
			h.Tray++
		} else {
			h.Wanted++
		}
	}
	if err := s.tellMissing(ctx, &h, householdID); err != nil {
		return h, err
	}
	any, err := s.db.Products(ctx, db.ProductFilter{HouseholdID: householdID, Most: 1})
	h.Empty = len(any) == 0
	return h, err
}

// Search finds products by the beginnings of words, the best first. A product that was merged is found
// by its old name too, and is told as the one it became.
func (s *Service) Search(ctx context.Context, householdID, text string, most int) ([]db.Product, error) {
	return s.SearchIn(ctx, householdID, text, "", most)
}

// SearchIn is [Service.Search] among the products of a category, of the 200 best.
func (s *Service) SearchIn(ctx context.Context, householdID, text, categoryID string, most int) ([]db.Product, error) {
	among := most
	if categoryID != "" {
		among = mostSearched
	}
	found, err := s.db.SearchProducts(ctx, householdID, text, among)
	if err != nil {
		return nil, err
	}
	// A barcode is found however it is written: one of twelve digits is stored with a zero before it.
	if code := strings.NewReplacer(" ", "", "-", "").Replace(parse.NumberText(text)); parse.IsDigits(code) && len(code) > 5 {
		if p, err := s.byBarcode(ctx, s.db, householdID, code); err == nil {
			found = append([]db.Product{p}, found...)
		} else if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if code != text {
			more, err := s.db.SearchProducts(ctx, householdID, code, among)
			if err != nil {
				return nil, err
			}
			found = append(found, more...)
		}
	}
	list := make([]db.Product, 0, len(found))
	seen := map[string]bool{}
	for _, p := range found {
		if p.MergedInto != "" {
			if p, err = product(ctx, s.db, householdID, p.MergedInto); err != nil {
				return nil, err
			}
		}
		if !seen[p.ID] && p.ArchivedAt == 0 && (categoryID == "" || p.CategoryID == categoryID) && len(list) < most {
			seen[p.ID] = true
			list = append(list, p)
		}
	}
	return list, nil
}

// LotFields is what people tell of a lot; see [Addition].
type LotFields struct {
	ExpiresOn string
	Precision dated.Precision
	DateKind  dated.Kind
	Guessed   bool
	BoughtOn  string
	Price     *int64
	Note      string
}

// ChangeLot changes what change changes of a lot. A date that is told is no guess any more, unless it
// says so; one that was a guess goes with the day of the purchase. [fault.NotFound], [fault.ValidationFailed].
func (s *Service) ChangeLot(ctx context.Context, by By, id string, change func(*LotFields)) (l db.Lot, err error) {
	today, err := s.Today(ctx, by.HouseholdID)
	if err != nil {
		return l, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if l, err = tx.LotByID(ctx, by.HouseholdID, id); err != nil {
			return missing(err, "lot")
		}
		in := LotFields{ExpiresOn: l.ExpiresOn, Precision: l.Precision, DateKind: l.DateKind, BoughtOn: l.BoughtOn, Price: l.Price, Note: l.Note}
		change(&in)
		was := l.Price
		if l.Amount == 0 {
			if in.Price != nil && deref(was, 0) != *in.Price {
				return fault.Fields([]fault.Field{{Name: "price", Code: fault.Invalid, Message: "Nothing of this is left that could have a price."}})
			}
			in.Price = was
		}
		told := in.Guessed || in.ExpiresOn != l.ExpiresOn || in.Precision != l.Precision
		var fields []fault.Field
		if in.BoughtOn != l.BoughtOn {
			if checkBought(&fields, in.BoughtOn, today); len(fields) > 0 {
				return fault.Fields(fields)
			}
			if !told && l.Guessed && l.OpenedOn == "" {
				in.ExpiresOn = later(l.ExpiresOn, l.BoughtOn, in.BoughtOn)
			}
		}
		l.ExpiresOn, l.Precision, l.DateKind, l.BoughtOn, l.Price = in.ExpiresOn, cmp.Or(in.Precision, dated.ByDay), in.DateKind, in.BoughtOn, in.Price
		l.Note = text(&fields, "note", in.Note, false, 1000)
		if told {
			l.Guessed = in.Guessed
		}
		if checkLot(&fields, &l); len(fields) > 0 {
			return fault.Fields(fields)
		}
		if err := tx.UpdateLot(ctx, l); err != nil {
			return err
		}
		if deref(was, -1) != deref(l.Price, -1) {
			if err := reprice(ctx, tx, db.Lot{HouseholdID: l.HouseholdID, ID: l.ID, Amount: l.Amount, Price: was}, l.Price); err != nil {
				return err
			}
		}
		l, err = tx.LotByID(ctx, l.HouseholdID, l.ID)
		return err
	})
	return l, err
}

// later is a day as many days later as to is after from; no day stays none.
func later(day, from, to string) string {
	d, err := parse.ReadISODate(day)
	a, errA := parse.ReadISODate(from)
	b, errB := parse.ReadISODate(to)
	if errors.Join(err, errA, errB) != nil {
		return day
	}
	return d.AddDays(int(b) - int(a)).String()
}
