import { getOAuthSettings, listUsers } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, url }) => {
	depends('app:users');
	const [users, { households }] = await guard(Promise.all([listUsers(), getOAuthSettings()]), url);
	return { users, households };
};
