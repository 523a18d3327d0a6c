import { listStock, type StockQuery } from '#lib/api/pantry.ts';

export const PAGE = 50;

/** How far down the list a person has gone, so that loading it again does not shorten it. */
let reached = { of: '', count: PAGE };

export function reach(of: string, count: number): void {
	reached = { of, count };
}

/** The list from its beginning, as far down as it was shown. */
export async function listReached(household: string, of: string, query: StockQuery) {
	const wanted = reached.of === of ? reached.count : PAGE;
	let page = await listStock(household, { ...query, limit: Math.min(wanted, 200) });
	const lots = [...page.lots];
	while (page.next !== '' && lots.length < wanted) {
		const limit = Math.min(wanted - lots.length, 200);
		page = await listStock(household, { ...query, after: page.next, limit });
		lots.push(...page.lots);
	}
	return { ...page, lots };
}
