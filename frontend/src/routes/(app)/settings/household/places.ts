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

/** The positions to store when one moves up or down by some: those that are not so already. */
export function reordered(
	list: readonly Sorted[],
	id: string,
	by: number
): { id: string; position: number }[] {
	const order = [...list];
	const from = order.findIndex((each) => each.id === id);
	const [moved] = order.splice(from, 1);
	if (moved) order.splice(Math.max(0, from + by), 0, moved);
	return order.flatMap((each, position) =>
		each.position === position ? [] : [{ id: each.id, position }]
	);
}
