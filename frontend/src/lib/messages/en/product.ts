export const product = {
	total: (amount: string) => `${amount} in all`,
	noneLeft: 'None left',
	keep: (amount: string) => `you keep ${amount}`,
	staple: 'always at home',
	contains: 'Contains',
	actions: (name: string) => `More about ${name}`,
	add: 'Add more',
	lots: 'What is there',
	noLots: 'Nothing is there at the moment.',
	details: 'Details',
	noDetails: 'Only the name is known so far. That is enough; the rest can come when it helps.',
	facts: {
		place: 'Belongs in',
		category: 'Category',
		allergens: 'Allergens',
		units: 'Packs',
		barcodes: 'Barcodes',
		shelfLife: 'Keeps',
		openedShelfLife: 'Keeps once opened',
		frozenShelfLife: 'Keeps frozen',
		thawedShelfLife: 'Keeps once thawed',
		note: 'Note'
	},
	unitFact: (unit: string, of: string) => `1 ${unit} is ${of}`,
	days: (days: number) => (days === 1 ? '1 day' : `${days} days`),
	menu: {
		edit: 'Edit',
		units: 'Packs and units',
		barcodes: 'Barcodes',
		merge: 'Merge into another',
		delete: 'Delete product'
	},
	delete: {
		title: (name: string) => `Delete ${name}?`,
		text: (name: string) => `${name} disappears from all lists and from the search.`,
		kept: 'What was done with it stays in the history, and adding it again, by its name or a barcode, brings it back as it was. Only a product that there never was any of is gone for good.',
		left: (name: string, amount: string) =>
			`There is still some of ${name}: ${amount}. Use it up or throw it away first; then it can be deleted.`,
		submit: 'Delete',
		working: 'Deleting …',
		archived: (name: string) => `${name} is out of sight. Add it again and it is back as it was.`,
		deleted: (name: string) => `${name} is deleted. There never was any of it.`
	},
	saved: (name: string) => `${name} is saved.`,
	lot: {
		actions: (what: string) => `More for ${what}`,
		bought: (date: string) => `bought ${date}`,
		opened: (date: string) => `opened ${date}`,
		price: (price: string) => `price ${price}`,
		dated: (kind: string, date: string) => `${kind} ${date}`,
		undated: 'no date',
		menu: {
			use: 'Use an amount',
			open: 'Open',
			waste: 'Throw away',
			move: 'Move',
			count: 'Count',
			date: 'Correct the date',
			note: 'Note and price'
		}
	},
	take: {
		titles: {
			use: (name: string) => `Use ${name}`,
			open: (name: string) => `Open ${name}`,
			waste: (name: string) => `Throw ${name} away`,
			move: (name: string) => `Move ${name}`,
			count: (name: string) => `Count ${name}`
		},
		texts: {
			use: 'Of this entry; the others stay as they are.',
			open: 'What is opened becomes an entry of its own; its date follows from how long it keeps once opened.',
			waste: 'Of this entry; the others stay as they are.',
			move: 'Thawing changes the date when the product says how long it keeps then.',
			count: 'How much of this entry is really there. 0 when nothing is left.'
		},
		submit: {
			use: 'Use',
			open: 'Open',
			waste: 'Throw away',
			move: 'Move',
			count: 'That is how much'
		},
		became: (what: string) => `What became of ${what}?`,
		expired: 'Its date has passed.',
		ate: 'Ate it',
		threwAway: 'Threw it away',
		useSome: (left: string) => `There is ${left}. What expires first is used first.`,
		working: 'One moment …',
		amount: 'Amount',
		unit: 'Unit',
		reason: 'Why',
		reasons: {
			expired: 'Expired',
			spoiled: 'Spoiled',
			damaged: 'Damaged',
			disliked: 'Nobody likes it',
			other: 'Another reason'
		},
		to: 'Where to',
		frozenUntil: 'Good in the freezer until',
		frozenKnown: (days: number) =>
			days === 1
				? 'Left empty, it is good for a day, as you said before.'
				: `Left empty, it is good for ${days} days, as you said before.`,
		frozenUseBy: 'Such as 30.11., 11/26 or +3m. Pantrie remembers it for the next time.',
		frozenElse:
			'Such as 30.11., 11/26 or +3m; Pantrie remembers it for the next time. Left empty, it has no date any more.',
		keepDate: 'Keep the date it has',
		nowhere: 'No place in particular'
	},
	addMore: {
		title: (name: string) => `Add ${name}`,
		date: 'Date on the package',
		kind: 'The package says',
		dateHint: 'Such as 30.11., 11/26, 1126 or 2027. Left empty, Pantrie guesses.',
		submit: 'Add'
	},
	date: {
		title: 'When is it good until?',
		chips: 'From today',
		text: 'Date on the package',
		hint: 'Such as 30.11., 11/26, 1126 or 2027.',
		kind: 'The package says',
		saved: (name: string, date: string) => `${name}: ${date}.`,
		again: (name: string, date: string) => `Undone. ${name}: ${date}.`,
		offsets: [
			{ value: '+3d', label: '+3 days' },
			{ value: '+1w', label: '+1 week' },
			{ value: '+1m', label: '+1 month' },
			{ value: '+6m', label: '+6 months' },
			{ value: '+1y', label: '+1 year' },
			{ value: 'none', label: 'No date' }
		]
	},
	kinds: {
		best_before: {
			label: 'Best before',
			text: 'Mostly still good afterwards: look, smell, taste.'
		},
		use_by: { label: 'Use by', text: 'Not to be eaten after that day.' }
	},
	note: {
		title: 'Note and price',
		note: 'Note',
		price: 'Price of all of it',
		priceHint: 'Of what is there now, such as 1.99.',
		saved: 'Saved.'
	},
	edit: {
		title: (name: string) => `Edit ${name}`,
		name: 'Name',
		brand: 'Brand',
		category: 'Category',
		noCategory: 'None',
		place: 'Belongs in',
		unit: 'Unit',
		unitHint: 'What you count it in: g, l, piece, pack, or a word of your own.',
		minimum: 'Keep at least',
		minimumHint: 'It runs low below that. Empty for none.',
		staple: 'Always at home',
		stapleHint: 'It runs low when nothing is left.',
		usedByPack: 'Used by the pack',
		usedByPackHint: 'One tap on − uses a whole pack. Otherwise Pantrie asks how much.',
		life: 'How long it keeps',
		lifeHint: 'In days. Pantrie guesses dates from it. Empty when you do not know.',
		shelfLife: 'From the shop',
		openedShelfLife: 'Once opened',
		frozenShelfLife: 'In the freezer',
		thawedShelfLife: 'Once thawed',
		wholeDays: 'Enter whole days.',
		mostDays: 'Enter at most 36,500 days: a hundred years.',
		kind: 'Its packages say',
		allergens: 'Allergens',
		watched: 'You watch for:',
		note: 'Note'
	},
	units: {
		title: 'Packs and units',
		text: (name: string) =>
			`What else ${name} comes in, such as: 1 pack is 6 pieces, or 1 piece is 500 g.`,
		asked: (one: string, name: string) =>
			`How much is one ${one} of ${name}? Once that is told, both units work.`,
		unit: 'One',
		factor: 'is',
		of: 'of',
		/** What is wrong with the number. */
		factors: {
			empty: 'Enter how much.',
			number: 'Enter a number such as 6, 1.5 or 1/2.',
			zero: 'Enter more than 0.',
			whole: (unit: string) => `No whole number of ${unit}.`,
			least: (least: string) => `At least ${least}.`,
			most: (most: string) => `At most ${most}.`
		},
		first: (one: string) => `Say first how much one ${one} is of this.`,
		add: 'Add',
		added: (name: string, fact: string) => `${name}: ${fact}.`,
		remove: (unit: string) => `Remove ${unit}`,
		none: 'None yet.'
	},
	barcodes: {
		title: 'Barcodes',
		text: 'Each of them leads to this product when it is scanned.',
		code: 'Barcode',
		codeHint: 'The digits below the bars.',
		add: 'Add',
		remove: (code: string) => `Remove ${code}`,
		none: 'None yet.',
		invalid: 'A digit is missing or wrong. Compare it with the package.'
	},
	merge: {
		title: (name: string) => `Merge ${name} into another`,
		text: (name: string) =>
			`What is there of ${name}, its barcodes and its name lead to the other one from then on. You can undo it.`,
		search: 'Which one stays',
		choose: 'Choose the one that stays',
		none: 'No other product by that name.',
		relation: 'How do they go together?',
		isSoMany: (one: string, of: string) => `1 ${one} is so many ${of}`,
		howMany: 'How many',
		howManyMissing: 'Enter a whole number from 1 to 1,000,000.',
		submit: 'Merge'
	}
};
