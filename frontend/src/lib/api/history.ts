import { negated, sign } from '#lib/pantry/measures.ts';
import { api, call, type Measure } from './client.ts';

export const listHistory = (household: string, before = '') =>
	call(
		api.GET('/api/v1/households/{household}/history', {
			params: { path: { household }, query: { before } }
		})
	);
export const listProductHistory = (household: string, id: string, before = '') =>
	call(
		api.GET('/api/v1/households/{household}/products/{id}/history', {
			params: { path: { household, id }, query: { before } }
		})
	);
/** How much of a product was used the last time; null when it never was. */
export async function lastUse(household: string, id: string): Promise<Measure | null> {
	const { events } = await listProductHistory(household, id);
	const used = events
		.filter(({ verb, undone }) => verb === 'use' && !undone)
		.flatMap(({ movements }) => movements.map(({ amount }) => amount));
	const last = used.find((amount) => sign(amount) < 0);
	return last ? negated(last) : null;
}
export const getWaste = async (household: string) =>
	(
		await call(
			api.GET('/api/v1/households/{household}/waste', {
				params: { path: { household }, query: { months: 12 } }
			})
		)
	).months;
