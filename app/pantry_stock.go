package app

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

func (a *API) stockRoutes() {
	verb := func(name, summary string) route {
		return route{method: http.MethodPost, path: "/households/{household}/stock/" + name, id: name + "Stock", tag: "Stock", summary: summary, access: signedIn, role: db.RoleEditor, fails: []fault.Code{fault.NotFound, fault.Conflict, fault.ValidationFailed}}
	}
	take(a, verb("add", "Add a lot of a product, that is told by its id, its name, or a line such as “2 milk 30.11.”").like(shown{asks: []string{"text", "name, amount, unit, expires, price"}}), a.addStock)
	take(a, verb("use", "Use some of a lot, or of a product: what expires first first").like(shown{asks: []string{"productId, amount"}, tells: []string{"verb=use, movements.amount.amount=-1, lots.amount.amount=1, products.total.amount=1"}}), a.useStock)
	take(a, verb("waste", "Throw some of it away").like(shown{asks: []string{"productId, amount, reason"}, tells: []string{"verb=waste, movements.amount.amount=-1, movements.reason=spoiled, lots.amount.amount=1, products.total.amount=1"}}), a.wasteStock)
	take(a, verb("open", "Open some of it; its date follows from the opened shelf life").like(shown{asks: []string{"lotId, amount"}, tells: []string{"verb=open, lots.amount.amount=1, lots.openedOn=2026-11-24"}}), a.openStock)
	take(a, verb("move", "Put some of it elsewhere; freezing and thawing change its date").like(shown{asks: []string{"lotId, amount, locationId"}, tells: []string{"verb=move"}}), a.moveStock)
	take(a, verb("count", "Say how much there is").like(shown{asks: []string{"lotId, amount=3"}, tells: []string{"verb=count, movements.amount.amount=1, lots.amount.amount=3, products.total.amount=3"}}), a.countStock)
	scan := verb("by-barcode/{code}/{verb}", "Any of the verbs, of the product that a barcode leads to")
	scan.id = "stockByBarcode"
	take(a, scan.like(shown{asks: []string{"amount"}}), a.stockByBarcode)
	undo := verb("undo", "Undo a transaction, or one movement of it; undoing an undo does it again")
	undo.path = "/households/{household}/transactions/{id}/undo"
	take(a, undo.like(shown{tells: []string{"verb=undo, movements.amount.amount=-2"}}), a.undoStock)
}

// StockAdd is something that came into the house.
type StockAdd struct {
	Text       string  `json:"text,omitempty" doc:"A line such as “2 milk 30.11.” or “peas freezer”; instead of the fields below" example:"2 l oat milk 30.11."`
	ProductID  string  `json:"productId,omitempty" doc:"Of a product that is there" example:"0199c565-4011-700e-88c3-928314c431c2"`
	Name       string  `json:"name,omitempty" doc:"Instead of productId: the product of that name, which is made when there is none" example:"Oat milk"`
	Amount     string  `json:"amount,omitempty" doc:"1 when it is left out; also 1,5 or 1 1/2" example:"2"`
	Unit       string  `json:"unit,omitempty" doc:"The product's own when it is left out" example:"l"`
	LocationID *string `json:"locationId,omitempty" doc:"Where the product belongs when it is left out; empty for nowhere" example:"0199c52b-9df0-7353-a636-8f2dce8ef5e5"`
	Expires    string  `json:"expires,omitempty" doc:"2026-11-30, 30.11., 11/26, 2027, +3d, none; guessed when it is left out" example:"2026-11-30"`
	Guessed    bool    `json:"guessed,omitempty" doc:"The date is a guess, not read from the package"`
	DateKind   string  `json:"dateKind,omitempty" enum:",best_before,use_by"`
	BoughtOn   string  `json:"boughtOn,omitempty" doc:"YYYY-MM-DD; today when it is left out" example:"2026-11-24"`
	Price      string  `json:"price,omitempty" doc:"Of the whole" example:"1.99"`
	Note       string  `json:"note,omitempty" example:"On offer"`
	Locale     string  `json:"locale,omitempty" doc:"Of who typed it, such as en-US: says whether 12/05 is in May or in December. The first one of Accept-Language when it is left out" example:"en-GB"`
}

