package app

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

func (a *API) shoppingRoutes() {
	shopping := func(method, path, id, summary string, role db.Role) route {
		return route{method: method, path: "/households/{household}/shopping" + path, id: id, tag: "Shopping", summary: summary, access: signedIn, role: role, fails: []fault.Code{fault.NotFound, fault.Conflict, fault.ValidationFailed}}
	}
	add(a, shopping(http.MethodGet, "", "listShopping", "The shopping list, and the tray with what was ticked", db.RoleViewer).like(shown{tells: []string{"-wanted.proposal, wanted.tickedAt=0, wanted.tickedBy=, -tray.proposal.name, -tray.proposal.skip"}}), a.listShopping)
	take(a, shopping(http.MethodPost, "", "addShopping", "Put something on the list; what is on it already grows", db.RoleEditor).like(shown{asks: []string{"text", "productId, amount, unit"}, tells: []string{"-proposal, tickedAt=0, tickedBy="}}), a.addShopping)
	add(a, shopping(http.MethodPost, "/low", "addLow", "Put everything that runs low on the list", db.RoleEditor), a.addLow)
	take(a, shopping(http.MethodPatch, "/{id}", "updateShopping", "Change a line", db.RoleEditor).like(shown{asks: []string{"amount, note"}, tells: []string{"-proposal, tickedAt=0, tickedBy=, amount.amount=3, note=the blue one"}}), a.updateShopping)
	take(a, shopping(http.MethodPut, "/{id}/ticked", "tickShopping", "Tick a line, which puts it into the tray, or take the tick away", db.RoleEditor).like(shown{tells: []string{"-proposal"}}), a.tickShopping)
	r := shopping(http.MethodDelete, "/{id}", "removeShopping", "Take a line off the list", db.RoleEditor)
	r.status = http.StatusNoContent
	addOther(a, r, a.removeShopping)
	take(a, shopping(http.MethodPost, "/put-away", "putAway", "Make stock of what is in the tray, all of it or nothing", db.RoleEditor).like(shown{asks: []string{"lines.itemId, lines.amount, lines.unit, lines.expires"}, tells: []string{"verb=put_away"}}), a.putAway)
}

// ShoppingList is what is to be bought, and what was bought.
type ShoppingList struct {
	Wanted []ShoppingItem `json:"wanted" doc:"Oldest first"`
	Tray   []ShoppingItem `json:"tray" doc:"Ticked, to be put away"`
}

// ShoppingItem is a line of the shopping list.
type ShoppingItem struct {
	ID           string   `json:"id" example:"0199c52c-0343-78c0-aee8-e0ad481c9af2"`
	ProductID    string   `json:"productId" doc:"Empty for a line that is only text" example:"0199c565-4011-700e-88c3-928314c431c2"`
	Text         string   `json:"text" example:"Oat milk"`
	Amount       *Measure `json:"amount,omitempty" doc:"Left out when nobody said how much"`
	Note         string   `json:"note"`
	CategoryID   string   `json:"categoryId" doc:"Of the product, to group by" example:"0199c58d-2f7a-75d6-a57b-ee1590d84c08"`
	CategoryName string   `json:"categoryName" example:"Dairy"`
	Watched      []string `json:"watched" doc:"Allergens of the product that the household watches for" example:"[\"milk\"]"`
	TickedBy     string   `json:"tickedBy" doc:"Name of who ticked it first" example:"Mara"`
	TickedAt     int64    `json:"tickedAt" doc:"0 for a line of the list"`
	Proposal     *PutAway `json:"proposal,omitempty" doc:"What becomes of it, as far as Pantrie can guess; only in the tray"`
}

// PutAway says what becomes of a line of the tray.
type PutAway struct {
	ItemID     string  `json:"itemId" example:"0199c52c-0343-78c0-aee8-e0ad481c9af2"`
	Skip       bool    `json:"skip,omitempty" doc:"Nothing becomes of it"`
	ProductID  string  `json:"productId,omitempty" doc:"Left out: the line's own product, or the one of its text" example:"0199c565-4011-700e-88c3-928314c431c2"`
	Name       string  `json:"name,omitempty" doc:"Instead of productId; a product that there is none of is made" example:"Bread"`
	Amount     string  `json:"amount,omitempty" doc:"Left out: as the line says, else 1, or of what is weighed or measured as much as the last time; a proposal without one is to be asked for" example:"2"`
	Unit       string  `json:"unit,omitempty" example:"l"`
	LocationID *string `json:"locationId,omitempty" doc:"Where the product belongs when it is left out" example:"0199c52b-9df0-7353-a636-8f2dce8ef5e5"`
	Expires    string  `json:"expires,omitempty" doc:"As with adding; guessed when it is left out" example:"2026-11-30"`
	Guessed    bool    `json:"guessed,omitempty"`
	DateKind   string  `json:"dateKind,omitempty" enum:",best_before,use_by" doc:"As the product's packages say when it is left out"`
}

