package parse

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pantrie/auth/fault"
	"pantrie/db/dated"
	"pantrie/db/fold"
)

// MaxName is the most characters a name can have, and maxQuick a line that is read for its parts.
const (
	MaxName  = 200
	maxQuick = 500
)

// Quick is what one line says: "2 milk use by 30.11.". Amount is zero, Unit and Kind empty and the expiry's
// precision empty where nothing is said of them; a unit can be empty beside an amount. Unread is what looks like
// a part and cannot be one; it is in no other field.
type Quick struct {
	Name   string
	Amount Amount
	Unit   Unit
	// AmountText is the number as it was written, and Pack how much is in one where the line says "2 x 1 l".
	AmountText string
	Pack       Measured
	Expiry     Expiry
	DateText   string // the words of the line that are its date
	Place      string // one of those that were told
	PlaceText  string // the words of the line that are its place
	Kind       dated.Kind
	Unread     []Unread
}

// Unread is a piece of a line and why it is not understood. Text is empty when it is the line as a
// whole, or the name that is missing.
type Unread struct {
	Text string
	Problem
}

// QuickAdd reads a line as a person would who knows no grammar: an amount and a date at either end, the
// name is the rest. The amount comes first or last, the date mostly last; whatever could as well belong
// to the name stays there ("7up", "Mehl Type 405", "Milch 3.5", "4711 Eau de Cologne"). The first amount
// is the one: in "2 milk 500 ml" the size belongs to the name, but "6 x 1,5 l water" are 9 l. A number in front
// that cannot be an amount belongs to no name: "-2 milk", "0 milk", "1e9 milk".
// One of places, by its name behind the name of the thing, is where it goes: "milk freezer", "Milch im Gefrierschrank".
// It refuses nothing: a line that gives no name has [NameMissing] in Unread, an empty one [fault.Required].
func QuickAdd(text string, today Date, order Order, places ...string) Quick {
	words := strings.Fields(tidy(text))
	if utf8.RuneCountInString(strings.Join(words, " ")) > maxQuick {
		return Quick{Name: strings.Join(words, " "), Unread: []Unread{{Problem: *Refuse(fault.TooLong)}}}
	}
	if len(words) == 0 {
		return Quick{Unread: []Unread{{Problem: *Refuse(fault.Required)}}}
	}
	l := &line{dates: packageWindow(today, order), words: words, places: places}
	l.front()
	l.back()
	l.middle()
	return l.finish()
}

