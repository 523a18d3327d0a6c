package parse_test

import (
	"errors"
	"strings"
	"testing"

	"pantrie/app/pantry/parse"
	"pantrie/db/dated"
)

// On Monday, 30 November 2026. Each text is read by somebody who writes the day first, by an American, and where nobody
// knows: "=" is as the first one reads it.
func TestDatesByOrder(t *testing.T) {
	today := onDay(t, "2026-11-30")
	for _, tt := range []struct{ text, day, month, unknown string }{
		{"12/05/2026", "2026-05-12 day", "2026-12-05 day", "2026-05-12 or 2026-12-05"},
		{"12-05-26", "2026-05-12 day", "2026-12-05 day", "2026-05-12 or 2026-12-05"},
		{"5/12", "2026-12-05 day", "2027-05-12 day", "2026-12-05 or 2027-05-12"},
		{"1-2", "2027-02-01 day", "2027-01-02 day", "2027-02-01 or 2027-01-02"},
		{"12/24/2026", "2026-12-24 day", "=", "="}, {"24/12/2026", "2026-12-24 day", "=", "="}, {"24/12", "2026-12-24 day", "=", "="},
		{"12/12/2026", "2026-12-12 day", "=", "="}, {"12/12", "2026-12-12 day", "=", "="},
		{"12.05.2026", "2026-05-12 day", "=", "="}, {"5.12.", "2026-12-05 day", "=", "="}, {"2026-05-12", "2026-05-12 day", "=", "="}, {"2026/5/12", "2026-05-12 day", "=", "="},
		{"5 Dec 2026", "2026-12-05 day", "=", "="}, {"Dec 5, 2026", "2026-12-05 day", "=", "="},
		{"12/25", "2025-12-31 month", "2026-12-25 day", "2026-12-25 day"}, {"11/27", "2027-11-30 month", "=", "="}, {"11/26", "2026-11-30 month", "=", "="},
		{"13/13/2026", parse.DateImpossible, "=", "="}, {"31/11/2026", parse.DateImpossible, "=", "="},
	} {
		for order, want := range map[parse.Order]string{parse.DayFirst: tt.day, parse.MonthFirst: tt.month, parse.UnknownOrder: tt.unknown} {
			if want == "=" {
				want = tt.day
			}
			e, err := parse.ReadDate(tt.text, today, order)
			got := told(e)
			var p *parse.Problem
			if errors.As(err, &p) {
				if got = p.Code; p.Code == parse.DateAmbiguous {
					got = strings.Join(p.Choices, " or ")
				}
			}
			if got != want {
				t.Errorf("%q in order %d is %q, want %q", tt.text, order, got, want)
			}
		}
	}
}

func TestOrderOf(t *testing.T) {
	for locale, want := range map[string]parse.Order{
		"en-US": parse.MonthFirst, "en-US,en;q=0.9": parse.MonthFirst, "es-PR": parse.MonthFirst, "en-PH": parse.MonthFirst, "en-CA": parse.MonthFirst, "ja": parse.MonthFirst, "hu-HU": parse.MonthFirst,
		"en-GB": parse.DayFirst, "de": parse.DayFirst, "de-DE": parse.DayFirst, "de-US": parse.MonthFirst, "fr-CA": parse.DayFirst, "it-IT,it;q=0.8,en-US;q=0.5": parse.DayFirst, "en-AU": parse.DayFirst,
		"en": parse.UnknownOrder, "": parse.UnknownOrder, "*": parse.UnknownOrder, "no such thing": parse.UnknownOrder, "und": parse.UnknownOrder,
	} {
		if got := parse.OrderOf(locale); got != want {
			t.Errorf("%q: %d, want %d", locale, got, want)
		}
	}
}

