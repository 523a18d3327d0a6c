package pantry

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"pantrie/app/pantry/parse"
	"pantrie/app/pantry/sheet"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/fold"
)

// Preview is what importing a sheet would do: Rows are those that can be read, of which so many are Lots, the
// others only products. The new ones are told by their names. With any problem nothing is imported; Other are the
// columns that Pantrie does not know.
// Sample is how the first rows are read. Notices tell of what is read otherwise than it stands there, and where the same
// file was imported Before.
type Preview struct {
	Before        *db.StockTransaction
	Sample        []sheet.Row
	Notices       []sheet.Problem
	Rows          int
	Lots          int
	Problems      []sheet.Problem // the first 500
	ProblemCount  int
	Other         []string
	NewProducts   []string
	NewPlaces     []NewPlace
	NewCategories []string
}

// NewPlace is a place that a sheet makes, with the kind that its name tells.
type NewPlace struct {
	Name string
	Kind db.LocationKind
}

// sheetCatalog is what a sheet is compared with.
type sheetCatalog interface {
	catalog
	barcodes
	Locations(ctx context.Context, householdID string) ([]db.Location, error)
	Categories(ctx context.Context, householdID string) ([]db.Category, error)
}

// sheetProduct is one that rows of a sheet speak of: known, or new with the fields it will have.
type sheetProduct struct {
	known    db.Product
	measures measures
	brand    string
	first    sheet.Row // where it is new
	codes    []string  // barcodes that it does not have yet
}

// namedProduct is a product with the name it is called by, or was before it was merged or archived.
type namedProduct struct {
	called string
	before bool
	*sheetProduct
}

// sheetPlan is what a sheet will do. Each row has its product; places and categories are told by their folded
// names, an id where there is one.
type sheetPlan struct {
	sheet      sheet.Sheet
	products   []*sheetProduct
	of         []*sheetProduct // by row
	places     map[string]string
	categories map[string]string
	newPlaces  []string
	newGroups  []string
	refused    map[int]bool // rows that can be read, and not be added
}

// plan reads a sheet and finds out what it will do.
func (s *Service) plan(ctx context.Context, c sheetCatalog, householdID string, data []byte, today string, order parse.Order) (*sheetPlan, error) {
	day, err := parse.ReadISODate(today)
	if err != nil {
		return nil, err
	}
	sheet, err := sheet.Read(bytes.NewReader(data), day, order)
	var p *parse.Problem
	if errors.As(err, &p) {
		return nil, unfit(p, nil)
	}
	if err != nil {
		return nil, err
	}
	b := planner{s: s, c: c, household: householdID, named: map[string][]namedProduct{}, spellings: map[string]map[string]bool{}, coded: map[string]*sheetProduct{}, known: map[string]*sheetProduct{}}
	b.plan = &sheetPlan{sheet: sheet, places: map[string]string{}, categories: map[string]string{}, refused: map[int]bool{}}
	places, err := c.Locations(ctx, householdID)
	if err != nil {
		return nil, err
	}
	for _, l := range places {
		b.plan.places[l.NameKey] = l.ID
	}
	categories, err := c.Categories(ctx, householdID)
	if err != nil {
		return nil, err
	}
	for _, g := range categories {
		b.plan.categories[g.NameKey] = g.ID
	}
	delete(b.plan.places, "") // an empty cell is no place
	delete(b.plan.categories, "")
	for _, row := range sheet.Rows {
		key := fold.Key(row.Name)
		if b.spellings[key] == nil {
			b.spellings[key] = map[string]bool{}
		}
		b.spellings[key][parse.Spelling(row.Name)] = true
	}
	for _, row := range sheet.Rows {
		p, err := b.row(ctx, row)
		if err != nil {
			return nil, err
		}
		b.plan.of = append(b.plan.of, p)
	}
	return b.plan, nil
}

// planner plans row after row.
type planner struct {
	s         *Service
	c         sheetCatalog
	household string
	plan      *sheetPlan
	named     map[string][]namedProduct  // by folded name
	spellings map[string]map[string]bool // of the sheet's names, by folded name
	coded     map[string]*sheetProduct   // by barcode, nil for one that leads nowhere
	known     map[string]*sheetProduct   // by id
}

