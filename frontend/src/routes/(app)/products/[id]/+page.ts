import { error } from '@sveltejs/kit';
import type { Places, ProductDetails } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';
import { getProduct, listPlaces } from '#lib/api/pantry.ts';
import { guard } from '#lib/api/session.ts';
import { currentHousehold } from '#lib/current-household.svelte.ts';
import { common } from '#lib/messages';
import { lastKnown } from '#lib/pantry/last-known.ts';
import type { PageLoad } from './$types';

interface Shown {
	product: ProductDetails;
	places: Places;
}

const known = lastKnown<Shown>();

async function productOf(household: string, id: string): Promise<Shown> {
	const [product, places] = await Promise.all([getProduct(household, id), listPlaces(household)]);
	return { product, places };
}

export const load: PageLoad = async ({ depends, parent, params, url }) => {
	depends('app:household', 'app:stock');
	const { me } = await parent();
	const current = currentHousehold.of(me);
	if (!current) error(404, common.errorPage.notFoundTitle);
	const { id } = params;
	// A link from somebody may be of another household that both are in.
	const others = me.households.filter((other) => other.id !== current.id);
	let missing: unknown;
	for (const household of [current, ...others]) {
		try {
			const { value, old } = await guard(
				known(`${household.id} ${id}`, () => productOf(household.id, id)),
				url
			);
			if (household !== current) currentHousehold.choose(household.id);
			return { household, ...value, old };
		} catch (failure) {
			if (!(failure instanceof ApiError && failure.code === 'not_found')) throw failure;
			missing ??= failure;
		}
	}
	throw missing;
};
