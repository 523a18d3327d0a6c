package db

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"pantrie/db/fold"
)

const (
	// Names that begin with the text.
	sqlSearchBegins = `SELECT ` + productColumns + ` FROM products p WHERE p.household_id = ? AND p.merged_into IS NULL AND p.archived_at IS NULL AND p.name_key >= ? AND p.name_key < ? ORDER BY p.name_key, p.id LIMIT ?`
	sqlSearchWords  = `SELECT ` + productColumns + ` FROM (SELECT rowid AS row FROM products_search WHERE products_search MATCH ? LIMIT ?) s CROSS JOIN products p ON p.row = s.row ORDER BY p.name_key, p.id`
	// Those with a barcode that begins so.
	sqlSearchCodes = `SELECT ` + productColumns + ` FROM (SELECT b.household_id, b.product_id FROM product_barcodes b WHERE b.household_id = ? AND b.code >= ? AND b.code < ? ORDER BY b.code LIMIT ?) s CROSS JOIN products p ON p.household_id = s.household_id AND p.id = s.product_id WHERE p.archived_at IS NULL`
	sqlSearchTerms = `SELECT term FROM products_words WHERE term >= ?1 AND term < ?2 UNION ALL SELECT term FROM products_words WHERE term >= ?3 AND term < ?4`

	searchTexts     = `SELECT p.row, h.search_key, p.name, p.brand, coalesce((SELECT group_concat(code, ' ') FROM product_barcodes b WHERE b.household_id = p.household_id AND b.product_id = p.id), ''), p.note, coalesce((SELECT name FROM categories c WHERE c.household_id = p.household_id AND c.id = p.category_id), '') FROM products p CROSS JOIN households h ON h.id = p.household_id`
	sqlSearchText   = searchTexts + ` WHERE p.row = ? AND p.archived_at IS NULL`
	sqlSearchRows   = searchTexts + ` WHERE p.row > ? AND p.archived_at IS NULL ORDER BY p.row LIMIT ?`
	sqlSearchOf     = searchTexts + ` WHERE p.household_id = ? AND p.archived_at IS NULL`
	sqlSearchIndex  = `INSERT OR REPLACE INTO products_search (rowid, words) VALUES (?, ?)`
	sqlSearchForget = `DELETE FROM products_search WHERE rowid = ?`
	sqlSearchEmpty  = `INSERT INTO products_search (products_search) VALUES ('delete-all')`
	sqlSearchKeyOf  = `SELECT search_key FROM households WHERE id = ?`
	sqlSearchKey    = `UPDATE search_state SET next_key = next_key + 1 WHERE id = 1 RETURNING next_key - 1`
	sqlSearchState  = `SELECT version FROM search_state WHERE id = 1`
	sqlSearchMade   = `UPDATE search_state SET version = ? WHERE id = 1`
	sqlProductRow   = `SELECT row FROM products WHERE household_id = ? AND id = ?`
)

// searchVersion is raised whenever words are folded in another way: the index and the keys of names are made again then.
const searchVersion = 1

// keyLetters is how long the key of a household is in the index: 36⁴ households.
const keyLetters = 4

// searchKey is a household's key as it stands before each of its words.
func searchKey(n int64) string {
	text := strconv.FormatInt(n, 36)
	return strings.Repeat("0", max(0, keyLetters-len(text))) + text
}

// mostSearchWords bounds what one search may cost.
const mostSearchWords = 8

// SearchProducts lists the products that text finds, the best first: those of that very name, those whose name begins so,
// those that have all of its words in the name, those that have them in the brand, barcodes, note or category as well, and
// those that have them as part of a longer word of their name or brand. Case, accents, plurals, apostrophes and & make no difference; where nothing
// is found mistakes of typing are forgiven, as by [fold.Typos]. Those that were merged are among them, as people may search
// for the name they had.
func (r reader) SearchProducts(ctx context.Context, householdID, text string, most int) ([]Product, error) {
	words := fold.Asked(text)
	words = words[:min(len(words), mostSearchWords)]
	if len(words) == 0 || most < 1 {
		return []Product{}, ctx.Err()
	}
	n, err := one(ctx, r.q, scanInt, sqlSearchKeyOf, householdID)
	if errors.Is(err, ErrNotFound) {
		return []Product{}, nil
	}
	if err != nil {
		return nil, err
	}
	s := searching{reader: r, household: householdID, key: searchKey(n), most: most, list: []Product{}}
	err = s.all(ctx, text, words)
	return s.list, err
}

