package parse_test

import (
	"slices"
	"strings"
	"testing"

	"pantrie/app/pantry/parse"
)

func TestLookupUnit(t *testing.T) {
	for want, spellings := range map[parse.Unit][]string{
		parse.Gram:       {"g", "G", "gr.", "gram", "Grams", "Gramm", "g.", "ｇ"},
		parse.Kilogram:   {"kg", "KG", "Kilo", "kilos", "Kilogramm", "kilogram", "㎏"},
		parse.Milligram:  {"mg"},
		parse.Decagram:   {"dag", "Deka", "dkg"},
		parse.Pfund:      {"Pfund", "pfd."},
		parse.Millilitre: {"ml", "mL", "Milliliter", "millilitres"},
		parse.Centilitre: {"cl"}, parse.Decilitre: {"dl", "Deziliter"},
		parse.Litre: {"l", "L", "Liter", "litre", "Litres", "ltr.", "ℓ"},
		parse.Ounce: {"oz", "ounces", "Unze"}, parse.Pound: {"lb", "lbs.", "pounds"}, parse.FluidOunce: {"fl oz", "fl. oz.", "fluid  ounces"},
		parse.Piece:  {"piece", "pieces", "pcs", "pc.", "ea", "Stück", "STÜCK", "Stk.", "Stueck", "Stu\u0308cke", "st"},
		parse.Dozen:  {"dozen", "Dutzend"},
		parse.Pack:   {"pack", "packs", "packet", "package", "Packung", "Packungen", "Pck.", "Pkt", "Päckchen", "Paket"},
		parse.Can:    {"can", "cans", "tin", "Dose", "Dosen", "Büchse", "Konserven"},
		parse.Bottle: {"bottle", "Bottles", "Flasche", "Flaschen", "Fl."},
		parse.Bag:    {"bag", "bags", "Beutel", "Tüte", "Tueten", "sack"},
		parse.Jar:    {"jar", "jars", "Glas", "Gläser", "GLAESER"},
		parse.Bunch:  {"bunch", "bunches", "Bund", "Bd."},
		parse.Box:    {"box", "boxes", "carton", "Karton", "Schachtel", "Kiste"}, parse.Crate: {"crate", "Kasten"},
		parse.Cup: {"cup", "Becher"}, parse.Tube: {"tube", "Tuben"}, parse.Bar: {"bar", "Tafel", "Riegel"}, parse.Slice: {"slices", "Scheiben"},
		parse.Loaf: {"loaf", "loaves", "Laib"}, parse.Net: {"net", "Netz"}, parse.Roll: {"roll", "Rollen"}, parse.Portion: {"portion", "Portionen"},
		parse.Clove: {"clove", "Zehen"}, parse.Head: {"head", "Kopf", "Köpfe"},
	} {
		for _, text := range spellings {
			if got, known := parse.LookupUnit(text); got != want || !known {
				t.Errorf("LookupUnit(%q) = %q, %v; want %q", text, got, known, want)
			}
		}
	}
	for _, text := range []string{"", ".", "milk", "k g", "kg kg", "2", "up", "stiege", "\xff", strings.Repeat("g", 5000), strings.Repeat("🍎", 2000)} {
		if got, known := parse.LookupUnit(text); known || got != "" {
			t.Errorf("LookupUnit(%q) = %q, %v", text, got, known)
		}
	}
	for _, u := range parse.Units() {
		if got, _ := parse.LookupUnit(string(u)); got != u {
			t.Errorf("%q is found as %q", u, got)
		}
		if u.Base().Base() != u.Base() || !slices.Contains(parse.Units(), u.Base()) {
			t.Errorf("the base of %q is %q", u, u.Base())
		}
	}
}

func TestReadUnit(t *testing.T) {
	for _, tt := range []struct {
		text string
		want parse.Unit
		code string
	}{
		{text: "Kilo", want: parse.Kilogram}, {text: " Stiege ", want: "Stiege"}, {text: "Pu\u0308ckler", want: "Pückler"}, {text: "6er-Tray", code: parse.UnitInvalid},
		{text: "große  Kiste", want: "große Kiste"}, {text: "علبة", want: "علبة"}, {text: "", code: "required"}, {text: " \t", code: "required"},
		{text: "...", code: parse.UnitInvalid}, {text: "a\x00", code: parse.UnitInvalid}, {text: "🍎", code: parse.UnitInvalid}, {text: "=cmd()", code: parse.UnitInvalid},
		{text: strings.Repeat("ü", 32), want: parse.Unit(strings.Repeat("ü", 32))}, {text: strings.Repeat("ü", 33), code: parse.UnitInvalid},
	} {
		got, err := parse.ReadUnit(tt.text)
		if got != tt.want || codeOf(err) != tt.code {
			t.Errorf("ReadUnit(%q) = %q, %q; want %q, %q", tt.text, got, codeOf(err), tt.want, tt.code)
		}
	}
}

