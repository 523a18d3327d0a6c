package app

import (
	"cmp"
	"context"
	"strings"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/auth/session"
	"pantrie/db"
	"pantrie/db/dated"
)

// KeyedPath names a household, and the request, so that it is done once however often it is sent.
type KeyedPath struct {
	HouseholdPath
	Key string `header:"Idempotency-Key" doc:"Up to 200 characters of the client's choice, such as a UUID. The same request with the same key is done once in 48 hours" example:"9b2f6c1e-6d0a-4c55-8f0e-3a7d1c9e5b20"`
}

// KeyedItemPath is [KeyedPath] of something in the household.
type KeyedItemPath struct {
	ItemPath
	Key string `header:"Idempotency-Key" doc:"As with the stock verbs" example:"9b2f6c1e-6d0a-4c55-8f0e-3a7d1c9e5b20"`
}

// CodeVerbPath names a barcode of the household and what to do with its product.
type CodeVerbPath struct {
	HouseholdPath
	Code string `path:"code" doc:"EAN, UPC, or any text that was given to a product as its barcode" example:"4006381333931"`
	Verb string `path:"verb" enum:"add,use,waste,open,move,count"`
	Key  string `header:"Idempotency-Key" doc:"As with the stock verbs" example:"9b2f6c1e-6d0a-4c55-8f0e-3a7d1c9e5b20"`
}

// Measure is an amount as it is best shown.
type Measure struct {
	Amount string `json:"amount" doc:"Exact decimal with a point, at most three digits after it" example:"2"`
	Unit   string `json:"unit" example:"l"`
}

// kept is how a product's amounts are kept, and what they are shown in: the unit that people enter it in,
// where they come out even in it.
type kept struct {
	base, unit string
	factor     int64 // how many of base the household says are in one unit
	pack       int64 // how many are used at once of what is used by the pack
}

func keptOf(p db.Product) kept { return kept{p.Base, p.Unit, p.UnitFactor, p.UsedFactor} }

// conversions has the product's own unit alone: who counts eggs is not told cartons.
func (k kept) conversions() []parse.Conversion {
	if k.factor == 0 {
		return nil
	}
	return []parse.Conversion{{Unit: parse.Unit(k.unit), Factor: k.factor}}
}

func (k kept) measure(thousandths int64) Measure {
	m := parse.Display(parse.Amount(thousandths), parse.Unit(k.base), k.conversions())
	return Measure{Amount: m.Amount.String(), Unit: string(m.Unit)}
}

// byOne says whether people use one of it: of what is counted, and of what is used by the pack.
func (k kept) byOne() bool {
	return k.pack > 0 || !pantry.Measured(parse.Unit(k.base), parse.Unit(k.unit))
}

// one is what using one takes of what is left.
func (k kept) one(left int64) Measure {
	if k.pack > 0 {
		return k.measure(min(k.pack*int64(parse.One), left))
	}
	return k.measure(pantry.OneOf(parse.Unit(k.base), parse.Unit(k.unit), k.conversions(), left))
}

// Lot is one portion of a product with its place and its date.
type Lot struct {
	ID          string          `json:"id" example:"0199c54c-9808-7091-8d2f-dca7d3080842"`
	ProductID   string          `json:"productId" example:"0199c565-4011-700e-88c3-928314c431c2"`
	ProductName string          `json:"productName" example:"Oat milk"`
	Brand       string          `json:"brand" example:"Hofgut"`
	PhotoID     string          `json:"photoId" example:"0199c53c-37c7-722c-9e46-e4b7e3357346"`
	LocationID  string          `json:"locationId" doc:"Empty: nowhere in particular" example:"0199c52b-9df0-7353-a636-8f2dce8ef5e5"`
	Amount      Measure         `json:"amount"`
	One         Measure         `json:"one" doc:"What using one takes: a piece, a pack; of what is weighed or measured and not used by the pack, 1 kg or 1 l, or all there is" example:"{\"amount\":\"1\",\"unit\":\"pack\"}"`
	ByOne       bool            `json:"byOne" doc:"It is counted, or used by the pack: one of it can be used without asking how much"`
	ExpiresOn   string          `json:"expiresOn" doc:"The last good day, YYYY-MM-DD; empty without a date" example:"2026-11-30"`
	Precision   dated.Precision `json:"precision" enum:"day,month,year,none" doc:"How much of the date is printed on the package"`
	DateKind    dated.Kind      `json:"dateKind" enum:"best_before,use_by"`
	Guessed     bool            `json:"guessed" doc:"Nobody read the date from the package"`
	BoughtOn    string          `json:"boughtOn" example:"2026-11-24"`
	OpenedOn    string          `json:"openedOn" doc:"Empty: not opened" example:""`
	Price       string          `json:"price" doc:"Of what is there of it, as a decimal; empty when unknown" example:"1.99"`
	Note        string          `json:"note"`
	Watched     []string        `json:"watched" doc:"Its allergens that the household watches for" example:"[\"milk\"]"`
}