// searching is a search on its way.
type searching struct {
	reader
	household string
	key       string
	most      int
	list      []Product
}

func (s *searching) all(ctx context.Context, text string, words [][]string) error {
	if err := s.named(ctx, text); err != nil || len(s.list) == s.most {
		return err
	}
	// Whole words first: they are the better match, and FTS5 goes through them one by one, where it puts all that begins
	// with a word together before the first one.
	for _, places := range []string{ofName, ofAny} {
		for _, more := range []string{"", "*"} {
			if err := s.found(ctx, words, func(word []string) []string { return s.indexed(places, word, more) }); err != nil || len(s.list) == s.most {
				return err
			}
		}
	}
	if err := s.coded(ctx, text); err != nil || len(s.list) == s.most {
		return err
	}
	known, err := s.vocabulary.words(ctx, s.reader, s.key)
	if err != nil {
		return err
	}
	whole := func(word []string) []string {
		forms := s.indexed(ofCalled, word, "*")
		for _, longer := range containing(known, word) {
			forms = append(forms, s.quoted(ofCalled, longer, "")...)
		}
		return forms
	}
	if err := s.found(ctx, words, whole); err != nil || len(s.list) > 0 {
		return err
	}
	return s.found(ctx, words, func(word []string) []string {
		forms := whole(word)
		if begins(known, word[0]) {
			return forms
		}
		for _, near := range alike(known, word[0]) {
			forms = append(forms, s.quoted(ofCalled, near, "")...)
		}
		return forms
	})
}

// Where a word is from: parts of words, and mistakes in them, are looked for in what people call a thing.
const (
	ofName   = "n"
	ofBrand  = "b"
	ofRest   = "x"
	ofCalled = ofName + ofBrand
	ofAny    = ofCalled + ofRest
)

// coded finds the products with a barcode that begins so, however it is written, with or without the zeros before it.
func (s *searching) coded(ctx context.Context, text string) error {
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, fold.Plain(text))
	if len(code) < 3 || strings.Trim(code, "0123456789") != "" {
		return nil
	}
	for range 3 {
		list, err := many(ctx, s.q, scanProduct, sqlSearchCodes, s.household, code, code+"\U0010ffff", s.most)
		if err != nil {
			return err
		}
		s.add(list)
		code = "0" + code
	}
	return nil
}

// named finds the products of that name, and those whose name begins so.
func (s *searching) named(ctx context.Context, text string) error {
	key, beginning := fold.Key(text), fold.Beginning(text)
	if key == "" || strings.TrimSpace(beginning) == "" {
		return nil
	}
	list, err := s.ProductsNamed(ctx, s.household, key)
	if err != nil {
		return err
	}
	s.add(list)
	if len(s.list) == s.most {
		return nil
	}
	list, err = many(ctx, s.q, scanProduct, sqlSearchBegins, s.household, beginning, beginning+"\U0010ffff", s.most)
	s.add(list)
	return err
}

func (s *searching) add(list []Product) {
	for _, p := range list {
		if len(s.list) < s.most && !slices.ContainsFunc(s.list, func(known Product) bool { return known.ID == p.ID }) {
			s.list = append(s.list, p)
		}
	}
}

// found adds the products that have one of the forms of each word.
func (s *searching) found(ctx context.Context, words [][]string, forms func(word []string) []string) error {
	all := make([]string, len(words))
	for i, word := range words {
		all[i] = "(" + strings.Join(forms(word), " OR ") + ")"
	}
	list, err := many(ctx, s.q, scanProduct, sqlSearchWords, strings.Join(all, " AND "), s.most+len(s.list))
	s.add(list)
	return err
}

