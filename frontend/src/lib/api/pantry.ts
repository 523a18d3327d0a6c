import { api, call, type StockTake } from './client.ts';

const at = (household: string) => ({ params: { path: { household } } });
const item = (household: string, id: string) => ({ params: { path: { household, id } } });
const keyed = (household: string, key: string) => ({
	params: { path: { household }, header: { 'Idempotency-Key': key } }
});

/** The verbs that take something out of the stock, or put it elsewhere. */
export type TakeVerb = 'use' | 'waste' | 'open' | 'move' | 'count';

/** What the list of the stock can be narrowed to. */
export interface StockQuery {
	/** Words of the products. */
	q?: string;
	location?: string;
	category?: string;
	expires?: '' | 'expired' | 'today' | 'three_days' | 'week' | 'none';
	after?: string;
	limit?: number;
}

export const getHome = (household: string) =>
	call(api.GET('/api/v1/households/{household}/home', at(household)));
export const listPlaces = (household: string) =>
	call(api.GET('/api/v1/households/{household}/places', at(household)));
export const listStock = (household: string, query: StockQuery) =>
	call(
		api.GET('/api/v1/households/{household}/stock', {
			params: { path: { household }, query }
		})
	);
export const findProducts = async (household: string, q: string, category = '') =>
	(
		await call(
			api.GET('/api/v1/households/{household}/products', {
				params: { path: { household }, query: { q, category, limit: 50 } }
			})
		)
	).products;
export const getProduct = (household: string, id: string) =>
	call(api.GET('/api/v1/households/{household}/products/{id}', item(household, id)));

/** What a line such as "2 milk 30.11." means. */
export const readLine = (household: string, text: string, signal?: AbortSignal) =>
	call(
		api.GET('/api/v1/households/{household}/stock/read', {
			params: { path: { household }, query: { text } },
			signal
		})
	);

export const addLine = (household: string, text: string, key: string) =>
	call(
		api.POST('/api/v1/households/{household}/stock/add', {
			...keyed(household, key),
			body: { text }
		})
	);

export function takeStock(household: string, verb: TakeVerb, body: StockTake, key: string) {
	const request = { ...keyed(household, key), body };
	switch (verb) {
		case 'use':
			return call(api.POST('/api/v1/households/{household}/stock/use', request));
		case 'waste':
			return call(api.POST('/api/v1/households/{household}/stock/waste', request));
		case 'open':
			return call(api.POST('/api/v1/households/{household}/stock/open', request));
		case 'move':
			return call(api.POST('/api/v1/households/{household}/stock/move', request));
		case 'count':
			return call(api.POST('/api/v1/households/{household}/stock/count', request));
	}
}

export const undoTransaction = (household: string, id: string, key: string) =>
	call(
		api.POST('/api/v1/households/{household}/transactions/{id}/undo', {
			params: { path: { household, id }, header: { 'Idempotency-Key': key } },
			body: {}
		})
	);
