import { api, call, type Place } from '#lib/api/client.ts';

export type Kind = 'locations' | 'categories';

/** A place, or a category, which is of no kind. */
export interface Sorted {
	id: string;
	name: string;
	position: number;
	kind?: Place['kind'];
}

interface Input {
	name?: string;
	kind?: Place['kind'];
	position?: number;
}

const at = (household: string) => ({ path: { household } });
const item = (household: string, id: string) => ({ path: { household, id } });

export const make = (household: string, of: Kind, body: Input): Promise<Sorted> =>
	of === 'locations'
		? call(api.POST('/api/v1/households/{household}/locations', { params: at(household), body }))
		: call(api.POST('/api/v1/households/{household}/categories', { params: at(household), body }));

export const change = (household: string, of: Kind, id: string, body: Input): Promise<Sorted> =>
	of === 'locations'
		? call(
				api.PATCH('/api/v1/households/{household}/locations/{id}', {
					params: item(household, id),
					body
				})
			)
		: call(
				api.PATCH('/api/v1/households/{household}/categories/{id}', {
					params: item(household, id),
					body
				})
			);

export const remove = (household: string, of: Kind, id: string) =>
	of === 'locations'
		? call(
				api.DELETE('/api/v1/households/{household}/locations/{id}', {
					params: item(household, id)
				})
			)
		: call(
				api.DELETE('/api/v1/households/{household}/categories/{id}', {
					params: item(household, id)
				})
			);

/** Stores the order of all, by their ids. */
export const order = (household: string, of: Kind, ids: string[]) =>
	of === 'locations'
		? call(
				api.PUT('/api/v1/households/{household}/locations/order', {
					params: at(household),
					body: { ids }
				})
			)
		: call(
				api.PUT('/api/v1/households/{household}/categories/order', {
					params: at(household),
					body: { ids }
				})
			);

/** The ids in their order when one moves up or down by some. */
export function reordered(list: readonly Sorted[], id: string, by: number): string[] {
	const ids = list.map((each) => each.id);
	const from = ids.indexOf(id);
	ids.splice(from, 1);
	ids.splice(Math.max(0, from + by), 0, id);
	return ids;
}
