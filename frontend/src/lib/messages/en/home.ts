export const home = {
	page: 'Home',
	greeting: (name: string) => `Hello ${name}`,
	householdOf: (name: string, role: string) => `You are in the household ${name} as ${role}.`,
	roles: { admin: 'an admin', editor: 'an editor', viewer: 'a viewer' },
	linkedTitle: 'Your Authentik account is now linked',
	linkedText:
		'Authentik confirmed your email address, and an account here has the same one. From now on you can sign in either way: with Authentik or with your password.',
	linkedTextNoPassword:
		'Authentik confirmed your email address, and an account here has the same one. From now on you come in with the Authentik button.',
	linkedDismiss: 'Understood',
	shelvesTitle: 'The shelves are still empty',
	shelvesText: 'Your pantry appears here in a later release. Until then, let everybody in.',
	memberText:
		'Your pantry appears here in a later release. There is nothing you need to do; it will be here after an update.',
	memberAccount: 'See your account',
	stepsTitle: 'Next steps',
	allDoneTitle: 'Everything is in place',
	stepsFailed: 'The next steps could not be loaded.',
	done: 'Done',
	toDo: 'To do',
	authentik: {
		title: 'Sign-in with Authentik',
		todo: 'Connect your Authentik, so that nobody needs another password.',
		off: 'All four fields are there, but it is switched off.',
		missing: (names: string) => `Not complete yet. Missing: ${names}.`,
		done: 'People can sign in with one button.'
	},
	people: {
		title: 'The people of the house',
		todo: 'You are alone here. Add the others; each gets a link to choose a password.',
		done: (count: number) => `${count} people have an account.`
	},
	address: {
		title: 'The public address',
		todo: (publicUrl: string) =>
			`You are at another address than ${publicUrl}. Check which one is right; sign-in with Authentik depends on it.`,
		missing: 'Pantrie does not know its public address yet.',
		done: (publicUrl: string) => `Pantrie is at ${publicUrl}.`
	},
	noHousehold: {
		title: 'You are not in a household yet',
		text: 'A household is the group of people who share one pantry. You can sign in, but there is nothing to see until you belong to one.',
		ask: 'Ask the person who runs this Pantrie to add you. Tell them this address:',
		admin:
			'You run this Pantrie but share no pantry. You can still manage sign-in and people under Administration.'
	}
};
