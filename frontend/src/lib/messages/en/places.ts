export const places = {
	title: 'Places and categories',
	locations: {
		title: 'Places',
		text: 'Where things are kept.',
		none: 'None yet.',
		add: 'Add a place',
		addTitle: 'A new place',
		editTitle: (name: string) => `Change ${name}`
	},
	categories: {
		title: 'Categories',
		text: 'What sorts your products, such as Dairy or Spices.',
		none: 'None yet.',
		add: 'Add a category',
		addTitle: 'A new category',
		editTitle: (name: string) => `Change ${name}`
	},
	name: 'Name',
	kind: 'What it is',
	kinds: { cupboard: 'Cupboard', fridge: 'Fridge', freezer: 'Freezer' },
	kindNames: { cupboard: 'cupboard', fridge: 'fridge', freezer: 'freezer' },
	kindTexts: {
		cupboard: 'A cupboard, a shelf, the cellar: nothing changes a date.',
		fridge: 'What comes out of a freezer into it thaws.',
		freezer: 'Things keep longer here; their dates follow.'
	},
	actions: (name: string) => `Actions for ${name}`,
	menu: { edit: 'Change', up: 'Move up', down: 'Move down', delete: 'Delete' },
	deleteTitle: (name: string) => `Delete ${name}?`,
	deleteText: {
		locations:
			'Only an empty place can be deleted. Products that belong there belong nowhere then.',
		categories: 'Its products stay; they have no category then.'
	},
	inUse: (name: string) =>
		`There is still something in ${name}. Move it elsewhere or use it first, then delete the place.`,
	toWhatIsThere: 'See what is there',
	saved: (name: string) => `${name} is saved.`,
	deleted: (name: string) => `${name} is deleted.`,
	watched: {
		title: 'Allergens to watch for',
		text: 'Pantrie warns wherever a product that contains one of them is shown or added.',
		label: 'Watch for',
		hint: 'Any word; capitals and plurals do not matter.',
		none: 'None.',
		suggestions: 'Often watched for:',
		saved: 'The allergens are saved.',
		common: [
			'gluten',
			'milk',
			'egg',
			'peanut',
			'nuts',
			'soy',
			'fish',
			'crustaceans',
			'sesame',
			'mustard',
			'celery'
		]
	}
};
