package sheet_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry/parse"
	"pantrie/app/pantry/sheet"
	"pantrie/db/dated"
)

const sheetDay = "2026-07-24"

func readSheet(t testing.TB, file string) sheet.Sheet {
	t.Helper()
	sheet, err := sheet.Read(strings.NewReader(file), onDay(t, sheetDay), parse.DayFirst)
	if err != nil {
		t.Fatalf("%.100q: %v", file, err)
	}
	return sheet
}

// sheetProblems writes problems as "3 amount amount_invalid".
func sheetProblems(s sheet.Sheet) []string {
	list := []string{}
	for _, p := range s.Problems {
		if p.Message == "" {
			list = append(list, "a problem without a sentence")
		}
		list = append(list, fmt.Sprintf("%d %s %s", p.Row, p.Column, p.Code))
	}
	return list
}

func sheetNames(s sheet.Sheet) []string {
	list := []string{}
	for _, r := range s.Rows {
		list = append(list, fmt.Sprintf("%d %s", r.Number, r.Name))
	}
	return list
}

func inUTF16(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func TestReadCSVOfEveryKind(t *testing.T) {
	price := int64(199)
	want := []sheet.Row{
		{
			Number: 2, Name: "Süßkartoffeln, rot", Brand: "Höfe & Söhne", Category: "Gemüse", Location: "Keller", Amount: 1500, Unit: "kg",
			Expiry: parse.Expiry{Date: onDay(t, "2026-11-30"), Precision: dated.ByMonth}, Kind: dated.BestBefore, BoughtOn: onDay(t, "2026-07-20"),
			Price: &price, Barcodes: []string{"4006381333931", "42"}, Minimum: 500, Note: "eine Zeile\nund \"noch\" eine",
		},
		{Number: 3, Name: "Käse – alt", Amount: 2000},
	}
	english := "NAME,Brand,category,Location,amount,unit,date,Date_Kind,bought on,price,Barcode,minimum,note\r\n" +
		"\"Süßkartoffeln, rot\",Höfe & Söhne,Gemüse,Keller,1.5,Kilo,11/26,best before,2026-07-20,1.99,4006381333931 42,0.5,\"eine Zeile\r\nund \"\"noch\"\" eine\"\r\n" +
		"Käse – alt,,,,2,,,,,,,,\r\n"
	german := "Notiz;Menge;Einheit;Produkt;Marke;Kategorie;Lagerort;MHD;Art;Gekauft am;Preis;EAN;Mindestbestand\r\n" +
		"\"eine Zeile\nund \"\"noch\"\" eine\";1,5;kg;Süßkartoffeln, rot;Höfe & Söhne;Gemüse;Keller;11.2026;MHD;20.07.2026;\"1,99\";4006381333931|42;0,5\r\n" +
		";2;;Käse – alt\r\n"
	windows := bytes.NewBuffer(nil)
	for _, r := range german {
		if r == '–' {
			windows.WriteByte(0x96)
		} else {
			windows.WriteByte(byte(r))
		}
	}
	for name, file := range map[string]string{
		"English":                   english,
		"with a mark":               "\ufeff" + english,
		"line feeds alone":          strings.ReplaceAll(english, "\r\n", "\n"),
		"returns alone":             strings.ReplaceAll(english, "\r\n", "\r"),
		"no end of the last line":   strings.TrimSuffix(english, "\r\n"),
		"empty columns at the end":  strings.ReplaceAll(strings.ReplaceAll(english, "note\r\n", "note,,\r\n"), ",,\r\n", ",,,,\r\n"),
		"tabs":                      strings.NewReplacer(";", "\t").Replace(german),
		"semicolons":                german,
		"Windows-1252":              windows.String(),
		"UTF-16, little end first":  "\xff\xfe" + inUTF16(german, binary.LittleEndian),
		"UTF-16, big end first":     "\xfe\xff" + inUTF16(german, binary.BigEndian),
		"UTF-16 without a mark":     inUTF16(english, binary.LittleEndian),
		"UTF-16 big without a mark": inUTF16(english, binary.BigEndian),
	} {
		t.Run(name, func(t *testing.T) {
			sheet := readSheet(t, file)
			if diff := cmp.Diff(want, sheet.Rows); diff != "" || len(sheet.Problems)+len(sheet.Other) > 0 {
				t.Errorf("%v %v\n%s", sheetProblems(sheet), sheet.Other, diff)
			}
		})
	}
	if sheet := readSheet(t, "sep=;\r\nname;amount\r\nmilk;x\r\n"); !slices.Equal(sheetProblems(sheet), []string{"3 amount amount_invalid"}) {
		t.Errorf("a separator said in the first line: %v", sheetProblems(sheet))
	}
}

func TestReadCSVProblems(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		rows       []string
		problems   []string
	}{
		{name: "a name alone", file: "name\nmilk\n\n,\nbread", rows: []string{"2 milk", "5 bread"}},
		{name: "empty rows before the header", file: "\n\n;;\nname;amount\nmilk;2", rows: []string{"5 milk"}},
		{name: "no name", file: "name,amount\n,2\nmilk,1", rows: []string{"3 milk"}, problems: []string{"2 name required"}},
		{name: "all that can be wrong", file: "name,amount,unit,date,date_kind,bought_on,price,barcode,minimum\nmilk,two,4711,31.11.,soon,tomorrow or so,free,4.00638E+12,-1\n",
			problems: []string{"2 amount amount_invalid", "2 unit unit_invalid", "2 date date_impossible", "2 date_kind invalid_choice", "2 bought_on date_invalid", "2 price price_invalid", "2 barcode barcode_rounded", "2 minimum amount_negative"}},
		{name: "headers as they are written", file: "Name;Menge\nmilk;viel", problems: []string{"2 Menge amount_invalid"}},
		{name: "a decimal comma that splits its cell", file: "name,amount\nflour,1,5\n", problems: []string{"2  too_many_cells"}},
		{name: "points among commas", file: "name,amount\na,1.234\nb,\"1,5\"\nc,\"1,234\"", rows: []string{"2 a", "3 b"}, problems: []string{"4 amount amount_ambiguous"}},
		{name: "commas among semicolons", file: "name;amount\na;1,234\nb;1.5\nc;1.234", rows: []string{"2 a", "3 b"}, problems: []string{"4 amount amount_ambiguous"}},
		{name: "among tabs", file: "name\tamount\na\t1,5\nb\t1.5\nc\t1.234\nd\t1,234", rows: []string{"2 a", "3 b"}, problems: []string{"4 amount amount_ambiguous", "5 amount amount_ambiguous"}},
		{name: "a quote that is never closed", file: "name,note\na,\"x\nb,y\nc,z\n", rows: []string{"3 b", "4 c"}, problems: []string{"2  quote_open"}},
		{name: "a quote that is closed in another row", file: "name,note\na,\"x\nb,\"y\"\nc,z\n", rows: []string{"3 b", "4 c"}, problems: []string{"2  quote_open"}},
		{name: "quotes in the middle", file: "name,note\n5\" pipe,\"Kasten \"Gold\" 6er\"\n", rows: []string{"2 5\" pipe"}},
		{name: "a column twice", file: "name,amount,Menge\nmilk,2,x\n", rows: []string{"2 milk"}},
		{name: "a name that is too long", file: "name\n" + strings.Repeat("ü", 201) + "\n" + strings.Repeat("ü", 200), rows: []string{"3 " + strings.Repeat("ü", 200)}, problems: []string{"2 name too_long"}},
		{name: "a date of years ago", file: "name,date\na,2017-01-01\nb,1.1.2010\nc,2076-01", rows: []string{"2 a", "4 c"}, problems: []string{"3 date date_implausible"}},
		{name: "bought in the future", file: "name,bought_on\na,2026-07-26\nb,25.7.\nc,26.7.\nd,2020-01-01 00:00:00\ne,07/2026", rows: []string{"3 b", "4 c", "5 d"}, problems: []string{"2 bought_on date_future", "6 bought_on date_invalid"}},
		{name: "prices", file: "name;price\na;1,99 €\nb;$ 2\nc;EUR 3,5\nd;-1\ne;1,999\nf;0", rows: []string{"2 a", "3 b", "4 c", "7 f"}, problems: []string{"5 price price_invalid", "6 price price_invalid"}},
		{name: "barcodes", file: "name,barcode\na,0012 / 5\nb,ABC-1\nc,ü\nd,4E+3", rows: []string{"3 b"}, problems: []string{"2 barcode barcode_invalid", "4 barcode barcode_invalid", "5 barcode barcode_rounded"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sheet := readSheet(t, tt.file)
			if diff := cmp.Diff(append([]string{}, tt.rows...), sheetNames(sheet)); diff != "" {
				t.Errorf("rows: %s", diff)
			}
			if diff := cmp.Diff(append([]string{}, tt.problems...), sheetProblems(sheet)); diff != "" || sheet.ProblemCount != len(tt.problems) {
				t.Errorf("%d problems: %s", sheet.ProblemCount, diff)
			}
		})
	}
}

