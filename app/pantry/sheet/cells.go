package sheet

import (
	"unicode/utf8"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
	"pantrie/db/dated"
)

func checkCell(c column, value string) *parse.Problem {
	most := maxCell
	if c.long {
		most = maxNote
	}
	if utf8.RuneCountInString(value) > most {
		return Refuse(fault.TooLong)
	}
	return nil
}

// textOf reads a text as it is.
func textOf(field func(*Row) *string) func(*reader, *Row, string) *parse.Problem {
	return func(_ *reader, out *Row, value string) *parse.Problem {
		*field(out) = value
		return nil
	}
}

// readAmount reads "2", and "500 g" where no column tells the unit.
func (s *reader) readAmount(out *Row, value string) *parse.Problem {
	a, unit, p := s.amount(value)
	if p != nil && (p.Code == parse.AmountInvalid || p.Code == parse.AmountNotExact) {
		if rough, u, told := s.roughly(value); told != nil {
			a, unit, p = rough, u, told
		}
	}
	if out.Amount = a; unit != "" && !s.unitSaid {
		out.Unit = unit
	}
	return p
}

func (s *reader) readMinimum(out *Row, value string) (p *parse.Problem) {
	out.Minimum, _, p = s.amount(value)
	return p
}

func (s *reader) readUnit(out *Row, value string) *parse.Problem {
	u, err := parse.ReadUnit(value)
	if err != nil {
		return Refuse(parse.UnitInvalid)
	}
	out.Unit, s.unitSaid = u, true
	return nil
}

func (s *reader) readDate(out *Row, value string) *parse.Problem {
	switch value = withoutTime(value); {
	case noDate.MatchString(value): // as programs write an empty one
		return nil
	case never.MatchString(value):
		out.Expiry = parse.Expiry{Precision: dated.Undated}
		return nil
	}
	w := parse.Window{Today: s.today, First: s.today.AddMonths(-10 * 12), Last: s.today.AddMonths(50 * 12), Order: s.orders[ColumnDate]}
	read, p := w.Read(value)
	if p == nil {
		p = read.Ambiguous()
	}
	out.Expiry = read.Expiry
	return p
}

func (s *reader) readBought(out *Row, value string) *parse.Problem {
	if value = withoutTime(value); noDate.MatchString(value) {
		return nil
	}
	w := parse.Window{Today: s.today, First: s.today.AddMonths(-50 * 12), Last: s.today.AddMonths(50 * 12), Past: true, Order: s.orders[ColumnBoughtOn]}
	read, p := w.Read(value)
	switch {
	case p != nil:
		return p
	case read.Precision != dated.ByDay:
		return Refuse(parse.DateInvalid)
	case read.Ambiguous() != nil:
		return read.Ambiguous()
	case read.Date > s.today:
		return Refuse(parse.DateFuture)
	}
	out.BoughtOn = read.Date
	return nil
}

func (s *reader) readKind(out *Row, value string) *parse.Problem {
	k, err := parse.ReadKind(value)
	if err != nil {
		return Refuse(fault.InvalidChoice)
	}
	out.Kind = k
	return nil
}

func (s *reader) readPrice(out *Row, value string) *parse.Problem {
	price, p := s.price(value)
	if p == nil {
		out.Price = &price
	}
	return p
}

func (s *reader) readBarcode(out *Row, value string) (p *parse.Problem) {
	out.Barcodes, p = readBarcodes(value)
	return p
}
