import { getInstanceSettings } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, url }) => {
	depends('app:instance');
	return { instance: await guard(getInstanceSettings(), url) };
};
