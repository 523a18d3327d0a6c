/** The plural of units that are words; any other unit stays as it is. */
export const unitPlurals: Record<string, string> = {
	piece: 'pieces',
	pack: 'packs',
	can: 'cans',
	bottle: 'bottles',
	bag: 'bags',
	jar: 'jars',
	bunch: 'bunches',
	box: 'boxes',
	cup: 'cups',
	tube: 'tubes',
	bar: 'bars',
	slice: 'slices',
	loaf: 'loaves',
	net: 'nets',
	roll: 'rolls',
	portion: 'portions',
	crate: 'crates',
	clove: 'cloves',
	head: 'heads'
};

export const pantry = {
	due: {
		today: 'Today',
		tomorrow: 'Tomorrow',
		yesterday: 'Yesterday',
		inDays: (days: number) => `${days} days`,
		inWeek: '1 week',
		daysAgo: (days: number) => `${days} days ago`,
		weeksAgo: (weeks: number) => `${weeks} weeks ago`,
		since: (date: string) => `since ${date}`,
		guess: (due: string) =>
			`about ${/^(Today|Tomorrow|Yesterday|Since)/.test(due) ? due.charAt(0).toLowerCase() + due.slice(1) : due}`,
		none: 'No date'
	},
	dateKinds: { best_before: 'best before', use_by: 'use by' },
	dateKindNames: { best_before: 'Best before', use_by: 'Use by' },
	dated: (kind: string, date: string) => `${kind} ${date}`,
	opened: 'opened',
	guessed: 'a guess',
	contains: (allergens: string) => `Contains ${allergens}`,
	of: (amount: string, name: string) => `${amount} of ${name}`,
	times: (amount: string, name: string) => `${amount} × ${name}`,
	use: (what: string) => `Use ${what}`,
	useSome: (name: string) => `Use some ${name}`,
	useButton: 'Use',
	nowhere: 'No place',
	/** What a change of the stock did, for the toast. */
	done: {
		add: (what: string) => `${what} added.`,
		addTo: (what: string, place: string) => `${what} added to ${place}.`,
		use: (what: string) => `${what} used.`,
		waste: (what: string) => `${what} thrown away.`,
		open: (what: string) => `${what} opened.`,
		move: (what: string) => `${what} moved.`,
		moveTo: (what: string, place: string) => `${what} moved to ${place}.`,
		count: (name: string, amount: string) => `${name}: counted, ${amount} in all.`,
		undo: (name: string) => `Undone. ${name}: as before.`,
		back: (what: string) => `Undone. Back again: ${what}.`,
		gone: (what: string) => `Undone. Taken out again: ${what}.`,
		put_away: (what: string) => `${what} put away.`,
		merge: (name: string) => `It is part of ${name} now.`,
		several: (count: number) => `${count} products`
	},
	refused: (what: string, reason: string) => `${what}: ${reason}`,
	old: 'Pantrie does not answer. What you see may be old.',
	viewer: (household: string) =>
		`You look at ${household} as a viewer: you see everything and change nothing.`
};