// StockTake is something that is taken out of the stock.
type StockTake struct {
	ProductID  string `json:"productId,omitempty" doc:"Of the product: what expires first first" example:"0199c565-4011-700e-88c3-928314c431c2"`
	LotID      string `json:"lotId,omitempty" doc:"Of this lot alone" example:"0199c54c-9808-7091-8d2f-dca7d3080842"`
	Amount     string `json:"amount,omitempty" doc:"1 when it is left out" example:"1"`
	Unit       string `json:"unit,omitempty" example:"l"`
	Reason     string `json:"reason,omitempty" enum:",expired,spoiled,damaged,disliked,other" doc:"Why it is thrown away" example:"spoiled"`
	LocationID string `json:"locationId,omitempty" doc:"Where it is moved; empty for nowhere" example:"0199c52b-9df0-7353-a636-8f2dce8ef5e5"`
	Expires    string `json:"expires,omitempty" doc:"Moved into a freezer: until when it will be good there, as with adding. Left out: as it is remembered of the product or its category; where nothing is, what has a use-by date is refused with freeze_date_needed, and anything else has no date any more"`
	KeepDate   bool   `json:"keepDate,omitempty" doc:"Moved into a freezer: the date stays"`
	Locale     string `json:"locale,omitempty" doc:"As with adding"`
}

// StockAddInput is [StockAdd] for a household.
type StockAddInput struct {
	KeyedPath
	Body StockAdd
}

// StockTakeInput is [StockTake] for a household.
type StockTakeInput struct {
	KeyedPath
	Body StockTake
}

// StockByBarcode is a verb for a barcode.
type StockByBarcode struct {
	CodeVerbPath
	Body StockAdd
}

// UndoInput names what to undo.
type UndoInput struct {
	KeyedItemPath
	Body struct {
		Position int64 `json:"position,omitempty" doc:"One movement alone; 0 for the whole transaction"`
	}
}

func (a *API) addStock(ctx context.Context, in *StockAddInput) (*body[StockChange], error) {
	return a.addTo(ctx, by(ctx, in.Household, in.Key), in.Body)
}

func (a *API) addTo(ctx context.Context, who pantry.By, in StockAdd) (*body[StockChange], error) {
	if strings.TrimSpace(in.Text) != "" {
		return a.stocked(ctx, who)(a.pantry.AddByName(ctx, who, in.Text, orderOf(ctx, in.Locale)))
	}
	e, err := a.entered(ctx, who.HouseholdID, in.Locale)
	if err != nil {
		return nil, err
	}
	addition := pantry.Addition{
		ProductID: in.ProductID, Name: in.Name, Amount: e.amount("amount", in.Amount, int64(parse.One)), Unit: in.Unit, LocationID: in.LocationID,
		DateKind: dated.Kind(in.DateKind), Guessed: in.Guessed, BoughtOn: in.BoughtOn, Price: e.price("price", in.Price), Note: in.Note,
	}
	addition.ExpiresOn, addition.Precision = e.expiry("expires", in.Expires)
	if err := e.err(); err != nil {
		return nil, err
	}
	return a.stocked(ctx, who)(a.pantry.Add(ctx, who, addition))
}

// stocked tells what a verb did, and everybody else in the household that something changed.
func (a *API) stocked(ctx context.Context, who pantry.By) func(pantry.Change, error) (*body[StockChange], error) {
	return func(c pantry.Change, err error) (*body[StockChange], error) {
		if err != nil {
			return nil, err
		}
		if !c.Repeated {
			a.live.tell(who.HouseholdID, stockChanged)
			if c.Transaction.Verb == db.VerbPutAway || c.Transaction.Verb == db.VerbUndo {
				a.live.tell(who.HouseholdID, shoppingChanged)
			}
		}
		expired, err := a.pantry.Say(ctx, who.HouseholdID, c.Products)
		if err != nil {
			return nil, err
		}
		watched, err := a.pantry.WatchedAmong(ctx, who.HouseholdID, idsOf(c.Products))
		if err != nil {
			return nil, err
		}
		return &body[StockChange]{changeOf(c, watched, expired)}, nil
	}
}

func changeOf(c pantry.Change, watched map[string][]string, expired map[string]bool) StockChange {
	products := map[string]db.Product{}
	out := StockChange{TransactionID: c.Transaction.ID, Verb: c.Transaction.Verb, At: c.Transaction.At, Repeated: c.Repeated, Movements: []Movement{}, Lots: []Lot{}, Products: productsOf(c.Products, watched, expired)}
	for _, p := range c.Products {
		products[p.ID] = p
	}
	for _, l := range c.Lots {
		p := products[l.ProductID]
		out.Lots = append(out.Lots, lotOf(withProduct(l, p), watched[p.ID]))
	}
	for _, m := range c.Movements {
		p := products[m.ProductID]
		out.Movements = append(out.Movements, movementOf(m, p.Name, keptOf(p)))
	}
	return out
}

