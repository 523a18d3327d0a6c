import { error } from '@sveltejs/kit';
import type { Places, ProductDetails } from '#lib/api/client.ts';
import { getProduct, listPlaces } from '#lib/api/pantry.ts';
import { guard } from '#lib/api/session.ts';
import { currentHousehold } from '#lib/current-household.svelte.ts';
import { common } from '#lib/messages';
import { lastKnown } from '#lib/pantry/last-known.ts';
import type { PageLoad } from './$types';

const known = lastKnown<{ product: ProductDetails; places: Places }>();

export const load: PageLoad = async ({ depends, parent, params, url }) => {
	depends('app:household', 'app:stock');
	const { me } = await parent();
	const household = currentHousehold.of(me);
	if (!household) error(404, common.errorPage.notFoundTitle);
	const { id } = params;
	const { value, old } = await guard(
		known(`${household.id} ${id}`, async () => {
			const [product, places] = await Promise.all([
				getProduct(household.id, id),
				listPlaces(household.id)
			]);
			return { product, places };
		}),
		url
	);
	return { household, ...value, old };
};
