package db

import (
	"context"
	"strings"
	"unicode"
)

const (
	// Words of the name weigh most, then barcodes, brand and category; the household's column nothing. The
	// best are chosen before their rows are read.
	sqlSearch = `SELECT ` + productColumns + ` FROM (SELECT rowid AS row, rank AS place FROM products_search WHERE products_search MATCH ? AND rank MATCH 'bm25(0.0, 10.0, 5.0, 8.0, 1.0, 2.0)' ORDER BY rank LIMIT ?) s
CROSS JOIN products p ON p.row = s.row WHERE p.household_id = ? ORDER BY s.place, p.name_key, p.id`
	sqlSearchIndex = `INSERT OR REPLACE INTO products_search (rowid, household, name, brand, barcodes, note, category)
SELECT p.row, replace(p.household_id, '-', ''), p.name, p.brand, coalesce((SELECT group_concat(code, ' ') FROM product_barcodes b WHERE b.household_id = p.household_id AND b.product_id = p.id), ''), p.note,
  coalesce((SELECT name FROM categories c WHERE c.household_id = p.household_id AND c.id = p.category_id), '') FROM products p WHERE p.row = ?`
	sqlProductRow = `SELECT row FROM products WHERE household_id = ? AND id = ?`
)

// mostSearchWords bounds what one search may cost.
const mostSearchWords = 8

// SearchProducts lists the products that have every word of text at the beginning of a word of
// their name, brand, barcodes, note or category, whatever its case and accents; the best first. Those
// that were merged are among them, as people may search for the name they had.
func (r reader) SearchProducts(ctx context.Context, householdID, text string, most int) ([]Product, error) {
	match := matchExpression(householdID, text)
	if match == "" {
		return []Product{}, ctx.Err()
	}
	return many(ctx, r.q, scanProduct, sqlSearch, match, most, householdID)
}

// matchExpression is FTS5's query for text, empty when it has no word. What people type is only
// ever inside of quotes.
func matchExpression(householdID, text string) string {
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
	return `household : "` + strings.ReplaceAll(householdID, "-", "") + `" AND {name brand barcodes note category} : (` + strings.Join(list, " AND ") + `)`
}

// indexProduct makes the search follow what is stored of a product.
func (tx *Tx) indexProduct(ctx context.Context, row int64) error {
	_, err := tx.exec(ctx, sqlSearchIndex, row)
	return err
}

func (tx *Tx) indexProductByID(ctx context.Context, householdID, id string) error {
	row, err := one(ctx, tx.q, scanInt, sqlProductRow, householdID, id)
	if err != nil {
		return err
	}
	return tx.indexProduct(ctx, row)
}
