package parse

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pantrie/auth/fault"
	"pantrie/db/fold"
)

// Unit is what an amount is counted in: one of [Units], or a word of the household's own, as it
// was first written. "" is none.
type Unit string

// The units that Pantrie knows.
const (
	Gram       Unit = "g"
	Kilogram   Unit = "kg"
	Milligram  Unit = "mg"
	Decagram   Unit = "dag"
	Pfund      Unit = "pfund" // 500 g in German-speaking countries
	Millilitre Unit = "ml"
	Centilitre Unit = "cl"
	Decilitre  Unit = "dl"
	Litre      Unit = "l"
	Ounce      Unit = "oz"
	Pound      Unit = "lb"
	FluidOunce Unit = "fl oz"
	Piece      Unit = "piece"
	Dozen      Unit = "dozen"
	Pack       Unit = "pack"
	Can        Unit = "can"
	Bottle     Unit = "bottle"
	Bag        Unit = "bag"
	Jar        Unit = "jar"
	Bunch      Unit = "bunch"
	Box        Unit = "box"
	Cup        Unit = "cup"
	Tube       Unit = "tube"
	Bar        Unit = "bar"
	Slice      Unit = "slice"
	Loaf       Unit = "loaf"
	Net        Unit = "net"
	Roll       Unit = "roll"
	Portion    Unit = "portion"
	Crate      Unit = "crate"
	Clove      Unit = "clove"
	Head       Unit = "head"
)

// Units lists the units that Pantrie knows, those of one measure side by side.
func Units() []Unit {
	return []Unit{
		Gram, Kilogram, Milligram, Decagram, Pfund, Millilitre, Centilitre, Decilitre, Litre, Ounce, Pound, FluidOunce,
		Piece, Dozen, Pack, Can, Bottle, Bag, Jar, Bunch, Box, Cup, Tube, Bar, Slice, Loaf, Net, Roll, Portion, Crate, Clove, Head,
	}
}

// MaxFactor is the most of one unit that can be in another of a product.
const MaxFactor = 1_000_000

const maxUnit = 32

// LookupUnit finds a unit that Pantrie knows by what people call it in English and German, in any
// case, with or without accents, plural or point.
func LookupUnit(text string) (Unit, bool) {
	if len(text) > 4*maxUnit {
		return "", false
	}
	word := strings.Join(strings.Fields(strings.TrimSuffix(strings.TrimSpace(fold.Plain(text)), ".")), " ")
	u := spelled(word)
	return u, u != ""
}

// ReadUnit is [LookupUnit], and takes what is not found there for a unit of the household's own.
// [fault.Required], or [UnitInvalid] for what is too long or has a digit in it.
func ReadUnit(text string) (Unit, error) {
	own := strings.Join(strings.Fields(norm.NFC.String(text)), " ")
	if u, known := LookupUnit(own); known {
		return u, nil
	}
	letters := 0
	for _, r := range own {
		switch {
		case unicode.IsLetter(r):
			letters++
		case !unicode.IsMark(r) && r != ' ' && r != '-' && r != '.' && r != '\'' && r != '’' && r != '/':
			return "", Refuse(UnitInvalid)
		}
	}
	switch {
	case own == "":
		return "", Refuse(fault.Required)
	case letters == 0 || utf8.RuneCountInString(own) > maxUnit:
		return "", Refuse(UnitInvalid)
	}
	return Unit(own), nil
}

// Same says whether two units are one, which for a household's own does not depend on case or number.
func (u Unit) Same(other Unit) bool { return u == other || fold.Same(string(u), string(other)) }

// Measure is the base of a unit, and what part of it the unit is: a kilogram is 1000/1 of a gram.
// Every unit that is not of mass or volume is its own base, but a dozen, which is of pieces. Ounces
// are not grams: the one does not come out even in the other.
func (u Unit) Measure() (base Unit, times, per int64) {
	switch u {
	case Kilogram:
		return Gram, 1000, 1
	case Milligram:
		return Gram, 1, 1000
	case Decagram:
		return Gram, 10, 1
	case Pfund:
		return Gram, 500, 1
	case Centilitre:
		return Millilitre, 10, 1
	case Decilitre:
		return Millilitre, 100, 1
	case Litre:
		return Millilitre, 1000, 1
	case Pound:
		return Ounce, 16, 1
	case Dozen:
		return Piece, 12, 1
	}
	return u, 1, 1
}

