package parse

import (
	"strings"

	"golang.org/x/text/language"
)

// Order says whether day or month comes first where a date has numbers alone: 12/05 is 5 December to an American and
// 12 May to most others.
type Order int

// The orders. Where it is unknown, what can be read in two ways is refused with [DateAmbiguous].
const (
	UnknownOrder Order = iota
	DayFirst
	MonthFirst
)

// OrderOf is how people write a date who read a locale, a language tag (BCP 47) such as en-US or de, also one of several as
// the header Accept-Language has them. Unknown for what is none, and for English of no region.
func OrderOf(locale string) Order {
	tags, _, err := language.ParseAcceptLanguage(locale)
	if err != nil || len(tags) == 0 {
		return UnknownOrder
	}
	base, _ := tags[0].Base()
	region, sure := tags[0].Region()
	switch base.String() {
	case "und", "mul":
		return UnknownOrder
	case "ja", "ko", "zh", "hu", "mn", "lt":
		return MonthFirst
	case "en":
		if sure < language.Exact {
			return UnknownOrder
		}
	}
	switch region.String() {
	case "US", "AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "UM", "VI":
		return MonthFirst
	case "CA":
		if base.String() == "en" {
			return MonthFirst
		}
	}
	return DayFirst
}

// OrderIn is the order in which a date can only be read, whose numbers are between strokes or hyphens: 12/24/2026 has the
// month first. Unknown for any other text. It tells how a whole column is written.
func OrderIn(text string) Order {
	numbers := strings.FieldsFunc(NumberText(text), func(r rune) bool { return r == '/' || r == '-' })
	if len(numbers) < 2 || len(numbers) > 3 || len(numbers) == 2 && len(numbers[1]) > 2 {
		return UnknownOrder
	}
	for _, n := range numbers {
		if !IsDigits(n) {
			return UnknownOrder
		}
	}
	day, month := number(numbers[0]), number(numbers[1])
	switch {
	case len(numbers[0]) > 2 || len(numbers[1]) > 2 || day < 1 || month < 1:
		return UnknownOrder
	case day > 12 && day < 32 && month < 13:
		return DayFirst
	case month > 12 && month < 32 && day < 13 && len(numbers) == 3:
		return MonthFirst
	}
	return UnknownOrder
}
