import type { components } from './schema.d.ts';

type Problem = components['schemas']['Problem'];

/** Every `code` an API error can carry: the closed list of the contract. */
export const API_CODES = [
	'bad_request',
	'validation_failed',
	'unauthenticated',
	'token_paused',
	'invalid_credentials',
	'account_disabled',
	'forbidden',
	'not_found',
	'method_not_allowed',
	'not_acceptable',
	'conflict',
	'email_taken',
	'env_locked',
	'last_admin',
	'setup_token_invalid',
	'setup_done',
	'password_link_invalid',
	'invitation_invalid',
	'invitation_expired',
	'invitation_used',
	'invitation_revoked',
	'wrong_password',
	'payload_too_large',
	'unsupported_media_type',
	'too_many_requests',
	'cross_origin',
	'oauth_unknown_provider',
	'oauth_not_configured',
	'reauth_required',
	'local_login_off',
	'link_expired',
	'already_linked',
	'last_way_in',
	'test_running',
	'unavailable',
	'disk_full',
	'internal'
] as const satisfies readonly ApiCode[];

/** What the browser itself can add: nothing answered, an answer that is not Pantrie's, a bug. */
export const CLIENT_CODES = ['network', 'bad_answer', 'client'] as const;

/** Every code a field of an API error can carry. */
export const FIELD_CODES = [
	'required',
	'too_short',
	'too_long',
	'too_common',
	'invalid_email',
	'invalid_url',
	'invalid_slug',
	'reserved_slug',
	'invalid_choice',
	'secret_required',
	'invalid_certificate',
	'env_locked',
	'taken',
	'wrong',
	'invalid'
] as const;

/** Every `?error=` code the server sends a browser to the login page with. */
export const SIGN_IN_CODES = [
	'oauth_not_configured',
	'public_url_missing',
	'provider_unreachable',
	'provider_wrong_slug',
	'provider_invalid',
	'provider_no_signing_key',
	'provider_encrypts_tokens',
	'provider_denied',
	'provider_error',
	'provider_too_slow',
	'state_invalid',
	'client_rejected',
	'code_rejected',
	'token_invalid',
	'userinfo_failed',
	'account_disabled',
	'already_linked_elsewhere',
	'identity_taken',
	'not_allowed',
	'signup_off',
	'invitation_over',
	'signed_out_meanwhile',
	'logout_token_invalid',
	'too_many_requests',
	'internal'
] as const;

export type ApiCode = Problem['code'];
export type ClientCode = (typeof CLIENT_CODES)[number];
export type FieldCode = (typeof FIELD_CODES)[number];
export type SignInCode = (typeof SIGN_IN_CODES)[number];

export interface FieldProblem {
	name: string;
	code: string;
	message: string;
}

interface Failure {
	status: number;
	code: string;
	message?: string;
	fields?: FieldProblem[];
	requestId?: string;
	retryAfterSeconds?: number;
}

/** The only error the API client throws. */
export class ApiError extends Error {
	readonly status: number;
	readonly code: string;
	readonly fields: FieldProblem[];
	readonly requestId: string;
	readonly retryAfterSeconds: number;

	constructor(failure: Failure) {
		super(failure.message ?? '');
		this.name = 'ApiError';
		this.status = failure.status;
		this.code = failure.code;
		this.fields = failure.fields ?? [];
		this.requestId = failure.requestId ?? '';
		this.retryAfterSeconds = failure.retryAfterSeconds ?? 0;
	}
}

/** Nothing answered: offline, server down, name not found. */
export function networkError(): ApiError {
	return new ApiError({ status: 0, code: 'network' });
}

/** Reads an error response. A body that is not Pantrie's problem+json becomes `bad_answer`. */
export function fromResponse(response: Response, body: unknown): ApiError {
	const retryAfterSeconds = Number(response.headers.get('retry-after')) || 0;
	if (isProblem(body)) {
		return new ApiError({ retryAfterSeconds, ...body, status: response.status });
	}
	return new ApiError({ status: response.status, code: 'bad_answer', retryAfterSeconds });
}

function isProblem(body: unknown): body is Failure {
	return (
		typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
	);
}

/** True when this failure means that nobody is signed in; nothing else ever does. */
export function isSignedOut(error: unknown): boolean {
	return error instanceof ApiError && error.status === 401 && error.code === 'unauthenticated';
}
