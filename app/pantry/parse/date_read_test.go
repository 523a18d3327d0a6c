package parse_test

import (
	"strings"
	"testing"

	"pantrie/app/pantry/parse"
	"pantrie/db/dated"
)

// onDay is a day written YYYY-MM-DD.
func onDay(t testing.TB, text string) parse.Date {
	t.Helper()
	d, err := parse.ReadISODate(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return d
}

// told writes an expiry as "2026-11-30 day", "none", or "" when nothing is said.
func told(e parse.Expiry) string {
	text := strings.TrimSpace(e.Date.String() + " " + string(e.Precision))
	if e.Guess {
		text += " guess"
	}
	return text
}

func TestReadDate(t *testing.T) {
	const friday = "2026-07-24"
	for _, tt := range []struct {
		text  string
		today string
		want  string // or a code
	}{
		{text: "30.11.2026", want: "2026-11-30 day"}, {text: "30.11.26", want: "2026-11-30 day"}, {text: "30. 11. 2026", want: "2026-11-30 day"}, {text: "3.1.27", want: "2027-01-03 day"},
		{text: "30/11/2026", want: "2026-11-30 day"}, {text: "30-11-26", want: "2026-11-30 day"}, {text: "30 11 26", want: "2026-11-30 day"}, {text: "30.11.2026.", want: "2026-11-30 day"},
		{text: "2026-11-30", want: "2026-11-30 day"}, {text: "2026/11/30", want: "2026-11-30 day"}, {text: "2026.11.3", want: "2026-11-03 day"}, {text: "20261130", want: "2026-11-30 day"},
		{text: "30112026", want: "2026-11-30 day"}, {text: "301126", want: "2026-11-30 day"}, {text: "20112026", want: "2026-11-20 day"}, {text: "11/30/2026", want: "2026-11-30 day"},
		{text: "11/12/2026", want: "2026-12-11 day"}, {text: "11/30/26", want: "2026-11-30 day"}, {text: "26-11-30", want: "2030-11-26 day"}, {text: "260228", want: "2028-02-26 day"},
		{text: "٣٠.١١.٢٠٢٦", want: "2026-11-30 day"}, {text: "３０／１１", want: "2026-11-30 day"}, {text: "\u200f30.11.\u200f", want: "2026-11-30 day"}, {text: "30–11–2026", want: "2026-11-30 day"},

		{text: "30.11.", want: "2026-11-30 day"}, {text: "30.11", want: "2026-11-30 day"}, {text: "30/11", want: "2026-11-30 day"}, {text: "30-11", want: "2026-11-30 day"}, {text: "30 11", want: "2026-11-30 day"},
		{text: "11.12", want: "2026-12-11 day"}, {text: "1.5", want: "2027-05-01 day"}, {text: "3.1.", want: "2027-01-03 day"}, {text: "3011", want: "2026-11-30 day"},
		{text: "24.7.", want: "2026-07-24 day"}, {text: "23.7.", want: "2026-07-23 day"}, {text: "10.7.", want: "2026-07-10 day"}, {text: "9.7.", want: "2027-07-09 day"},
		{text: "31.12.", today: "2027-01-03", want: "2026-12-31 day"}, {text: "1.12.", today: "2027-01-03", want: "2027-12-01 day"}, {text: "3.1.", today: "2026-12-31", want: "2027-01-03 day"},
		{text: "29.2.", today: "2027-12-01", want: "2028-02-29 day"}, {text: "29.2.", today: "2028-03-10", want: "2028-02-29 day"}, {text: "29.2.", want: parse.DateImpossible},

		{text: "30 nov", want: "2026-11-30 day"}, {text: "30. November", want: "2026-11-30 day"}, {text: "30. Nov. 2026", want: "2026-11-30 day"}, {text: "30nov26", want: "2026-11-30 day"},
		{text: "30-Nov-2026", want: "2026-11-30 day"}, {text: "Nov 30, 2026", want: "2026-11-30 day"}, {text: "November 30th", want: "2026-11-30 day"}, {text: "30th November 2026", want: "2026-11-30 day"},
		{text: "nov 5", want: "2026-11-05 day"}, {text: "nov 05", want: "2026-11-05 day"}, {text: "1st Oct", want: "2026-10-01 day"}, {text: "2026 nov 30", want: "2026-11-30 day"},
		{text: "3. März", want: "2027-03-03 day"}, {text: "3. Maerz 27", want: "2027-03-03 day"}, {text: "15. Mai", want: "2027-05-15 day"}, {text: "Fri 30.11.", want: "2026-11-30 day"}, {text: "Mo, 30.11.2026", want: "2026-11-30 day"},

		{text: "1126", want: "2026-11-30 month"}, {text: "11/26", want: "2026-11-30 month"}, {text: "11.26", want: "2026-11-30 month"}, {text: "11-26", want: "2026-11-30 month"}, {text: "2/28", want: "2028-02-29 month"},
		{text: "11/2026", want: "2026-11-30 month"}, {text: "11.2026", want: "2026-11-30 month"}, {text: "2026-11", want: "2026-11-30 month"}, {text: "112026", want: "2026-11-30 month"}, {text: "1226", want: "2026-12-31 month"},
		{text: "11/30", want: "2030-11-30 month"}, {text: "05.27", want: "2027-05-31 month"}, {text: "0227", want: "2027-02-28 month"}, {text: "0724", want: "2024-07-31 month"}, {text: "0756", want: "2056-07-31 month"},
		{text: "nov 26", want: "2026-11-30 month"}, {text: "NOV26", want: "2026-11-30 month"}, {text: "Nov '26", want: "2026-11-30 month"}, {text: "nov 2026", want: "2026-11-30 month"}, {text: "Dez. 27", want: "2027-12-31 month"},
		{text: "nov 30", want: "2030-11-30 month"}, {text: "November", want: "2026-11-30 month"}, {text: "juli", want: "2026-07-31 month"}, {text: "june", want: "2027-06-30 month"}, {text: "june", today: "2026-07-14", want: "2026-06-30 month"},
		{text: "2027", want: "2027-12-31 year"}, {text: "2024", want: "2024-12-31 year"}, {text: "2056", want: "2056-12-31 year"},

		{text: "+3d", want: "2026-07-27 day"}, {text: "+1w", want: "2026-07-31 day"}, {text: "+1m", want: "2026-08-24 day"}, {text: "+6M", want: "2027-01-24 day"}, {text: "+1y", want: "2027-07-24 day"}, {text: "+ 2 weeks", want: "2026-08-07 day"},
		{text: "+3 Tage", want: "2026-07-27 day"}, {text: "in 2 Wochen", want: "2026-08-07 day"}, {text: "+1j", want: "2027-07-24 day"}, {text: "+0d", want: "2026-07-24 day"}, {text: "+1m", today: "2027-01-31", want: "2027-02-28 day"}, {text: "＋３ｄ", want: "2026-07-27 day"},
		{text: "+1y", today: "2028-02-29", want: "2029-02-28 day"}, {text: "+30y", want: "2056-07-24 day"}, {text: "+31y", want: parse.DateImplausible}, {text: "+99999y", want: parse.DateImplausible}, {text: "+999999d", want: parse.DateInvalid},
		{text: "today", want: "2026-07-24 day"}, {text: "Heute", want: "2026-07-24 day"}, {text: "tomorrow", want: "2026-07-25 day"}, {text: "MORGEN", want: "2026-07-25 day"}, {text: "übermorgen", want: "2026-07-26 day"}, {text: "gestern", want: "2026-07-23 day"},
		{text: "friday", want: "2026-07-24 day"}, {text: "Sat", want: "2026-07-25 day"}, {text: "Donnerstag", want: "2026-07-30 day"}, {text: "mo.", want: "2026-07-27 day"},
		{text: "none", want: "none"}, {text: "-", want: "none"}, {text: "–", want: "none"}, {text: "Ohne Datum", want: "none"}, {text: "never", want: "none"},

		{text: "", want: "required"}, {text: "  \u200e", want: "required"},
		{text: "31.11.", want: parse.DateImpossible}, {text: "31.11.2026", want: parse.DateImpossible}, {text: "29.2.2027", want: parse.DateImpossible}, {text: "32.1.", want: parse.DateImpossible}, {text: "0.5.", want: parse.DateImpossible},
		{text: "13/13", want: parse.DateImpossible}, {text: "2026-13-01", want: parse.DateImpossible}, {text: "2026-13", want: parse.DateImpossible}, {text: "4711", want: parse.DateImpossible}, {text: "13/2026", want: parse.DateImpossible}, {text: "11.26.", want: parse.DateImpossible},
		{text: "nov 31", want: "2031-11-30 month"}, {text: "31st nov", want: parse.DateImpossible}, {text: "311126", want: parse.DateImpossible}, {text: "20261131", want: parse.DateImpossible}, {text: "0", want: parse.DateInvalid}, {text: "30", want: parse.DateInvalid}, {text: "30.", want: parse.DateInvalid},
		{text: "23.7.2024", want: parse.DateImplausible}, {text: "24.7.2024", want: "2024-07-24 day"}, {text: "24.7.2056", want: "2056-07-24 day"}, {text: "25.7.2056", want: parse.DateImplausible}, {text: "0624", want: parse.DateImplausible}, {text: "0856", want: parse.DateImplausible},
		{text: "30.11.99", want: parse.DateImplausible}, {text: "30.11.1999", want: parse.DateImplausible}, {text: "2023", want: parse.DateImplausible}, {text: "2057", want: parse.DateImplausible}, {text: "1999", want: parse.DateImplausible}, {text: "0000-00-00", want: parse.DateImpossible},
		{text: "milk", want: parse.DateInvalid}, {text: "405", want: parse.DateInvalid}, {text: "12345", want: parse.DateInvalid}, {text: "1.2.3.4", want: parse.DateInvalid}, {text: "30..11", want: parse.DateInvalid}, {text: "/11/26", want: parse.DateInvalid}, {text: "30.11/", want: parse.DateInvalid},
		{text: "1,5", want: parse.DateInvalid}, {text: "30,11,26", want: parse.DateInvalid}, {text: "1.2.345", want: parse.DateInvalid}, {text: "123.4.26", want: parse.DateInvalid}, {text: "nov nov", want: parse.DateInvalid}, {text: "nov 261", want: parse.DateInvalid},
		{text: "+", want: parse.DateInvalid}, {text: "+3", want: parse.DateInvalid}, {text: "+d", want: parse.DateInvalid}, {text: "+-3d", want: parse.DateInvalid}, {text: "-3d", want: parse.DateInvalid}, {text: "½", want: parse.DateInvalid}, {text: "30.11.2026 12:00", want: parse.DateInvalid},
		{text: "\xff", want: parse.DateInvalid}, {text: "30.11.\x00", want: "2026-11-30 day"}, {text: strings.Repeat("1", 5000), want: parse.DateInvalid}, {text: strings.Repeat("1.", 40), want: parse.DateInvalid},
	} {
		today := friday
		if tt.today != "" {
			today = tt.today
		}
		e, err := parse.ReadDate(tt.text, onDay(t, today), parse.DayFirst)
		got := told(e)
		if err != nil {
			got = codeOf(err)
		}
		if got != tt.want {
			t.Errorf("ReadDate(%q) on %s = %q, want %q", tt.text, today, got, tt.want)
		}
	}
}

// What is accepted lies in the window and ends its month or year; written in full it is the same.
func FuzzReadDate(f *testing.F) {
	for _, seed := range []string{"30.11.", "30.11.26", "2026-11-30", "1126", "11/26", "2027", "nov 26", "+3d", "heute", "fri", "none", "29.2.", "1st Oct 26", "٣٠.١١", "\xff", "30. Nov. '26", "+99999y", "Mo, 1.1."} {
		f.Add(seed, int32(739821))
	}
	f.Add("31.12.", int32(1))
	f.Add("+1y", int32(3652059))
	f.Fuzz(func(t *testing.T, text string, day int32) {
		today := parse.Date(day)
		if today < 400_000 || today > 3_000_000 {
			_, _ = parse.ReadDate(text, today, parse.DayFirst)
			return
		}
		e, err := parse.ReadDate(text, today, parse.DayFirst)
		if codeOf(err) == "?" {
			t.Errorf("ReadDate(%q): %v", text, err)
		}
		if err != nil {
			return
		}
		switch e.Precision {
		case dated.Undated:
			if e.Date != 0 {
				t.Errorf("ReadDate(%q) = %s", text, told(e))
			}
			return
		case dated.ByMonth:
			if e.Date != e.Date.EndOfMonth() {
				t.Errorf("ReadDate(%q) = %s", text, told(e))
			}
		case dated.ByYear:
			if e.Date != e.Date.EndOfYear() {
				t.Errorf("ReadDate(%q) = %s", text, told(e))
			}
		}
		if e.Guess || e.Date < today.AddDays(-2*366) || e.Date > today.AddDays(32*366) {
			t.Errorf("ReadDate(%q) on %s = %s", text, today, told(e))
		}
		if e.Precision == dated.ByDay {
			if back, err := parse.ReadDate(e.Date.String(), today, parse.DayFirst); err != nil || back != e {
				t.Errorf("ReadDate(%q) = %s, and of that %s, %v", text, told(e), told(back), err)
			}
		}
	})
}
