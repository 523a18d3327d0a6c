package sheet

import (
	"slices"
	"strings"

	"pantrie/app/pantry/parse"
	"pantrie/db/fold"
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

// column is one of a row: the name that it is written with, what it takes, what else people and other programs call it, and
// how a cell of it is read and written.
type column struct {
	name Column
	help string
	// In small letters without accents, spaces or anything between: in English, German, French, Italian, Spanish and Dutch,
	// and as Grocy and Homebox export them. The name is one of them.
	aliases []string
	long    bool // a cell can have more than a name
	read    func(*reader, *Row, string) *parse.Problem
	write   func(Row) string
}

// columns are in the order in which they are written. Where a header could be several, it is the first of them.
var columns = []column{
	{
		name: ColumnName, help: "the product; one that there is none of is made",
		aliases: []string{
			"name", "product", "productname", "item", "items", "itemname", "ingredient", "ingredients", "food", "foods", "article", "title", "grocery", "groceries",
			"produkt", "produkte", "produktname", "artikel", "artikelname", "bezeichnung", "lebensmittel", "zutat", "zutaten", "was",
			"nom", "produit", "aliment", "nome", "prodotto", "articolo", "alimento", "nombre", "producto", "articulo", "naam", "artikelnaam",
		},
		read:  textOf(func(r *Row) *string { return &r.Name }),
		write: func(r Row) string { return guarded(r.Name) },
	},
	{
		name: ColumnBrand, help: "tells products of one name apart",
		aliases: []string{"brand", "marke", "manufacturer", "hersteller", "make", "marque", "marca", "merk"},
		read:    textOf(func(r *Row) *string { return &r.Brand }),
		write:   func(r Row) string { return guarded(r.Brand) },
	},
	{
		name: ColumnCategory, help: "by its name; one that there is none of is made",
		aliases: []string{"category", "categories", "kategorie", "kategorien", "group", "productgroup", "gruppe", "produktgruppe", "warengruppe", "labels", "tags", "type", "categorie", "categoria"},
		read:    textOf(func(r *Row) *string { return &r.Category }),
		write:   func(r Row) string { return guarded(r.Category) },
	},
	{
		name: ColumnLocation, help: "by its name; one that there is none of is made",
		aliases: []string{
			"location", "locationname", "place", "storage", "storagelocation", "storedin", "where", "shelf", "ort", "lagerort", "lagerplatz", "standort", "platz", "aufbewahrung", "aufbewahrungsort", "wo",
			"lieu", "emplacement", "luogo", "posizione", "lugar", "ubicacion", "plaats", "locatie",
		},
		read:  textOf(func(r *Row) *string { return &r.Location }),
		write: func(r Row) string { return guarded(r.Location) },
	},
	{
		name: ColumnAmount, help: "1 when it is empty; 1.5, 1/2 and 500 g are read",
		aliases: []string{
			"amount", "quantity", "qty", "count", "stock", "stockquantity", "stockamount", "instock", "onhand", "quantityonhand", "available", "howmany",
			"menge", "anzahl", "bestand", "vorrat", "lagerbestand", "stuckzahl", "quantite", "quantita", "cantidad", "aantal", "hoeveelheid",
		},
		read:  (*reader).readAmount,
		write: func(r Row) string { return amountCell(r.Amount) },
	},
	{
		name: ColumnUnit, help: "g, kg, ml, l, piece, pack, or a word of your own; the product's when it is empty",
		aliases: []string{"unit", "units", "uom", "unitofmeasure", "measure", "qu", "quantityunit", "einheit", "einheiten", "mengeneinheit", "unite", "unita", "unidad", "eenheid"},
		read:    (*reader).readUnit,
		write:   func(r Row) string { return guarded(string(r.Unit)) },
	},
	{
		name: ColumnDate, help: "the last good day: 2026-11-30, 30.11.2026, 11/2026, 2027 or none; guessed when it is empty",
		aliases: []string{
			"date", "expiry", "expires", "expireson", "expirydate", "expiration", "expirationdate", "exp", "expdate", "bestbefore", "bestbeforedate", "bestby", "bestbydate", "bbd", "bbe", "useby", "usebydate", "duedate", "due", "sellby", "gooduntil", "validuntil",
			"datum", "mhd", "mindesthaltbarkeitsdatum", "mindesthaltbarkeit", "haltbarkeit", "haltbarkeitsdatum", "haltbarbis", "ablaufdatum", "ablauf", "verfallsdatum", "verbrauchsdatum", "verbrauchenbis",
			"dlc", "peremption", "datedeperemption", "scadenza", "datadiscadenza", "caducidad", "fechadecaducidad", "vencimiento", "houdbaartot", "tht",
		},
		read:  (*reader).readDate,
		write: func(r Row) string { return expiryText(r.Expiry) },
	},
	{
		name: ColumnDateKind, help: "best_before or use_by",
		aliases: []string{"datekind", "kind", "datetype", "duetype", "datumsart", "art"},
		read:    (*reader).readKind,
		write:   func(r Row) string { return string(r.Kind) },
	},
	{
		name: ColumnBoughtOn, help: "a day that is not in the future; today when it is empty",
		aliases: []string{
			"boughton", "bought", "purchased", "purchasedon", "purchaseddate", "boughtdate", "purchasedate", "purchasetime", "datepurchased", "datebought", "dateofpurchase", "gekauftam", "gekauft", "kaufdatum", "einkaufsdatum",
			"achetele", "acquistatoil", "datadiacquisto", "fechadecompra", "aankoopdatum",
		},
		read:  (*reader).readBought,
		write: func(r Row) string { return r.BoughtOn.String() },
	},
	{
		name: ColumnPrice, help: "of the whole row, such as 1.99",
		aliases: []string{"price", "cost", "purchaseprice", "totalprice", "value", "preis", "kosten", "kaufpreis", "einkaufspreis", "prix", "prezzo", "precio", "prijs"},
		read:    (*reader).readPrice,
		write:   func(r Row) string { return priceCell(r.Price) },
	},
	{
		name: ColumnBarcode, long: true, help: "of the product",
		aliases: []string{"barcode", "barcodes", "ean", "gtin", "upc", "strichcode", "code", "codebarres", "codiceabarre", "codigodebarras", "streepjescode"},
		read:    (*reader).readBarcode,
		write:   func(r Row) string { return guarded(strings.Join(r.Barcodes, " ")) },
	},
	{
		name: ColumnMinimum, help: "what is always to be there of the product",
		aliases: []string{"minimum", "min", "minstock", "minimumstock", "minstockamount", "reorderlevel", "reorderpoint", "parlevel", "par", "keepatleast", "mindestbestand", "mindestmenge", "meldebestand"},
		read:    (*reader).readMinimum,
		write:   func(r Row) string { return amountCell(r.Minimum) },
	},
	{
		name: ColumnNote, long: true, help: "a note on the lot",
		aliases: []string{"note", "notes", "comment", "comments", "description", "remarks", "notiz", "notizen", "bemerkung", "bemerkungen", "kommentar", "beschreibung", "remarque", "nota", "notas", "opmerking"},
		read:    textOf(func(r *Row) *string { return &r.Note }),
		write:   func(r Row) string { return guarded(r.Note) },
	},
}

// Columns lists them in the order in which they are written.
func Columns() []Column {
	list := make([]Column, len(columns))
	for i, c := range columns {
		list[i] = c.name
	}
	return list
}

// of is the column of a name; none of the empty one.
func of(name Column) column {
	if i := slices.IndexFunc(columns, func(c column) bool { return c.name == name }); i >= 0 {
		return columns[i]
	}
	return column{long: true}
}

// Help says what a column takes.
func (c Column) Help() string { return of(c).help }

// columnNamed is the column of a header, or empty. Homebox writes "HB." before each.
func columnNamed(header string) Column {
	if len(header) > maxCell {
		return ""
	}
	plain := fold.Plain(strings.TrimSpace(header))
	key := parse.Letters(strings.TrimPrefix(plain, "hb."))
	for _, c := range columns {
		if slices.Contains(c.aliases, key) {
			return c.name
		}
	}
	return ""
}
