package parse

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"pantrie/db/fold"
)

// Closeness is how near two names are to each other that have one key ([fold.Key]).
type Closeness int

// The degrees, the nearest last: alike by the key alone (Pâté and Pâtes), by letters and accents (Egg and eggs, Nuss and
// Nüsse), but for case and spaces (Milk and milk), and to the letter.
const (
	Folded Closeness = iota
	Spelled
	Cased
	Identical
)

// Close says how near two names are that have one key. Whoever looks a name up takes the nearest.
func Close(a, b string) Closeness {
	a, b = norm.NFC.String(strings.Join(strings.Fields(a), " ")), norm.NFC.String(strings.Join(strings.Fields(b), " "))
	switch {
	case a == b:
		return Identical
	case strings.EqualFold(a, b):
		return Cased
	case Spelling(a) == Spelling(b):
		return Spelled
	}
	return Folded
}

// Spelling is a key as [fold.Key] makes it, but with its accents: Rosé and rose have two, and so have Pâté and Pâtes. The dots
// of ä, ö and ü make no difference, as plurals have them: Nuss and Nüsse have one.
func Spelling(text string) string {
	text = strings.Map(func(r rune) rune {
		switch r {
		case 'ä':
			return 'a'
		case 'ö':
			return 'o'
		case 'ü':
			return 'u'
		case '\'', '`', '´', '‘', '’', '‛', 'ʼ', 'ʻ', '′':
			return -1
		}
		return r
	}, strings.ReplaceAll(norm.NFC.String(strings.ToLower(norm.NFC.String(text))), "ß", "ss"))
	words := strings.FieldsFunc(text, func(r rune) bool { return !fold.InWord(r) })
	for i, word := range words {
		words[i] = fold.Singular(fold.WithoutE(word))
	}
	return strings.Join(words, " ")
}
