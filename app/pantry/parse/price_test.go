package parse_test

import (
	"testing"

	"pantrie/app/pantry/parse"
)

func TestPrices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		decimal  rune
		decimals int
		want     int64 // -1: refused
		written  string
	}{
		{"1.99", 0, 2, 199, "1.99"},
		{"1,99", 0, 2, 199, "1.99"},
		{"1.9", 0, 2, 190, "1.90"},
		{"2", 0, 2, 200, "2.00"},
		{"0", 0, 2, 0, "0.00"},
		{"0.05", 0, 2, 5, "0.05"},
		{"1.995", '.', 2, -1, ""},
		{"-1", 0, 2, -1, ""},
		{"cheap", 0, 2, -1, ""},
		{"", 0, 2, -1, ""},
		{"350", 0, 0, 350, "350"},
		{"350.5", 0, 0, -1, ""},
		{"1.250", '.', 3, 1250, "1.250"},
		{"1.25", 0, 3, 1250, "1.250"},
		{"12.5", 0, 1, 125, "12.5"},
		{"1,234.50", 0, 2, 123450, "1234.50"},
		{"1.234,50", 0, 2, 123450, "1234.50"},
	} {
		got, err := parse.ReadPrice(c.text, c.decimal, c.decimals)
		if c.want < 0 {
			if err == nil {
				t.Errorf("%q with %d decimals: %d, want none", c.text, c.decimals, got)
			}
			continue
		}
		if written := parse.PriceText(got, c.decimals); err != nil || got != c.want || written != c.written {
			t.Errorf("%q with %d decimals: %d, %v, written %q, want %d, %q", c.text, c.decimals, got, err, written, c.want, c.written)
		}
	}
}
