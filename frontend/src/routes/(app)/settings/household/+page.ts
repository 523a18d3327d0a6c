import type { Me } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';
import { getHousehold, listInvitations } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import { currentHousehold } from '#lib/current-household.svelte.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:household');
	const { me } = await parent();
	return guard(loadHousehold(me), url);
};

/** `gone` when somebody took the person out since the app was opened. */
async function loadHousehold(me: Me) {
	const current = currentHousehold.of(me);
	if (!current) return { household: null, invitations: [], gone: false };
	try {
		const household = await getHousehold(current.id);
		const invitations = household.role === 'admin' ? await listInvitations(current.id) : [];
		return { household, invitations, gone: false };
	} catch (error) {
		if (error instanceof ApiError && error.code === 'not_found') {
			return { household: null, invitations: [], gone: true };
		}
		throw error;
	}
}
