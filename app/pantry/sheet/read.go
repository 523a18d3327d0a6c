// Package sheet reads and writes the tables people keep: which columns they have, what their cells say, and why a row
// cannot be read. It is pure, as package parse is.
package sheet

import (
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db/dated"
)

// What a sheet can have at most: rows below the header, and bytes.
const (
	MaxRows  = 20_000
	MaxBytes = 10 << 20
)

const (
	maxCell     = 200
	maxNote     = 2000
	maxProblems = 500
	maxPrice    = 1_000_000_000 // hundredths
	maxColumns  = 200
)

// Row is one row: a lot with what its product is. Number is the spreadsheet's, the header's being
// 1. Amount and Minimum are zero, texts empty, Price nil and the expiry's precision empty where the row
// says nothing. Price is in hundredths of the household's currency. Other has the columns that Pantrie
// does not know, by their headers.
type Row struct {
	Number   int
	Name     string
	Brand    string
	Category string
	Location string
	Amount   parse.Amount
	Unit     parse.Unit
	Expiry   parse.Expiry
	Kind     dated.Kind
	BoughtOn parse.Date
	Price    *int64
	Barcodes []string
	Minimum  parse.Amount
	Note     string
	Other    map[string]string
}

// Problem is a cell that cannot be used. Column is the header as the file has it, empty when the
// row as a whole is meant.
type Problem struct {
	Row    int
	Column string
	parse.Problem
}

// Sheet is what a file says. Rows are those without a problem; Problems the first 500, of which there
// are ProblemCount. Headers has the columns as the file calls them; Other lists those that Pantrie does
// not know.
// Notices tell of what is read otherwise than it stands there, or not at all, and keeps nothing from being imported.
type Sheet struct {
	Notices      []Problem
	Headers      map[Column]string
	Rows         []Row
	Problems     []Problem
	ProblemCount int
	Other        []string
}

// Read reads a sheet as spreadsheets write it: separated by commas, semicolons or tabs, in UTF-8,
// UTF-16 or Windows-1252, with a header of known names in any order, case, and in English or German.
// Amounts and dates are read as people type them, relative to the household's today; where commas
// separate the cells, a point is the decimal sign of "1.234", and a comma where semicolons do. Dates may
// be ten years back and fifty ahead, as an export of one's own may be old. Whether the day comes first or the month is one
// thing for a column: a date that can be read in one way alone decides for all of it, and else order does. A cell that begins with an
// apostrophe before what a spreadsheet takes for a formula loses it, as [Write] put it there.
//
// A file that is refused as a whole answers a [*Problem]: [FileTooLarge], [FileTooManyRows],
// [FileNotText], [FileEmpty], [FileNoNameColumn]. Other errors are the reader's.
func Read(r io.Reader, today parse.Date, order parse.Order) (Sheet, error) {
	file, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return Sheet{}, err
	}
	if len(file) > MaxBytes {
		return Sheet{}, Refuse(FileTooLarge)
	}
	text, p := decoded(file)
	if p != nil {
		return Sheet{}, p
	}
	if strings.TrimSpace(text) == "" {
		return Sheet{}, Refuse(FileEmpty)
	}
	separator, text, skipped := separatorOf(text)
	s := reader{today: today, order: order, separator: separator, sheet: Sheet{Headers: map[Column]string{}}}
	count := 0
	for row := range rowsOf(text, separator) {
		row.row += skipped
		switch {
		case count == 0:
			if s.header(row.values, row.row); s.position(ColumnName) < 0 {
				return Sheet{}, Refuse(FileNoNameColumn)
			}
			s.orders = s.ordersOf(text)
		case count > MaxRows:
			return Sheet{}, Refuse(FileTooManyRows)
		default:
			s.read(row)
		}
		count++
	}
	if count < 2 {
		return Sheet{}, Refuse(FileEmpty)
	}
	return s.sheet, nil
}

// separatorOf finds what separates the cells, by the header that it gives; Excel can say it in a first
// line of its own, which is cut off.
func separatorOf(text string) (separator byte, rest string, skipped int) {
	if line, after, ok := strings.Cut(text, "\n"); ok {
		if sep, said := strings.CutPrefix(strings.ToLower(strings.Trim(line, "\"")), "sep="); said && len(sep) == 1 && strings.Contains(",;\t", sep) {
			return sep[0], after, 1
		}
	}
	best := -1
	for _, candidate := range []byte(",;\t") {
		for row := range rowsOf(text, candidate) {
			score := len(row.values)
			for _, cell := range row.values {
				if columnNamed(cell) != "" {
					score += 2 * maxColumns
				}
			}
			if score > best {
				best, separator = score, candidate
			}
			break
		}
	}
	return separator, text, 0
}

