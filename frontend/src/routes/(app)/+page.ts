import { getHome, listPlaces } from '#lib/api/pantry.ts';
import type { Home, Places } from '#lib/api/client.ts';
import { lastKnown } from '#lib/pantry/last-known.ts';
import { ofHousehold } from '#lib/pantry/load.ts';
import type { PageLoad } from './$types';

const known = lastKnown<{ home: Home; places: Places }>();

export const load: PageLoad = async ({ depends, parent, url, untrack }) => {
	depends('app:household', 'app:stock');
	const { me } = await parent();
	const { found, gone } = await ofHousehold(
		me,
		untrack(() => url),
		(household) =>
			known(household, async () => {
				const [home, places] = await Promise.all([getHome(household), listPlaces(household)]);
				return { home, places };
			})
	);
	return { pantry: found, gone };
};
