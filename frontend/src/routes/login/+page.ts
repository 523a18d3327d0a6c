import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { findMe, getInstance, listProviders } from '#lib/api/load.ts';
import { safeReturnTo, withoutBase } from '#lib/urls.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
	const base = resolve('').replace(/\/$/, '');
	const returnTo = safeReturnTo(withoutBase(url.searchParams.get('returnTo') ?? '/', base));
	const error = url.searchParams.get('error') ?? '';
	const [instance, providers, me] = await Promise.all([
		getInstance(),
		listProviders(),
		findMe().catch(() => null)
	]);
	if (!instance.setupCompleted) redirect(307, resolve('setup'));
	if (me && !error) redirect(307, base + returnTo);
	return {
		instance,
		providers,
		signedIn: me,
		returnTo,
		continueTo: base + returnTo,
		error,
		expired: url.searchParams.has('expired') && !me,
		problem: error === '' ? null : await explain(error, url.searchParams.get('missing') ?? ''),
		reference: url.searchParams.get('ref') ?? ''
	};
};

/** The texts are fetched only when something went wrong. */
async function explain(code: string, missing: string) {
	const { describeSignInProblem } = await import('./problem.ts');
	return describeSignInProblem(code, missing.split(',').filter(Boolean));
}
