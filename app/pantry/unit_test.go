package pantry_test

import (
	"slices"
	"strings"
	"testing"

	"pantrie/app/pantry"
)

func TestLookupUnit(t *testing.T) {
	for want, spellings := range map[pantry.Unit][]string{
		pantry.Gram:       {"g", "G", "gr.", "gram", "Grams", "Gramm", "g.", "ｇ"},
		pantry.Kilogram:   {"kg", "KG", "Kilo", "kilos", "Kilogramm", "kilogram", "㎏"},
		pantry.Milligram:  {"mg"},
		pantry.Decagram:   {"dag", "Deka", "dkg"},
		pantry.Pfund:      {"Pfund", "pfd."},
		pantry.Millilitre: {"ml", "mL", "Milliliter", "millilitres"},
		pantry.Centilitre: {"cl"}, pantry.Decilitre: {"dl", "Deziliter"},
		pantry.Litre: {"l", "L", "Liter", "litre", "Litres", "ltr.", "ℓ"},
		pantry.Ounce: {"oz", "ounces", "Unze"}, pantry.Pound: {"lb", "lbs.", "pounds"}, pantry.FluidOunce: {"fl oz", "fl. oz.", "fluid  ounces"},
		pantry.Piece:  {"piece", "pieces", "pcs", "pc.", "ea", "Stück", "STÜCK", "Stk.", "Stueck", "Stu\u0308cke", "st"},
		pantry.Dozen:  {"dozen", "Dutzend"},
		pantry.Pack:   {"pack", "packs", "packet", "package", "Packung", "Packungen", "Pck.", "Pkt", "Päckchen", "Paket"},
		pantry.Can:    {"can", "cans", "tin", "Dose", "Dosen", "Büchse", "Konserven"},
		pantry.Bottle: {"bottle", "Bottles", "Flasche", "Flaschen", "Fl."},
		pantry.Bag:    {"bag", "bags", "Beutel", "Tüte", "Tueten", "sack"},
		pantry.Jar:    {"jar", "jars", "Glas", "Gläser", "GLAESER"},
		pantry.Bunch:  {"bunch", "bunches", "Bund", "Bd."},
		pantry.Box:    {"box", "boxes", "carton", "Karton", "Schachtel", "Kiste"}, pantry.Crate: {"crate", "Kasten"},
		pantry.Cup: {"cup", "Becher"}, pantry.Tube: {"tube", "Tuben"}, pantry.Bar: {"bar", "Tafel", "Riegel"}, pantry.Slice: {"slices", "Scheiben"},
		pantry.Loaf: {"loaf", "loaves", "Laib"}, pantry.Net: {"net", "Netz"}, pantry.Roll: {"roll", "Rollen"}, pantry.Portion: {"portion", "Portionen"},
		pantry.Clove: {"clove", "Zehen"}, pantry.Head: {"head", "Kopf", "Köpfe"},
	} {
		for _, text := range spellings {
			if got, known := pantry.LookupUnit(text); got != want || !known {
				t.Errorf("LookupUnit(%q) = %q, %v; want %q", text, got, known, want)
			}
		}
	}
	for _, text := range []string{"", ".", "milk", "k g", "kg kg", "2", "up", "stiege", "\xff", strings.Repeat("g", 5000), strings.Repeat("🍎", 2000)} {
		if got, known := pantry.LookupUnit(text); known || got != "" {
			t.Errorf("LookupUnit(%q) = %q, %v", text, got, known)
		}
	}
	for _, u := range pantry.Units() {
		if got, _ := pantry.LookupUnit(string(u)); got != u {
			t.Errorf("%q is found as %q", u, got)
		}
		if u.Base().Base() != u.Base() || !slices.Contains(pantry.Units(), u.Base()) {
			t.Errorf("the base of %q is %q", u, u.Base())
		}
	}
}

func TestParseUnit(t *testing.T) {
	for _, tt := range []struct {
		text string
		want pantry.Unit
		code string
	}{
		{text: "Kilo", want: pantry.Kilogram}, {text: " Stiege ", want: "Stiege"}, {text: "Pu\u0308ckler", want: "Pückler"}, {text: "6er-Tray", code: pantry.UnitInvalid},
		{text: "große  Kiste", want: "große Kiste"}, {text: "علبة", want: "علبة"}, {text: "", code: "required"}, {text: " \t", code: "required"},
		{text: "...", code: pantry.UnitInvalid}, {text: "a\x00", code: pantry.UnitInvalid}, {text: "🍎", code: pantry.UnitInvalid}, {text: "=cmd()", code: pantry.UnitInvalid},
		{text: strings.Repeat("ü", 32), want: pantry.Unit(strings.Repeat("ü", 32))}, {text: strings.Repeat("ü", 33), code: pantry.UnitInvalid},
	} {
		got, err := pantry.ParseUnit(tt.text)
		if got != tt.want || codeOf(err) != tt.code {
			t.Errorf("ParseUnit(%q) = %q, %q; want %q, %q", tt.text, got, codeOf(err), tt.want, tt.code)
		}
	}
}

