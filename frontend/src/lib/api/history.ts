import { api, call } from './client.ts';

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
export const getWaste = async (household: string) =>
	(
		await call(
			api.GET('/api/v1/households/{household}/waste', {
				params: { path: { household }, query: { months: 12 } }
			})
		)
	).months;
