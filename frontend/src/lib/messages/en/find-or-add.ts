export const findOrAdd = {
	label: 'Find, or add something',
	placeholder: 'Find, or add “2 milk 30.11.”',
	findLabel: 'Find something',
	findPlaceholder: 'Find in the pantry',
	clear: 'Empty the field',
	results: 'What was found',
	add: (what: string) => `Add ${what}`,
	newProduct: 'new product',
	guessed: (date: string) => `${date}, a guess`,
	noDate: 'no date',
	past: (date: string) => `${date}, in the past`,
	meant: (date: string) => `Do you mean ${date}?`,
	choose: (date: string) => `It is ${date}`,
	enter: 'Enter',
	problem: (text: string, message: string) => (text ? `“${text}”: ${message}` : message),
	/** A unit that the product is not told in, and what would help. */
	apart: (name: string, own: string, unit: string, one: string) =>
		`${name} is kept in ${own}, not in ${unit}. Say how much one ${one} is, and both work.`,
	apartForGood: (name: string, own: string, unit: string) =>
		`${name} is kept in ${own}, and ${unit} cannot be turned into that. Enter it in ${own}.`,
	sayHowMuch: (one: string) => `Say how much one ${one} is`,
	howMuch: (example: string) => `How much? For example ${example}.`,
	matches: 'In the pantry',
	none: 'Nothing by that name.',
	noneLeft: 'none left',
	left: (amount: string) => amount,
	enterAdds: (what: string) => `Enter adds ${what}.`,
	found: (count: number) => (count === 1 ? '1 product found.' : `${count} products found.`),
	failed: 'The search did not answer. Enter still adds.'
};
