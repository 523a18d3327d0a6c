package pantry

import (
	"context"
	"slices"

	"pantrie/app/pantry/parse"
	"pantrie/db"
	"pantrie/db/fold"
)

// uncounted is what does not count towards a minimum in a household today.
func (s *Service) uncounted(h db.Household) db.Uncounted {
	u := db.Uncounted{Opened: h.IgnoreOpened}
	if h.IgnoreExpired {
		u.ExpiredBefore = s.day(h.TimeZone, 0)
	}
	return u
}

// counting is what is asked which lots count.
type counting interface {
	HouseholdByID(ctx context.Context, id string) (db.Household, error)
	UncountedOf(ctx context.Context, householdID string, u db.Uncounted, productIDs []string) (map[string]int64, error)
}

// counted is how much of each product counts towards its minimum.
func (s *Service) counted(ctx context.Context, r counting, householdID string, list []db.Product) (map[string]int64, error) {
	amounts := map[string]int64{}
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i], amounts[p.ID] = p.ID, p.Total
	}
	h, err := r.HouseholdByID(ctx, householdID)
	if u := s.uncounted(h); err == nil && u != (db.Uncounted{}) {
		var not map[string]int64
		not, err = r.UncountedOf(ctx, householdID, u, ids)
		for id, n := range not {
			amounts[id] -= n
		}
	}
	return amounts, missing(err, "household")
}

// Say says of each product in the list whether it runs low, by what counts in its household, and of which some has expired.
// [fault.NotFound].
func (s *Service) Say(ctx context.Context, householdID string, list []db.Product) (expired map[string]bool, err error) {
	h, err := s.db.HouseholdByID(ctx, householdID)
	if err != nil {
		return nil, missing(err, "household")
	}
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	expired = map[string]bool{}
	over, err := s.db.UncountedOf(ctx, householdID, db.Uncounted{ExpiredBefore: s.day(h.TimeZone, 0)}, ids)
	if err != nil {
		return nil, err
	}
	for id, n := range over {
		expired[id] = n > 0
	}
	u := s.uncounted(h)
	if u == (db.Uncounted{}) {
		return expired, nil
	}
	if over, err = s.db.UncountedOf(ctx, householdID, u, ids); err != nil {
		return nil, err
	}
	for i, p := range list {
		n := p.Total - over[p.ID]
		list[i].Low = p.MergedInto == "" && p.ArchivedAt == 0 && (p.Minimum != nil && n < *p.Minimum || p.Staple && n == 0)
	}
	return expired, nil
}

// lacking is how much of a product is to be bought where so much of it counts: whole packs where one is known, else as
// much as is missing, in the product's own unit, of which whole ones are bought where it is no measure. Where there is
// no minimum it is one.
func lacking(ctx context.Context, r additions, p db.Product, counts int64) (parse.Measured, error) {
	m, err := measuresOf(ctx, r, p)
	if err != nil {
		return parse.Measured{}, err
	}
	unit := m.own
	measured := Measured(m.base, m.own)
	if measured {
		pack, err := packOf(ctx, r, p, m)
		if err != nil {
			return parse.Measured{}, err
		}
		if pack != "" {
			unit, measured = pack, false
		}
	}
	if p.Minimum == nil || counts >= *p.Minimum {
		return parse.Measured{Amount: parse.One, Unit: unit}, nil
	}
	one, err := m.inBase("amount", int64(parse.One), string(unit))
	if err != nil {
		return parse.Measured{}, err
	}
	n, step := *p.Minimum-counts, one // whole ones
	if measured {
		step = max(1, one/1000) // as exactly as it can be told
	}
	if shown, ok := m.inUnit((n+step-1)/step*step, string(unit)); ok && shown <= mostAmount {
		return parse.Measured{Amount: parse.Amount(shown), Unit: unit}, nil
	}
	return parse.Measured{Amount: parse.Amount(n), Unit: m.base}, nil
}

// listed is what is on the shopping list, and in the tray, of a product.
type listed struct {
	wanted []ShoppingLine
	tray   []ShoppingLine
}

// of are the lines that speak of a product: also those of its name alone, as somebody wrote before there was the product.
func (l listed) of(p db.Product) listed {
	speaks := func(line ShoppingLine) bool {
		return line.ProductID == p.ID || line.ProductID == "" && fold.Same(line.Text, p.Name)
	}
	return listed{
		wanted: slices.DeleteFunc(slices.Clone(l.wanted), func(line ShoppingLine) bool { return !speaks(line) }),
		tray:   slices.DeleteFunc(slices.Clone(l.tray), func(line ShoppingLine) bool { return !speaks(line) }),
	}
}

// amountOf is how much lines are of together in the product's base, and whether that is known of all of them. Those whose unit
// does not go with the product are left out.
func amountOf(lines []ShoppingLine, m measures) (sum int64, known bool) {
	known = true
	for _, l := range lines {
		if l.Amount == nil {
			known = false
			continue
		}
		if n, err := m.inBase("amount", *l.Amount, l.Unit); err == nil {
			sum += n
		}
	}
	return sum, known
}

// covered says whether what is listed of a product is as much as it lacks. A line without an amount is enough, but one of its
// name alone is none of the product yet.
func (l listed) covered(m measures, lacks int64) bool {
	bought, boughtKnown := amountOf(l.tray, m)
	wanted, wantedKnown := amountOf(l.wanted, m)
	if !boughtKnown || bought >= lacks {
		return true
	}
	if slices.ContainsFunc(l.wanted, func(line ShoppingLine) bool { return line.ProductID == "" && line.Unit == "" }) {
		return false
	}
	return !wantedKnown || bought+wanted >= lacks
}

