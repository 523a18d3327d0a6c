export const linkAccount = {
	page: 'Connect accounts',
	title: (provider: string) => `Connect ${provider}`,
	known: (provider: string) =>
		`This address belongs to an account here. Enter its password once to connect ${provider}.`,
	blind: (email: string, provider: string) =>
		`If ${email} has an account here, enter its password once to connect ${provider}.`,
	why: {
		unverified: (provider: string) => `${provider} doesn't confirm that this address is yours.`,
		unproven: () => 'No one has confirmed yet that the account here has this address.',
		always: () => 'Linking by email alone is switched off here.'
	},
	then: (provider: string) =>
		`You'll be asked once; from then on ${provider} is enough. No password here yet? Ask an administrator for a one-time link.`,
	email: 'Email',
	password: 'Password of the account here',
	submit: 'Connect and sign in',
	submitting: 'Connecting …',
	until: (time: string) => `Possible until ${time}, then the sign-in starts again.`,
	otherWay: 'Use another way',
	expiredTitle: 'This took too long',
	expiredText:
		'The password can be entered for ten minutes after coming from the provider, and once. Sign in with the provider again to connect it.',
	toLogin: 'Go to the sign-in page'
};
