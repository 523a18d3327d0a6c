import { getHousehold, listInvitations } from '#lib/api/load.ts';
import { listPlaces } from '#lib/api/pantry.ts';
import { ofHousehold } from '#lib/pantry/load.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:household', 'app:stock');
	const { me } = await parent();
	const { found, gone } = await ofHousehold(me, url, async (id) => {
		const [household, places] = await Promise.all([getHousehold(id), listPlaces(id)]);
		const invitations = household.role === 'admin' ? await listInvitations(id) : [];
		return { household, places, invitations };
	});
	return {
		household: found?.household ?? null,
		places: found?.places ?? null,
		invitations: found?.invitations ?? [],
		gone
	};
};
