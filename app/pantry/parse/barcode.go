package parse

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"pantrie/auth/fault"
)

// MaxBarcode is the most characters a barcode can have.
const MaxBarcode = 64

// ReadBarcode is the one form of a barcode however it was scanned or typed. Digits alone are a GTIN (GS1
// General Specifications 7.9) and need the right check digit: EAN-8 has 8 of them, EAN-13 and UPC-A have 13,
// with zeros before, and a trade unit's 14. UPC-E is written out, unless it could as well be EAN-8. Anything
// else with a letter in it, or of more digits, is a code of one's own. [fault.Required], [BarcodeInvalid],
// [BarcodeMisread].
func ReadBarcode(text string) (string, error) {
	if len(text) > 4*MaxBarcode {
		return "", Refuse(BarcodeInvalid)
	}
	code := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, NumberText(text))
	if plain := strings.ReplaceAll(code, "-", ""); IsDigits(plain) {
		code = plain
	}
	switch {
	case code == "":
		return "", Refuse(fault.Required)
	case len(code) > MaxBarcode || strings.Trim(strings.ToUpper(code), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.$/+%_") != "":
		return "", Refuse(BarcodeInvalid)
	case !IsDigits(code) || len(strings.TrimLeft(code, "0")) > 14:
		return code, nil
	}
	gtin := strings.TrimLeft(code, "0")
	switch n := len(gtin); {
	case n == 0:
		return "", Refuse(BarcodeMisread)
	case n <= 8:
		gtin = strings.Repeat("0", 8-n) + gtin
	case n <= 13:
		gtin = strings.Repeat("0", 13-n) + gtin
	}
	if checked(gtin) {
		return gtin, nil
	}
	if long := fromUPCE(code); long != "" && checked(long) {
		return long, nil
	}
	return "", Refuse(BarcodeMisread)
}

// LooksScanned says whether a text has the shape of a printed barcode, with a right check digit or a wrong one: eight, or twelve
// to fourteen digits. Such a text is no name.
func LooksScanned(text string) bool {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(NumberText(text))
	return IsDigits(digits) && (len(digits) == 8 || len(digits) > 11 && len(digits) < 15)
}

// CodeAndName splits what was typed for a name into a barcode at its beginning or its end and the rest: "4006381333931 rice".
// Both are empty without a right barcode.
func CodeAndName(text string) (code, name string) {
	words := strings.Fields(text)
	for _, at := range []int{0, len(words) - 1} {
		if at < 0 || at >= len(words) || len(words) < 2 || !LooksScanned(words[at]) {
			continue
		}
		if code, err := ReadBarcode(words[at]); err == nil {
			return code, strings.Join(slices.Delete(slices.Clone(words), at, at+1), " ")
		}
	}
	return "", ""
}

// StoreLocal says whether a barcode as [ReadBarcode] gives it means something in one shop alone: what it
// weighs there by itself, or has in no other.
func StoreLocal(code string) bool {
	return len(code) == 13 && IsDigits(code) && (strings.HasPrefix(code, "02") || code[0] == '2')
}

// checked says whether the last digit is the one that the others make.
func checked(code string) bool {
	sum := 0
	for i := range len(code) {
		weight := 1
		if (len(code)-i)%2 == 0 {
			weight = 3
		}
		sum += int(code[i]-'0') * weight
	}
	return sum%10 == 0
}

// fromUPCE writes eight digits out as the EAN-13 that they are short for, or is empty.
func fromUPCE(code string) string {
	if len(code) != 8 || code[0] > '1' {
		return ""
	}
	d, check := code[1:7], code[7:]
	var body string
	switch last, _ := strconv.Atoi(d[5:]); last {
	case 0, 1, 2:
		body = d[:2] + d[5:] + "0000" + d[2:5]
	case 3:
		body = d[:3] + "00000" + d[3:5]
	case 4:
		body = d[:4] + "00000" + d[4:5]
	default:
		body = d[:5] + "0000" + d[5:]
	}
	return "0" + code[:1] + body + check
}
