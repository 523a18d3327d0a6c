/** The page that tells the whole way by hand. Two asterisks mark what is written on a screen. */
export const authentikGuide = {
	page: 'Authentik, step by step',
	title: 'Sign in with Authentik, step by step',
	text: 'For Authentik 2023.10 and newer; the names are those of its admin interface. It takes about five minutes.',
	toPantrie: 'To Pantrie',
	otherProviders: 'Keycloak, Authelia, Google and others',
	faster: 'Faster without clicking',
	fasterText:
		'Pantrie can do all of this by itself: choose **Set it up for me** and paste an API token once. Or take the **Blueprint**, a text that you import into Authentik.',
	toSettings: 'Open OAuth Settings',
	inWizard: 'Both are in the tab you came from, in the step OAuth Configuration.',
	values: 'The values of this Pantrie',
	valuesText: 'Authentik wants them exactly as they stand here, letter by letter.',
	noAddress: 'Pantrie has no public address yet',
	noAddressText:
		'These values follow from the address of this page. If people will reach Pantrie elsewhere, set the public address first and come back.',
	typedAddress: 'The values follow from the public URL that you typed in the setup.',
	launchUrl: 'Launch URL',
	launchNote: '(UI settings)',
	redirectUri: 'Redirect URI',
	redirectNote: '(strict, no slash at the end)',
	backchannel: 'Back-channel logout URI',
	backchannelNote: '(Authentik 2025.8 and newer)',
	signedOut: 'Post-logout redirect URI',
	signedOutNote: '(type Logout; Authentik 2026.5 and newer)',
	inAuthentik: 'In Authentik',
	steps: [
		'Sign in as administrator and open the admin interface, then **Applications → Applications → Create with Provider**.',
		'**Name**: Pantrie. Remember the **Slug**, pantrie for instance. Under **UI settings**, paste the launch URL.',
		'Choose **OAuth2/OpenID Provider** as the provider type.',
		'**Authorization flow**: the one with implicit consent signs people straight in, the one with explicit consent asks them first. Both work.',
		'**Client type**: Confidential. **Redirect URIs**: Strict, and paste the redirect URI.',
		'**Signing Key**: authentik Self-signed Certificate, or another one. Leave **Encryption Key** empty.',
		'Under **Advanced protocol settings**, keep the scopes openid, email and profile, and add offline_access, so that Pantrie notices when someone is deactivated. Keep the subject mode “Based on the User’s hashed ID”.',
		'If there is a field **Invalidation flow** under **Advanced flow settings**: choose default-invalidation-flow. With the other one, default-provider-invalidation-flow, people stay signed in at Authentik after signing out.',
		'If there is a field **Logout URI**: paste the back-channel logout URI there and choose **Back-channel** as the logout method. Whoever signs out at Authentik is then signed out of Pantrie.',
		'If redirect URIs have a type: add the post-logout redirect URI with the type **Logout**, so that people come back to Pantrie after signing out.',
		'Only some people are to use Pantrie? Under **Policy / Group / User Bindings**, bind the group they are in.',
		'Save. Open **Applications → Providers → Pantrie → Edit** and keep **Client ID** and **Client Secret** at hand.'
	],
	inPantrie: 'In Pantrie',
	pantrieWhere:
		'The four fields are in the setup, and later under Settings → Administration → OAuth Settings: choose **By hand**.',
	fields: [
		[
			'Authentik Base URL',
			'where Authentik opens in the browser, such as https://auth.example.org'
		],
		['Application Slug', 'the slug of the application, not the name of the provider'],
		['Client ID', 'from the provider'],
		['Client Secret', 'from the provider; stored encrypted and never shown again']
	] as [string, string][],
	pantrieThen:
		'Press **Test connection**: thirteen checks, and each that fails names the field to change. Then save. **Test sign-in** in OAuth Settings shows the whole round trip without signing anybody in.',
	trouble: 'When it does not work',
	troubleText:
		'Test connection finds nearly everything. These are the mistakes that people make most:',
	mistakes: [
		[
			'“Redirect URI Error” on Authentik’s page',
			'Compare the redirect URI at the provider with the one above: http or https, host, port, and no slash at the end.'
		],
		['“Client ID Error” on Authentik’s page', 'Copy the client ID again.'],
		[
			'Authentik does not know this application',
			'The slug is that of the application, and a provider is assigned to it.'
		],
		[
			'Authentik does not answer',
			'The machine that Pantrie runs on must find and reach the base URL, and trust its certificate. In a container, localhost is the container itself.'
		],
		[
			'Authentik is still starting, or fails itself',
			'Right after a start it needs a minute. If it fails itself, check that its database is running.'
		],
		[
			'Authentik did not say who you are',
			'Choose the scopes openid, email and profile at the provider.'
		],
		['Tokens are not signed with a key', 'Choose a signing key at the provider.'],
		['Authentik refuses Pantrie', 'Copy the client secret again, then compare the redirect URI.'],
		[
			'People are asked for their password once',
			'Since 2025.10 Authentik calls no address verified. OAuth Settings says how to change that.'
		]
	] as [string, string][],
	denied: 'When Authentik denies someone',
	deniedText:
		'Authentik decides on its own pages, and does not send people back to Pantrie from these two. Pantrie sees nothing of it, so the sign-in log has no entry.',
	/** What Authentik shows, what it means for the person, and what an administrator can do. */
	deniedPages: [
		{
			page: '“Permission denied”',
			shown:
				'The person has signed in at Authentik, but may not use this application. The page has no link to Pantrie.',
			help: 'In Authentik, open **Applications → Applications → Pantrie → Policy / Group / User Bindings** and add the person or a group they are in. Then they open Pantrie again and sign in.'
		},
		{
			page: '**Cancel** on the consent page',
			shown:
				'Authentik signs the person out and shows its own sign-in page. Signing in there does not lead back to Pantrie.',
			help: 'They open Pantrie again and agree this time. To have no one asked, choose the authorization flow with implicit consent at the provider.'
		}
	],
	deniedLater:
		'What a binding or another policy denies takes effect at the next sign-in. Someone who is **deactivated** in Authentik is signed out of Pantrie within half an hour of using it, if the provider has the scope offline_access: Pantrie asks every 20 minutes. Their API tokens pause until they have signed in again.',
	permissions: 'An API token with fewer permissions',
	permissionsText:
		'**Set it up for me** works with the token of an administrator. The token of someone else needs a role with these permissions:',
	permissionsFor: [
		[
			'To look',
			'authentik_core.view_application, authentik_providers_oauth2.view_oauth2provider, authentik_flows.view_flow, authentik_providers_oauth2.view_scopemapping, authentik_crypto.view_certificatekeypair; for a group authentik_core.view_group'
		],
		[
			'To create',
			'authentik_core.add_application, authentik_providers_oauth2.add_oauth2provider; for a group authentik_policies.add_policybinding'
		],
		[
			'To use what is there',
			'authentik_providers_oauth2.change_oauth2provider; for an application without a provider authentik_core.change_application'
		],
		[
			'To remove it again when a step fails',
			'authentik_core.delete_application, authentik_providers_oauth2.delete_oauth2provider'
		]
	] as [string, string][],
	log: 'Every attempt to sign in, with its reason, is under Settings → Administration → Sign-in log.'
};
