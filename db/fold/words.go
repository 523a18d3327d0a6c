package fold

import "strings"

// Words are the words of a text as the search indexes them: each as it is written, and its stem ([Singular]) where that is
// another one; what is joined by an ampersand also as one, "mms" for M&M's.
func Words(text string) []string {
	var list []string
	for _, field := range strings.Fields(Plain(text)) {
		words := strings.FieldsFunc(field, func(r rune) bool { return !InWord(r) })
		for _, word := range words {
			list = append(list, forms(word)...)
		}
		if len(words) > 1 && strings.ContainsAny(field, "&＆+-") {
			list = append(list, forms(strings.Join(words, ""))...)
		}
	}
	return list
}

// Asked are the words of a text that somebody looks for, each in the forms in which it may be indexed: the first one may be
// the beginning of a longer word. Words that only join others are left out, unless there is nothing else.
func Asked(text string) [][]string {
	var list, joining [][]string
	for _, word := range strings.FieldsFunc(Plain(text), func(r rune) bool { return !InWord(r) }) {
		if Joins(word) {
			joining = append(joining, forms(word))
		} else {
			list = append(list, forms(word))
		}
	}
	if len(list) == 0 {
		return joining
	}
	return list
}

// Joins says whether a word is written as & as well.
func Joins(word string) bool { return word == "and" || word == "und" }

// forms are a word without what makes no difference, and its stem.
func forms(word string) []string {
	word = WithoutE(word)
	if stem := Singular(word); stem != word {
		return []string{word, stem}
	}
	return []string{word}
}
