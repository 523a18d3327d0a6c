package db

import (
	"cmp"
	"context"
	"encoding/json"

	"pantrie/db/dated"
)

// Lot is one portion of a product with its date and place. Amount is in thousandths of the
// product's base unit. The dates are calendar dates, 'YYYY-MM-DD'; ExpiresOn is the last good day,
// empty when Precision is none, and Guessed says that nobody read it from the package. Price is what
// that amount cost, in hundredths: the sum of the values of the lot's movements, nil where nobody knows. SortKey puts first what is to be used first. A lot whose amount is 0 is
// closed.
type Lot struct {
	HouseholdID string
	ID          string
	ProductID   string
	LocationID  string
	Amount      int64
	ExpiresOn   string
	Precision   dated.Precision
	DateKind    dated.Kind
	Guessed     bool
	BoughtOn    string
	OpenedOn    string
	Price       *int64
	Note        string
	CreatedAt   int64
	ClosedAt    int64 // 0: open
	SortKey     string
}

// LotFilter selects open lots, what is to be used first first. From and Until bound the last good day as with
// [reader.LotsExpiring]; Undated is those without one, and ProductIDs, unless nil, those of at most some
// hundred products. AfterKey and AfterID are those of the last one of the page before.
type LotFilter struct {
	HouseholdID string
	LocationID  string
	CategoryID  string
	From        string
	Until       string
	Undated     bool
	ProductIDs  []string
	AfterKey    string
	AfterID     string
	Most        int
}

// LotWithProduct is a lot and what a list shows of its product.
type LotWithProduct struct {
	Lot
	ProductName string
	Brand       string
	Base        string
	Unit        string
	UnitFactor  int64
	UsedFactor  int64
	PhotoID     string
	CategoryID  string
}

const (
	lotColumns     = `l.household_id, l.id, l.product_id, coalesce(l.location_id, ''), l.amount, coalesce(l.expires_on, ''), l.precision, l.date_kind, l.guessed, l.bought_on, coalesce(l.opened_on, ''), l.price, l.note, l.created_at, coalesce(l.closed_at, 0), l.sort_key`
	lotListColumns = lotColumns + `, p.name, p.brand, p.base, p.unit, ` + unitFactor + `, ` + usedFactor + `, coalesce(p.photo_id, ''), coalesce(p.category_id, '')`
	lotProduct     = ` CROSS JOIN products p ON p.household_id = l.household_id AND p.id = l.product_id`

	sqlLotByID        = `SELECT ` + lotColumns + ` FROM lots l WHERE l.household_id = ? AND l.id = ?`
	sqlLotsOfProduct  = `SELECT ` + lotColumns + ` FROM lots l WHERE l.household_id = ? AND l.product_id = ? AND l.closed_at IS NULL ORDER BY l.sort_key, l.id`
	sqlLotsClosed     = `SELECT ` + lotColumns + ` FROM lots l WHERE l.household_id = ? AND l.product_id = ? AND l.closed_at < ? ORDER BY l.closed_at DESC LIMIT ?`
	sqlLotsDated      = `SELECT CAST(julianday(l.expires_on) - julianday(l.bought_on) AS INTEGER) FROM lots l INDEXED BY lots_dated WHERE l.household_id = ? AND l.product_id = ? AND l.guessed = 0 AND l.opened_on IS NULL AND l.expires_on IS NOT NULL ORDER BY l.id DESC LIMIT ?`
	lotPage           = ` AND l.closed_at IS NULL AND (l.sort_key, l.id) > (?, ?) AND l.sort_key < ? ORDER BY l.sort_key, l.id LIMIT ?`
	sqlLotList        = `SELECT ` + lotListColumns + ` FROM lots l` + lotProduct + ` WHERE l.household_id = ?` + lotPage
	sqlLotsAtLocation = `SELECT ` + lotListColumns + ` FROM lots l INDEXED BY lots_by_location` + lotProduct + ` WHERE l.household_id = ? AND l.location_id = ?` + lotPage
	sqlLotsOfCategory = `SELECT ` + lotListColumns + ` FROM lots l INDEXED BY lots_by_category` + lotProduct + ` WHERE l.household_id = ? AND l.category_id = ? AND (? = '' OR l.location_id = ?)` + lotPage
	// Those of a few products are sorted.
	sqlLotsOfProducts = `SELECT ` + lotListColumns + ` FROM json_each(?1) j CROSS JOIN lots l INDEXED BY lots_by_product ON l.household_id = ?2 AND l.product_id = j.value` + lotProduct + `
WHERE l.closed_at IS NULL AND (?3 = '' OR l.location_id = ?3) AND (?4 = '' OR l.category_id = ?4) AND (l.sort_key, l.id) > (?5, ?6) AND l.sort_key < ?7 ORDER BY l.sort_key, l.id LIMIT ?8`
	sqlLotsExpiring  = `SELECT ` + lotListColumns + ` FROM lots l` + lotProduct + ` WHERE l.household_id = ? AND l.closed_at IS NULL AND l.sort_key >= ? AND l.sort_key < ? ORDER BY l.sort_key, l.id LIMIT ?`
	sqlLotsExpiringN = `SELECT count(*) FROM lots l WHERE l.household_id = ? AND l.closed_at IS NULL AND l.sort_key >= ? AND l.sort_key < ?`
	sqlLotInsert     = `INSERT INTO lots (household_id, id, product_id, location_id, category_id, expires_on, precision, date_kind, guessed, bought_on, opened_on, note, created_at, closed_at, sort_key)
VALUES (?1, ?2, ?3, nullif(?4, ''), (SELECT category_id FROM products WHERE household_id = ?1 AND id = ?3), nullif(?5, ''), ?6, ?7, ?8, ?9, nullif(?10, ''), ?11, ?12, ?13, ?14)`
	sqlLotAmount  = `UPDATE lots SET amount = amount + ?1, closed_at = iif(amount + ?1 = 0, ?2, NULL), price = iif(?6 IS NULL, price, coalesce(price, 0) + ?6) WHERE household_id = ?3 AND id = ?4 AND product_id = ?5`
	sqlLotPrice   = `UPDATE lots SET price = ? WHERE household_id = ? AND id = ?`
	sqlLotsPlaced = `UPDATE lots SET location_id = ? WHERE household_id = ? AND product_id = ? AND location_id IS NULL AND closed_at IS NULL`
	sqlLotUpdate  = `UPDATE lots SET expires_on = nullif(?, ''), precision = ?, date_kind = ?, guessed = ?, bought_on = ?, note = ?, sort_key = ? WHERE household_id = ? AND id = ?`
)

