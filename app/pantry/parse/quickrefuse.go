package parse

import (
	"slices"
	"strings"
)

// refusedAt is an amount at the beginning of some words that nothing can have, and that only looks like a name
// because of that: "-2", "-2 kg", "1e9". What goes on behind the number is a name: "-18° ice", "-7up", "-2% salt".
// Zero and what is too large are left to [countAt].
func refusedAt(words []string) (counted, bool) {
	if len(words) == 0 {
		return counted{}, false
	}
	word := NumberText(words[0])
	if isExponent(word) {
		return counted{text: word, words: 1, problem: Refuse(AmountInvalid)}.withUnit(words[1:]), true
	}
	word, negative := strings.CutPrefix(word, "-")
	if !negative {
		return counted{}, false
	}
	head, rest := cutNumber(word)
	if _, p := parseAmount(head, 0); head == "" || p != nil && p.Code == AmountInvalid {
		return counted{}, false
	}
	c := counted{text: "-" + head, words: 1, problem: Refuse(AmountNegative)}
	if rest == "" {
		return c.withUnit(words[1:]), !c.continued(words)
	}
	if tail, ok := cutTimes(rest); ok && tail == "" {
		return c, true
	}
	unit, known := LookupUnit(trimmed(rest))
	c.unit, c.unitText = unit, trimmed(rest)
	return c, known
}

// withUnit takes the unit that follows a number.
func (c counted) withUnit(after []string) counted {
	for n := min(2, len(after)); n > 0; n-- { // fl oz
		text := trimmed(strings.Join(after[:n], " "))
		if unit, known := LookupUnit(text); known {
			c.unit, c.unitText, c.words = unit, text, c.words+n
			break
		}
	}
	return c
}

// continued says whether what follows a number makes it a part of a name: 1,5 % milk, -18 °C ice, 2 in 1 shampoo.
func (c counted) continued(words []string) bool {
	after := words[c.words:]
	return len(after) > 0 && (strings.HasPrefix(after[0], "%") || strings.HasPrefix(after[0], "°") || len(after) > 2 && oneOf(after[0], "in") && startsWithNumber(after[1]))
}

// isExponent says whether a word is a number as programs write them: 1e9.
func isExponent(word string) bool {
	mantissa, exponent, found := strings.Cut(strings.ToLower(strings.TrimLeft(word, "+-")), "e")
	whole, frac, point := strings.Cut(strings.Replace(mantissa, ",", ".", 1), ".")
	return found && IsDigits(whole) && (!point || IsDigits(frac)) && IsDigits(strings.TrimLeft(exponent, "+-"))
}

// Impossible is what a line has that can belong to no name: an amount that nothing can have, or no name at all.
// A date that cannot be, or an amount that can be read in two ways, may be words for who goes shopping.
func (q Quick) Impossible() []Unread {
	var list []Unread
	for _, u := range q.Unread {
		if slices.Contains([]string{AmountNegative, AmountZero, AmountTooLarge, AmountInvalid, NameMissing}, u.Code) {
			list = append(list, u)
		}
	}
	return list
}
