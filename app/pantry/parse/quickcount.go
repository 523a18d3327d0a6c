package parse

import (
	"strings"
	"unicode/utf8"

	"pantrie/db/fold"
)

// counted is an amount at the beginning of some words, and how many of them it takes.
type counted struct {
	amount   Amount
	unit     Unit
	unitText string   // the unit as it was written
	text     string   // the number as it was written
	times    bool     // with an x
	size     Measured // of one, where there are several with an x
	words    int
	problem  *Problem
}

// countAt reads "2", "3x", "x3", "1 1/2 kg", "500g", "6 x 1,5 l", "ein Pfund".
func countAt(words []string) (counted, bool) {
	if len(words) == 0 {
		return counted{}, false
	}
	if rest, ok := cutTimes(words[0]); ok { // x3, x 3
		next := words[1:]
		if rest != "" {
			next = append([]string{rest}, next...)
		}
		c, ok := countAt(next)
		if !ok || c.times || c.unit != "" {
			return counted{}, false
		}
		c.times = true
		if rest == "" {
			c.words++
		}
		return c, true
	}
	if c, ok := countInWords(words); ok {
		return c, true
	}
	head, rest := cutNumber(words[0])
	if head == "" {
		return counted{}, false
	}
	c := counted{text: head, words: 1}
	c.amount, c.problem = parseAmount(head, 0)
	if rest == "" && len(words) > 1 && IsDigits(NumberText(head)) { // 1 1/2
		if part, tail := cutNumber(words[1]); part != "" && (strings.Contains(NumberText(part), "/") || vulgarFraction(lastRune(part)) != "") {
			if whole, p := parseAmount(head+" "+part, 0); p == nil || p.Code == AmountNotExact {
				c.amount, c.problem, c.text, c.words, rest = whole, p, head+" "+part, 2, tail
			}
		}
	}
	if p := c.problem; p != nil && p.Code != AmountAmbiguous && p.Code != AmountNotExact && p.Code != AmountTooLarge {
		return counted{}, false
	}
	if c.problem == nil && c.amount == 0 {
		c.problem = Refuse(AmountZero)
	}
	after := words[c.words:]
	switch {
	case rest == "" && len(after) > 0:
		if tail, ok := cutTimes(after[0]); ok && (tail == "" || startsWithNumber(tail)) { // 3 x …
			return c.multiplied(tail, after[1:], 1), true
		}
		c = c.withUnit(after)
	case rest != "":
		if tail, ok := cutTimes(rest); ok && (tail == "" || startsWithNumber(tail)) { // 3x…
			return c.multiplied(tail, after, 0), true
		}
		unit, known := LookupUnit(trimmed(rest))
		if !known {
			return counted{}, false
		}
		c.unit, c.unitText = unit, trimmed(rest)
	}
	return c, true
}

// multiplied is a count before an x and what is counted: a size, if one follows.
func (c counted) multiplied(tail string, after []string, words int) counted {
	c.times, c.words = true, c.words+words
	next := after
	if tail != "" {
		next = append([]string{tail}, after...)
	}
	size, ok := countAt(next)
	if !ok || size.unit == "" || size.times || size.problem != nil && size.problem.Code != AmountZero || c.problem != nil || c.amount%One != 0 {
		return c
	}
	if tail != "" {
		size.words--
	}
	size.words += c.words
	size.times, size.text = true, c.text
	size.size = Measured{Amount: size.amount, Unit: size.unit}
	product, err := size.amount.Mul(int64(c.amount / One))
	if err != nil {
		size.problem = Refuse(AmountTooLarge)
	}
	size.amount = product
	return size
}

// countInWords reads "a can", "ein Pfund", "half kilo": only before a unit.
func countInWords(words []string) (counted, bool) {
	if len(words) < 2 {
		return counted{}, false
	}
	unit, known := LookupUnit(trimmed(words[1]))
	if !known {
		return counted{}, false
	}
	c := counted{amount: One, unit: unit, unitText: trimmed(words[1]), text: words[0], words: 2}
	switch {
	case oneOf(words[0], "a", "an", "one", "ein", "eine", "einen"):
	case oneOf(words[0], "half", "halb", "halbe", "halber", "halbes", "halben"):
		c.amount = One / 2
	default:
		return counted{}, false
	}
	return c, true
}

// leads says whether the count begins a line: "1,5 % milk", "2 in 1" and "1000 Island" are names. So is a zero
// that is no plain one, as flour is called 00 and beer 0.0; who has a product that is called 0 Zucker writes
// Zucker 0. A number that is too large for an amount is refused where something follows, but not alone: it may be
// a barcode that is looked for.
func (c counted) leads(words []string) bool {
	if c.unit != "" || c.times {
		return true
	}
	if c.continued(words) {
		return false
	}
	text, more := NumberText(c.text), len(words) > c.words
	switch {
	case c.problem != nil && c.problem.Code == AmountZero:
		return more && text == "0"
	case c.problem != nil && c.problem.Code == AmountTooLarge:
		return more
	}
	return !IsDigits(text) || utf8.RuneCountInString(c.text) < 4
}

// trails says whether the count ends a line: bare it is a whole number below a hundred, or a part of one.
func (c counted) trails(before string) bool {
	if c.unit != "" || c.times {
		return true
	}
	if c.problem != nil && c.problem.Code == AmountZero {
		return false
	}
	text := NumberText(c.text)
	whole := IsDigits(text) && len(text) < 3
	return (whole || fractionLike(text) || vulgarFraction(lastRune(text)) != "") && !numbered(before)
}

// cutNumber splits a word behind its number.
func cutNumber(word string) (head, rest string) {
	for i, r := range word {
		if _, digit := fold.DigitValue(r); !digit && vulgarFraction(r) == "" && (!strings.ContainsRune(".,/'’٫٬⁄∕", r) || i == 0 && r != '.' && r != ',') {
			return word[:i], word[i:]
		}
	}
	return word, ""
}

// cutTimes cuts an x off a word that begins with one.
func cutTimes(word string) (string, bool) {
	first, size := utf8.DecodeRuneInString(word)
	switch first {
	case 'x', 'X', '×', '✕', '*':
		if rest := word[size:]; rest == "" || startsWithNumber(rest) {
			return rest, true
		}
	}
	return "", false
}

func startsWithNumber(word string) bool {
	head, _ := cutNumber(word)
	return head != ""
}

func lastRune(text string) rune {
	r, _ := utf8.DecodeLastRuneInString(text)
	return r
}