func (b *planner) refuse(row sheet.Row, column sheet.Column, p *parse.Problem) {
	b.plan.refused[row.Number] = true
	b.plan.sheet.Refuse(row.Number, b.plan.sheet.Headers[column], p)
}

// row finds the product of a row and what is wrong with it.
func (b *planner) row(ctx context.Context, row sheet.Row) (*sheetProduct, error) {
	var codes []string
	var p *sheetProduct
	for _, text := range row.Barcodes {
		code, err := parse.ReadBarcode(text)
		var why *parse.Problem
		if errors.As(err, &why) {
			b.refuse(row, sheet.ColumnBarcode, why)
			return nil, nil
		}
		leads, err := b.byCode(ctx, code)
		if err != nil {
			return nil, err
		}
		switch {
		case leads == nil:
			codes = append(codes, code)
		case p != nil && p != leads:
			b.refuse(row, sheet.ColumnBarcode, problem(BarcodeTaken))
			return nil, nil
		default:
			p = leads
		}
	}
	if p == nil {
		var err error
		if p, err = b.byName(ctx, row); err != nil {
			return nil, err
		}
	}
	for _, code := range codes {
		if b.coded[code] == nil {
			b.coded[code] = p
			p.codes = append(p.codes, code)
		}
	}
	b.place(row)
	b.amounts(row, p)
	return p, nil
}

