export const backups = {
	page: 'Backups',
	title: 'Backups',
	text: 'Each is the whole of Pantrie in one file: accounts, households, photos, settings. It is made while everybody goes on.',
	make: 'Back up now',
	making: 'Backing up …',
	made: (name: string) => `${name} is made.`,
	none: 'There is no backup yet.',
	noneText:
		'The first one is made by itself within ten minutes after a start, if a schedule is set.',
	list: 'Backups on Pantrie’s machine',
	kinds: {
		scheduled: 'By schedule',
		manual: 'By hand',
		'before-migration': 'Before an upgrade',
		'before-restore': 'Before a restore'
	},
	download: 'Download',
	downloadOf: (when: string) => `Download the backup of ${when}`,
	remove: 'Delete',
	removeOf: (when: string) => `Delete the backup of ${when}`,
	removeTitle: 'Delete this backup?',
	removeText: (when: string) =>
		`What Pantrie was like on ${when} cannot be brought back from it then.`,
	removed: 'The backup is deleted.',
	schedule: 'Schedule',
	every: 'Make one',
	everyDay: 'every day',
	everyWeek: 'every week',
	everyMonth: 'every 30 days',
	everyDays: (days: number) => `every ${days} days`,
	never: 'never by itself',
	keep: 'Keep the newest',
	keepHint: 'Of those made by schedule. The others stay until you delete them.',
	keepRange: 'A number from 1 to 100.',
	folder: 'They are in',
	problem: 'The last backup by schedule could not be made',
	away: 'Copy backups to another machine now and then',
	awayText:
		'On this one they do not help when its disk breaks. Whoever has a backup has everything in it but the secrets below: keep it as you keep the original.',
	keyTitle: 'The key belongs to it, and elsewhere',
	keyText:
		'Client secrets are encrypted in a backup. To have them back as well, keep a copy of this file, apart from the backups. A backup without it still opens; then the client secrets are typed again.',
	keyFromEnv:
		'Client secrets are encrypted in a backup with the key in PANTRIE_SECRET_KEY. Keep that, apart from the backups. A backup without it still opens; then the client secrets are typed again.',
	restoreTitle: 'Restore',
	restoreText:
		'On a fresh Pantrie: “Restore a backup” on the first screen of the setup. On this one: stop it, run this, start it. What is there now is kept as a backup.',
	terminal: 'In a terminal, with the data folder of the server',
	restoreCommand: 'pantrie restore <file>'
};

/** Restoring in the setup wizard. */
export const restore = {
	open: 'Restore a backup',
	openText: 'Have you had a Pantrie before?',
	title: 'Restore a backup',
	text: 'Everything of the Pantrie that the backup is of comes back: accounts, households, settings. You then sign in as you did there.',
	key: 'If you kept its file secret.key, put that into the data folder and start Pantrie anew before you restore: the client secrets of providers then work at once.',
	file: 'Backup file',
	fileHint: 'It ends in .db.gz or .db.',
	submit: 'Restore',
	working: 'Restoring … this can take a minute',
	back: 'Set up from the start instead',
	choose: 'Choose the file first.',
	doneTitle: 'The backup is restored',
	accounts: (n: number) => (n === 1 ? '1 account' : `${n} accounts`),
	households: (n: number) => (n === 1 ? '1 household' : `${n} households`),
	products: (n: number) => (n === 1 ? '1 product' : `${n} products`),
	secrets:
		'These were encrypted with another key. Sign in with a password, and enter them again in Administration:',
	starting: 'Pantrie starts anew …',
	signIn: 'Go to the sign-in page',
	slow: 'Pantrie takes longer than usual to start. Its log says why.',
	codes: {
		not_a_backup: 'This is no backup of Pantrie. Its files end in .db.gz or .db.',
		backup_damaged:
			'This backup is damaged: it ended too early, or its content changed. Try an older one.',
		backup_newer: 'This backup is from a newer Pantrie. Install that version, then restore.',
		backup_empty: 'Nobody has an account in this backup. Set Pantrie up instead.'
	}
};
