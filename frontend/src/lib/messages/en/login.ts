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
	waitTitle: 'Too many tries',
	wait: (time: string) => `For safety, wait ${time}, then try again.`,
	waitOver: 'You can try again now.',
	trouble: 'Trouble signing in? Ask the person who runs this Pantrie.',
	alreadyIn: (name: string) => `You are signed in as ${name}.`,
	goOn: 'Go on',
	expiredTitle: 'You were signed out',
	expired: 'Your session has ended. What you changed last was not saved; sign in and do it again.'
};
