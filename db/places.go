package db

import "context"

// LocationKind says how a place keeps things.
type LocationKind string

// The kinds of places.
const (
	Cupboard LocationKind = "cupboard"
	Fridge   LocationKind = "fridge"
	Freezer  LocationKind = "freezer"
)

// LocationKinds lists every kind.
func LocationKinds() []LocationKind { return []LocationKind{Cupboard, Fridge, Freezer} }

// Location is a place where a household keeps things. NameKey is the folded name, one of a kind
// in the household.
type Location struct {
	HouseholdID string
	ID          string
	Name        string
	NameKey     string
	Kind        LocationKind
	Icon        string
	Position    int64
	CreatedAt   int64
}

// Category is a kind of product, named by the household.
type Category struct {
	HouseholdID string
	ID          string
	Name        string
	NameKey     string
	Icon        string
	Position    int64
	CreatedAt   int64
}

const (
	locationColumns = `household_id, id, name, name_key, kind, icon, position, created_at`
	categoryColumns = `household_id, id, name, name_key, icon, position, created_at`

	sqlLocationList   = `SELECT ` + locationColumns + ` FROM locations WHERE household_id = ? ORDER BY position, id`
	sqlLocationByID   = `SELECT ` + locationColumns + ` FROM locations WHERE household_id = ? AND id = ?`
	sqlLocationInsert = `INSERT INTO locations (` + locationColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	sqlLocationUpdate = `UPDATE locations SET name = ?, name_key = ?, kind = ?, icon = ?, position = ? WHERE household_id = ? AND id = ?`
	sqlLocationDelete = `DELETE FROM locations WHERE household_id = ? AND id = ?`
	// What was there once, and what goes there, forgets the place; what is there now keeps it from being deleted.
	sqlLocationLeaveLots     = `UPDATE lots SET location_id = NULL WHERE household_id = ? AND location_id = ? AND closed_at IS NOT NULL`
	sqlLocationLeaveProducts = `UPDATE products SET location_id = NULL WHERE household_id = ? AND location_id = ?`

	sqlCategoryList   = `SELECT ` + categoryColumns + ` FROM categories WHERE household_id = ? ORDER BY position, id`
	sqlCategoryByID   = `SELECT ` + categoryColumns + ` FROM categories WHERE household_id = ? AND id = ?`
	sqlCategoryInsert = `INSERT INTO categories (` + categoryColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlCategoryUpdate = `UPDATE categories SET name = ?, name_key = ?, icon = ?, position = ? WHERE household_id = ? AND id = ?`
	sqlCategoryDelete = `DELETE FROM categories WHERE household_id = ? AND id = ?`
	sqlCategoryLeave  = `UPDATE products SET category_id = NULL WHERE household_id = ? AND category_id = ?`
	sqlCategoryRows   = `SELECT row FROM products WHERE household_id = ? AND category_id = ?`
)

func scanLocation(s scanner) (l Location, err error) {
	return l, s.Scan(&l.HouseholdID, &l.ID, &l.Name, &l.NameKey, &l.Kind, &l.Icon, &l.Position, &l.CreatedAt)
}

func scanCategory(s scanner) (c Category, err error) {
	return c, s.Scan(&c.HouseholdID, &c.ID, &c.Name, &c.NameKey, &c.Icon, &c.Position, &c.CreatedAt)
}

// Locations lists a household's places in their order.
func (r reader) Locations(ctx context.Context, householdID string) ([]Location, error) {
	return many(ctx, r.q, scanLocation, sqlLocationList, householdID)
}

// LocationByID returns the place, or [ErrNotFound].
func (r reader) LocationByID(ctx context.Context, householdID, id string) (Location, error) {
	return one(ctx, r.q, scanLocation, sqlLocationByID, householdID, id)
}

// InsertLocation stores l and returns it with its id. [ErrConflict] when the name is taken.
func (tx *Tx) InsertLocation(ctx context.Context, l Location) (Location, error) {
	l.ID, l.CreatedAt = tx.newID(), tx.now
	_, err := tx.exec(ctx, sqlLocationInsert, l.HouseholdID, l.ID, l.Name, l.NameKey, l.Kind, l.Icon, l.Position, l.CreatedAt)
	return l, err
}

// UpdateLocation stores what may change of a place. [ErrNotFound]; [ErrConflict] when the name is taken.
func (tx *Tx) UpdateLocation(ctx context.Context, l Location) error {
	return tx.change(ctx, sqlLocationUpdate, l.Name, l.NameKey, l.Kind, l.Icon, l.Position, l.HouseholdID, l.ID)
}

// DeleteLocation deletes a place where nothing is. [ErrNotFound]; [ErrReference] when something is there.
func (tx *Tx) DeleteLocation(ctx context.Context, householdID, id string) error {
	if _, err := tx.exec(ctx, sqlLocationLeaveLots, householdID, id); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, sqlLocationLeaveProducts, householdID, id); err != nil {
		return err
	}
	return tx.change(ctx, sqlLocationDelete, householdID, id)
}

// Categories lists a household's categories in their order.
func (r reader) Categories(ctx context.Context, householdID string) ([]Category, error) {
	return many(ctx, r.q, scanCategory, sqlCategoryList, householdID)
}

// CategoryByID returns the category, or [ErrNotFound].
func (r reader) CategoryByID(ctx context.Context, householdID, id string) (Category, error) {
	return one(ctx, r.q, scanCategory, sqlCategoryByID, householdID, id)
}

// InsertCategory stores c and returns it with its id. [ErrConflict] when the name is taken.
func (tx *Tx) InsertCategory(ctx context.Context, c Category) (Category, error) {
	c.ID, c.CreatedAt = tx.newID(), tx.now
	_, err := tx.exec(ctx, sqlCategoryInsert, c.HouseholdID, c.ID, c.Name, c.NameKey, c.Icon, c.Position, c.CreatedAt)
	return c, err
}

// UpdateCategory stores what may change of a category, and its products are found by the new name.
// [ErrNotFound]; [ErrConflict] when the name is taken.
func (tx *Tx) UpdateCategory(ctx context.Context, c Category) error {
	if err := tx.change(ctx, sqlCategoryUpdate, c.Name, c.NameKey, c.Icon, c.Position, c.HouseholdID, c.ID); err != nil {
		return err
	}
	return tx.indexCategory(ctx, c.HouseholdID, c.ID, nil)
}

// DeleteCategory deletes a category; its products have none then. [ErrNotFound].
func (tx *Tx) DeleteCategory(ctx context.Context, householdID, id string) error {
	err := tx.indexCategory(ctx, householdID, id, func() error {
		_, err := tx.exec(ctx, sqlCategoryLeave, householdID, id)
		return err
	})
	if err != nil {
		return err
	}
	return tx.change(ctx, sqlCategoryDelete, householdID, id)
}

// indexCategory makes the search follow a change of the category's products.
func (tx *Tx) indexCategory(ctx context.Context, householdID, id string, change func() error) error {
	rows, err := many(ctx, tx.q, scanInt, sqlCategoryRows, householdID, id)
	if err == nil && change != nil {
		err = change()
	}
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := tx.indexProduct(ctx, row); err != nil {
			return err
		}
	}
	return nil
}