// Base is the unit in which amounts of this one are kept.
func (u Unit) Base() Unit {
	base, _, _ := u.Measure()
	return base
}

// Measured says whether a unit is of mass or volume.
func (u Unit) Measured() bool {
	switch u.Base() {
	case Gram, Millilitre, Ounce, FluidOunce:
		return true
	}
	return false
}

// Small says whether nobody would use just one of the unit.
func (u Unit) Small() bool {
	switch u {
	case Gram, Milligram, Decagram, Millilitre, Centilitre, Ounce, FluidOunce:
		return true
	}
	return false
}

// Conversion says that one Unit of a product is Factor of its base unit: a pack is 6 pieces, a can 400 g.
type Conversion struct {
	Unit   Unit
	Factor int64
}

// Check refuses a conversion to the base that says nothing or contradicts what the units mean:
// [fault.Required], [FactorInvalid], [UnitMismatch].
func (c Conversion) Check(base Unit) error {
	switch {
	case c.Unit == "" || base == "":
		return Refuse(fault.Required)
	case c.Factor < 2 || c.Factor > MaxFactor:
		return Refuse(FactorInvalid)
	case c.Unit.Base().Same(base.Base()):
		return Refuse(UnitMismatch)
	}
	return nil
}

// Convert is the amount in the base unit of a product: base is the product's, or any unit of its
// measure, and conversions are the product's own. It comes out even or is refused: [AmountNotExact],
// [AmountTooLarge]; [UnitMismatch] when nothing leads from the one unit to the other. Without a unit
// the amount counts base units.
func Convert(amount Amount, unit, base Unit, conversions []Conversion) (Amount, error) {
	base = base.Base()
	if unit == "" {
		unit = base
	}
	times, per, found := Ratio(unit, base, conversions)
	if !found {
		return 0, Refuse(UnitMismatch)
	}
	product, err := amount.Mul(times)
	if err != nil {
		return 0, err
	}
	return product.div(per)
}

// Ratio is how many of the base are in one unit: times/per. A conversion of the unit itself beats one
// of the unit's base.
func Ratio(unit, base Unit, conversions []Conversion) (times, per int64, found bool) {
	from, times, per := unit.Measure()
	if from.Same(base) {
		return times, per, true
	}
	for _, c := range conversions {
		if c.Unit.Same(unit) && c.Check(base) == nil {
			return c.Factor, 1, true
		}
	}
	for _, c := range conversions {
		if c.Unit.Same(from) && c.Check(base) == nil {
			return times * c.Factor, per, true
		}
	}
	return 0, 0, false
}

// Measured is an amount with the unit it is shown in.
type Measured struct {
	Amount Amount
	Unit   Unit
}

// String is for the log and tests: "1.5 kg".
func (m Measured) String() string { return strings.TrimSpace(m.Amount.String() + " " + string(m.Unit)) }

// Display is the nicest way to write an amount of the base unit without losing any. Whole packs come
// first, the largest of them: 12 pieces in packs of six are 2 packs, 9 stay 9 pieces. Then a kilogram, a
// litre or a pound, from one on and with at most two decimals: 1500 g are 1.5 kg, 1234 g stay 1234 g.
func Display(amount Amount, base Unit, conversions []Conversion) Measured {
	base = base.Base()
	best, largest := Measured{amount, base}, int64(1)
	try := func(unit Unit, times int64, step Amount) {
		if shown, err := amount.div(times); err == nil && times > largest && shown%step == 0 && (shown >= One || shown <= -One) {
			best, largest = Measured{shown, unit}, times
		}
	}
	for _, c := range conversions {
		if c.Check(base) == nil {
			try(c.Unit, c.Factor, One)
		}
	}
	if largest > 1 {
		return best
	}
	switch base {
	case Gram:
		try(Kilogram, 1000, One/100)
	case Millilitre:
		try(Litre, 1000, One/100)
	case Ounce:
		try(Pound, 16, One/4)
	}
	return best
}

