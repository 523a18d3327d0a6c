package parse

import (
	"cmp"
	"strings"

	"pantrie/db/dated"
	"pantrie/db/fold"
)

// labelled finds what stands at the end of some words and only says that a date comes: "bis", "use by",
// "MHD:". It is how many words that takes and what the date means, empty where they do not tell. "expires" and
// "until" do not: people type them before either kind.
func labelled(words []string) (int, dated.Kind) {
	taken, kind := 0, dated.Kind("")
	for {
		n, k := lastLabel(words[:len(words)-taken], taken == 0)
		if n == 0 {
			return taken, kind
		}
		taken, kind = taken+n, cmp.Or(kind, k)
	}
}

// lastLabel is the last label of some words. The single words of one end a name as well ("The Best", "Stand by"),
// so that they count only directly before the date, and behind a name.
func lastLabel(words []string, next bool) (int, dated.Kind) {
	for n := min(4, len(words)); n > 0; n-- {
		switch Letters(fold.Plain(strings.Join(words[len(words)-n:], ""))) {
		case "useby", "zuverbrauchenbis", "zuverbrauchenbiszum", "verbrauchenbis", "verbrauchenbiszum", "verbrauchsdatum":
			return n, dated.UseBy
		case "bestbefore", "bestbeforeend", "bestby", "sellby", "bb", "bbe", "bbd", "mhd", "mindesthaltbarkeitsdatum", "mindestenshaltbarbis", "mindesthaltbarbis", "mindhaltbarbis", "haltbarbis", "haltbarbiszum":
			return n, dated.BestBefore
		case "bis", "biszum", "exp", "expires", "expiry", "until", "till", "til":
			return n, ""
		case "haltbar", "best", "before", "by", "use":
			if n == 1 && next && len(words) > 1 {
				return n, ""
			}
		}
	}
	return 0, ""
}

// labelledDate takes a label and its date from the front: "use by 3.12. ham". With the label before it, it need
// not look like nothing else.
func (l *line) labelledDate() (int, bool) {
	if l.dated {
		return 0, false
	}
	for n := min(5, len(l.words)-1); n > 0; n-- {
		label, kind := labelled(l.words[:n])
		if label != n {
			continue
		}
		for m := min(4, len(l.words)-n); m > 0; m-- {
			if read, ok := l.dateOf(l.words[n : n+m]); ok {
				l.date(l.words[n:n+m], read, kind)
				return n + m, true
			}
		}
	}
	return 0, false
}

// date notes the date of the line, and what it means where that is told. One that can be two days is asked about.
func (l *line) date(words []string, read Reading, kind dated.Kind) {
	l.q.Expiry, l.dated, l.q.DateText = read.Expiry, true, trimmed(strings.Join(words, " "))
	if p := read.Ambiguous(); p != nil {
		l.q.Expiry = Expiry{}
		l.q.Unread = append(l.q.Unread, Unread{Text: strings.Join(words, " "), Problem: *p})
	}
	l.q.Kind = cmp.Or(l.q.Kind, kind)
}

// noSuchMonth says whether a word is a mistyped month and year: 13/26, 14/2027. Where the year has two digits the
// month begins with a 1, as there are names such as shrimps 21/25 and mince 70/30.
func (l *line) noSuchMonth(word string) bool {
	first, second, _ := strings.Cut(NumberText(trimmed(word)), "/")
	if !IsDigits(first) || !IsDigits(second) || len(first) > 2 {
		return false
	}
	month, year := number(first), number(second)
	thisYear, _, _ := l.dates.Today.Split()
	switch len(second) {
	case 2:
		year += thisYear / 100 * 100
		return month > 12 && month < 20 && year >= thisYear-2 && year <= thisYear+10
	case 4:
		return (month == 0 || month > 12) && year >= thisYear-2 && year <= thisYear+30
	}
	return false
}