func TestConvert(t *testing.T) {
	eggs := []pantry.Conversion{{"pack", 6}}
	tomatoes := []pantry.Conversion{{"can", 400}, {"box", 4800}, {"Stiege", 2400}, {"oz", 28}, {"lb", 454}}
	broken := []pantry.Conversion{{"pack", 0}, {"kg", 2}, {"", 5}, {"can", pantry.MaxFactor + 1}}
	for _, tt := range []struct {
		name        string
		amount      pantry.Amount
		unit, base  pantry.Unit
		conversions []pantry.Conversion
		want        pantry.Amount
		code        string
	}{
		{name: "kilograms", amount: 1500, unit: "kg", base: "g", want: 1_500_000},
		{name: "kilograms of what is kept in kilograms", amount: 1500, unit: "kg", base: "kg", want: 1_500_000},
		{name: "litres", amount: 330, unit: "l", base: "ml", want: 330_000},
		{name: "milligrams", amount: 500_000, unit: "mg", base: "g", want: 500},
		{name: "milligrams that do not come out even", amount: 500, unit: "mg", base: "g", code: pantry.AmountNotExact},
		{name: "a Pfund", amount: 1000, unit: pantry.Pfund, base: "g", want: 500_000},
		{name: "pounds", amount: 1500, unit: "lb", base: "oz", want: 24_000},
		{name: "no unit", amount: 1500, base: "kg", want: 1500},
		{name: "no unit at all", amount: 1500, want: 1500},
		{name: "a dozen", amount: 1000, unit: "dozen", base: "piece", want: 12_000},
		{name: "half a pack", amount: 500, unit: "pack", base: "piece", conversions: eggs, want: 3000},
		{name: "a pack of a size not known", amount: 1000, unit: "pack", base: "piece", code: pantry.UnitMismatch},
		{name: "a can of grams", amount: 2000, unit: "can", base: "g", conversions: tomatoes, want: 800_000},
		{name: "a unit of the household's own", amount: 1000, unit: "stiegen", base: "g", conversions: tomatoes, want: 2_400_000},
		{name: "a conversion of the unit itself", amount: 1000, unit: "lb", base: "g", conversions: tomatoes, want: 454_000},
		{name: "a conversion of the unit's base", amount: 1000, unit: "lb", base: "g", conversions: tomatoes[:4], want: 448_000},
		{name: "grams of litres", amount: 1000, unit: "g", base: "l", code: pantry.UnitMismatch},
		{name: "ounces of grams", amount: 1000, unit: "oz", base: "g", code: pantry.UnitMismatch},
		{name: "conversions that say nothing", amount: 1000, unit: "pack", base: "g", conversions: broken, code: pantry.UnitMismatch},
		{name: "a kilogram beside a conversion that contradicts it", amount: 1000, unit: "kg", base: "g", conversions: broken, want: 1_000_000},
		{name: "a negative change", amount: -1000, unit: "kg", base: "g", want: -1_000_000},
		{name: "the most", amount: pantry.MaxAmount / 1000, unit: "kg", base: "g", want: pantry.MaxAmount},
		{name: "more than the most", amount: pantry.MaxAmount, unit: "kg", base: "g", code: pantry.AmountTooLarge},
		{name: "far more than the most", amount: pantry.MaxAmount, unit: "dozen", base: "crumb", conversions: []pantry.Conversion{{"piece", pantry.MaxFactor}}, code: pantry.AmountTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := pantry.Convert(tt.amount, tt.unit, tt.base, tt.conversions)
			if got != tt.want || codeOf(err) != tt.code {
				t.Errorf("got %d, %q; want %d, %q", got, codeOf(err), tt.want, tt.code)
			}
		})
	}
}