func blank(values []string) bool {
	for _, value := range values {
		if strings.TrimSpace(value) != "" {
			return false
		}
	}
	return true
}

type reader struct {
	order     parse.Order // of dates, where their column does not tell
	orders    map[Column]parse.Order
	today     parse.Date
	separator byte
	columns   []Column // "" for one that is not known
	names     []string
	sheet     Sheet
	bad       bool
	unitSaid  bool // by a column of the row
}

func (s *reader) header(values []string, row int) {
	for len(values) > 0 && strings.TrimSpace(values[len(values)-1]) == "" {
		values = values[:len(values)-1]
	}
	values = values[:min(len(values), maxColumns)]
	for _, value := range values {
		name := cellText(value, false)
		if runes := []rune(name); len(runes) > maxCell {
			name = string(runes[:maxCell])
		}
		column := columnNamed(value)
		switch {
		case column != "" && s.position(column) >= 0: // read where the first one has nothing
			s.notice(row, name, Refuse(ColumnTwice))
		case column != "":
			s.sheet.Headers[column] = name
		case name != "":
			s.sheet.Other = append(s.sheet.Other, name)
		}
		s.columns, s.names = append(s.columns, column), append(s.names, name)
	}
}

// notice tells of something that keeps nothing from being imported.
func (s *reader) notice(row int, column string, p *parse.Problem) {
	if len(s.sheet.Notices) < maxProblems {
		s.sheet.Notices = append(s.sheet.Notices, Problem{Row: row, Column: column, Problem: *p})
	}
}

func (s *reader) position(column Column) int {
	for i, c := range s.columns {
		if c == column {
			return i
		}
	}
	return -1
}

func (s *reader) refuse(row int, column string, p *parse.Problem) {
	s.bad = true
	s.sheet.Refuse(row, column, p)
}

// ordersOf finds out in which order the dates of each column are written. A column that has both orders is read as order
// says.
func (s *reader) ordersOf(text string) map[Column]parse.Order {
	found := map[Column]map[parse.Order]bool{ColumnDate: {}, ColumnBoughtOn: {}}
	count := 0
	for row := range rowsOf(text, s.separator) {
		if count++; count == 1 {
			continue
		}
		for column, orders := range found {
			if at := s.position(column); at >= 0 && at < len(row.values) {
				orders[parse.OrderIn(withoutTime(cellText(row.values[at], false)))] = true
			}
		}
	}
	orders := map[Column]parse.Order{}
	for column, seen := range found {
		orders[column] = s.order
		if seen[parse.DayFirst] != seen[parse.MonthFirst] {
			orders[column] = parse.DayFirst
			if seen[parse.MonthFirst] {
				orders[column] = parse.MonthFirst
			}
		}
	}
	return orders
}

// Refuse notes why a cell cannot be read; rows count from 1. Only the first problems are kept, but all are counted.
func (s *Sheet) Refuse(row int, column string, p *parse.Problem) {
	if s.ProblemCount++; len(s.Problems) < maxProblems {
		s.Problems = append(s.Problems, Problem{Row: row, Column: column, Problem: *p})
	}
}

func (s *reader) read(row cells) {
	s.bad = false
	if row.open {
		s.refuse(row.row, "", Refuse(QuoteOpen))
		return
	}
	if len(row.values) > len(s.columns) && !blank(row.values[len(s.columns):]) {
		s.refuse(row.row, "", Refuse(TooManyCells))
		return
	}
	out := Row{Number: row.row}
	s.unitSaid = false
	seen := map[Column]bool{}
	for i, column := range s.columns {
		if i >= len(row.values) {
			break
		}
		value := cellText(row.values[i], column == ColumnNote)
		if value == "" || column != "" && seen[column] {
			continue
		}
		seen[column] = true
		if p := checkCell(of(column), value); p != nil {
			s.refuse(row.row, s.names[i], p)
			continue
		}
		if column == "" {
			if out.Other == nil {
				out.Other = map[string]string{}
			}
			if _, twice := out.Other[s.names[i]]; !twice && s.names[i] != "" {
				out.Other[s.names[i]] = value
			}
			continue
		}
		switch p := of(column).read(s, &out, value); {
		case p == nil:
		case p.Code == AmountRounded || p.Code == AmountGuessed:
			s.notice(row.row, s.names[i], p)
		default:
			s.refuse(row.row, s.names[i], p)
		}
	}
	if out.Name == "" && !s.bad {
		s.refuse(row.row, s.names[s.position(ColumnName)], Refuse(fault.Required))
	}
	if !s.bad {
		s.sheet.Rows = append(s.sheet.Rows, out)
	}
}

func (s *reader) decimal() rune {
	switch s.separator {
	case ',':
		return '.'
	case ';':
		return ','
	}
	return 0
}

