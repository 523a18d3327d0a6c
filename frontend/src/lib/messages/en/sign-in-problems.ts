import type { SignInCode } from '../../api/errors.ts';

interface Problem {
	title: string;
	/** What it means and what to do. */
	text: string;
}

const askHost = 'Ask the person who runs this Pantrie';

/** What the login page says for each `?error=` code of an attempt with the provider. */
export const signInProblems: Record<SignInCode, Problem> = {
	oauth_not_configured: {
		title: 'OAuth provider not configured',
		text: `Signing in with Authentik is switched off or not set up here. Sign in with your password. ${askHost} to complete it under Settings → Administration → OAuth Settings.`
	},
	public_url_missing: {
		title: 'Pantrie does not know its own address',
		text: `Authentik has to send you back, and Pantrie has no public address yet. Sign in with your password. ${askHost} to enter it under Settings → Administration → About.`
	},
	provider_unreachable: {
		title: 'Authentik does not answer',
		text: 'Pantrie could not reach it, so it is down or the network between them is. Try again in a moment, or sign in with your password.'
	},
	provider_wrong_slug: {
		title: 'Authentik does not know this application',
		text: `There is no application with the slug that is set here, or it has no OAuth2 provider. Sign in with your password. ${askHost} to compare the Application Slug with Applications → Pantrie in Authentik.`
	},
	provider_invalid: {
		title: 'Authentik gave an answer Pantrie cannot use',
		text: `What answers at the Authentik Base URL does not describe an OpenID provider for this application. Sign in with your password. ${askHost} to check the Base URL.`
	},
	provider_no_signing_key: {
		title: 'Authentik does not sign its tokens with a key',
		text: `Pantrie only trusts signed tokens. Sign in with your password. ${askHost} to choose a Signing Key in Authentik: Applications → Providers → Pantrie.`
	},
	provider_encrypts_tokens: {
		title: 'Authentik encrypts its tokens',
		text: `Pantrie cannot read encrypted tokens. Sign in with your password. ${askHost} to clear the Encryption Key in Authentik: Applications → Providers → Pantrie.`
	},
	provider_denied: {
		title: 'Authentik did not let you in',
		text: `You declined, or a rule in Authentik keeps you out of this application. Try again and agree, or ask the person who runs Authentik for access.`
	},
	provider_error: {
		title: 'Authentik reported an error',
		text: `The sign-in ended there before it came back. Try again; if it stays, sign in with your password and give the reference to the person who runs this Pantrie.`
	},
	provider_too_slow: {
		title: 'Authentik took too long',
		text: 'Pantrie stopped waiting, and you are not signed in. Try again in a moment, or sign in with your password.'
	},
	state_invalid: {
		title: 'This sign-in is out of date',
		text: 'It was begun in another browser, too long ago, or has been used already. Nothing is lost: start again here.'
	},
	client_rejected: {
		title: 'Failed to authenticate: Authentik refused Pantrie',
		text: `The Client Secret is not the one in Authentik, or the redirect URI registered there differs. Sign in with your password. ${askHost} to compare both under Settings → Administration → OAuth Settings.`
	},
	code_rejected: {
		title: 'Failed to authenticate: the sign-in came too late',
		text: 'Authentik no longer accepted the code it had given out; that happens after about a minute or a reload. Start again here.'
	},
	token_invalid: {
		title: 'Failed to authenticate: the token is not valid',
		text: `Authentik’s token did not pass Pantrie’s checks, for instance because the clocks of both machines differ or the Client ID is another one. Try again; if it stays, give the reference to the person who runs this Pantrie.`
	},
	userinfo_failed: {
		title: 'Authentik did not say who you are',
		text: `The sign-in worked, but reading your name and address did not. Try again; if it stays, ${askHost.toLowerCase()} to check the scopes openid, email and profile.`
	},
	account_disabled: {
		title: 'Your account here is switched off',
		text: `Authentik knows you, but your account in this Pantrie is disabled. ${askHost} to enable it.`
	},
	already_linked_elsewhere: {
		title: 'This email belongs to someone else’s Authentik account',
		text: `The account here with your address is already linked to a different person in Authentik. Sign in the way you did before, or ask the person who runs this Pantrie.`
	},
	link_needs_password: {
		title: 'Sign in with your password this time',
		text: 'An account with your address exists here, but Authentik does not say that the address is verified. Pantrie therefore does not link the two by itself. Sign in with your password, or with the one-time link you were given. The person who runs this Pantrie can let Authentik confirm addresses; its guide says how.'
	},
	signup_off: {
		title: 'You have no account here yet',
		text: `Authentik knows you, but new people cannot sign up by themselves. ${askHost} to add you with the address you use in Authentik.`
	},
	too_many_requests: {
		title: 'Too many sign-ins at once',
		text: 'This device began more sign-ins than a person would. Wait a minute, then try again.'
	},
	internal: {
		title: 'Something went wrong inside Pantrie',
		text: 'You are not signed in. Try again; if it stays, give the reference to the person who runs this Pantrie.'
	}
};

/** Names what is missing, for the code oauth_not_configured. */
export const missingSetting = {
	baseUrl: 'Authentik Base URL',
	slug: 'Application Slug',
	clientId: 'Client ID',
	clientSecret: 'Client Secret',
	title: (names: string[]) =>
		`OAuth provider not configured: ${new Intl.ListFormat('en').format(names)} ${names.length === 1 ? 'is' : 'are'} missing`
};
