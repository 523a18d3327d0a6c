export const files = {
	title: 'Import and export',
	text: 'Take everything with you, or bring in what you have in a spreadsheet.',
	everything: 'Download everything',
	everythingHint: 'One file with stock, history, lists and photos. It imports again as it was.',
	sheet: 'Download the stock as a sheet',
	sheetHint: 'CSV, a row for each lot.',
	choose: 'Import a sheet (CSV)',
	chooseHint:
		'The first row names the columns: name is needed; brand, category, location, amount, unit, date, price, barcode, minimum and note may follow, in several languages and as Grocy and Homebox call them.',
	reading: 'Reading …',
	preview: 'What this file would do',
	lots: (count: number) => (count === 1 ? '1 lot is added.' : `${count} lots are added.`),
	newProducts: (count: number) => (count === 1 ? '1 new product' : `${count} new products`),
	newPlace: (name: string, kind: string) => `${name} (${kind})`,
	newPlaces: (names: string) => `New places: ${names}`,
	newCategories: (names: string) => `New categories: ${names}`,
	noLots:
		'No stock would come of this file, only products: no column says how much there is. Name that column amount.',
	sample: 'As the first rows are read',
	sampleName: 'What',
	sampleAmount: 'How much',
	sampleDate: 'Until',
	samplePlace: 'Where',
	guessed: 'guessed',
	notices: 'Read a little differently',
	skip: (rows: number) =>
		rows === 1 ? 'Import the one row that can be read' : `Import the ${rows} rows that can be read`,
	otherColumns: (names: string) => `Columns that Pantrie leaves out: ${names}`,
	problems: (count: number) =>
		count === 1
			? 'One cell cannot be read. Correct it and choose the file again, or import the rest.'
			: `${count} cells cannot be read. Correct them and choose the file again, or import the rest.`,
	row: (row: number, column: string) => (row > 0 ? `Row ${row}, ${column}` : 'The file'),
	rowHead: 'Where',
	whyHead: 'Why',
	before: (date: string, name: string) =>
		`${name} imported this very file on ${date}. Importing it again adds everything once more.`,
	again: 'Import it again',
	againSure: 'Tap once more to add it all again',
	import: 'Import',
	importing: 'Importing …',
	cancel: 'Cancel',
	imported: (count: number) => (count === 1 ? '1 lot imported.' : `${count} lots imported.`),
	restore: 'Import everything (JSON)',
	restoreHint: 'Only into a household that has no products yet.',
	restored: 'Everything is imported.',
	photo: 'Photo',
	takePhoto: 'Choose or take a photo',
	removePhoto: 'Remove the photo',
	photoFailed: 'This picture cannot be read. Choose a JPEG, PNG or WebP.',
	photoSet: (name: string) => `${name} has a photo now.`
};
