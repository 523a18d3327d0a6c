package pantry

// OneOf is what people mean by using one of a lot, in thousandths of its base unit: a piece or a
// pack, a kilogram or a litre where it is entered in those, and all there is of what is entered in
// grams or millilitres. It is never more than is left.
func OneOf(base, unit string, left int64) int64 {
	if Unit(base).small() && Unit(unit).small() {
		return left
	}
	one := int64(One)
	if amount, err := Convert(One, Unit(unit), Unit(base), nil); err == nil {
		one = int64(amount)
	}
	return min(one, left)
}

// small says whether nobody would use just one of the unit.
func (u Unit) small() bool {
	switch u {
	case Gram, Milligram, Decagram, Millilitre, Centilitre, Ounce, FluidOunce:
		return true
	}
	return false
}
