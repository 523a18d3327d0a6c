import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { api, call } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';
import { findMe, getInstance, listProviders } from '#lib/api/load.ts';
import { providerName } from '#lib/providers.ts';
import { readToken } from '#lib/storage.ts';
import { isOver, TOKEN_KEY, type Over } from './over.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ url }) => {
	const token = readToken(TOKEN_KEY);
	const [instance, providers, me, { invitation, over }] = await Promise.all([
		getInstance(),
		listProviders(),
		findMe(),
		look(token)
	]);
	if (!instance.setupCompleted) redirect(307, resolve('setup'));
	const code = url.searchParams.get('error') ?? '';
	const provider = url.searchParams.get('provider');
	const name = providers.find(({ id }) => id === provider)?.name ?? providerName(provider);
	return {
		token,
		instance,
		providers,
		me,
		invitation,
		over,
		problem: code === '' ? null : await explain({ code, provider, name }),
		reference: url.searchParams.get('ref') ?? ''
	};
};

/** What the link invites to, or why it no longer does. */
async function look(token: string) {
	if (token === '') return { invitation: null, over: 'none' as Over };
	try {
		const invitation = await call(api.POST('/api/v1/invitations/check', { body: { token } }));
		return { invitation, over: null };
	} catch (error) {
		if (error instanceof ApiError && isOver(error.code)) {
			return { invitation: null, over: error.code };
		}
		throw error;
	}
}

/** The texts are fetched only when something went wrong. */
async function explain(arrival: { code: string; provider: string | null; name: string }) {
	const { describeSignInProblem } = await import('#lib/sign-in-problem.ts');
	return describeSignInProblem(arrival);
}
