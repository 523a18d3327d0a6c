import { getWaste, listHistory, listProductHistory } from '#lib/api/history.ts';
import { getProduct } from '#lib/api/pantry.ts';
import { ofHousehold } from '#lib/pantry/load.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:household', 'app:stock');
	const { me } = await parent();
	const id = url.searchParams.get('product') ?? '';
	const { found, gone } = await ofHousehold(me, url, async (household) => {
		if (id !== '') {
			const [product, page] = await Promise.all([
				getProduct(household, id),
				listProductHistory(household, id)
			]);
			return { household, product, page, waste: null };
		}
		const [page, waste] = await Promise.all([listHistory(household), getWaste(household)]);
		return { household, product: null, page, waste };
	});
	return { found, gone };
};
