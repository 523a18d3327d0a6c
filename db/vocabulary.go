package db

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"pantrie/db/fold"
)

// mostVocabularies is of how many households the words are kept in memory: 24 bytes and the letters of each.
const mostVocabularies = 8

// vocabulary has the words of names and brands of each household that was searched for parts of words or with mistakes in them.
// One that no product has any more stays in it for a while, and finds nothing.
type vocabulary struct {
	mu    sync.Mutex
	of    map[string][]term // by the household's key; sorted
	times int64             // how often words were added
}

// term is an indexed word with the letters that are in it, a bit each, so that most can be left out at a glance.
type term struct {
	word    string
	letters uint64
}

func termOf(word string) term {
	t := term{word: word}
	for _, r := range word {
		t.letters |= 1 << (uint(r) % 64)
	}
	return t
}

func byWord(t term, word string) int { return cmp.Compare(t.word, word) }

// words are a household's, read from the index where nobody has asked for them yet.
func (v *vocabulary) words(ctx context.Context, r reader, key string) ([]term, error) {
	for {
		v.mu.Lock()
		known, ok := v.of[key]
		times := v.times
		v.mu.Unlock()
		if ok {
			return known, nil
		}
		list, err := many(ctx, r.q, func(s scanner) (t term, err error) {
			var word string
			err = s.Scan(&word)
			return termOf(word[min(len(word), len(key)+1):]), err
		}, sqlSearchTerms, key+ofBrand, key+ofBrand+"\U0010ffff", key+ofName, key+ofName+"\U0010ffff")
		if err != nil {
			return nil, err
		}
		slices.SortFunc(list, func(a, b term) int { return cmp.Compare(a.word, b.word) })
		list = slices.Compact(list)
		v.mu.Lock()
		if v.times == times { // else what was added meanwhile may be missing
			if len(v.of) >= mostVocabularies {
				clear(v.of)
			}
			v.of[key] = list
			v.mu.Unlock()
			return list, nil
		}
		v.mu.Unlock()
	}
}

// add adds words that were indexed, each with its household's key and its place before it.
func (v *vocabulary) add(words []string) {
	if len(words) == 0 {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.times++
	for _, word := range words {
		key, place, word := word[:keyLetters], word[keyLetters:keyLetters+1], word[keyLetters+1:]
		if !strings.Contains(ofCalled, place) {
			continue
		}
		list, ok := v.of[key]
		if !ok {
			continue
		}
		if at, found := slices.BinarySearchFunc(list, word, byWord); !found {
			v.of[key] = slices.Insert(slices.Clone(list), at, termOf(word)) // somebody may be reading the old one
		}
	}
}

// begins says whether there is a word that begins so.
func begins(list []term, with string) bool {
	at, _ := slices.BinarySearchFunc(list, with, byWord)
	return at < len(list) && strings.HasPrefix(list[at].word, with)
}

// mostForms is how many words are looked for in the place of one.
const mostForms = 40

// containing are the words that a part of a compound is in, as its end, or anywhere where it is long; in scripts without
// spaces between words anywhere. The shortest come first.
func containing(list []term, parts []string) []string {
	var found []string
	for _, part := range parts {
		letters, n := termOf(part).letters, utf8.RuneCountInString(part)
		spaced := strings.IndexFunc(part, unspaced) < 0
		if spaced && n < 3 {
			continue
		}
		for _, t := range list {
			if t.letters&letters != letters || len(t.word) <= len(part) {
				continue
			}
			if strings.HasSuffix(t.word, part) || (!spaced || n >= 5) && strings.Contains(t.word, part) {
				found = append(found, t.word)
			}
		}
	}
	return shortest(found)
}

// unspaced says whether a letter is of a script that has no spaces between words.
func unspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func shortest(list []string) []string {
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	list = slices.Compact(list)
	return list[:min(len(list), mostForms)]
}

// alike are the words that one could be with mistakes in it, the nearest first.
func alike(list []term, asked string) []string {
	letters := []rune(asked)
	most := fold.Typos(len(letters))
	if most == 0 || strings.ContainsFunc(asked, unicode.IsNumber) { // another number is another thing
		return nil
	}
	type near struct {
		beginning, whole int
		word             string
	}
	own := termOf(asked).letters
	var found []near
	for _, t := range list {
		if missing := own &^ t.letters; missing&(missing-1) != 0 && (most == 1 || moreThanTwo(missing)) {
			continue
		}
		if len(t.word) < len(letters)-most {
			continue
		}
		if beginning, whole := fold.Distance(letters, []rune(t.word), most); beginning <= most {
			found = append(found, near{beginning, whole, t.word})
		}
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.whole, b.whole), cmp.Compare(a.beginning, b.beginning), cmp.Compare(len(a.word), len(b.word)), cmp.Compare(a.word, b.word))
	})
	words := make([]string, 0, min(len(found), mostForms))
	for _, n := range found[:cap(words)] {
		words = append(words, n.word)
	}
	return words
}

// moreThanTwo says whether more than two bits are set.
func moreThanTwo(bits uint64) bool {
	bits &= bits - 1
	bits &= bits - 1
	return bits != 0
}
