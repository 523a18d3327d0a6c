package app

import (
	"context"
	"net/http"
	"strings"

	"pantrie/app/pantry"
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
)

func (a *API) pantryRoutes() {
	look := func(path, id, tag, summary string) route {
		return route{method: http.MethodGet, path: "/households/{household}" + path, id: id, tag: tag, summary: summary, access: signedIn, role: db.RoleViewer}
	}
	change := func(method, path, id, summary string, role db.Role) route {
		return route{method: method, path: "/households/{household}" + path, id: id, tag: "Places", summary: summary, access: signedIn, role: role, fails: []fault.Code{fault.NotFound, fault.Conflict, fault.ValidationFailed}}
	}
	made := func(r route) route { r.status = http.StatusCreated; return r }
	gone := func(r route) route { r.status = http.StatusNoContent; return r }
	add(a, look("/home", "getHome", "Stock", "What is due within a week, and what runs low").like(shown{tells: []string{"groups.name=week"}}), a.getHome)
	add(a, look("/stock", "listStock", "Stock", "What is there, what is to be used first first"), a.listStock)
	add(a, look("/stock/read", "readLine", "Stock", "What a line such as “2 milk 30.11.” means; nothing is stored"), a.readLine)
	add(a, look("/products", "listProducts", "Products", "Products by name, or with q the best matches first"), a.listProducts)
	add(a, look("/places", "listPlaces", "Places", "Where things are kept, the categories, and the allergens watched for"), a.listPlaces)
	take(a, made(change(http.MethodPost, "/locations", "createLocation", "Make a place", db.RoleEditor)), a.createLocation)
	take(a, change(http.MethodPost, "/locations/batch", "createLocations",
		"Create several places in one step; one that exists stays as it is", db.RoleEditor).
		like(shown{asks: []string{"locations.name, locations.kind"}}), a.createLocations)
	take(a, change(http.MethodPut, "/locations/order", "orderLocations",
		"Put places in this order; those left out follow as they were", db.RoleEditor), a.orderLocations)
	take(a, change(http.MethodPatch, "/locations/{id}", "updateLocation", "Change a place", db.RoleEditor).like(shown{asks: []string{"name=Big fridge"}, tells: []string{"name=Big fridge"}}), a.updateLocation)
	addOther(a, gone(change(http.MethodDelete, "/locations/{id}", "deleteLocation", "Delete a place where nothing is", db.RoleEditor)), a.deleteLocation)
	take(a, made(change(http.MethodPost, "/categories", "createCategory", "Make a category", db.RoleEditor).like(shown{asks: []string{"name=Dairy"}})), a.createCategory)
	take(a, change(http.MethodPut, "/categories/order", "orderCategories",
		"Put categories in this order; those left out follow as they were", db.RoleEditor).
		like(shown{asks: []string{`ids=["0199c58d-2f7a-75d6-a57b-ee1590d84c08"]`}}), a.orderCategories)
	take(a, change(http.MethodPatch, "/categories/{id}", "updateCategory", "Change a category", db.RoleEditor).like(shown{asks: []string{"name=Milk and cheese"}, tells: []string{"name=Milk and cheese"}}), a.updateCategory)
	addOther(a, gone(change(http.MethodDelete, "/categories/{id}", "deleteCategory", "Delete a category; its products have none then", db.RoleEditor)), a.deleteCategory)
	take(a, change(http.MethodPut, "/watched-allergens", "setWatched", "Say which allergens to watch for", db.RoleEditor).like(shown{tells: []string{`watched=["peanut"]`}}), a.setWatched)
}

// HomeInput asks for the home page.
type HomeInput struct {
	HouseholdPath
	Limit int `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"Of each group"`
}

// Home is the pantry at a glance.
type Home struct {
	Today    string     `json:"today" doc:"The household's, YYYY-MM-DD" example:"2026-11-24"`
	Groups   []DueGroup `json:"groups" doc:"All four, in this order, also when they are empty"`
	Low      LowGroup   `json:"low"`
	Shopping int64      `json:"shopping" doc:"Things on the shopping list" example:"4"`
	Tray     int64      `json:"tray" doc:"Things bought and not put away yet" example:"2"`
	Empty    bool       `json:"empty" doc:"There is no product yet"`
}

// DueGroup is what is due in a span of days.
type DueGroup struct {
	Name  pantry.GroupName `json:"name" enum:"expired,today,three_days,week"`
	Count int64            `json:"count" doc:"Of all, also of those that are left out" example:"1"`
	Lots  []Lot            `json:"lots"`
}

// Missing is how much of a product is to be bought.
type Missing struct {
	ProductID string  `json:"productId" example:"0199c565-4011-700e-88c3-928314c431c2"`
	Amount    Measure `json:"amount"`
}