// tidy is text without marks that only steer its display, and without what is no text.
func tidy(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\ufeff', r == '\u200b', r == '\u00ad', r >= '\u200e' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// line is a line of which parts are taken from both ends until the name is left.
type line struct {
	dates  Window
	words  []string
	places []string
	q      Quick
	count  counted
	said   bool // an amount
	dated  bool
}

func (l *line) front() {
	for len(l.words) > 0 {
		n, ok := l.labelledDate()
		if !ok {
			n, ok = l.leadingDate()
		}
		if ok {
			l.words = l.words[n:]
			continue
		}
		if l.said || l.noSuchMonth(l.words[0]) || isScanned(l.words) {
			return
		}
		if c, ok := refusedAt(l.words); ok {
			l.take(c, l.words[:c.words])
			l.words = l.words[c.words:]
			continue
		}
		words := l.words
		if rest, plus := strings.CutPrefix(words[0], "+"); plus { // +2
			words = append([]string{rest}, words[1:]...)
		}
		c, ok := countAt(words)
		if !ok || !c.leads(words) {
			return
		}
		l.take(c, words[:c.words])
		l.words = words[c.words:]
		if len(l.words) > 1 && c.unit != "" && oneOf(l.words[0], "of", "von") {
			l.words = l.words[1:]
		}
	}
}

// isScanned says whether words begin with a barcode, and with no amount of something.
func isScanned(words []string) bool {
	if !LooksScanned(words[0]) || len(words) > 1 && isUnit(words[1]) {
		return false
	}
	_, err := ReadBarcode(words[0])
	return err == nil
}

func (l *line) back() {
	for len(l.words) > 0 {
		n, ok := l.trailingPlace()
		if !ok {
			n, ok = l.trailingDate()
		}
		if !ok {
			n, ok = l.trailingCount()
		}
		if !ok {
			return
		}
		l.words = l.words[:len(l.words)-n]
	}
}

// middle finds a date among the words of the name that can be nothing else.
func (l *line) middle() {
	for i := 0; i < len(l.words); i++ {
		read, p := l.dates.Read(trimmed(l.words[i]))
		label, kind := labelled(l.words[:i])
		atAnEnd := i == 0 || i == len(l.words)-1
		switch {
		case p != nil && p.Code != DateInvalid && (dateLike(l.words[i]) || atAnEnd && l.noSuchMonth(l.words[i])):
			l.q.Unread = append(l.q.Unread, Unread{Text: l.words[i], Problem: *p})
		case p == nil && !l.dated && (read.form == formRelative || (read.form == formFull || read.form == formDayMonth) && dateLike(l.words[i])):
			l.date(l.words[i:i+1], read, kind)
		default:
			continue
		}
		l.words = append(l.words[:i-label:i-label], l.words[i+1:]...)
		i -= label + 1
	}
}

func (l *line) take(c counted, words []string) {
	l.said, l.count = true, c
	if c.problem != nil {
		l.q.Unread = append(l.q.Unread, Unread{Text: strings.Join(words, " "), Problem: *c.problem})
		return
	}
	l.q.Amount, l.q.Unit, l.q.AmountText, l.q.Pack = c.amount, c.unit, c.text, c.size
}

func (l *line) finish() Quick {
	l.q.Name = strings.Trim(strings.Join(l.words, " "), " ,;:")
	switch base := l.count.unit.Base(); {
	case l.q.Name != "":
	case l.said && l.count.unit != "" && base != Gram && base != Millilitre && base != Ounce: // "2 Dosen": what else would they be called
		l.q.Name, l.q.Unit = l.count.unitText, ""
	case l.said && !l.dated && l.count.unit == "" && len(l.q.Unread) == 0: // "4711"
		l.q.Name, l.q.Amount = l.count.text, 0
	default:
		l.q.Unread = append(l.q.Unread, Unread{Problem: *Refuse(NameMissing)})
	}
	if utf8.RuneCountInString(l.q.Name) > MaxName {
		l.q.Unread = append(l.q.Unread, Unread{Problem: *Refuse(fault.TooLong)})
	}
	return l.q
}

// leadingDate takes a date from the front, where amounts are at home: only what is none of those.
func (l *line) leadingDate() (int, bool) {
	if l.dated {
		return 0, false
	}
	for n := min(3, len(l.words)); n > 0; n-- {
		read, ok := l.dateOf(l.words[:n])
		if !ok {
			continue
		}
		switch word := trimmed(l.words[0]); {
		case read.form == formPhrase:
			if startsWithNumber(word) { // 7 days croissants
				continue
			}
		case read.form != formFull && read.form != formRelative && read.form != formDayMonth && read.form != formMonth:
			continue
		case n == 1 && len(l.words) > 1 && isUnit(l.words[1]) && !dateLike(word): // 12.10 kg, 1/8 l
			continue
		case n == 1 && isEighths(NumberText(word)): // 3/8 Melone
			continue
		case n == 1 && strings.Count(word, ".") == 1 && len(word) < 5 && !dateLike(word): // 1.25 milk
			continue
		case n == 1 && !strings.ContainsAny(NumberText(word), "0123456789"): // March beer
			continue
		case n > 1 && (read.form == formMonth || read.form == formDayMonth && !strings.HasSuffix(l.words[0], ".")): // 2 Mai Tai
			continue
		}
		l.date(l.words[:n], read, "")
		return n, true
	}
	return 0, false
}

// trailingDate takes a date from the end, also one with its label behind it: "ham 3.12. use by".
func (l *line) trailingDate() (int, bool) {
	if l.dated {
		return 0, false
	}
	if n, ok := l.dateBefore(len(l.words)); ok {
		return n, true
	}
	behind, kind := labelled(l.words)
	if kind == "" {
		return 0, false
	}
	n, ok := l.dateBefore(len(l.words) - behind)
	if ok {
		l.q.Kind = kind
	}
	return n + behind, ok
}

// dateBefore takes a date that ends before a word, with its label.
func (l *line) dateBefore(end int) (int, bool) {
	for n := min(4, end); n > 0; n-- {
		at := end - n
		if oneOf(l.words[at], "bis", "until", "till", "til", "by") {
			continue // a label, which may be longer
		}
		read, ok := l.dateOf(l.words[at:end])
		if !ok || read.form != formFull && read.form != formRelative && !dateLike(l.words[at]) && at == 0 && !l.said {
			continue
		}
		if (read.form == formCompact || read.form == formYear) && at > 0 && numbered(l.words[at-1]) {
			continue
		}
		label, kind := labelled(l.words[:at])
		l.date(l.words[at:end], read, kind)
		return n + label, true
	}
	return 0, false
}

// dateOf reads words as a date if people would: not every text of which a field for dates makes one.
func (l *line) dateOf(words []string) (Reading, bool) {
	text := trimmed(strings.Join(words, " "))
	read, p := l.dates.Read(text)
	if p != nil {
		return Reading{}, false
	}
	plainText := fold.Plain(NumberText(text))
	named := strings.IndexFunc(plainText, unicode.IsLetter) >= 0
	soon := read.Date <= l.dates.Today.AddMonths(10*12+12)
	thisYear, _, _ := l.dates.Today.Split()
	year, _, _ := read.Date.Split()
	for _, word := range words[:len(words)-1] {
		if !named && !strings.HasSuffix(word, ".") && read.form != formRelative {
			return Reading{}, false // 30 11 26
		}
	}
	ok := false
	switch read.form {
	case formRelative, formFull:
		ok = true
	case formPhrase: // not Weekend bread
		ok = len(words) > 1 || oneOf(plainText, "monatsende", "jahresende")
	case formWord:
		switch plainText {
		case "none", "-", "no date", "ohne datum", "kein datum", "today", "heute", "tomorrow", "morgen", "ubermorgen", "uebermorgen", "yesterday", "gestern":
			ok = true
		default: // a day of the week, its name in full
			ok = len(plainText) >= 6 && len(words) == 1
		}
	case formDayMonth:
		slash := strings.Contains(plainText, "/")
		ok = named || strings.HasSuffix(plainText, ".") || slash && !fractionLike(plainText) || !slash && !strings.Contains(plainText, "-") && len(plainText) >= 4
	case formMonth:
		switch {
		case named && strings.ContainsAny(plainText, "0123456789"), strings.Contains(plainText, "/"):
			ok = soon
		case named:
			ok = len(plainText) >= 4 || plainText == "may" || plainText == "mai"
		default:
			ok = soon && len(plainText) >= 5 && !strings.HasPrefix(plainText, "0.") && (strings.Contains(plainText, ".") || len(plainText) == 7)
		}
	case formCompact:
		ok = soon && (len(plainText) > 4 || read.Precision == dated.ByMonth)
	case formYear:
		ok = soon && year >= thisYear
	}
	return read, ok
}

func (l *line) trailingCount() (int, bool) {
	if l.said {
		return 0, false
	}
	for n := min(5, len(l.words)-1); n > 0; n-- {
		at := len(l.words) - n
		c, ok := refusedAt(l.words[at:])
		if ok = ok && c.unit != ""; !ok { // bare it can end a name: WD -40
			c, ok = countAt(l.words[at:])
		}
		if !ok || c.words != n || !c.trails(l.words[at-1]) {
			continue
		}
		l.take(c, l.words[at:])
		return n, true
	}
	return 0, false
}

// mostPlaceWords is of how many words the name of a place can be that is read from a line.
const mostPlaceWords = 5

// trailingPlace takes the name of a place from the end, with the little words in front of it, where a name is left.
func (l *line) trailingPlace() (int, bool) {
	if l.q.Place != "" {
		return 0, false
	}
	for n := min(mostPlaceWords, len(l.words)-1); n > 0; n-- {
		at := len(l.words) - n
		key := fold.Key(trimmed(strings.Join(l.words[at:], " ")))
		i := slices.IndexFunc(l.places, func(place string) bool { return key != "" && fold.Key(place) == key })
		if i < 0 || !strings.ContainsFunc(key, unicode.IsLetter) {
			continue
		}
		if at > 1 && oneOf(l.words[at-1], "the", "den", "die", "das", "der", "dem") {
			at--
		}
		if at > 1 && oneOf(l.words[at-1], "in", "into", "im", "ins", "on", "onto", "at", "to", "auf", "aufs", "->", "→", "@") {
			at--
		}
		l.q.Place, l.q.PlaceText = l.places[i], strings.Join(l.words[at:], " ")
		return len(l.words) - at, true
	}
	return 0, false
}

// trimmed is a word without what closes a clause.
func trimmed(word string) string { return strings.TrimRight(word, ",;:") }

// dateLike says whether a word has the shape of a day and of nothing else: 31.11. or 31.11.2026.
func dateLike(word string) bool {
	word = NumberText(trimmed(word))
	groups := strings.FieldsFunc(word, func(r rune) bool { return r == '.' || r == '/' || r == '-' })
	separators := len(word) - len(strings.Join(groups, ""))
	return IsDigits(strings.Join(groups, "")) && (len(groups) == 3 || len(groups) == 2 && strings.HasSuffix(word, ".")) && separators >= 2 && separators <= 3
}

// fractionLike says whether people write a part of one like this: 1/2, 3/4.
func fractionLike(text string) bool {
	above, below, _ := strings.Cut(text, "/")
	return IsDigits(above) && (below == "2" || below == "3" || below == "4") && number(above) < number(below)
}

func isEighths(text string) bool {
	return len(text) == 3 && text[0] >= '1' && text[0] < '8' && text[1:] == "/8"
}

// numbered says whether the number after a word is part of the name: Type 405, Omega 3, Vitamin B 12.
func numbered(word string) bool {
	word = strings.Trim(fold.Plain(word), ".,:;")
	if first, size := utf8.DecodeRuneInString(word); size == len(word) && unicode.IsLetter(first) {
		return true
	}
	return oneOf(word, "type", "typ", "t", "nr", "no", "number", "nummer", "omega", "vitamin", "stufe", "stage", "size", "große", "grosse", "groesse", "teil", "part", "art", "faktor", "factor", "spf", "lsf", "#", "№")
}

func oneOf(word string, list ...string) bool {
	word = fold.Plain(trimmed(word))
	for _, candidate := range list {
		if word == candidate {
			return true
		}
	}
	return false
}

func isUnit(word string) bool {
	_, known := LookupUnit(trimmed(word))
	return known
}
