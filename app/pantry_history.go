package app

import (
	"context"
	"net/http"
	"strconv"

	"pantrie/auth/fault"
	"pantrie/db"
)

func (a *API) historyRoutes() {
	look := func(path, id, summary string) route {
		return route{method: http.MethodGet, path: "/households/{household}" + path, id: id, tag: "History", summary: summary, access: signedIn, role: db.RoleViewer, fails: []fault.Code{fault.ValidationFailed}}
	}
	add(a, look("/history", "listHistory", "What was done in the household, newest first"), a.listHistory)
	add(a, look("/products/{id}/history", "listProductHistory", "What happened to a product, newest first"), a.listProductHistory)
	add(a, look("/waste", "getWaste", "What was thrown away, by month"), a.getWaste)
}

// HistoryInput asks for a page of the history.
type HistoryInput struct {
	HouseholdPath
	Before string `query:"before" doc:"The next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"30" example:"10"`
}

// ProductHistoryInput asks for a page of a product's history.
type ProductHistoryInput struct {
	ItemPath
	Before string `query:"before" doc:"The next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"30" example:"10"`
}

// WasteInput asks for months.
type WasteInput struct {
	HouseholdPath
	Months int `query:"months" minimum:"1" maximum:"60" default:"12"`
}

// Event is something that somebody did.
type Event struct {
	TransactionID string     `json:"transactionId" example:"0199c528-7220-7dd6-babf-99bfc2eb996f"`
	Verb          db.Verb    `json:"verb" enum:"add,use,waste,open,move,count,undo,put_away,merge"`
	Reverted      db.Verb    `json:"reverted" doc:"Of an undo: what it took back, or brought back" example:""`
	At            int64      `json:"at"`
	UserName      string     `json:"userName" doc:"The name at that time" example:"Sam"`
	Undone        bool       `json:"undone"`
	Count         int64      `json:"count" doc:"Of its movements, also of those that are left out" example:"1"`
	Movements     []Movement `json:"movements" doc:"The first of them"`
}

// EventPage is a page of the history.
type EventPage struct {
	Events []Event `json:"events"`
	Next   string  `json:"next" doc:"For the next page; empty on the last one" example:"0199c528-7220-7dd6-babf-99bfc2eb996f"`
}

// WasteList is what was thrown away.
type WasteList struct {
	Months []WasteMonth `json:"months" doc:"This month first; also those without waste"`
}

// WasteMonth is what was thrown away in a month.
type WasteMonth struct {
	Month    string           `json:"month" example:"2026-11"`
	Count    int64            `json:"count" doc:"How often" example:"3"`
	ByReason map[string]int64 `json:"byReason" example:"{\"spoiled\":2,\"expired\":1}"`
	Value    string           `json:"value" doc:"What it had cost, as a decimal; empty when no price is known" example:"4.98"`
}

func (a *API) listHistory(ctx context.Context, in *HistoryInput) (*body[EventPage], error) {
	list, err := a.pantry.History(ctx, in.Household, in.Before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := EventPage{Events: []Event{}}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		out.Next = list[in.Limit-1].ID
	}
	for _, e := range list {
		event := Event{TransactionID: e.ID, Verb: e.Verb, Reverted: e.Reverted, At: e.At, UserName: e.UserName, Undone: e.UndoneBy != "", Count: e.Count, Movements: []Movement{}}
		for _, m := range e.Movements {
			event.Movements = append(event.Movements, movementOf(m.Movement, m.ProductName, kept{base: m.Base, unit: m.Unit, factor: m.UnitFactor}))
		}
		out.Events = append(out.Events, event)
	}
	return &body[EventPage]{out}, nil
}

func movementOf(m db.Movement, name string, in kept) Movement {
	return Movement{Position: m.Position, LotID: m.LotID, ProductID: m.ProductID, ProductName: name, Amount: in.measure(m.Delta), Value: priceText(magnitude(m.Value)), Reason: m.Reason, Undone: m.UndoneBy != ""}
}

// magnitude is a value without its sign.
func magnitude(value *int64) *int64 {
	if value == nil || *value >= 0 {
		return value
	}
	n := -*value
	return &n
}

func (a *API) listProductHistory(ctx context.Context, in *ProductHistoryInput) (*body[EventPage], error) {
	position, id := page(in.Before)
	before, _ := strconv.ParseInt(position, 10, 64) // what is no number begins with the first page
	p, err := a.pantry.Product(ctx, in.Household, in.ID)
	if err != nil {
		return nil, err
	}
	list, err := a.pantry.HistoryOf(ctx, in.Household, p.ID, id, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := EventPage{Events: []Event{}}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		last := list[in.Limit-1]
		out.Next = strconv.FormatInt(last.Position, 10) + " " + last.TransactionID
	}
	for _, m := range list {
		out.Events = append(out.Events, Event{TransactionID: m.TransactionID, Verb: m.Verb, At: m.At, UserName: m.UserName, Undone: m.UndoneBy != "", Count: 1, Movements: []Movement{movementOf(m.Movement, p.Name, keptOf(p))}})
	}
	return &body[EventPage]{out}, nil
}

func (a *API) getWaste(ctx context.Context, in *WasteInput) (*body[WasteList], error) {
	months, err := a.pantry.Wasted(ctx, in.Household, in.Months)
	if err != nil {
		return nil, err
	}
	out := WasteList{Months: []WasteMonth{}}
	for _, m := range months {
		reasons := m.ByReason
		if reasons == nil {
			reasons = map[string]int64{}
		}
		out.Months = append(out.Months, WasteMonth{m.Month, m.Count, reasons, priceText(m.Value)})
	}
	return &body[WasteList]{out}, nil
}
