package pantry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/fold"
)

// PlaceFields is what people tell of a location. Places are listed by Position.
type PlaceFields struct {
	Name     string
	Kind     db.LocationKind
	Icon     string
	Position int64
}

// CategoryFields is what people tell of a category. Categories are listed by Position.
type CategoryFields struct {
	Name     string
	Icon     string
	Position int64
}

// KindOfPlace guesses how a place keeps things from its name, in English, German and French. What tells nothing is a
// cupboard.
func KindOfPlace(name string) db.LocationKind {
	name = strings.ReplaceAll(fold.Plain(name), "ue", "u")
	words := strings.FieldsFunc(name, func(r rune) bool { return !fold.InWord(r) })
	begins := func(beginnings ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool {
			return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(word, b) })
		})
	}
	within := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(name, part) })
	}
	switch {
	case within("freezer", "gefrier", "tiefkuhl", "eisfach", "eistruhe", "kuhltruhe"), begins("congel", "surgel", "frozen", "frost"), slices.Contains(words, "tk"):
		return db.Freezer
	case within("fridge", "kuhlschrank", "kuhlfach", "kuhlregal", "kuhlraum", "kuhlkammer", "kuhlbox", "kuhlhaus", "refrigerat"), begins("refriger", "frigo", "frigid", "eisschrank", "icebox"):
		return db.Fridge
	}
	return db.Cupboard
}

// CreateLocation stores a place. [fault.ValidationFailed]; [fault.Conflict] with [fault.Taken] when
// another one has the name.
func (s *Service) CreateLocation(ctx context.Context, by By, in PlaceFields) (l db.Location, err error) {
	l.HouseholdID = by.HouseholdID
	if err := fillLocation(&l, in); err != nil {
		return l, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		l, err = tx.InsertLocation(ctx, l)
		return named(err, "household")
	})
	return l, err
}

// CreateLocations stores several places in one step, all or none, and returns them in the same order. A place whose
// name is taken stays as it is and is returned, so that it does no harm when two people do the same at once. The fields
// of a problem begin with "locations." and the number of the place from 0. [fault.NotFound], [fault.ValidationFailed].
func (s *Service) CreateLocations(ctx context.Context, by By, list []PlaceFields) (places []db.Location, err error) {
	for i, in := range list {
		l := db.Location{HouseholdID: by.HouseholdID}
		if err := within(fmt.Sprint("locations.", i, "."), fillLocation(&l, in)); err != nil {
			return nil, err
		}
		places = append(places, l)
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		there, err := tx.Locations(ctx, by.HouseholdID)
		if err != nil {
			return err
		}
		for i, l := range places {
			same := func(other db.Location) bool { return other.NameKey == l.NameKey }
			if at := slices.IndexFunc(there, same); at >= 0 {
				places[i] = there[at]
				continue
			}
			if places[i], err = tx.InsertLocation(ctx, l); err != nil {
				return missing(err, "household")
			}
			there = append(there, places[i])
		}
		return nil
	})
	return places, err
}

// OrderLocations puts the places with these ids first, in this order; the others follow as they were. It returns all
// of them. [fault.NotFound].
func (s *Service) OrderLocations(ctx context.Context, by By, ids []string) (list []db.Location, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if list, err = tx.Locations(ctx, by.HouseholdID); err != nil {
			return err
		}
		if list, err = ordered(list, ids, func(l db.Location) string { return l.ID }, "location"); err != nil {
			return err
		}
		for i := range list {
			if list[i].Position == int64(i) {
				continue
			}
			list[i].Position = int64(i)
			if err := tx.UpdateLocation(ctx, list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// ordered is list with the elements of these ids first, in their order. [fault.NotFound] for an id that is not in it.
func ordered[T any](list []T, ids []string, idOf func(T) string, what string) ([]T, error) {
	rest, first := slices.Clone(list), make([]T, 0, len(list))
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			continue
		}
		at := slices.IndexFunc(rest, func(each T) bool { return idOf(each) == id })
		if at < 0 {
			return nil, missing(db.ErrNotFound, what)
		}
		first, rest = append(first, rest[at]), slices.Delete(rest, at, at+1)
	}
	return append(first, rest...), nil
}

// ChangeLocation changes what change changes of a place. [fault.NotFound]; otherwise as
// [Service.CreateLocation].
func (s *Service) ChangeLocation(ctx context.Context, by By, id string, change func(*PlaceFields)) (l db.Location, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if l, err = tx.LocationByID(ctx, by.HouseholdID, id); err != nil {
			return missing(err, "location")
		}
		in := PlaceFields{Name: l.Name, Kind: l.Kind, Icon: l.Icon, Position: l.Position}
		change(&in)
		if err := fillLocation(&l, in); err != nil {
			return err
		}
		return named(tx.UpdateLocation(ctx, l), "location")
	})
	return l, err
}

