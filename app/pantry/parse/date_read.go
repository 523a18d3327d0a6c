package parse

import (
	"strings"
	"time"
	"unicode"

	"pantrie/auth/fault"
	"pantrie/db/dated"
	"pantrie/db/fold"
)

// A package that expired so many days ago may just have been found: a date without a year that is
// no longer past than this stays in the past, and any other is the next one to come.
const justExpired = 14

// The window of what a date on a package can be, in months before and after today.
const (
	monthsBack  = 2 * 12
	monthsAhead = 30 * 12
)

// ReadDate reads what people type from a package, relative to the household's today:
//
//   - a day: "30.11.2026", "30.11.26", "30.11.", "30/11", "30 nov", "Nov 30th, 2026", "2026-11-30", "301126"
//   - a month, whose last day counts: "11/26", "11.26", "1126", "11/2026", "nov 26", "November", "end of November"
//   - a year, whose last day counts: "2027"
//   - from today: "+3d", "+1w", "+6m", "+1y", "in 3 days", "3 days", "today", "morgen", "Friday" (today's name is today),
//     "next Friday" (never today), "next week", "bis nächsten Freitag", "Monatsende"
//   - "none", "-": the package has no date
//
// Between strokes and hyphens order says which of two numbers is the day; with points it comes first. Two numbers are day
// and month where they can be, else month and year: "11.12" is 11 December. A name and two digits are month and year, but
// where that is over and a day of that month is to come, it is that day: on 30 November "Dec 24" is the 24th. A date
// without a year is the next one to come, or one of the last fourteen days. Refusals: [fault.Required], [DateInvalid],
// [DateImpossible] (31.11.), [DateImplausible] (more than two years ago or thirty ahead), [DateAmbiguous].
func ReadDate(text string, today Date, order Order) (Expiry, error) {
	read, p := packageWindow(today, order).Read(text)
	if p == nil {
		p = read.Ambiguous()
	}
	if p != nil {
		return Expiry{}, p
	}
	return read.Expiry, nil
}

// form is how a date was written, by which a line of text is told from its date.
type form int

const (
	formWord     form = iota // today, none, Friday
	formPhrase               // next Friday, end of November, 3 days
	formRelative             // +3d
	formFull                 // day, month and year
	formDayMonth             // 30.11.
	formMonth                // 11/26, nov 26, November
	formCompact              // 1126, 301126
	formYear                 // 2027
)

// Reading is a date with the way it was written. Or is another day that it may be as well, where nobody knows the order of
// day and month.
type Reading struct {
	Expiry
	Or   Date
	form form
}

// Ambiguous is the refusal of what can be two days, or nil.
func (r Reading) Ambiguous() *Problem {
	if r.Or == 0 {
		return nil
	}
	p := Refuse(DateAmbiguous)
	p.Choices = []string{r.Date.String(), r.Or.String()}
	return p
}

// Window is where dates can be; in past, one without a year is the last one that was.
type Window struct {
	Today, First, Last Date
	Past               bool
	Order              Order
}

func packageWindow(today Date, order Order) Window {
	return Window{Today: today, Order: order, First: today.AddMonths(-monthsBack), Last: today.AddMonths(monthsAhead)}
}

// part is a number or a word of a date, and what stands between it and the next one.
type part struct {
	text    string
	number  bool
	ordinal bool
	after   string
}

func (w Window) Read(text string) (Reading, *Problem) {
	if len(text) > 100 {
		return Reading{}, Refuse(DateInvalid)
	}
	text = fold.Plain(NumberText(text))
	switch text {
	case "":
		return Reading{}, Refuse(fault.Required)
	case "-", "none", "no date", "undated", "never", "n/a", "kein", "keins", "kein datum", "ohne", "ohne datum", "nie", "unbegrenzt":
		return Reading{Expiry: Expiry{Precision: dated.Undated}}, nil
	case "today", "heute":
		return w.within(w.Today, dated.ByDay, formWord)
	case "tomorrow", "morgen":
		return w.within(w.Today.AddDays(1), dated.ByDay, formWord)
	case "ubermorgen", "uebermorgen", "day after tomorrow":
		return w.within(w.Today.AddDays(2), dated.ByDay, formWord)
	case "yesterday", "gestern":
		return w.within(w.Today.AddDays(-1), dated.ByDay, formWord)
	}
	if rest, ok := strings.CutPrefix(text, "+"); ok {
		return w.relative(rest)
	}
	if rest, ok := strings.CutPrefix(text, "in "); ok {
		return w.relative(rest)
	}
	if read, p, ok := w.phrase(text); ok {
		return read, p
	}
	if day, ok := weekday(strings.TrimSuffix(text, ".")); ok {
		return w.within(w.Today.AddDays((int(day)-int(w.Today.Weekday())+7)%7), dated.ByDay, formWord)
	}
	parts, ok := dateParts(text)
	if !ok {
		return Reading{}, Refuse(DateInvalid)
	}
	if _, ok := weekday(parts[0].text); ok && len(parts) > 1 {
		parts = parts[1:] // Fri, 30.11.
	}
	switch len(parts) {
	case 1:
		return w.one(parts[0])
	case 2:
		return w.two(parts[0], parts[1])
	case 3:
		return w.three(parts[0], parts[1], parts[2])
	}
	return Reading{}, Refuse(DateInvalid)
}