// withProduct is a lot of a product that is known.
func withProduct(l db.Lot, p db.Product) db.LotWithProduct {
	return db.LotWithProduct{Lot: l, ProductName: p.Name, Brand: p.Brand, Base: p.Base, Unit: p.Unit, UnitFactor: p.UnitFactor, UsedFactor: p.UsedFactor, PhotoID: p.PhotoID, CategoryID: p.CategoryID}
}

func lotOf(l db.LotWithProduct, watched []string) Lot {
	in := kept{l.Base, l.Unit, l.UnitFactor, l.UsedFactor}
	if watched == nil {
		watched = []string{}
	}
	if l.Amount == 0 {
		l.Price = nil
	}
	return Lot{
		ID: l.ID, ProductID: l.ProductID, ProductName: l.ProductName, Brand: l.Brand, PhotoID: l.PhotoID, LocationID: l.LocationID,
		Amount: in.measure(l.Amount), One: in.one(l.Amount), ByOne: in.byOne(), ExpiresOn: l.ExpiresOn, Precision: l.Precision, DateKind: l.DateKind,
		Guessed: l.Guessed, BoughtOn: l.BoughtOn, OpenedOn: l.OpenedOn, Price: priceText(l.Price), Note: l.Note, Watched: watched,
	}
}

// priceText is a price as a decimal, without zeros at its end.
func priceText(price *int64) string {
	if price == nil {
		return ""
	}
	whole, decimals, _ := strings.Cut(parse.PriceText(*price, parse.PriceDecimals), ".")
	return strings.TrimSuffix(whole+"."+strings.TrimRight(decimals, "0"), ".")
}

// Product is something the household keeps.
type Product struct {
	ID              string     `json:"id" example:"0199c565-4011-700e-88c3-928314c431c2"`
	Name            string     `json:"name" example:"Oat milk"`
	Brand           string     `json:"brand" example:"Hofgut"`
	CategoryID      string     `json:"categoryId" doc:"Empty for none" example:"0199c58d-2f7a-75d6-a57b-ee1590d84c08"`
	LocationID      string     `json:"locationId" doc:"Where it belongs; empty for nowhere" example:"0199c52b-9df0-7353-a636-8f2dce8ef5e5"`
	PhotoID         string     `json:"photoId" example:"0199c53c-37c7-722c-9e46-e4b7e3357346"`
	Unit            string     `json:"unit" doc:"The one that people enter it in" example:"l"`
	Base            string     `json:"base" doc:"The one that its amounts are kept in" example:"ml"`
	Total           Measure    `json:"total" doc:"All there is"`
	One             *Measure   `json:"one,omitempty" doc:"What using one takes, of what is counted or used by the pack; left out of all else, and where nothing is left" example:"{\"amount\":\"1\",\"unit\":\"l\"}"`
	Minimum         *Measure   `json:"minimum,omitempty" doc:"What is always to be there; left out for none"`
	Staple          bool       `json:"staple" doc:"Always at home: it runs low when nothing is left"`
	UsedByPack      bool       `json:"usedByPack" doc:"Of what is weighed or measured one pack is used at once"`
	Expired         bool       `json:"expired" doc:"Some of it was good until before today"`
	Low             bool       `json:"low"`
	ShelfLife       *int64     `json:"shelfLife" doc:"Days from buying; null when unknown" example:"180"`
	OpenedShelfLife *int64     `json:"openedShelfLife" doc:"Days once opened" example:"5"`
	FrozenShelfLife *int64     `json:"frozenShelfLife" doc:"Days in a freezer"`
	ThawedShelfLife *int64     `json:"thawedShelfLife" doc:"Days out of a freezer"`
	DateKind        dated.Kind `json:"dateKind" enum:"best_before,use_by" doc:"What its packages show"`
	Note            string     `json:"note"`
	Watched         []string   `json:"watched" doc:"Its allergens that the household watches for" example:"[\"milk\"]"`
}

func productOf(p db.Product, watched []string, expired bool) Product {
	in := keptOf(p)
	if watched == nil {
		watched = []string{}
	}
	out := Product{
		ID: p.ID, Name: p.Name, Brand: p.Brand, CategoryID: p.CategoryID, LocationID: p.LocationID, PhotoID: p.PhotoID, Unit: p.Unit, Base: p.Base, Total: in.measure(p.Total),
		Staple: p.Staple, UsedByPack: p.UsedFactor > 0, Expired: expired, Low: p.Low, ShelfLife: p.ShelfLife, OpenedShelfLife: p.OpenedShelfLife, FrozenShelfLife: p.FrozenShelfLife, ThawedShelfLife: p.ThawedShelfLife, DateKind: p.DateKind, Note: p.Note, Watched: watched,
	}
	if p.Minimum != nil {
		m := in.measure(*p.Minimum)
		out.Minimum = &m
	}
	if p.Total > 0 && in.byOne() {
		m := in.one(p.Total)
		out.One = &m
	}
	return out
}