// LowGroup is what runs low.
type LowGroup struct {
	Count    int64     `json:"count" example:"1"`
	Products []Product `json:"products"`
	Listed   []string  `json:"listed" doc:"Ids of those of which as much as is missing is on the shopping list, or in the tray"`
	Missing  []Missing `json:"missing" doc:"How much of each is to be bought: whole packs where it is known how much is in one"`
}

// StockFilter selects lots.
type StockFilter struct {
	HouseholdPath
	Location string `query:"location" doc:"Id of a place"`
	Category string `query:"category" doc:"Id of a category"`
	Q        string `query:"q" maxLength:"200" doc:"As with products"`
	Expires  string `query:"expires" enum:",expired,today,three_days,week,none" doc:"When the date is; none for those without one" example:"week"`
	After    string `query:"after" doc:"The next of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// StockPage is a page of lots.
type StockPage struct {
	Today string `json:"today" example:"2026-11-24"`
	Lots  []Lot  `json:"lots"`
	Next  string `json:"next" doc:"For the next page; empty on the last one" example:"2026-11-30 0199c54c-9808-7091-8d2f-dca7d3080842"`
}

// ProductFilter selects products.
type ProductFilter struct {
	HouseholdPath
	Q        string `query:"q" maxLength:"200" doc:"Beginnings of words of name, brand, barcode, note or category; case and accents are forgiven" example:"oat"`
	Category string `query:"category" doc:"Id of a category"`
	Low      bool   `query:"low" doc:"Only what runs low"`
	After    string `query:"after" doc:"The next of the page before; not with q"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// ProductPage is a page of products.
type ProductPage struct {
	Products []Product `json:"products"`
	Next     string    `json:"next" example:"bread 0199c557-8805-75a3-977e-d3dfc2a6be03"`
}

// Places is what the stock is sorted by.
type Places struct {
	Locations  []Place    `json:"locations"`
	Categories []Category `json:"categories"`
	Watched    []string   `json:"watched" doc:"Allergens to watch for" example:"[\"milk\"]"`
	Units      []string   `json:"units" doc:"Units that every product knows" example:"[\"g\",\"kg\",\"l\",\"piece\",\"pack\"]"`
}

// Place is where things are kept.
type Place struct {
	ID       string          `json:"id" example:"0199c52b-9df0-7353-a636-8f2dce8ef5e5"`
	Name     string          `json:"name" example:"Fridge"`
	Kind     db.LocationKind `json:"kind" enum:"cupboard,fridge,freezer" example:"fridge"`
	Icon     string          `json:"icon" example:""`
	Position int64           `json:"position" example:"1"`
}

// Category is a kind of product.
type Category struct {
	ID       string `json:"id" example:"0199c58d-2f7a-75d6-a57b-ee1590d84c08"`
	Name     string `json:"name" example:"Dairy"`
	Icon     string `json:"icon" example:"milk"`
	Position int64  `json:"position" example:"1"`
}

// PlaceInput makes or changes a place or a category; what is left out stays.
type PlaceInput struct {
	Name     *string `json:"name,omitempty" example:"Fridge"`
	Kind     *string `json:"kind,omitempty" enum:"cupboard,fridge,freezer" doc:"Of a place; cupboard at first" example:"fridge"`
	Icon     *string `json:"icon,omitempty"`
	Position *int64  `json:"position,omitempty"`
}

// CreatePlaceInput is [PlaceInput] for a household.
type CreatePlaceInput struct {
	HouseholdPath
	Body PlaceInput
}

// CreatePlacesInput is several [PlaceInput] for a household.
type CreatePlacesInput struct {
	HouseholdPath
	Body struct {
		Locations []PlaceInput `json:"locations" minItems:"1" maxItems:"100"`
	}
}

// PlaceList is places of a household.
type PlaceList struct {
	Locations []Place `json:"locations"`
}

// CategoryList is the categories of a household.
type CategoryList struct {
	Categories []Category `json:"categories"`
}

// OrderInput is the order of places or of categories.
type OrderInput struct {
	HouseholdPath
	Body struct {
		IDs []string `json:"ids" minItems:"1" maxItems:"1000" example:"[\"0199c52b-9df0-7353-a636-8f2dce8ef5e5\"]"`
	}
}

// UpdatePlaceInput is [PlaceInput] for something that is there.
type UpdatePlaceInput struct {
	ItemPath
	Body PlaceInput
}

// WatchInput is what to watch for.
type WatchInput struct {
	HouseholdPath
	Body struct {
		Labels []string `json:"labels" maxItems:"100" example:"[\"peanut\"]"`
	}
}

func (a *API) getHome(ctx context.Context, in *HomeInput) (*body[Home], error) {
	h, err := a.pantry.Home(ctx, in.Household, in.Limit)
	if err != nil {
		return nil, err
	}
	expired, err := a.pantry.Say(ctx, in.Household, h.Low)
	if err != nil {
		return nil, err
	}
	ids := idsOf(h.Low)
	for _, g := range h.Groups {
		for _, l := range g.Lots {
			ids = append(ids, l.ProductID)
		}
	}
	watched, err := a.pantry.WatchedAmong(ctx, in.Household, ids)
	if err != nil {
		return nil, err
	}
	out := Home{Today: h.Today, Groups: []DueGroup{}, Low: LowGroup{h.LowCount, productsOf(h.Low, watched, expired), h.Listed, []Missing{}}, Shopping: h.Wanted, Tray: h.Tray, Empty: h.Empty}
	for _, p := range h.Low {
		m := h.Missing[p.ID]
		out.Low.Missing = append(out.Low.Missing, Missing{p.ID, Measure{m.Amount.String(), string(m.Unit)}})
	}
	for _, g := range h.Groups {
		out.Groups = append(out.Groups, DueGroup{g.Name, g.Count, lotsOf(g.Lots, watched)})
	}
	return &body[Home]{out}, nil
}

// lotsOf are lots of which is known what the household watches for.
func lotsOf(list []db.LotWithProduct, watched map[string][]string) []Lot {
	out := make([]Lot, 0, len(list))
	for _, l := range list {
		out = append(out, lotOf(l, watched[l.ProductID]))
	}
	return out
}

func idsOf(list []db.Product) []string {
	ids := make([]string, 0, len(list))
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}

// products tells of products what is shown of them.
func (a *API) products(ctx context.Context, household string, list []db.Product) ([]Product, error) {
	expired, err := a.pantry.Say(ctx, household, list)
	if err != nil {
		return nil, err
	}
	watched, err := a.pantry.WatchedAmong(ctx, household, idsOf(list))
	return productsOf(list, watched, expired), err
}

// page splits what continues a list into its two parts.
func page(after string) (key, id string) {
	if i := strings.LastIndex(after, " "); i >= 0 {
		return after[:i], after[i+1:]
	}
	return "", ""
}

func (a *API) listStock(ctx context.Context, in *StockFilter) (*body[StockPage], error) {
	f := pantry.StockFilter{LocationID: in.Location, CategoryID: in.Category, Expires: pantry.GroupName(in.Expires), Text: in.Q, Most: in.Limit + 1}
	f.AfterKey, f.AfterID = page(in.After)
	list, today, err := a.pantry.Stock(ctx, in.Household, f)
	if err != nil {
		return nil, err
	}
	out := StockPage{Today: today}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		out.Next = list[in.Limit-1].SortKey + " " + list[in.Limit-1].ID
	}
	ids := make([]string, len(list))
	for i, l := range list {
		ids[i] = l.ProductID
	}
	watched, err := a.pantry.WatchedAmong(ctx, in.Household, ids)
	out.Lots = lotsOf(list, watched)
	return &body[StockPage]{out}, err
}

