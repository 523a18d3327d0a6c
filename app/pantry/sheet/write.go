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
	for i, column := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(column.name))
	}
	b.WriteString("\r\n")
	for _, row := range rows {
		for i, column := range columns {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quotedText(column.write(row)))
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

func amountCell(a parse.Amount) string {
	if a <= 0 {
		return ""
	}
	return a.String()
}

func priceCell(price *int64) string {
	if price == nil || *price < 0 {
		return ""
	}
	return parse.PriceText(*price, parse.PriceDecimals)
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
