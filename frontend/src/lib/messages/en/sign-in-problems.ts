import type { SignInCode } from '../../api/errors.ts';

/** Who the sign-in was with. */
export interface Party {
	/** What people call it: Authentik, Google, or the name the administrator gave it. */
	name: string;
	kind: 'authentik' | 'google' | 'oidc';
}

interface Problem {
	title: string;
	/** For the person: what it means and what to do. */
	text: string;
	/** For the site administrator: what to compare and what to change. */
	fix: string;
}

const askHost = 'Ask the person who runs this Pantrie';
const otherWay = 'Sign in another way.';
const giveReference = 'give the reference to the person who runs this Pantrie';
const settings = 'Administration → OAuth Settings';

/** Where Pantrie's registration is found at the provider. */
function registration({ name, kind }: Party): string {
	if (kind === 'authentik') return 'In Authentik: Applications → Providers → Pantrie';
	if (kind === 'google') return 'In the Google Cloud console: Clients → Pantrie';
	return `In ${name}, where Pantrie is registered`;
}

/** The field here that says where the provider is. */
function addressField({ kind }: Party): string {
	return kind === 'authentik' ? 'Authentik Base URL' : 'Issuer URL';
}

/** What the login page says for each `?error=` code of an attempt with a provider. */
export const signInProblems: Record<SignInCode, (party: Party) => Problem> = {
	oauth_not_configured: ({ name }) => ({
		title: 'OAuth provider not configured',
		text: `Signing in with ${name} is switched off or not set up here. ${otherWay} ${askHost} to complete it.`,
		fix: `${settings} names each field that is missing, and the environment variable that can set it instead. Fill in what is named, and see that the switch at the top is on.`
	}),
	public_url_missing: ({ name }) => ({
		title: 'Pantrie does not know its own address',
		text: `${name} has to send you back, and Pantrie has no public address yet. ${otherWay} ${askHost} to enter it.`,
		fix: 'Enter the public URL under Administration → About. The redirect URI is built from it, so register that one afterwards.'
	}),
	provider_unreachable: (party) => ({
		title: `${party.name} does not answer`,
		text: `Pantrie could not reach it, so it is down or the network between them is. Try again in a moment, or sign in another way.`,
		fix: `Test connection under ${settings} shows whether the name, the network or the certificate is in the way. Compare the ${addressField(party)} with the address ${party.name} has in your browser; inside a container the same name can lead elsewhere.`
	}),
	provider_wrong_slug: (party) => ({
		title: `${party.name} does not know this application`,
		text: `What is set here about the application does not exist at ${party.name}. ${otherWay} ${askHost} to compare it.`,
		fix:
			party.kind === 'authentik'
				? 'Compare the Application Slug with Applications → Pantrie → Slug in Authentik: it is the slug of the application, not the name of the provider. The application needs an OAuth2/OpenID provider.'
				: `Compare the Issuer URL with the one ${party.name} names itself: with /.well-known/openid-configuration behind it, it must open in a browser.`
	}),
	provider_invalid: (party) => ({
		title: `${party.name} gave an answer Pantrie cannot use`,
		text: `What answers at the address set here does not describe an OpenID provider for this application. ${otherWay} ${askHost} to check the address.`,
		fix: `Compare the ${addressField(party)} with the address in your browser when ${party.name} is open. Test connection under ${settings} shows what answers there instead.`
	}),
	provider_no_signing_key: (party) => ({
		title: `${party.name} does not sign its tokens with a key`,
		text: `Pantrie only trusts signed tokens. ${otherWay} ${askHost} to choose a signing key.`,
		fix:
			party.kind === 'authentik'
				? `${registration(party)} → Signing Key. Choose “authentik Self-signed Certificate” and save.`
				: `${registration(party)}: choose RS256, ES256 or EdDSA as the algorithm for ID tokens.`
	}),
	provider_encrypts_tokens: (party) => ({
		title: `${party.name} encrypts its tokens`,
		text: `Pantrie cannot read encrypted tokens. ${otherWay} ${askHost} to switch the encryption off.`,
		fix:
			party.kind === 'authentik'
				? `${registration(party)} → Encryption Key. Clear it and save; the Signing Key stays.`
				: `${registration(party)}: switch the encryption of ID tokens off.`
	}),
	provider_denied: (party) => ({
		title: `${party.name} did not let you in`,
		text: `You declined, or a rule at ${party.name} keeps you out of this application. Try again and agree, or ask the person who runs ${party.name} for access.`,
		fix:
			party.kind === 'authentik'
				? 'In Authentik: Applications → Pantrie → Policy / Group / User Bindings decides who may use it. Look there if the person did not cancel.'
				: `${registration(party)}: look at who may use the application, if the person did not cancel.`
	}),
	provider_error: (party) => ({
		title: `${party.name} reported an error`,
		text: `The sign-in ended there before it came back. Try again; if it stays, sign in another way and ${giveReference}.`,
		fix: `The detail in the sign-in log is what ${party.name} said. If it speaks of the redirect URI, compare it with the one under ${settings}, letter by letter: scheme, port, and no slash at the end.`
	}),
	provider_too_slow: (party) => ({
		title: `${party.name} took too long`,
		text: 'Pantrie stopped waiting, and you are not signed in. Try again in a moment, or sign in another way.',
		fix: `Pantrie waits 15 seconds. Test connection under ${settings} shows which step is slow; often a name that resolves to an address nobody answers at.`
	}),
	state_invalid: () => ({
		title: 'This sign-in is out of date',
		text: 'It was begun in another browser, too long ago, or has been used already. Nothing is lost: start again here.',
		fix: 'Once is harmless. If it happens at every try, people begin at another address than the public URL, or the browser keeps no cookies for it. Compare the address bar with Administration → About.'
	}),
	client_rejected: (party) => ({
		title: `Failed to authenticate: ${party.name} refused Pantrie`,
		text: `The client secret is not the one at ${party.name}, or the redirect URI registered there differs. ${otherWay} ${askHost} to compare both.`,
		fix: `${registration(party)}. Copy the Client Secret again and save it under ${settings}. Then compare the redirect URI there with the one registered, letter by letter: scheme, port, and no slash at the end.`
	}),
	code_rejected: (party) => ({
		title: 'Failed to authenticate: the sign-in came too late',
		text: `${party.name} no longer accepted the code it had given out; that happens after about a minute or a reload. Start again here.`,
		fix: `If it happens at every try, a proxy may send requests twice, or the clocks of both machines differ. Compare them; Test connection under ${settings} shows the difference.`
	}),
	token_invalid: (party) => ({
		title: 'Failed to authenticate: the token is not valid',
		text: `The token of ${party.name} did not pass Pantrie’s checks, for instance because the clocks of both machines differ or the client ID is another one. Try again; if it stays, ${giveReference}.`,
		fix: `The detail in the sign-in log names the check. Compare the Client ID with the one at ${party.name}, the clocks of both machines, and the issuer under ${settings} with the one ${party.name} names.`
	}),
	userinfo_failed: (party) => ({
		title: `${party.name} did not say who you are`,
		text: `The sign-in worked, but reading your name and address did not. Try again; if it stays, ${giveReference}.`,
		fix:
			party.kind === 'authentik'
				? `${registration(party)} → Scopes: openid, email and profile have to be selected. Test sign-in under ${settings} shows what arrives.`
				: `${registration(party)}: the scopes openid, email and profile have to be allowed. Test sign-in under ${settings} shows what arrives.`
	}),
	account_disabled: ({ name }) => ({
		title: 'Your account here is switched off',
		text: `${name} knows you, but your account in this Pantrie is disabled. ${askHost} to enable it.`,
		fix: 'Administration → Users → Enable, if this person is to come in again.'
	}),
	already_linked_elsewhere: ({ name }) => ({
		title: `This email belongs to someone else’s ${name} account`,
		text: `The account here with your address is already linked to a different person at ${name}. Sign in the way you did before, or ask the person who runs this Pantrie.`,
		fix: `OAuth account not linked: the account here has another user of ${name}. If ${name} was reinstalled or its subject mode changed, Administration → Users → Reset links lets this person link again. If these are two people, correct the address of one.`
	}),
	identity_taken: ({ name }) => ({
		title: `This ${name} account is linked to another account here`,
		text: `One account at ${name} leads to one account here. Sign out at ${name} and take the right one, or unlink it in the other account first.`,
		fix: `Administration → Users shows which account is linked. Reset links there frees the account at ${name}.`
	}),
	not_allowed: ({ name }) => ({
		title: `${name} knows you, but you are not in a group that may come in`,
		text: `This Pantrie is open to certain groups of ${name} only. ${askHost} for access; nothing is wrong with your account at ${name}.`,
		fix: `Compare the groups in the detail with Allowed groups under ${settings}. Add the person to a group at ${name}, or the group here. Test sign-in shows which groups arrive.`
	}),
	signup_off: ({ name }) => ({
		title: 'You have no account here yet',
		text: `${name} knows you, but new people cannot sign up by themselves. ${askHost} to add you with the address you use at ${name}.`,
		fix: `Add the person under Administration → Users with the address in this row, or switch “New people may sign up” on under ${settings}.`
	}),
	invitation_over: ({ name }) => ({
		title: 'The invitation is over',
		text: `While you were at ${name}, somebody else used the invitation, it was withdrawn, or it ran out. Nothing was made for you here. Ask for a new link.`,
		fix: 'Each invitation lets one person in, within seven days. Settings → Household → Invite somebody makes another.'
	}),
	signed_out_meanwhile: ({ name }) => ({
		title: 'You were signed out in between',
		text: `What you began at ${name} was for an account that is no longer signed in here. Sign in, then start again.`,
		fix: 'Harmless: the person signed out, or the session ended, while the page of the provider was open.'
	}),
	logout_token_invalid: (party) => ({
		title: `A sign-out from ${party.name} could not be accepted`,
		text: `${party.name} said that somebody signed out there, but its message did not pass Pantrie’s checks. Nobody was signed out here.`,
		fix: `The detail names the check. Compare the Client ID and the clocks of both machines, and see that the back-channel logout URL at ${party.name} is the one under ${settings}.`
	}),
	too_many_requests: () => ({
		title: 'Too many sign-ins at once',
		text: 'This device began more sign-ins than a person would. Wait a minute, then try again.',
		fix: 'If many people share this address, a proxy may hide theirs. Set PANTRIE_TRUSTED_PROXIES to the address of the proxy.'
	}),
	internal: () => ({
		title: 'Something went wrong inside Pantrie',
		text: `You are not signed in. Try again; if it stays, ${giveReference}.`,
		fix: 'Look for the reference in the log of the server; the line beside it says what failed.'
	})
};

/** Names what is missing, for the code oauth_not_configured. */
export const missingSetting = {
	baseUrl: 'Authentik Base URL',
	slug: 'Application Slug',
	issuerUrl: 'Issuer URL',
	clientId: 'Client ID',
	clientSecret: 'Client Secret',
	title: (names: string[]) =>
		`OAuth provider not configured: ${new Intl.ListFormat('en').format(names)} ${names.length === 1 ? 'is' : 'are'} missing`
};
