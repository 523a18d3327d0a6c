export const households = {
	page: 'Household',
	name: 'Name',
	nameHint: 'As everybody in it sees it.',
	timeZone: 'Time zone',
	timeZoneHint: 'Decides when a day begins, and so what expires today.',
	counting: 'What counts when Pantrie says that something runs low',
	countOpened: 'Things that are opened',
	countExpired: 'Things that have expired',
	saved: 'The household is saved.',
	members: 'Members',
	count: (count: number) => (count === 1 ? '1 member' : `${count} members`),
	you: 'You',
	disabled: 'Disabled',
	byGroups: 'Role decided by groups at sign-in',
	noMembers: 'Nobody is in it.',
	roles: 'What the roles mean',
	role: (name: string, hint: string) => `**${name}** ${hint}.`,
	actionsFor: (name: string) => `Actions for ${name}`,
	makeRole: { admin: 'Make admin', editor: 'Make editor', viewer: 'Make viewer' },
	takeOut: 'Take out',
	lastAdminReason:
		'The only admin who can sign in: make another member admin before changing this.',
	lastAdmin:
		'A household keeps at least one admin who can sign in. Make another member admin first. Nothing was changed.',
	isNow: (name: string, role: string) => `${name} is now ${role}.`,
	youAreNow: (role: string) => `You are now ${role}.`,
	roleOf: { admin: 'an admin', editor: 'an editor', viewer: 'a viewer' },
	takenOut: (name: string, household: string) => `${name} is no longer in ${household}.`,
	takenOutSelf: (household: string) => `You are no longer in ${household}.`,
	confirm: {
		takeOutTitle: (name: string, household: string) => `Take ${name} out of ${household}?`,
		takeOutText: (name: string) =>
			`${name} no longer sees this household. What ${name} did stays, and so does the account.`,
		takeOutSelfText:
			'You no longer see this household. What you did stays. As a site administrator you can come back.',
		byGroups: (name: string) => `Groups put ${name} here, and may do so again at the next sign-in.`,
		ownTitle: (role: string) => `Become ${role}?`,
		ownText: 'You can then no longer manage the household. Another admin can give it back.',
		own: 'Change my role'
	},
	invite: {
		title: 'Invite somebody',
		text: 'Make a link and send it to one person. It works once and for seven days: with an account here, with a new one, or with a sign-in provider, also when nobody else may sign up.',
		role: 'Role',
		submit: 'Make a link',
		submitting: 'Making it …',
		link: 'Link for one person',
		linkText: (role: string, time: string) =>
			`Whoever opens it first becomes ${role}, until ${time}. It is not shown again.`,
		tooMany: 'There are as many open invitations as there can be. Withdraw one first.',
		open: 'Open invitations',
		one: (role: string) => `For ${role}`,
		by: (name: string, time: string) => `Made by ${name} ${time}`,
		until: (time: string) => `runs out ${time}`,
		revoke: 'Withdraw',
		revokeName: (role: string, time: string) => `Withdraw the invitation for ${role}, made ${time}`,
		revoked: 'The invitation is withdrawn. Its link no longer works.'
	},
	leave: {
		title: 'Leave',
		text: 'You no longer see this household. What you did stays.',
		action: 'Leave the household',
		leaving: 'Leaving …',
		dialogTitle: (household: string) => `Leave ${household}?`,
		dialogText: 'You no longer see this household. What you did stays. An admin can take you back.',
		byGroups: 'Groups put you here, and may do so again at your next sign-in.',
		lastAdmin:
			'You are the only admin who can sign in. Make another member admin first, then you can leave.',
		alone: 'You are the only one here, and a household keeps at least one admin.'
	},
	delete: {
		title: 'Delete the household',
		text: 'Everything in it is deleted for good: stock, history, products, places and the shopping list. People keep their accounts.',
		action: 'Delete the household',
		short: 'Delete',
		actionName: (household: string) => `Delete ${household}`,
		dialogTitle: (household: string) => `Delete ${household} for good?`,
		dialogText:
			'Everything in it goes, for everybody: stock, history, products, places, the shopping list, and open invitations. People keep their accounts. This cannot be undone.',
		confirm: (household: string) => `To confirm, type its name: ${household}`,
		mismatch: (household: string) => `This is not its name. It is called ${household}.`,
		submit: 'Delete for good',
		submitting: 'Deleting …',
		done: (household: string) => `${household} is deleted.`
	},
	make: {
		another: 'Make another household',
		anotherText:
			'For another kitchen, such as a cabin or the office. You choose which one you look at.',
		first: 'Make a household',
		title: 'A new household',
		text: 'It starts empty, and you are its admin.',
		nameHint: 'For instance your family name, or “Cabin”.',
		submit: 'Make it',
		submitting: 'Making it …',
		tooMany: 'You are in as many households as one can be in. Leave one first.'
	},
	made: (name: string) => `${name} is made. You are looking at it now.`,
	left: (name: string) => `You left ${name}.`,
	none: {
		title: 'You are not in a household yet',
		text: 'A household is the group of people who share one pantry. Make one, or ask the admin of another to have you put in.'
	},
	admin: {
		page: 'Households',
		title: 'Households',
		count: (count: number) => (count === 1 ? '1 household' : `${count} households`),
		none: 'There is no household yet. Make one under Settings.',
		putIn: 'Put someone in',
		putInName: (household: string) => `Put someone in ${household}`,
		everybody: 'Everybody who has an account is in it.',
		person: 'Person',
		personWith: (name: string, email: string) => `${name} (${email})`,
		role: 'Role',
		submit: 'Put in',
		submitting: 'Putting in …',
		isIn: (name: string, household: string) => `${name} is now in ${household}.`
	}
};
