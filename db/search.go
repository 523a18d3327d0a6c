package db

import (
	"context"
	"slices"
	"strings"
	"unicode"
)

const (
	// Names that begin with the text, then those that have all of its words in the name, then those that have them
	// anywhere, as they are found.
	sqlSearchBegins = `SELECT ` + productColumns + ` FROM products p WHERE p.household_id = ? AND p.merged_into IS NULL AND p.archived_at IS NULL AND p.name_key >= ? AND p.name_key < ? ORDER BY p.name_key, p.id LIMIT ?`
	sqlSearchWords  = `SELECT ` + productColumns + ` FROM (SELECT row, min(place) AS place FROM (
  SELECT * FROM (SELECT rowid AS row, 1 AS place FROM products_search WHERE products_search MATCH ?1 LIMIT ?3) s
  UNION ALL SELECT * FROM (SELECT rowid, 2 FROM products_search WHERE products_search MATCH ?2 LIMIT ?3) s) s GROUP BY row ORDER BY 2 LIMIT ?3) s
CROSS JOIN products p ON p.row = s.row WHERE p.household_id = ?4 ORDER BY s.place, p.name_key, p.id`
	sqlSearchIndex = `INSERT OR REPLACE INTO products_search (rowid, household, name, brand, barcodes, note, category)
SELECT p.row, replace(p.household_id, '-', ''), p.name, p.brand, coalesce((SELECT group_concat(code, ' ') FROM product_barcodes b WHERE b.household_id = p.household_id AND b.product_id = p.id), ''), p.note,
  coalesce((SELECT name FROM categories c WHERE c.household_id = p.household_id AND c.id = p.category_id), '') FROM products p WHERE p.row = ? AND p.archived_at IS NULL`
	sqlSearchForget = `DELETE FROM products_search WHERE rowid = ?`
	sqlProductRow   = `SELECT row FROM products WHERE household_id = ? AND id = ?`
)

// mostSearchWords bounds what one search may cost.
const mostSearchWords = 8

// SearchProducts lists the products that have every word of text at the beginning of a word of
// their name, brand, barcodes, note or category, whatever its case and accents: first those whose folded name begins
// with nameKey, which may be empty, then those with the words in their names. Those that were merged are among
// them, as people may search for the name they had.
func (r reader) SearchProducts(ctx context.Context, householdID, text, nameKey string, most int) ([]Product, error) {
	match, inNames := matchExpression(householdID, text, "name brand barcodes note category"), matchExpression(householdID, text, "name")
	if match == "" || most < 1 {
		return []Product{}, ctx.Err()
	}
	list := []Product{}
	if nameKey != "" {
		var err error
		if list, err = many(ctx, r.q, scanProduct, sqlSearchBegins, householdID, nameKey, nameKey+"\U0010ffff", most); err != nil || len(list) == most {
			return list, err
		}
	}
	begin := list
	others, err := many(ctx, r.q, scanProduct, sqlSearchWords, inNames, match, most+len(list), householdID)
	if err != nil {
		return nil, err
	}
	for _, p := range others {
		if len(list) < most && !slices.ContainsFunc(begin, func(known Product) bool { return known.ID == p.ID }) {
			list = append(list, p)
		}
	}
	return list, nil
}

// matchExpression is FTS5's query for text in some columns, empty when it has no word. What people type is only
// ever inside of quotes.
func matchExpression(householdID, text, columns string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) })
	var list []string
	for _, w := range words {
		if len(list) < mostSearchWords && strings.ContainsFunc(w, func(r rune) bool { return unicode.In(r, unicode.L, unicode.N) }) {
			list = append(list, `"`+w+`"*`)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return `household : "` + strings.ReplaceAll(householdID, "-", "") + `" AND {` + columns + `} : (` + strings.Join(list, " AND ") + `)`
}

// indexProduct makes the search follow what is stored of a product.
func (tx *Tx) indexProduct(ctx context.Context, row int64) error {
	n, err := tx.exec(ctx, sqlSearchIndex, row)
	if err == nil && n == 0 { // archived
		_, err = tx.exec(ctx, sqlSearchForget, row)
	}
	return err
}

func (tx *Tx) indexProductByID(ctx context.Context, householdID, id string) error {
	row, err := one(ctx, tx.q, scanInt, sqlProductRow, householdID, id)
	if err != nil {
		return err
	}
	return tx.indexProduct(ctx, row)
}
