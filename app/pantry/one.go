package pantry

import "pantrie/app/pantry/parse"

// OneOf is what people mean by using one of a lot, in thousandths of its base unit: a piece or a
// pack, a kilogram or a litre where it is entered in those, and all there is of what is [Weighed]. It is
// never more than is left.
func OneOf(base, unit parse.Unit, conversions []parse.Conversion, left int64) int64 {
	if Weighed(base, unit) {
		return left
	}
	one := int64(parse.One)
	if amount, err := parse.Convert(parse.One, unit, base, conversions); err == nil {
		one = int64(amount)
	}
	return min(one, left)
}

// Measured says of a product whether it is told in grams, litres and the like, and not counted in pieces or packs.
func Measured(base, unit parse.Unit) bool { return base.Measured() && unit.Base().Same(base) }

// Weighed says of a product whether it is entered in grams, millilitres and the like, so that nobody can say
// what one of it is.
func Weighed(base, unit parse.Unit) bool { return base.Small() && unit.Small() }