// indexed are the forms of a word as FTS5 takes them: it or, with a *, what begins with it, or has the same stem.
func (s *searching) indexed(places string, word []string, more string) []string {
	forms := s.quoted(places, word[0], more)
	for _, stem := range word[1:] {
		forms = append(forms, s.quoted(places, stem, "")...)
	}
	return forms
}

// quoted is a word of each of the places. What people type is only ever inside of quotes.
func (s *searching) quoted(places, word, more string) []string {
	list := make([]string, len(places))
	for i := range places {
		list[i] = `"` + s.key + places[i:i+1] + word + `"` + more
	}
	return list
}

// texts are what is indexed of a product.
type texts struct {
	row                                   int64
	key                                   int64
	name, brand, barcodes, note, category string
}

func scanTexts(s scanner) (t texts, err error) {
	return t, s.Scan(&t.row, &t.key, &t.name, &t.brand, &t.barcodes, &t.note, &t.category)
}

// indexProduct makes the search follow what is stored of a product.
func (tx *Tx) indexProduct(ctx context.Context, row int64) error {
	t, err := one(ctx, tx.q, scanTexts, sqlSearchText, row)
	if errors.Is(err, ErrNotFound) { // archived
		_, err = tx.exec(ctx, sqlSearchForget, row)
		return err
	}
	if err != nil {
		return err
	}
	return tx.index(ctx, t)
}

func (tx *Tx) index(ctx context.Context, t texts) error {
	key := searchKey(t.key)
	var words []string
	for _, of := range []struct{ place, text string }{{ofName, t.name}, {ofBrand, t.brand}, {ofRest, t.note}, {ofRest, t.category}} {
		for _, word := range fold.Words(of.text) {
			words = append(words, key+of.place+word)
		}
	}
	tx.words = append(tx.words, words...)
	for _, code := range strings.Fields(t.barcodes) {
		if strings.Trim(code, "0123456789") != "" { // numbers are found where they are stored
			for _, word := range fold.Words(code) {
				words = append(words, key+ofRest+word)
			}
		}
	}
	_, err := tx.exec(ctx, sqlSearchIndex, t.row, strings.Join(words, " "))
	return err
}

func (tx *Tx) indexProductByID(ctx context.Context, householdID, id string) error {
	row, err := one(ctx, tx.q, scanInt, sqlProductRow, householdID, id)
	if err != nil {
		return err
	}
	return tx.indexProduct(ctx, row)
}

// indexHousehold indexes all products of a household.
func (tx *Tx) indexHousehold(ctx context.Context, householdID string) error {
	list, err := many(ctx, tx.q, scanTexts, sqlSearchOf, householdID)
	for _, t := range list {
		if err == nil {
			err = tx.index(ctx, t)
		}
	}
	return err
}

// mostIndexed is how many products are read at once to be indexed.
const mostIndexed = 1000

// index makes the whole index again, and the keys of names, where they were made in another way: after an upgrade, and of a
// backup that was restored. All of it or nothing.
func (db *DB) index(ctx context.Context) error {
	version, err := one(ctx, db.q, scanInt, sqlSearchState)
	if err != nil || version == searchVersion {
		return err
	}
	return db.InTx(ctx, func(tx *Tx) error {
		if err := tx.foldNames(ctx); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, sqlSearchEmpty); err != nil {
			return err
		}
		for last := int64(0); ; {
			list, err := many(ctx, tx.q, scanTexts, sqlSearchRows, last, mostIndexed)
			if err != nil {
				return err
			}
			for _, t := range list {
				if err := tx.index(ctx, t); err != nil {
					return err
				}
				last = t.row
			}
			tx.words = nil // nobody has searched yet
			if len(list) < mostIndexed {
				_, err = tx.exec(ctx, sqlSearchMade, searchVersion)
				return err
			}
		}
	})
}
