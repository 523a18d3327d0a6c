import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { api, call } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';
import { getInstance } from '#lib/api/load.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async () => {
	const [instance, pending] = await Promise.all([getInstance(), findPending()]);
	if (!instance.setupCompleted) redirect(307, resolve('setup'));
	return { pending };
};

/** What waits for a password; null when nothing does any more. */
async function findPending() {
	try {
		return await call(api.GET('/api/v1/auth/link'));
	} catch (error) {
		if (error instanceof ApiError && error.code === 'link_expired') return null;
		throw error;
	}
}
