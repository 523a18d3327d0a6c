import { listOAuthProviders, listSignIns } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import { filterOf, queryOf } from './filter.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:sign-ins');
	const filter = filterOf(url.searchParams);
	await parent(); // refuses whoever is no administrator before anything is asked for
	const [page, providers] = await guard(
		Promise.all([listSignIns(queryOf(filter)), listOAuthProviders()]),
		url
	);
	return { page, providers, filter };
};
