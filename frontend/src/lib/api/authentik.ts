import { api, call } from './client.ts';

export type Consent = 'implicit' | 'explicit';
/** What to do with an application that is there already: stop, use it, or only read its values. */
export type Existing = '' | 'use' | 'read';

export interface AuthentikInput {
	/** Left out when the environment sets it. */
	baseUrl?: string;
	apiToken: string;
	/** Left out when the environment sets it; "pantrie" when empty. */
	slug?: string;
	consent?: Consent;
	/** Empty: everyone. */
	group?: string;
	existing?: Existing;
	/** PEM. */
	ca?: string;
}

export interface PlanItem {
	kind: string;
	action: string;
	name: string;
	detail: string;
}

export interface Found {
	application: string;
	applicationSlug: string;
	provider: string;
	clientId: string;
	usable: boolean;
	/** Why it cannot be used. */
	reason: string;
	hasRedirectUri: boolean;
	adminUrl: string;
}

export interface PlanWarning {
	code: string;
	text: string;
}

export interface Plan {
	/** Of Authentik; empty when the token may not ask. */
	version: string;
	slug: string;
	items: PlanItem[];
	found?: Found;
	groups: string[];
	warnings: PlanWarning[];
}

export interface Leftover {
	kind: string;
	name: string;
	url: string;
}

/** Why it did not work, in sentences of the server. */
export interface AuthentikProblem {
	code: string;
	message: string;
	fix: string;
	/** The field of the form to mark; may be empty. */
	field: string;
	/** What Authentik says about single values. */
	fields: { name: string; message: string }[];
	step: string;
	permission: string;
	left: Leftover[];
}

export type StepId =
	| 'connect'
	| 'flow'
	| 'scopes'
	| 'signing_key'
	| 'group'
	| 'provider'
	| 'application'
	| 'binding'
	| 'save'
	| 'undo';
export type StepStatus = 'running' | 'done' | 'skipped' | 'failed' | 'removed' | 'left';

export interface Step {
	id: StepId;
	status: StepStatus;
	text: string;
}

export interface AuthentikResult {
	baseUrl: string;
	slug: string;
	clientId: string;
	/** Empty when the server has saved it itself. */
	clientSecret: string;
	created: string[];
	version: string;
	warnings?: PlanWarning[];
}

/** What was found out: a plan, or why there is none. */
export interface PlanAnswer {
	plan?: Plan;
	problem?: AuthentikProblem;
}

/** One line of the answer while Authentik is being set up; the last one is no step. */
export interface RunLine {
	step?: Step;
	result?: AuthentikResult;
	problem?: AuthentikProblem;
}

export interface BlueprintWish {
	slug?: string;
	consent?: Consent;
	group?: string;
	emailVerified?: boolean;
	/** For an Authentik older than 2024.12. */
	old?: boolean;
}

export interface BlueprintFile {
	fileName: string;
	text: string;
}

/** Who sets Authentik up: an administrator, whose settings the server then saves, or the wizard. */
export interface AuthentikApi {
	readonly saves: boolean;
	plan(input: AuthentikInput, signal: AbortSignal): Promise<PlanAnswer>;
	apply(input: AuthentikInput, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null>;
	blueprint(wish: BlueprintWish, signal: AbortSignal): Promise<BlueprintFile>;
}

type Post = <T>(
	path: string,
	init: object
) => Promise<{ data?: T; error?: unknown; response: Response }>;
const post = api.POST as unknown as Post;

function authentikAt(path: string, saves: boolean, extra: () => object): AuthentikApi {
	const stream = { headers: { Accept: 'application/x-ndjson' }, parseAs: 'stream' };
	const body = (values: object) => ({ ...extra(), ...values });
	return {
		saves,
		plan: (input, signal) => call(post<PlanAnswer>(`${path}/plan`, { body: body(input), signal })),
		apply: (input, signal) =>
			call(
				post<ReadableStream<Uint8Array> | null>(`${path}/apply`, {
					...stream,
					body: body(input),
					signal
				})
			),
		blueprint: (wish, signal) =>
			call(post<BlueprintFile>(`${path}/blueprint`, { body: body(wish), signal }))
	};
}

export const adminAuthentik = authentikAt('/api/v1/admin/authentik', true, () => ({}));

/** @param proof the setup token, and the public URL unless the environment sets it */
export function setupAuthentik(proof: () => { setupToken: string; publicUrl?: string }) {
	return authentikAt('/api/v1/setup/authentik', false, proof);
}
