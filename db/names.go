package db

import (
	"context"
	"errors"

	"pantrie/db/fold"
)

// Names with a word that is written as & as well, and how their keys are stored: those alone are folded otherwise since
// version 1 of the search.
const (
	sqlNamesProducts   = `SELECT household_id, id, '', name, name_key FROM products WHERE name LIKE '%and%' OR name LIKE '%und%'`
	sqlNamesLocations  = `SELECT household_id, id, '', name, name_key FROM locations WHERE name LIKE '%and%' OR name LIKE '%und%'`
	sqlNamesCategories = `SELECT household_id, id, '', name, name_key FROM categories WHERE name LIKE '%and%' OR name LIKE '%und%'`
	sqlNamesAllergens  = `SELECT household_id, product_id, label_key, label, label_key FROM product_allergens WHERE label LIKE '%and%' OR label LIKE '%und%'`
	sqlNamesWatched    = `SELECT household_id, '', label_key, label, label_key FROM household_watch WHERE label LIKE '%and%' OR label LIKE '%und%'`

	sqlNamesProduct  = `UPDATE products SET name_key = ?1 WHERE household_id = ?2 AND id = ?3 AND ?4 = ''`
	sqlNamesLocation = `UPDATE locations SET name_key = ?1 WHERE household_id = ?2 AND id = ?3 AND ?4 = ''`
	sqlNamesCategory = `UPDATE categories SET name_key = ?1 WHERE household_id = ?2 AND id = ?3 AND ?4 = ''`
	sqlNamesAllergen = `UPDATE product_allergens SET label_key = ?1 WHERE household_id = ?2 AND product_id = ?3 AND label_key = ?4`
	sqlNamesWatch    = `UPDATE household_watch SET label_key = ?1 WHERE household_id = ?2 AND ?3 = '' AND label_key = ?4`
)

// foldNames stores the keys of names as they are folded now. A place that has the same key as another one then keeps the one
// it has: neither is lost, and both are found.
func (tx *Tx) foldNames(ctx context.Context) error {
	type named struct{ household, id, at, name, key string }
	scan := func(s scanner) (n named, err error) { return n, s.Scan(&n.household, &n.id, &n.at, &n.name, &n.key) }
	for _, of := range []struct{ list, update string }{
		{sqlNamesProducts, sqlNamesProduct}, {sqlNamesLocations, sqlNamesLocation}, {sqlNamesCategories, sqlNamesCategory},
		{sqlNamesAllergens, sqlNamesAllergen}, {sqlNamesWatched, sqlNamesWatch},
	} {
		list, err := many(ctx, tx.q, scan, of.list)
		if err != nil {
			return err
		}
		for _, n := range list {
			key := fold.Key(n.name)
			if key == n.key {
				continue
			}
			if _, err := tx.exec(ctx, of.update, key, n.household, n.id, n.at); err != nil && !errors.Is(err, ErrConflict) {
				return err
			}
		}
	}
	return nil
}
