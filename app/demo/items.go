package demo

import "pantrie/db"

// item is a product and what happened to it. Amounts are of its unit.
type item struct {
	name, brand, category, place string
	unit                         string
	minimum                      int64
	staple                       bool
	shelf, opened                int64 // days
	useBy                        bool
	pack                         int64 // so many are a pack
	note                         string
	allergens                    []string
	events                       []event
}

type deed int

const (
	got deed = iota
	used
	thrown
	opened
)

// event is something that was done so many days ago. What was got keeps for so many days: for as long
// as the product usually does when 0, and has no date when negative.
type event struct {
	what   deed
	ago    int
	amount int64
	keeps  int
	price  int64 // hundredths, of the whole
	reason string
}

func buy(ago int, amount int64, keeps int, price int64) event {
	return event{what: got, ago: ago, amount: amount, keeps: keeps, price: price}
}
func use(ago int, amount int64) event { return event{what: used, ago: ago, amount: amount} }
func open(ago int, amount int64) event {
	return event{what: opened, ago: ago, amount: amount}
}
func waste(ago int, amount int64, reason string) event {
	return event{what: thrown, ago: ago, amount: amount, reason: reason}
}

const (
	fridge, freezer, shelf, cellar = "Fridge", "Freezer", "Kitchen shelf", "Cellar"

	dairy, meat, greens, bread  = "Milk and eggs", "Meat and fish", "Fruit and vegetables", "Bread"
	dry, cans, frozen, drinks   = "Dry goods", "Cans and jars", "Frozen", "Drinks"
	sweets, spices, inTheHouse  = "Sweets and breakfast", "Oil and spices", "Household"
	expired, spoiled, unpopular = "expired", "spoiled", "disliked"
)

var placesOf = []struct {
	name string
	kind db.LocationKind
}{{fridge, db.Fridge}, {freezer, db.Freezer}, {shelf, db.Cupboard}, {cellar, db.Cupboard}}