func TestConvert(t *testing.T) {
	eggs := []parse.Conversion{{"pack", 6}}
	tomatoes := []parse.Conversion{{"can", 400}, {"box", 4800}, {"Stiege", 2400}, {"oz", 28}, {"lb", 454}}
	broken := []parse.Conversion{{"pack", 0}, {"kg", 2}, {"", 5}, {"can", parse.MaxFactor + 1}}
	for _, tt := range []struct {
		name        string
		amount      parse.Amount
		unit, base  parse.Unit
		conversions []parse.Conversion
		want        parse.Amount
		code        string
	}{
		{name: "kilograms", amount: 1500, unit: "kg", base: "g", want: 1_500_000},
		{name: "kilograms of what is kept in kilograms", amount: 1500, unit: "kg", base: "kg", want: 1_500_000},
		{name: "litres", amount: 330, unit: "l", base: "ml", want: 330_000},
		{name: "milligrams", amount: 500_000, unit: "mg", base: "g", want: 500},
		{name: "milligrams that do not come out even", amount: 500, unit: "mg", base: "g", code: parse.AmountNotExact},
		{name: "a Pfund", amount: 1000, unit: parse.Pfund, base: "g", want: 500_000},
		{name: "pounds", amount: 1500, unit: "lb", base: "oz", want: 24_000},
		{name: "no unit", amount: 1500, base: "kg", want: 1500},
		{name: "no unit at all", amount: 1500, want: 1500},
		{name: "a dozen", amount: 1000, unit: "dozen", base: "piece", want: 12_000},
		{name: "half a pack", amount: 500, unit: "pack", base: "piece", conversions: eggs, want: 3000},
		{name: "a pack of a size not known", amount: 1000, unit: "pack", base: "piece", code: parse.UnitMismatch},
		{name: "a can of grams", amount: 2000, unit: "can", base: "g", conversions: tomatoes, want: 800_000},
		{name: "a unit of the household's own", amount: 1000, unit: "stiegen", base: "g", conversions: tomatoes, want: 2_400_000},
		{name: "a conversion of the unit itself", amount: 1000, unit: "lb", base: "g", conversions: tomatoes, want: 454_000},
		{name: "a conversion of the unit's base", amount: 1000, unit: "lb", base: "g", conversions: tomatoes[:4], want: 448_000},
		{name: "grams of litres", amount: 1000, unit: "g", base: "l", code: parse.UnitMismatch},
		{name: "ounces of grams", amount: 1000, unit: "oz", base: "g", code: parse.UnitMismatch},
		{name: "conversions that say nothing", amount: 1000, unit: "pack", base: "g", conversions: broken, code: parse.UnitMismatch},
		{name: "a kilogram beside a conversion that contradicts it", amount: 1000, unit: "kg", base: "g", conversions: broken, want: 1_000_000},
		{name: "a negative change", amount: -1000, unit: "kg", base: "g", want: -1_000_000},
		{name: "the most", amount: parse.MaxAmount / 1000, unit: "kg", base: "g", want: parse.MaxAmount},
		{name: "more than the most", amount: parse.MaxAmount, unit: "kg", base: "g", code: parse.AmountTooLarge},
		{name: "far more than the most", amount: parse.MaxAmount, unit: "dozen", base: "crumb", conversions: []parse.Conversion{{"piece", parse.MaxFactor}}, code: parse.AmountTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parse.Convert(tt.amount, tt.unit, tt.base, tt.conversions)
			if got != tt.want || codeOf(err) != tt.code {
				t.Errorf("got %d, %q; want %d, %q", got, codeOf(err), tt.want, tt.code)
			}
		})
	}
}

