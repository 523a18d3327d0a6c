// Package parse reads what people type and print: amounts, units, dates, barcodes, names, and lines of all of these. It is pure:
// nothing in it knows of a database, of HTTP or of the time.
package parse

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pantrie/auth/fault"
	"pantrie/db/fold"
)

// Amount is how much there is of something, in thousandths of its unit: never a float, so that
// using a third of nothing leaves nothing.
type Amount int64

// One is a single unit, MaxAmount the most that is kept: a thousand million units.
const (
	One       Amount = 1000
	MaxAmount Amount = 1_000_000_000 * One
)

// ReadAmount reads what people write: "2", "1,5", "1.5", "½", "1½", "1 1/2", "1/4", in digits
// of any script. Separators of thousands are taken where they cannot be a decimal point: "1 000",
// "1'000", "1.234.567", "1.234,5". "1.234" can be either and is refused with [AmountAmbiguous];
// a leading zero ("0.125") or a first group of more than three digits settles it.
// Other refusals: [AmountInvalid], [AmountNegative], [AmountNotExact], [AmountTooLarge].
func ReadAmount(text string) (Amount, error) { return ReadAmountWith(text, 0) }

// ReadAmountWith is [ReadAmount] where the decimal separator is known, '.' or ',': it settles
// what would be ambiguous. "1,5" is still read where '.' is expected, as nothing else can be meant.
func ReadAmountWith(text string, decimal rune) (Amount, error) {
	a, p := parseAmount(text, decimal)
	if p != nil {
		return 0, p
	}
	return a, nil
}

// ReadDecimal reads what [Amount.String] writes: digits, and a point before at most three more.
// No other spelling is accepted, but a sign is: changes of stock have one.
func ReadDecimal(text string) (Amount, error) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, frac, point := strings.Cut(digits, ".")
	if !IsDigits(whole) || point && (!IsDigits(frac) || len(frac) > 3) {
		return 0, Refuse(AmountInvalid)
	}
	a, p := decimalAmount(whole, frac)
	if p != nil {
		return 0, p
	}
	if negative {
		a = -a
	}
	return a, nil
}

// String is the shortest decimal form with a point: "1.5", "0.125", "2".
func (a Amount) String() string {
	sign, n := "", uint64(a)
	if a < 0 {
		sign, n = "-", -n
	}
	whole, rest := strconv.FormatUint(n/1000, 10), n%1000
	if rest == 0 {
		return sign + whole
	}
	frac := strconv.FormatUint(1000+rest, 10)[1:]
	return sign + whole + "." + strings.TrimRight(frac, "0")
}

// MarshalText is [Amount.String]: JSON carries amounts as strings, as many readers make floats
// of its numbers.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText is [ReadDecimal].
func (a *Amount) UnmarshalText(text []byte) error {
	parsed, err := ReadDecimal(string(text))
	if err == nil {
		*a = parsed
	}
	return err
}

// Add is the sum, or [AmountTooLarge] beyond [MaxAmount] on either side of zero.
func (a Amount) Add(b Amount) (Amount, error) {
	if !a.inRange() || !b.inRange() || !(a + b).inRange() {
		return 0, Refuse(AmountTooLarge)
	}
	return a + b, nil
}

// Mul is n times the amount, or [AmountTooLarge].
func (a Amount) Mul(n int64) (Amount, error) {
	if a == 0 || n == 0 {
		return 0, nil
	}
	if !a.inRange() || n > int64(MaxAmount) || n < -int64(MaxAmount) {
		return 0, Refuse(AmountTooLarge)
	}
	if product := int64(a) * n; product/n == int64(a) && Amount(product).inRange() {
		return Amount(product), nil
	}
	return 0, Refuse(AmountTooLarge)
}

// div is the amount divided by n ≥ 1, or [AmountNotExact].
func (a Amount) div(n int64) (Amount, error) {
	if int64(a)%n != 0 {
		return 0, Refuse(AmountNotExact)
	}
	return Amount(int64(a) / n), nil
}

func (a Amount) inRange() bool { return a <= MaxAmount && a >= -MaxAmount }

func parseAmount(text string, decimal rune) (Amount, *Problem) {
	if len(text) > 200 {
		return 0, Refuse(AmountInvalid)
	}
	text = NumberText(text)
	if text == "" {
		return 0, Refuse(fault.Required)
	}
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		number := func(r rune) bool { return r >= '0' && r <= '9' || vulgarFraction(r) != "" }
		if !strings.ContainsFunc(rest, number) || strings.Contains(rest, "-") {
			return 0, Refuse(AmountInvalid)
		}
		return 0, Refuse(AmountNegative)
	}
	head, fraction := text, ""
	if vulgar, size := utf8.DecodeLastRuneInString(text); vulgarFraction(vulgar) != "" {
		head, fraction = strings.TrimSpace(text[:len(text)-size]), vulgarFraction(vulgar)
	} else if strings.Contains(text, "/") {
		head, fraction = "", text
		if i := strings.LastIndexByte(text, ' '); i >= 0 && !strings.HasSuffix(strings.TrimSpace(text[:i]), "/") && text[i+1] != '/' {
			head, fraction = strings.TrimSpace(text[:i]), text[i+1:]
		}
	}
	if fraction == "" {
		return parseNumber(text, decimal)
	}
	var whole Amount
	if head != "" {
		if !IsDigits(head) {
			return 0, Refuse(AmountInvalid)
		}
		var p *Problem
		if whole, p = decimalAmount(head, ""); p != nil {
			return 0, p
		}
	}
	part, p := parseFraction(fraction, head != "")
	if p != nil {
		return 0, p
	}
	sum, err := whole.Add(part)
	if err != nil {
		return 0, Refuse(AmountTooLarge)
	}
	return sum, nil
}

