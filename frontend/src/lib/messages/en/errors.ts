import type { ApiCode, ClientCode, FieldCode } from '../../api/errors.ts';

/** One readable text for every code an API error can carry. */
export const errors: Record<ApiCode | ClientCode, string> = {
	bad_request: 'Pantrie could not read what this page sent. Reload the page and try again.',
	validation_failed: 'Something needs correcting. See the marked fields.',
	unauthenticated: 'You are signed out. Sign in again to go on.',
	invalid_credentials: 'That email and password do not match. Check both and try again.',
	account_disabled:
		'Your account here is switched off. Ask the person who runs this Pantrie to enable it.',
	forbidden:
		'Your role does not allow that. Ask an administrator of the household, or the person who runs this Pantrie.',
	not_found: 'That no longer exists. Someone may have removed it; reload the page.',
	method_not_allowed: 'This page and the server do not fit together. Reload the page.',
	not_acceptable: 'This page and the server do not fit together. Reload the page.',
	conflict:
		'Someone changed this at the same moment. Reload the page, then make your change again.',
	email_taken: 'Another account already has this email address. Choose a different one.',
	env_locked:
		'This is set by an environment variable and cannot be changed here. Change the variable and restart Pantrie.',
	last_admin:
		'After this no site administrator could sign in any more. Make someone else administrator first, or set a password.',
	token_paused:
		'This API token is paused because its owner no longer has access at the provider. It works again once they sign in there.',
	setup_token_invalid: 'This setup link is not the right one.',
	setup_done: 'Pantrie is already set up. Go to the sign-in page.',
	password_link_invalid:
		'This link no longer works. Ask the person who runs this Pantrie for a new one.',
	invitation_invalid: 'This is not an invitation, or a very old one. Ask for a new link.',
	invitation_expired: 'This invitation has run out. Ask for a new link.',
	invitation_used:
		'This invitation has been used. Each one lets one person in; ask for a new link.',
	invitation_revoked: 'This invitation has been withdrawn. Ask for a new link.',
	wrong_password: 'This password is not right. Nothing was changed.',
	payload_too_large: 'That is more than Pantrie accepts at once. Shorten it and try again.',
	unsupported_media_type: 'This page and the server do not fit together. Reload the page.',
	too_many_requests: 'Too many tries in a short time. Wait a little, then try again.',
	cross_origin:
		'The request seemed to come from another site, so Pantrie refused it. Open Pantrie at its public address and try again.',
	oauth_unknown_provider: 'Pantrie does not know this sign-in provider.',
	oauth_not_configured: 'OAuth provider not configured. Sign in with your password.',
	reauth_required: 'Prove once more that it is you, then try again. Nothing was changed.',
	local_login_off:
		'Signing in with a password is switched off here. Use the button of your sign-in provider.',
	link_expired:
		'This took longer than ten minutes, or was finished already. Sign in with the provider again to connect it.',
	already_linked:
		'These two are connected to others already. Reload the page to see what is linked with your account.',
	last_way_in:
		'This is your only way in. Set a password or link another provider first. Nothing was changed.',
	test_running:
		'Another test is running at this moment, perhaps in another tab. Wait until it is over, then start again.',
	unavailable: 'Pantrie is busy or restarting. Try again in a moment.',
	disk_full:
		'The disk of Pantrie’s machine is full. Nothing was stored. The person who runs it has to make room; then try again.',
	internal:
		'Something went wrong inside Pantrie. Try again; if it stays, give the reference to the person who runs it.',
	network:
		'Pantrie does not answer. Check the connection, then try again. Nothing you typed is lost.',
	bad_answer:
		'Something between you and Pantrie answered in its place, perhaps a proxy. Try again in a moment.',
	client: 'This page ran into a problem. Reload it and try again.'
};

/** What is wrong with one field, shown beside it. */
export const fieldErrors: Record<FieldCode, string> = {
	required: 'Fill this in.',
	too_short: 'This is too short. Use at least 8 characters for a password.',
	too_long: 'This is too long. Shorten it.',
	too_common: 'Too many people use this password. Choose another; a few words in a row are good.',
	invalid_email: 'This is not an email address. It looks like name@example.org.',
	invalid_url:
		'Enter scheme, host and path only, such as https://pantry.example.org: no user name, no ? and no #.',
	invalid_slug: 'A slug has only letters, digits, hyphens and underscores.',
	reserved_slug: 'Authentik keeps this slug for itself. Choose another one for the application.',
	invalid_choice: 'Choose one from the list.',
	secret_required:
		'Type the client secret again: the address or the slug changed, so it may go to another server.',
	invalid_certificate:
		'This is not a certificate in PEM form. It begins with “-----BEGIN CERTIFICATE-----”.',
	env_locked: 'Set by an environment variable; it cannot be changed here.',
	wrong: 'This is not right. Check it and try again.',
	taken: 'Already in use. Choose another.',
	invalid: 'This value is not accepted. Check it.'
};
