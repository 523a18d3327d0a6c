import type { Places, Product } from '#lib/api/client.ts';
import { findProducts, listPlaces } from '#lib/api/pantry.ts';
import { lastKnown } from '#lib/pantry/last-known.ts';
import { ofHousehold } from '#lib/pantry/load.ts';
import { ofProducts, readFilter, stockQuery } from './filter.ts';
import { listReached } from './shown.ts';
import type { PageLoad } from './$types';

interface Shown {
	places: Places;
	/** What is there; null while products are looked for. */
	stock: Awaited<ReturnType<typeof listReached>> | null;
	products: Product[];
}

const known = lastKnown<Shown>();

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:household', 'app:stock');
	const { me } = await parent();
	const filter = readFilter(url.searchParams);
	const { found, gone } = await ofHousehold(me, url, (household) => {
		const of = `${household} ${url.search}`;
		return known(of, async () => {
			const [places, products, stock] = await Promise.all([
				listPlaces(household),
				ofProducts(filter) ? findProducts(household, filter.q, filter.category) : [],
				ofProducts(filter) ? null : listReached(household, of, stockQuery(filter))
			]);
			return { places, products, stock };
		});
	});
	return { filter, found, gone };
};
