import { error } from '@sveltejs/kit';
import type { Me, Places, ProductDetails } from '#lib/api/client.ts';
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
type MyHousehold = Me['households'][number];

const known = lastKnown<Shown>();

async function productOf(household: string, id: string): Promise<Shown> {
	const [product, places] = await Promise.all([getProduct(household, id), listPlaces(household)]);
	return { product, places };
}

export const load: PageLoad = async ({ depends, parent, params, url }) => {
	depends('app:household', 'app:stock');
	const { me } = await parent();
	let household = currentHousehold.of(me);
	if (!household) error(404, common.errorPage.notFoundTitle);
	const { id } = params;
	const ask = ({ id: of }: MyHousehold) =>
		guard(
			known(`${of} ${id}`, () => productOf(of, id)),
			url
		);
	try {
		return { household, ...told(await ask(household)) };
	} catch (failure) {
		if (!isNotFound(failure)) throw failure;
		// A link from somebody may be of another household that both are in.
		for (household of me.households.filter((other) => other.id !== household?.id)) {
			try {
				const found = await ask(household);
				currentHousehold.choose(household.id);
				return { household, ...told(found) };
			} catch (again) {
				if (!isNotFound(again)) throw again;
			}
		}
		throw failure;
	}
};

const isNotFound = (failure: unknown) =>
	failure instanceof ApiError && failure.code === 'not_found';
const told = ({ value, old }: { value: Shown; old: boolean }) => ({ ...value, old });
