import { api, call, type Outcome, type ProviderId } from './client.ts';
import { isSignedOut } from './errors.ts';

/** What the sign-in log can be narrowed to. */
export interface Filter {
	person: string;
	outcome: Outcome;
	provider: string;
	ref: string;
	userId: string;
}

/** Who is signed in; null when nobody is. */
export async function findMe() {
	try {
		return await call(api.GET('/api/v1/auth/me'));
	} catch (error) {
		if (isSignedOut(error)) return null;
		throw error;
	}
}

const at = (provider: ProviderId) => ({ params: { path: { provider } } });

export const getMe = () => call(api.GET('/api/v1/auth/me'));
export const getInstance = () => call(api.GET('/api/v1/instance'));
export const getAccount = () => call(api.GET('/api/v1/auth/account'));
export const listTokens = async () => (await call(api.GET('/api/v1/auth/tokens'))).tokens;
export const listProviders = () => call(api.GET('/api/v1/auth/oauth/providers'));
export const listOAuthProviders = async () =>
	(await call(api.GET('/api/v1/admin/oauth'))).providers;
export const getOAuthSettings = (provider: ProviderId) =>
	call(api.GET('/api/v1/admin/oauth/{provider}', at(provider)));
export const getTestSignIn = async (provider: ProviderId) =>
	(await call(api.GET('/api/v1/admin/oauth/{provider}/test-sign-in', at(provider)))).result ?? null;
export const getSignInSettings = () => call(api.GET('/api/v1/admin/sign-in'));
export const getInstanceSettings = () => call(api.GET('/api/v1/admin/instance'));
export const listBackups = () => call(api.GET('/api/v1/admin/backups'));
export const listUsers = async () => (await call(api.GET('/api/v1/admin/users'))).users;
export const getHousehold = (household: string) =>
	call(api.GET('/api/v1/households/{household}', { params: { path: { household } } }));
export const listInvitations = async (household: string) =>
	(
		await call(
			api.GET('/api/v1/households/{household}/invitations', { params: { path: { household } } })
		)
	).invitations;
export const listHouseholds = async () =>
	(await call(api.GET('/api/v1/admin/households'))).households;

/** Attempts to sign in, the newest first; `before` continues where a page ended. */
export const listSignIns = (query: Partial<Filter> & { before?: string }) =>
	call(api.GET('/api/v1/admin/sign-ins', { params: { query: { limit: 50, ...query } } }));
