package parse

import (
	"slices"
	"time"

	"pantrie/auth/fault"
	"pantrie/db/dated"
	"pantrie/db/fold"
)

// Date is a day of the calendar, of no time zone: days since the one before 1 January of year 1.
// Zero is no date. Dates are compared and sorted as the numbers they are.
type Date int32

const (
	unixEpoch = 719163 // 1 January 1970
	maxDays   = 36500  // the longest shelf life
)

const lastDate Date = 3652059 // 31 December 9999

// NewDate is a day of the calendar, and whether there is one: not 31 April, and in a year of four digits at most.
func NewDate(year int, month time.Month, day int) (Date, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, false
	}
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return Date(t.Unix()/86400 + unixEpoch), t.Day() == day
}

// DateOf is the day of an instant in its own time zone.
func DateOf(t time.Time) Date {
	d, _ := NewDate(t.Date())
	return d
}

// ReadISODate reads YYYY-MM-DD alone, as [Date.String] writes it. [DateInvalid], [DateImpossible].
func ReadISODate(text string) (Date, error) {
	if len(text) != 10 || text[4] != '-' || text[7] != '-' || !IsDigits(text[:4]+text[5:7]+text[8:]) {
		return 0, Refuse(DateInvalid)
	}
	d, ok := NewDate(number(text[:4]), time.Month(number(text[5:7])), number(text[8:]))
	if !ok {
		return 0, Refuse(DateImpossible)
	}
	return d, nil
}

// time is midnight of the day in UTC, which is only for reckoning. What is no day is the nearest one.
func (d Date) time() time.Time {
	return time.Unix((int64(min(max(d, 1), lastDate))-unixEpoch)*86400, 0).UTC()
}

// Split is year, month and day.
func (d Date) Split() (int, time.Month, int) { return d.time().Date() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.time().Weekday() }

// String is YYYY-MM-DD, or empty without a date.
func (d Date) String() string {
	if d < 1 || d > lastDate {
		return ""
	}
	return d.time().Format(time.DateOnly)
}

// MarshalText is [Date.String].
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is [ReadISODate], where empty is no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	parsed, err := ReadISODate(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}

// AddDays is so many days later, at most at the ends of the calendar. No date stays none.
func (d Date) AddDays(n int) Date {
	if d == 0 {
		return 0
	}
	n = min(max(n, -int(lastDate)), int(lastDate))
	return Date(min(max(int64(d)+int64(n), 1), int64(lastDate)))
}

// AddMonths is the same day so many months later, or the last of a month that has no such day.
func (d Date) AddMonths(n int) Date {
	if d == 0 {
		return 0
	}
	n = min(max(n, -120_000), 120_000)
	year, month, day := d.Split()
	months := year*12 + int(month) - 1 + n
	switch {
	case months < 12:
		return 1
	case months >= 10_000*12:
		return lastDate
	}
	first, _ := NewDate(months/12, time.Month(months%12+1), 1)
	return min(first.AddDays(day-1), first.EndOfMonth())
}

// EndOfMonth is the last day of the month.
func (d Date) EndOfMonth() Date {
	if d == 0 {
		return 0
	}
	year, month, _ := d.Split()
	for day := 31; ; day-- {
		if end, ok := NewDate(year, month, day); ok {
			return end
		}
	}
}

// EndOfYear is 31 December.
func (d Date) EndOfYear() Date {
	if d == 0 {
		return 0
	}
	year, _, _ := d.Split()
	end, _ := NewDate(year, time.December, 31)
	return end
}

// ReadKind reads a kind as people write it in English and German. [fault.InvalidChoice].
func ReadKind(text string) (dated.Kind, error) {
	switch key := fold.Plain(text); Letters(key) {
	case "bestbefore", "bb", "bbe", "bbd", "bestby", "sellby", "mhd", "mindesthaltbarkeitsdatum", "mindestenshaltbarbis":
		return dated.BestBefore, nil
	case "useby", "expires", "expiry", "exp", "verbrauchsdatum", "zuverbrauchenbis", "verbrauchenbis":
		return dated.UseBy, nil
	}
	return "", Refuse(fault.InvalidChoice)
}

// Letters is text without anything between its letters.
func Letters(text string) string {
	kept := make([]rune, 0, len(text))
	for _, r := range text {
		if fold.InWord(r) {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

// Expiry is until when something is good: the last good day, zero with the precisions "" and
// [Undated]. Guess says that nobody read it from a package.
type Expiry struct {
	Date      Date
	Precision dated.Precision
	Guess     bool
}

// Exactly is the expiry that a date with a precision stands for: the last day of its month or year.
func Exactly(d Date, p dated.Precision) Expiry {
	switch {
	case d == 0 || p == dated.Undated:
		return Expiry{Precision: dated.Undated}
	case p == dated.ByMonth:
		return Expiry{Date: d.EndOfMonth(), Precision: dated.ByMonth}
	case p == dated.ByYear:
		return Expiry{Date: d.EndOfYear(), Precision: dated.ByYear}
	}
	return Expiry{Date: d, Precision: dated.ByDay}
}

// Coming is the next day that has the same day and month, where the date is past: what somebody may have meant who typed the
// wrong year. Without a date, and where it is to come, it stays as it is.
func (e Expiry) Coming(today Date) Expiry {
	for e.Date != 0 && e.Date < today {
		e.Date = e.Date.AddMonths(12)
	}
	return Expiry{Date: e.Date, Precision: e.Precision, Guess: e.Guess}
}

// GuessDate is until when something bought today will be good: as many days as this product's lots
// were before, by the middle one of the last five, or else its shelf life. Earlier are the days from
// buying to the date, the newest first; those below one were bought expired and tell nothing. An even
// number of them has the shorter middle. Without either there is nothing to guess: no date.
func GuessDate(earlier []int64, shelfLife *int64, today Date) Expiry {
	const remembered = 5
	var days []int64
	for _, n := range earlier {
		if n >= 1 && n <= maxDays && len(days) < remembered {
			days = append(days, n)
		}
	}
	switch {
	case len(days) > 0:
		slices.Sort(days)
		return guessed(today, days[(len(days)-1)/2])
	case shelfLife != nil && *shelfLife >= 0:
		return guessed(today, *shelfLife)
	}
	return Expiry{Precision: dated.Undated}
}

// Opened is until when something is good that is opened today: so many days as the product keeps once
// opened, and never longer than what is printed. Without such days the printed date stays.
func Opened(printed Expiry, openedShelfLife *int64, today Date) Expiry {
	if openedShelfLife == nil || *openedShelfLife < 0 {
		return printed
	}
	if open := guessed(today, *openedShelfLife); printed.Date == 0 || open.Date < printed.Date {
		return open
	}
	return printed
}

func guessed(today Date, days int64) Expiry {
	return Expiry{Date: today.AddDays(int(min(days, maxDays))), Precision: dated.ByDay, Guess: true}
}
