package pantry

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/fold"
)

// ShoppingLine is a line of the shopping list with the name and category of its product.
type ShoppingLine = db.ShoppingLine

// ShoppingFields is what people tell of a line of the shopping list: a product or a text. Amount is in
// thousandths of Unit, which is the product's own when empty; nil: nobody said how much.
type ShoppingFields struct {
	ProductID string
	Text      string
	Amount    *int64
	Unit      string
	Note      string
}

// Shopping is what is to be bought, and what is ticked and to be put away; the oldest first.
func (s *Service) Shopping(ctx context.Context, householdID string) (wanted, tray []ShoppingLine, err error) {
	if wanted, err = s.lines(ctx, s.db, householdID, db.Wanted); err != nil {
		return nil, nil, err
	}
	tray, err = s.lines(ctx, s.db, householdID, db.InTray)
	return wanted, tray, err
}

// shopping is what lines are read from.
type shopping interface {
	products
	ShoppingLines(ctx context.Context, householdID string, state db.ShoppingState) ([]db.ShoppingLine, error)
	CategoryByID(ctx context.Context, householdID, id string) (db.Category, error)
	UserByID(ctx context.Context, id string) (db.User, error)
}

// lines lists what is in that state. What was of a product that became another one is of that.
func (s *Service) lines(ctx context.Context, r shopping, householdID string, state db.ShoppingState) ([]ShoppingLine, error) {
	list, err := r.ShoppingLines(ctx, householdID, state)
	for i := range list {
		if err == nil && list[i].MergedInto != "" {
			list[i], err = s.line(ctx, r, list[i].ShoppingItem)
		}
	}
	return list, err
}

// line tells what a list shows of one item.
func (s *Service) line(ctx context.Context, r shopping, item db.ShoppingItem) (ShoppingLine, error) {
	l := ShoppingLine{ShoppingItem: item}
	if item.ProductID != "" {
		p, err := product(ctx, r, item.HouseholdID, item.ProductID)
		if err != nil {
			return l, err
		}
		l.ProductID, l.ProductName, l.CategoryID = p.ID, p.Name, p.CategoryID
	}
	if l.CategoryID != "" {
		c, err := r.CategoryByID(ctx, item.HouseholdID, l.CategoryID)
		if err != nil {
			return l, err
		}
		l.CategoryName = c.Name
	}
	if item.TickedBy != "" {
		u, err := r.UserByID(ctx, item.TickedBy)
		if err != nil {
			return l, err
		}
		l.TickedByName = u.Name
	}
	return l, nil
}

// AddShopping puts something on the list. What is wanted already is not listed twice, its amount grows.
// A text that is a product's name stands for the product. [fault.NotFound], [fault.ValidationFailed].
func (s *Service) AddShopping(ctx context.Context, by By, in ShoppingFields) (l ShoppingLine, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		more, m, err := s.wanted(ctx, tx, by.HouseholdID, in)
		if err != nil {
			return err
		}
		list, err := s.lines(ctx, tx, by.HouseholdID, db.Wanted)
		if err != nil {
			return err
		}
		for _, known := range list {
			if known.ProductID != "" && known.ProductID != more.ProductID || known.ProductID == "" && !fold.Same(known.Text, more.Text) {
				continue
			}
			item := known.ShoppingItem
			if _, err := m.inBase("amount", deref(item.Amount, 1000), item.Unit); known.ProductID == "" && more.ProductID != "" && err != nil {
				continue
			}
			if err := grow(&item, more, m); known.ProductID == "" && err != nil {
				continue // 2 packs and 300 g of the same words are two lines
			} else if err != nil {
				return err
			}
			if known.ProductID == "" { // it may be the product's by now
				item.ProductID, item.Text = more.ProductID, cmp.Or(known.Text, more.Text)
			}
			if err := tx.UpdateShoppingItem(ctx, item); err != nil {
				return err
			}
			l, err = s.line(ctx, tx, item)
			return err
		}
		item, err := tx.InsertShoppingItem(ctx, more)
		if err != nil {
			return missing(err, "household")
		}
		l, err = s.line(ctx, tx, item)
		return err
	})
	return l, err
}

// wanted checks what people tell of a line. A text alone becomes the product's of that name, unless its unit
// does not go with the product.
func (s *Service) wanted(ctx context.Context, tx *db.Tx, householdID string, in ShoppingFields) (db.ShoppingItem, measures, error) {
	var fields []fault.Field
	i := db.ShoppingItem{HouseholdID: householdID, Amount: in.Amount}
	i.Text = text(&fields, "text", strings.Join(strings.Fields(in.Text), " "), in.ProductID == "", parse.MaxName)
	i.Note = text(&fields, "note", in.Note, false, 1000)
	i.Unit = unitText(&fields, "unit", in.Unit)
	if in.Amount != nil {
		checkAmount(&fields, "amount", *in.Amount)
	}
	if len(fields) > 0 {
		return i, measures{}, fault.Fields(fields)
	}
	if in.ProductID != "" {
		p, err := product(ctx, tx, householdID, in.ProductID)
		if err != nil {
			return i, measures{}, err
		}
		m, err := measuresOf(ctx, tx, p)
		if err != nil {
			return i, m, err
		}
		i.ProductID, i.Text = p.ID, cmp.Or(i.Text, p.Name)
		_, err = m.inBase("amount", deref(i.Amount, 1000), i.Unit)
		return i, m, err
	}
	meant, err := s.meant(ctx, tx, householdID, i.Text, i.Unit)
	if err != nil {
		return i, measures{}, err
	}
	if meant.problem != nil {
		return i, measures{}, fault.Fields([]fault.Field{meant.problem.Field("text")})
	}
	i.Text = meant.name
	if i.Unit == "" && i.Amount != nil {
		i.Unit = meant.unit
	}
	named := []db.Product{meant.product}
	if !meant.scanned {
		if named, err = called(ctx, tx, householdID, i.Text); err != nil {
			return i, measures{}, err
		}
	}
	for _, p := range named {
		m, err := measuresOf(ctx, tx, p)
		if err != nil {
			return i, m, err
		}
		if _, err := m.inBase("amount", deref(i.Amount, 1000), i.Unit); err == nil {
			i.ProductID = p.ID
			return i, m, nil
		}
	}
	return i, measures{own: parse.Piece, base: parse.Unit(cmp.Or(i.Unit, string(parse.Piece))).Base()}, nil
}

