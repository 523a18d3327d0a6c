package pantry

import (
	"context"
	"strconv"
	"strings"
	"time"

	"pantrie/auth/fault"
	"pantrie/db"
)

// measure is a unit in which amounts of a product can be told: factor base units.
type measure struct {
	base   string
	factor int64
}

// standardMeasure is the one of a unit that every product knows. Any other unit is its own base.
func standardMeasure(unit string) measure {
	switch unit {
	case "kg":
		return measure{"g", 1000}
	case "l":
		return measure{"ml", 1000}
	}
	return measure{unit, 1}
}

// inBase converts thousandths of a unit, empty for the product's own, to thousandths of the product's
// base unit. Name is the field's.
func inBase(ctx context.Context, tx *db.Tx, p db.Product, name string, amount int64, unit string) (int64, error) {
	if amount < 1 {
		return 0, fault.Fields([]fault.Field{{Name: name, Code: fault.Required, Message: "Enter an amount above 0."}})
	}
	factor, err := factorOf(ctx, tx, p, unit)
	if err != nil {
		return 0, err
	}
	if amount > mostAmount/factor {
		return 0, fault.Fields([]fault.Field{tooLarge(name)})
	}
	return amount * factor, nil
}

// factorOf says how many of the product's base unit a unit is, empty for the product's own.
func factorOf(ctx context.Context, tx *db.Tx, p db.Product, unit string) (int64, error) {
	if unit == "" {
		unit = p.Unit
	}
	if m := standardMeasure(unit); m.base == p.Base {
		return m.factor, nil
	}
	units, err := tx.ProductUnits(ctx, p.HouseholdID, p.ID)
	if err != nil {
		return 0, err
	}
	if factor, ok := units[unit]; ok {
		return factor, nil
	}
	return 0, fault.Fields([]fault.Field{{Name: "unit", Code: UnknownUnit, Message: "This unit does not go with the product's."}})
}

// amountText writes thousandths of a unit for people.
func amountText(n int64, unit string) string {
	text := strconv.FormatInt(n/1000, 10)
	if rest := n % 1000; rest != 0 {
		text += "." + strings.TrimRight(strconv.FormatInt(1000+rest, 10)[1:], "0")
	}
	return text + " " + unit
}

// lastGoodDay is the date with that precision that a package shows: the last day of its month or year.
func lastGoodDay(fields *[]fault.Field, name, date string, precision db.Precision) string {
	if precision == db.Undated {
		if date != "" {
			*fields = append(*fields, fault.Field{Name: name, Code: fault.Invalid, Message: "There is a date, and its precision says that there is none."})
		}
		return ""
	}
	day, err := time.Parse(time.DateOnly, date)
	switch {
	case date == "":
		*fields = append(*fields, fault.Field{Name: name, Code: fault.Required, Message: "Enter the date."})
	case err != nil:
		*fields = append(*fields, fault.Field{Name: name, Code: fault.Invalid, Message: "Enter a date such as 2026-11-30."})
	case precision == db.ByMonth:
		day = time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	case precision == db.ByYear:
		day = time.Date(day.Year(), time.December, 31, 0, 0, 0, 0, time.UTC)
	case precision != db.ByDay:
		*fields = append(*fields, fault.Field{Name: "precision", Code: fault.InvalidChoice, Message: "One of day, month, year and none."})
	}
	return day.Format(time.DateOnly)
}
