/** What a provider is called where the server does not say its name. */
export const providerNames = {
	authentik: 'Authentik',
	google: 'Google',
	oidc: 'OpenID Connect',
	unknown: 'the provider'
};
