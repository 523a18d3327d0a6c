export const oauth = {
	page: 'OAuth Settings',
	providers: 'Providers',
	otherProvider: 'Other OpenID Connect',
	tab: { on: 'on', off: 'off', none: 'not set up' },
	status: {
		ready: 'Working',
		unused: 'Complete, not used yet',
		failing: 'Last attempt failed',
		off: 'Off',
		notSetUp: 'Not set up',
		incomplete: 'Not complete'
	},
	neverUsed: 'Nobody has signed in with it yet',
	lastSignIn: (time: string) => `Last sign-in ${time}`,
	linked: (count: number) => (count === 1 ? '1 person linked' : `${count} people linked`),
	enabled: (provider: string) => `Sign in with ${provider}`,
	enabledHint: 'Shows the button on the sign-in page, once all fields are there.',
	missingTitle: 'OAuth provider not configured',
	missing: {
		missing: (label: string) => `${label} is missing.`,
		unreadable: (label: string) =>
			`${label} is stored but can no longer be read, because the secret key of this Pantrie changed. Type it again.`,
		invalid: (label: string) => `${label} is not valid. Check it.`
	},
	missingEnv: 'Fill it in below, or set',
	baseUrl: 'Authentik Base URL',
	baseUrlHint: 'Where Authentik opens in the browser. Example: https://auth.example.org',
	slug: 'Application Slug',
	slugHint: 'From the application, not the provider: Applications → Pantrie → Slug.',
	issuerUrl: 'Issuer URL',
	issuerUrlHint:
		'With /.well-known/openid-configuration behind it, it opens in a browser. Example: https://id.example.org',
	clientId: 'Client ID',
	clientSecret: 'Client Secret',
	secretStored: 'Stored. Type to replace',
	secretStoredAt: (time: string) => `Stored ${time}. It is encrypted and never shown again.`,
	secretNone: 'From the provider. It is stored encrypted and never shown again.',
	secretAgain:
		'The address of the provider or its certificate authority changed: type the secret again, so that it never goes to a server you did not mean.',
	issuer: 'Issuer',
	button: 'Text on the button',
	buttonHint: (provider: string) => `Empty means “Sign in with ${provider}”.`,
	name: 'Name of the provider',
	nameHint: 'As people know it, for instance Authelia. The button says “Sign in with …”.',
	mismatchTitle: 'You are at another address than the public one',
	mismatchText:
		'Providers send people back to the public address. If that is not where they started, signing in fails. Correct the public address under About, or open Pantrie there.',
	here: 'You are at',
	there: 'Public address',
	toAbout: 'Check the public address',
	plainPublicTitle: 'The public address has http, but you came with https',
	plainPublicText:
		'The redirect URI is built from the public address, so it begins with http and does not fit. Change the public address to https.',
	proxyTitle: 'Pantrie does not believe the proxy in front of it',
	proxyText: (address: string, seen: string) =>
		`A proxy at ${address} says how people reached it, but Pantrie was not told to trust it. To Pantrie this request came to ${seen}. Set this variable and restart Pantrie:`,
	proxyVariable: 'Environment variable',
	plainBehindTitle: 'The proxy in front of Pantrie does not say that it uses https',
	plainBehindText: (seen: string) =>
		`Your browser uses https, but to Pantrie this request came to ${seen}. Let the proxy send X-Forwarded-Proto and X-Forwarded-Host, and name its address in PANTRIE_TRUSTED_PROXIES.`,
	recent: 'Recent sign-ins',
	recentAll: 'All',
	recentAllName: 'All sign-ins, in the sign-in log',
	recentEmpty:
		'Nobody has tried yet. A test sign-in shows whether everything works, without signing anybody in.',
	save: 'Save',
	saving: 'Saving …',
	discard: 'Discard',
	unsaved: 'Not saved yet',
	saved: 'Saved. The next sign-in uses these settings.',
	lockedElsewhere:
		'A field is now set by the environment. The page shows the present state; check it and save again.',
	removeCard: 'Start over',
	remove: (provider: string) => `Remove ${provider}`,
	removeHint: 'Forgets what is stored here.',
	removeTitle: (provider: string) => `Remove ${provider}?`,
	removeText:
		'What is stored here of this provider is forgotten, and its button disappears from the sign-in page. People keep their accounts; whoever has a password can still use it.',
	removeEnvText: 'What environment variables set stays in force until they are removed there.',
	removed: (provider: string) => `${provider} is removed.`,
	leaveTitle: 'Leave without saving?',
	leaveText: 'What you changed on this page is lost.',
	leave: 'Leave',
	stay: 'Stay',
	testNeedsFields: 'Fill in the fields above first.',
	linking: {
		title: 'Linking existing accounts',
		autoLink: 'Link by email',
		autoLinkHint: 'An existing account with the same, verified address is linked by itself.',
		trust: (provider: string) => `Trust email addresses from ${provider}`,
		trustHint: (provider: string) =>
			`Treats every address as verified, whatever ${provider} says. Whoever can change the own address at ${provider} could then take over the account here that has this address. Switch it on only if nobody but you can change addresses there.`,
		unverifiedTitle: (provider: string) => `${provider} reports addresses as not verified`,
		unverifiedText:
			'So Pantrie does not link by itself: it asks for the password of the account here, once. That works without any change. To have it by itself, choose one of two ways.',
		fixFirst: 'Better: let Authentik say it',
		fixText:
			'Authentik says “not verified” for everybody since 2025.10. Replace its mapping for the scope email by your own:',
		fixSteps: [
			'**Customization → Property Mappings → Create → Scope Mapping**. Name it “Pantrie email”, scope name **email**, and paste the expression.',
			'**Applications → Providers → Pantrie → Edit**: under **Scopes**, take out “authentik default OAuth Mapping: OpenID ‘email’” and put yours in.',
			'For each person whose address you know to be right: **Directory → Users → Edit → Attributes**, add **email_verified: true**.'
		],
		expression: 'Expression',
		fixOther:
			'Let the provider send email_verified as true for addresses it has checked; its documentation says where.',
		trustInstead: 'Or, if only you can change addresses there, switch this on:'
	},
	/** Before an address is saved that nobody is linked with. */
	moves: (people: number, provider: string) =>
		`${people === 1 ? 'One person is' : `${people} people are`} linked with the present address. With another address or slug those links stop working. If it is the same ${provider}, you can move them over after saving.`,
	moved: {
		title: (people: number) =>
			people === 1
				? 'One person is linked with the old address'
				: `${people} people are linked with the old address`,
		text: (provider: string) =>
			`Pantrie doesn’t recognize them when they sign in with ${provider}. It goes by their email address instead, and may ask for their password or create a new account.`,
		former: 'Old address:',
		hindrance: {
			'': (provider: string) =>
				`Your test sign-in returned the identifier of your own link, so this is the same ${provider}. You can move all links over. Everyone who signed in through the old address is signed out.`,
			needs_test: (provider: string) =>
				`Run Test sign-in below to check that it is the same ${provider}. If it returns the identifier of your own link, you can move all links over. Do both within ten minutes.`,
			other_subject: (provider: string) =>
				`The test sign-in returned a different identifier from your link. Either you signed in at ${provider} as someone else, or identifiers there have changed. If they have, people link again with their verified address or their password.`,
			not_linked: () =>
				'Only an administrator who was linked with the old address can move the links over, because their own link shows that it is the same provider. You weren’t linked.',
			conflict: () =>
				'One of them is already linked with the new address, so the links can’t be moved. Everyone else links again with their verified address or their password.',
			subjects: (provider: string) =>
				`These identifiers are names or numbers, which could belong to someone else at another ${provider}, so the links can’t be moved. People link again with their verified address or their password.`
		} satisfies Record<string, (provider: string) => string>,
		prove:
			'Confirm it’s you: enter your password. If you don’t have one, sign out and sign in again.',
		password: 'Your password',
		carry: 'Move the links',
		carrying: 'Moving …',
		done: (people: number, provider: string) =>
			people === 1
				? `One link was moved. They can sign in with ${provider} as before.`
				: `${people} links were moved. Everyone can sign in with ${provider} as before.`
	},
	leaving: {
		title: 'Leaving',
		signOut: (provider: string) => `Sign out at ${provider} too`,
		signOutHint: {
			authentik: () =>
				'After signing out here, people go on to sign out at Authentik, and so of other apps. For that, the provider needs the invalidation flow default-invalidation-flow (Edit → Advanced flow settings).',
			oidc: (provider: string) =>
				`After signing out here, people go on to sign out at ${provider}, and so of other apps.`
		},
		signedOutUrl: 'Post-logout redirect URI',
		signedOutNote: {
			authentik: '(register it as a redirect URI of the type Logout; Authentik 2026.5 and newer)',
			oidc: '(register it, so that people come back here)'
		},
		googleNone: 'Google has no address for signing out, so people stay signed in there.',
		backchannel: 'Back-channel logout URL',
		backchannelNote: {
			authentik: '(Logout URI, with Logout Method: Back-channel)',
			oidc: '(if the provider has such a field)'
		},
		backchannelHint: (provider: string) =>
			`People who sign out at ${provider} are then signed out here too, at once.`,
		asked: (provider: string) =>
			`While someone is signed in, Pantrie checks with ${provider} every 20 minutes that they still have access. If they have been deactivated there, they are signed out here and their API tokens are paused. If ${provider} is down, everyone stays signed in.`,
		ageLabel: 'Sign people out after',
		age: (hours: number) =>
			hours === 0
				? 'No extra limit'
				: hours % 24 === 0
					? hours === 24
						? '1 day'
						: `${hours / 24} days`
					: hours === 1
						? '1 hour'
						: `${hours} hours`,
		ageHint: {
			authentik: () =>
				'Authentik doesn’t issue refresh tokens yet, so Pantrie can’t check whether someone still has access. To change that, add the scope mapping offline_access to the provider. Otherwise set its Access token validity to about the same time: Authentik reports a sign-out only while an access token is valid.',
			oidc: (provider: string) =>
				`Applies when ${provider} issues no refresh token, so that Pantrie can’t check whether someone still has access. After this time they sign in again.`
		},
		noAddress: 'Enter the public address under About first; both values follow from it.'
	},
	advanced: {
		title: 'Advanced',
		hint: 'Scopes, client authentication, certificate authority, group claim',
		scopes: 'Scopes',
		scopesHint: (usual: string) => `Separated by spaces. Empty means ${usual}.`,
		authMethod: 'Client authentication',
		authMethods: {
			'': 'Automatic',
			post: 'In the request (client_secret_post)',
			basic: 'In the header (client_secret_basic)'
		},
		authMethodHint: 'How Pantrie proves itself to the provider. Automatic fits nearly always.',
		ca: 'Extra certificate authority',
		caHint:
			'For a provider whose certificate comes from your own authority. PEM text, one or several certificates. Certificates are always checked.',
		caFile: 'Choose a file',
		caTooLarge: 'This file is too large for a certificate. Choose the PEM file of the authority.',
		groupClaim: 'Group claim',
		groupClaimHint:
			'The claim that carries the groups, or the path to it, such as realm_access.roles. Empty means groups.'
	}
};
