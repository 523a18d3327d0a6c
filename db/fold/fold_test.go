package fold_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pantrie/db/fold"
)

func TestWhatIsTheSameToAPerson(t *testing.T) {
	for _, tt := range []struct {
		name string
		same []string
	}{
		{"nuts in German", []string{"Nüsse", "nuss", "NUSS", "Nuß", "Nuesse", "nüssen", "Nu\u0308sse", " nuss "}},
		{"nuts in English", []string{"nut", "Nuts", "NUTS", "nut's", "ｎｕｔｓ"}},
		{"ies and y", []string{"cherry", "Cherries", "CHERRIES"}},
		{"ies and ie", []string{"cookie", "Cookies"}},
		{"es", []string{"potato", "potatoes"}}, {"es after a hiss", []string{"box", "boxes"}},
		{"en", []string{"Bohne", "Bohnen"}}, {"n", []string{"Nudel", "Nudeln", "NUDELN"}}, {"n after l", []string{"Mandel", "Mandeln"}},
		{"an umlaut alone", []string{"Apfel", "Äpfel", "Aepfel", "äpfeln"}},
		{"eggs in German", []string{"Ei", "Eier", "EIERN"}}, {"eggs in English", []string{"egg", "Eggs"}},
		{"er with an umlaut", []string{"Glas", "Gläser"}},
		{"milk", []string{"Milch", "MILCH", "milch"}},
		{"cheese", []string{"Käse", "Kaese", "KÄSE", "kase"}},
		{"muesli", []string{"Müsli", "Muesli", "Müslis", "MUESLI"}},
		{"sesame in both", []string{"Sesam", "sesame", "SESAM"}},
		{"sharp s", []string{"Süßkartoffel", "SÜSSKARTOFFELN", "Suesskartoffeln", "SÜẞKARTOFFEL"}},
		{"accents", []string{"Crème fraîche", "creme fraiche", "CRÈME FRAÎCHE"}},
		{"Scandinavian letters", []string{"Smørrebrød", "smorrebrod"}}, {"Polish letters", []string{"Łosoś", "losos"}}, {"ligatures", []string{"Bœuf", "boeuf", "BOEUF"}},
		{"Turkish", []string{"fındık", "FINDIK", "Findik", "fındik"}}, {"a dotted capital", []string{"İncir", "incir", "INCIR", "ıncır"}},
		{"Greek at the end of a word", []string{"ΚΑΦΕΣ", "καφές", "καφεσ"}}, {"Cyrillic", []string{"МОЛОКО", "молоко"}},
		{"Arabic vowels", []string{"حَلِيب", "حليب"}}, {"Hebrew vowels", []string{"חָלָב", "חלב"}}, {"marks of direction", []string{"חלב", "\u200fחלב\u200e"}},
		{"digits", []string{"7up", "７ｕｐ"}}, {"a word with a shy hyphen", []string{"Erd\u00adnuss", "Erdnüsse"}},
		{"an apostrophe", []string{"Kellogg's", "Kellogg’s", "Kelloggs"}}, {"punctuation", []string{"Soja-Milch", "Soja Milch", "soja, milch!"}},
		{"emoji", []string{"🍎", "🍎\ufe0f", " 🍎 "}}, {"Japanese", []string{"がき", "か\u3099き"}}, {"half widths", []string{"ｶﾞ", "ガ"}},
		{"several words", []string{"Gehackte Tomaten", "gehackte tomate"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, other := range tt.same {
				if !fold.Same(tt.same[0], other) {
					t.Errorf("%q is %q, %q is %q", tt.same[0], fold.Key(tt.same[0]), other, fold.Key(other))
				}
			}
		})
	}
}

func TestWhatIsNotTheSame(t *testing.T) {
	for _, pair := range [][2]string{
		{"Ei", "Eis"}, {"Butter", "Butt"}, {"nut", "nuss"}, {"Milch", "Milchreis"}, {"🍎", "🍏"}, {"milk", ""}, {"Tee", "Te a"}, {"7up", "8up"},
		{"かき", "がき"}, {"ข้าว", "ขาว"}, {"?", "!"}, {"Soja", "Soja Milch"}, {"A", "B"}, {"glass", "gla"}, {"Reis", "Eis"}, {"Mehl Type 405", "Mehl Type 550"},
		{"oil", "boil"}, {"pea", "pear"}, {"pear", "pearl"}, {"corn", "core"},
	} {
		if fold.Same(pair[0], pair[1]) {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], fold.Key(pair[0]))
		}
	}
}

func TestKeyOfNothing(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "  ": "", "\u200b\ufeff": "", "'": "", "???": "???", "? !": "? !", "\t+\n+": "+ +", "A": "a", "\xff": "\ufffd", "a\xffb": "a\ufffdb", "\x00": "",
	} {
		if got := fold.Key(text); got != want {
			t.Errorf("Key(%q) = %q, want %q", text, got, want)
		}
	}
	long := strings.Repeat("Nüsse ", 100_000)
	if got := fold.Key(long); got != strings.TrimSpace(strings.Repeat("nuss ", 100_000)) {
		t.Errorf("a long text has a key of %d bytes", len(got))
	}
}

// A key is its own key, text of one encoding, and the case it was written in makes no difference.
func FuzzKey(f *testing.F) {
	for _, seed := range []string{
		"Nüsse", "İı", "ẞß", "\u0345", "ﬁﬃ", "ΐ", "𝒜", "ǅ", "Crème", "🍎\u200d🍏", "\xff\xfe", "ae\u0308e", "ʼn", "ｶﾞ", "한국", "ᾼ", "™®", "ﷺ", "a" + strings.Repeat("\u0301", 40) + "e",
		"essen", "eee", "nnn", "sss", "yyys", "o'e", "glasern", "AUEn",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key := fold.Key(text)
		if !utf8.ValidString(key) || strings.TrimSpace(key) != key || strings.Contains(key, "  ") {
			t.Errorf("Key(%q) = %q", text, key)
		}
		if again := fold.Key(key); again != key {
			t.Errorf("Key(%q) = %q, and of that %q", text, key, again)
		}
		if len(text) < 1000 && utf8.ValidString(text) && fold.Key(strings.ToLower(text)) != key {
			t.Errorf("Key(%q) = %q, in lower case %q", text, key, fold.Key(strings.ToLower(text)))
		}
	})
}
