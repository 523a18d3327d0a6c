export const login = {
	page: 'Sign in',
	title: 'Good to see you',
	pantryOf: (name: string) => `The pantry of ${name}`,
	orPassword: 'or with your password',
	email: 'Email',
	password: 'Password',
	signIn: 'Sign in',
	signingIn: 'Signing in …',
	mismatch: 'That email and password do not match. Check both and try again.',
	mismatchWithProvider: (provider: string) =>
		`That email and password do not match. Check both, or sign in with ${provider}.`,
	trouble: 'Trouble signing in? Ask the person who runs this Pantrie.',
	alreadyIn: (name: string) => `You are signed in as ${name}.`,
	goOn: 'Go on',
	expiredTitle: 'You were signed out',
	expired: 'Your session has ended. What you changed last was not saved; sign in and do it again.',
	signedOut: 'You are signed out',
	signedOutHere: (provider: string) =>
		`If you signed in with ${provider}, you may still be signed in there. On a shared device, open ${provider} and sign out there too.`,
	/** Coming back shows that the provider was asked, not that the session there has ended. */
	signedOutBack: (provider: string) =>
		`${provider} sent you back after signing out. On a shared device, open ${provider} and check that it asks you to sign in.`,
	adminsOnly: 'Passwords are switched off here. Only site administrators can sign in with one.',
	toPassword: 'Administrators: sign in with a password',
	going: (provider: string) => `Going to ${provider} …`,
	stay: 'Stay on this page',
	otherAccount: (provider: string) => `Use another account at ${provider}`
};
