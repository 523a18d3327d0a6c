package pantry

import (
	"cmp"
	"context"

	"pantrie/auth/fault"
	"pantrie/db"
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

// Home is what somebody is to know at a glance: what is due, and what runs low.
type Home struct {
	Today    string
	Groups   []Group
	LowCount int64
	Low      []db.Product
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
	for _, g := range []struct {
		name        GroupName
		from, until string
	}{{Expired, "", day(0)}, {DueToday, day(0), day(1)}, {ThreeDays, day(1), day(4)}, {Week, day(4), day(8)}} {
		group := Group{Name: g.name}
		if group.Lots, err = s.db.LotsExpiring(ctx, householdID, g.from, g.until, most); err != nil {
			return h, err
		}
		group.Count = int64(len(group.Lots))
		if len(group.Lots) == most {
			if group.Count, err = s.db.CountExpiring(ctx, householdID, g.from, g.until); err != nil {
				return h, err
			}
		}
		h.Groups = append(h.Groups, group)
	}
	if h.Low, err = s.db.Products(ctx, db.ProductFilter{HouseholdID: householdID, Low: true, Most: most}); err != nil {
		return h, err
	}
	h.LowCount = int64(len(h.Low))
	if len(h.Low) == most {
		h.LowCount, err = s.db.CountLow(ctx, householdID)
	}
	return h, err
}

// Search finds products by the beginnings of words, the best first. A product that was merged is found
// by its old name too, and is told as the one it became.
func (s *Service) Search(ctx context.Context, householdID, text string, most int) ([]db.Product, error) {
	found, err := s.db.SearchProducts(ctx, householdID, text, most)
	if err != nil {
		return nil, err
	}
	list := make([]db.Product, 0, len(found))
	seen := map[string]bool{}
	for _, p := range found {
		if p.MergedInto != "" {
			if p, err = product(ctx, s.db, householdID, p.MergedInto); err != nil {
				return nil, err
			}
		}
		if !seen[p.ID] {
			seen[p.ID] = true
			list = append(list, p)
		}
	}
	return list, nil
}

// LotFields is what people tell of a lot; see [Addition].
type LotFields struct {
	ExpiresOn string
	Precision db.Precision
	DateKind  db.DateKind
	Guessed   bool
	BoughtOn  string
	Price     *int64
	Note      string
}

// ChangeLot changes what change changes of a lot. A date that is told is no guess any more, unless it
// says so. [fault.NotFound], [fault.ValidationFailed].
func (s *Service) ChangeLot(ctx context.Context, by By, id string, change func(*LotFields)) (l db.Lot, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if l, err = tx.LotByID(ctx, by.HouseholdID, id); err != nil {
			return missing(err, "lot")
		}
		in := LotFields{ExpiresOn: l.ExpiresOn, Precision: l.Precision, DateKind: l.DateKind, BoughtOn: l.BoughtOn, Price: l.Price, Note: l.Note}
		change(&in)
		told := in.Guessed || in.ExpiresOn != l.ExpiresOn || in.Precision != l.Precision
		var fields []fault.Field
		l.ExpiresOn, l.Precision, l.DateKind, l.BoughtOn, l.Price = in.ExpiresOn, cmp.Or(in.Precision, db.ByDay), in.DateKind, in.BoughtOn, in.Price
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
		l, err = tx.LotByID(ctx, l.HouseholdID, l.ID)
		return err
	})
	return l, err
}
