export const setPassword = {
	page: 'Choose a password',
	title: (name: string) => `Welcome, ${name}`,
	text: 'Choose a password for your account. After that you are signed in.',
	email: 'Your email',
	password: 'New password',
	passwordHint:
		'At least 8 characters. Length counts more than symbols: a few words in a row are good.',
	submit: 'Set password and sign in',
	submitting: 'Setting the password …',
	invalidTitle: 'This link does not work any more',
	invalidText:
		'A link to choose a password works once and for a limited time. Ask the person who runs this Pantrie for a new one. If you already have a password, sign in with it.'
};
