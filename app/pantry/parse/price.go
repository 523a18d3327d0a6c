package parse

import "strconv"

// PriceDecimals is how many decimals a price has.
const PriceDecimals = 2

// ReadPrice reads a price such as "1.99" into the smallest unit of a currency that has so many decimals, 0 to 3: cents of 2.
// decimal is as with [ReadAmountWith]. [PriceInvalid] for what is none, and for more decimals than there are.
func ReadPrice(text string, decimal rune, decimals int) (int64, error) {
	a, p := parseAmount(text, decimal)
	per := Amount(smallest(decimals))
	if p != nil || a < 0 || a*per%One != 0 {
		return 0, Refuse(PriceInvalid)
	}
	return int64(a * per / One), nil
}

// PriceText writes what [ReadPrice] reads with a point and all of its decimals: "1.90".
func PriceText(price int64, decimals int) string {
	per := smallest(decimals)
	if decimals == 0 {
		return strconv.FormatInt(price, 10)
	}
	return strconv.FormatInt(price/per, 10) + "." + strconv.FormatInt(per+price%per, 10)[1:]
}

// smallest is how many of the smallest unit are one of a currency.
func smallest(decimals int) int64 {
	n := int64(1)
	for range decimals {
		n *= 10
	}
	return n
}
