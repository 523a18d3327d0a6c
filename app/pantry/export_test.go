package pantry_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
	"pantrie/db/dated"
	"pantrie/db/fold"
)

// filled puts something of everything into the kitchen.
func (k *kitchen) filled() {
	k.t.Helper()
	ctx := k.t.Context()
	check := func(err error) {
		k.t.Helper()
		if err != nil {
			k.t.Fatal(err)
		}
	}
	dairy, err := k.s.CreateCategory(ctx, k.by, pantry.CategoryFields{Name: "Dairy <fresh>", Icon: "cow", Position: 3})
	check(err)
	half := int64(1500)
	milk, err := k.s.CreateProduct(ctx, k.by, pantry.ProductFields{
		Name: "Milch \"3,5 %\"", Brand: "Weide & Co", CategoryID: dairy.ID, LocationID: k.fridge, Unit: "l", Minimum: &half, Staple: true, ShelfLife: days(7), OpenedShelfLife: days(3),
		FrozenShelfLife: days(60), ThawedShelfLife: days(1), DateKind: dated.UseBy, Note: "the blue one\nfrom the corner",
	})
	check(err)
	mlik := k.product(db.Product{Name: "Mlik", Base: "ml", Unit: "l"})
	_, err = k.s.SetUnit(ctx, k.by, milk.ID, pantry.ProductUnit{Unit: "Karton", Factor: 6, Of: "l"})
	check(err)
	check(k.s.AddBarcode(ctx, k.by, milk.ID, "96385074", "Karton"))
	check(k.allergens(k.by, milk.ID, []string{"Milch", "Laktose"}))
	check(k.s.SetWatched(ctx, k.by, []string{"Nüsse", "Laktose"}))
	_, err = k.s.SetPhoto(ctx, k.by, milk.ID, asJPEG(k.t, drawn(40, 30)))
	check(err)
	price := int64(199)
	none := ""
	k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: milk.ID, Amount: 2000, ExpiresOn: "2026-12-10", Precision: dated.ByMonth, Price: &price, Note: "on offer"}))
	k.must(k.s.Add(ctx, k.mara, pantry.Addition{ProductID: mlik, Amount: 500, LocationID: &none}))
	k.must(k.s.Open(ctx, k.by, pantry.Taking{ProductID: milk.ID, Amount: 500}))
	k.must(k.s.Move(ctx, k.by, pantry.Moving{ProductID: milk.ID, Amount: 250, LocationID: k.freezer}))
	wasted := k.must(k.s.Waste(ctx, k.mara, pantry.Taking{ProductID: milk.ID, Amount: 250, Reason: "spoiled"}))
	merged := k.must(k.s.Merge(ctx, k.by, pantry.Merging{ProductID: mlik, IntoID: milk.ID}))
	back := k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: merged.Transaction.ID}))
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: back.Transaction.ID}))
	k.must(k.s.Undo(ctx, k.by, pantry.Undoing{TransactionID: wasted.Transaction.ID}))
	old := k.product(db.Product{Name: "Old"})
	k.add(old, 1, "2026-11-01")
	k.must(k.s.Use(ctx, k.by, pantry.Taking{ProductID: old, Amount: 1000}))
	_, err = k.s.DeleteProduct(ctx, k.by, old)
	check(err)
	k.buy(pantry.ShoppingFields{Text: "Candles", Amount: days(2500), Unit: "pack", Note: "red"})
	k.buy(pantry.ShoppingFields{ProductID: milk.ID})
	away := k.bought(pantry.ShoppingFields{Text: "Nuts"})
	k.bought(pantry.ShoppingFields{Text: "Soap"})
	k.must(k.s.PutAway(ctx, k.by, []pantry.PutAwayLine{{ItemID: away, Amount: days(2000)}}))
}

