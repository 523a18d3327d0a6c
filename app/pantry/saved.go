package pantry

import (
	"encoding/json"

	"pantrie/app/pantry/parse"
	"pantrie/db"
	"pantrie/db/dated"
	"pantrie/db/fold"
)

// The rows of an export, each beside what makes it of a row of the database and back. A test fails where one of them
// forgets a field.

type savedHousehold struct {
	Name     string `json:"name"`
	TimeZone string `json:"timeZone"`

	IgnoreOpened  bool `json:"ignoreOpened,omitempty"`
	IgnoreExpired bool `json:"ignoreExpired,omitempty"`
}

func saveHousehold(h db.Household) savedHousehold {
	return savedHousehold{h.Name, h.TimeZone, h.IgnoreOpened, h.IgnoreExpired}
}

// household is h with what the export says of it.
func (r savedHousehold) household(h db.Household) db.Household {
	h.Name, h.TimeZone, h.IgnoreOpened, h.IgnoreExpired = r.Name, r.TimeZone, r.IgnoreOpened, r.IgnoreExpired
	return h
}

type savedLocation struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Kind      db.LocationKind `json:"kind"`
	Icon      string          `json:"icon,omitempty"`
	Position  int64           `json:"position"`
	CreatedAt int64           `json:"createdAt"`
}

func saveLocation(l db.Location) savedLocation {
	return savedLocation{l.ID, l.Name, l.Kind, l.Icon, l.Position, l.CreatedAt}
}

func (r savedLocation) location(householdID string) db.Location {
	return db.Location{HouseholdID: householdID, ID: r.ID, Name: r.Name, NameKey: fold.Key(r.Name), Kind: r.Kind, Icon: r.Icon, Position: r.Position, CreatedAt: r.CreatedAt}
}

type savedCategory struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Icon      string `json:"icon,omitempty"`
	Position  int64  `json:"position"`
	CreatedAt int64  `json:"createdAt"`
}

func saveCategory(c db.Category) savedCategory {
	return savedCategory{c.ID, c.Name, c.Icon, c.Position, c.CreatedAt}
}

func (r savedCategory) category(householdID string) db.Category {
	return db.Category{HouseholdID: householdID, ID: r.ID, Name: r.Name, NameKey: fold.Key(r.Name), Icon: r.Icon, Position: r.Position, CreatedAt: r.CreatedAt}
}

type savedPhoto struct {
	ID        string `json:"id"`
	Data      []byte `json:"data"`
	CreatedAt int64  `json:"createdAt"`
}

type savedProduct struct {
	ID              string          `json:"id"`
	Name            string          `json:"name"`
	Brand           string          `json:"brand,omitempty"`
	CategoryID      string          `json:"categoryId,omitempty"`
	LocationID      string          `json:"locationId,omitempty"`
	PhotoID         string          `json:"photoId,omitempty"`
	Base            string          `json:"base"`
	Unit            string          `json:"unit"`
	UsedBy          string          `json:"usedBy,omitempty"`
	Minimum         *parse.Amount   `json:"minimum,omitempty"`
	Staple          bool            `json:"staple,omitempty"`
	ShelfLife       *int64          `json:"shelfLife,omitempty"`
	OpenedShelfLife *int64          `json:"openedShelfLife,omitempty"`
	FrozenShelfLife *int64          `json:"frozenShelfLife,omitempty"`
	ThawedShelfLife *int64          `json:"thawedShelfLife,omitempty"`
	DateKind        dated.Kind      `json:"dateKind"`
	Nutrition       json.RawMessage `json:"nutrition,omitempty"`
	Note            string          `json:"note,omitempty"`
	MergedInto      string          `json:"mergedInto,omitempty"`
	ArchivedAt      int64           `json:"archivedAt,omitempty"`
	CreatedAt       int64           `json:"createdAt"`
	UpdatedAt       int64           `json:"updatedAt"`
}

