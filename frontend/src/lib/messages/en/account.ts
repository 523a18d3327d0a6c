export const account = {
	page: 'Settings',
	title: 'Settings',
	profile: 'Profile',
	name: 'Name',
	nameHint: 'As the others in your household see it.',
	nameFromProvider: (provider: string) =>
		`Comes from ${provider} at each sign-in. Change it there.`,
	email: 'Email',
	emailHint: 'The address of your account here.',
	noEmail: 'None',
	profileSaved: 'Your name is saved.',
	signIn: 'Signing in',
	signedInWith: {
		password: 'You signed in with your password.',
		setup: 'You signed in by setting up this Pantrie.',
		link: 'You signed in with a one-time link.',
		token: 'You came with an API token.',
		provider: (provider: string) => `You signed in with ${provider}.`
	},
	signOut: 'Sign out',
	signingOut: 'Signing out …',
	changePassword: 'Change password',
	changeHint:
		'Everywhere else you are signed out when the password changes, and API tokens are revoked.',
	current: 'Current password',
	next: 'New password',
	nextHint: 'At least 8 characters. Length counts more than symbols.',
	change: 'Change password',
	changing: 'Changing …',
	changed: 'Your password is changed. Other browsers are signed out, and API tokens are revoked.',
	noPassword: 'Your account has no password.',
	setPassword: 'Set a password',
	setPasswordHint: (provider: string) =>
		`You come in with ${provider}, and nothing is missing. With a password you can also come in while ${provider} is down.`,
	setPasswordFirst: (provider: string) =>
		`First prove that it is you: sign in with ${provider} once more. You come back here.`,
	confirmWith: (provider: string) => `Confirm with ${provider}`,
	confirmAgain: (provider: string) =>
		`That took a while. Confirm with ${provider} once more, then set the password. Nothing was changed.`,
	proofRefused: (provider: string) =>
		`${provider} let you through without asking who you are, so that didn't confirm it's you. Sign out at ${provider}, sign in here again, and come back within ten minutes. Or ask an administrator for a one-time link to set a password.`,
	setPasswordNobody:
		'Ask the person who runs this Pantrie for a one-time link to choose a password.',
	set: 'Set password',
	setting: 'Setting …',
	passwordSet: 'Your password is set. Other browsers are signed out, and API tokens are revoked.',
	households: 'Households',
	householdRole: (role: string) => `as ${role}`,
	noHousehold: 'You are in no household yet.',
	toHousehold: 'See your household',
	toHouseholds: 'See your households',
	appearance: 'Appearance',
	appearanceHint: 'For this browser only.',
	theme: { system: 'System', light: 'Light', dark: 'Dark' },
	linked: {
		title: 'Linked accounts',
		text: 'Each of these leads to this account here.',
		none: 'No account of a provider is linked yet.',
		noProviders: 'No provider is set up here. You sign in with your password.',
		since: (time: string) => `Linked ${time}`,
		used: (time: string) => `last used ${time}`,
		issuer: 'Issuer',
		ended: (provider: string) =>
			`${provider} no longer lets you in. Your API tokens are paused until you sign in with it again.`,
		link: (provider: string) => `Link ${provider}`,
		linking: 'One moment …',
		unlink: 'Unlink',
		unlinkName: (provider: string) => `Unlink ${provider}`,
		cannot:
			'Your only way in, so it cannot be unlinked. First there has to be another: a linked provider, or a password, if passwords are allowed here.',
		unlinkTitle: (provider: string) => `Unlink ${provider}?`,
		unlinkText: (provider: string) =>
			`Signing in with ${provider} no longer leads to this account, everywhere else you are signed out, and API tokens are revoked. You can link it again at any time.`,
		unlinked: (provider: string) =>
			`${provider} is unlinked. Other browsers are signed out, and API tokens are revoked.`,
		doneTitle: (provider: string) => `${provider} is linked`,
		doneText: (provider: string) => `From now on you can also sign in with ${provider}.`
	},
	prove: {
		title: 'Is it you?',
		text: 'Enter your password once. It counts for ten minutes.',
		password: 'Your password',
		submit: 'Go on',
		submitting: 'Checking …',
		providerText: (provider: string) =>
			`Your account has no password. Sign in with ${provider} once more to prove that it is you; then come back here and try again.`,
		nobody:
			'Your account has neither a password nor a provider that works at the moment. Ask the person who runs this Pantrie.'
	},
	sessions: {
		title: 'Where you are signed in',
		text: 'Each browser you use has its own entry. End the ones you do not know.',
		current: 'This one',
		unknown: 'Unknown browser',
		on: (browser: string, system: string) => `${browser} on ${system}`,
		with: {
			password: 'with password',
			setup: 'by the setup',
			link: 'with a one-time link',
			provider: (provider: string) => `with ${provider}`
		},
		signedIn: (time: string) => `Signed in ${time}`,
		seen: (time: string) => `last seen ${time}`,
		end: 'End',
		endName: (device: string) => `End the session of ${device}`,
		ended: (device: string) => `${device} is signed out.`,
		endOthers: 'End all others',
		endOthersTitle: 'End all other sessions?',
		endOthersText: 'Every other browser has to sign in again. This one stays signed in.',
		othersEnded: 'Every other browser is signed out.',
		all: (count: number) => `Show all ${count}`
	},
	tokens: {
		title: 'API tokens',
		text: 'For programs that use this Pantrie as you: a kitchen display, home automation, a script. Each has its own token, never more rights than you, and none over your account.',
		docs: 'What they can do is in the API documentation.',
		make: 'Make a token',
		dialogTitle: 'A new API token',
		name: 'What it is for',
		nameHint: 'Such as “Kitchen display”.',
		scope: 'What it may do',
		scopes: {
			read: { label: 'Look', text: 'Sees the households you are in, changes nothing.' },
			stock: {
				label: 'Stock',
				text: 'Also changes what is in them: stock, shopping list, products and places.'
			},
			all: {
				label: 'Everything in households',
				text: 'Also manages households where you are admin: members, invitations, names.'
			}
		},
		lifetime: 'Works',
		lifetimes: {
			'30d': 'for 30 days',
			'90d': 'for 90 days',
			'1y': 'for one year',
			never: 'until it is revoked'
		},
		submit: 'Make it',
		submitting: 'Making it …',
		madeTitle: (name: string) => `The token for ${name}`,
		madeText:
			'Copy it now and put it into the program: it is not shown again. Whoever has it acts as you.',
		token: 'API token',
		done: 'Done',
		tooMany: 'You have as many tokens as one can have. Revoke one first.',
		made: (time: string) => `Made ${time}`,
		until: (time: string) => `runs out ${time}`,
		expired: 'Has run out',
		paused: 'Paused until you sign in with your linked account again',
		used: (time: string) => `last used ${time}`,
		unused: 'never used',
		revoke: 'Revoke',
		revokeName: (name: string) => `Revoke the token for ${name}`,
		revokeTitle: (name: string) => `Revoke the token for ${name}?`,
		revokeText: 'The program that uses it can no longer do anything here. That cannot be undone.',
		revoked: (name: string) => `The token for ${name} is revoked.`
	},
	attempts: {
		title: 'Recent sign-ins',
		text: 'Tries for your account. If one was not you, change your password and end the other sessions.',
		none: 'Nothing to show yet.',
		all: (count: number) => `Show all ${count}`
	}
};
