package sheet

import (
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"

	"pantrie/app/pantry/parse"
	"pantrie/db/dated"
)

// What a spreadsheet would take for a formula, or what is behind its apostrophes: at the beginning of a cell, and behind
// whatever another program may take for the end of one. Of those that [Write] wrote the first apostrophe is its own.
var (
	formula = regexp.MustCompile(`(^|[;,|\t\r\n])(["' ]*[=+\-@＝＋－＠])`)
	defused = regexp.MustCompile(`(^|[;,|\t\r\n])'(["' ]*[=+\-@＝＋－＠])`)
)

// Write writes a sheet that spreadsheets open by themselves and that [Read] reads back: UTF-8
// with a mark, commas, CRLF, amounts and prices with a point, dates as YYYY-MM-DD, YYYY-MM or YYYY, or
// none. What looks like a formula gets an apostrophe before it, and so does what had
// apostrophes there already: what people wrote in a note must not reckon on another's machine.
func Write(w io.Writer, rows []Row) error { return WriteAll(w, slices.Values(rows)) }

// WriteAll is [Write] for rows that come one after the other.
func WriteAll(w io.Writer, rows iter.Seq[Row]) error {
	var b strings.Builder
	b.WriteString("\ufeff")
	for i, column := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(column.name))
	}
	b.WriteString("\r\n")
	for row := range rows {
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
	case e.Precision == dated.Undated:
		return string(dated.Undated)
	case day == "" || e.Precision == dated.ByDay:
		return day
	case e.Precision == dated.ByMonth:
		return day[:7]
	case e.Precision == dated.ByYear:
		return day[:4]
	}
	return ""
}

func guarded(text string) string {
	return formula.ReplaceAllString(strings.TrimSpace(parse.Readable(text)), "$1'$2")
}

func quotedText(text string) string {
	if !strings.ContainsAny(text, ",;\t\"\r\n") {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
