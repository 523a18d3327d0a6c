import { resolve } from '$app/paths';
import createClient from 'openapi-fetch';
import { fromResponse, networkError } from './errors.ts';
import type { components, paths } from './schema.d.ts';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Role = Schemas['MyHousehold']['role'];
export type Instance = Schemas['Instance'];
export type SetupInfo = Schemas['SetupInfo'];
export type OAuthSettings = Schemas['OAuthSettings'];
export type OAuthInput = Schemas['OAuthInput'];
export type InstanceSettings = Schemas['AdminInstance'];
export type User = Schemas['User'];

/** The typed client. Every call goes to this origin, below the sub-path Pantrie is served under. */
export const api = createClient<paths>({ baseUrl: resolve('').replace(/\/$/, '') });

/**
 * Gives the data of a call, or throws an ApiError: `network` when nothing answered, else what the
 * server said.
 */
export async function call<T>(
	request: Promise<{ data?: T; error?: unknown; response: Response }>
): Promise<T> {
	let answer;
	try {
		answer = await request;
	} catch (cause) {
		if (cause instanceof SyntaxError) throw fromResponse(new Response(null, { status: 502 }), null);
		throw networkError();
	}
	if (!answer.response.ok) throw fromResponse(answer.response, answer.error);
	return answer.data as T;
}

/** The only provider so far, as the administration's routes want it. */
export const authentik = { params: { path: { provider: 'authentik' } } };
