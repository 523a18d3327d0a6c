package pantry

import "pantrie/auth/fault"

// Problem is why something that a person typed or sent cannot be used: a code from a closed
// list, for clients to translate, and a sentence without the value itself.
type Problem struct {
	Code    string
	Message string
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Message }

// Field names the value the problem is about.
func (p *Problem) Field(name string) fault.Field {
	return fault.Field{Name: name, Code: p.Code, Message: p.Message}
}

// The codes of problems, beside [fault.Required], [fault.TooLong] and [fault.InvalidChoice].
const (
	AmountInvalid    = "amount_invalid"
	AmountAmbiguous  = "amount_ambiguous"
	AmountNegative   = "amount_negative"
	AmountNotExact   = "amount_not_exact"
	AmountTooLarge   = "amount_too_large"
	AmountZero       = "amount_zero"
	AmountNeeded     = "amount_needed"
	NameMissing      = "name_missing"
	UnitInvalid      = "unit_invalid"
	UnitMismatch     = "unit_mismatch"
	UnitKnown        = "unit_known"
	FactorInvalid    = "factor_invalid"
	DaysInvalid      = "days_invalid"
	DateInvalid      = "date_invalid"
	DateImpossible   = "date_impossible"
	DateImplausible  = "date_implausible"
	PriceInvalid     = "price_invalid"
	BarcodeRounded   = "barcode_rounded"
	BarcodeInvalid   = "barcode_invalid"
	BarcodeMisread   = "barcode_misread"
	BarcodeTaken     = "barcode_taken"
	PhotoTooLarge    = "photo_too_large"
	PhotoInvalid     = "photo_invalid"
	ColumnTwice      = "column_twice"
	TooManyCells     = "too_many_cells"
	QuoteOpen        = "quote_open"
	FileTooLarge     = "file_too_large"
	FileTooManyRows  = "file_too_many_rows"
	FileNotText      = "file_not_text"
	FileEmpty        = "file_empty"
	FileNoNameColumn = "file_no_name_column"
	ExportTooLarge   = "export_too_large"
	FileNotExport    = "file_not_export"
	FileNewer        = "file_newer"
	FileDamaged      = "file_damaged"
)

// ProblemCodes lists every code that this package's rules answer.
func ProblemCodes() []string {
	return []string{
		fault.Required, fault.TooLong, fault.InvalidChoice,
		AmountInvalid, AmountAmbiguous, AmountNegative, AmountNotExact, AmountTooLarge, AmountZero, AmountNeeded, NameMissing, UnitInvalid, UnitMismatch, UnitKnown, FactorInvalid,
		DaysInvalid, DateInvalid, DateImpossible, DateImplausible, PriceInvalid, BarcodeRounded, BarcodeInvalid, BarcodeMisread, BarcodeTaken, PhotoTooLarge, PhotoInvalid, ColumnTwice, TooManyCells,
		QuoteOpen, FileTooLarge, FileTooManyRows, FileNotText, FileEmpty, FileNoNameColumn, ExportTooLarge, FileNotExport, FileNewer, FileDamaged,
	}
}

// Codes lists every code of a field and every reason of a [fault.Conflict] that this package answers.
func Codes() []string {
	return append(ProblemCodes(), fault.Invalid, fault.Taken,
		KeyReused, NotEnough, UsedSince, AlreadyUndone, ProductMerged, AlreadyOpen, SamePlace, StillInUse, UnitsDiffer, TooLarge, UnknownUnit, NotInTray, NotEmpty)
}

func problem(code string) *Problem { return &Problem{Code: code, Message: sentence(code)} }

func sentence(code string) string {
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
	case AmountNeeded:
		return "How much? For example 500 g sugar."
	case NameMissing:
		return "A name is missing. For example 2 milk 30.11."
	case UnitInvalid:
		return "Enter a unit of at most 32 letters, such as g, piece or pack."
	case UnitMismatch:
		return "This unit does not go with the product's. Say how many of the one are in the other first."
	case UnitKnown:
		return "What this unit is, is known already."
	case DaysInvalid:
		return "Enter a number of days, at most 36500."
	case FactorInvalid:
		return "Enter how many are in one: a whole number from 2 to 1,000,000."
	case DateInvalid:
		return "Enter a date such as 30.11.2026, 11/26, 2027, +3d or none."
	case DateImpossible:
		return "There is no such day."
	case DateImplausible:
		return "This date is too far away. Look at the year again."
	case PriceInvalid:
		return "Enter a price such as 1.99."
	case BarcodeRounded:
		return "The spreadsheet has rounded this barcode. Format its column as text and enter it again."
	case BarcodeInvalid:
		return "A barcode has digits and letters alone, at most 64."
	case BarcodeMisread:
		return "The last digit does not go with the others. Look at the barcode again."
	case BarcodeTaken:
		return "These barcodes lead to different products."
	case PhotoTooLarge:
		return "A photo can have at most 1 MB and 2000 by 2000 pixels."
	case PhotoInvalid:
		return "This is no picture that can be shown. Choose a JPEG, PNG or WebP that does not move."
	case ColumnTwice:
		return "Another column before this one says the same. Only the first is read."
	case TooManyCells:
		return "This row has more cells than there are columns. A cell with a separator in it needs quotation marks."
	case QuoteOpen:
		return "A quotation mark is opened here and never closed."
	case FileTooLarge:
		return "The file can have at most 10 MB."
	case FileTooManyRows:
		return "The file can have at most 20,000 rows."
	case FileNotText:
		return "This is no text. Save the sheet as CSV and choose that file."
	case FileEmpty:
		return "The file has no rows."
	case FileNoNameColumn:
		return "The first row must name the columns, and one of them must be called name."
	case ExportTooLarge:
		return "The file can have at most 1 GB."
	case FileNotExport:
		return "This is no export of a household. Choose the JSON file that Pantrie wrote."
	case FileNewer:
		return "A newer Pantrie wrote this file. Upgrade this one first."
	case FileDamaged:
		return "The file is damaged or was changed. Nothing was imported."
	}
	return ""
}
