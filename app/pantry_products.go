package app

import (
	"cmp"
	"context"
	"net/http"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

func (a *API) productRoutes() {
	product := func(method, path, id, summary string, role db.Role) route {
		return route{method: method, path: "/households/{household}" + path, id: id, tag: "Products", summary: summary, access: signedIn, role: role, fails: []fault.Code{fault.NotFound, fault.Conflict, fault.ValidationFailed}}
	}
	gone := func(r route) route { r.status = http.StatusNoContent; return r }
	made := func(r route) route { r.status = http.StatusCreated; return r }
	take(a, made(product(http.MethodPost, "/products", "createProduct", "Make a product; a name is enough", db.RoleEditor)), a.createProduct)
	add(a, product(http.MethodGet, "/products/{id}", "getProduct", "All that is known of a product", db.RoleViewer), a.getProduct)
	take(a, product(http.MethodPatch, "/products/{id}", "updateProduct", "Change a product; what is left out stays", db.RoleEditor).like(shown{asks: []string{"minimum=3"}, tells: []string{"minimum.amount=3"}}), a.updateProduct)
	add(a, product(http.MethodDelete, "/products/{id}", "deleteProduct", "Delete a product that there never was any of; any other one is archived, until there is some again", db.RoleEditor), a.deleteProduct)
	take(a, product(http.MethodPost, "/products/{id}/merge", "mergeProduct", "Make this product part of another one", db.RoleEditor).like(shown{tells: []string{"verb=merge"}}), a.mergeProduct)
	take(a, product(http.MethodPost, "/products/{id}/units", "setUnit", "Say how many of another unit are in one of this one", db.RoleEditor), a.setUnit)
	take(a, product(http.MethodPost, "/products/{id}/barcodes", "addBarcode", "Let a barcode lead to the product", db.RoleEditor).like(shown{tells: []string{"barcodes.code=5411188110835"}}), a.addBarcode)
	addOther(a, gone(product(http.MethodDelete, "/barcodes/{id}", "removeBarcode", "Let a barcode lead nowhere", db.RoleEditor)), a.removeBarcode)
	add(a, product(http.MethodGet, "/barcodes/{id}", "getByBarcode", "The product that a barcode leads to", db.RoleViewer), a.getByBarcode)
	take(a, product(http.MethodPatch, "/lots/{id}", "updateLot", "Correct the date, price or note of a lot", db.RoleEditor).like(shown{asks: []string{"expires, note"}}), a.updateLot)
}

// ProductInput makes or changes a product. What is left out stays as it is.
type ProductInput struct {
	Name            *string   `json:"name,omitempty" doc:"Needed for a new one" example:"Oat milk"`
	Brand           *string   `json:"brand,omitempty" example:"Hofgut"`
	CategoryID      *string   `json:"categoryId,omitempty" doc:"Empty for none" example:"0199c58d-2f7a-75d6-a57b-ee1590d84c08"`
	LocationID      *string   `json:"locationId,omitempty" doc:"Empty for none" example:"0199c52b-9df0-7353-a636-8f2dce8ef5e5"`
	Unit            *string   `json:"unit,omitempty" doc:"The one that people enter it in; piece at first" example:"l"`
	Minimum         *string   `json:"minimum,omitempty" doc:"What is always to be there; empty for none" example:"2"`
	MinimumUnit     string    `json:"minimumUnit,omitempty" doc:"The product's own when it is left out"`
	Staple          *bool     `json:"staple,omitempty"`
	UsedByPack      *bool     `json:"usedByPack,omitempty" doc:"Of what is weighed or measured, and of which it is known how much is in a pack: one pack is used at once"`
	ShelfLife       *int64    `json:"shelfLife,omitempty" doc:"Days; -1 for unknown" example:"180"`
	OpenedShelfLife *int64    `json:"openedShelfLife,omitempty" doc:"Days; -1 for unknown" example:"5"`
	FrozenShelfLife *int64    `json:"frozenShelfLife,omitempty" doc:"Days; -1 for unknown"`
	ThawedShelfLife *int64    `json:"thawedShelfLife,omitempty" doc:"Days; -1 for unknown"`
	DateKind        string    `json:"dateKind,omitempty" enum:",best_before,use_by"`
	Note            *string   `json:"note,omitempty"`
	Allergens       *[]string `json:"allergens,omitempty" doc:"Free labels; case, accents and plural are forgiven" example:"[\"oats\"]"`
}

// apply changes f as far as the input says something.
func (in ProductInput) apply(e *entered, f *pantry.ProductFields) {
	for _, text := range []struct {
		from *string
		to   *string
	}{{in.Name, &f.Name}, {in.Brand, &f.Brand}, {in.CategoryID, &f.CategoryID}, {in.LocationID, &f.LocationID}, {in.Unit, &f.Unit}, {in.Note, &f.Note}} {
		if text.from != nil {
			*text.to = *text.from
		}
	}
	for _, days := range []struct {
		from *int64
		to   **int64
	}{{in.ShelfLife, &f.ShelfLife}, {in.OpenedShelfLife, &f.OpenedShelfLife}, {in.FrozenShelfLife, &f.FrozenShelfLife}, {in.ThawedShelfLife, &f.ThawedShelfLife}} {
		if days.from != nil && *days.from == -1 {
			*days.to = nil
		} else if days.from != nil {
			*days.to = days.from
		}
	}
	if in.Staple != nil {
		f.Staple = *in.Staple
	}
	if in.UsedByPack != nil {
		f.UsedByPack = *in.UsedByPack
	}
	f.DateKind, f.Allergens = cmp.Or(dated.Kind(in.DateKind), f.DateKind), in.Allergens
	if in.Minimum != nil {
		f.Minimum, f.MinimumUnit = nil, in.MinimumUnit
		if n := e.amount("minimum", *in.Minimum, 0); n != 0 {
			f.Minimum = &n
		}
	}
}

// CreateProductInput is [ProductInput] for a household.
type CreateProductInput struct {
	HouseholdPath
	Body ProductInput
}

// UpdateProductInput is [ProductInput] for a product.
type UpdateProductInput struct {
	ItemPath
	Body ProductInput
}

// MergeInput says which product it becomes.
type MergeInput struct {
	KeyedItemPath
	Body struct {
		Into       string           `json:"into" doc:"Id of the product that stays" example:"0199c557-8805-75a3-977e-d3dfc2a6be03"`
		Conversion *MergeConversion `json:"conversion,omitempty" doc:"Where the stock of the one cannot be told in the other's units, which is refused with units_differ"`
	}
}

// MergeConversion says that one of a unit is so many of another, where each is of one of the two products.
type MergeConversion struct {
	Unit   string `json:"unit" example:"jar"`
	Factor int64  `json:"factor" doc:"From 1 to 1,000,000" example:"1"`
	Of     string `json:"of" example:"piece"`
}

// UnitInput is [ProductUnit] for a product.
type UnitInput struct {
	ItemPath
	Body struct {
		Unit   string `json:"unit" example:"pack"`
		Factor int64  `json:"factor" doc:"From 2 to 1,000,000; 0 removes the unit" example:"6"`
		Of     string `json:"of,omitempty" example:"l"`
	}
}

// BarcodeInput is [Barcode] for a product.
type BarcodeInput struct {
	ItemPath
	Body struct {
		Code string `json:"code" example:"5411188110835"`
		Unit string `json:"unit,omitempty" doc:"What one scan stands for; the product's own unit when it is left out"`
	}
}

// LotInput corrects what is known of a lot. What is left out stays.
type LotInput struct {
	ItemPath
	Body struct {
		Expires  *string `json:"expires,omitempty" doc:"As with adding; none for no date" example:"2026-12-24"`
		Guessed  bool    `json:"guessed,omitempty" doc:"The date is a guess, not read from the package"`
		DateKind string  `json:"dateKind,omitempty" enum:",best_before,use_by"`
		BoughtOn *string `json:"boughtOn,omitempty" example:"2026-11-20"`
		Price    *string `json:"price,omitempty" doc:"Of what is there of it; empty for unknown" example:"2.19"`
		Note     *string `json:"note,omitempty" example:"Opened on Sunday"`
		Locale   string  `json:"locale,omitempty" doc:"Of who typed it, such as en-US: says whether 12/05 is in May or in December. The first one of Accept-Language when it is left out" example:"en-GB"`
	}
}

func (a *API) createProduct(ctx context.Context, in *CreateProductInput) (*body[ProductDetails], error) {
	var e entered
	var fields pantry.ProductFields
	in.Body.apply(&e, &fields)
	if err := e.err(); err != nil {
		return nil, err
	}
	p, err := a.pantry.CreateProduct(ctx, by(ctx, in.Household, ""), fields)
	return a.changedProduct(ctx, in.Household, p.ID, err)
}

func (a *API) updateProduct(ctx context.Context, in *UpdateProductInput) (*body[ProductDetails], error) {
	var e entered
	in.Body.apply(&e, &pantry.ProductFields{}) // what cannot be read is refused before anything is stored
	if err := e.err(); err != nil {
		return nil, err
	}
	p, err := a.pantry.ChangeProduct(ctx, by(ctx, in.Household, ""), in.ID, func(f *pantry.ProductFields) { in.Body.apply(&e, f) })
	return a.changedProduct(ctx, in.Household, p.ID, err)
}

// changedProduct tells of a product that was changed.
func (a *API) changedProduct(ctx context.Context, household, id string, err error) (*body[ProductDetails], error) {
	if err != nil {
		return nil, err
	}
	a.live.tell(household, stockChanged)
	return a.getProduct(ctx, &ItemPath{HouseholdPath{household}, id})
}

func (a *API) getProduct(ctx context.Context, in *ItemPath) (*body[ProductDetails], error) {
	p, err := a.pantry.Product(ctx, in.Household, in.ID)
	if err != nil {
		return nil, err
	}
	return a.details(ctx, p)
}

func (a *API) details(ctx context.Context, p db.Product) (*body[ProductDetails], error) {
	lots, err := a.db.LotsOf(ctx, p.HouseholdID, p.ID)
	if err != nil {
		return nil, err
	}
	d, err := a.db.DetailsOf(ctx, p.HouseholdID, p.ID)
	if err != nil {
		return nil, err
	}
	one := []db.Product{p}
	expired, err := a.pantry.Say(ctx, p.HouseholdID, one)
	if err != nil {
		return nil, err
	}
	out := ProductDetails{Product: productOf(one[0], d.Watched, expired[p.ID]), Today: a.pantry.Day(d.TimeZone), Lots: []Lot{}, Units: []ProductUnit{}, Barcodes: []Barcode{}, Allergens: d.Allergens}
	pantry.UseFirst(lots, out.Today)
	for _, l := range lots {
		out.Lots = append(out.Lots, lotOf(withProduct(l, p), d.Watched))
	}
	often, err := a.pantry.Usual(ctx, p)
	if err != nil {
		return nil, err
	}
	if often.Amount > 0 {
		out.Usual = &Measure{Amount: often.Amount.String(), Unit: string(often.Unit)}
	}
	for unit, factor := range d.Units {
		out.Units = append(out.Units, ProductUnit{Unit: unit, Factor: factor, Of: p.Base})
	}
	for _, c := range d.Barcodes {
		out.Barcodes = append(out.Barcodes, Barcode{Code: c.Code, Unit: c.Unit})
	}
	return &body[ProductDetails]{out}, nil
}

// Deleted says what became of a product.
type Deleted struct {
	Archived bool `json:"archived" doc:"It is hidden until something of it is added; otherwise nothing of it is left"`
}

func (a *API) deleteProduct(ctx context.Context, in *ItemPath) (*body[Deleted], error) {
	archived, err := a.pantry.DeleteProduct(ctx, by(ctx, in.Household, ""), in.ID)
	if err != nil {
		return nil, err
	}
	a.live.tell(in.Household, stockChanged)
	return &body[Deleted]{Deleted{archived}}, nil
}

func (a *API) mergeProduct(ctx context.Context, in *MergeInput) (*body[StockChange], error) {
	who := by(ctx, in.Household, in.Key)
	m := pantry.Merging{ProductID: in.ID, IntoID: in.Body.Into}
	if c := in.Body.Conversion; c != nil {
		m.Conversion = &pantry.ProductUnit{Unit: c.Unit, Factor: c.Factor, Of: c.Of}
	}
	return a.stocked(ctx, who)(a.pantry.Merge(ctx, who, m))
}

func (a *API) setUnit(ctx context.Context, in *UnitInput) (*body[ProductDetails], error) {
	who := by(ctx, in.Household, "")
	if in.Body.Factor == 0 {
		return a.changedProduct(ctx, in.Household, in.ID, a.pantry.RemoveUnit(ctx, who, in.ID, in.Body.Unit))
	}
	_, err := a.pantry.SetUnit(ctx, who, in.ID, pantry.ProductUnit{Unit: in.Body.Unit, Factor: in.Body.Factor, Of: in.Body.Of})
	return a.changedProduct(ctx, in.Household, in.ID, err)
}

func (a *API) addBarcode(ctx context.Context, in *BarcodeInput) (*body[ProductDetails], error) {
	return a.changedProduct(ctx, in.Household, in.ID, a.pantry.AddBarcode(ctx, by(ctx, in.Household, ""), in.ID, in.Body.Code, in.Body.Unit))
}

func (a *API) removeBarcode(ctx context.Context, in *ItemPath) (*Empty, error) {
	err := a.pantry.RemoveBarcode(ctx, by(ctx, in.Household, ""), in.ID)
	if err == nil {
		a.live.tell(in.Household, stockChanged)
	}
	return &Empty{}, err
}

func (a *API) getByBarcode(ctx context.Context, in *ItemPath) (*body[ProductDetails], error) {
	p, err := a.pantry.ProductByBarcode(ctx, in.Household, in.ID)
	if err != nil {
		return nil, err
	}
	return a.details(ctx, p)
}

func (a *API) updateLot(ctx context.Context, in *LotInput) (*body[ProductDetails], error) {
	e, err := a.entered(ctx, in.Household, in.Body.Locale)
	if err != nil {
		return nil, err
	}
	var expires string
	var precision dated.Precision
	var price *int64
	if in.Body.Expires != nil {
		expires, precision = e.expiry("expires", *in.Body.Expires)
	}
	if in.Body.Price != nil {
		price = e.price("price", *in.Body.Price)
	}
	if err := e.err(); err != nil {
		return nil, err
	}
	l, err := a.pantry.ChangeLot(ctx, by(ctx, in.Household, ""), in.ID, func(f *pantry.LotFields) {
		if in.Body.Expires != nil {
			f.ExpiresOn, f.Precision, f.Guessed = expires, cmp.Or(precision, dated.Undated), in.Body.Guessed
		}
		if in.Body.Price != nil {
			f.Price = price
		}
		if in.Body.BoughtOn != nil {
			f.BoughtOn = *in.Body.BoughtOn
		}
		if in.Body.Note != nil {
			f.Note = *in.Body.Note
		}
		f.DateKind = cmp.Or(dated.Kind(in.Body.DateKind), f.DateKind)
	})
	return a.changedProduct(ctx, in.Household, l.ProductID, err)
}