func (l *Lot) fields() []any {
	return []any{&l.HouseholdID, &l.ID, &l.ProductID, &l.LocationID, &l.Amount, &l.ExpiresOn, &l.Precision, &l.DateKind, &l.Guessed, &l.BoughtOn, &l.OpenedOn, &l.Price, &l.Note, &l.CreatedAt, &l.ClosedAt, &l.SortKey}
}

func scanLot(s scanner) (l Lot, err error) { return l, s.Scan(l.fields()...) }

func scanLotWithProduct(s scanner) (l LotWithProduct, err error) {
	return l, s.Scan(append(l.fields(), &l.ProductName, &l.Brand, &l.Base, &l.Unit, &l.UnitFactor, &l.UsedFactor, &l.PhotoID, &l.CategoryID)...)
}

// LotByID returns the lot, open or closed, or [ErrNotFound].
func (r reader) LotByID(ctx context.Context, householdID, id string) (Lot, error) {
	return one(ctx, r.q, scanLot, sqlLotByID, householdID, id)
}

// LotsOf lists a product's open lots, what is to be used first first.
func (r reader) LotsOf(ctx context.Context, householdID, productID string) ([]Lot, error) {
	return many(ctx, r.q, scanLot, sqlLotsOfProduct, householdID, productID)
}

// ClosedLotsOf lists a product's lots that were used up before a time, the last one first.
func (r reader) ClosedLotsOf(ctx context.Context, householdID, productID string, before int64, most int) ([]Lot, error) {
	return many(ctx, r.q, scanLot, sqlLotsClosed, householdID, productID, before, most)
}

// LivesOf lists how many days a product's lots kept from the day they were bought, the newest first, open
// or closed: those whose date was read from the package.
func (r reader) LivesOf(ctx context.Context, householdID, productID string, most int) ([]int64, error) {
	return many(ctx, r.q, scanInt, sqlLotsDated, householdID, productID, most)
}