// ShoppingInput is what people tell of a line.
type ShoppingInput struct {
	Text      *string `json:"text,omitempty" doc:"Also “2 l milk”, when amount and unit are left out" example:"2 l oat milk"`
	ProductID *string `json:"productId,omitempty" example:"0199c565-4011-700e-88c3-928314c431c2"`
	Amount    *string `json:"amount,omitempty" doc:"Empty for nobody said" example:"3"`
	Unit      *string `json:"unit,omitempty" example:"l"`
	Note      *string `json:"note,omitempty" example:"the blue one"`
	Locale    string  `json:"locale,omitempty" doc:"Of who typed it, such as en-US: says whether 12/05 is in May or in December. The first one of Accept-Language when it is left out" example:"en-GB"`
}

// AddShoppingInput is [ShoppingInput] for a household.
type AddShoppingInput struct {
	HouseholdPath
	Body ShoppingInput
}

// UpdateShoppingInput is [ShoppingInput] for a line.
type UpdateShoppingInput struct {
	ItemPath
	Body ShoppingInput
}

// TickInput ticks a line or not.
type TickInput struct {
	ItemPath
	Body struct {
		Ticked bool `json:"ticked" example:"true"`
	}
}

// PutAwayInput is what becomes of the tray.
type PutAwayInput struct {
	KeyedPath
	Body struct {
		Lines  []PutAway `json:"lines" maxItems:"500"`
		Locale string    `json:"locale,omitempty" doc:"As with adding" example:"en-GB"`
	}
}

// Added says how many lines came to the list.
type Added struct {
	Count int `json:"count" example:"3"`
}

func shoppingItemOf(l pantry.ShoppingLine, watched []string) ShoppingItem {
	if watched == nil {
		watched = []string{}
	}
	out := ShoppingItem{ID: l.ID, ProductID: l.ProductID, Text: l.Text, Note: l.Note, CategoryID: l.CategoryID, CategoryName: l.CategoryName, Watched: watched, TickedBy: l.TickedByName, TickedAt: l.TickedAt}
	if l.ProductName != "" {
		out.Text = l.ProductName
	}
	if l.Amount != nil {
		out.Amount = &Measure{Amount: parse.Amount(*l.Amount).String(), Unit: l.Unit}
	}
	return out
}

func (a *API) listShopping(ctx context.Context, in *HouseholdPath) (*body[ShoppingList], error) {
	wanted, _, err := a.pantry.Shopping(ctx, in.Household)
	if err != nil {
		return nil, err
	}
	tray, err := a.pantry.Tray(ctx, in.Household)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, l := range wanted {
		ids = append(ids, l.ProductID)
	}
	for _, l := range tray {
		ids = append(ids, l.ProductID)
	}
	watched, err := a.pantry.WatchedAmong(ctx, in.Household, ids)
	if err != nil {
		return nil, err
	}
	out := ShoppingList{Wanted: []ShoppingItem{}, Tray: []ShoppingItem{}}
	for _, l := range wanted {
		out.Wanted = append(out.Wanted, shoppingItemOf(l, watched[l.ProductID]))
	}
	for _, l := range tray {
		item := shoppingItemOf(l.ShoppingLine, watched[l.ProductID])
		place := l.LocationID
		item.Proposal = &PutAway{ItemID: l.ID, ProductID: l.ProductID, Unit: l.Unit, LocationID: &place, Guessed: l.Expiry.Guess, Expires: "none", DateKind: string(l.DateKind)}
		if l.Amount > 0 {
			item.Proposal.Amount = parse.Amount(l.Amount).String()
		}
		if l.Expiry.Date != 0 {
			item.Proposal.Expires = l.Expiry.Date.String()
		}
		out.Tray = append(out.Tray, item)
	}
	return &body[ShoppingList]{out}, nil
}

func (in ShoppingInput) apply(e *entered, f *pantry.ShoppingFields) {
	if in.Text != nil {
		f.Text = *in.Text
	}
	if in.ProductID != nil {
		f.ProductID = *in.ProductID
	}
	if in.Unit != nil {
		f.Unit = *in.Unit
	}
	if in.Note != nil {
		f.Note = *in.Note
	}
	if in.Amount != nil {
		f.Amount = nil
		if strings.TrimSpace(*in.Amount) != "" {
			n := e.amount("amount", *in.Amount, 0)
			f.Amount = &n
		}
	}
}