func saveProduct(p db.Product) savedProduct {
	return savedProduct{
		ID: p.ID, Name: p.Name, Brand: p.Brand, CategoryID: p.CategoryID, LocationID: p.LocationID, PhotoID: p.PhotoID, Base: p.Base, Unit: p.Unit, UsedBy: p.UsedBy, Minimum: (*parse.Amount)(p.Minimum), Staple: p.Staple,
		ShelfLife: p.ShelfLife, OpenedShelfLife: p.OpenedShelfLife, FrozenShelfLife: p.FrozenShelfLife, ThawedShelfLife: p.ThawedShelfLife, DateKind: p.DateKind,
		Nutrition: json.RawMessage(p.Nutrition), Note: p.Note, MergedInto: p.MergedInto, ArchivedAt: p.ArchivedAt, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
}

// product is the row without what it became: that may come later in the file.
func (r savedProduct) product(householdID string) db.Product {
	return db.Product{
		HouseholdID: householdID, ID: r.ID, Name: r.Name, NameKey: fold.Key(r.Name), Brand: r.Brand, CategoryID: r.CategoryID, LocationID: r.LocationID, PhotoID: r.PhotoID, Base: r.Base, Unit: r.Unit, UsedBy: r.UsedBy, Minimum: (*int64)(r.Minimum), Staple: r.Staple,
		ShelfLife: r.ShelfLife, OpenedShelfLife: r.OpenedShelfLife, FrozenShelfLife: r.FrozenShelfLife, ThawedShelfLife: r.ThawedShelfLife, DateKind: r.DateKind,
		Nutrition: string(r.Nutrition), Note: r.Note, ArchivedAt: r.ArchivedAt, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

type savedUnit struct {
	ProductID string `json:"productId"`
	Unit      string `json:"unit"`
	Factor    int64  `json:"factor"`
}

type savedBarcode struct {
	Code      string `json:"code"`
	ProductID string `json:"productId"`
	Unit      string `json:"unit,omitempty"`
	CreatedAt int64  `json:"createdAt"`
}

func saveBarcode(b db.Barcode) savedBarcode {
	return savedBarcode{b.Code, b.ProductID, b.Unit, b.CreatedAt}
}

func (r savedBarcode) barcode(householdID string) db.Barcode {
	return db.Barcode{HouseholdID: householdID, Code: r.Code, ProductID: r.ProductID, Unit: r.Unit, CreatedAt: r.CreatedAt}
}

type savedAllergen struct {
	ProductID string `json:"productId"`
	Label     string `json:"label"`
}

type savedLot struct {
	ID         string          `json:"id"`
	ProductID  string          `json:"productId"`
	LocationID string          `json:"locationId,omitempty"`
	Amount     parse.Amount    `json:"amount"`
	ExpiresOn  string          `json:"expiresOn,omitempty"`
	Precision  dated.Precision `json:"precision"`
	DateKind   dated.Kind      `json:"dateKind"`
	Guessed    bool            `json:"guessed,omitempty"`
	BoughtOn   string          `json:"boughtOn"`
	OpenedOn   string          `json:"openedOn,omitempty"`
	Price      *int64          `json:"price,omitempty"`
	Note       string          `json:"note,omitempty"`
	CreatedAt  int64           `json:"createdAt"`
	ClosedAt   int64           `json:"closedAt,omitempty"`
}

func saveLot(l db.Lot) savedLot {
	return savedLot{l.ID, l.ProductID, l.LocationID, parse.Amount(l.Amount), l.ExpiresOn, l.Precision, l.DateKind, l.Guessed, l.BoughtOn, l.OpenedOn, l.Price, l.Note, l.CreatedAt, l.ClosedAt}
}

func (r savedLot) lot(householdID string) db.Lot {
	return db.Lot{
		HouseholdID: householdID, ID: r.ID, ProductID: r.ProductID, LocationID: r.LocationID, Amount: int64(r.Amount), ExpiresOn: r.ExpiresOn, Precision: r.Precision, DateKind: r.DateKind,
		Guessed: r.Guessed, BoughtOn: r.BoughtOn, OpenedOn: r.OpenedOn, Price: r.Price, Note: r.Note, CreatedAt: r.CreatedAt, ClosedAt: r.ClosedAt,
	}
}

type savedTransaction struct {
	ID         string  `json:"id"`
	UserName   string  `json:"userName"`
	Verb       db.Verb `json:"verb"`
	At         int64   `json:"at"`
	Undoes     string  `json:"undoes,omitempty"`
	UndoneBy   string  `json:"undoneBy,omitempty"`
	Merged     string  `json:"merged,omitempty"`
	MergedInto string  `json:"mergedInto,omitempty"`
}

func saveTransaction(t db.StockTransaction) savedTransaction {
	return savedTransaction{t.ID, t.UserName, t.Verb, t.At, t.Undoes, t.UndoneBy, t.Merged, t.MergedInto}
}

func (r savedTransaction) transaction(householdID string) db.StockTransaction {
	return db.StockTransaction{HouseholdID: householdID, ID: r.ID, UserName: r.UserName, Verb: r.Verb, At: r.At, Undoes: r.Undoes, UndoneBy: r.UndoneBy, Merged: r.Merged, MergedInto: r.MergedInto}
}

type savedMovement struct {
	TransactionID string       `json:"transactionId"`
	Position      int64        `json:"position"`
	LotID         string       `json:"lotId"`
	ProductID     string       `json:"productId"`
	Delta         parse.Amount `json:"delta"`
	Value         *int64       `json:"value,omitempty"`
	Reason        string       `json:"reason,omitempty"`
	UndoneBy      string       `json:"undoneBy,omitempty"`
}

func saveMovement(m db.Movement) savedMovement {
	return savedMovement{m.TransactionID, m.Position, m.LotID, m.ProductID, parse.Amount(m.Delta), m.Value, m.Reason, m.UndoneBy}
}

func (r savedMovement) movement(householdID string) db.Movement {
	return db.Movement{HouseholdID: householdID, TransactionID: r.TransactionID, Position: r.Position, LotID: r.LotID, ProductID: r.ProductID, Delta: int64(r.Delta), Value: r.Value, Reason: r.Reason, UndoneBy: r.UndoneBy}
}

type savedShopping struct {
	ID        string           `json:"id"`
	ProductID string           `json:"productId,omitempty"`
	Text      string           `json:"text"`
	Amount    *parse.Amount    `json:"amount,omitempty"`
	Unit      string           `json:"unit,omitempty"`
	Note      string           `json:"note,omitempty"`
	State     db.ShoppingState `json:"state"`
	TickedAt  int64            `json:"tickedAt,omitempty"`
	CreatedAt int64            `json:"createdAt"`
}

func saveShopping(i db.ShoppingItem) savedShopping {
	return savedShopping{i.ID, i.ProductID, i.Text, (*parse.Amount)(i.Amount), i.Unit, i.Note, i.State, i.TickedAt, i.CreatedAt}
}

func (r savedShopping) item(householdID string) db.ShoppingItem {
	return db.ShoppingItem{HouseholdID: householdID, ID: r.ID, ProductID: r.ProductID, Text: r.Text, Amount: (*int64)(r.Amount), Unit: r.Unit, Note: r.Note, State: r.State, TickedAt: r.TickedAt, CreatedAt: r.CreatedAt}
}

type savedPutAway struct {
	TransactionID string `json:"transactionId"`
	ItemID        string `json:"itemId"`
	Position      int64  `json:"position"`
}