// Lots lists a page of open lots.
func (r reader) Lots(ctx context.Context, f LotFilter) ([]LotWithProduct, error) {
	until := cmp.Or(f.Until, lastID)
	if f.Undated {
		f.From, until = undated, lastID
	}
	if f.AfterKey < f.From {
		f.AfterKey, f.AfterID = f.From, ""
	}
	switch {
	case f.ProductIDs != nil:
		ids, err := json.Marshal(f.ProductIDs)
		if err != nil {
			return nil, err
		}
		return many(ctx, r.q, scanLotWithProduct, sqlLotsOfProducts, string(ids), f.HouseholdID, f.LocationID, f.CategoryID, f.AfterKey, f.AfterID, until, f.Most)
	case f.CategoryID != "":
		return many(ctx, r.q, scanLotWithProduct, sqlLotsOfCategory, f.HouseholdID, f.CategoryID, f.LocationID, f.LocationID, f.AfterKey, f.AfterID, until, f.Most)
	case f.LocationID != "":
		return many(ctx, r.q, scanLotWithProduct, sqlLotsAtLocation, f.HouseholdID, f.LocationID, f.AfterKey, f.AfterID, until, f.Most)
	}
	return many(ctx, r.q, scanLotWithProduct, sqlLotList, f.HouseholdID, f.AfterKey, f.AfterID, until, f.Most)
}

// LotsExpiring lists at most so many open lots whose last good day is from (empty: any before)
// or later, and before until; both are 'YYYY-MM-DD'.
func (r reader) LotsExpiring(ctx context.Context, householdID, from, until string, most int) ([]LotWithProduct, error) {
	return many(ctx, r.q, scanLotWithProduct, sqlLotsExpiring, householdID, from, until, most)
}

// CountExpiring counts what [reader.LotsExpiring] lists.
func (r reader) CountExpiring(ctx context.Context, householdID, from, until string) (int64, error) {
	return one(ctx, r.q, scanInt, sqlLotsExpiringN, householdID, from, until)
}

// undated is where lots without a date sort.
const undated = "9999-99-99"

// sortKey is checked by the table. A generated column could do it, but SQLite takes no count from an
// index with one.
func sortKey(l Lot) string {
	state := "u"
	if l.OpenedOn != "" {
		state = "o"
	}
	return cmp.Or(l.ExpiresOn, undated) + state + l.BoughtOn
}

// Alike says whether the same goods are in two lots, as when both are taken from one: all that is known of them is the same
// but how much there is and what that cost.
func (l Lot) Alike(other Lot) bool { return l.goods() == other.goods() }

// goods is a lot without what makes it another one than a lot of the same goods.
func (l Lot) goods() Lot {
	l.ID, l.Amount, l.Price, l.CreatedAt, l.ClosedAt, l.SortKey = "", 0, nil, 0, 0, ""
	return l
}

// InsertLot stores l, with nothing in it and no price until a movement puts something there, and returns it with
// its id. [ErrReference] when its product or location is not the household's.
func (tx *Tx) InsertLot(ctx context.Context, l Lot) (Lot, error) {
	l.ID, l.CreatedAt, l.ClosedAt, l.Amount, l.Price, l.SortKey = tx.newID(), tx.now, tx.now, 0, nil, sortKey(l)
	_, err := tx.exec(ctx, sqlLotInsert, l.HouseholdID, l.ID, l.ProductID, l.LocationID, l.ExpiresOn, l.Precision, l.DateKind, l.Guessed, l.BoughtOn, l.OpenedOn, l.Note, l.CreatedAt, l.ClosedAt, l.SortKey)
	return l, err
}

// PlaceLots says of the open lots of a product that lie in no place where they are. [ErrReference].
func (tx *Tx) PlaceLots(ctx context.Context, householdID, productID, locationID string) error {
	_, err := tx.exec(ctx, sqlLotsPlaced, locationID, householdID, productID)
	return err
}

// UpdateLot stores what is known of a lot: its dates and its note. [ErrNotFound].
func (tx *Tx) UpdateLot(ctx context.Context, l Lot) error {
	return tx.change(ctx, sqlLotUpdate, l.ExpiresOn, l.Precision, l.DateKind, l.Guessed, l.BoughtOn, l.Note, sortKey(l), l.HouseholdID, l.ID)
}