// dateParts splits text into numbers and words with points, strokes, hyphens or spaces between.
func dateParts(text string) ([]part, bool) {
	var parts []part
	for len(text) > 0 {
		isNumber := text[0] >= '0' && text[0] <= '9'
		end := strings.IndexFunc(text, func(r rune) bool {
			if isNumber {
				return r < '0' || r > '9'
			}
			return !unicode.IsLetter(r)
		})
		if end < 0 {
			end = len(text)
		}
		if end == 0 || len(parts) > 6 {
			return nil, false
		}
		p := part{text: text[:end], number: isNumber}
		text = text[end:]
		rest := strings.TrimLeft(text, " ./-,")
		switch between := text[:len(text)-len(rest)]; between {
		case " ", ", ", "":
			p.after = between
		default:
			if p.after = strings.ReplaceAll(between, " ", ""); len(p.after) != 1 || p.after == "," || p.after != "." && rest == "" {
				return nil, false
			}
		}
		text = rest
		if last := len(parts) - 1; !isNumber && last >= 0 && parts[last].number && parts[last].after == "" {
			switch p.text {
			case "st", "nd", "rd", "th":
				parts[last].ordinal, parts[last].after = true, p.after
				continue
			}
		}
		parts = append(parts, p)
	}
	return parts, len(parts) > 0
}

func (w Window) one(a part) (Reading, *Problem) {
	if !a.number {
		if month, ok := monthNamed(a.text); ok {
			return w.monthAlone(month)
		}
		return Reading{}, Refuse(DateInvalid)
	}
	n, t := number(a.text), a.text
	if a.after != "" || a.ordinal {
		return Reading{}, Refuse(DateInvalid)
	}
	switch len(t) {
	case 4:
		switch first := n / 100; {
		case first >= 1 && first <= 12:
			return w.month(w.century(n%100), time.Month(first), formCompact)
		case first == 19 || first == 20:
			return w.year(n)
		default:
			return w.dayMonth(first, n%100, formCompact)
		}
	case 6:
		if n/100%100 > 12 && n%10000 >= 1900 { // 112026
			return w.month(n%10000, time.Month(n/10000), formCompact)
		}
		return w.day(w.century(n%100), n/100%100, n/10000, formCompact)
	case 8:
		if n/10000 >= 1900 && n/10000 < 2100 && n/100%100 <= 12 { // 20261130
			return w.day(n/10000, n/100%100, n%100, formCompact)
		}
		return w.day(n%10000, n/10000%100, n/1000000, formCompact)
	}
	return Reading{}, Refuse(DateInvalid)
}

func (w Window) two(a, b part) (Reading, *Problem) {
	switch {
	case a.number && b.number:
		return w.twoNumbers(a, b)
	case a.number:
		month, ok := monthNamed(b.text)
		switch {
		case !ok:
		case len(a.text) == 4:
			return w.month(number(a.text), month, formMonth)
		case len(a.text) <= 2:
			return w.dayMonth(number(a.text), int(month), formDayMonth)
		}
	case b.number:
		month, ok := monthNamed(a.text)
		switch n := number(b.text); {
		case !ok:
		case len(b.text) == 4:
			return w.month(n, month, formMonth)
		case len(b.text) > 2:
		case len(b.text) == 2 && !b.ordinal && b.after == "":
			read, p := w.month(w.century(n), month, formMonth)
			if p == nil && !w.over(read) || n > 31 || n == 0 {
				return read, p
			}
			if day, p := w.dayMonth(n, int(month), formDayMonth); p == nil {
				return day, nil
			}
			if p == nil {
				return read, nil
			}
			fallthrough
		default:
			return w.dayMonth(n, int(month), formDayMonth)
		}
	}
	return Reading{}, Refuse(DateInvalid)
}

