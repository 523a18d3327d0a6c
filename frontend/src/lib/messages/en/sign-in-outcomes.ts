import type { SignInCode } from '../../api/errors.ts';

/** How attempts ended, as the administrator and the person read it in lists. */
export const signInOutcomes = {
	/** After a person's name. */
	sentence: {
		signed_in: 'signed in',
		created: 'signed in for the first time; an account was made',
		linked: 'signed in and was linked to the existing account',
		pending: 'was asked for the password of the account here',
		tested: 'tested the sign-in',
		signed_out: 'signed out',
		refused: 'was refused',
		failed: 'did not get through'
	},
	/** By itself. */
	word: {
		signed_in: 'Signed in',
		created: 'Account made',
		linked: 'Linked',
		pending: 'Asked for password',
		tested: 'Tested',
		signed_out: 'Signed out',
		refused: 'Refused',
		failed: 'Failed'
	},
	purpose: {
		signin: 'Sign-in',
		link: 'Linking',
		test: 'Test sign-in',
		logout: 'Sign-out'
	},
	unknownPerson: 'Someone unknown',
	withPassword: 'Password',
	/** Why, in a few words for the administrator. */
	reasons: {
		oauth_not_configured: () => 'Not configured or switched off',
		public_url_missing: () => 'The public address is missing',
		provider_unreachable: (name) => `${name} did not answer`,
		provider_wrong_slug: (name) => `${name} does not know the application slug`,
		provider_invalid: (name) => `What answers in place of ${name} is no OpenID provider`,
		provider_no_signing_key: (name) => `${name} signs with no key`,
		provider_encrypts_tokens: (name) => `${name} encrypts its tokens`,
		provider_denied: (name) => `Declined, or denied by a rule at ${name}`,
		provider_error: (name) => `${name} reported an error`,
		provider_too_slow: (name) => `${name} took too long`,
		state_invalid: () => 'The attempt was old, repeated or from another browser',
		client_rejected: () => 'Client Secret wrong, or the redirect URI differs',
		code_rejected: () => 'The code had expired or was used already',
		token_invalid: () => 'The ID token did not pass the checks',
		userinfo_failed: () => 'Reading name and address failed',
		account_disabled: () => 'The account here is disabled',
		already_linked_elsewhere: (name) =>
			`The account with this address is linked to another user of ${name}`,
		identity_taken: (name) => `That account at ${name} is linked to another account here`,
		not_allowed: () => 'Not in an allowed group',
		signup_off: () => 'No account here, and signing up is off',
		invitation_over: () => 'The invitation was used, withdrawn or ran out meanwhile',
		logout_token_invalid: (name) => `The sign-out that ${name} reported did not pass the checks`,
		signed_out_meanwhile: () => 'Begun by somebody who is not signed in any more',
		too_many_requests: () => 'Too many attempts from one address',
		internal: () => 'An error inside Pantrie; see the log'
	} satisfies Record<SignInCode, (name: string) => string>,
	/** Reasons that only a password can give. */
	passwordReasons: {
		invalid_credentials: 'Email and password did not match',
		local_login_off: 'Signing in with a password is switched off',
		wrong_password: 'The password was not right',
		link_expired: 'The time to enter the password was over',
		already_linked: 'The account here, or the one at the provider, is linked already'
	} as Record<string, string>,
	/** What a step of an attempt is called. */
	steps: {
		start: 'Begun here',
		answer: 'Back from the provider',
		discovery: 'Looked up the provider',
		token: 'Exchanged the code',
		id_token: 'Checked the ID token',
		userinfo: 'Read name, address and groups',
		decision: 'Decided who it is',
		session: 'Opened the session'
	} as Record<string, string>
};
