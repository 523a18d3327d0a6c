package parse_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"pantrie/app/pantry/parse"
	"pantrie/db/dated"
)

func TestDatesAreThoseOfTheCalendar(t *testing.T) {
	for want, day := range map[string]time.Time{
		"0001-01-01": time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), "1970-01-01": time.Unix(0, 0).UTC(), "1969-12-31": time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC),
		"2000-02-29": time.Date(2000, 2, 29, 12, 0, 0, 0, time.UTC), "2026-07-24": time.Date(2026, 7, 24, 23, 30, 0, 0, time.FixedZone("", -11*3600)),
		"9999-12-31": time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", 14*3600)),
	} {
		d := parse.DateOf(day)
		if d.String() != want || d.Weekday() != day.Weekday() || onDay(t, want) != d {
			t.Errorf("%v is %s (%d), a %s", day, d, d, d.Weekday())
		}
	}
	for _, bad := range []struct {
		year  int
		month time.Month
		day   int
	}{{2027, 2, 29}, {2026, 4, 31}, {2026, 13, 1}, {2026, 0, 1}, {2026, 1, 0}, {2026, 1, 32}, {0, 1, 1}, {10000, 1, 1}, {math.MinInt, 1, 1}, {1900, 2, 29}} {
		if d, ok := parse.NewDate(bad.year, bad.month, bad.day); ok {
			t.Errorf("%v is %s", bad, d)
		}
	}
	for text, want := range map[string]string{"2026-11-31": parse.DateImpossible, "2026-1-1": parse.DateInvalid, "": parse.DateInvalid, "2026-11-30 ": parse.DateInvalid, "２026-11-3": parse.DateInvalid, "2026/11/30": parse.DateInvalid, "+026-11-30": parse.DateInvalid} {
		if _, err := parse.ReadISODate(text); codeOf(err) != want {
			t.Errorf("ReadISODate(%q): %v", text, err)
		}
	}
}

