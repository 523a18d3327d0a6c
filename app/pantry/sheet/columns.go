package sheet

import (
	"slices"
	"strings"

	"pantrie/app/pantry/parse"
)

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

// names are the headers that people and other programs give each column, in small letters without accents, spaces or anything
// between: in English, German, French, Italian, Spanish and Dutch, and as Grocy and Homebox export them.
var names = map[Column][]string{
	ColumnName: {
		"name", "product", "productname", "item", "items", "itemname", "ingredient", "ingredients", "food", "foods", "article", "title", "grocery", "groceries",
		"produkt", "produkte", "produktname", "artikel", "artikelname", "bezeichnung", "lebensmittel", "zutat", "zutaten", "was",
		"nom", "produit", "aliment", "nome", "prodotto", "articolo", "alimento", "nombre", "producto", "articulo", "naam", "artikelnaam",
	},
	ColumnBrand:    {"brand", "marke", "manufacturer", "hersteller", "make", "marque", "marca", "merk"},
	ColumnCategory: {"category", "categories", "kategorie", "kategorien", "group", "productgroup", "gruppe", "produktgruppe", "warengruppe", "labels", "tags", "type", "categorie", "categoria"},
	ColumnLocation: {
		"location", "locationname", "place", "storage", "storagelocation", "storedin", "where", "shelf", "ort", "lagerort", "lagerplatz", "standort", "platz", "aufbewahrung", "aufbewahrungsort", "wo",
		"lieu", "emplacement", "luogo", "posizione", "lugar", "ubicacion", "plaats", "locatie",
	},
	ColumnAmount: {
		"amount", "quantity", "qty", "count", "stock", "stockquantity", "stockamount", "instock", "onhand", "quantityonhand", "available", "howmany",
		"menge", "anzahl", "bestand", "vorrat", "lagerbestand", "stuckzahl", "quantite", "quantita", "cantidad", "aantal", "hoeveelheid",
	},
	ColumnUnit: {"unit", "units", "uom", "unitofmeasure", "measure", "qu", "quantityunit", "einheit", "einheiten", "mengeneinheit", "unite", "unita", "unidad", "eenheid"},
	ColumnDate: {
		"date", "expiry", "expires", "expireson", "expirydate", "expiration", "expirationdate", "exp", "expdate", "bestbefore", "bestbeforedate", "bestby", "bestbydate", "bbd", "bbe", "useby", "usebydate", "duedate", "due", "sellby", "gooduntil", "validuntil",
		"datum", "mhd", "mindesthaltbarkeitsdatum", "mindesthaltbarkeit", "haltbarkeit", "haltbarkeitsdatum", "haltbarbis", "ablaufdatum", "ablauf", "verfallsdatum", "verbrauchsdatum", "verbrauchenbis",
		"dlc", "peremption", "datedeperemption", "scadenza", "datadiscadenza", "caducidad", "fechadecaducidad", "vencimiento", "houdbaartot", "tht",
	},
	ColumnDateKind: {"datekind", "kind", "datetype", "duetype", "datumsart", "art"},
	ColumnBoughtOn: {
		"boughton", "bought", "purchased", "purchasedon", "purchasedate", "purchasetime", "datepurchased", "datebought", "dateofpurchase", "gekauftam", "gekauft", "kaufdatum", "einkaufsdatum",
		"achetele", "acquistatoil", "datadiacquisto", "fechadecompra", "aankoopdatum",
	},
	ColumnPrice:   {"price", "cost", "purchaseprice", "totalprice", "value", "preis", "kosten", "kaufpreis", "einkaufspreis", "prix", "prezzo", "precio", "prijs"},
	ColumnBarcode: {"barcode", "barcodes", "ean", "gtin", "upc", "strichcode", "code", "codebarres", "codiceabarre", "codigodebarras", "streepjescode"},
	ColumnMinimum: {
		"minimum", "min", "minstock", "minimumstock", "minstockamount", "reorderlevel", "reorderpoint", "parlevel", "par", "keepatleast", "mindestbestand", "mindestmenge", "meldebestand",
	},
	ColumnNote: {"note", "notes", "comment", "comments", "description", "remarks", "notiz", "notizen", "bemerkung", "bemerkungen", "kommentar", "beschreibung", "remarque", "nota", "notas", "opmerking"},
}

// columnNamed is the column of a header, or empty. Homebox writes "HB." before each.
func columnNamed(header string) Column {
	if len(header) > maxCell {
		return ""
	}
	plain := parse.Plain(strings.TrimSpace(header))
	key := parse.Letters(strings.TrimPrefix(plain, "hb."))
	for _, column := range Columns() {
		if slices.Contains(names[column], key) {
			return column
		}
	}
	return ""
}
