export const authentikGuide = {
	title: 'What Authentik needs from you',
	redirectUri: 'Redirect URI',
	strict: '(strict)',
	launchUrl: 'Launch URL',
	noAddress: 'Enter the public address first; both values follow from it.',
	stepsTitle: 'In Authentik, step by step',
	/** Two asterisks mark what is written on Authentik’s screen. */
	steps: [
		'Open the admin interface, then **Applications → Applications → Create with Provider**.',
		'Name it, for instance Pantrie. Its **Slug** goes into “Application Slug” here. Under **UI settings**, paste the launch URL.',
		'Choose **OAuth2/OpenID Provider** as the type, and one of the **provider-authorization** flows.',
		'**Client type**: Confidential. **Redirect URIs**: Strict, then paste the redirect URI exactly.',
		'**Signing Key**: choose “authentik Self-signed Certificate”. Leave **Encryption Key** empty.',
		'Keep the scopes openid, email and profile. Save, then copy **Client ID** and **Client Secret** here.'
	]
};