func TestReadCSVKeepsWhatItDoesNotKnow(t *testing.T) {
	read := readSheet(t, "Farbe,name,,Farbe,'=x\nrot,milk,leer,blau,\n")
	if !slices.Equal(read.Other, []string{"Farbe", "Farbe", "=x"}) || len(read.Rows) != 1 || !cmp.Equal(read.Rows[0].Other, map[string]string{"Farbe": "rot"}) {
		t.Errorf("%+v", read)
	}
	read = readSheet(t, "name,amount,unit\nflour,500 g,\nrice,1.5kg,pack\nmilk,,l\nsalt,2 up,\n")
	want := []sheet.Row{{Number: 2, Name: "flour", Amount: 500_000, Unit: "g"}, {Number: 3, Name: "rice", Amount: 1500, Unit: "pack"}, {Number: 4, Name: "milk", Unit: "l"}}
	if diff := cmp.Diff(want, read.Rows); diff != "" || !slices.Equal(sheetProblems(read), []string{"5 amount amount_invalid"}) {
		t.Errorf("%v %s", sheetProblems(read), diff)
	}
}

func TestReadCSVRefusesFiles(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		{"nothing", "", sheet.FileEmpty}, {"blanks", "\ufeff \r\n\t\n", sheet.FileEmpty}, {"a header alone", "name,amount\n,\n", sheet.FileEmpty},
		{"no header", "milk,2\nbread,1\n", sheet.FileNoNameColumn}, {"a workbook", "PK\x03\x04\x14\x00name", sheet.FileNotText}, {"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1", sheet.FileNotText},
		{"bytes", "name\nmi\x00lk\n", sheet.FileNotText}, {"too many bytes", "name\n" + strings.Repeat("x", sheet.MaxBytes), sheet.FileTooLarge},
		{"too many rows", "name\n" + strings.Repeat("x\n", sheet.MaxRows+1), sheet.FileTooManyRows},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := sheet.Read(strings.NewReader(tt.file), onDay(t, sheetDay), parse.DayFirst)
			if codeOf(err) != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
	broken := errors.New("the line is cut")
	if _, err := sheet.Read(iotest.ErrReader(broken), 0, parse.DayFirst); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %v", err)
	}
}

