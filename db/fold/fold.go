// Package fold makes words comparable as people compare them: by it a name that somebody writes is found, by the search and
// by who adds something, however it is spelled. It is pure.
package fold

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Key is the key under which names and labels are the same to a person: "Nüsse", "NUSS" and
// "nuss" have one, and "Nut" and "nuts" another. The key of a key is itself. It is for comparing,
// not for showing: words lose their endings.
//
// Case, accents, widths and ligatures (NFKD, UAX #15), ß and ss, ä and ae, apostrophes and
// punctuation make no difference, nor whether it is & or and, nor do the plurals of English and German that only add to the end
// (s, es, n, en, e, ies for y) with or without an umlaut. All of i, İ, I and ı are one letter:
// unlike an address, a label lets nobody in. The key is empty for text without a visible sign.
func Key(text string) string {
	text = Plain(text)
	words := strings.FieldsFunc(text, func(r rune) bool { return !InWord(r) })
	if len(words) == 0 {
		return strings.Join(strings.Fields(text), " ")
	}
	words = withoutJoining(words)
	for i, word := range words {
		words[i] = Singular(WithoutE(word))
	}
	return strings.Join(words, " ")
}

// withoutJoining leaves out the words that are written as & as well, unless there is nothing else.
func withoutJoining(words []string) []string {
	rest := slices.DeleteFunc(slices.Clone(words), Joins)
	if len(rest) == 0 {
		return words
	}
	return rest
}

// Beginning is what the key of a text begins with that begins with this one: its last word may not be
// whole, and keeps its ending.
func Beginning(text string) string {
	words := withoutJoining(strings.FieldsFunc(Plain(text), func(r rune) bool { return !InWord(r) }))
	for i := range len(words) - 1 {
		words[i] = Singular(WithoutE(words[i]))
	}
	return strings.Join(words, " ")
}

// Same says whether two names or labels are the same to a person.
func Same(a, b string) bool { return Key(a) == Key(b) }

// Plain is text in lower case and without accents, its words as they were.
func Plain(text string) string {
	if isPlain(text) {
		return text
	}
	for range 4 { // what a letter becomes in lower case may have an accent in its turn
		var b strings.Builder
		b.Grow(len(text))
		for _, r := range norm.NFKD.String(text) {
			writePlain(&b, r)
		}
		next := norm.NFC.String(b.String())
		if next == text {
			break
		}
		text = next
	}
	return text
}

// isPlain spares most keys and many names the work.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= 0x80 || c >= 'A' && c <= 'Z' || c == '\'' || c == '`' || c < ' ' || c == 0x7f {
			return false
		}
	}
	return true
}

func writePlain(b *strings.Builder, r rune) {
	if digit, ok := DigitValue(r); ok {
		b.WriteByte('0' + digit)
		return
	}
	switch r = unicode.ToLower(r); r {
	case 'ß':
		b.WriteString("ss")
	case 'æ':
		b.WriteString("ae")
	case 'œ':
		b.WriteString("oe")
	case 'þ':
		b.WriteString("th")
	case 'ø':
		b.WriteByte('o')
	case 'đ', 'ð':
		b.WriteByte('d')
	case 'ħ':
		b.WriteByte('h')
	case 'ı':
		b.WriteByte('i')
	case 'ł':
		b.WriteByte('l')
	case 'ŧ':
		b.WriteByte('t')
	case 'ς':
		b.WriteRune('σ')
	case '\'', '`', '´', '‘', '’', '‛', 'ʼ', 'ʻ', '′':
	case '\t', '\n', '\v', '\f', '\r', '\u0085':
		b.WriteByte(' ')
	default:
		if !accent(r) && !unicode.Is(unicode.Cf, r) && !unicode.IsControl(r) {
			b.WriteRune(r)
		}
	}
}

// accent says whether a mark only colours the letter before it. In the scripts of India, in Thai and
// in Japanese marks are letters of their own and stay.
func accent(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r <= 0x36f, r >= 0x483 && r <= 0x489, r >= 0x1ab0 && r <= 0x1aff, r >= 0x1dc0 && r <= 0x1dff, r >= 0x20d0 && r <= 0x20ff, r >= 0xfe20 && r <= 0xfe2f:
		return true // Latin, Greek, Cyrillic
	case r >= 0x591 && r <= 0x5c7, r >= 0x610 && r <= 0x61a, r >= 0x64b && r <= 0x65f, r == 0x670, r >= 0x6d6 && r <= 0x6ed:
		return unicode.Is(unicode.Mn, r) // vowels of Hebrew and Arabic
	}
	return r >= 0xfe00 && r <= 0xfe0f // which form of a sign to draw
}

// InWord says whether a key keeps the rune: letters, numbers, and pictures, as some name things by them.
func InWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r > 0x2000 && (unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r))
}

// WithoutE writes ae, oe and ue as ä, ö and ü become without their dots.
func WithoutE(word string) string {
	if !strings.Contains(word, "e") {
		return word
	}
	var b strings.Builder
	b.Grow(len(word))
	var last byte
	for i := range len(word) {
		c := word[i]
		if c == 'e' && (last == 'a' || last == 'o' || last == 'u') {
			continue
		}
		b.WriteByte(c)
		last = c
	}
	return b.String()
}

// Singular takes the endings of plurals off until there is none: the same stem for both numbers,
// not always a word. At least three letters are left, so that an egg (Ei) is no ice (Eis).
func Singular(word string) string {
	switch word { // German plurals in -er that a pantry has: taking it off in general makes fish of butter
	case "eier", "eiern":
		return "ei"
	case "glaser", "glasern":
		word = "glas"
	case "blatter", "blattern":
		word = "blatt"
	case "krauter", "krautern":
		word = "kraut"
	case "huhner", "huhnern":
		word = "huhn"
	}
	for {
		end := len(word) - 1
		if end < 3 {
			return word
		}
		before := word[end-1]
		switch word[end] {
		case 's':
			if before == 's' {
				return word
			}
			word = word[:end]
		case 'e':
			word = word[:end]
		case 'n':
			if before != 'e' && (end <= 3 || word[end-2] != 'e' || before != 'l' && before != 'r') {
				return word
			}
			word = word[:end]
		case 'y':
			if strings.IndexByte("aeiou", before) >= 0 {
				return word
			}
			return word[:end] + "i"
		default:
			return word
		}
	}
}

// DigitValue is the value of a decimal digit of any script: they come in runs from zero to nine
// (Unicode 4.6, since 6.3).
func DigitValue(r rune) (byte, bool) {
	if r < utf8.RuneSelf {
		return byte(r - '0'), r >= '0' && r <= '9'
	}
	for _, run := range unicode.Nd.R16 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return byte((r - rune(run.Lo)) % 10), true
		}
	}
	for _, run := range unicode.Nd.R32 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return byte((r - rune(run.Lo)) % 10), true
		}
	}
	return 0, false
}
