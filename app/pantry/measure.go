package pantry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
)

// measures are the units in which amounts of a product can be told: own is the one people enter it in,
// base the one it is kept in, name what the product is called.
type measures struct {
	name        string
	own         parse.Unit
	base        parse.Unit
	conversions []parse.Conversion
}

type units interface {
	ProductUnits(ctx context.Context, householdID, productID string) (map[string]int64, error)
}

func measuresOf(ctx context.Context, r units, p db.Product) (measures, error) {
	m := measures{name: p.Name, own: parse.Unit(p.Unit), base: parse.Unit(p.Base)}
	list, err := r.ProductUnits(ctx, p.HouseholdID, p.ID)
	for unit, factor := range list {
		m.conversions = append(m.conversions, parse.Conversion{Unit: parse.Unit(unit), Factor: factor})
	}
	slices.SortFunc(m.conversions, func(a, b parse.Conversion) int { return cmp.Compare(a.Unit, b.Unit) })
	return m, err
}

// unit reads what people call a unit, as the product spells it; empty is the product's own.
func (m measures) unit(text string) (parse.Unit, error) {
	if strings.TrimSpace(text) == "" {
		return m.own, nil
	}
	u, err := parse.ReadUnit(text)
	if err != nil {
		return "", m.unknown("unit", parse.Unit(text))
	}
	for _, known := range append([]parse.Unit{m.base, m.own}, conversionUnits(m.conversions)...) {
		if known.Same(u) {
			return known, nil
		}
	}
	return u, nil
}

func conversionUnits(list []parse.Conversion) []parse.Unit {
	units := make([]parse.Unit, len(list))
	for i, c := range list {
		units[i] = c.Unit
	}
	return units
}

// inBase converts thousandths of a unit, empty for the product's own, to thousandths of the product's
// base unit. Name is the field's.
func (m measures) inBase(name string, amount int64, unit string) (int64, error) {
	if amount < 1 {
		return 0, fault.Fields([]fault.Field{problem(parse.AmountZero).Field(name)})
	}
	u, err := m.unit(unit)
	if err != nil {
		return 0, err
	}
	n, err := parse.Convert(parse.Amount(amount), u, m.base, m.conversions)
	var p *parse.Problem
	switch {
	case errors.As(err, &p) && p.Code == parse.UnitMismatch:
		return 0, m.unknown("unit", u)
	case errors.As(err, &p) && p.Code == parse.AmountTooLarge:
		return 0, fault.Fields([]fault.Field{tooLarge(name)})
	case errors.As(err, &p):
		return 0, fault.Fields([]fault.Field{p.Field(name)})
	}
	return int64(n), err
}

// inUnit is the opposite of inBase, and whether it comes out even.
func (m measures) inUnit(n int64, unit string) (int64, bool) {
	u, err := m.unit(unit)
	times, per, found := parse.Ratio(u, m.base, m.conversions)
	if err != nil || !found || n*per%times != 0 {
		return 0, false
	}
	return n * per / times, true
}

// text writes thousandths of the base unit for people.
func (m measures) text(n int64) string {
	return parse.Display(parse.Amount(n), m.base, m.conversions).String()
}

// unknown is the refusal of a unit that the product is not told in.
func (m measures) unknown(field string, u parse.Unit) error {
	return fault.Fields([]fault.Field{{Name: field, Code: UnknownUnit, Message: m.mismatch(u).Message}})
}

// mismatch says why a unit does not go with the product's, and what would help: nothing does where the one is
// weighed and the other measured.
func (m measures) mismatch(u parse.Unit) *parse.Problem {
	p := problem(parse.UnitMismatch)
	if m.name == "" {
		return p
	}
	p.Message = fmt.Sprintf("%s is told in %s, not in %s. Say first how much of the one is in the other.", m.name, m.base, u)
	if m.base.Measured() && u.Measured() {
		p.Message = fmt.Sprintf("%s is told in %s, which %s cannot be turned into.", m.name, m.base, u)
	}
	return p
}

// inBase is [measures.inBase] of a product.
func inBase(ctx context.Context, r units, p db.Product, name string, amount int64, unit string) (int64, error) {
	m, err := measuresOf(ctx, r, p)
	if err != nil {
		return 0, err
	}
	return m.inBase(name, amount, unit)
}

// unitText reads what people call a unit; nothing stays nothing.
func unitText(fields *[]fault.Field, name, value string) string {
	if strings.TrimSpace(value) == "" {
		return ""
	}
	u, err := parse.ReadUnit(value)
	var p *parse.Problem
	if errors.As(err, &p) {
		*fields = append(*fields, p.Field(name))
	}
	return string(u)
}

// checkAmount checks an amount that is not converted yet.
func checkAmount(fields *[]fault.Field, name string, amount int64) {
	switch {
	case amount < 1:
		*fields = append(*fields, problem(parse.AmountZero).Field(name))
	case amount > mostAmount:
		*fields = append(*fields, tooLarge(name))
	}
}

// lastGoodDay is the date with that precision that a package shows: the last day of its month or year.
func lastGoodDay(fields *[]fault.Field, name, date string, precision dated.Precision) string {
	if precision == dated.Undated {
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
	case precision == dated.ByMonth:
		day = time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	case precision == dated.ByYear:
		day = time.Date(day.Year(), time.December, 31, 0, 0, 0, 0, time.UTC)
	case precision != dated.ByDay:
		*fields = append(*fields, fault.Field{Name: "precision", Code: fault.InvalidChoice, Message: "One of day, month, year and none."})
	}
	return day.Format(time.DateOnly)
}
