/**
 * The page about each provider besides Authentik. Two asterisks mark what is written on a screen. What stands here
 * of a provider that was not tried is from its documentation or its source.
 */
export const providersGuide = {
	page: 'Other providers, field by field',
	title: 'Keycloak, Authelia, Google and others',
	text: 'What each provider calls its fields, what goes into them, and what is known of it.',
	toPantrie: 'To Pantrie',
	overview: 'At a glance',
	columns: {
		provider: 'Provider',
		tried: 'Tried',
		signOut: 'Signs out everywhere',
		groups: 'Groups'
	},
	authentik: {
		name: 'Authentik',
		tried: '2024.8–2026.5',
		signOut: 'Yes',
		groups: 'Yes'
	},
	legend: [
		'**Tried** means that Pantrie signed people in with that version. Sign-in and sign-out were also run against the OpenID Foundation’s test suite. The rest of this page follows the documentation or the source of each provider.',
		'**Signs out everywhere**: “Yes” means that signing out of Pantrie ends the session at the provider, and signing out there ends it in Pantrie. “From Pantrie” means the first one only.'
	],
	values: 'The addresses of this server',
	valuesText:
		'For every provider on this page except Google. Enter them exactly as they stand here, without a slash at the end.',
	noAddress: 'Pantrie has no public address yet',
	noAddressText:
		'These values follow from the address of this page. If people will reach Pantrie elsewhere, set the public address first and come back.',
	typedAddress: 'The values follow from the public URL that you typed in the setup.',
	redirectUri: 'Redirect URI',
	redirectNote: '(also called callback URL)',
	signedOut: 'Post-logout redirect URI',
	signedOutNote: '(if the provider has such a field)',
	backchannel: 'Back-channel logout URL',
	backchannelNote: '(if the provider has such a field)',
	googleRedirectUri: 'Redirect URI for Google',
	needs: 'What all of them need',
	needsText: [
		'A client with a secret, the authorization code flow, and the scopes openid, email and profile. Pantrie always sends PKCE (S256).',
		'ID tokens that are signed with a key pair: RS256, PS256, ES256, their longer forms, or EdDSA. RS256 is the default nearly everywhere. HS256 is refused, and so are encrypted tokens.',
		'The **Issuer URL** is the address at which /.well-known/openid-configuration answers, without that ending. Pantrie compares it with what the provider says of itself; only a slash at the end may differ. If it begins with https, the other addresses of the provider have to as well.',
		'Pantrie’s machine has to reach the provider’s token, userinfo and key addresses. For back-channel logout the provider has to reach Pantrie.'
	],
	where:
		'In Pantrie, choose **Other OpenID Connect provider** in the setup, or later the tab **Other OpenID Connect** under **Settings → Administration → OAuth Settings**. Scopes, group claim and client authentication are under **Advanced**. **Test connection** names the field to change, and **Test sign-in** shows which claims arrive.',
	toSettings: 'Open OAuth Settings',
	stepsAt: (name: string) => `At ${name}`,
	inPantrie: 'In Pantrie',
	known: 'What is known',
	exampleNote: '(in the configuration file)',
	exampleName: (name: string) => `Example for ${name}`,
	autheliaSecret: 'Command for the secret',
	triedWith: (versions: string) => `Tried with ${versions}`,
	no: 'No',
	notTried: 'Not tried',
	notTriedText: 'Not tried with Pantrie. All of this is from its documentation or source.',
	providers: [
		{
			id: 'keycloak',
			name: 'Keycloak',
			tried: '26.5',
			signOut: 'Yes',
			groups: 'With a mapper',
			steps: [
				'In the admin console, choose the realm, then **Clients → Create client**. **Client type**: OpenID Connect. **Client ID**: pantrie.',
				'**Capability config**: switch **Client authentication** on and keep **Standard flow**. Nothing else is needed.',
				'**Login settings**: paste the redirect URI into **Valid redirect URIs** and the post-logout redirect URI into **Valid post logout redirect URIs**. Save.',
				'On the **Settings** tab, under **Logout settings**: switch **Front channel logout** off. It is on in a new client, and Keycloak’s back-channel logout works only while it is off.',
				'Paste the back-channel logout URL into **Backchannel logout URL**, and leave **Backchannel logout session required** off. Save.',
				'For groups: on the **Client scopes** tab open **pantrie-dedicated** and add a mapper of the type **Group Membership**. **Token Claim Name**: groups. **Full group path**: off. **Add to userinfo**: on.',
				'Copy the **Client Secret** from the **Credentials** tab.'
			],
			fields: [
				[
					'Issuer URL',
					'https://id.example.org/realms/home, with the name of your realm. Keycloak before 17 has /auth in front of /realms.'
				],
				['Client ID, Client Secret', 'pantrie, and the secret from the Credentials tab'],
				[
					'Group claim',
					'Empty for the mapper above. For realm roles instead of groups: realm_access.roles, with **Add to userinfo** or **Add to ID token** on in the mapper **realm roles** of the client scope **roles**.'
				]
			],
			facts: [
				[
					'Verified addresses',
					'Keycloak sends what **Email verified** says on the person’s page. If it is off, Pantrie asks once for the password of the account here.'
				],
				[
					'Groups',
					'With **Full group path** on, names begin with a slash: /family is not family. Keycloak leaves the claim out for someone in no group. Once Pantrie has seen groups, it takes a missing claim as “in no group”.'
				],
				[
					'Signing out here',
					'Ends the session at Keycloak too, if **Sign out at … too** is on. People come back to Pantrie through the post-logout redirect URI.'
				],
				[
					'Signing out there',
					'Keycloak tells Pantrie at once. When an administrator logs a user out, it sends one logout token for several sessions. With **Backchannel logout session required** on, that token names one of them and only that one ends here; with it off, all of them end. **Sign out all active sessions**, for the whole realm, sends none.'
				],
				[
					'Losing access',
					'Pantrie keeps no refresh token of Keycloak, because Keycloak’s offline sessions outlive its sign-outs. Groups are read at each sign-in. **Sign people out after** sets how long a sign-in lasts. When someone is disabled or deleted, Keycloak sends no logout token: log them out first.'
				],
				['Signing', 'RS256 unless you changed it. Leave **ID token signature algorithm** as it is.']
			]
		},
		{
			id: 'authelia',
			name: 'Authelia',
			signOut: 'No',
			groups: 'Scope groups',
			steps: [
				'Make a secret with the command below. It prints a random password and its digest.',
				'Add the client below to **identity_providers.oidc.clients** in Authelia’s configuration. The digest goes into **client_secret**.',
				'Keep **offline_access** in **scopes** and **refresh_token** in **grant_types**. Pantrie asks for a refresh token. Without these two lines Authelia refuses that with invalid_scope, and Pantrie signs people in without one, by a second trip to Authelia. Run **Test sign-in** once to skip that trip from then on, and again after adding the lines.',
				'Restart Authelia.'
			],
			fields: [
				['Issuer URL', 'the address of Authelia, such as https://auth.example.org'],
				['Client ID', 'pantrie'],
				['Client Secret', 'the random password, not the digest'],
				['Scopes', 'openid email profile groups, if groups are to decide something']
			],
			facts: [
				[
					'Client authentication',
					'Authelia takes only the method in **token_endpoint_auth_method**, and its default is client_secret_basic. Pantrie chooses client_secret_post automatically. So either set client_secret_post there, as in the example, or choose **In the header (client_secret_basic)** in Pantrie.'
				],
				[
					'Verified addresses',
					'Authelia says of every address that it is verified. Make sure that people can’t change their own address there: anyone who can could take over the account here that has it.'
				],
				['Groups', 'An array of names, with the scope groups.'],
				[
					'Signing out',
					'Up to 4.39 Authelia has no address for signing out and no back-channel logout. Its roadmap has the first for 4.40, the second later. Until then the session at Authelia lives on.'
				],
				[
					'Consent',
					'Because of the refresh token Authelia asks for consent at each sign-in, also with **consent_mode** implicit or pre-configured.'
				],
				[
					'Losing access',
					'With the refresh token Pantrie asks Authelia every 20 minutes of use whether someone may still come in.'
				],
				['Confirming it’s you', 'Authelia sends auth_time, which this needs.'],
				['Signing', 'RS256, the default of **id_token_signed_response_alg**.']
			]
		},
		{
			id: 'pocket-id',
			name: 'Pocket ID',
			signOut: 'From Pantrie',
			groups: 'Scope groups',
			steps: [
				'As administrator, open **OIDC Clients → Add OIDC Client**. **Name**: Pantrie.',
				'Paste the redirect URI into **Callback URLs** and the post-logout redirect URI into **Logout Callback URLs**.',
				'Leave **Public Client** off. **PKCE** may be on or off.',
				'Pocket ID 2.17.0 and newer have a field for the back-channel logout URL. Paste it there.',
				'Save, and copy **Client ID** and **Client secret**.',
				'Under **Allowed User Groups**, choose who may use Pantrie.'
			],
			fields: [
				['Issuer URL', 'the address of Pocket ID, such as https://id.example.org'],
				['Client ID, Client Secret', 'from the page of the client'],
				['Scopes', 'openid email profile groups, if groups are to decide something']
			],
			facts: [
				[
					'Verified addresses',
					'Pocket ID sends email_verified. In some versions **Application Configuration → Emails Verified** sets it for everyone. Test sign-in shows what it says of you.'
				],
				['Groups', 'The **Name** of the group, not its **Friendly Name**.'],
				['Signing out here', 'Ends the session at Pocket ID too, if **Sign out at … too** is on.'],
				[
					'Signing out there',
					'Does not end the session here. Since 2.17.0 Pocket ID sends a logout token when it takes access away: when someone is disabled or deleted, loses the group, or revokes the authorization.'
				],
				[
					'Losing access',
					'Pocket ID gives refresh tokens, so Pantrie also asks every 20 minutes of use.'
				],
				['Confirming it’s you', 'Pocket ID lists auth_time, which this needs.'],
				[
					'INTERNAL_APP_URL',
					'If it is set to an http address, Pocket ID names http endpoints below an https issuer, and Pantrie refuses them. Use https there too, or leave it out.'
				],
				['Signing', 'RS256, unless you chose another key. Those are fine too.']
			]
		},
		{
			id: 'zitadel',
			name: 'Zitadel',
			signOut: 'Yes',
			groups: 'With an action',
			steps: [
				'Open your project, and under **Applications** choose **New**. **Name**: Pantrie. Type: **Web**.',
				'Authentication method: **Post**. With **Code**, also choose **In the header (client_secret_basic)** for client authentication in Pantrie.',
				'Paste the redirect URI into **Redirect URIs** and the post-logout redirect URI into **Post Logout URIs**. If they begin with http, switch **Development Mode** on.',
				'Create it, and copy **ClientId** and **ClientSecret**. The secret is shown once.',
				'In the settings of the application, switch **Refresh Token** on.',
				'Since 2.65 the application can have a back-channel logout URI; in the API the field is backChannelLogoutUri. In the first of these versions it is a feature that has to be enabled.'
			],
			fields: [
				['Issuer URL', 'the domain of your instance, such as https://home.zitadel.cloud'],
				['Client ID, Client Secret', 'from the application'],
				['Group claim', 'the name of the claim that your action adds; empty if it is groups']
			],
			facts: [
				[
					'Verified addresses',
					'Zitadel sends email_verified. **User Info inside ID Token** may stay off: Pantrie always asks the userinfo endpoint.'
				],
				[
					'Groups',
					'Zitadel has project roles. Its claim urn:zitadel:iam:org:project:roles is an object and not a list of names, which Pantrie does not read. An action that adds a list of names to userinfo helps; Zitadel has an example for a claim called groups. Without one, leave allowed groups and rules empty: no one would be in them.'
				],
				['Signing out here', 'Ends the session at Zitadel too, if **Sign out at … too** is on.'],
				[
					'Signing out there',
					'With the back-channel logout URI Zitadel tells Pantrie. It does so for sign-ins that began after the URI was set.'
				],
				[
					'Losing access',
					'With **Refresh Token** on, Pantrie asks every 20 minutes of use whether someone may still come in.'
				],
				['Confirming it’s you', 'Zitadel sends auth_time, which this needs.'],
				['Signing', 'RS256, unless you chose other web keys. Those are fine too.']
			]
		},
		{
			id: 'dex',
			name: 'Dex',
			signOut: 'No',
			groups: 'Scope groups',
			steps: [
				'Add the client below to **staticClients** in Dex’s configuration, with a long random **secret**.',
				'Restart Dex.'
			],
			fields: [
				[
					'Issuer URL',
					'the value of **issuer** in Dex’s configuration, with its path, such as https://dex.example.org/dex'
				],
				['Client ID, Client Secret', 'the id and the secret of the client'],
				['Scopes', 'openid email profile groups, if groups are to decide something']
			],
			facts: [
				[
					'Verified addresses',
					'Dex passes on what the connector says. Not every provider behind it checks addresses.'
				],
				[
					'Groups',
					'They come from the connector, and not all have them: LDAP, GitHub, GitLab, SAML and OpenID Connect do; LinkedIn, Gitea and AuthProxy do not.'
				],
				[
					'Identifiers',
					'They are made of the connector’s id and the person’s id there. With another connector, or another id for it, Pantrie knows no one, and people link again.'
				],
				[
					'Signing out',
					'Dex 2.45 has no address for signing out and no back-channel logout. Its source of July 2026 has both where sessions are on (DEX_SESSIONS_ENABLED), and then the client takes **backchannelLogoutURI**. It isn’t clear which release has them first.'
				],
				[
					'Losing access',
					'Pantrie asks for a refresh token. SAML, OAuth 2.0, OpenShift and AuthProxy connectors give none; then groups and access are read at each sign-in only.'
				],
				[
					'Confirming it’s you',
					'Dex does not say when someone last typed a password. Pantrie asks it to ask again, and cannot check that it did.'
				],
				['Signing', 'RS256.']
			]
		},
		{
			id: 'entra',
			name: 'Entra ID',
			signOut: 'From Pantrie',
			groups: 'As IDs',
			steps: [
				'In the Microsoft Entra admin center, open **App registrations → New registration**. **Name**: Pantrie. **Supported account types**: Accounts in this organizational directory only.',
				'Under **Authentication**, choose **Add a platform → Web** and paste the redirect URI. Add the post-logout redirect URI as another redirect URI.',
				'Under **Certificates & secrets → Client secrets**, choose **New client secret**. Copy its **Value**, not the Secret ID. It lasts 24 months at most; note the day.',
				'Under **Token configuration → Add optional claim**, token type **ID**, add **email** and **auth_time**.',
				'For groups: **Token configuration → Add groups claim → Groups assigned to the application**. Assign the groups in **Enterprise applications → Pantrie → Users and groups**.',
				'On **Overview**, copy **Application (client) ID** and **Directory (tenant) ID**.'
			],
			fields: [
				[
					'Issuer URL',
					'https://login.microsoftonline.com/, then the Directory (tenant) ID, then /v2.0. Never common, organizations, consumers or the name of a domain: Entra ID names the ID as the issuer, and Pantrie compares.'
				],
				['Client ID', 'Application (client) ID'],
				['Client Secret', 'the Value of the client secret'],
				['Allowed groups, rules', 'the Object ID of each group']
			],
			facts: [
				[
					'Verified addresses',
					'Entra ID sends no email_verified. So Pantrie asks each person once for the password of the account here. If only you can change addresses in your tenant, **Trust email addresses** avoids that. Guests bring addresses of their own.'
				],
				[
					'Groups',
					'They arrive as GUIDs. Above 200 groups Entra ID sends a note in their place. Pantrie then leaves the person’s roles as they are, and refuses them if only allowed groups may sign in. **Groups assigned to the application** keeps the number small.'
				],
				['Signing out here', 'Ends the session at Entra ID too, if **Sign out at … too** is on.'],
				[
					'Signing out there',
					'Does not end the session here. Entra ID has only a **Front-channel logout URL**, which Pantrie does not have; leave it empty.'
				],
				[
					'Losing access',
					'Entra ID does not name offline_access among the scopes it granted, so Pantrie keeps no refresh token. Groups and access are read at each sign-in only. **Sign people out after** sets how long a sign-in lasts.'
				],
				[
					'Confirming it’s you',
					'Needs the optional claim **auth_time**, which Entra ID does not send by default.'
				],
				[
					'Reaching it',
					'Pantrie’s machine has to reach login.microsoftonline.com and graph.microsoft.com, where the userinfo endpoint is.'
				],
				[
					'Identifiers',
					'They are different for each app registration. With a new one, people link again.'
				],
				['Signing', 'RS256.']
			]
		},
		{
			id: 'google',
			name: 'Google',
			signOut: 'No',
			groups: 'No',
			steps: [],
			fields: [
				['Client ID, Client Secret', 'from the client. Pantrie knows the issuer.'],
				[
					'New people may sign up',
					'Off until you switch it on, because everyone has a Google account. People with an account here, and people with an invitation, can use Google all the same.'
				]
			],
			facts: [
				[
					'Address',
					'Google takes a redirect URI with https and a public domain, or localhost. A host name of your home network does not work.'
				],
				[
					'Verified addresses',
					'Google sends email_verified. Someone whose address is that of an account here is linked without a password, if that address was set by you or the setup.'
				],
				['Groups', 'Google sends none. Leave allowed groups and rules empty.'],
				[
					'Signing out',
					'Google has no address for signing out and no back-channel logout. People stay signed in at Google.'
				],
				[
					'Losing access',
					'Pantrie gets no refresh token. **Sign people out after** sets how long a sign-in lasts.'
				],
				[
					'Confirming it’s you',
					'Google’s discovery document does not list auth_time. Pantrie asks Google to ask again, and cannot check that it did.'
				],
				['Signing', 'RS256.']
			]
		}
	] as Provider[]
};

interface Provider {
	/** The anchor of its section. */
	id: string;
	name: string;
	/** The versions that Pantrie was tried with; left out when there are none. */
	tried?: string;
	signOut: string;
	groups: string;
	/** What to do there; empty for Google, whose steps stand beside its form as well. */
	steps: string[];
	/** Fields of Pantrie, and what goes into them. */
	fields: [string, string][];
	facts: [string, string][];
}
