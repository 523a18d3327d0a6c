import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { findMe, getInstance, listProviders } from '#lib/api/load.ts';
import { providerName } from '#lib/providers.ts';
import { safeReturnTo, withoutBase } from '#lib/urls.ts';
import { mayLeave } from './auto-redirect.ts';
import { signedOutText } from './signed-out.ts';
import type { Arrival } from '#lib/sign-in-problem.ts';
import type { PageLoad } from './$types';

/** What is refused whoever asks again: the provider would send the same person back at once. */
const REFUSED = [
	'account_disabled',
	'already_linked_elsewhere',
	'identity_taken',
	'not_allowed',
	'provider_denied',
	'signup_off'
];

export const load: PageLoad = async ({ url }) => {
	const base = resolve('').replace(/\/$/, '');
	const params = url.searchParams;
	const returnTo = safeReturnTo(withoutBase(params.get('returnTo') ?? '/', base));
	const error = params.get('error') ?? '';
	const [instance, providers, me] = await Promise.all([
		getInstance(),
		listProviders(),
		findMe().catch(() => null)
	]);
	if (!instance.setupCompleted) redirect(307, resolve('setup'));
	if (me && !error) redirect(307, base + returnTo);
	const nameOf = (id: string | null) =>
		providers.find((provider) => provider.id === id)?.name ?? providerName(id);
	const arrival = {
		code: error,
		provider: params.get('provider') ?? providers[0]?.id ?? null,
		name: nameOf(params.get('provider') ?? providers[0]?.id ?? 'authentik'),
		missing: params.get('missing') ?? '',
		publicUrl: instance.publicUrl
	};
	const signedOut = params.get('signedOut') ?? '';
	return {
		instance,
		providers,
		signedIn: me,
		returnTo,
		continueTo: base + returnTo,
		/** The provider to go to without being asked. */
		leaveFor:
			(!me && mayLeave(params) && providers.find(({ id }) => id === instance.autoRedirect)) || null,
		local: params.has('local'),
		signedOut: signedOut !== '' && !me,
		signedOutText: signedOutText(providers, signedOut),
		expired: params.has('expired') && !me,
		problem: error === '' ? null : await explain(arrival),
		/** Where the person was known and not let in, so that another account may help. */
		refusedAt: REFUSED.includes(error) ? (arrival.provider ?? '') : '',
		reference: params.get('ref') ?? ''
	};
};

/** The texts are fetched only when something went wrong. */
async function explain(arrival: Arrival) {
	const { describeSignInProblem } = await import('#lib/sign-in-problem.ts');
	return describeSignInProblem(arrival);
}
