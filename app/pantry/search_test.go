package pantry_test

import (
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pantrie/app/pantry"
	"pantrie/db"
)

// A search finds what adding would find, forgives what people write otherwise or wrong, and tells the best first.
func TestSearchForgives(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	for _, name := range []string{
		"Kellogg's Cornflakes", "Käse", "Egg", "Tomato", "Milk", "Cheddar", "Yoghurt", "M&M's", "Mac & Cheese", "Strasse der Nudeln", "Łosoś", "Żółty ser", "Crème fraîche", "Haselnüsse", "Vollmilch",
		"Vollmilchschokolade", "Kartoffeln", "Butter", "Buttermilk", "Salt", "Malt", "Reis", "全脂牛奶", "牛肉", "豆腐", "ข้าวหอมมะลิ", "Überraschungsei", "Mehl Type 405", "Dosentomaten", "Jalapeño", "Pâté", "Pâtes", "Brötchen", "Œufs", "7up",
		"Salt and Pepper", "Öl", "Eis", "Ei", "Apfel", "Äpfel grün", "Wasser (still)", "Gewürzgurken",
	} {
		k.product(db.Product{Name: name})
	}
	rice := k.product(db.Product{Name: "Jasminreis", Brand: "Golden Elephant", Note: "from the corner shop"})
	cola := k.product(db.Product{Name: "Cola"})
	for code, id := range map[string]string{"4006381333931": rice, "036000291452": cola, "MY-SOAP-1": cola} {
		if err := k.s.AddBarcode(ctx, k.by, id, code, ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ text, want string }{ // the first ones that are found, in their order
		// as adding finds them
		{"kelloggs", "Kellogg's Cornflakes"}, {"kellogg", "Kellogg's Cornflakes"}, {"Kellogg’s", "Kellogg's Cornflakes"}, {"KELLOGG'S CORN", "Kellogg's Cornflakes"}, {"cornflake", "Kellogg's Cornflakes"},
		{"kaese", "Käse"}, {"käs", "Käse"}, {"kase", "Käse"}, {"eggs", "Egg"}, {"tomatoes", "Tomato"}, {"tomato", "Tomato"}, {"strasse", "Strasse der Nudeln"}, {"straße", "Strasse der Nudeln"},
		{"losos", "Łosoś"}, {"łosoś", "Łosoś"}, {"zolty", "Żółty ser"}, {"creme", "Crème fraîche"}, {"jalapeno", "Jalapeño"}, {"brotchen", "Brötchen"}, {"broetchen", "Brötchen"}, {"oeufs", "Œufs"}, {"öl", "Öl"}, {"oel", "Öl"},
		{"kartoffel", "Kartoffeln"}, {"gewuerzgurke", "Gewürzgurken"}, {"wasser still", "Wasser (still)"}, {"still wasser", "Wasser (still)"},
		// ampersands
		{"m&m", "M&M's"}, {"mms", "M&M's"}, {"m&ms", "M&M's"}, {"mac and cheese", "Mac & Cheese"}, {"mac cheese", "Mac & Cheese"}, {"Mac und Cheese", "Mac & Cheese"}, {"salt & pepper", "Salt and Pepper"}, {"salt pepper", "Salt and Pepper"},
		// as people are typing
		{"k", "Kartoffeln, Käse, Kellogg's Cornflakes"}, {"mil", "Milk"}, {"7", "7up"}, {"mehl 4", "Mehl Type 405"},
		// the best first
		{"milk", "Milk, Buttermilk"}, {"ei", "Ei, Eis"}, {"eis", "Eis"}, {"pates", "Pâté, Pâtes"}, {"butter", "Butter, Buttermilk"}, {"salt", "Salt, Salt and Pepper"}, {"apfel", "Apfel, Äpfel grün"}, {"malt", "Malt"},
		// parts of compounds
		{"milch", "Vollmilch, Vollmilchschokolade"}, {"schokolade", "Vollmilchschokolade"}, {"nüsse", "Haselnüsse"}, {"nuss", "Haselnüsse"}, {"tomaten", "Dosentomaten"}, {"reis", "Reis, Jasminreis"}, {"gurken", "Gewürzgurken"},
		// scripts without spaces
		{"牛奶", "全脂牛奶"}, {"全脂", "全脂牛奶"}, {"牛", "牛肉, 全脂牛奶"}, {"腐", "豆腐"}, {"หอม", "ข้าวหอมมะลิ"},
		// mistakes of typing
		{"yogurt", "Yoghurt"}, {"joghurt", "Yoghurt"}, {"chedar", "Cheddar"}, {"mlik", "Milk"}, {"kartofeln", "Kartoffeln"}, {"katrofeln", "Kartoffeln"}, {"cornflaks", "Kellogg's Cornflakes"}, {"buter", "Butter"}, {"haselnüse", "Haselnüsse"}, {"vollmlich", "Vollmilch"},
		{"chedd", "Cheddar"}, {"yogur", "Yoghurt"},
		// everything else that is known of it
		{"elephant", "Jasminreis"}, {"corner", "Jasminreis"}, {"golden reis", "Jasminreis"},
		// barcodes
		{"4006381333931", "Jasminreis"}, {"40063", "Jasminreis"}, {"4006 3813 3393 1", "Jasminreis"}, {"400638-133393-1", "Jasminreis"}, {"036000291452", "Cola"}, {"0036000291452", "Cola"}, {"36000291452", "Cola"}, {"03600", "Cola"}, {"0 36000 29145 2", "Cola"}, {"my-soap-1", "Cola"},
		// what is not there
		{"xylophone", ""}, {"zzz", ""}, {"egg xylophone", ""}, {"&", ""}, {"'", ""}, {"\"", ""}, {"*", ""}, {"milk OR eggs", ""}, {"name:milk", ""}, {"4006381333930", ""}, {"mk", ""},
	} {
		list, err := k.s.Search(ctx, k.by.HouseholdID, tt.text, 10)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		var names []string
		for _, p := range list {
			names = append(names, p.Name)
		}
		got := strings.Join(names, ", ")
		if tt.want == "" && got != "" || !strings.HasPrefix(got+", ", tt.want+", ") && tt.want != "" {
			t.Errorf("%q finds %q, want %q", tt.text, got, tt.want)
		}
	}
}

// What is searched for never comes from another household, also not from one that was deleted, nor after a restore.
func TestSearchStaysInTheHousehold(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	k.product(db.Product{Name: "Secret sauce"})
	find := func(d *db.DB, household, text string) int {
		t.Helper()
		s, err := pantry.New(d, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.Search(ctx, household, text, 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	texts := []string{"secret", "sauce", "s", "secrte", "ecret", "0001secret", "sauc"}
	for _, text := range texts {
		if n := find(k.db, k.other.HouseholdID, text); n != 0 {
			t.Errorf("next door %q finds %d", text, n)
		}
	}
	var third string
	k.write(func(tx *db.Tx) error {
		if err := tx.DeleteHousehold(ctx, k.by.HouseholdID); err != nil {
			return err
		}
		h, err := tx.InsertHousehold(ctx, db.Household{Name: "New", TimeZone: "UTC"})
		third = h.ID
		return err
	})
	copied := filepath.Join(t.TempDir(), "pantrie.db")
	if err := k.db.BackUp(ctx, copied); err != nil {
		t.Fatal(err)
	}
	restored, err := db.Open(ctx, db.Options{Path: copied, Log: slog.New(slog.DiscardHandler), Now: time.Now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() }})
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	var fourth string
	if err := restored.InTx(ctx, func(tx *db.Tx) error {
		h, err := tx.InsertHousehold(ctx, db.Household{Name: "Newer", TimeZone: "UTC"})
		fourth = h.ID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		for _, household := range []string{third, k.other.HouseholdID} {
			if a, b := find(k.db, household, text), find(restored, household, text); a != 0 || b != 0 {
				t.Errorf("%q finds %d, and %d in the backup", text, a, b)
			}
		}
		if n := find(restored, fourth, text); n != 0 {
			t.Errorf("%q finds %d in a household that is new in the backup", text, n)
		}
	}
}

// What is added, renamed or deleted is found, or not, at once, also as a part of a word and with a mistake in it.
func TestSearchFollowsWhatChanges(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	find := func(text string) []string {
		t.Helper()
		list, err := k.s.Search(ctx, k.by.HouseholdID, text, 10)
		if err != nil {
			t.Fatal(err)
		}
		names := []string{}
		for _, p := range list {
			names = append(names, p.Name)
		}
		return names
	}
	wants := func(text string, want ...string) {
		t.Helper()
		if got := find(text); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%q finds %v, want %v", text, got, want)
		}
	}
	wants("milch")
	p, err := k.s.CreateProduct(ctx, k.by, pantry.ProductFields{Name: "Vollmilch"})
	if err != nil {
		t.Fatal(err)
	}
	wants("milch", "Vollmilch")
	wants("vollmlich", "Vollmilch")
	if _, err := k.s.ChangeProduct(ctx, k.by, p.ID, func(f *pantry.ProductFields) { f.Name = "Kondensmilch" }); err != nil {
		t.Fatal(err)
	}
	wants("milch", "Kondensmilch")
	wants("vollmilch")
	wants("kondnesmilch", "Kondensmilch")
	if _, err := k.s.DeleteProduct(ctx, k.by, p.ID); err != nil {
		t.Fatal(err)
	}
	wants("milch")
	wants("kondnesmilch")
}
