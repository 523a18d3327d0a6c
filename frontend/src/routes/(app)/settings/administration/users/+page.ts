import { getOAuthSettings, listUsers } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:users');
	await parent(); // refuses whoever is no administrator before anything is asked for
	const [users, { households }] = await guard(
		Promise.all([listUsers(), getOAuthSettings('authentik')]),
		url
	);
	return { users, households };
};
