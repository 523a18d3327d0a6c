import { listHouseholds, listUsers } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:households');
	await parent(); // refuses whoever is no administrator before anything is asked for
	const [households, users] = await guard(Promise.all([listHouseholds(), listUsers()]), url);
	return { households, users };
};
