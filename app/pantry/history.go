package pantry

import (
	"context"
	"errors"
	"time"

	"pantrie/auth/fault"
	"pantrie/db"
)

// Event is a stock transaction with the first of its movements, of which there are Count. Reverted is the
// verb that an undo took back, or brought back where it undid an undo; empty for all others.
type Event struct {
	db.StockTransaction
	Movements []db.MovementOfProduct
	Count     int64
	Reverted  db.Verb
}

// mostOfEvent is how many movements of one event are told.
const mostOfEvent = 50

// History lists a page of what was done, newest first. beforeID is the last one's of the page before, empty
// for the first page.
func (s *Service) History(ctx context.Context, householdID, beforeID string, most int) ([]Event, error) {
	list, err := s.db.StockTransactions(ctx, householdID, beforeID, most)
	if err != nil {
		return nil, err
	}
	events := make([]Event, len(list))
	for i, t := range list {
		e := Event{StockTransaction: t}
		if e.Movements, err = s.db.MovementsWithProduct(ctx, householdID, t.ID, mostOfEvent); err != nil {
			return nil, err
		}
		e.Count = int64(len(e.Movements))
		if e.Count == mostOfEvent {
			if e.Count, err = s.db.CountMovements(ctx, householdID, t.ID); err != nil {
				return nil, err
			}
		}
		for root := t; root.Undoes != ""; e.Reverted = root.Verb {
			if root, err = s.db.StockTransactionByID(ctx, householdID, root.Undoes); errors.Is(err, db.ErrNotFound) {
				break
			} else if err != nil {
				return nil, err
			}
		}
		events[i] = e
	}
	return events, nil
}

// HistoryOf lists a page of what happened to a product, newest first. The transaction and position are those of
// the last one of the page before, empty and 0 for the first page. [fault.NotFound].
func (s *Service) HistoryOf(ctx context.Context, householdID, productID, beforeID string, beforePosition int64, most int) ([]db.MovementByVerb, error) {
	p, err := s.Product(ctx, householdID, productID)
	if err != nil {
		return nil, err
	}
	return s.db.MovementsWithVerb(ctx, householdID, p.ID, beforeID, beforePosition, most)
}

// WasteMonth is what was thrown away in a month, "2026-11": how often, why, and what it had cost. Value is in
// hundredths of the household's currency, nil when no price is known; what has none counts as nothing.
type WasteMonth struct {
	Month    string
	Count    int64
	ByReason map[string]int64
	Value    *int64
}

// mostMonths is how far back waste is told.
const mostMonths = 60

// Wasted tells what was thrown away in this month, which comes first, and those before it, in the household's
// time zone. What is undone was not thrown away. [fault.NotFound], [fault.ValidationFailed].
func (s *Service) Wasted(ctx context.Context, householdID string, months int) ([]WasteMonth, error) {
	if months < 1 || months > mostMonths {
		return nil, fault.Fields([]fault.Field{{Name: "months", Code: fault.Invalid, Message: "Enter a number from 1 to 60."}})
	}
	household, err := s.db.HouseholdByID(ctx, householdID)
	if err != nil {
		return nil, missing(err, "household")
	}
	zone := s.location(household.TimeZone)
	now := s.now().In(zone)
	list := make([]WasteMonth, months)
	index := map[string]*WasteMonth{}
	var first time.Time
	for i := range list {
		first = time.Date(now.Year(), now.Month()-time.Month(i), 1, 0, 0, 0, 0, zone)
		list[i] = WasteMonth{Month: first.Format("2006-01"), ByReason: map[string]int64{}}
		index[list[i].Month] = &list[i]
	}
	wasted, err := s.db.Wasted(ctx, householdID, first.UnixMilli())
	if err != nil {
		return nil, err
	}
	for _, w := range wasted {
		month, ok := index[time.UnixMilli(w.At).In(zone).Format("2006-01")]
		if !ok { // of a clock that was wrong
			continue
		}
		month.Count++
		month.ByReason[w.Reason]++
		if w.Value != nil {
			value := deref(month.Value, 0) + *w.Value
			month.Value = &value
		}
	}
	return list, nil
}
