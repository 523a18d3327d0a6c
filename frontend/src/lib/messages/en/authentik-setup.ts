/** Authentik, set up: the three ways to connect it, and what is said on each. */
export const authentikSetup = {
	ways: {
		legend: 'How do you want to connect Authentik?',
		auto: {
			label: 'Set it up for me',
			text: 'Paste an API token once. Pantrie creates the provider and the application.'
		},
		blueprint: {
			label: 'Blueprint',
			text: 'Import a text with your values into Authentik.'
		},
		hand: {
			label: 'By hand',
			text: 'Create both yourself, and fill in four fields here.'
		}
	},
	again: 'Set it up anew',
	againHint: 'Let Pantrie create or look up the application, or take a blueprint',
	noAddress: 'Enter the whole address, such as https://auth.example.org.',
	noPublicUrl:
		'The public address of Pantrie is missing, and everything in Authentik follows from it. Enter it first.',
	token: 'API token',
	tokenHint:
		'In Authentik: Directory → Tokens and App passwords → Create, with the intent API Token; then copy the token. Used for this run only, never stored.',
	tokenRead:
		'A token that may only read is enough. In Authentik: Directory → Tokens and App passwords → Create, with the intent API Token. Used once, never stored.',
	toTokens: 'Open the tokens in Authentik',
	options: 'More options',
	optionsHint: 'Consent, who may use it, slug',
	consent: 'When people sign in',
	consents: {
		implicit: {
			label: 'Straight in',
			text: 'Whoever is signed in at Authentik is at once in Pantrie.'
		},
		explicit: {
			label: 'Ask first',
			text: 'Authentik asks everybody before it tells Pantrie who they are.'
		}
	},
	group: 'Who may use the application',
	everyone: 'Everyone who has an account at Authentik',
	groupOnly: (name: string) => `Only the group ${name}`,
	groupHint: {
		before: 'The groups can be chosen here as soon as Authentik was asked.',
		none: 'Authentik named no groups; perhaps the token may not list them.',
		some: 'Authentik itself turns everybody else away.'
	},
	slug: 'Application Slug',
	slugHint: 'The name in the address. Empty means pantrie.',
	ca: 'Extra certificate authority',
	caHint:
		'The certificate of Authentik comes from an authority that Pantrie does not know. Paste the certificate of that authority, as PEM text.',
	looking: 'Asking Authentik …',
	lookAgain: 'Ask again',
	changed: 'You changed something, so this plan no longer holds.',
	waiting: 'As soon as both fields are filled in, you see here what would be created.',
	plan: {
		title: 'What Pantrie does in Authentik',
		version: (version: string) => `Authentik ${version}`,
		announce: 'Ready. Look through what would be created.',
		create: 'Create it in Authentik',
		creating: 'Setting it up …',
		actions: {
			create: (thing: string) => `Creates the ${thing}`,
			use: (thing: string) => `Uses the ${thing}`,
			add: (thing: string) => `Adds the ${thing}`,
			keep: (thing: string) => `Keeps the ${thing}`,
			omit: (thing: string) => `No ${thing}`
		} as Record<string, (thing: string) => string>,
		kinds: {
			provider: 'provider',
			application: 'application',
			redirect_uri: 'redirect URI',
			launch_url: 'launch URL',
			scopes: 'scopes',
			flow: 'authorization flow',
			invalidation_flow: 'invalidation flow',
			signing_key: 'signing key',
			logout: 'back-channel logout URI',
			signed_out: 'post-logout redirect URI',
			group: 'group'
		} as Record<string, string>
	},
	found: {
		title: (slug: string) => `There is already an application with the slug ${slug}`,
		titleProvider: (name: string) => `There is already a provider ${name} without an application`,
		text: 'Nothing was changed so far. Choose how to go on.',
		application: 'Application',
		slug: 'Slug',
		provider: 'Provider',
		clientId: 'Client ID',
		open: 'Open it in Authentik',
		use: 'Use it',
		using: 'Taking it over …',
		useTitle: 'If Pantrie uses it:',
		another: 'Another slug',
		anotherHint: 'Pantrie then creates an application of its own beside the other one.'
	},
	steps: {
		title: 'Setting up Authentik',
		names: {
			connect: 'Authentik answers and knows the token',
			flow: 'Authorization flow',
			scopes: 'Scopes',
			signing_key: 'Signing key',
			group: 'Group',
			provider: 'Provider',
			application: 'Application',
			binding: 'Who may use it',
			save: 'Saved in Pantrie',
			undo: 'Cleaning up'
		} as Record<string, string>,
		status: {
			running: 'Working …',
			waiting: 'Waiting',
			done: 'Done',
			skipped: 'Not needed',
			failed: 'Failed',
			removed: 'Removed again',
			left: 'Still there'
		}
	},
	problem: {
		look: 'Authentik could not be asked',
		run: 'Setting it up did not work',
		clean: 'What this run had created is removed again.',
		left: 'Still there in Authentik. Ask again to go on with it, or delete it there:',
		permission: 'Missing permission',
		broken:
			'The connection to Pantrie broke off before the end. Ask again: you then see what is there in Authentik.'
	},
	made: {
		title: 'Authentik is set up',
		created: (list: string) => `Created in Authentik: ${list}.`,
		used: (slug: string) => `Pantrie uses the application ${slug} that was there already.`,
		saved: 'It is saved and switched on.'
	},
	tested: {
		fine: 'Everything works. See with a test sign-in what people get.',
		look: 'The connection test has something to tell. Look at the marked lines.'
	},
	blueprint: {
		what: '1. Take the blueprint',
		whatText:
			'A text that tells Authentik what to create. It holds no secret; Authentik makes client ID and secret itself.',
		slug: 'Slug of the new application',
		slugHint: 'The name in its addresses.',
		group: 'Group that may use the application',
		groupHint: 'Its exact name in Authentik. Empty means everyone.',
		emailVerified: 'Verified addresses',
		emailVerifiedHint:
			'Since 2025.10 Authentik calls no address verified, and then people are asked for their password here once. With this, it calls an address verified when the person has the attribute email_verified: true.',
		old: 'My Authentik is older than 2024.12',
		oldHint: 'It wants the redirect URI in another form.',
		recent: 'My Authentik is 2026.5 or newer',
		recentHint:
			'Then it can send people back to Pantrie after they sign out there. Older ones would take that address for one to sign in at.',
		text: 'Blueprint',
		loading: 'Writing the blueprint …',
		copy: 'Copy',
		copied: 'Copied',
		selected: 'Selected. Copy it with your keyboard or a long press.',
		download: 'Download',
		importTitle: '2. Give it to Authentik, in one of two ways',
		imports: [
			'In the admin interface: **Customization → Blueprints → Create**, choose **Internal** and paste the text. Newer ones also have **Import** for the file.',
			'Or put the file into **/blueprints/custom** of the worker’s container. Authentik applies it within the hour.'
		],
		toBlueprints: 'Open the blueprints in Authentik',
		check: 'Afterwards the application is under **Applications → Applications**.',
		afterTitle: '3. Tell Pantrie client ID and secret',
		after: {
			legend: 'How does Pantrie learn them?',
			paste: {
				label: 'I paste them',
				text: 'From Applications → Providers → Pantrie → Edit.'
			},
			find: {
				label: 'Let Pantrie find them',
				text: 'By the slug, with an API token. Nothing is changed in Authentik.'
			}
		},
		above: 'Paste them into the fields of this page, and save.',
		find: 'Read client ID and secret',
		finding: 'Reading …'
	},
	notYet: 'Create it in Authentik first, or choose another way to connect it.',
	guide: 'The whole way by hand, step by step',
	goesOn: 'Pantrie tests the connection afterwards, and goes on by itself when everything works.'
};
