import { getSignInSettings, listOAuthProviders } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:sign-in');
	await parent(); // refuses whoever is no administrator before anything is asked for
	const [settings, providers] = await guard(
		Promise.all([getSignInSettings(), listOAuthProviders()]),
		url
	);
	return { settings, providers };
};
