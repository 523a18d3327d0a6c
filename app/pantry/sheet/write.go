package sheet

import (
	"io"
	"strings"
	"unicode/utf8"

	"pantrie/app/pantry/parse"
)

// formula says whether a spreadsheet would reckon with a cell, or with what is behind its apostrophes.
func formula(value string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(value, "' "))
	return strings.ContainsRune("=+-@＝＋－＠", first) && first != utf8.RuneError
}

// Write writes a sheet that spreadsheets open by themselves and that [Read] reads back: UTF-8
// with a mark, commas, CRLF, amounts and prices with a point, dates as YYYY-MM-DD, YYYY-MM or YYYY, or
// none. A text that begins like a formula gets an apostrophe before it, and so does one that had
// apostrophes there already: what people wrote in a note must not reckon on another's machine.
func Write(w io.Writer, rows []Row) error {
	var b strings.Builder
	b.WriteString("\ufeff")
	for i, column := range Columns() {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(column))
	}
	b.WriteString("\r\n")
	for _, row := range rows {
		for i, column := range Columns() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quotedText(row.text(column)))
		}
		b.WriteString("\r\n")
		if b.Len() > 64<<10 {
			if _, err := io.WriteString(w, b.String()); err != nil {
				return err
			}
			b.Reset()
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Row) text(column Column) string {
	switch column {
	case ColumnName:
		return guarded(r.Name)
	case ColumnBrand:
		return guarded(r.Brand)
	case ColumnCategory:
		return guarded(r.Category)
	case ColumnLocation:
		return guarded(r.Location)
	case ColumnAmount:
		return amountCell(r.Amount)
	case ColumnUnit:
		return guarded(string(r.Unit))
	case ColumnDate:
		return expiryText(r.Expiry)
	case ColumnDateKind:
		return string(r.Kind)
	case ColumnBoughtOn:
		return r.BoughtOn.String()
	case ColumnPrice:
		if r.Price != nil && *r.Price >= 0 {
			return parse.PriceText(*r.Price, parse.PriceDecimals)
		}
	case ColumnBarcode:
		return guarded(strings.Join(r.Barcodes, " "))
	case ColumnMinimum:
		return amountCell(r.Minimum)
	case ColumnNote:
		return guarded(r.Note)
	}
	return ""
}

func amountCell(a parse.Amount) string {
	if a <= 0 {
		return ""
	}
	return a.String()
}

// expiryText is an expiry as precise as it is, in the form that [parse.ReadDate] reads.
func expiryText(e parse.Expiry) string {
	switch day := e.Date.String(); {
	case e.Precision == parse.Undated:
		return string(parse.Undated)
	case day == "" || e.Precision == parse.ByDay:
		return day
	case e.Precision == parse.ByMonth:
		return day[:7]
	case e.Precision == parse.ByYear:
		return day[:4]
	}
	return ""
}

func guarded(text string) string {
	if text = strings.TrimSpace(parse.Readable(text)); formula(text) {
		return "'" + text
	}
	return text
}

func quotedText(text string) string {
	if !strings.ContainsAny(text, ",;\t\"\r\n") {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
