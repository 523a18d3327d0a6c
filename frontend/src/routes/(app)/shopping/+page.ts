import { listPlaces } from '#lib/api/pantry.ts';
import { listShopping } from '#lib/api/shopping.ts';
import type { Places, ShoppingList } from '#lib/api/client.ts';
import { lastKnown } from '#lib/pantry/last-known.ts';
import { ofHousehold } from '#lib/pantry/load.ts';
import type { PageLoad } from './$types';

const known = lastKnown<{ list: ShoppingList; places: Places }>();

export const load: PageLoad = async ({ depends, parent, url, untrack }) => {
	depends('app:household', 'app:shopping');
	const { me } = await parent();
	const { found, gone } = await ofHousehold(
		me,
		untrack(() => url),
		(household) =>
			known(household, async () => {
				const [list, places] = await Promise.all([listShopping(household), listPlaces(household)]);
				return { list, places };
			})
	);
	return { shopping: found, gone };
};
