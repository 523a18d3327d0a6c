import type { SignInCode } from '#lib/api/errors.ts';
import { missingSetting, signInProblems } from '#lib/messages';
import { isProvider, providerName } from '#lib/providers.ts';
import { callbackPath, redirectUri } from '#lib/urls.ts';

const names = missingSetting as Record<string, unknown>;

export interface SignInProblem {
	title: string;
	text: string;
	/** For the site administrator: what to compare and what to change. */
	fix: string;
	/** To compare with what is registered; empty when the problem is not about it. */
	redirectUri: string;
}

/** What the address of the page says about an attempt that did not work. */
export interface Arrival {
	code: string;
	provider: string | null;
	/** What the provider is called, when the page knows it. */
	name?: string;
	missing?: string;
	publicUrl?: string;
}

/** Problems at which the redirect URI is one of the things to compare. */
const ABOUT_REDIRECT_URI = ['client_rejected', 'provider_error', 'state_invalid'];

/** What a page says about `?error=<code>&provider=<id>&missing=<fields>`. */
export function describeSignInProblem(arrival: Arrival): SignInProblem {
	const { code, provider } = arrival;
	const known = Object.hasOwn(signInProblems, code) ? (code as SignInCode) : 'internal';
	const party = {
		name: arrival.name ?? providerName(provider),
		kind: isProvider(provider) ? provider : ('oidc' as const)
	};
	const problem = signInProblems[known](party);
	const fields = (arrival.missing ?? '').split(',').flatMap((field) => {
		const name = field === 'title' || !Object.hasOwn(names, field) ? undefined : names[field];
		return typeof name === 'string' ? [name] : [];
	});
	return {
		title: capital(problem.title),
		text: capital(problem.text),
		fix: capital(problem.fix),
		...(known === 'oauth_not_configured' &&
			fields.length > 0 && { title: missingSetting.title(fields) }),
		redirectUri: ABOUT_REDIRECT_URI.includes(known)
			? redirectUri(arrival.publicUrl ?? '', callbackPath(party.kind))
			: ''
	};
}

/** A sentence may begin with the name of a provider that has none. */
function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
