import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { api, call } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';
import { getInstance } from '#lib/api/load.ts';
import { readToken } from '#lib/storage.ts';
import { TOKEN_KEY } from './token-key.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async () => {
	const token = readToken(TOKEN_KEY);
	const [instance, person] = await Promise.all([
		getInstance(),
		token === '' ? null : ownerOf(token)
	]);
	if (!instance.setupCompleted) redirect(307, resolve('setup'));
	return { token, person };
};

/** Whose link it is; null when it no longer works. */
async function ownerOf(token: string) {
	try {
		return await call(api.POST('/api/v1/auth/password-link/check', { body: { token } }));
	} catch (error) {
		if (error instanceof ApiError && error.code === 'password_link_invalid') return null;
		throw error;
	}
}