func TestReadCSVOfManyRows(t *testing.T) {
	read := readSheet(t, "name\n"+strings.Repeat("x\n\n", sheet.MaxRows)+strings.Repeat(",,,\n", 100_000))
	if len(read.Rows) != sheet.MaxRows || read.Rows[sheet.MaxRows-1].Number != 2*sheet.MaxRows {
		t.Errorf("%d rows", len(read.Rows))
	}
	read = readSheet(t, "name,amount\n"+strings.Repeat("x,y\n", sheet.MaxRows))
	if len(read.Problems) != 500 || read.ProblemCount != sheet.MaxRows {
		t.Errorf("%d of %d problems", len(read.Problems), read.ProblemCount)
	}
	for name, file := range map[string]string{
		"a row of separators":  "name\nx" + strings.Repeat(",", 5<<20) + "y\n",
		"quotes never closed":  "name\n" + strings.Repeat("\"\"\"a\n", 10_000),
		"quotes in pairs":      "name\n\"" + strings.Repeat("a\n\"\"", 2<<20),
		"a cell without end":   "name\n" + strings.Repeat("x", 5<<20),
		"a header without end": "name," + strings.Repeat("x,", 4<<20) + "\nmilk\n",
	} {
		if sheet, err := sheet.Read(strings.NewReader(file), onDay(t, sheetDay), parse.DayFirst); codeOf(err) == "?" || len(sheet.Problems) > 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWriteCSV(t *testing.T) {
	price := int64(5)
	rows := []sheet.Row{{
		Name: "=HYPERLINK(\"x\")", Brand: "'+1", Category: "@home", Location: "-", Amount: 1234, Unit: "kg", Expiry: parse.Exactly(onDay(t, "2026-11-01"), dated.ByMonth), Kind: dated.UseBy,
		BoughtOn: onDay(t, sheetDay), Price: &price, Barcodes: []string{"0012", "34"}, Minimum: 500, Note: "a\nb; c",
	}, {Name: "milk", Expiry: parse.Exactly(onDay(t, "2027-01-01"), dated.ByYear)}, {Name: "salt", Expiry: parse.Expiry{Precision: dated.Undated}}, {Name: "'tis"},
		{Name: "x;=HYPERLINK(A1);y", Brand: "a, -20 °C", Category: "b|'@c", Location: `d;" =e`, Note: "f\n=g|@h;+i\n- j"}}
	var b strings.Builder
	if err := sheet.Write(&b, rows); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffname,brand,category,location,amount,unit,date,date_kind,bought_on,price,barcode,minimum,note\r\n" +
		"\"'=HYPERLINK(\"\"x\"\")\",''+1,'@home,'-,1.234,kg,2026-11,use_by,2026-07-24,0.05,0012 34,0.5,\"a\nb; c\"\r\n" +
		"milk,,,,,,2027,,,,,,\r\nsalt,,,,,,none,,,,,,\r\n'tis,,,,,,,,,,,,\r\n" +
		"\"x;'=HYPERLINK(A1);y\",\"a,' -20 °C\",b|''@c,\"d;'\"\" =e\",,,,,,,,,\"f\n'=g|'@h;'+i\n'- j\"\r\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	read := readSheet(t, b.String())
	for i := range rows {
		rows[i].Number = i + 2
	}
	if diff := cmp.Diff(rows, read.Rows); diff != "" || len(read.Problems) > 0 {
		t.Errorf("read back: %v\n%s", sheetProblems(read), diff)
	}
	full := errors.New("the disk is full")
	if err := sheet.Write(fullWriter{full}, make([]sheet.Row, 20_000)); !errors.Is(err, full) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type fullWriter struct{ err error }

func (w fullWriter) Write([]byte) (int, error) { return 0, w.err }

var _ io.Writer = fullWriter{}

// What is read can be written, and read again it is the same, without a cell that reckons.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"name,amount\nmilk,2\n", "name;note\n\"a\nb\";'=1\n", "\xff\xfen\x00a\x00", "name\tprice\na\t1,5 €\n", "sep=;\nname\n'''=\n", "name,date\na,1126\nb,none\n", "name,barcode\n=,1 2\n", "name\n\"\"\"\n", "name\n' =x\n",
		"name,amount,unit,date,date_kind,bought_on,price,minimum,brand\nx,1/2,Stiege,2027,mhd,1.1.,1,1,+\n", "\xe4,name\n\x80,\x81\n", "name,unit\na,'-x\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		today := onDay(t, sheetDay)
		read, err := sheet.Read(bytes.NewReader(file), today, parse.DayFirst)
		if codeOf(err) == "?" {
			t.Fatalf("%v", err)
		}
		if len(read.Rows) == 0 {
			return
		}
		var b strings.Builder
		if err := sheet.Write(&b, read.Rows); err != nil {
			t.Fatal(err)
		}
		again, err := sheet.Read(strings.NewReader(b.String()), today, parse.DayFirst)
		if err != nil || again.ProblemCount > 0 {
			t.Fatalf("%q is read back with %v %v", b.String(), err, sheetProblems(again))
		}
		for i := range read.Rows {
			read.Rows[i].Number, read.Rows[i].Other = i+2, nil
		}
		if diff := cmp.Diff(read.Rows, again.Rows); diff != "" {
			t.Errorf("%q\n%s", b.String(), diff)
		}
	})
}

// onDay is a day written YYYY-MM-DD.
func onDay(t testing.TB, text string) parse.Date {
	t.Helper()
	d, err := parse.ReadISODate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// codeOf is the code of a problem: "" without one, "?" for an error that is none.
func codeOf(err error) string {
	var p *parse.Problem
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &p), p.Message == "", !slices.Contains(append(parse.Codes(), sheet.Codes()...), p.Code):
		return "?"
	}
	return p.Code
}
