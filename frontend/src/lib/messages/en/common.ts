export const common = {
	appName: 'Pantrie',
	title: (page: string) => `${page} · Pantrie`,
	skipToContent: 'Skip to content',
	cancel: 'Cancel',
	close: 'Close',
	save: 'Save',
	saving: 'Saving …',
	saved: 'Saved.',
	back: 'Back',
	continue: 'Continue',
	tryAgain: 'Try again',
	trying: 'Trying …',
	copy: (what: string) => `Copy ${what}`,
	copied: 'Copied',
	copyFailed: 'Selected. Copy it with your keyboard or a long press.',
	showPassword: 'Show password',
	hidePassword: 'Hide password',
	reference: (id: string) => `Reference ${id}`,
	setBy: 'Set by',
	required: 'Fill this in.',
	waitTitle: 'Too many tries',
	wait: (time: string) => `For safety, wait ${time}, then try again.`,
	waitOver: 'You can try again now.',
	offline: 'No connection. What you see may be old; changes cannot be saved.',
	demo: {
		title: 'Demo',
		text: 'This is a demo. Everything in it is made up, and gone when it ends.'
	},
	roles: { admin: 'Admin', editor: 'Editor', viewer: 'Viewer' },
	roleHints: {
		admin: 'manages the household',
		editor: 'adds and uses things',
		viewer: 'looks, changes nothing'
	},
	/** Around the reason why a sign-in did not work. */
	problem: {
		forHost: 'For the person who runs this Pantrie',
		redirectUri: 'Redirect URI that Pantrie sends',
		toLog: 'This attempt in the sign-in log'
	},
	wrongOrigin: {
		title: 'You came by another address',
		text: 'Your password works here too. A sign-in with one of the buttons ends at the public address only: open Pantrie there, or ask the person who runs it to correct that address.',
		here: 'You are at',
		there: 'Public address'
	},
	errorPage: {
		notFoundTitle: 'There is no such page',
		notFoundText: 'The address may be old or mistyped. Nothing is broken.',
		forbiddenTitle: 'This part is for the people who run Pantrie',
		forbiddenText:
			'You are signed in, but your account is not a site administrator. If you need something changed here, ask the person who runs this Pantrie.',
		networkTitle: 'Pantrie does not answer',
		networkText:
			'Your device may be offline, or the machine that Pantrie runs on is off or restarting. You are still signed in.',
		failedTitle: 'That did not work',
		toHome: 'Go to the home page',
		toLogin: 'Go to the sign-in page'
	}
};
