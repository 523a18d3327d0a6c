package parse_test

import (
	"errors"
	"testing"

	"pantrie/app/pantry/parse"
	"pantrie/auth/fault"
)

func TestReadBarcode(t *testing.T) {
	for _, tt := range []struct {
		name, text, want, why string
	}{
		{"EAN-13", "4012345678901", "4012345678901", ""},
		{"EAN-8", "96385074", "96385074", ""},
		{"UPC-A", "036000291452", "0036000291452", ""},
		{"UPC-A as EAN-13", "0036000291452", "0036000291452", ""},
		{"UPC-A without its zero", "36000291452", "0036000291452", ""},
		{"EAN-8 as a GTIN-14", "00000096385074", "96385074", ""},
		{"a trade unit", "14012345678908", "14012345678908", ""},
		{"UPC-E", "04252614", "0042100005264", ""},
		{"UPC-E written out", "042100005264", "0042100005264", ""},
		{"with spaces", " 4 012345 678901 ", "4012345678901", ""},
		{"with hyphens", "978-3-16-148410-0", "9783161484100", ""},
		{"in other digits", "٤٠١٢٣٤٥٦٧٨٩٠١", "4012345678901", ""},
		{"one's own", "jar-17", "jar-17", ""},
		{"a number too long to be a GTIN", "123456789012345", "123456789012345", ""},
		{"a wrong check digit", "4012345678902", "", parse.BarcodeMisread},
		{"a digit is missing", "401234567890", "", parse.BarcodeMisread},
		{"zeros", "00000000", "", parse.BarcodeMisread},
		{"nothing", " ", "", fault.Required},
		{"no barcode", "4012345678901\x00", "", parse.BarcodeInvalid},
		{"a sentence", "buy milk!", "", parse.BarcodeInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parse.ReadBarcode(tt.text)
			var p *parse.Problem
			if tt.why != "" {
				if !errors.As(err, &p) || p.Code != tt.why {
					t.Errorf("%q, %v; want %s", got, err, tt.why)
				}
				return
			}
			if err != nil || got != tt.want {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
			if again, err := parse.ReadBarcode(got); err != nil || again != got {
				t.Errorf("once more: %q, %v", again, err)
			}
		})
	}
	for code, want := range map[string]bool{"2012345000004": true, "0212345000001": true, "2912345000007": true, "0036000291452": false, "4012345678901": false, "20123451": false} {
		if parse.StoreLocal(code) != want {
			t.Errorf("%s is of one shop: %v", code, !want)
		}
	}
}
