export const setup = {
	page: 'Set up Pantrie',
	title: 'Set up Pantrie',
	step: (step: number, of: number) => `step ${step} of ${of}`,
	progress: 'Steps',
	checking: 'Checking …',
	steps: [
		{ title: 'You and your household', text: 'The first account and the name of the pantry.' },
		{ title: 'Address', text: 'Where people reach Pantrie.' },
		{ title: 'OAuth Configuration', text: 'Sign in with Authentik or another provider.' },
		{ title: 'Finish', text: 'Everything at once, or nothing.' }
	],
	done: {
		title: 'This Pantrie is already set up',
		text: 'The setup runs once; perhaps somebody else has just finished it. To change something, sign in as site administrator and open Administration.',
		signIn: 'Go to the sign-in page'
	},
	token: {
		title: 'Open Pantrie with the setup link',
		text: 'Only the person who started Pantrie may set it up. Its log has a link for that; look for the line with “/setup#token=”.',
		wrong: 'Look again in the log, and copy everything after “token=”.',
		docker: 'In Docker',
		systemd: 'As a system service',
		terminal: 'Started by hand',
		terminalText: 'The link is in the terminal window where Pantrie runs.',
		field: 'Setup link or token',
		fieldHint: 'Paste the whole link, or only what follows “token=”.',
		submit: 'Continue'
	},
	you: {
		title: 'Who runs this Pantrie?',
		text: 'You become the first site administrator, and your household gets its first pantry.',
		name: 'Your name',
		email: 'Your email',
		emailHint:
			'You sign in with it. If you use Authentik or another provider, take the address you have there.',
		password: 'Password',
		passwordHint:
			'At least 8 characters. Length counts more than symbols: a few words in a row are good.',
		passwordAgain: 'Passwords are not kept when the page is loaded again. Type it once more.',
		household: 'Name of the household',
		householdOf: (name: string) => `${name}’s household`,
		householdHint: 'The people who share one pantry, for instance “Brandt” or “Blue house”.'
	},
	address: {
		title: 'Where do people reach Pantrie?',
		text: 'The address you and your household type into the browser. Pantrie builds its links and the redirect URI for your provider from it, and from nothing else.',
		publicUrl: 'Public URL',
		hint: 'Behind a reverse proxy, take the address the proxy has outside, with https.',
		elsewhere: 'You are at another address now',
		elsewhereText: (here: string, there: string) =>
			`You opened this page at ${here}. That is fine if ${there} really leads to this Pantrie: after the setup, sign in there.`,
		plain: 'No encryption',
		plainText:
			'With http, passwords travel readable through your network. Fine for a first look at home; for daily use put a proxy with https in front.'
	},
	oauth: {
		title: 'How will people sign in?',
		text: 'Passwords always work. Connect your Authentik or another provider now, or later under Settings → Administration → OAuth Settings.',
		name: 'OAuth Configuration',
		method: 'Authentication method',
		local: 'Local accounts only',
		otherProvider: 'Other OpenID Connect provider',
		theProvider: 'the provider',
		localText:
			'Everyone signs in with an email and a password. You can connect a provider at any time without a restart.',
		secretHint: 'From the provider. It is stored encrypted and never shown again.',
		secretAgain:
			'Secrets are not kept when the page is loaded again. Paste it once more, or choose “Set it up for me”: Pantrie finds what is there.',
		fillInFirst: 'Fill in the fields above first.',
		fromEnvironment:
			'Environment variables set some of Authentik’s values. Add the ones that are still missing here.'
	},
	finish: {
		title: 'Ready to finish',
		text: 'In Pantrie nothing is written until you press the button; then everything at once.',
		administrator: 'Administrator',
		household: 'Household',
		address: 'Address',
		signIn: 'Signing in',
		localOnly: 'Email and password',
		with: (provider: string) => `Email and password, and ${provider}`,
		withAt: (provider: string, host: string) => `Email and password, and ${provider} at ${host}`,
		madeTitle: 'Authentik is set up',
		made: (slug: string, checks: number) =>
			`The application ${slug} is there, and ${checks} checks of the connection passed.`,
		link: (provider: string) => `Link my ${provider} account right away`,
		linkHint: (provider: string) =>
			`After the last press the browser goes to ${provider} and comes back. From then on both ways lead to your account.`,
		change: 'Change',
		submit: 'Finish setup',
		submitting: 'Setting up …'
	},
	complete: {
		title: 'Pantrie is ready',
		text: (household: string) => `It keeps the inventory of “${household}”.`,
		signedIn: (name: string, email: string) => `You are signed in as ${name} (${email}).`,
		linkTitle: (provider: string) => `Link your ${provider} account now`,
		linkText: (provider: string) =>
			`One round trip to ${provider} and back: it shows that all values are right, and from then on both ways lead to this account. Your password keeps working.`,
		link: (provider: string) => `Link my ${provider} account`,
		linking: (provider: string) => `Going to ${provider} …`,
		laterTitle: (provider: string) => `${provider} is set up`,
		laterText: (provider: string) =>
			`After signing in at the public address, link your ${provider} account under Settings. That also shows whether all values are right.`,
		elsewhereTitle: 'Go on at the public address',
		elsewhereText: (here: string) =>
			`You set Pantrie up at ${here}, so this browser is signed in there only. Open the public address and sign in with your email and password.`,
		open: (address: string) => `Open ${address}`,
		go: 'Go to the pantry'
	}
};
