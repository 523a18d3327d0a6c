import { api, authentik, call } from './client.ts';
import { isSignedOut } from './errors.ts';

/** Who is signed in; null when nobody is. */
export async function findMe() {
	try {
		return await call(api.GET('/api/v1/auth/me'));
	} catch (error) {
		if (isSignedOut(error)) return null;
		throw error;
	}
}

export const getMe = () => call(api.GET('/api/v1/auth/me'));
export const getInstance = () => call(api.GET('/api/v1/instance'));
export const listProviders = () => call(api.GET('/api/v1/auth/oauth/providers'));
export const getOAuthSettings = () => call(api.GET('/api/v1/admin/oauth/{provider}', authentik));
export const getInstanceSettings = () => call(api.GET('/api/v1/admin/instance'));
export const listUsers = async () => (await call(api.GET('/api/v1/admin/users'))).users;