// spelled is the unit of a word in lower case without accents.
func spelled(word string) Unit {
	switch word {
	case "g", "gr", "gm", "gms", "gram", "grams", "gramm", "gramme", "grammes", "grammen":
		return Gram
	case "kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kilogramm", "kilogramme", "kilogrammes":
		return Kilogram
	case "mg", "milligram", "milligrams", "milligramm", "milligramme":
		return Milligram
	case "dag", "dkg", "deka", "dekagramm", "decagram", "decagrams":
		return Decagram
	case "pfund", "pfd", "pfunde", "pfunden":
		return Pfund
	case "ml", "mls", "milliliter", "milliliters", "millilitre", "millilitres", "millilitern":
		return Millilitre
	case "cl", "centiliter", "centiliters", "centilitre", "centilitres", "zentiliter":
		return Centilitre
	case "dl", "deciliter", "deciliters", "decilitre", "decilitres", "deziliter":
		return Decilitre
	case "l", "lt", "ltr", "ltrs", "liter", "liters", "litre", "litres", "litern", "ℓ":
		return Litre
	case "oz", "ounce", "ounces", "unze", "unzen":
		return Ounce
	case "lb", "lbs", "pound", "pounds":
		return Pound
	case "fl oz", "floz", "fl. oz", "fl.oz", "fluid ounce", "fluid ounces":
		return FluidOunce
	case "piece", "pieces", "pc", "pcs", "pce", "pces", "ea", "each", "unit", "units", "stuck", "stucke", "stucken", "stueck", "stuecke", "stuecken", "stk", "stck", "st", "einheit", "einheiten":
		return Piece
	case "dozen", "dozens", "doz", "dutzend", "dtzd", "dtz":
		return Dozen
	case "pack", "packs", "packet", "packets", "package", "packages", "pkg", "pkgs", "pk", "pkt", "packung", "packungen", "pck", "pckg", "packchen", "paeckchen", "paket", "pakete", "paketen", "packerl":
		return Pack
	case "can", "cans", "tin", "tins", "dose", "dosen", "ds", "buchse", "buchsen", "buechse", "buechsen", "konserve", "konserven":
		return Can
	case "bottle", "bottles", "btl", "btls", "flasche", "flaschen", "fl", "flaschchen", "flaeschchen":
		return Bottle
	case "bag", "bags", "sack", "sacks", "sachet", "sachets", "pouch", "pouches", "beutel", "beuteln", "tute", "tuten", "tuete", "tueten", "sackerl", "sacke", "saecke", "tutchen", "tuetchen", "sackchen":
		return Bag
	case "jar", "jars", "glas", "glaser", "glaeser", "glasern", "glaesern", "glaschen", "glaeschen":
		return Jar
	case "bunch", "bunches", "bund", "bunde", "bunden", "bd", "bundel", "buendel":
		return Bunch
	case "box", "boxes", "carton", "cartons", "karton", "kartons", "schachtel", "schachteln", "case", "cases", "kiste", "kisten", "kistchen":
		return Box
	case "crate", "crates", "kasten", "kaesten", "trager", "traeger":
		return Crate
	case "cup", "cups", "pot", "pots", "tub", "tubs", "becher", "bechern":
		return Cup
	case "tube", "tubes", "tuben":
		return Tube
	case "bar", "bars", "tafel", "tafeln", "riegel", "riegeln":
		return Bar
	case "slice", "slices", "scheibe", "scheiben":
		return Slice
	case "loaf", "loaves", "loafs", "laib", "laibe", "laiben":
		return Loaf
	case "net", "nets", "netz", "netze", "netzen":
		return Net
	case "roll", "rolls", "rolle", "rollen":
		return Roll
	case "portion", "portions", "portionen", "serving", "servings":
		return Portion
	case "clove", "cloves", "zehe", "zehen":
		return Clove
	case "head", "heads", "kopf", "kopfe", "koepfe", "kopfen", "koepfen":
		return Head
	}
	return ""
}
