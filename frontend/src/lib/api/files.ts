import { resolve } from '$app/paths';
import { api, call } from './client.ts';

/** Where the browser downloads a household from. */
export const exportAddress = (household: string, kind: 'json' | 'csv') =>
	resolve(`api/v1/households/${encodeURIComponent(household)}/export.${kind}`);

/** The file goes as it is: which letters its bytes stand for is for the server to find out. */
const raw = (file: Blob, type: string) => ({
	bodySerializer: () => file,
	headers: { 'Content-Type': type }
});

export const previewSheet = (household: string, file: Blob) =>
	call(
		api.POST('/api/v1/households/{household}/import/csv/preview', {
			params: { path: { household } },
			body: '',
			...raw(file, 'text/csv')
		})
	);
export const importSheet = (household: string, file: Blob, key: string, skipProblems = false) =>
	call(
		api.POST('/api/v1/households/{household}/import/csv', {
			params: { path: { household }, header: { 'Idempotency-Key': key }, query: { skipProblems } },
			body: '',
			...raw(file, 'text/csv')
		})
	);
export const importHousehold = (household: string, file: Blob) =>
	call(
		api.POST('/api/v1/households/{household}/import/json', {
			params: { path: { household } },
			body: '',
			...raw(file, 'application/json')
		})
	);
export const setPhoto = (household: string, id: string, picture: Blob) =>
	call(
		api.PUT('/api/v1/households/{household}/products/{id}/photo', {
			params: { path: { household, id } },
			body: '',
			...raw(picture, picture.type)
		})
	);
export const removePhoto = (household: string, id: string) =>
	call(
		api.DELETE('/api/v1/households/{household}/products/{id}/photo', {
			params: { path: { household, id } }
		})
	);
export const photoAddress = (household: string, id: string) =>
	resolve(`api/v1/households/${encodeURIComponent(household)}/photos/${encodeURIComponent(id)}`);

/** Where the browser downloads a backup from. */
export const backupAddress = (name: string) =>
	resolve(`api/v1/admin/backups/${encodeURIComponent(name)}`);

export const restoreBackup = (token: string, file: Blob) =>
	call(
		api.POST('/api/v1/setup/restore', {
			params: { header: { 'Setup-Token': token } },
			body: '',
			...raw(file, 'application/octet-stream')
		})
	);