// Products lists a page of products, and says of each whether it runs low. [fault.NotFound].
func (s *Service) Products(ctx context.Context, f db.ProductFilter) ([]db.Product, error) {
	h, err := s.db.HouseholdByID(ctx, f.HouseholdID)
	if err != nil {
		return nil, missing(err, "household")
	}
	f.Uncounted = s.uncounted(h)
	return s.db.Products(ctx, f)
}

// open is what is on the shopping list and in the tray.
func (s *Service) open(ctx context.Context, r shopping, householdID string) (l listed, err error) {
	if l.wanted, err = s.lines(ctx, r, householdID, db.Wanted); err != nil {
		return l, err
	}
	l.tray, err = s.lines(ctx, r, householdID, db.InTray)
	return l, err
}

// tellMissing says of what runs low how much is to be bought, and whether that is listed already.
func (s *Service) tellMissing(ctx context.Context, h *Home, householdID string) error {
	h.Listed, h.Missing = []string{}, map[string]parse.Measured{}
	if len(h.Low) == 0 {
		return nil
	}
	counts, err := s.counted(ctx, s.db, householdID, h.Low)
	if err != nil {
		return err
	}
	all, err := s.open(ctx, s.db, householdID)
	if err != nil {
		return err
	}
	for _, p := range h.Low {
		lacks, err := lacking(ctx, s.db, p, counts[p.ID])
		if err != nil {
			return err
		}
		h.Missing[p.ID] = lacks
		m, err := measuresOf(ctx, s.db, p)
		if err != nil {
			return err
		}
		if n, err := m.inBase("amount", int64(lacks.Amount), string(lacks.Unit)); err == nil && all.of(p).covered(m, n) {
			h.Listed = append(h.Listed, p.ID)
		}
	}
	return nil
}

// AddLow puts on the list what runs low, as much as is missing and not bought yet. A line that is there already grows, but
// never shrinks, and one of the product's name alone becomes the product's. It says how many lines it added or changed.
func (s *Service) AddLow(ctx context.Context, by By) (count int, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		h, err := tx.HouseholdByID(ctx, by.HouseholdID)
		if err != nil {
			return missing(err, "household")
		}
		all, err := s.open(ctx, tx, h.ID)
		if err != nil {
			return err
		}
		for f := (db.ProductFilter{HouseholdID: h.ID, Low: true, Uncounted: s.uncounted(h), Most: 200}); ; {
			page, err := tx.Products(ctx, f)
			if err != nil {
				return err
			}
			counts, err := s.counted(ctx, tx, h.ID, page)
			if err != nil {
				return err
			}
			for _, p := range page {
				changed, err := s.addLow(ctx, tx, p, counts[p.ID], all.of(p))
				if err != nil {
					return err
				}
				if changed {
					count++
				}
			}
			if len(page) < f.Most {
				return nil
			}
			f.AfterKey, f.AfterID = page[len(page)-1].NameKey, page[len(page)-1].ID
		}
	})
	if err != nil {
		return 0, err
	}
	return count, nil
}

// addLow puts a product on the list, or lets its line grow.
func (s *Service) addLow(ctx context.Context, tx *db.Tx, p db.Product, counts int64, there listed) (changed bool, err error) {
	lacks, err := lacking(ctx, tx, p, counts)
	if err != nil {
		return false, err
	}
	m, err := measuresOf(ctx, tx, p)
	if err != nil {
		return false, err
	}
	n, err := m.inBase("amount", int64(lacks.Amount), string(lacks.Unit))
	if err != nil || there.covered(m, n) {
		return false, err
	}
	bought, _ := amountOf(there.tray, m)
	if bought > 0 { // the rest, in whole packs again
		if lacks, err = lacking(ctx, tx, p, counts+bought); err != nil {
			return false, err
		}
	}
	amount := int64(lacks.Amount)
	next := db.ShoppingItem{HouseholdID: p.HouseholdID, ProductID: p.ID, Text: p.Name, Amount: &amount, Unit: string(lacks.Unit)}
	at := slices.IndexFunc(there.wanted, func(l ShoppingLine) bool {
		_, err := m.inBase("amount", deref(l.Amount, 1000), l.Unit)
		return l.ProductID == p.ID || err == nil
	})
	if at < 0 {
		_, err = tx.InsertShoppingItem(ctx, next)
		return true, err
	}
	item := there.wanted[at].ShoppingItem
	item.ProductID, item.Text, item.Amount, item.Unit = next.ProductID, next.Text, next.Amount, next.Unit
	for i, other := range there.wanted {
		if i == at || other.ProductID == p.ID {
			continue
		}
		if _, err := m.inBase("amount", deref(other.Amount, 1000), other.Unit); err != nil {
			continue
		}
		// The product's line and one of its name alone are one.
		note := db.ShoppingItem{Note: other.Note}
		if err := grow(&item, note, m); err != nil {
			return false, err
		}
		if err := tx.DeleteShoppingItem(ctx, other.HouseholdID, other.ID); err != nil {
			return false, err
		}
	}
	return true, tx.UpdateShoppingItem(ctx, item)
}