func (w Window) twoNumbers(a, b part) (Reading, *Problem) {
	first, second := number(a.text), number(b.text)
	switch {
	case a.after == ", " || a.after == "":
		return Reading{}, Refuse(DateInvalid)
	case len(a.text) == 4 && len(b.text) <= 2 && b.after == "":
		return w.month(first, time.Month(second), formMonth)
	case len(a.text) <= 2 && len(b.text) == 4:
		return w.month(second, time.Month(first), formMonth)
	case len(a.text) > 2 || len(b.text) > 2:
		return Reading{}, Refuse(DateInvalid)
	case len(b.text) == 2 && b.after == "" && (second > 12 || second == 0) && first >= 1 && first <= 12:
		read, p := w.month(w.century(second), time.Month(first), formMonth)
		if a.after == "." || w.Order == DayFirst || p == nil && !w.over(read) {
			return read, p
		}
		if day, p := w.dayMonth(second, first, formDayMonth); p == nil { // 12/25
			return day, nil
		}
		return read, p
	}
	return w.ordered(a.after, first, second, func(day, month int) (Reading, *Problem) { return w.dayMonth(day, month, formDayMonth) })
}

func (w Window) three(a, b, c part) (Reading, *Problem) {
	if c.after != "" && c.after != "." {
		return Reading{}, Refuse(DateInvalid)
	}
	if month, ok := monthNamed(a.text); ok && b.number && c.number && len(b.text) <= 2 {
		return w.yearly(c, int(month), number(b.text)) // Nov 30, 2026
	}
	if a.after == ", " || b.after == ", " || !a.number || !c.number {
		return Reading{}, Refuse(DateInvalid)
	}
	month, named := monthNamed(b.text)
	switch {
	case b.number && len(b.text) <= 2:
		month = time.Month(number(b.text))
	case !named:
		return Reading{}, Refuse(DateInvalid)
	}
	switch {
	case len(a.text) == 4 && len(c.text) <= 2:
		return w.day(number(a.text), int(month), number(c.text), formFull)
	case len(a.text) > 2:
		return Reading{}, Refuse(DateInvalid)
	case !b.number:
		return w.yearly(c, int(month), number(a.text))
	}
	return w.ordered(a.after, number(a.text), int(month), func(day, month int) (Reading, *Problem) { return w.yearly(c, month, day) })
}

// ordered reads two numbers as day and month in the order that people write them; where only the other one is possible, in
// that one. Behind a point the second is the month. Where nobody knows the order, the other day is told beside it.
func (w Window) ordered(between string, first, second int, read func(day, month int) (Reading, *Problem)) (Reading, *Problem) {
	dayFirst, p := read(first, second)
	if between == "." || first == second {
		return dayFirst, p
	}
	monthFirst, other := read(second, first)
	switch {
	case other != nil:
		return dayFirst, p
	case p != nil && p.Code == DateImpossible || w.Order == MonthFirst:
		return monthFirst, nil
	case p == nil && w.Order == UnknownOrder:
		dayFirst.Or = monthFirst.Date
	}
	return dayFirst, p
}

// over says whether the last good day is longer past than something that has just been found.
func (w Window) over(r Reading) bool { return !w.Past && r.Date < w.Today.AddDays(-justExpired) }

