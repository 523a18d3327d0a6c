/** What can be wrong with something about the pantry, by the code of the field it is about. */
export const pantryProblems: Record<string, string> = {
	amount_invalid: 'Enter an amount such as 2, 1.5 or 1 1/2.',
	amount_ambiguous:
		'This can be read in two ways. Leave the separator of thousands out, or write fewer decimals.',
	amount_negative: 'An amount cannot be negative.',
	amount_not_exact: 'Enter the amount with at most three decimals.',
	amount_zero: 'Enter an amount above 0.',
	amount_needed: 'How much? Enter an amount too, such as 500 g.',
	name_missing: 'A name is missing: what is it? For example “2 milk 30.11.”',
	amount_too_large: 'That is more than Pantrie can count. Look at the amount again.',
	too_large: 'That is more than Pantrie can count. Look at the amount again.',
	unit_invalid: 'Enter a unit such as g, piece or pack.',
	unit_mismatch:
		'This unit does not go with the product. Say first, under “Packs and units” on its page, how much of the one is in the other.',
	unknown_unit:
		'This unit does not go with the product. Say first, under “Packs and units” on its page, how much of the one is in the other.',
	units_differ:
		'The two units do not go together. Say first, under “Packs and units”, how much of the one is in the other.',
	pack_unknown: 'Say first, under “Packs and units”, how much is in a pack.',
	unit_known: 'What this unit is, is known already. Choose another one.',
	factor_invalid: 'Enter a whole number from 2 to 1,000,000.',
	days_invalid: 'Enter whole days, at most 36,500: a hundred years.',
	date_invalid: 'Enter a date such as 30.11., 11/26, 2027 or +3d, or “none”.',
	date_impossible: 'There is no such day.',
	date_implausible: 'This date is too far away. Look at the year again.',
	date_ambiguous: 'This can be two days. Choose one, or write the month as a word.',
	date_future: 'This day is still to come.',
	price_invalid: 'Enter a price such as 1.99.',
	barcode_invalid: 'A barcode has digits and letters only, at most 64.',
	barcode_rounded:
		'The spreadsheet has rounded this barcode. Format its column as text and enter it again.',
	barcode_misread: 'A digit is missing or wrong. Compare the barcode with the package.',
	freeze_date_needed:
		'Until when will it be good in the freezer? Enter a date, or keep the one it has.',
	imported_before: 'This file was imported before. Importing it again adds everything once more.',
	barcode_unknown:
		'This barcode is new here. Write what it is behind it, and both are kept: “4006381333931 rice”.',
	barcode_taken: 'These barcodes lead to different products.',
	amount_rounded: 'This amount has more decimals than Pantrie keeps. It is rounded to three.',
	amount_guessed: 'This amount is not exact. It is read as well as it can be.',
	column_twice:
		'Another column before this one says the same. This one is read where that one is empty.',
	too_many_cells:
		'This row has more cells than there are columns. A cell with a separator in it needs quotation marks.',
	quote_open: 'A quotation mark is opened here and never closed.',
	not_enough:
		'There is less of it left than that. Somebody may have been quicker; what you see is up to date now.',
	used_since:
		'It cannot be undone any more: what it brought has been used or moved since. Correct the amount by counting.',
	already_undone: 'This is undone already.',
	already_open: 'This one is open already.',
	same_place: 'It is there already. Choose another place.',
	still_in_use: 'It is still in use. Move or change what uses it first.',
	product_merged: 'This product became part of another one. Open that one instead.',
	file_too_large: 'The file is larger than 10 MB. Split it.',
	file_too_many_rows: 'The file has more than 20,000 rows. Split it.',
	file_not_text: 'This is no text. Save the sheet as CSV and choose that file.',
	file_empty: 'The file has no rows.',
	file_no_name_column: 'The first row must name the columns, and one of them must be called name.',
	file_not_export: 'This is not a file that Pantrie exported.',
	file_newer: 'This file is from a newer Pantrie. Update this one first.',
	file_damaged: 'This file is damaged or not complete. Nothing was imported.',
	export_too_large: 'This file is too large.',
	not_empty:
		'This household has products or a shopping list already. Make a new household and import it there.',
	not_in_tray:
		'Somebody else has put something of this away meanwhile. What you see is up to date now.',
	photo_too_large: 'This picture is too large.',
	photo_invalid: 'This picture cannot be read. Choose a JPEG, PNG or WebP.',
	key_reused: 'That was sent before. Reload the page to see what became of it.'
};
