package pantry

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

// mostPutAway is how many lines are put away at once.
const mostPutAway = 500

// PutAwayLine says what becomes of a line in the tray. ProductID and Name empty stand for the line's own
// product, or the one of its text; a product of a name that there is none of is created. Amount nil is as
// much as the line says, or as is [Service.Usual]. The rest is as with [Addition]. Skip: nothing becomes of it. A line whose
// things go to several places, or have several dates, is there several times.
type PutAwayLine struct {
	ItemID     string
	ProductID  string
	Name       string
	Amount     *int64
	Unit       string
	LocationID *string
	ExpiresOn  string
	Precision  dated.Precision
	DateKind   dated.Kind // empty: as usual for the product
	Guessed    bool
	Skip       bool
}

// PutAway makes stock of what is in the tray, all of it or nothing. Undoing it brings the lines back into the
// tray. The fields of a problem begin with "lines." and the number of the line from 0. [fault.NotFound],
// [fault.ValidationFailed]; [fault.Conflict] with [NotInTray] when somebody put something away meanwhile.
func (s *Service) PutAway(ctx context.Context, by By, lines []PutAwayLine) (Change, error) {
	return s.run(ctx, by, db.VerbPutAway, lines, func(w *work) error {
		switch {
		case len(lines) == 0:
			return fault.Fields([]fault.Field{{Name: "lines", Code: fault.Required, Message: "This is needed."}})
		case len(lines) > mostPutAway:
			return fault.Fields([]fault.Field{{Name: "lines", Code: fault.TooLong, Message: fmt.Sprintf("At most %d at once.", mostPutAway)}})
		}
		if err := w.begin(ctx); err != nil {
			return err
		}
		items := map[string]db.ShoppingItem{}
		skipped := map[string]bool{}
		for i, line := range lines {
			item, known := items[line.ItemID]
			if !known {
				var err error
				if item, err = w.tx.ShoppingItemByID(ctx, w.household(), line.ItemID); err != nil {
					return missing(err, "line of the shopping list")
				}
				if err := w.tx.SetShoppingState(ctx, w.household(), item.ID, db.InTray, db.Done); errors.Is(err, db.ErrNotFound) {
					return notInTray(item)
				} else if err != nil {
					return err
				}
				items[item.ID] = item
			}
			position := int64(0)
			if !line.Skip {
				if err := w.putAway(ctx, item, line); err != nil {
					return within(fmt.Sprint("lines.", i, "."), err)
				}
				position = int64(len(w.movements))
			} else if skipped[item.ID] {
				continue
			}
			skipped[item.ID] = skipped[item.ID] || line.Skip
			if err := w.tx.InsertPutAwayItem(ctx, w.household(), w.t.ID, db.PutAwayItem{ItemID: item.ID, Position: position}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *work) putAway(ctx context.Context, item db.ShoppingItem, line PutAwayLine) error {
	in := Addition{
		ProductID: line.ProductID, Unit: line.Unit, LocationID: line.LocationID,
		ExpiresOn: line.ExpiresOn, Precision: line.Precision, DateKind: line.DateKind, Guessed: line.Guessed,
	}
	if in.ProductID == "" && line.Name == "" {
		in.ProductID = item.ProductID
	}
	in.Name = cmp.Or(line.Name, item.Text)
	amount := line.Amount
	if amount == nil {
		amount, in.Unit = item.Amount, cmp.Or(in.Unit, item.Unit)
	}
	in.Amount = deref(amount, 1000)
	if line.Amount == nil && (amount == nil || in.Unit == "") {
		if err := w.asUsual(ctx, &in, parse.Amount(deref(amount, 0))); err != nil {
			return err
		}
	}
	return w.add(ctx, in)
}

// asUsual fills in how much is added when nobody says more than a number, or the product's own unit; as it is proposed.
func (w *work) asUsual(ctx context.Context, in *Addition, number parse.Amount) error {
	var (
		known = true
		p     db.Product
		err   error
	)
	if in.ProductID != "" {
		p, err = w.product(ctx, in.ProductID)
	} else {
		known, p, err = w.s.known(ctx, w.tx, w.household(), in.Name, in.Unit)
	}
	if err != nil || !known {
		return err
	}
	m, err := measuresOf(ctx, w.tx, p)
	if err != nil {
		return err
	}
	if unit, err := m.unit(in.Unit); err != nil || unit != m.own {
		return err
	}
	often, choices, err := withoutListed(ctx, w.tx, p, number)
	if why := needed(p, choices); err == nil && often.Amount == 0 {
		return fault.Fields([]fault.Field{why.Field("amount")})
	}
	in.Amount, in.Unit = int64(often.Amount), string(often.Unit)
	return err
}

// within names the fields of an error by where they are in the request.
func within(where string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		return err
	}
	told := *f
	told.Fields = make([]fault.Field, len(f.Fields))
	for i, field := range f.Fields {
		field.Name = where + field.Name
		told.Fields[i] = field
	}
	return &told
}

// putAway says for each line of the shopping list that was put away at first whether it still is: anything
// that came of it is in effect, or, when nothing did, the transaction.
func (u *undo) putAway(ctx context.Context) (map[string]bool, error) {
	root := u.chain[len(u.chain)-1].t
	if root.Verb != db.VerbPutAway {
		return nil, nil
	}
	items, err := u.tx.PutAwayItems(ctx, u.household(), root.ID)
	if err != nil {
		return nil, err
	}
	if root, err = u.tx.StockTransactionByID(ctx, u.household(), root.ID); err != nil {
		return nil, err
	}
	movements, err := u.tx.Movements(ctx, u.household(), root.ID)
	if err != nil {
		return nil, err
	}
	undone := map[int64]bool{0: root.UndoneBy != ""}
	for _, m := range movements {
		undone[m.Position] = m.UndoneBy != ""
	}
	done := map[string]bool{}
	for _, i := range items {
		done[i.ItemID] = done[i.ItemID] || !undone[i.Position]
	}
	return done, nil
}

// tray lets the lines of the shopping list follow what is undone now. It is a conflict when one that is
// to leave the tray again is not there.
func (u *undo) tray(ctx context.Context, before map[string]bool) error {
	after, err := u.putAway(ctx)
	if err != nil {
		return err
	}
	for id, done := range after {
		if done == before[id] {
			continue
		}
		from, to := db.Done, db.InTray
		if done {
			from, to = to, from
		}
		err := u.tx.SetShoppingState(ctx, u.household(), id, from, to)
		if errors.Is(err, db.ErrNotFound) {
			item, err := u.tx.ShoppingItemByID(ctx, u.household(), id)
			if err != nil {
				return err
			}
			return notInTray(item)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// TrayLine is a line in the tray with what is proposed for putting it away. Product is nil where the text
// names none that there is.
type TrayLine struct {
	ShoppingLine
	Product    *db.Product
	Amount     int64 // thousandths of Unit; 0: nobody can say, and it is to be asked
	Unit       string
	LocationID string
	DateKind   dated.Kind
	Expiry     parse.Expiry
}

// Tray is what is to be put away, with proposals: as much as was to be bought, where the product belongs,
// and until when it will be good by its earlier lots or its shelf life. [fault.NotFound].
func (s *Service) Tray(ctx context.Context, householdID string) ([]TrayLine, error) {
	today, err := s.Today(ctx, householdID)
	if err != nil {
		return nil, err
	}
	places, err := s.db.Locations(ctx, householdID)
	if err != nil {
		return nil, err
	}
	kinds := map[string]db.LocationKind{}
	for _, l := range places {
		kinds[l.ID] = l.Kind
	}
	list, err := s.lines(ctx, s.db, householdID, db.InTray)
	if err != nil {
		return nil, err
	}
	tray := make([]TrayLine, 0, len(list))
	for _, l := range list {
		line := TrayLine{ShoppingLine: l, Amount: deref(l.Amount, 1000), Unit: cmp.Or(l.Unit, string(parse.Piece)), Expiry: parse.Expiry{Precision: dated.Undated}, DateKind: dated.BestBefore}
		if err := s.propose(ctx, &line, kinds, today); err != nil {
			return nil, err
		}
		tray = append(tray, line)
	}
	return tray, nil
}

func (s *Service) propose(ctx context.Context, line *TrayLine, kinds map[string]db.LocationKind, today string) error {
	item := line.ShoppingItem
	var p db.Product
	var err error
	if item.ProductID != "" {
		if p, err = product(ctx, s.db, item.HouseholdID, item.ProductID); err != nil {
			return err
		}
	} else {
		var known bool
		if known, p, err = s.known(ctx, s.db, item.HouseholdID, item.Text, item.Unit); err != nil || !known {
			return err
		}
	}
	m, err := measuresOf(ctx, s.db, p)
	if err != nil {
		return err
	}
	line.Product, line.LocationID, line.DateKind, line.Unit = &p, p.LocationID, p.DateKind, cmp.Or(item.Unit, p.Unit)
	_, err = m.inBase("amount", line.Amount, line.Unit)
	if item.Unit == "" || item.Amount == nil && (err != nil || line.Unit == p.Unit) {
		often, _, err := withoutListed(ctx, s.db, p, parse.Amount(deref(item.Amount, 0)))
		if err != nil {
			return err
		}
		line.Amount, line.Unit = int64(often.Amount), string(often.Unit)
	}
	line.Expiry, err = s.guess(ctx, s.db, p, kinds[p.LocationID], today)
	return err
}
