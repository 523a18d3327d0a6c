package sheet

import "pantrie/app/pantry/parse"

// Column is one that Pantrie reads and writes.
type Column string

// The columns, by the names they are written with.
const (
	ColumnName     Column = "name"
	ColumnBrand    Column = "brand"
	ColumnCategory Column = "category"
	ColumnLocation Column = "location"
	ColumnAmount   Column = "amount"
	ColumnUnit     Column = "unit"
	ColumnDate     Column = "date"
	ColumnDateKind Column = "date_kind"
	ColumnBoughtOn Column = "bought_on"
	ColumnPrice    Column = "price"
	ColumnBarcode  Column = "barcode"
	ColumnMinimum  Column = "minimum"
	ColumnNote     Column = "note"
)

// Columns lists them in the order in which they are written.
func Columns() []Column {
	return []Column{
		ColumnName, ColumnBrand, ColumnCategory, ColumnLocation, ColumnAmount, ColumnUnit, ColumnDate,
		ColumnDateKind, ColumnBoughtOn, ColumnPrice, ColumnBarcode, ColumnMinimum, ColumnNote,
	}
}

// Help says what a column takes.
func (c Column) Help() string {
	switch c {
	case ColumnName:
		return "the product; one that there is none of is made"
	case ColumnBrand:
		return "tells products of one name apart"
	case ColumnCategory, ColumnLocation:
		return "by its name; one that there is none of is made"
	case ColumnAmount:
		return "1 when it is empty; 1.5, 1/2 and 500 g are read"
	case ColumnUnit:
		return "g, kg, ml, l, piece, pack, or a word of your own; the product's when it is empty"
	case ColumnDate:
		return "the last good day: 2026-11-30, 30.11.2026, 11/2026, 2027 or none; guessed when it is empty"
	case ColumnDateKind:
		return "best_before or use_by"
	case ColumnBoughtOn:
		return "a day that is not in the future; today when it is empty"
	case ColumnPrice:
		return "of the whole row, such as 1.99"
	case ColumnBarcode:
		return "of the product"
	case ColumnMinimum:
		return "what is always to be there of the product"
	}
	return "a note on the lot"
}

func columnNamed(header string) Column {
	if len(header) > maxCell {
		return ""
	}
	switch parse.Letters(parse.Plain(header)) {
	case "name", "product", "productname", "item", "article", "produkt", "artikel", "bezeichnung", "produktname":
		return ColumnName
	case "brand", "marke", "manufacturer", "hersteller":
		return ColumnBrand
	case "category", "kategorie", "group", "gruppe", "warengruppe":
		return ColumnCategory
	case "location", "place", "storage", "ort", "lagerort", "standort", "platz":
		return ColumnLocation
	case "amount", "quantity", "qty", "count", "stock", "menge", "anzahl", "bestand":
		return ColumnAmount
	case "unit", "units", "einheit":
		return ColumnUnit
	case "date", "expiry", "expires", "expireson", "expirydate", "expirationdate", "bestbefore", "bestbeforedate", "bbd", "useby", "datum", "mhd", "mindesthaltbarkeitsdatum", "haltbarbis", "ablaufdatum":
		return ColumnDate
	case "datekind", "kind", "datetype", "datumsart", "art":
		return ColumnDateKind
	case "boughton", "bought", "purchased", "purchasedon", "purchasedate", "gekauftam", "gekauft", "kaufdatum", "einkaufsdatum":
		return ColumnBoughtOn
	case "price", "cost", "preis", "kosten":
		return ColumnPrice
	case "barcode", "barcodes", "ean", "gtin", "upc", "strichcode", "code":
		return ColumnBarcode
	case "minimum", "min", "minstock", "minimumstock", "minstockamount", "mindestbestand", "mindestmenge":
		return ColumnMinimum
	case "note", "notes", "comment", "comments", "description", "notiz", "notizen", "bemerkung", "kommentar", "beschreibung":
		return ColumnNote
	}
	return ""
}