// grow adds what is wanted more to a line. Where one of them has no amount, the other one's stays.
func grow(item *db.ShoppingItem, more db.ShoppingItem, m measures) error {
	switch {
	case more.Amount == nil:
	case item.Amount == nil:
		item.Amount, item.Unit = more.Amount, more.Unit
	default:
		have, err := m.inBase("amount", *item.Amount, item.Unit)
		if err != nil {
			return err
		}
		n, err := m.inBase("amount", *more.Amount, more.Unit)
		if err != nil {
			return err
		}
		if n += have; n > mostAmount {
			return fault.Fields([]fault.Field{tooLarge("amount")})
		}
		if shown, ok := m.inUnit(n, item.Unit); ok {
			n = shown
		} else {
			item.Unit = string(m.base)
		}
		item.Amount = &n
	}
	switch note := item.Note + "; " + more.Note; {
	case item.Note == "":
		item.Note = more.Note
	case more.Note != "" && more.Note != item.Note && len([]rune(note)) <= 1000:
		item.Note = note
	}
	return nil
}

// ChangeShopping changes what change changes of a line that is not put away yet. [fault.NotFound],
// [fault.ValidationFailed].
func (s *Service) ChangeShopping(ctx context.Context, by By, id string, change func(*ShoppingFields)) (l ShoppingLine, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		item, err := s.listed(ctx, tx, by, id)
		if err != nil {
			return err
		}
		in := ShoppingFields{ProductID: item.ProductID, Text: item.Text, Amount: item.Amount, Unit: item.Unit, Note: item.Note}
		change(&in)
		next, _, err := s.wanted(ctx, tx, by.HouseholdID, in)
		if err != nil {
			return err
		}
		item.ProductID, item.Text, item.Amount, item.Unit, item.Note = next.ProductID, next.Text, next.Amount, next.Unit, next.Note
		if err := tx.UpdateShoppingItem(ctx, item); err != nil {
			return err
		}
		l, err = s.line(ctx, tx, item)
		return err
	})
	return l, err
}

// RemoveShopping takes a line off the list, or out of the tray. [fault.NotFound].
func (s *Service) RemoveShopping(ctx context.Context, by By, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		if _, err := s.listed(ctx, tx, by, id); err != nil {
			return err
		}
		return tx.DeleteShoppingItem(ctx, by.HouseholdID, id)
	})
}

// listed finds a line that is not put away.
func (s *Service) listed(ctx context.Context, tx *db.Tx, by By, id string) (db.ShoppingItem, error) {
	item, err := tx.ShoppingItemByID(ctx, by.HouseholdID, id)
	if err == nil && item.State == db.Done {
		err = db.ErrNotFound
	}
	return item, missing(err, "line of the shopping list")
}

// Tick puts a line into the tray, or back onto the list. To tick what is ticked changes nothing, nor does
// it when it is put away already. [fault.NotFound]; [fault.Conflict] with [NotInTray] when it is to go back
// onto the list and was put away.
func (s *Service) Tick(ctx context.Context, by By, id string, ticked bool) (l ShoppingLine, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		item, err := tx.ShoppingItemByID(ctx, by.HouseholdID, id)
		if err != nil {
			return missing(err, "line of the shopping list")
		}
		was := item.State
		switch {
		case was == db.Wanted && ticked:
			item.State, item.TickedAt, item.TickedBy = db.InTray, s.now().UnixMilli(), by.UserID
		case was == db.InTray && !ticked:
			item.State, item.TickedAt, item.TickedBy = db.Wanted, 0, ""
		case was == db.Done && !ticked:
			return notInTray(item)
		}
		if item.State != was {
			if err := tx.UpdateShoppingItem(ctx, item); errors.Is(err, db.ErrReference) {
				return missing(err, "account")
			} else if err != nil {
				return err
			}
		}
		l, err = s.line(ctx, tx, item)
		return err
	})
	return l, err
}

func notInTray(item db.ShoppingItem) error {
	return conflict("items."+item.ID, NotInTray, item.Text+" is not in the tray any more.")
}

func deref(n *int64, otherwise int64) int64 {
	if n == nil {
		return otherwise
	}
	return *n
}
