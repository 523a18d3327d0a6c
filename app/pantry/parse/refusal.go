package parse

import "pantrie/auth/fault"

// Problem is why something that a person typed or sent cannot be used: a code from a closed
// list, for clients to translate, and a sentence without the value itself.
type Problem struct {
	Code    string
	Message string
	// Choices are what it can be, in words that can be read: the two days of [DateAmbiguous].
	Choices []string
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Message }

// Field names the value the problem is about.
func (p *Problem) Field(name string) fault.Field {
	return fault.Field{Name: name, Code: p.Code, Message: p.Message, Choices: p.Choices}
}

// The codes of what cannot be read, beside [fault.Required], [fault.TooLong] and [fault.InvalidChoice].
const (
	AmountInvalid   = "amount_invalid"
	AmountAmbiguous = "amount_ambiguous"
	AmountNegative  = "amount_negative"
	AmountNotExact  = "amount_not_exact"
	AmountTooLarge  = "amount_too_large"
	AmountZero      = "amount_zero"
	NameMissing     = "name_missing"
	UnitInvalid     = "unit_invalid"
	UnitMismatch    = "unit_mismatch"
	FactorInvalid   = "factor_invalid"
	DateInvalid     = "date_invalid"
	DateImpossible  = "date_impossible"
	DateImplausible = "date_implausible"
	DateFuture      = "date_future"
	DateAmbiguous   = "date_ambiguous"
	PriceInvalid    = "price_invalid"
	BarcodeInvalid  = "barcode_invalid"
	BarcodeMisread  = "barcode_misread"
)

// Codes lists every code that this package answers.
func Codes() []string {
	return []string{
		fault.Required, fault.TooLong, fault.InvalidChoice,
		AmountInvalid, AmountAmbiguous, AmountNegative, AmountNotExact, AmountTooLarge, AmountZero,
		NameMissing, UnitInvalid, UnitMismatch, FactorInvalid, DateInvalid, DateImpossible,
		DateImplausible, DateFuture, DateAmbiguous, PriceInvalid, BarcodeInvalid, BarcodeMisread,
	}
}

// Refuse is the problem of a code.
func Refuse(code string) *Problem {
	return &Problem{Code: code, Message: meaning(code)}
}

func meaning(code string) string {
	switch code {
	case fault.Required:
		return "This is needed."
	case fault.TooLong:
		return "This is too long."
	case fault.InvalidChoice:
		return "Choose one of the values that are offered."
	case AmountInvalid:
		return "Enter an amount such as 2, 1.5 or 1 1/2."
	case AmountAmbiguous:
		return "This can be read in two ways. Write thousands without a separator, or decimals with fewer digits."
	case AmountNegative:
		return "An amount cannot be negative."
	case AmountNotExact:
		return "An amount is kept in thousandths, and this one does not come out even. Enter it with at most three decimals."
	case AmountTooLarge:
		return "An amount can be at most 1,000,000,000."
	case AmountZero:
		return "Enter an amount above 0."
	case NameMissing:
		return "A name is missing. For example 2 milk 30.11."
	case UnitInvalid:
		return "Enter a unit of at most 32 letters, such as g, piece or pack."
	case UnitMismatch:
		return "This unit does not go with the product's. Say how many of the one are in the other first."
	case FactorInvalid:
		return "Enter how many are in one: a whole number from 2 to 1,000,000."
	case DateInvalid:
		return "Enter a date such as 30.11.2026, 11/26, 2027, +3d or none."
	case DateImpossible:
		return "There is no such day."
	case DateImplausible:
		return "This date is too far away. Look at the year again."
	case DateFuture:
		return "This day is still to come."
	case DateAmbiguous:
		return "This can be read as two days. Write the month as a word."
	case PriceInvalid:
		return "Enter a price such as 1.99."
	case BarcodeInvalid:
		return "A barcode has digits and letters alone, at most 64."
	case BarcodeMisread:
		return "The last digit does not go with the others. Look at the barcode again."
	}
	return ""
}