// amount reads "2" and "500 g".
func (s *reader) amount(value string) (parse.Amount, parse.Unit, *parse.Problem) {
	a, p := amountIn(value, s.decimal())
	if p == nil || p.Code != parse.AmountInvalid {
		return a, "", p
	}
	at := strings.IndexFunc(value, unicode.IsLetter)
	if at < 1 {
		return 0, "", p
	}
	unit, known := parse.LookupUnit(value[at:])
	if !known {
		return 0, "", p
	}
	a, p = amountIn(value[:at], s.decimal())
	return a, unit, p
}

// amountIn is [parse.ReadAmountWith] with its problem.
func amountIn(text string, decimal rune) (parse.Amount, *parse.Problem) {
	a, err := parse.ReadAmountWith(text, decimal)
	var p *parse.Problem
	errors.As(err, &p)
	return a, p
}

// price reads "1.99", "1,99 €", "$ 2", as hundredths.
func (s *reader) price(value string) (int64, *parse.Problem) {
	number := strings.TrimSpace(strings.TrimFunc(value, func(r rune) bool { return unicode.Is(unicode.Sc, r) || unicode.IsLetter(r) || unicode.IsSpace(r) }))
	price, err := parse.ReadPrice(number, s.decimal(), parse.PriceDecimals)
	if err != nil || price > maxPrice {
		return 0, Refuse(parse.PriceInvalid)
	}
	return price, nil
}

// readBarcodes reads one or several, with anything between. A spreadsheet makes 4.00638E+12 of one that it
// takes for a number: what it stood for is gone.
func readBarcodes(value string) ([]string, *parse.Problem) {
	var list []string
	for _, code := range strings.FieldsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;|", r) }) {
		code = parse.NumberText(code)
		if before, after, ok := strings.Cut(strings.ToUpper(code), "E+"); ok && strings.Trim(before, "0123456789.") == "" && parse.IsDigits(after) {
			return nil, Refuse(BarcodeRounded)
		}
		if strings.ContainsFunc(code, func(r rune) bool {
			return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-'
		}) || len(code) > parse.MaxBarcode {
			return nil, Refuse(parse.BarcodeInvalid)
		}
		list = append(list, code)
	}
	return list, nil
}

// never and noDate are what other programs write for goods that keep for ever, and for no date at all.
var (
	never  = regexp.MustCompile(`^(?:(?:2999|9999)-12-31|31[./]12[./](?:2999|9999)|12/31/(?:2999|9999))$`)
	noDate = regexp.MustCompile(`^(?:000[01]-0[01]-0[01]|0000-00-00|0?1[./]0?1[./]0001)$`)
)

// roughly reads an amount that is not quite one: with more decimals than are kept, "1+", "large tub", "ca. 3". The problem says
// what was done about it, and is nil where nobody can say.
func (s *reader) roughly(value string) (parse.Amount, parse.Unit, *parse.Problem) {
	number := strings.Trim(parse.NumberText(value), "+~ ")
	for _, about := range []string{"ca.", "ca", "circa", "approx.", "about", "etwa", "ungefähr"} {
		number = strings.TrimSpace(strings.TrimPrefix(number, about))
	}
	if whole, decimals, ok := strings.Cut(strings.Replace(number, ",", ".", 1), "."); ok && len(decimals) > 3 && parse.IsDigits(whole) && parse.IsDigits(decimals) {
		rounded, err := strconv.ParseFloat(whole+"."+decimals, 64)
		if a := parse.Amount(math.Round(rounded * float64(parse.One))); err == nil && a > 0 && a <= parse.MaxAmount {
			return a, "", Refuse(AmountRounded)
		}
		return 0, "", nil
	}
	if a, unit, p := s.amount(number); p == nil && a > 0 {
		return a, unit, Refuse(AmountGuessed)
	}
	words := strings.Fields(value)
	if unit, known := parse.LookupUnit(words[len(words)-1]); known && !strings.ContainsFunc(value, unicode.IsDigit) {
		return parse.One, unit, Refuse(AmountGuessed)
	}
	return 0, "", nil
}

// timeOfDay is what spreadsheets and other programs write behind a day: " 00:00:00", "T22:00:00.000Z", " 12:00 AM".
var timeOfDay = regexp.MustCompile(`(?i)(\d)(?:T|,? +)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?Z| ?[+-]\d{2}:?\d{2})?$`)

// withoutTime is a day without the time that stands behind it.
func withoutTime(value string) string { return timeOfDay.ReplaceAllString(value, "$1") }

// cellText is a cell as a person sees it: trimmed, without controls, of one line unless lines are kept.
func cellText(value string, lines bool) string {
	value = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f':
			return ' '
		case unicode.IsControl(r), r == '\ufeff':
			return -1
		}
		return r
	}, value))
	return strings.TrimSpace(defused.ReplaceAllString(value, "$1$2"))
}
