import { api, call, type PutAway, type ShoppingInput } from './client.ts';

const at = (household: string) => ({ params: { path: { household } } });
const item = (household: string, id: string) => ({ params: { path: { household, id } } });

export const listShopping = (household: string) =>
	call(api.GET('/api/v1/households/{household}/shopping', at(household)));
export const addShopping = (household: string, body: ShoppingInput) =>
	call(api.POST('/api/v1/households/{household}/shopping', { ...at(household), body }));
export const addLow = async (household: string) =>
	(await call(api.POST('/api/v1/households/{household}/shopping/low', at(household)))).count;
export const changeShopping = (household: string, id: string, body: ShoppingInput) =>
	call(api.PATCH('/api/v1/households/{household}/shopping/{id}', { ...item(household, id), body }));
export const tickShopping = (household: string, id: string, ticked: boolean) =>
	call(
		api.PUT('/api/v1/households/{household}/shopping/{id}/ticked', {
			...item(household, id),
			body: { ticked }
		})
	);
export const removeShopping = (household: string, id: string) =>
	call(api.DELETE('/api/v1/households/{household}/shopping/{id}', item(household, id)));

/** Makes stock of the tray: all of these lines or none. */
export const putAway = (household: string, lines: PutAway[], key: string) =>
	call(
		api.POST('/api/v1/households/{household}/shopping/put-away', {
			params: { path: { household }, header: { 'Idempotency-Key': key } },
			body: { lines }
		})
	);
