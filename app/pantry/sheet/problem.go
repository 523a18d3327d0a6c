package sheet

import "pantrie/app/pantry/parse"

// The codes of what is wrong with a sheet, beside those of package parse.
const (
	BarcodeRounded   = "barcode_rounded"
	AmountRounded    = "amount_rounded"
	AmountGuessed    = "amount_guessed"
	ColumnTwice      = "column_twice"
	TooManyCells     = "too_many_cells"
	QuoteOpen        = "quote_open"
	FileTooLarge     = "file_too_large"
	FileTooManyRows  = "file_too_many_rows"
	FileNotText      = "file_not_text"
	FileEmpty        = "file_empty"
	FileNoNameColumn = "file_no_name_column"
)

// Codes lists every code that this package adds to those of package parse.
func Codes() []string {
	return []string{
		AmountRounded, AmountGuessed, BarcodeRounded, ColumnTwice, TooManyCells, QuoteOpen, FileTooLarge,
		FileTooManyRows, FileNotText, FileEmpty, FileNoNameColumn,
	}
}

// Refuse is the problem of a code.
func Refuse(code string) *parse.Problem {
	if text := meaning(code); text != "" {
		return &parse.Problem{Code: code, Message: text}
	}
	return parse.Refuse(code)
}

func meaning(code string) string {
	switch code {
	case BarcodeRounded:
		return "The spreadsheet has rounded this barcode. Format its column as text and enter it again."
	case AmountRounded:
		return "This amount has more decimals than Pantrie keeps. It is rounded to three."
	case AmountGuessed:
		return "This amount is not exact. It is read as well as it can be."
	case ColumnTwice:
		return "Another column before this one says the same. This one is read where that one is empty."
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
	}
	return ""
}