func TestConversionsAreChecked(t *testing.T) {
	for _, tt := range []struct {
		c    pantry.Conversion
		base pantry.Unit
		code string
	}{
		{pantry.Conversion{Unit: "pack", Factor: 6}, "piece", ""}, {pantry.Conversion{Unit: "can", Factor: pantry.MaxFactor}, "g", ""}, {pantry.Conversion{Unit: "g", Factor: 2}, "ml", ""},
		{pantry.Conversion{Unit: "pack", Factor: 1}, "piece", pantry.FactorInvalid}, {pantry.Conversion{Unit: "pack", Factor: -6}, "piece", pantry.FactorInvalid},
		{pantry.Conversion{Unit: "pack", Factor: pantry.MaxFactor + 1}, "piece", pantry.FactorInvalid},
		{pantry.Conversion{Unit: "kg", Factor: 900}, "g", pantry.UnitMismatch}, {pantry.Conversion{Unit: "g", Factor: 900}, "kg", pantry.UnitMismatch},
		{pantry.Conversion{Unit: "dozen", Factor: 10}, "piece", pantry.UnitMismatch}, {pantry.Conversion{Unit: "Stiegen", Factor: 10}, "stiege", pantry.UnitMismatch},
		{pantry.Conversion{Factor: 6}, "piece", "required"}, {pantry.Conversion{Unit: "pack", Factor: 6}, "", "required"},
	} {
		if got := codeOf(tt.c.Check(tt.base)); got != tt.code {
			t.Errorf("%+v of %q: %q, want %q", tt.c, tt.base, got, tt.code)
		}
	}
}

func TestDisplay(t *testing.T) {
	eggs := []pantry.Conversion{{"pack", 6}, {"box", 60}}
	for _, tt := range []struct {
		amount      pantry.Amount
		base        pantry.Unit
		conversions []pantry.Conversion
		want        string
	}{
		{1_500_000, "g", nil, "1.5 kg"}, {1_000_000, "g", nil, "1 kg"}, {999_000, "g", nil, "999 g"}, {1_234_000, "g", nil, "1234 g"}, {1_250_000, "g", nil, "1.25 kg"},
		{1_500_500, "g", nil, "1500.5 g"}, {0, "g", nil, "0 g"}, {-1_500_000, "g", nil, "-1.5 kg"}, {1_500_000, "kg", nil, "1.5 kg"}, {330_000, "ml", nil, "330 ml"}, {2_000_000, "ml", nil, "2 l"},
		{24_000, "oz", nil, "1.5 lb"}, {25_000, "oz", nil, "25 oz"}, {12_000, "piece", nil, "12 piece"}, {1500, "", nil, "1.5"},
		{12_000, "piece", eggs, "2 pack"}, {9000, "piece", eggs, "9 piece"}, {3000, "piece", eggs, "3 piece"}, {60_000, "piece", eggs, "1 box"}, {66_000, "piece", eggs, "11 pack"}, {0, "piece", eggs, "0 piece"},
		{1_200_000, "g", []pantry.Conversion{{"can", 400}}, "3 can"}, {1_300_000, "g", []pantry.Conversion{{"can", 400}}, "1.3 kg"}, {12_000, "piece", []pantry.Conversion{{"pack", 0}, {"dozen", 6}}, "12 piece"},
	} {
		got := pantry.Display(tt.amount, tt.base, tt.conversions)
		if got.String() != tt.want {
			t.Errorf("%d %s is shown as %q, want %q", tt.amount, tt.base, got, tt.want)
		}
		if back, err := pantry.Convert(got.Amount, got.Unit, tt.base, tt.conversions); err != nil || back != tt.amount {
			t.Errorf("%d %s is shown as %q, which is %d, %v", tt.amount, tt.base, got, back, err)
		}
	}
}

// What is shown is what there is, whatever the product's conversions.
func FuzzDisplay(f *testing.F) {
	f.Add(int64(1_500_000), "g", "can", int64(400))
	f.Add(int64(12_000), "piece", "pack", int64(6))
	f.Add(int64(-1), "kg", "g", int64(2))
	f.Add(int64(24_000), "lb", "oz", int64(28))
	f.Add(int64(pantry.MaxAmount), "", "", int64(0))
	f.Fuzz(func(t *testing.T, amount int64, base, unit string, factor int64) {
		a := pantry.Amount(amount)
		if a > pantry.MaxAmount || a < -pantry.MaxAmount {
			return
		}
		conversions := []pantry.Conversion{{pantry.Unit(unit), factor}}
		got := pantry.Display(a, pantry.Unit(base), conversions)
		if back, err := pantry.Convert(got.Amount, got.Unit, pantry.Unit(base), conversions); err != nil || back != a {
			t.Errorf("%d %q is shown as %q, which is %d, %v", a, base, got, back, err)
		}
	})
}

// A unit that is accepted is its own spelling.
func FuzzParseUnit(f *testing.F) {
	for _, seed := range []string{"kg", "Stück", "Stiege", "große Kiste", "fl. oz.", "\xff", "a\u0301.", "...", "㎏"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := pantry.ParseUnit(text)
		if codeOf(err) == "?" {
			t.Errorf("ParseUnit(%q): %v", text, err)
		}
		if again, err2 := pantry.ParseUnit(string(u)); err == nil && (err2 != nil || again != u) {
			t.Errorf("ParseUnit(%q) = %q, and of that %q, %v", text, u, again, err2)
		}
	})
}
