import type { Places, Product } from '#lib/api/client.ts';
import { findProducts, listPlaces } from '#lib/api/pantry.ts';
import { lastKnown } from '#lib/pantry/last-known.ts';
import { ofHousehold } from '#lib/pantry/load.ts';
import { readFilter, stockQuery } from './filter.ts';
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
			const places = listPlaces(household);
			if (filter.q.trim() !== '') {
				const products = await findProducts(household, filter.q, filter.category);
				return { places: await places, stock: null, products };
			}
			const stock = await listReached(household, of, stockQuery(filter));
			return { places: await places, stock, products: [] };
		});
	});
	return { filter, found, gone };
};
