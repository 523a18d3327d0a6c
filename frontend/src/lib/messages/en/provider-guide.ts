/** What to do at the provider. Two asterisks mark what is written on its screen. */
export const providerGuide = {
	redirectUri: 'Redirect URI',
	launchUrl: 'Launch URL',
	values: 'What Pantrie enters for you',
	noAddress: 'Enter the public address first; both values follow from it.',
	authentik: {
		title: 'What Authentik needs from you',
		redirectNote: '(strict)',
		launchNote: '(UI settings)',
		stepsTitle: 'In Authentik, step by step',
		steps: [
			'Open the admin interface, then **Applications → Applications → Create with Provider**.',
			'Name it, for instance Pantrie. Its **Slug** goes into “Application Slug” here. Under **UI settings**, paste the launch URL.',
			'Choose **OAuth2/OpenID Provider** as the type, and one of the **provider-authorization** flows.',
			'**Client type**: Confidential. **Redirect URIs**: Strict, then paste the redirect URI exactly.',
			'**Signing Key**: choose “authentik Self-signed Certificate”. Leave **Encryption Key** empty.',
			'Keep the scopes openid, email and profile. Save, then copy **Client ID** and **Client Secret** here.'
		]
	},
	google: {
		title: 'What Google needs from you',
		redirectNote: '(authorised redirect URI)',
		launchNote: '(home page of the app)',
		guide: 'What is known of Google',
		stepsTitle: 'In the Google Cloud console, step by step',
		steps: [
			'Create a project, for instance Pantrie, and open **Google Auth Platform**.',
			'**Branding**: name the app and give an address for questions. **Audience**: External.',
			'While the app is in testing, add everybody’s address under **Test users**; nobody else can sign in.',
			'**Clients → Create client**, type **Web application**. Under **Authorised redirect URIs**, paste the redirect URI exactly. Google wants https and a public domain, or localhost.',
			'Copy **Client ID** and **Client secret** into Pantrie before you close the window; Google shows the secret once.'
		]
	},
	oidc: {
		title: 'What the provider needs from you',
		redirectNote: '(exact)',
		launchNote: '(home page, if it asks)',
		guide: 'Keycloak, Authelia, Pocket ID, Zitadel, Dex and Entra ID, field by field',
		stepsTitle: 'At the provider, whichever it is',
		steps: [
			'Create a client or application of the kind **OpenID Connect**, **web** or **confidential**: one that has a secret.',
			'Allow the **authorization code** flow with PKCE, and paste the redirect URI exactly.',
			'Allow the scopes **openid**, **email** and **profile**; one for groups, if groups are to decide something.',
			'Have ID tokens signed with **RS256**, **ES256** or **EdDSA**, and not encrypted.',
			'The issuer URL is the address at which **/.well-known/openid-configuration** answers. Copy it here without that ending, with **Client ID** and **Client Secret**.'
		]
	}
};
