import type { SignInCode } from '../../api/errors.ts';

/** How an attempt ended, after the person's name, in the list of recent sign-ins. */
export const signInOutcomes = {
	signed_in: 'signed in',
	created: 'signed in for the first time; an account was made',
	linked: 'signed in and was linked to the existing account',
	refused: 'was refused',
	failed: 'did not get through',
	unknownPerson: 'Someone unknown',
	/** Why, in a few words for the administrator. */
	reasons: {
		oauth_not_configured: 'Not configured or switched off',
		public_url_missing: 'The public address is missing',
		provider_unreachable: 'Authentik did not answer',
		provider_wrong_slug: 'Authentik does not know the application slug',
		provider_invalid: 'What answers at the base URL is no OpenID provider',
		provider_no_signing_key: 'The provider in Authentik has no Signing Key',
		provider_encrypts_tokens: 'The provider in Authentik has an Encryption Key',
		provider_denied: 'Declined, or denied by a rule in Authentik',
		provider_error: 'Authentik reported an error',
		provider_too_slow: 'Authentik took too long',
		state_invalid: 'The attempt was old, repeated or from another browser',
		client_rejected: 'Client Secret wrong, or the redirect URI differs',
		code_rejected: 'The code had expired or was used already',
		token_invalid: 'The ID token did not pass the checks',
		userinfo_failed: 'Reading name and address failed',
		account_disabled: 'The account here is disabled',
		already_linked_elsewhere: 'The account with this address is linked to another Authentik user',
		link_needs_password: 'Address not verified by Authentik, so not linked',
		signup_off: 'No account here, and signing up is off',
		too_many_requests: 'Too many attempts from one address',
		internal: 'An error inside Pantrie; see the log'
	} satisfies Record<SignInCode, string>
};
