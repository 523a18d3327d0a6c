package parse_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pantrie/app/pantry/parse"
)

// codeOf is the code of a problem: "" without one, "?" for an error that is none or that a person
// could not read.
func codeOf(err error) string {
	var p *parse.Problem
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &p), p.Message == "", !slices.Contains(parse.Codes(), p.Code):
		return "?"
	}
	return p.Code
}

func TestReadAmount(t *testing.T) {
	for _, tt := range []struct {
		text string
		want parse.Amount
		code string
	}{
		{text: "2", want: 2000}, {text: " 2 ", want: 2000}, {text: "0", want: 0}, {text: "002", want: 2000},
		{text: "1,5", want: 1500}, {text: "1.5", want: 1500}, {text: "0,125", want: 125}, {text: "0.125", want: 125}, {text: "1,25", want: 1250},
		{text: "01.500", want: 1500}, {text: ",5", want: 500}, {text: ".5", want: 500}, {text: "1.2340", want: 1234}, {text: "2,50000", want: 2500},
		{text: "½", want: 500}, {text: "1½", want: 1500}, {text: "1 ½", want: 1500}, {text: "¾", want: 750}, {text: "⅛", want: 125}, {text: "2⅕", want: 2200},
		{text: "1/4", want: 250}, {text: "1 1/2", want: 1500}, {text: "1 / 4", want: 250}, {text: "3/2", want: 1500}, {text: "2 3⁄4", want: 2750}, {text: "0/5", want: 0},
		{text: "٢", want: 2000}, {text: "١٫٥", want: 1500}, {text: "۱۲", want: 12000}, {text: "２", want: 2000}, {text: "１．５", want: 1500}, {text: "१/२", want: 500},
		{text: "\u200f٢\u200e", want: 2000}, {text: "1 000", want: 1000000}, {text: "1\u202f000", want: 1000000}, {text: "12'000", want: 12000000}, {text: "1’000", want: 1000000},
		{text: "1.234.567", want: 1234567000}, {text: "1,234,567", want: 1234567000}, {text: "1.234,5", want: 1234500}, {text: "1,234.567", want: 1234567},
		{text: "1 000,5", want: 1000500}, {text: "1٬234٫5", want: 1234500}, {text: "1234.567", want: 1234567}, {text: "1000000000", want: parse.MaxAmount},
		{text: "1.000.000.000", want: parse.MaxAmount},

		{text: "1.234", code: parse.AmountAmbiguous}, {text: "1,000", code: parse.AmountAmbiguous}, {text: "12.500", code: parse.AmountAmbiguous},
		{text: "⅓", code: parse.AmountNotExact}, {text: "1/3", code: parse.AmountNotExact}, {text: "2⅔", code: parse.AmountNotExact}, {text: "0.0005", code: parse.AmountNotExact},
		{text: "1/1000", want: 1}, {text: "1/2000", code: parse.AmountNotExact},
		{text: "-1", code: parse.AmountNegative}, {text: "−1,5", code: parse.AmountNegative}, {text: "-½", code: parse.AmountNegative}, {text: "- 2", code: parse.AmountNegative},
		{text: "1000000000.001", code: parse.AmountTooLarge}, {text: "1000000001", code: parse.AmountTooLarge}, {text: "99999999999999999999999", code: parse.AmountTooLarge},
		{text: "1000000000 1/2", code: parse.AmountTooLarge}, {text: "999999999/1", want: 999999999000}, {text: "9999999999/1", code: parse.AmountInvalid},
		{text: "", code: "required"}, {text: " \u200b", code: "required"},
		{text: "two", code: parse.AmountInvalid}, {text: "1e3", code: parse.AmountInvalid}, {text: "0x10", code: parse.AmountInvalid}, {text: "+2", code: parse.AmountInvalid},
		{text: "2.", code: parse.AmountInvalid}, {text: "2,", code: parse.AmountInvalid}, {text: ".", code: parse.AmountInvalid}, {text: "-", code: parse.AmountInvalid},
		{text: "--1", code: parse.AmountInvalid}, {text: "1.2.3", code: parse.AmountInvalid}, {text: "1,23,456", code: parse.AmountInvalid}, {text: "1.234.56", code: parse.AmountInvalid},
		{text: "1 2", code: parse.AmountInvalid}, {text: "1'00", code: parse.AmountInvalid}, {text: "1,5.5", code: parse.AmountInvalid}, {text: "1..5", code: parse.AmountInvalid},
		{text: "1/0", code: parse.AmountInvalid}, {text: "1/2/3", code: parse.AmountInvalid}, {text: "1 3/2", code: parse.AmountInvalid}, {text: "½ 1", code: parse.AmountInvalid},
		{text: "½½", code: parse.AmountInvalid}, {text: "1.5 1/2", code: parse.AmountInvalid}, {text: "/2", code: parse.AmountInvalid}, {text: "1/", code: parse.AmountInvalid},
		{text: "1.5/2", code: parse.AmountInvalid}, {text: "∞", code: parse.AmountInvalid}, {text: "²", code: parse.AmountInvalid}, {text: "1\x00", code: parse.AmountInvalid},
		{text: "\xff1", code: parse.AmountInvalid}, {text: strings.Repeat("0", 5000), code: parse.AmountInvalid},
	} {
		got, err := parse.ReadAmount(tt.text)
		if got != tt.want || codeOf(err) != tt.code {
			t.Errorf("ReadAmount(%q) = %d, %q; want %d, %q", tt.text, got, codeOf(err), tt.want, tt.code)
		}
	}
}

