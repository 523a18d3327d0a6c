package sheet

import (
	"bytes"
	"encoding/binary"
	"iter"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"pantrie/app/pantry/parse"
)

// decoded is a file's text as UTF-8 with lines ended by \n alone. Spreadsheets write UTF-8 with or
// without a mark, UTF-16 with or without one, and Windows-1252: whatever is not valid UTF-8 is that.
func decoded(file []byte) (string, *parse.Problem) {
	var text string
	switch {
	case bytes.HasPrefix(file, []byte("PK\x03\x04")), bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")), bytes.HasPrefix(file, []byte("%PDF")):
		return "", Refuse(FileNotText) // a workbook, old or new, or a printed one
	case bytes.HasPrefix(file, []byte("\xef\xbb\xbf")):
		text = strings.ToValidUTF8(string(file[3:]), "\ufffd")
	case bytes.HasPrefix(file, []byte("\xff\xfe")):
		text = fromUTF16(file[2:], binary.LittleEndian)
	case bytes.HasPrefix(file, []byte("\xfe\xff")):
		text = fromUTF16(file[2:], binary.BigEndian)
	default:
		even, odd := zeros(file[:min(len(file), 1000)])
		switch {
		case odd > 2 && odd > 4*even:
			text = fromUTF16(file, binary.LittleEndian)
		case even > 2 && even > 4*odd:
			text = fromUTF16(file, binary.BigEndian)
		case utf8.Valid(file):
			text = string(file)
		default:
			text = fromWindows1252(file)
		}
	}
	if strings.Contains(text, "\x00") {
		return "", Refuse(FileNotText)
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), nil
}

// zeros counts the zero bytes at even and odd places: half of a Latin letter in UTF-16 is one.
func zeros(file []byte) (even, odd int) {
	for i, b := range file {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	return even, odd
}

func fromUTF16(file []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(file)/2)
	for i := range units {
		units[i] = order.Uint16(file[2*i:])
	}
	return string(utf16.Decode(units))
}

// fromWindows1252 reads the WHATWG's table: Latin-1 with signs in place of the upper controls.
func fromWindows1252(file []byte) string {
	const upper = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	signs := []rune(upper)
	var b strings.Builder
	b.Grow(len(file) + len(file)/8)
	for _, c := range file {
		if c >= 0x80 && c < 0xa0 {
			b.WriteRune(signs[c-0x80])
		} else {
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}

// cells is a row of a sheet. Row counts from 1, with empty rows and without the lines within quotes, as
// the spreadsheet does.
type cells struct {
	row    int
	values []string
	open   bool // a quote that is not closed
}

// maxQuoted is how far the end of a quoted cell is looked for, and maxWasted how far in vain in all of
// the file: after that every quote counts as not closed.
const (
	maxQuoted = 16 << 10
	maxWasted = 1 << 20
)

// rowsOf goes through the rows that are not empty: RFC 4180 with any separator, and what is often
// made of it. A quote counts at the beginning of a cell alone, and closes it before a separator alone.
// One that is not closed ends with its line, so that it costs a row and not all that follow. Cells
// beyond the most columns are one. The values are valid until the next row.
func rowsOf(text string, separator byte) iter.Seq[cells] {
	return func(yield func(cells) bool) {
		var values []string
		wasted := 0
		for row, at := 1, 0; at < len(text); row++ {
			values = values[:0]
			said, open := false, false
			for more := true; more; {
				var value string
				ok := false
				if at < len(text) && text[at] == '"' {
					var end int
					if value, end, ok = quotedCell(text, at, max(0, min(maxQuoted, maxWasted-wasted)), separator); ok {
						at = end
					} else {
						open = true
						wasted += end - at
					}
				}
				if !ok {
					end := at
					for end < len(text) && text[end] != separator && text[end] != '\n' {
						end++
					}
					value, at = text[at:end], end
				}
				more = at < len(text) && text[at] == separator
				at++
				blank := strings.TrimSpace(value) == ""
				said = said || !blank
				if len(values) < maxColumns || len(values) == maxColumns && !blank {
					values = append(values, value)
				}
			}
			if said && !yield(cells{row, values, open}) {
				return
			}
		}
	}
}

// quotedCell reads a cell that begins with a quote, and says whether it is closed and how far it was read.
func quotedCell(text string, start, most int, separator byte) (value string, end int, ok bool) {
	var b strings.Builder
	most = min(len(text), start+most)
	for at := start + 1; at < most; {
		i := strings.IndexByte(text[at:most], '"')
		if i < 0 {
			break
		}
		b.WriteString(text[at : at+i])
		at += i + 1
		switch {
		case at == len(text) || text[at] == separator || text[at] == '\n':
			return b.String(), at, true
		case text[at] == '"':
			at++
		case strings.Contains(b.String(), "\n"): // it opens a cell of another row
			return "", at, false
		}
		b.WriteByte('"')
	}
	return "", most, false
}