// taken reads an amount of 1 unless another is told.
func taken(text string) (int64, error) {
	var e entered
	amount := e.amount("amount", text, int64(parse.One))
	return amount, e.err()
}

func (a *API) useStock(ctx context.Context, in *StockTakeInput) (*body[StockChange], error) {
	return a.takeFrom(ctx, by(ctx, in.Household, in.Key), in.Body, a.pantry.Use)
}

func (a *API) wasteStock(ctx context.Context, in *StockTakeInput) (*body[StockChange], error) {
	return a.takeFrom(ctx, by(ctx, in.Household, in.Key), in.Body, a.pantry.Waste)
}

func (a *API) openStock(ctx context.Context, in *StockTakeInput) (*body[StockChange], error) {
	return a.takeFrom(ctx, by(ctx, in.Household, in.Key), in.Body, a.pantry.Open)
}

func (a *API) takeFrom(ctx context.Context, who pantry.By, in StockTake, verb func(context.Context, pantry.By, pantry.Taking) (pantry.Change, error)) (*body[StockChange], error) {
	amount, err := taken(in.Amount)
	if err != nil {
		return nil, err
	}
	return a.stocked(ctx, who)(verb(ctx, who, pantry.Taking{ProductID: in.ProductID, LotID: in.LotID, Amount: amount, Unit: in.Unit, Reason: in.Reason}))
}

func (a *API) moveStock(ctx context.Context, in *StockTakeInput) (*body[StockChange], error) {
	who := by(ctx, in.Household, in.Key)
	amount, err := taken(in.Body.Amount)
	if err != nil {
		return nil, err
	}
	e, err := a.entered(ctx, in.Household, in.Body.Locale)
	if err != nil {
		return nil, err
	}
	m := pantry.Moving{ProductID: in.Body.ProductID, LotID: in.Body.LotID, Amount: amount, Unit: in.Body.Unit, LocationID: in.Body.LocationID, KeepDate: in.Body.KeepDate}
	if m.ExpiresOn, m.Precision = e.expiry("expires", in.Body.Expires); e.err() != nil {
		return nil, e.err()
	}
	return a.stocked(ctx, who)(a.pantry.Move(ctx, who, m))
}

func (a *API) countStock(ctx context.Context, in *StockTakeInput) (*body[StockChange], error) {
	return a.count(ctx, by(ctx, in.Household, in.Key), in.Body)
}

func (a *API) count(ctx context.Context, who pantry.By, in StockTake) (*body[StockChange], error) {
	amount, err := taken(in.Amount)
	if err != nil {
		return nil, err
	}
	return a.stocked(ctx, who)(a.pantry.Count(ctx, who, pantry.Counting{ProductID: in.ProductID, LotID: in.LotID, Amount: amount, Unit: in.Unit}))
}

func (a *API) stockByBarcode(ctx context.Context, in *StockByBarcode) (*body[StockChange], error) {
	who := by(ctx, in.Household, in.Key)
	scanned, p, err := a.pantry.Scan(ctx, in.Household, in.Code)
	if err != nil {
		return nil, err
	}
	b := in.Body
	b.ProductID, b.Text, b.Unit = p.ID, "", cmp.Or(b.Unit, scanned.Unit)
	taking := StockTake{ProductID: p.ID, Amount: b.Amount, Unit: b.Unit, Expires: b.Expires, Locale: b.Locale}
	if b.LocationID != nil {
		taking.LocationID = *b.LocationID
	}
	switch db.Verb(in.Verb) {
	case db.VerbAdd:
		return a.addTo(ctx, who, b)
	case db.VerbUse:
		return a.takeFrom(ctx, who, taking, a.pantry.Use)
	case db.VerbWaste:
		return a.takeFrom(ctx, who, taking, a.pantry.Waste)
	case db.VerbOpen:
		return a.takeFrom(ctx, who, taking, a.pantry.Open)
	case db.VerbMove:
		return a.moveStock(ctx, &StockTakeInput{KeyedPath{in.HouseholdPath, in.Key}, taking})
	}
	return a.count(ctx, who, taking)
}

func (a *API) undoStock(ctx context.Context, in *UndoInput) (*body[StockChange], error) {
	who := by(ctx, in.Household, in.Key)
	return a.stocked(ctx, who)(a.pantry.Undo(ctx, who, pantry.Undoing{TransactionID: in.ID, Position: in.Body.Position}))
}
