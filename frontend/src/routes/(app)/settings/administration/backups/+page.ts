import { listBackups } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:backups');
	await parent(); // refuses whoever is no administrator before anything is asked for
	return { found: await guard(listBackups(), url) };
};