// What people say of days to come, on Monday, 30 November 2026.
func TestDatesInWords(t *testing.T) {
	today := onDay(t, "2026-11-30")
	for text, want := range map[string]string{
		"Dec 24": "2026-12-24 day", "dez 24": "2026-12-24 day", "Mar 26": "2027-03-26 day", "Nov 26": "2026-11-30 month", "Dec 27": "2027-12-31 month", "Jan 15": "2027-01-15 day", "Dec 2024": "2024-12-31 month", "Dec '31": "2031-12-31 month",
		"next friday": "2026-12-04 day", "Next Monday": "2026-12-07 day", "nächsten Freitag": "2026-12-04 day", "naechster Montag": "2026-12-07 day", "bis nächsten Freitag": "2026-12-04 day", "bis Freitag": "2026-12-04 day",
		"this Friday": "2026-12-04 day", "diesen Montag": "2026-11-30 day", "by Friday": "2026-12-04 day", "am Mittwoch": "2026-12-02 day", "kommenden Sonntag": "2026-12-06 day",
		"next week": "2026-12-07 day", "nächste Woche": "2026-12-07 day", "next month": "2026-12-30 day", "next year": "2027-12-31 year", "this weekend": "2026-12-06 day",
		"3 days": "2026-12-03 day", "2 Wochen": "2026-12-14 day", "in 3 days": "2026-12-03 day", "1 week": "2026-12-07 day", "24 months": parse.DateInvalid,
		"end of December": "2026-12-31 month", "Ende Dezember": "2026-12-31 month", "bis Ende Dezember": "2026-12-31 month", "end of January 2028": "2028-01-31 month", "Ende Jan.": "2027-01-31 month", "mid December": "2026-12-15 day", "Mitte Januar": "2027-01-15 day",
		"end of month": "2026-11-30 month", "Monatsende": "2026-11-30 month", "end of the year": "2026-12-31 year", "Jahresende": "2026-12-31 year",
		"until 24 December": "2026-12-24 day", "next": parse.DateInvalid, "next milk": parse.DateInvalid, "end of": parse.DateInvalid, "bis": parse.DateInvalid, "by by by": parse.DateInvalid,
	} {
		e, err := parse.ReadDate(text, today, parse.DayFirst)
		got := told(e)
		if err != nil {
			got = codeOf(err)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// Lines with such dates, and names that only look like them.
func TestQuickAddOfDaysToCome(t *testing.T) {
	today := onDay(t, "2026-11-30")
	for text, want := range map[string]string{
		"2 milk Dec 24": "2 | milk | 2026-12-24 day", "milk next friday": " | milk | 2026-12-04 day", "milk next week": " | milk | 2026-12-07 day", "milk 3 days": " | milk | 2026-12-03 day",
		"Milch bis nächsten Freitag": " | Milch | 2026-12-04 day", "2 Joghurt Ende Dezember": "2 | Joghurt | 2026-12-31 month", "ham end of December": " | ham | 2026-12-31 month", "ham by next monday": " | ham | 2026-12-07 day",
		"nächsten Freitag Milch": " | Milch | 2026-12-04 day", "Quark bis Ende des Monats": " | Quark | 2026-11-30 month", "cheese until next tuesday": " | cheese | 2026-12-01 day",
		"7 days croissants": "7 | days croissants | ", "Parmesan 24 months": " | Parmesan 24 months | ", "Weekend bread": " | Weekend bread | ", "next door honey": " | next door honey | ", "late harvest": " | late harvest | ", "The End": " | The End | ",
		"Friday pie": " | Friday pie | ", "milk 12/24": " | milk | 2024-12-31 month",
	} {
		if got := quickly(parse.QuickAdd(text, today, parse.DayFirst)); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for order, want := range map[parse.Order]string{
		parse.DayFirst: "2 | milk | 2026-12-05 day", parse.MonthFirst: "2 | milk | 2027-05-12 day", parse.UnknownOrder: "2 | milk |  | 5/12=date_ambiguous",
	} {
		if got := quickly(parse.QuickAdd("2 milk 5/12", today, order)); got != want {
			t.Errorf("in order %d it is %q, want %q", order, got, want)
		}
	}
}

func TestComing(t *testing.T) {
	today := onDay(t, "2026-11-30")
	for date, want := range map[string]string{"2025-12-24": "2026-12-24", "2024-11-30": "2026-11-30", "2026-11-29": "2027-11-29", "2026-11-30": "2026-11-30", "2028-02-29": "2028-02-29", "2024-02-29": "2027-02-28", "": ""} {
		e := parse.Expiry{Precision: dated.ByDay}
		if date != "" {
			e.Date = onDay(t, date)
		}
		if got := e.Coming(today).Date.String(); got != want {
			t.Errorf("%s: %s, want %s", date, got, want)
		}
	}
}