// bought tells everybody of a change of the list.
func (a *API) bought(ctx context.Context, household string, l pantry.ShoppingLine, err error) (*body[ShoppingItem], error) {
	if err != nil {
		return nil, err
	}
	a.live.tell(household, shoppingChanged)
	watched, err := a.pantry.WatchedAmong(ctx, household, []string{l.ProductID})
	return &body[ShoppingItem]{shoppingItemOf(l, watched[l.ProductID])}, err
}

func (a *API) addShopping(ctx context.Context, in *AddShoppingInput) (*body[ShoppingItem], error) {
	e, err := a.entered(ctx, in.Household, in.Body.Locale)
	if err != nil {
		return nil, err
	}
	var f pantry.ShoppingFields
	in.Body.apply(e, &f)
	if in.Body.Amount == nil && in.Body.Unit == nil && f.ProductID == "" {
		q := parse.QuickAdd(f.Text, e.today, e.order)
		for _, u := range q.Impossible() {
			e.fields = append(e.fields, u.Field("text"))
		}
		if q.Name != "" && len(q.Unread) == 0 {
			f.Text, f.Unit = q.Name, string(q.Unit)
			if q.Amount > 0 {
				amount := int64(q.Amount)
				f.Amount = &amount
			}
			// What is bought has no date yet, so one in the line is a note: until when it is needed, perhaps.
			if f.Note == "" && q.Expiry.Precision != "" {
				f.Note = q.Expiry.Date.String()
			}
		}
	}
	if err := e.err(); err != nil {
		return nil, err
	}
	l, err := a.pantry.AddShopping(ctx, by(ctx, in.Household, ""), f)
	return a.bought(ctx, in.Household, l, err)
}

func (a *API) addLow(ctx context.Context, in *HouseholdPath) (*body[Added], error) {
	n, err := a.pantry.AddLow(ctx, by(ctx, in.Household, ""))
	if err != nil {
		return nil, err
	}
	a.live.tell(in.Household, shoppingChanged)
	return &body[Added]{Added{n}}, nil
}

func (a *API) updateShopping(ctx context.Context, in *UpdateShoppingInput) (*body[ShoppingItem], error) {
	var e entered
	in.Body.apply(&e, &pantry.ShoppingFields{})
	if err := e.err(); err != nil {
		return nil, err
	}
	l, err := a.pantry.ChangeShopping(ctx, by(ctx, in.Household, ""), in.ID, func(f *pantry.ShoppingFields) { in.Body.apply(&e, f) })
	return a.bought(ctx, in.Household, l, err)
}

func (a *API) tickShopping(ctx context.Context, in *TickInput) (*body[ShoppingItem], error) {
	l, err := a.pantry.Tick(ctx, by(ctx, in.Household, ""), in.ID, in.Body.Ticked)
	return a.bought(ctx, in.Household, l, err)
}

func (a *API) removeShopping(ctx context.Context, in *ItemPath) (*Empty, error) {
	err := a.pantry.RemoveShopping(ctx, by(ctx, in.Household, ""), in.ID)
	if err == nil {
		a.live.tell(in.Household, shoppingChanged)
	}
	return &Empty{}, err
}

func (a *API) putAway(ctx context.Context, in *PutAwayInput) (*body[StockChange], error) {
	e, err := a.entered(ctx, in.Household, in.Body.Locale)
	if err != nil {
		return nil, err
	}
	lines := make([]pantry.PutAwayLine, 0, len(in.Body.Lines))
	for i, l := range in.Body.Lines {
		line := pantry.PutAwayLine{ItemID: l.ItemID, Skip: l.Skip, ProductID: l.ProductID, Name: l.Name, Unit: l.Unit, LocationID: l.LocationID, DateKind: dated.Kind(l.DateKind), Guessed: l.Guessed}
		at := "lines." + strconv.Itoa(i) + "."
		if l.Amount != "" {
			amount := e.amount(at+"amount", l.Amount, 0)
			line.Amount = &amount
		}
		line.ExpiresOn, line.Precision = e.expiry(at+"expires", l.Expires)
		lines = append(lines, line)
	}
	if err := e.err(); err != nil {
		return nil, err
	}
	who := by(ctx, in.Household, in.Key)
	return a.stocked(ctx, who)(a.pantry.PutAway(ctx, who, lines))
}
