package pantry

import (
	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
)

// The codes of problems with what is sent, beside those of what is read.
const (
	AmountNeeded     = "amount_needed"
	UnitKnown        = "unit_known"
	DaysInvalid      = "days_invalid"
	BarcodeRounded   = "barcode_rounded"
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
	return append(parse.Codes(),
		AmountNeeded, UnitKnown, DaysInvalid, BarcodeRounded, BarcodeTaken, PhotoTooLarge,
		PhotoInvalid, ColumnTwice, TooManyCells, QuoteOpen, FileTooLarge, FileTooManyRows,
		FileNotText, FileEmpty, FileNoNameColumn, ExportTooLarge, FileNotExport, FileNewer,
		FileDamaged,
	)
}

// Codes lists every code of a field and every reason of a [fault.Conflict] that this package answers.
func Codes() []string {
	return append(ProblemCodes(), fault.Invalid, fault.Taken,
		KeyReused, NotEnough, UsedSince, AlreadyUndone, ProductMerged, AlreadyOpen, SamePlace, StillInUse, UnitsDiffer, TooLarge, UnknownUnit, NotInTray, NotEmpty)
}

// problem is the problem of a code.
func problem(code string) *parse.Problem {
	if text := sentence(code); text != "" {
		return &parse.Problem{Code: code, Message: text}
	}
	return parse.Refuse(code)
}

func sentence(code string) string {
	switch code {
	case AmountNeeded:
		return "How much? For example 500 g sugar."
	case UnitKnown:
		return "What this unit is, is known already."
	case DaysInvalid:
		return "Enter a number of days, at most 36500."
	case BarcodeRounded:
		return "The spreadsheet has rounded this barcode. Format its column as text and enter it again."
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