var items = []item{
	{name: "Milk", brand: "Hilltop", category: dairy, place: fridge, unit: "ml", minimum: 2000, staple: true, shelf: 8, opened: 4, allergens: []string{"Milk"},
		events: []event{buy(40, 3000, 9, 387), use(37, 2000), waste(31, 1000, spoiled), buy(18, 2000, 9, 258), use(14, 1000), use(11, 1000), buy(6, 3000, 8, 387), use(3, 1000), open(2, 1000)}},
	{name: "Butter", category: dairy, place: fridge, unit: "g", minimum: 250, opened: 30, allergens: []string{"Milk"},
		events: []event{buy(35, 500, 50, 458), use(20, 250), use(4, 100)}},
	{name: "Eggs", category: dairy, place: fridge, unit: "piece", minimum: 6, pack: 6, shelf: 28, allergens: []string{"Egg"},
		events: []event{buy(30, 12, 27, 478), use(24, 6), use(15, 6), buy(12, 12, 18, 478), use(8, 3), use(2, 2)}},
	{name: "Yoghurt", brand: "Hilltop", category: dairy, place: fridge, unit: "jar", shelf: 20, opened: 4, allergens: []string{"Milk"},
		events: []event{buy(70, 2, 20, 298), use(60, 1), waste(45, 1, expired), buy(20, 3, 20, 447), use(13, 1), use(7, 1)}},
	{name: "Cream", category: dairy, place: fridge, unit: "cup", shelf: 18, opened: 3, allergens: []string{"Milk"},
		events: []event{buy(85, 2, 15, 178), use(80, 1), waste(66, 1, expired), buy(21, 2, 20, 178), use(10, 1)}},
	{name: "Cheddar", category: dairy, place: fridge, unit: "g", opened: 14, allergens: []string{"Milk"},
		events: []event{buy(25, 400, 45, 549), open(22, 400), use(17, 150), use(5, 100)}},
	{name: "Hummus", category: dairy, place: fridge, unit: "cup", opened: 3, allergens: []string{"Sesame"},
		events: []event{buy(9, 1, 11, 249)}},
	{name: "Strawberry jam", category: sweets, place: fridge, unit: "jar", opened: 60,
		events: []event{buy(50, 2, 500, 598), open(33, 1)}},
	{name: "Mustard", category: spices, place: fridge, unit: "jar", opened: 180, allergens: []string{"Mustard"},
		events: []event{buy(90, 1, 400, 179), open(60, 1)}},

	{name: "Chicken breast", category: meat, place: fridge, unit: "g", useBy: true, opened: 1,
		events: []event{buy(16, 500, 4, 799), use(14, 500), buy(2, 600, 4, 949)}},
	{name: "Cooked ham", category: meat, place: fridge, unit: "pack", useBy: true, opened: 3,
		events: []event{buy(58, 1, 12, 279), waste(44, 1, expired), buy(13, 2, 12, 558), use(6, 1)}},
	{name: "Smoked trout", category: meat, place: fridge, unit: "pack", useBy: true, allergens: []string{"Fish"},
		events: []event{buy(4, 1, 9, 499)}},
	{name: "Minced beef", category: meat, place: freezer, unit: "g",
		events: []event{buy(28, 800, 90, 1198), use(9, 400)}},
	{name: "Fish fingers", category: frozen, place: freezer, unit: "pack", allergens: []string{"Fish", "Gluten"},
		events: []event{buy(45, 3, 300, 897), use(30, 1), use(12, 1)}},

	{name: "Carrots", category: greens, place: fridge, unit: "g", shelf: 14,
		events: []event{buy(55, 1000, 14, 129), use(50, 600), waste(38, 400, spoiled), buy(7, 1000, 14, 129), use(3, 300)}},
	{name: "Lettuce", category: greens, place: fridge, unit: "head", shelf: 5,
		events: []event{buy(75, 1, 5, 119), waste(69, 1, spoiled), buy(34, 1, 5, 119), waste(27, 1, spoiled), buy(3, 1, 5, 139)}},
	{name: "Potatoes", category: greens, place: cellar, unit: "g", minimum: 2000, shelf: 40,
		events: []event{buy(26, 5000, 45, 449), use(19, 1200), use(10, 1000), use(4, 1100)}},
	{name: "Onions", category: greens, place: cellar, unit: "g", shelf: 40,
		events: []event{buy(26, 2000, 50, 249), use(16, 400), use(5, 350)}},
	{name: "Apples", category: greens, place: cellar, unit: "piece", shelf: 21,
		events: []event{buy(15, 12, 21, 399), use(11, 3), use(6, 3), use(1, 2)}},
	{name: "Bananas", category: greens, place: shelf, unit: "piece", shelf: 5,
		events: []event{buy(24, 6, 5, 189), use(21, 4), waste(17, 2, spoiled), buy(2, 5, 5, 159), use(1, 2)}},
	{name: "Garlic", category: greens, place: shelf, unit: "piece", minimum: 1,
		events: []event{buy(32, 3, -1, 149), use(18, 2), use(7, 1)}},

	{name: "Sourdough bread", category: bread, place: shelf, unit: "loaf", shelf: 4, allergens: []string{"Gluten"},
		events: []event{buy(48, 1, 4, 389), waste(41, 1, spoiled), buy(5, 1, 4, 389), use(2, 1), buy(1, 1, 4, 389)}},
	{name: "Bread rolls", category: bread, place: freezer, unit: "bag", allergens: []string{"Gluten"},
		events: []event{buy(22, 2, 100, 398), use(6, 1)}},
	{name: "Toast", category: bread, place: shelf, unit: "pack", opened: 7, allergens: []string{"Gluten"},
		events: []event{buy(11, 1, 14, 159), open(6, 1)}},

	{name: "Spaghetti", category: dry, place: shelf, unit: "g", minimum: 500, allergens: []string{"Gluten"},
		events: []event{buy(80, 1500, 700, 387), use(52, 500), use(23, 500)}},
	{name: "Basmati rice", category: dry, place: shelf, unit: "g", minimum: 1000,
		events: []event{buy(88, 2000, 650, 549), use(61, 500), use(36, 500), use(8, 300)}},
	{name: "Red lentils", category: dry, place: shelf, unit: "g", note: "Soup: half a pack for four.",
		events: []event{buy(64, 1000, 600, 329), use(29, 250)}},
	{name: "Wheat flour", category: dry, place: shelf, unit: "g", minimum: 1000, allergens: []string{"Gluten"},
		events: []event{buy(60, 2000, 330, 178), use(39, 500), use(12, 600)}},
	{name: "Sugar", category: dry, place: shelf, unit: "g", minimum: 500,
		events: []event{buy(92, 1000, -1, 139), use(49, 250), use(12, 200)}},
	{name: "Rolled oats", category: sweets, place: shelf, unit: "g", minimum: 500, allergens: []string{"Gluten"},
		events: []event{buy(42, 1000, 280, 199), use(19, 400), use(6, 300)}},
	{name: "Nut muesli", category: sweets, place: shelf, unit: "g", allergens: []string{"Hazelnuts", "Gluten"},
		events: []event{buy(33, 750, 210, 429), use(14, 200)}},
	{name: "Hazelnuts", category: sweets, place: shelf, unit: "g", allergens: []string{"Hazelnuts"},
		events: []event{buy(50, 200, 160, 349)}},
	{name: "Honey", category: sweets, place: shelf, unit: "jar",
		events: []event{buy(77, 1, 600, 649), open(70, 1)}},
	{name: "Dark chocolate", category: sweets, place: shelf, unit: "bar", minimum: 2,
		events: []event{buy(31, 5, 340, 995), use(20, 2), use(9, 1), use(3, 1)}},

	{name: "Chopped tomatoes", category: cans, place: shelf, unit: "can", minimum: 4,
		events: []event{buy(83, 8, 800, 632), use(53, 2), use(25, 2), use(8, 1)}},
	{name: "Chickpeas", category: cans, place: shelf, unit: "can", minimum: 2,
		events: []event{buy(83, 4, 900, 316), use(44, 1), use(15, 2)}},
	{name: "Tuna", category: cans, place: shelf, unit: "can", allergens: []string{"Fish"},
		events: []event{buy(51, 4, 1000, 756), use(21, 1)}},
	{name: "Coconut milk", category: cans, place: shelf, unit: "can",
		events: []event{buy(67, 3, 500, 537), use(36, 1), use(9, 1)}},
	{name: "Gherkins", category: cans, place: shelf, unit: "jar", opened: 30, allergens: []string{"Mustard"},
		events: []event{buy(72, 1, 600, 219), waste(20, 1, unpopular), buy(10, 1, 600, 219)}},

	{name: "Olive oil", category: spices, place: shelf, unit: "ml", minimum: 500,
		events: []event{buy(79, 1000, 400, 1099), use(47, 300), use(13, 350)}},
	{name: "Salt", category: spices, place: shelf, unit: "g",
		events: []event{buy(91, 500, -1, 69), use(30, 100)}},
	{name: "Paprika", category: spices, place: shelf, unit: "jar",
		events: []event{buy(91, 1, 300, 199)}},

	{name: "Peas", category: frozen, place: freezer, unit: "g",
		events: []event{buy(62, 1500, 400, 447), use(28, 500), use(5, 250)}},
	{name: "Spinach", category: frozen, place: freezer, unit: "bag",
		events: []event{buy(37, 2, 350, 398), use(16, 1)}},
	{name: "Vanilla ice cream", category: frozen, place: freezer, unit: "box", allergens: []string{"Milk"},
		events: []event{buy(14, 1, 250, 399)}},

	{name: "Mineral water", category: drinks, place: cellar, unit: "bottle", minimum: 6, pack: 12,
		events: []event{buy(46, 12, 300, 599), use(33, 6), use(22, 6), buy(19, 12, 300, 599), use(10, 5), use(2, 4)}},
	{name: "Apple juice", category: drinks, place: cellar, unit: "bottle", opened: 5,
		events: []event{buy(29, 6, 320, 894), use(15, 2), open(3, 1)}},
	{name: "Coffee beans", category: drinks, place: shelf, unit: "g", minimum: 500, staple: true,
		events: []event{buy(65, 1000, 250, 1499), use(43, 500), use(17, 350), use(1, 100)}},
	{name: "Black tea", category: drinks, place: shelf, unit: "box",
		events: []event{buy(56, 2, 600, 498), open(40, 1)}},

	{name: "Toilet paper", category: inTheHouse, place: cellar, unit: "roll", minimum: 8, pack: 8,
		events: []event{buy(38, 16, -1, 899), use(20, 8), use(4, 3)}},
	{name: "Dishwasher tablets", category: inTheHouse, place: cellar, unit: "piece", minimum: 10,
		events: []event{buy(59, 60, -1, 1099), use(30, 28), use(2, 24)}},
}