func TestReadAmountWhereTheSeparatorIsKnown(t *testing.T) {
	for _, tt := range []struct {
		text    string
		decimal rune
		want    parse.Amount
		code    string
	}{
		{"1.234", '.', 1234, ""}, {"1,234", ',', 1234, ""}, {"1.5", ',', 1500, ""}, {"1,5", '.', 1500, ""},
		{"1.234", ',', 0, parse.AmountAmbiguous}, {"1,234", '.', 0, parse.AmountAmbiguous}, {"1.234,5", '.', 1234500, ""},
	} {
		got, err := parse.ReadAmountWith(tt.text, tt.decimal)
		if got != tt.want || codeOf(err) != tt.code {
			t.Errorf("ReadAmountWith(%q, %q) = %d, %q; want %d, %q", tt.text, tt.decimal, got, codeOf(err), tt.want, tt.code)
		}
	}
}

func TestAmountAsText(t *testing.T) {
	for amount, want := range map[parse.Amount]string{
		0: "0", 1: "0.001", 10: "0.01", 500: "0.5", 1000: "1", 1500: "1.5", 1234: "1.234", 12000: "12", -1: "-0.001", -1500: "-1.5",
		parse.MaxAmount: "1000000000", math.MinInt64: "-9223372036854775.808", math.MaxInt64: "9223372036854775.807",
	} {
		if got := amount.String(); got != want {
			t.Errorf("%d is written %q, want %q", int64(amount), got, want)
		}
	}
	for _, bad := range []string{"", "-", "1,5", "1.", ".5", "1.2345", "+1", " 1", "1e3", "1.5.5", "--1", "1000000000.001", "½"} {
		if got, err := parse.ReadDecimal(bad); err == nil {
			t.Errorf("ReadDecimal(%q) = %s", bad, got)
		}
	}
	type row struct{ Amount parse.Amount }
	encoded, err := json.Marshal(row{-1250})
	if err != nil || string(encoded) != `{"Amount":"-1.25"}` {
		t.Errorf("as JSON: %s, %v", encoded, err)
	}
	var back row
	if err := json.Unmarshal(encoded, &back); err != nil || back.Amount != -1250 {
		t.Errorf("from JSON: %v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"Amount":"1,25"}`), &back); err == nil || back.Amount != -1250 {
		t.Errorf("a comma in JSON is accepted: %v", back)
	}
}

func TestAmountsNeverOverflow(t *testing.T) {
	most := parse.MaxAmount
	for _, tt := range []struct {
		name string
		do   func() (parse.Amount, error)
		want parse.Amount
		bad  bool
	}{
		{name: "a sum", do: func() (parse.Amount, error) { return parse.Amount(1500).Add(-500) }, want: 1000},
		{name: "a sum at the most", do: func() (parse.Amount, error) { return (most - 1).Add(1) }, want: most},
		{name: "a sum above the most", do: func() (parse.Amount, error) { return most.Add(1) }, bad: true},
		{name: "a sum below the least", do: func() (parse.Amount, error) { return (-most).Add(-1) }, bad: true},
		{name: "a sum that would wrap", do: func() (parse.Amount, error) { return parse.Amount(math.MaxInt64).Add(math.MaxInt64) }, bad: true},
		{name: "a product", do: func() (parse.Amount, error) { return parse.Amount(1500).Mul(6) }, want: 9000},
		{name: "a product with nothing", do: func() (parse.Amount, error) { return most.Mul(0) }},
		{name: "a negative product", do: func() (parse.Amount, error) { return parse.Amount(1500).Mul(-2) }, want: -3000},
		{name: "a product above the most", do: func() (parse.Amount, error) { return most.Mul(2) }, bad: true},
		{name: "a product that would wrap", do: func() (parse.Amount, error) { return most.Mul(int64(most)) }, bad: true},
		{name: "a factor beyond everything", do: func() (parse.Amount, error) { return parse.Amount(1).Mul(math.MinInt64) }, bad: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.do()
			if got != tt.want || (codeOf(err) == parse.AmountTooLarge) != tt.bad || (err != nil) != tt.bad {
				t.Errorf("got %d, %v", got, err)
			}
		})
	}
}

// What is accepted lies in the range, and its own text means the same.
func FuzzReadAmount(f *testing.F) {
	for _, seed := range []string{"2", "1,5", "1½", "1 1/2", "1/4", "1.234", "1.234.567,8", "٢", "-1", "½½", "99999999999", "1/ 2", "\xff", "1 000", "⅓"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parse.ReadAmount(text)
		if codeOf(err) == "?" {
			t.Errorf("ReadAmount(%q): %v", text, err)
		}
		if err != nil {
			return
		}
		if got < 0 || got > parse.MaxAmount {
			t.Errorf("ReadAmount(%q) = %d", text, got)
		}
		if back, err := parse.ReadDecimal(got.String()); err != nil || back != got {
			t.Errorf("%q is %d, written %q, and of that %d, %v", text, got, got, back, err)
		}
		if again, err := parse.ReadAmountWith(got.String(), '.'); err != nil || again != got {
			t.Errorf("%q is %d, written %q, and typed again %d, %v", text, got, got, again, err)
		}
	})
}