func TestReckoningWithDates(t *testing.T) {
	day := func(text string) parse.Date { return onDay(t, text) }
	var none parse.Date
	for _, tt := range []struct {
		name string
		got  parse.Date
		want string
	}{
		{"days", day("2026-12-31").AddDays(1), "2027-01-01"}, {"days back", day("2027-01-01").AddDays(-1), "2026-12-31"}, {"far too many days", day("2026-01-01").AddDays(math.MaxInt), "9999-12-31"},
		{"far too many days back", day("2026-01-01").AddDays(math.MinInt), "0001-01-01"}, {"days from none", none.AddDays(5), ""},
		{"a month", day("2026-01-31").AddMonths(1), "2026-02-28"}, {"a month into a leap day", day("2028-01-30").AddMonths(1), "2028-02-29"}, {"months over a year", day("2026-11-30").AddMonths(3), "2027-02-28"},
		{"months back", day("2026-01-31").AddMonths(-2), "2025-11-30"}, {"far too many months", day("2026-01-01").AddMonths(math.MaxInt), "9999-12-31"}, {"far too many months back", day("2026-01-01").AddMonths(math.MinInt), "0001-01-01"},
		{"months from none", none.AddMonths(1), ""}, {"the end of February", day("2028-02-01").EndOfMonth(), "2028-02-29"}, {"the end of a year", day("2028-02-01").EndOfYear(), "2028-12-31"},
		{"the end of the calendar", day("9999-12-31").EndOfMonth(), "9999-12-31"}, {"the end of no month", none.EndOfMonth(), ""}, {"the end of no year", none.EndOfYear(), ""},
	} {
		if tt.got.String() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
	for _, odd := range []parse.Date{math.MinInt32, -1, math.MaxInt32} {
		if got := odd.EndOfMonth().AddMonths(1).AddDays(1).EndOfYear(); got.String() == "" {
			t.Errorf("from %d to %d", int32(odd), int32(got))
		}
	}
	if day("2026-11-30") >= day("2026-12-01") || parse.Date(-5).String() != "" || parse.Date(math.MaxInt32).String() != "" {
		t.Error("days do not follow each other")
	}
}

func TestDatesAsJSON(t *testing.T) {
	type row struct {
		A parse.Date
		B parse.Date `json:",omitempty"`
	}
	text, err := json.Marshal(row{A: onDay(t, "2026-11-30")})
	if err != nil || string(text) != `{"A":"2026-11-30"}` {
		t.Errorf("%s, %v", text, err)
	}
	back := row{B: 5}
	if err := json.Unmarshal([]byte(`{"A":"2026-11-30","B":""}`), &back); err != nil || back.A != onDay(t, "2026-11-30") || back.B != 0 {
		t.Errorf("%+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"A":"30.11."}`), &back); err == nil {
		t.Error("accepts what people type")
	}
}

func TestExactly(t *testing.T) {
	d := onDay(t, "2028-02-10")
	for precision, want := range map[dated.Precision]string{dated.ByDay: "2028-02-10 day", "": "2028-02-10 day", dated.ByMonth: "2028-02-29 month", dated.ByYear: "2028-12-31 year", dated.Undated: "none"} {
		if got := told(parse.Exactly(d, precision)); got != want {
			t.Errorf("%q: %q, want %q", precision, got, want)
		}
	}
	if got := told(parse.Exactly(0, dated.ByDay)); got != "none" {
		t.Errorf("no date: %q", got)
	}
}

func TestReadKind(t *testing.T) {
	for text, want := range map[string]dated.Kind{
		"best_before": dated.BestBefore, "Best before": dated.BestBefore, "MHD": dated.BestBefore, "mindestens haltbar bis:": dated.BestBefore, "use_by": dated.UseBy, "USE-BY": dated.UseBy,
		"Verbrauchsdatum": dated.UseBy, "zu verbrauchen bis": dated.UseBy, "": "", "soon": "", "\xff": "",
	} {
		got, err := parse.ReadKind(text)
		if got != want || (err != nil) != (want == "") || codeOf(err) == "?" {
			t.Errorf("ReadKind(%q) = %q, %v", text, got, err)
		}
	}
}

func TestGuessDate(t *testing.T) {
	today := onDay(t, "2026-07-24")
	week, none, never := int64(7), int64(0), int64(-1)
	for _, tt := range []struct {
		name      string
		earlier   []int64
		shelfLife *int64
		want      string
	}{
		{"nothing known", nil, nil, "none"},
		{"a shelf life", nil, &week, "2026-07-31 day guess"},
		{"a shelf life of this day", nil, &none, "2026-07-24 day guess"},
		{"a shelf life that is none", nil, &never, "none"},
		{"one lot", []int64{10}, &week, "2026-08-03 day guess"},
		{"the middle of three", []int64{30, 10, 12}, nil, "2026-08-05 day guess"},
		{"the shorter middle of two", []int64{12, 10}, nil, "2026-08-03 day guess"},
		{"the last five alone", []int64{10, 10, 10, 20, 20, 20, 20, 20, 20}, nil, "2026-08-03 day guess"},
		{"lots that were bought expired", []int64{-3, 0, 10}, &week, "2026-08-03 day guess"},
		{"only such lots", []int64{-3, 0}, &week, "2026-07-31 day guess"},
		{"a lot for ever", []int64{math.MaxInt64}, &week, "2026-07-31 day guess"},
	} {
		if got := told(parse.GuessDate(tt.earlier, tt.shelfLife, today)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestOpened(t *testing.T) {
	today := onDay(t, "2026-07-24")
	three, none, never, long := int64(3), int64(0), int64(-1), int64(math.MaxInt64)
	printed := func(text string, p dated.Precision) parse.Expiry { return parse.Exactly(onDay(t, text), p) }
	for _, tt := range []struct {
		name    string
		printed parse.Expiry
		days    *int64
		want    string
	}{
		{"sooner than printed", printed("2026-11-30", dated.ByDay), &three, "2026-07-27 day guess"},
		{"a printed month", printed("2026-11-01", dated.ByMonth), &three, "2026-07-27 day guess"},
		{"this day", printed("2026-11-30", dated.ByDay), &none, "2026-07-24 day guess"},
		{"never longer than printed", printed("2026-07-25", dated.ByDay), &three, "2026-07-25 day"},
		{"as long as printed", printed("2026-07-27", dated.ByDay), &three, "2026-07-27 day"},
		{"expired already", printed("2026-07-01", dated.ByDay), &three, "2026-07-01 day"},
		{"nothing printed", parse.Expiry{Precision: dated.Undated}, &three, "2026-07-27 day guess"},
		{"no shelf life", printed("2026-11-01", dated.ByMonth), nil, "2026-11-30 month"},
		{"a shelf life that is none", printed("2026-11-01", dated.ByMonth), &never, "2026-11-30 month"},
		{"for ever", printed("2026-11-01", dated.ByMonth), &long, "2026-11-30 month"},
		{"a guess before", parse.Expiry{Date: today.AddDays(1), Precision: dated.ByDay, Guess: true}, &three, "2026-07-25 day guess"},
	} {
		if got := told(parse.Opened(tt.printed, tt.days, today)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
