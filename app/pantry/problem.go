package pantry

import (
	"slices"

	"pantrie/app/pantry/parse"
	"pantrie/app/pantry/sheet"
	"pantrie/auth/fault"
)

// The codes of problems with what is sent, beside those of what is read.
const (
	FreezeDateNeeded = "freeze_date_needed"
	ImportedBefore   = "imported_before"
	BarcodeUnknown   = "barcode_unknown"
	AmountNeeded     = "amount_needed"
	PackUnknown      = "pack_unknown"
	UnitKnown        = "unit_known"
	DaysInvalid      = "days_invalid"
	BarcodeTaken     = "barcode_taken"
	PhotoTooLarge    = "photo_too_large"
	PhotoInvalid     = "photo_invalid"
	ExportTooLarge   = "export_too_large"
	FileNotExport    = "file_not_export"
	FileNewer        = "file_newer"
	FileDamaged      = "file_damaged"
)

// ProblemCodes lists every code that this package's rules answer.
func ProblemCodes() []string {
	return slices.Concat(parse.Codes(), sheet.Codes(), []string{
		FreezeDateNeeded, ImportedBefore, BarcodeUnknown, AmountNeeded, PackUnknown, UnitKnown, DaysInvalid, BarcodeTaken, PhotoTooLarge, PhotoInvalid,
		ExportTooLarge, FileNotExport, FileNewer, FileDamaged,
	})
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
	return sheet.Refuse(code)
}

func sentence(code string) string {
	switch code {
	case FreezeDateNeeded:
		return "Until when will it be good in the freezer? Enter a date, or keep the one it has."
	case ImportedBefore:
		return "This file was imported before. Importing it again adds everything once more."
	case BarcodeUnknown:
		return "This barcode is new here. Write what it is behind it, for example 4006381333931 rice."
	case AmountNeeded:
		return "How much? For example 500 g sugar."
	case PackUnknown:
		return "Say first how much is in a pack of it."
	case UnitKnown:
		return "What this unit is, is known already."
	case DaysInvalid:
		return "Enter a number of days, at most 36500."
	case BarcodeTaken:
		return "These barcodes lead to different products."
	case PhotoTooLarge:
		return "A photo can have at most 1 MB and 2000 by 2000 pixels."
	case PhotoInvalid:
		return "This is no picture that can be shown. Choose a JPEG, PNG or WebP that does not move."
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
