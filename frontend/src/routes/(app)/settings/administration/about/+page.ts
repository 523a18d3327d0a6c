import { getInstanceSettings } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:instance');
	await parent(); // refuses whoever is no administrator before anything is asked for
	return { instance: await guard(getInstanceSettings(), url) };
};