func (a *API) listProducts(ctx context.Context, in *ProductFilter) (*body[ProductPage], error) {
	if strings.TrimSpace(in.Q) != "" {
		found, err := a.pantry.SearchIn(ctx, in.Household, in.Q, in.Category, in.Limit)
		if err != nil {
			return nil, err
		}
		products, err := a.products(ctx, in.Household, found)
		return &body[ProductPage]{ProductPage{Products: products}}, err
	}
	f := db.ProductFilter{HouseholdID: in.Household, CategoryID: in.Category, Low: in.Low, Most: in.Limit + 1}
	f.AfterKey, f.AfterID = page(in.After)
	list, err := a.pantry.Products(ctx, f)
	if err != nil {
		return nil, err
	}
	var out ProductPage
	if len(list) > in.Limit {
		list = list[:in.Limit]
		out.Next = list[in.Limit-1].NameKey + " " + list[in.Limit-1].ID
	}
	out.Products, err = a.products(ctx, in.Household, list)
	return &body[ProductPage]{out}, err
}

func (a *API) listPlaces(ctx context.Context, in *HouseholdPath) (*body[Places], error) {
	locations, err := a.db.Locations(ctx, in.Household)
	if err != nil {
		return nil, err
	}
	categories, err := a.db.Categories(ctx, in.Household)
	if err != nil {
		return nil, err
	}
	watched, err := a.db.Watched(ctx, in.Household)
	if err != nil {
		return nil, err
	}
	out := Places{
		Locations:  placesOf(locations).Locations,
		Categories: categoriesOf(categories).Categories,
		Watched:    []string{},
		Units:      []string{},
	}
	for _, w := range watched {
		out.Watched = append(out.Watched, w.Label)
	}
	for _, u := range parse.Units() {
		out.Units = append(out.Units, string(u))
	}
	return &body[Places]{out}, nil
}