// DeleteLocation deletes a place where nothing is; products that belong there belong nowhere then.
// [fault.NotFound]; [fault.Conflict] with [StillInUse].
func (s *Service) DeleteLocation(ctx context.Context, by By, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		err := tx.DeleteLocation(ctx, by.HouseholdID, id)
		if errors.Is(err, db.ErrReference) {
			return conflict("id", StillInUse, "There is still something in this place. Move it elsewhere first.")
		}
		return missing(err, "location")
	})
}

func fillLocation(l *db.Location, in PlaceFields) error {
	var fields []fault.Field
	l.Name, l.Icon = text(&fields, "name", in.Name, true, 100), text(&fields, "icon", in.Icon, false, 40)
	if !slices.Contains(db.LocationKinds(), in.Kind) {
		fields = append(fields, fault.Field{Name: "kind", Code: fault.InvalidChoice, Message: "One of cupboard, fridge and freezer."})
	}
	l.NameKey, l.Kind, l.Position = fold.Key(l.Name), in.Kind, in.Position
	return fault.Fields(fields)
}

// CreateCategory stores a category. Errors as with [Service.CreateLocation].
func (s *Service) CreateCategory(ctx context.Context, by By, in CategoryFields) (c db.Category, err error) {
	c.HouseholdID = by.HouseholdID
	if err := fillCategory(&c, in); err != nil {
		return c, err
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		c, err = tx.InsertCategory(ctx, c)
		return named(err, "household")
	})
	return c, err
}

// ChangeCategory changes what change changes of a category. Errors as with [Service.ChangeLocation].
func (s *Service) ChangeCategory(ctx context.Context, by By, id string, change func(*CategoryFields)) (c db.Category, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if c, err = tx.CategoryByID(ctx, by.HouseholdID, id); err != nil {
			return missing(err, "category")
		}
		in := CategoryFields{Name: c.Name, Icon: c.Icon, Position: c.Position}
		change(&in)
		if err := fillCategory(&c, in); err != nil {
			return err
		}
		return named(tx.UpdateCategory(ctx, c), "category")
	})
	return c, err
}

// OrderCategories does for categories what [Service.OrderLocations] does for places.
func (s *Service) OrderCategories(ctx context.Context, by By, ids []string) (list []db.Category, err error) {
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		if list, err = tx.Categories(ctx, by.HouseholdID); err != nil {
			return err
		}
		if list, err = ordered(list, ids, func(c db.Category) string { return c.ID }, "category"); err != nil {
			return err
		}
		for i := range list {
			if list[i].Position == int64(i) {
				continue
			}
			list[i].Position = int64(i)
			if err := tx.UpdateCategory(ctx, list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// DeleteCategory deletes a category; its products have none then. [fault.NotFound].
func (s *Service) DeleteCategory(ctx context.Context, by By, id string) error {
	return s.db.InTx(ctx, func(tx *db.Tx) error { return missing(tx.DeleteCategory(ctx, by.HouseholdID, id), "category") })
}

func fillCategory(c *db.Category, in CategoryFields) error {
	var fields []fault.Field
	c.Name, c.Icon = text(&fields, "name", in.Name, true, 100), text(&fields, "icon", in.Icon, false, 40)
	c.NameKey, c.Position = fold.Key(c.Name), in.Position
	return fault.Fields(fields)
}

// named turns the errors of storing something that has a name of its own into what a person is told.
func named(err error, what string) error {
	if errors.Is(err, db.ErrConflict) {
		return &fault.Error{Code: fault.Conflict, Message: "Another one has this name.", Fields: []fault.Field{{Name: "name", Code: fault.Taken, Message: "Another one has this name."}}, Err: err}
	}
	return missing(err, what)
}