// phrase reads what people say of days to come: "next Friday", "bis Ende Dezember", "3 days".
func (w Window) phrase(text string) (Reading, *Problem, bool) {
	words := strings.Fields(strings.TrimSuffix(text, "."))
	for len(words) > 1 && oneOf(words[0], "bis", "until", "till", "til", "by", "on", "am", "zum") {
		words = words[1:]
	}
	introduced := len(words) < len(strings.Fields(text))
	if len(words) == 0 || len(words) > 4 {
		return Reading{}, nil, false
	}
	found := func(d Date, p dated.Precision) (Reading, *Problem, bool) {
		read, problem := w.within(d, p, formPhrase)
		return read, problem, true
	}
	following := func(day time.Weekday, from Date) Date {
		return from.AddDays((int(day) - int(from.Weekday()) + 7) % 7)
	}
	year, month, _ := w.Today.Split()
	first := words[0]
	isNext := oneOf(first, "next", "nachste", "nachsten", "nachster", "nachstes", "naechste", "naechsten", "naechster", "naechstes", "kommende", "kommenden", "kommender", "coming")
	isThis := oneOf(first, "this", "diese", "diesen", "dieser", "dieses")
	if day, ok := weekday(words[len(words)-1]); ok && len(words) == 2 && isNext {
		return found(following(day, w.Today.AddDays(1)), dated.ByDay)
	} else if ok && (len(words) == 1 && introduced || len(words) == 2 && isThis) {
		return found(following(day, w.Today), dated.ByDay)
	}
	if len(words) == 2 && isNext {
		switch words[1] {
		case "week", "woche":
			return found(w.Today.AddDays(7), dated.ByDay)
		case "weekend", "wochenende":
			return found(following(time.Sunday, w.Today.AddDays(7)), dated.ByDay)
		case "month", "monat":
			return found(w.Today.AddMonths(1), dated.ByDay)
		case "year", "jahr":
			d, _ := NewDate(year+1, time.January, 1)
			return found(d, dated.ByYear)
		}
	}
	switch strings.Join(words, " ") {
	case "weekend", "this weekend", "wochenende", "dieses wochenende", "end of week", "end of the week", "ende der woche":
		return found(following(time.Sunday, w.Today), dated.ByDay)
	case "monatsende", "end of month", "end of the month", "end of this month", "ende des monats", "ende monat":
		d, _ := NewDate(year, month, 1)
		return found(d, dated.ByMonth)
	case "jahresende", "end of year", "end of the year", "ende des jahres", "ende jahr":
		d, _ := NewDate(year, time.January, 1)
		return found(d, dated.ByYear)
	}
	if rest := words; len(rest) > 1 && oneOf(first, "end", "ende", "late", "mid", "mitte", "middle") {
		if rest = rest[1:]; len(rest) > 1 && oneOf(rest[0], "of") {
			rest = rest[1:]
		}
		if month, ok := monthNamed(rest[0]); ok && len(rest) <= 2 {
			read, p := w.Read(strings.Join(rest, " "))
			if p != nil || read.Precision != dated.ByMonth || len(rest) == 1 && month != read.month() {
				return read, p, true
			}
			if read.form = formPhrase; oneOf(first, "mid", "mitte", "middle") {
				year, month, _ := read.Date.Split()
				d, _ := NewDate(year, month, 15)
				return found(d, dated.ByDay)
			}
			return read, nil, true
		}
	}
	if len(words) == 2 && IsDigits(first) && len(first) < 3 { // not 24 months, which is how old a cheese is
		switch words[1] {
		case "day", "days", "tag", "tage", "tagen", "week", "weeks", "woche", "wochen":
			read, p := w.relative(strings.Join(words, " "))
			read.form = formPhrase
			return read, p, true
		}
	}
	if introduced {
		if read, p := w.Read(strings.Join(words, " ")); p == nil {
			read.form = formPhrase
			return read, nil, true
		}
	}
	return Reading{}, nil, false
}

func (r Reading) month() time.Month {
	_, month, _ := r.Date.Split()
	return month
}

// yearly is a day with a year of two or four digits.
func (w Window) yearly(year part, month, day int) (Reading, *Problem) {
	switch len(year.text) {
	case 2:
		return w.day(w.century(number(year.text)), month, day, formFull)
	case 4:
		return w.day(number(year.text), month, day, formFull)
	}
	return Reading{}, Refuse(DateInvalid)
}

// relative reads what follows the plus of "+3d".
func (w Window) relative(text string) (Reading, *Problem) {
	text = strings.TrimSpace(text)
	unit := strings.TrimLeft(text, "0123456789")
	digits := text[:len(text)-len(unit)]
	if digits == "" || len(digits) > 5 {
		return Reading{}, Refuse(DateInvalid)
	}
	n := number(digits)
	switch strings.TrimSpace(unit) {
	case "d", "day", "days", "t", "tag", "tage", "tagen":
		return w.within(w.Today.AddDays(n), dated.ByDay, formRelative)
	case "w", "wk", "week", "weeks", "woche", "wochen":
		return w.within(w.Today.AddDays(7*n), dated.ByDay, formRelative)
	case "m", "mo", "month", "months", "monat", "monate", "monaten":
		return w.within(w.Today.AddMonths(n), dated.ByDay, formRelative)
	case "y", "yr", "year", "years", "j", "jahr", "jahre", "jahren":
		return w.within(w.Today.AddMonths(12*n), dated.ByDay, formRelative)
	}
	return Reading{}, Refuse(DateInvalid)
}

