export const about = {
	page: 'About',
	address: 'Public address',
	addressText:
		'Where people reach Pantrie. It is part of the redirect URI for every provider and of every link Pantrie gives out.',
	publicUrl: 'Public URL',
	publicUrlHint: 'Scheme, host and, if there is one, the path. Example: https://pantry.example.org',
	addressSaved:
		'The public address is saved. If it changed, correct the redirect URI at every provider.',
	mismatchTitle: 'You are at another address',
	mismatchText:
		'This browser reached Pantrie by a different address than the public one. If the public address is wrong, correct it; if it is right, use it.',
	here: 'You are at',
	seen: 'Pantrie sees',
	there: 'Public address',
	changeTitle: 'Change the public address?',
	changeText:
		'Sign-in with a provider stops working until the new redirect URI is registered there. People have to use the new address.',
	changeConfirm: 'Change address',
	system: 'This Pantrie',
	version: 'Version',
	goVersion: 'Built with',
	started: 'Running since',
	platform: 'Platform',
	database: 'Database',
	backup: 'Last backup',
	noBackup: 'none yet',
	configuration: 'Configuration in force',
	configurationText: 'From the environment. What is not listed as set has its default value.',
	secretSet: 'set, not shown',
	others: (n: number) => `${n} more have their default values`,
	report: 'For a bug report',
	reportText: 'Version, platform and which variables are set. No names, addresses or secrets.',
	reportLabel: 'Text to copy',
	outside: 'What Pantrie contacts',
	outsideText:
		'Nothing but the providers that you connect, when somebody signs in, tests the connection, or signs out there. No statistics, no search for updates.',
	outsideNone: 'No provider is connected: Pantrie contacts nobody.'
};
