import { resolve } from '$app/paths';
import createClient from 'openapi-fetch';
import { fromResponse, networkError } from './errors.ts';
import type { Paths } from './pending.ts';
import type { components } from './schema.d.ts';

type Schemas = components['schemas'];

export type Role = Schemas['MyHousehold']['role'];
export type InstanceSettings = Schemas['AdminInstance'];
export type {
	Account,
	AccountIdentity,
	AccountSession,
	AccountSignIn,
	AttemptStep,
	AuthMethod,
	Check,
	Claim,
	GroupRule,
	Instance,
	Me,
	OAuthInput,
	OAuthProvider,
	OAuthSettings,
	Outcome,
	PendingLink,
	ProviderId,
	SetupInfo,
	SetupOAuth,
	SignIn,
	SignInSettings,
	TestResult,
	User
} from './pending.ts';

/** The typed client. Every call goes to this origin, below the sub-path Pantrie is served under. */
export const api = createClient<Paths>({ baseUrl: resolve('').replace(/\/$/, '') });

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