func (k *kitchen) exported(household string) []byte {
	k.t.Helper()
	var b bytes.Buffer
	if err := k.s.Export(k.t.Context(), household, &b); err != nil {
		k.t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(k.dir, "*.tmp")); err != nil || len(left) > 0 {
		k.t.Errorf("files are left: %v, %v", left, err)
	}
	return b.Bytes()
}

// In an export of version 1 a lot has the price of all that came, and nothing says what a movement was worth.
func TestImportOfVersion1SharesPrices(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	id := k.product(db.Product{Name: "Jam"})
	price := int64(1000)
	lot := k.must(k.s.Add(ctx, k.by, pantry.Addition{ProductID: id, Amount: 3000, Price: &price})).Lots[0].ID
	k.must(k.s.Waste(ctx, k.by, pantry.Taking{ProductID: id, Amount: 1000}))
	k.add(id, 1, "")
	text := string(k.exported(k.by.HouseholdID))
	for _, change := range [][2]string{{`"version": 2`, `"version": 1`}, {`"price":667`, `"price":1000`}, {`,"value":1000`, ``}, {`,"value":-333`, ``}} {
		if strings.Count(text, change[0]) != 1 {
			t.Fatalf("not one %s in\n%s", change[0], text)
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	if err := k.s.Import(ctx, k.other, strings.NewReader(text)); err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	got, err := k.db.LotByID(ctx, k.other.HouseholdID, lot)
	if err != nil || got.Price == nil || *got.Price != 667 {
		t.Errorf("what is left cost %v, %v, want 667", got.Price, err)
	}
	months, err := k.s.Wasted(ctx, k.other.HouseholdID, 1)
	if err != nil || months[0].Value == nil || *months[0].Value != 333 {
		t.Errorf("thrown away: %+v, %v, want 333", months, err)
	}
}

// What was exported and imported is the same household, and goes on as one.
func TestExportAndImport(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	k.filled()
	first := k.exported(k.by.HouseholdID)
	if !json.Valid(first) {
		t.Fatalf("this is no JSON:\n%s", first)
	}
	if bytes.Contains(first, []byte(k.by.HouseholdID)) || bytes.Contains(first, []byte(k.by.UserID)) {
		t.Error("it names the household or an account")
	}
	if _, err := k.s.CreateLocation(ctx, k.other, pantry.PlaceFields{Name: "Shelf", Kind: db.Cupboard}); err != nil {
		t.Fatal(err)
	}
	if err := k.s.Import(ctx, k.other, bytes.NewReader(first)); err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	second := k.exported(k.other.HouseholdID)
	if diff := cmp.Diff(string(first), string(second)); diff != "" {
		t.Fatalf("exported, imported, exported (-first +second):\n%s", diff)
	}
	k.t.Log(len(first), "bytes")
	there := &kitchen{t: t, db: k.db, raw: k.raw, s: k.s, by: pantry.By{HouseholdID: k.other.HouseholdID, UserID: k.mara.UserID}}
	for _, text := range []string{"milch", "mlik", "weide", "96385074", "dairy"} {
		if list, err := k.s.Search(ctx, there.by.HouseholdID, text, 5); err != nil || len(list) != 1 || list[0].Brand != "Weide & Co" {
			t.Errorf("search %s: %v, %v", text, list, err)
		}
	}
	if list, err := k.s.Search(ctx, there.by.HouseholdID, "old", 5); err != nil || len(list) != 0 {
		t.Errorf("what is archived is found: %v, %v", list, err)
	}
	if got, want := there.snapshot(), k.snapshot(); len(got) != len(want) || len(got) == 0 {
		t.Errorf("%d products and lots, want %d", len(got), len(want))
	}
	if stock, _, err := k.s.Stock(ctx, there.by.HouseholdID, pantry.StockFilter{Text: "milch", Most: 20}); err != nil || len(stock) != 4 || stock[0].CategoryID == "" {
		t.Errorf("stock %+v, %v", stock, err)
	}
	list := there.newest(1000)
	for _, tr := range list { // everything can be undone there, newest first
		if _, err := k.s.Undo(ctx, there.by, pantry.Undoing{TransactionID: tr.ID}); err != nil {
			t.Fatalf("undo of %s: %v", tr.Verb, err)
		}
	}
	there.wantTray("Nuts", "Soap")
	if page, _, err := k.s.Stock(ctx, there.by.HouseholdID, pantry.StockFilter{Most: 10}); err != nil || len(page) != 0 {
		t.Errorf("after everything is undone: %v, %v", page, err)
	}
	if again := k.exported(k.by.HouseholdID); !bytes.Equal(first, again) {
		t.Error("the one changed with the other")
	}
	k.agrees()
	k.refused(k.s.Import(ctx, k.by, bytes.NewReader(first)), fault.Conflict, pantry.NotEmpty)
	k.refused(k.s.Import(ctx, pantry.By{HouseholdID: "nowhere"}, bytes.NewReader(first)), fault.NotFound, "")
	k.refused(k.s.Export(ctx, "nowhere", io.Discard), fault.NotFound, "")
}

func TestImportRefusesDamagedFiles(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	k.filled()
	good := string(k.exported(k.by.HouseholdID))
	before := string(k.exported(k.other.HouseholdID))
	replaced := func(old, new string) string {
		t.Helper()
		if !strings.Contains(good, old) {
			t.Fatalf("there is no %s in\n%s", old, good)
		}
		return strings.Replace(good, old, new, 1)
	}
	// The rows of a table, to change one.
	row := func(table string, n int, change func(string) string) string {
		t.Helper()
		head, rest, _ := strings.Cut(good, `"`+table+`": [`)
		body, tail, _ := strings.Cut(rest, "\n]")
		rows := strings.Split(body, "\n")
		rows[n+1] = change(rows[n+1])
		return head + `"` + table + `": [` + strings.Join(rows, "\n") + "\n]" + tail
	}
	member := func(name string, value any) func(string) string {
		return func(line string) string {
			comma := strings.HasSuffix(line, ",")
			var m map[string]any
			if err := json.Unmarshal([]byte(strings.TrimSuffix(line, ",")), &m); err != nil {
				t.Fatal(err, line)
			}
			if m[name] = value; value == nil {
				delete(m, name)
			}
			out, _ := json.Marshal(m)
			if comma {
				return string(out) + ","
			}
			return string(out)
		}
	}
	gone := func(string) string { return "" }
	var undo db.StockTransaction // of the merge: it moved something and can be undone
	for _, tr := range k.newest(100) {
		if tr.Verb == db.VerbUndo {
			undo = tr
		}
	}
	var mlik db.Product
	if err := k.db.InTx(ctx, func(tx *db.Tx) error {
		list, err := tx.HiddenProductsNamed(ctx, k.by.HouseholdID, fold.Key("Mlik"))
		if err == nil {
			mlik = list[0]
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	again := "" // undone and done again
	for i, id := 1, k.newest(1)[0].ID; i <= 201; i++ {
		again += fmt.Sprintf(`{"id":"again%d","userName":"x","verb":"undo","at":1,"undoes":%q},`, i, id)
		id = fmt.Sprint("again", i)
	}
	for _, tt := range []struct {
		name, file, why string
	}{
		{"undone without end", replaced(`"transactions": [`, `"transactions": [`+again), pantry.FileDamaged},
		{"nothing", "", pantry.FileNotExport},
		{"a text", "hello", pantry.FileNotExport},
		{"another JSON", `{"a": 1}`, pantry.FileNotExport},
		{"another program's", replaced("pantrie-household", "larder"), pantry.FileNotExport},
		{"a newer one", replaced(`"version": 2`, `"version": 3`), pantry.FileNewer},
		{"version nought", replaced(`"version": 2`, `"version": 0`), pantry.FileNotExport},
		{"half of it", good[:len(good)/2], pantry.FileDamaged},
		{"without its end", strings.TrimSuffix(good, "}\n"), pantry.FileDamaged},
		{"with something behind", good + "{}", pantry.FileDamaged},
		{"a table too few", replaced("shopping", "shoping"), pantry.FileDamaged},
		{"an id that leads elsewhere", strings.ReplaceAll(good, mlik.ID, "../../settings"), pantry.FileDamaged},
		{"an id that is none in an address", strings.ReplaceAll(good, mlik.ID, "a?b#c"), pantry.FileDamaged},
		{"an id without end", strings.ReplaceAll(good, mlik.ID, strings.Repeat("i", 65)), pantry.FileDamaged},
		{"nutrition without end", row("products", 0, member("nutrition", map[string]any{"salt": strings.Repeat("9", 11_000)})), pantry.FileDamaged},
		{"the time zone of another machine", replaced("Europe/Berlin", "Local"), pantry.FileDamaged},
		{"a time zone that there is not", replaced("Europe/Berlin", "Europe/Atlantis"), pantry.FileDamaged},
		{"a member that is not known", row("products", 0, member("colour", "red")), pantry.FileDamaged},
		{"another amount of a lot", row("lots", 0, member("amount", "7.25")), pantry.FileDamaged},
		{"another price of a lot", row("lots", 0, member("price", 200)), pantry.FileDamaged},
		{"a lot without its price", row("lots", 0, member("price", nil)), pantry.FileDamaged},
		{"a movement of another value", row("movements", 0, member("value", 200)), pantry.FileDamaged},
		{"a value that is a text", row("movements", 0, member("value", "1.99")), pantry.FileDamaged},
		{"an amount that is a number", row("lots", 0, member("amount", 7)), pantry.FileDamaged},
		{"a negative amount", row("lots", 0, member("amount", "-1")), pantry.FileDamaged},
		{"another movement", row("movements", 0, member("delta", "3")), pantry.FileDamaged},
		{"a movement of nothing", row("movements", 0, member("delta", "0")), pantry.FileDamaged},
		{"a movement too few", row("movements", 0, gone), pantry.FileDamaged},
		{"a movement of another product", row("movements", 0, member("productId", "none")), pantry.FileDamaged},
		{"a movement that nothing undid", row("movements", 0, member("undoneBy", "none")), pantry.FileDamaged},
		{"a movement before the first", row("movements", 0, member("position", 0)), pantry.FileDamaged},
		{"an undo of itself", replaced(`"undoes":"`+undo.Undoes, `"undoes":"`+undo.ID), pantry.FileDamaged},
		{"an undo of what is not there", replaced(`"undoes":"`+undo.Undoes, `"undoes":"none`), pantry.FileDamaged},
		{"an undo of something else", replaced(`"undoes":"`+undo.Undoes, `"undoes":"`+k.newest(1)[0].ID), pantry.FileDamaged},
		{"a product that became itself", replaced(`"mergedInto":"`+mlik.MergedInto, `"mergedInto":"`+mlik.ID), pantry.FileDamaged},
		{"a product that became none", replaced(`"mergedInto":"`+mlik.MergedInto, `"mergedInto":"none`), pantry.FileDamaged},
		{"a product without a name", row("products", 0, member("name", "")), pantry.FileDamaged},
		{"a product with a base that is none", row("products", 0, member("base", "kg")), pantry.FileDamaged},
		{"a lot of a product that there is not", row("lots", 0, member("productId", "none")), pantry.FileDamaged},
		{"a lot at a place that there is not", row("lots", 0, member("locationId", "none")), pantry.FileDamaged},
		{"a date that is none", row("lots", 0, member("boughtOn", "2026-02-30")), pantry.FileDamaged},
		{"a verb that is none", row("transactions", 0, member("verb", "eat")), pantry.FileDamaged},
		{"a photo that is none", row("photos", 0, member("data", "aGVsbG8=")), pantry.FileDamaged},
		{"a kind of place that is none", row("locations", 0, member("kind", "oven")), pantry.FileDamaged},
		{"a factor that is none", row("units", 0, member("factor", 1)), pantry.FileDamaged},
		{"the same product twice", row("products", 0, func(line string) string { return line + "\n" + line }), pantry.FileDamaged},
		{"a state that is none", row("shopping", 0, member("state", "lost")), pantry.FileDamaged},
		{"put away what there is not", row("putAway", 0, member("itemId", "none")), pantry.FileDamaged},
		{"a row without end", replaced(`"note":"red"`, `"note":"`+strings.Repeat("x", 9<<20)+`"`), pantry.FileDamaged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k.refused(k.s.Import(ctx, k.other, strings.NewReader(tt.file)), fault.ValidationFailed, tt.why)
		})
	}
	if after := string(k.exported(k.other.HouseholdID)); after != before {
		t.Errorf("something was imported:\n%s", cmp.Diff(before, after))
	}
	if err := k.s.Import(ctx, k.other, strings.NewReader(good)); err != nil {
		t.Errorf("the file as it was: %v", err)
	}
}

// What a file can have that nobody may type.
func TestImportTidiesTexts(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	k.filled()
	file := strings.Replace(string(k.exported(k.by.HouseholdID)), `"Weide \u0026 Co"`, `"\u202eWeide\u0000\u0007 Co"`, 1)
	if err := k.s.Import(t.Context(), k.other, strings.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	if list, err := k.s.Search(t.Context(), k.other.HouseholdID, "weide", 5); err != nil || len(list) != 1 || list[0].Brand != "Weide Co" {
		t.Errorf("%+v, %v", list, err)
	}
}

// Nobody else can write while a file is imported, and pictures of some hundred bytes take long to decode.
func TestImportDoesNotDecodePictures(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	k.filled()
	var good bytes.Buffer
	if err := png.Encode(&good, image.NewGray(image.Rect(0, 0, 2000, 2000))); err != nil {
		t.Fatal(err)
	}
	bad := bytes.Clone(good.Bytes())
	bad[bytes.Index(bad, []byte("IDAT"))+20]++ // its checksum does not fit any more
	_, err := k.s.SetPhoto(t.Context(), k.by, k.product(db.Product{Name: "Salt"}), bad)
	k.refused(err, fault.ValidationFailed, pantry.PhotoInvalid)
	row := `{"id":"p","data":"` + base64.StdEncoding.EncodeToString(bad) + `","createdAt":1},`
	file := strings.Replace(string(k.exported(k.by.HouseholdID)), `"photos": [`, `"photos": [`+row, 1)
	if err := k.s.Import(t.Context(), k.other, strings.NewReader(file)); err != nil {
		t.Error(err)
	}
}

// An export is the household as it was at one moment, also while people cook.
func TestExportWhileTheStockChanges(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	k.filled()
	id := k.product(db.Product{Name: "Rice"})
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for ctx.Err() == nil {
				if _, err := k.s.Add(ctx, k.by, pantry.Addition{ProductID: id, Amount: 2000}); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				if _, err := k.s.Use(ctx, k.by, pantry.Taking{ProductID: id, Amount: 1000}); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 5 {
		var h db.Household
		k.write(func(tx *db.Tx) (err error) {
			h, err = tx.InsertHousehold(t.Context(), db.Household{Name: fmt.Sprint("Copy ", i), TimeZone: "UTC"})
			return err
		})
		if err := k.s.Import(t.Context(), pantry.By{HouseholdID: h.ID}, bytes.NewReader(k.exported(k.by.HouseholdID))); err != nil {
			t.Errorf("copy %d: %v", i, err)
		}
	}
	stop()
	wg.Wait()
	k.agrees()
}