func placesOf(list []db.Location) PlaceList {
	out := PlaceList{Locations: make([]Place, 0, len(list))}
	for _, l := range list {
		out.Locations = append(out.Locations, placeOf(l))
	}
	return out
}

func placeOf(l db.Location) Place {
	return Place{ID: l.ID, Name: l.Name, Kind: l.Kind, Icon: l.Icon, Position: l.Position}
}

func categoriesOf(list []db.Category) CategoryList {
	out := CategoryList{Categories: make([]Category, 0, len(list))}
	for _, c := range list {
		out.Categories = append(out.Categories, categoryOf(c))
	}
	return out
}

func categoryOf(c db.Category) Category {
	return Category{ID: c.ID, Name: c.Name, Icon: c.Icon, Position: c.Position}
}

func (in PlaceInput) place(f *pantry.PlaceFields) {
	if in.Name != nil {
		f.Name = *in.Name
	}
	if in.Kind != nil {
		f.Kind = db.LocationKind(*in.Kind)
	}
	if in.Icon != nil {
		f.Icon = *in.Icon
	}
	if in.Position != nil {
		f.Position = *in.Position
	}
}

func (in PlaceInput) category(f *pantry.CategoryFields) {
	as := pantry.PlaceFields{Name: f.Name, Icon: f.Icon, Position: f.Position}
	in.place(&as)
	f.Name, f.Icon, f.Position = as.Name, as.Icon, as.Position
}

func (a *API) createLocation(ctx context.Context, in *CreatePlaceInput) (*body[Place], error) {
	fields := pantry.PlaceFields{Kind: db.Cupboard}
	in.Body.place(&fields)
	l, err := a.pantry.CreateLocation(ctx, by(ctx, in.Household, ""), fields)
	return sorted(a, in.Household, placeOf(l), err)
}

func (a *API) createLocations(ctx context.Context, in *CreatePlacesInput) (*body[PlaceList], error) {
	list := make([]pantry.PlaceFields, len(in.Body.Locations))
	for i, each := range in.Body.Locations {
		list[i].Kind = db.Cupboard
		each.place(&list[i])
	}
	made, err := a.pantry.CreateLocations(ctx, by(ctx, in.Household, ""), list)
	return sorted(a, in.Household, placesOf(made), err)
}

func (a *API) orderLocations(ctx context.Context, in *OrderInput) (*body[PlaceList], error) {
	list, err := a.pantry.OrderLocations(ctx, by(ctx, in.Household, ""), in.Body.IDs)
	return sorted(a, in.Household, placesOf(list), err)
}

// sorted tells everybody of a change of places or categories.
func sorted[T any](a *API, household string, out T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	a.live.tell(household, stockChanged)
	return &body[T]{out}, nil
}

func (a *API) updateLocation(ctx context.Context, in *UpdatePlaceInput) (*body[Place], error) {
	l, err := a.pantry.ChangeLocation(ctx, by(ctx, in.Household, ""), in.ID, in.Body.place)
	return sorted(a, in.Household, placeOf(l), err)
}

func (a *API) deleteLocation(ctx context.Context, in *ItemPath) (*Empty, error) {
	_, err := sorted(a, in.Household, Empty{}, a.pantry.DeleteLocation(ctx, by(ctx, in.Household, ""), in.ID))
	return &Empty{}, err
}

func (a *API) createCategory(ctx context.Context, in *CreatePlaceInput) (*body[Category], error) {
	var fields pantry.CategoryFields
	in.Body.category(&fields)
	c, err := a.pantry.CreateCategory(ctx, by(ctx, in.Household, ""), fields)
	return sorted(a, in.Household, categoryOf(c), err)
}

func (a *API) orderCategories(ctx context.Context, in *OrderInput) (*body[CategoryList], error) {
	list, err := a.pantry.OrderCategories(ctx, by(ctx, in.Household, ""), in.Body.IDs)
	return sorted(a, in.Household, categoriesOf(list), err)
}

func (a *API) updateCategory(ctx context.Context, in *UpdatePlaceInput) (*body[Category], error) {
	c, err := a.pantry.ChangeCategory(ctx, by(ctx, in.Household, ""), in.ID, in.Body.category)
	return sorted(a, in.Household, categoryOf(c), err)
}

func (a *API) deleteCategory(ctx context.Context, in *ItemPath) (*Empty, error) {
	_, err := sorted(a, in.Household, Empty{}, a.pantry.DeleteCategory(ctx, by(ctx, in.Household, ""), in.ID))
	return &Empty{}, err
}

func (a *API) setWatched(ctx context.Context, in *WatchInput) (*body[Places], error) {
	if _, err := sorted(a, in.Household, Empty{}, a.pantry.SetWatched(ctx, by(ctx, in.Household, ""), in.Body.Labels)); err != nil {
		return nil, err
	}
	return a.listPlaces(ctx, &in.HouseholdPath)
}
