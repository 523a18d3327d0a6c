export const history = {
	title: 'History',
	titleOf: (product: string) => `What happened to ${product}`,
	link: 'History and waste',
	linkOf: 'What happened to it',
	everything: 'Everything that was done',
	empty: 'Nothing has been done yet.',
	more: 'Show more',
	loading: 'Loading …',
	undone: 'undone',
	undo: 'Undo',
	undoLabel: (what: string) => `Undo: ${what}`,
	by: (name: string, when: string) => (name ? `${name} · ${when}` : when),
	andMore: (count: number) => `and ${count} more`,
	verbs: {
		add: 'Added',
		use: 'Used',
		waste: 'Thrown away',
		open: 'Opened',
		move: 'Moved',
		count: 'Counted',
		undo: 'Undone',
		put_away: 'Put away',
		merge: 'Merged'
	} as Record<string, string>,
	/** What a count found, by the difference to before. */
	counted: {
		more: (name: string, amount: string) => `${name}, ${amount} more`,
		fewer: (name: string, amount: string) => `${name}, ${amount} fewer`,
		less: (name: string, amount: string) => `${name}, ${amount} less`
	},
	undid: (verb: string) => `Undone: ${verb}`,
	reasons: {
		expired: 'expired',
		spoiled: 'spoiled',
		damaged: 'damaged',
		disliked: 'not liked',
		other: 'other reasons'
	} as Record<string, string>,
	waste: 'Thrown away',
	wasteNone: 'Nothing was thrown away in the last twelve months.',
	wasteMonth: (month: string, count: number) => `${month}: ${count}`,
	wasteTable: 'Thrown away by month',
	month: 'Month',
	times: 'Times',
	value: 'Price',
	why: 'Why'
};