// byCode finds what a barcode leads to, in the household or in the rows before.
func (b *planner) byCode(ctx context.Context, code string) (*sheetProduct, error) {
	if p, asked := b.coded[code]; asked {
		return p, nil
	}
	_, found, err := b.s.scan(ctx, b.c, b.household, code)
	if fault.Is(err, fault.NotFound) {
		b.coded[code] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := b.have(ctx, found)
	b.coded[code] = p
	return p, err
}

// have is a product of the household, once.
func (b *planner) have(ctx context.Context, found db.Product) (*sheetProduct, error) {
	if p := b.known[found.ID]; p != nil {
		return p, nil
	}
	m, err := measuresOf(ctx, b.c, found)
	p := &sheetProduct{known: found, measures: m, brand: fold.Key(found.Brand)}
	b.known[found.ID] = p
	b.plan.products = append(b.plan.products, p)
	return p, err
}

// byName finds the product of a row's name and brand, or plans a new one. The nearest name comes first; a row without a
// brand is content with any, one with a brand also with a product without. Names that only fold alike are two products
// where the sheet has both.
func (b *planner) byName(ctx context.Context, row sheet.Row) (*sheetProduct, error) {
	key, brand := fold.Key(row.Name), fold.Key(row.Brand)
	list, asked := b.named[key]
	if !asked {
		found, err := b.c.ProductsNamed(ctx, b.household, key)
		if err != nil {
			return nil, err
		}
		hidden, err := b.c.HiddenProductsNamed(ctx, b.household, key)
		if err != nil {
			return nil, err
		}
		open := len(found)
		for i, f := range append(found, hidden...) {
			called := f.Name
			if f, err = product(ctx, b.c, b.household, f.ID); err != nil {
				return nil, err
			}
			p, err := b.have(ctx, f)
			if err != nil {
				return nil, err
			}
			list = append(list, namedProduct{called, i >= open, p})
		}
	}
	best, rank := (*sheetProduct)(nil), 0
	for _, p := range list {
		close := parse.Close(p.called, row.Name)
		if close == parse.Folded && len(b.spellings[key]) > 1 {
			continue
		}
		fits := 0
		switch {
		case p.brand == brand:
			fits = 4
		case brand == "", p.brand == "":
			fits = 2
		}
		if u, err := p.measures.unit(string(row.Unit)); err == nil && fits > 0 {
			if _, _, found := parse.Ratio(u, p.measures.base, p.measures.conversions); found {
				fits++
			}
		}
		if fits == 0 {
			continue
		}
		if fits = 10*fits + int(close); close > parse.Folded {
			fits += 100
		}
		if !p.before {
			fits += 5
		}
		if fits > rank {
			best, rank = p.sheetProduct, fits
		}
	}
	if best == nil {
		unit := cmp.Or(row.Unit, parse.Piece)
		best = &sheetProduct{measures: measures{own: unit, base: unit.Base()}, brand: brand, first: row}
		b.plan.products = append(b.plan.products, best)
		list = append(list, namedProduct{row.Name, false, best})
	}
	b.named[key] = list
	return best, nil
}

// place notes the place and the category of a row.
func (b *planner) place(row sheet.Row) {
	for _, of := range []struct {
		column sheet.Column
		name   string
		known  map[string]string
		added  *[]string
	}{{sheet.ColumnLocation, row.Location, b.plan.places, &b.plan.newPlaces}, {sheet.ColumnCategory, row.Category, b.plan.categories, &b.plan.newGroups}} {
		if _, known := of.known[fold.Key(of.name)]; of.name == "" || known {
			continue
		}
		if utf8.RuneCountInString(of.name) > 100 {
			b.refuse(row, of.column, problem(fault.TooLong))
			continue
		}
		of.known[fold.Key(of.name)] = ""
		*of.added = append(*of.added, of.name)
	}
}

// amounts checks a row's amount and minimum in its product's units.
func (b *planner) amounts(row sheet.Row, p *sheetProduct) {
	amount := cmp.Or(row.Amount, parse.One)
	for _, of := range []struct {
		column sheet.Column
		amount parse.Amount
	}{{sheet.ColumnAmount, amount}, {sheet.ColumnMinimum, row.Minimum}} {
		if of.amount == 0 {
			continue
		}
		unit, err := p.measures.unit(string(row.Unit))
		if err == nil {
			_, err = parse.Convert(of.amount, unit, p.measures.base, p.measures.conversions)
		}
		var why *parse.Problem
		switch {
		case err == nil:
			continue
		case !errors.As(err, &why) || why.Code == parse.UnitMismatch:
			column := sheet.ColumnUnit
			if b.plan.sheet.Headers[column] == "" {
				column = of.column
			}
			b.refuse(row, column, problem(parse.UnitMismatch))
		default:
			b.refuse(row, of.column, why)
		}
		return
	}
	if row.Amount > 0 && utf8.RuneCountInString(row.Note) > 1000 {
		b.refuse(row, sheet.ColumnNote, problem(fault.TooLong))
	}
}

// mostSample is how many rows a preview shows as they are read.
const mostSample = 20

// leaveOut takes the rows out of the plan that cannot be added, and the products that only they would make.
func (p *sheetPlan) leaveOut() {
	var rows []sheet.Row
	var of []*sheetProduct
	used := map[*sheetProduct]bool{}
	for i, row := range p.sheet.Rows {
		if p.refused[row.Number] || p.of[i] == nil {
			continue
		}
		rows, of = append(rows, row), append(of, p.of[i])
		used[p.of[i]] = true
	}
	p.sheet.Rows, p.of = rows, of
	p.products = slices.DeleteFunc(p.products, func(each *sheetProduct) bool { return !used[each] })
}

// preview tells what the plan is.
func (p *sheetPlan) preview() Preview {
	v := Preview{Sample: p.sheet.Rows[:min(len(p.sheet.Rows), mostSample)], Notices: p.sheet.Notices, Rows: len(p.sheet.Rows), Problems: slices.Clone(p.sheet.Problems), ProblemCount: p.sheet.ProblemCount, Other: p.sheet.Other, NewCategories: p.newGroups}
	for _, name := range p.newPlaces {
		v.NewPlaces = append(v.NewPlaces, NewPlace{name, KindOfPlace(name)})
	}
	for _, row := range p.sheet.Rows {
		if row.Amount > 0 {
			v.Lots++
		}
	}
	for _, product := range p.products {
		if product.known.ID == "" {
			v.NewProducts = append(v.NewProducts, product.first.Name)
		}
	}
	slices.SortStableFunc(v.Problems, func(a, b sheet.Problem) int { return cmp.Compare(a.Row, b.Row) })
	return v
}