// parseFraction reads "3/4", which is below one where it follows a whole number.
func parseFraction(text string, proper bool) (Amount, *Problem) {
	above, below, _ := strings.Cut(text, "/")
	above, below = strings.TrimSpace(above), strings.TrimSpace(below)
	if !IsDigits(above) || !IsDigits(below) || len(above) > 9 || len(below) > 9 {
		return 0, Refuse(AmountInvalid)
	}
	a, _ := strconv.ParseInt(above, 10, 64)
	b, _ := strconv.ParseInt(below, 10, 64)
	switch {
	case b == 0 || proper && a >= b:
		return 0, Refuse(AmountInvalid)
	case a*1000%b != 0:
		return 0, Refuse(AmountNotExact)
	}
	return Amount(a * 1000 / b), nil
}

// parseNumber reads digits with separators of decimals and thousands.
func parseNumber(text string, decimal rune) (Amount, *Problem) {
	var groups []string
	var separators []rune
	start := 0
	for i, r := range text {
		switch r {
		case '.', ',', '\'', ' ':
			groups, separators, start = append(groups, text[start:i]), append(separators, r), i+1
		default:
			if r < '0' || r > '9' {
				return 0, Refuse(AmountInvalid)
			}
		}
	}
	groups = append(groups, text[start:])
	last := len(groups) - 1
	if last == 0 {
		return decimalAmount(text, "")
	}
	mark := separators[last-1]
	point := mark == '.' || mark == ','
	if grouped(groups, separators) {
		switch {
		case last > 1 || !point:
			return decimalAmount(strings.Join(groups, ""), "")
		case groups[0][0] != '0' && mark != decimal:
			return 0, Refuse(AmountAmbiguous)
		}
	}
	whole, frac := groups[0], groups[last]
	if last > 1 {
		if separators[0] == mark || !grouped(groups[:last], separators[:last-1]) {
			return 0, Refuse(AmountInvalid)
		}
		whole = strings.Join(groups[:last], "")
	}
	if !point || frac == "" {
		return 0, Refuse(AmountInvalid)
	}
	return decimalAmount(whole, frac)
}

// grouped says whether the digits are in groups of three behind one and the same separator.
func grouped(groups []string, separators []rune) bool {
	for i, group := range groups {
		switch {
		case i == 0 && (group == "" || len(group) > 3):
			return false
		case i > 0 && (len(group) != 3 || separators[i-1] != separators[0]):
			return false
		}
	}
	return len(groups) > 1
}

func decimalAmount(whole, frac string) (Amount, *Problem) {
	whole, frac = strings.TrimLeft(whole, "0"), strings.TrimRight(frac, "0")
	if len(whole) > 10 {
		return 0, Refuse(AmountTooLarge)
	}
	if len(frac) > 3 {
		return 0, Refuse(AmountNotExact)
	}
	n, _ := strconv.ParseInt("0"+whole+(frac + "000")[:3], 10, 64)
	if Amount(n) > MaxAmount {
		return 0, Refuse(AmountTooLarge)
	}
	return Amount(n), nil
}

// IsDigits says whether text is digits from 0 to 9 alone, at least one.
func IsDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// NumberText writes a number in ASCII: digits of any script, the separators and fraction strokes
// that stand for others, no marks of direction, single spaces.
func NumberText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch digit, ok := fold.DigitValue(r); {
		case ok:
			b.WriteByte('0' + digit)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.Is(unicode.Cf, r):
		default:
			b.WriteRune(plainSign(r))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func plainSign(r rune) rune {
	switch r {
	case '٫', '，':
		return ','
	case '．':
		return '.'
	case '٬', '’', '‘', '＇':
		return '\''
	case '⁄', '∕', '／':
		return '/'
	case '−', '－', '﹣', '–', '—', '‐', '‑':
		return '-'
	case '＋':
		return '+'
	}
	return r
}

func vulgarFraction(r rune) string {
	switch r {
	case '½':
		return "1/2"
	case '⅓':
		return "1/3"
	case '⅔':
		return "2/3"
	case '¼':
		return "1/4"
	case '¾':
		return "3/4"
	case '⅕':
		return "1/5"
	case '⅖':
		return "2/5"
	case '⅗':
		return "3/5"
	case '⅘':
		return "4/5"
	case '⅙':
		return "1/6"
	case '⅚':
		return "5/6"
	case '⅐':
		return "1/7"
	case '⅛':
		return "1/8"
	case '⅜':
		return "3/8"
	case '⅝':
		return "5/8"
	case '⅞':
		return "7/8"
	case '⅑':
		return "1/9"
	case '⅒':
		return "1/10"
	}
	return ""
}