func TestConversionsAreChecked(t *testing.T) {
	for _, tt := range []struct {
		c    parse.Conversion
		base parse.Unit
		code string
	}{
		{parse.Conversion{Unit: "pack", Factor: 6}, "piece", ""}, {parse.Conversion{Unit: "can", Factor: parse.MaxFactor}, "g", ""}, {parse.Conversion{Unit: "g", Factor: 2}, "ml", ""},
		{parse.Conversion{Unit: "pack", Factor: 1}, "piece", parse.FactorInvalid}, {parse.Conversion{Unit: "pack", Factor: -6}, "piece", parse.FactorInvalid},
		{parse.Conversion{Unit: "pack", Factor: parse.MaxFactor + 1}, "piece", parse.FactorInvalid},
		{parse.Conversion{Unit: "kg", Factor: 900}, "g", parse.UnitMismatch}, {parse.Conversion{Unit: "g", Factor: 900}, "kg", parse.UnitMismatch},
		{parse.Conversion{Unit: "dozen", Factor: 10}, "piece", parse.UnitMismatch}, {parse.Conversion{Unit: "Stiegen", Factor: 10}, "stiege", parse.UnitMismatch},
		{parse.Conversion{Factor: 6}, "piece", "required"}, {parse.Conversion{Unit: "pack", Factor: 6}, "", "required"},
	} {
		if got := codeOf(tt.c.Check(tt.base)); got != tt.code {
			t.Errorf("%+v of %q: %q, want %q", tt.c, tt.base, got, tt.code)
		}
	}
}

func TestDisplay(t *testing.T) {
	eggs := []parse.Conversion{{"pack", 6}, {"box", 60}}
	for _, tt := range []struct {
		amount      parse.Amount
		base        parse.Unit
		conversions []parse.Conversion
		want        string
	}{
		{1_500_000, "g", nil, "1.5 kg"}, {1_000_000, "g", nil, "1 kg"}, {999_000, "g", nil, "999 g"}, {1_234_000, "g", nil, "1234 g"}, {1_250_000, "g", nil, "1.25 kg"},
		{1_500_500, "g", nil, "1500.5 g"}, {0, "g", nil, "0 g"}, {-1_500_000, "g", nil, "-1.5 kg"}, {1_500_000, "kg", nil, "1.5 kg"}, {330_000, "ml", nil, "330 ml"}, {2_000_000, "ml", nil, "2 l"},
		{24_000, "oz", nil, "1.5 lb"}, {25_000, "oz", nil, "25 oz"}, {12_000, "piece", nil, "12 piece"}, {1500, "", nil, "1.5"},
		{12_000, "piece", eggs, "2 pack"}, {9000, "piece", eggs, "9 piece"}, {3000, "piece", eggs, "3 piece"}, {60_000, "piece", eggs, "1 box"}, {66_000, "piece", eggs, "11 pack"}, {0, "piece", eggs, "0 piece"},
		{1_200_000, "g", []parse.Conversion{{"can", 400}}, "3 can"}, {1_300_000, "g", []parse.Conversion{{"can", 400}}, "1.3 kg"}, {12_000, "piece", []parse.Conversion{{"pack", 0}, {"dozen", 6}}, "12 piece"},
	} {
		got := parse.Display(tt.amount, tt.base, tt.conversions)
		if got.String() != tt.want {
			t.Errorf("%d %s is shown as %q, want %q", tt.amount, tt.base, got, tt.want)
		}
		if back, err := parse.Convert(got.Amount, got.Unit, tt.base, tt.conversions); err != nil || back != tt.amount {
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
	f.Add(int64(parse.MaxAmount), "", "", int64(0))
	f.Fuzz(func(t *testing.T, amount int64, base, unit string, factor int64) {
		a := parse.Amount(amount)
		if a > parse.MaxAmount || a < -parse.MaxAmount {
			return
		}
		conversions := []parse.Conversion{{parse.Unit(unit), factor}}
		got := parse.Display(a, parse.Unit(base), conversions)
		if back, err := parse.Convert(got.Amount, got.Unit, parse.Unit(base), conversions); err != nil || back != a {
			t.Errorf("%d %q is shown as %q, which is %d, %v", a, base, got, back, err)
		}
	})
}

// A unit that is accepted is its own spelling.
func FuzzReadUnit(f *testing.F) {
	for _, seed := range []string{"kg", "Stück", "Stiege", "große Kiste", "fl. oz.", "\xff", "a\u0301.", "...", "㎏"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := parse.ReadUnit(text)
		if codeOf(err) == "?" {
			t.Errorf("ReadUnit(%q): %v", text, err)
		}
		if again, err2 := parse.ReadUnit(string(u)); err == nil && (err2 != nil || again != u) {
			t.Errorf("ReadUnit(%q) = %q, and of that %q, %v", text, u, again, err2)
		}
	})
}
