import { getOAuthSettings } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, url }) => {
	depends('app:oauth');
	return { settings: await guard(getOAuthSettings(), url) };
};