// productsOf are products of which is known what the household watches for, and whether some has expired.
func productsOf(list []db.Product, watched map[string][]string, expired map[string]bool) []Product {
	out := make([]Product, 0, len(list))
	for _, p := range list {
		out = append(out, productOf(p, watched[p.ID], expired[p.ID]))
	}
	return out
}

// ProductDetails is all that is known of a product.
type ProductDetails struct {
	Product
	Usual     *Measure      `json:"usual,omitempty" doc:"How much is added when nobody says: one, or of what is weighed or measured as much as the last time; left out when nobody can say"`
	Today     string        `json:"today" doc:"The household's, YYYY-MM-DD" example:"2026-11-24"`
	Lots      []Lot         `json:"lots" doc:"What is there, what is to be used first first"`
	Units     []ProductUnit `json:"units" doc:"What else it can be entered in"`
	Barcodes  []Barcode     `json:"barcodes"`
	Allergens []string      `json:"allergens" example:"[\"oats\"]"`
}

// ProductUnit says that one Unit is Factor of Of: 1 pack is 6 piece.
type ProductUnit struct {
	Unit   string `json:"unit" example:"pack"`
	Factor int64  `json:"factor" example:"6"`
	Of     string `json:"of" example:"l"`
}

// Barcode leads to a product.
type Barcode struct {
	Code string `json:"code" example:"4006381333931"`
	Unit string `json:"unit" doc:"What one scan stands for; empty for the product's own unit"`
}

// StockChange is what a stock verb did.
type StockChange struct {
	TransactionID string     `json:"transactionId" doc:"To undo it" example:"0199c528-7220-7dd6-babf-99bfc2eb996f"`
	Verb          db.Verb    `json:"verb" enum:"add,use,waste,open,move,count,undo,put_away,merge"`
	At            int64      `json:"at"`
	Repeated      bool       `json:"repeated" doc:"It was done before under this idempotency key, and is only told again"`
	Movements     []Movement `json:"movements"`
	Lots          []Lot      `json:"lots" doc:"As they are now"`
	Products      []Product  `json:"products" doc:"As they are now"`
}

// Movement is one change of a lot.
type Movement struct {
	Position    int64   `json:"position" example:"1"`
	LotID       string  `json:"lotId" example:"0199c54c-9808-7091-8d2f-dca7d3080842"`
	ProductID   string  `json:"productId" example:"0199c565-4011-700e-88c3-928314c431c2"`
	ProductName string  `json:"productName" example:"Oat milk"`
	Amount      Measure `json:"amount" doc:"Negative for what was taken"`
	Value       string  `json:"value" doc:"What that much cost, as a decimal; empty when unknown" example:"1.99"`
	Reason      string  `json:"reason" example:""`
	Undone      bool    `json:"undone"`
}

// by says who asks for a change.
func by(ctx context.Context, household, key string) pantry.By {
	person, _ := session.PersonFrom(ctx)
	return pantry.By{HouseholdID: household, UserID: person.User.ID, Key: key}
}

// entered reads what people typed and collects what cannot be read.
type entered struct {
	today  parse.Date
	order  parse.Order
	fields []fault.Field
}

func (e *entered) refuse(name string, err error) {
	if p, ok := err.(*parse.Problem); ok { //nolint:errorlint // the rules answer it unwrapped
		e.fields = append(e.fields, p.Field(name))
		return
	}
	e.fields = append(e.fields, fault.Field{Name: name, Code: fault.Invalid, Message: "This cannot be read."})
}

// amount reads an amount; an empty one is absent.
func (e *entered) amount(name, text string, absent int64) int64 {
	if text == "" {
		return absent
	}
	amount, err := parse.ReadAmount(text)
	if err != nil {
		e.refuse(name, err)
	}
	return int64(amount)
}

// expiry reads a date as people write it; empty is that nobody said.
func (e *entered) expiry(name, text string) (string, dated.Precision) {
	if text == "" {
		return "", ""
	}
	expiry, err := parse.ReadDate(text, e.today, e.order)
	if err != nil {
		e.refuse(name, err)
	}
	return expiry.Date.String(), expiry.Precision
}

// price reads a price; empty is unknown.
func (e *entered) price(name, text string) *int64 {
	if text == "" {
		return nil
	}
	price, err := parse.ReadPrice(text, 0, parse.PriceDecimals)
	if err != nil {
		e.refuse(name, err)
	}
	return &price
}

func (e *entered) err() error { return fault.Fields(e.fields) }

// orderOf is how somebody writes dates: by the locale that a request tells, or else by the language of its header.
func orderOf(ctx context.Context, locale string) parse.Order {
	return parse.OrderOf(cmp.Or(locale, requestOf(ctx).language))
}

// entered starts to read what people of the household typed, who read a locale.
func (a *API) entered(ctx context.Context, household, locale string) (*entered, error) {
	text, err := a.pantry.Today(ctx, household)
	if err != nil {
		return nil, err
	}
	today, err := parse.ReadISODate(text)
	return &entered{today: today, order: orderOf(ctx, locale)}, err
}
