export const stock = {
	page: 'Stock',
	search: 'Find a product',
	clear: 'Empty the field',
	expires: 'When it expires',
	expiresIn: {
		expired: 'Expired',
		today: 'Today',
		three_days: 'In 3 days',
		week: 'This week',
		none: 'No date'
	},
	places: 'Place',
	categories: 'Category',
	all: 'Show everything',
	more: 'Show more',
	loading: 'Loading …',
	list: 'What is there, what to use first on top',
	products: 'Products found',
	found: (count: number) => (count === 1 ? '1 product found.' : `${count} products found.`),
	shown: (count: number) => (count === 1 ? '1 entry shown.' : `${count} entries shown.`),
	moreFailed: 'The rest could not be loaded.',
	empty: {
		title: 'Nothing is in stock',
		text: 'Add the first thing on the home page: type its name and press Enter.',
		toHome: 'To the home page'
	},
	noMatch: {
		title: 'Nothing matches',
		filter: 'There is nothing that fits all that is chosen above.',
		search: (q: string) => `No product has a word that begins with “${q}”.`
	}
};
