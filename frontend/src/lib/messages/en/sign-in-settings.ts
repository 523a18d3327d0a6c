export const signInSettings = {
	page: 'Sign-in',
	localTitle: 'Passwords',
	local: 'Sign in with email and password',
	localHint: 'For everybody who has a password here.',
	off: 'Site administrators can always sign in with their password, at this address:',
	localAddress: 'Sign-in page for administrators',
	offText:
		'Everybody else comes in with a provider. If a provider is down for long, people cannot come in until it is back, or until you switch this on.',
	lockedText: (variable: string, on: boolean) =>
		`${variable} keeps passwords switched ${on ? 'on' : 'off'}, whatever is chosen here.`,
	needsTest: (provider: string) =>
		`Passwords can be switched off after a test sign-in with ${provider} that leads to your own account here, with the settings now in force. That way you know that there is another way in.`,
	linkFirst: 'Is your account not linked yet? Link it under Settings first.',
	toAccount: 'Open Settings',
	stillOn:
		'Passwords are switched off here, but still work for everybody: no provider is set up and switched on, so there is no other way in.',
	needsProvider:
		'Passwords can be switched off once a provider is set up and switched on: there must be another way in.',
	toProvider: 'Open OAuth Settings',
	test: (provider: string) => `Test sign-in with ${provider}`,
	testing: 'One moment …',
	ready: 'Your test sign-in worked, so passwords can be switched off.',
	refused:
		'Passwords cannot be switched off now: something about the provider changed since your test sign-in. Make it once more.',
	alwaysTitle: 'Never locked out',
	always: [
		'The sign-in page with ?local=1 behind its address takes the password of a site administrator.',
		'PANTRIE_LOCAL_LOGIN=true switches passwords on for everybody, after a restart.',
		'On the server: pantrie admin reset-password <email> prints a one-time link, pantrie oauth disable switches the providers off.'
	],
	autoTitle: 'The sign-in page',
	auto: 'Go to a provider by itself',
	autoNone: 'No, show the sign-in page',
	autoHint:
		'Whoever opens Pantrie without being signed in goes straight to the provider. Not after signing out, and not with ?local=1 behind the address.',
	autoNoProvider: 'There is a choice here once a provider is set up and switched on.',
	saved: 'Saved. It counts from the next sign-in.'
};