func (w Window) day(year, month, day int, f form) (Reading, *Problem) {
	d, ok := NewDate(year, time.Month(month), day)
	if !ok {
		return Reading{}, Refuse(DateImpossible)
	}
	return w.within(d, dated.ByDay, f)
}

func (w Window) month(year int, month time.Month, f form) (Reading, *Problem) {
	d, ok := NewDate(year, month, 1)
	if !ok {
		return Reading{}, Refuse(DateImpossible)
	}
	return w.within(d, dated.ByMonth, f)
}

func (w Window) year(year int) (Reading, *Problem) {
	d, _ := NewDate(year, time.January, 1)
	return w.within(d, dated.ByYear, formYear)
}

// within refuses what lies outside of the window; of a month or a year, which begin at d, one day in
// it is enough.
func (w Window) within(d Date, p dated.Precision, f form) (Reading, *Problem) {
	e := Exactly(d, p)
	if d == 0 || e.Date < w.First || d > w.Last {
		return Reading{}, Refuse(DateImplausible)
	}
	return Reading{Expiry: e, form: f}, nil
}

// dayMonth is a day without a year, which 29 February need not have.
func (w Window) dayMonth(day, month int, f form) (Reading, *Problem) {
	return w.nextYear(dated.ByDay, f, func(year int) (Date, bool) { return NewDate(year, time.Month(month), day) })
}

func (w Window) monthAlone(month time.Month) (Reading, *Problem) {
	return w.nextYear(dated.ByMonth, formMonth, func(year int) (Date, bool) { return NewDate(year, month, 1) })
}

func (w Window) nextYear(p dated.Precision, f form, in func(year int) (Date, bool)) (Reading, *Problem) {
	this, _, _ := w.Today.Split()
	years := []int{this - 1, this, this + 1}
	if w.Past {
		years = []int{this, this - 1}
	}
	for _, year := range years {
		d, ok := in(year)
		if !ok {
			continue
		}
		if w.Past && d <= w.Today || !w.Past && Exactly(d, p).Date >= w.Today.AddDays(-justExpired) {
			return w.within(d, p, f)
		}
	}
	return Reading{}, Refuse(DateImpossible)
}

// century is the year with those last two digits that is nearest to today.
func (w Window) century(two int) int {
	this, _, _ := w.Today.Split()
	year := this - this%100 + two
	switch {
	case year > this+50:
		return year - 100
	case year <= this-50:
		return year + 100
	}
	return year
}

func monthNamed(word string) (time.Month, bool) {
	switch word {
	case "jan", "january", "januar", "janner", "jaenner":
		return time.January, true
	case "feb", "february", "februar", "feber":
		return time.February, true
	case "mar", "march", "marz", "maerz", "mrz":
		return time.March, true
	case "apr", "april":
		return time.April, true
	case "may", "mai":
		return time.May, true
	case "jun", "june", "juni":
		return time.June, true
	case "jul", "july", "juli":
		return time.July, true
	case "aug", "august":
		return time.August, true
	case "sep", "sept", "september":
		return time.September, true
	case "oct", "october", "okt", "oktober":
		return time.October, true
	case "nov", "november":
		return time.November, true
	case "dec", "december", "dez", "dezember":
		return time.December, true
	}
	return 0, false
}

func weekday(word string) (time.Weekday, bool) {
	switch word {
	case "sun", "sunday", "so", "sonntag":
		return time.Sunday, true
	case "mon", "monday", "mo", "montag":
		return time.Monday, true
	case "tue", "tues", "tuesday", "di", "dienstag":
		return time.Tuesday, true
	case "wed", "wednesday", "mi", "mittwoch":
		return time.Wednesday, true
	case "thu", "thur", "thurs", "thursday", "do", "donnerstag":
		return time.Thursday, true
	case "fri", "friday", "fr", "freitag":
		return time.Friday, true
	case "sat", "saturday", "sa", "samstag", "sonnabend":
		return time.Saturday, true
	}
	return 0, false
}

// number is the value of at most nine digits.
func number(digits string) int {
	n := 0
	for i := range min(len(digits), 9) {
		n = 10*n + int(digits[i]-'0')
	}
	return n
}
