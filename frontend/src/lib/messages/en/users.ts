export const users = {
	page: 'Users',
	title: 'People',
	count: (count: number) => (count === 1 ? '1 person' : `${count} people`),
	add: 'Add someone',
	you: 'You',
	administrator: 'Administrator',
	disabled: 'Disabled',
	waiting: 'Waiting for first sign-in',
	password: 'Password',
	noWayIn: 'No way in yet',
	noEmail: 'no email',
	noHousehold: 'no household',
	inHousehold: (household: string, role: string) => `${household}, ${role}`,
	lastSignIn: (time: string) => `Signed in ${time}`,
	neverSignedIn: 'Never signed in',
	sessions: (count: number) =>
		count === 0
			? 'Signed in nowhere'
			: `Signed in on ${count} ${count === 1 ? 'browser' : 'browsers'}`,
	linkUntil: (time: string) => `Password link valid until ${time}`,
	actionsFor: (name: string) => `Actions for ${name}`,
	newLink: 'New password link',
	enable: 'Enable',
	disable: 'Disable',
	makeAdmin: 'Make administrator',
	removeAdmin: 'Remove as administrator',
	resetLinks: 'Reset links',
	endSessions: 'End sessions',
	delete: 'Delete',
	lastAdminReason:
		'The only site administrator who can sign in: make someone else administrator before changing this.',
	enabled: (name: string) => `${name} can sign in again.`,
	madeAdmin: (name: string) => `${name} is now a site administrator.`,
	deleted: (name: string) => `${name} was deleted.`,
	disabledDone: (name: string) => `${name} can no longer sign in.`,
	linksReset: (name: string) =>
		`The links of ${name} are gone. The next sign-in with a provider makes them again, if need be by the password of the account here.`,
	sessionsEnded: (name: string) => `${name} is signed out everywhere.`,
	removedAdmin: (name: string) => `${name} is no longer a site administrator.`,
	addDialog: {
		title: 'Add someone',
		text: 'You get a link to hand over. With it the person chooses a password, once.',
		name: 'Name',
		email: 'Email',
		emailHint: 'The address they use at the provider, if they are to sign in with it.',
		household: 'Household',
		role: 'Role',
		siteAdmin: 'Site administrator',
		siteAdminHint: 'May change everything under Administration.',
		submit: 'Add',
		submitting: 'Adding …'
	},
	linkDialog: {
		addedTitle: (name: string) => `${name} is added`,
		newTitle: (name: string) => `A new link for ${name}`,
		resetTitle: (name: string) => `The links are gone. A way in for ${name}`,
		text: (name: string) =>
			`Give this link to ${name}, for instance in a message. It works once. It is shown only now; you can always make a new one.`,
		label: 'One-time link',
		expires: (time: string, relative: string) => `Valid until ${time} (${relative}).`,
		done: 'Done'
	},
	confirm: {
		newLinkTitle: (name: string) => `New password link for ${name}?`,
		newLinkText:
			'A link that was given out before stops working. The present password keeps working until the new link is used.',
		newLink: 'Make a link',
		disableTitle: (name: string) => `Disable ${name}?`,
		disableText: (name: string) =>
			`${name} is signed out everywhere and cannot sign in, neither with a password nor with a provider. API tokens are revoked; everything else stays, and you can enable the account again.`,
		makeAdminTitle: (name: string) => `Make ${name} a site administrator?`,
		makeAdminText: (name: string) =>
			`${name} may then change the sign-in settings, and add or delete people, you included.`,
		removeAdminTitle: (name: string) => `Remove ${name} as site administrator?`,
		removeAdminText: (name: string) =>
			`${name} keeps the account and the household, but loses everything under Administration.`,
		removeSelfText:
			'You lose everything under Administration at once. Another administrator can give it back.',
		resetLinksTitle: (name: string) => `Reset the links of ${name}?`,
		resetLinksText: (name: string, providers: string) =>
			`${name} can no longer come in with ${providers} until the account there is linked again. Do this when the provider was reinstalled or its subject mode changed, and people come back as strangers.`,
		resetLinksNoPassword: (name: string) =>
			`${name} has no password. You get a one-time link to hand over, so that there is a way in.`,
		resetOwnLinks: 'If you came in with one of them, you are signed out here at once.',
		endSessionsTitle: (name: string) => `End all sessions of ${name}?`,
		endSessionsText: (name: string) =>
			`${name} is signed out in every browser and has to sign in again. API tokens are revoked; nothing else changes.`,
		endOwnSessionsText:
			'You are signed out in every browser, this one included, and have to sign in again. Your API tokens are revoked.',
		deleteTitle: (name: string) => `Delete ${name}?`,
		deleteText: (name: string) =>
			`The account of ${name}, the links to providers and the memberships are deleted for good, and all sessions end. The household and what is in it stay.`
	}
};
