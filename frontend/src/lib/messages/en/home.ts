export const home = {
	page: 'Home',
	greeting: (name: string) => `Hello ${name}`,
	eatFirst: 'Eat first',
	dueThisWeek: (count: number) => `${count} this week`,
	groups: {
		expired: 'Expired',
		today: 'Today',
		three_days: 'In 3 days',
		week: 'This week'
	},
	showAll: (count: number, group: string) => `Show all ${count} · ${group}`,
	nothingDue: 'Nothing expires within a week.',
	runningLow: 'Running low',
	runningLowCount: (count: number) => `${count} in all`,
	left: (amount: string) => `${amount} left`,
	noneLeft: 'none left',
	low: (left: string, keep: string) => `${left}, you keep ${keep}`,
	lowStaple: (left: string) => `${left}, always at home`,
	empty: {
		title: 'The shelves are still empty',
		text: 'Type what you have into the field above and press Enter. The rest can wait: a name is enough.',
		examples: [
			'**2 milk 30.11.** adds two, good until 30 November.',
			'**500 g flour 11/27** knows grams, and dates with a month only.',
			'**bread +3d** is good for three more days.'
		],
		viewer: 'Nobody has put anything in yet. You see it here as soon as somebody does.',
		places: 'Where things are kept'
	},
	linkedTitle: (provider: string) => `Your ${provider} account is now linked`,
	linkedText:
		'It leads to your account here, from now on with nothing more to type. To be safe, other browsers were signed out.',
	linkedTextNoPassword: (provider: string) =>
		`It leads to your account here. From now on you come in with the ${provider} button.`,
	linkedDismiss: 'Understood',
	stepsTitle: 'Next steps',
	stepsFailed: 'The next steps could not be loaded.',
	done: 'Done',
	toDo: 'To do',
	provider: {
		title: 'Sign-in with a provider',
		todo: 'Connect your Authentik or another provider, so that nobody needs another password.',
		off: (name: string) => `${name} is complete, but switched off.`,
		done: (names: string) => `People can sign in with ${names}.`
	},
	people: {
		title: 'The people of the house',
		todo: 'You are alone here. Add the others; each gets a link to choose a password.',
		done: (count: number) => `${count} people have an account.`
	},
	address: {
		title: 'The public address',
		todo: (publicUrl: string) =>
			`You are at another address than ${publicUrl}. Check which one is right; sign-in with a provider depends on it.`,
		missing: 'Pantrie does not know its public address yet.',
		done: (publicUrl: string) => `Pantrie is at ${publicUrl}.`
	},
	noHousehold: {
		title: 'You are not in a household yet',
		text: 'A household is the group of people who share one pantry. You can sign in, but there is nothing to see until you belong to one.',
		ask: 'Ask the person who runs this Pantrie to add you. Tell them this address:',
		make: 'Or make one of your own',
		admin:
			'You run this Pantrie but share no pantry. You can still manage sign-in and people under Administration.'
	}
};
