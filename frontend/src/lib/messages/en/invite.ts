export const invite = {
	page: 'Invitation',
	title: (inviter: string, household: string) => `${inviter} invites you to ${household}`,
	as: {
		admin: 'You join as an admin, who manages the household.',
		editor: 'You join as an editor, who adds and uses things.',
		viewer: 'You join as a viewer, who looks and changes nothing.'
	},
	signedInAs: (name: string) => `You are signed in as ${name}.`,
	join: (household: string) => `Join ${household}`,
	joining: 'Joining …',
	memberAlready: (household: string) =>
		`You are in ${household} already, with a role that is at least as high. The link stays good for somebody else.`,
	goOn: 'Go on',
	another: 'Use another account',
	leaving: 'Signing out …',
	orNew: 'or with a new account',
	orKnown: 'or with your account here',
	name: 'Your name',
	nameHint: 'As the others in the household see it.',
	email: 'Your email',
	emailHint: 'You sign in with it.',
	emailTaken:
		'There is an account with this address. If it is yours, choose “I have an account here” below.',
	newPassword: 'Choose a password',
	passwordHint: 'At least 8 characters. Length counts more than symbols.',
	create: 'Create my account and join',
	creating: 'Creating …',
	password: 'Password',
	signIn: 'Sign in and join',
	signingIn: 'Signing in …',
	mismatch: 'That email and password do not match. Check both and try again.',
	haveAccount: 'I have an account here',
	noAccount: 'I have no account here yet',
	noWay: 'At the moment there is no way to sign in here. Ask the person who invited you.',
	until: (time: string) => `This link lets one person in, until ${time}.`,
	over: {
		none: {
			title: 'The link is not complete',
			text: 'It ends in “#token=” and a long word. Copy the whole of it, or ask for a new one.'
		},
		invitation_invalid: {
			title: 'This is not an invitation',
			text: 'The link is not complete, or very old. Copy the whole of it, or ask the person who sent it for a new one.'
		},
		invitation_expired: {
			title: 'This invitation has run out',
			text: 'An invitation works for seven days. Ask the person who sent it for a new one.'
		},
		invitation_used: {
			title: 'This invitation has been used',
			text: 'Each one lets one person in. If that was you, go on to Pantrie. If not, ask the person who sent it for a new one.'
		},
		invitation_revoked: {
			title: 'This invitation has been withdrawn',
			text: 'It no longer lets anybody in. Ask the person who sent it for a new one.'
		}
	},
	toPantrie: 'Go on to Pantrie'
};
