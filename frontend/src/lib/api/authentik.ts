import { api, call } from './client.ts';
import type { components } from './schema.d.ts';

type Schemas = components['schemas'];

export type AuthentikInput = Omit<Schemas['AuthentikInput'], 'setupToken' | 'publicUrl'>;
export type Consent = NonNullable<AuthentikInput['consent']>;
/** What to do with an application that is there already: stop, use it, or only read its values. */
export type Existing = NonNullable<AuthentikInput['existing']>;
/** What was found out: a plan, or why there is none. */
export type PlanAnswer = Schemas['ProvisionAnswer'];
export type Plan = Schemas['ProvisionPlan'];
export type PlanItem = Schemas['ProvisionItem'];
export type PlanWarning = Schemas['ProvisionWarning'];
export type Found = Schemas['ProvisionFound'];
/** Why it did not work, in sentences of the server. */
export type AuthentikProblem = Schemas['ProvisionProblem'];
/** One line of the answer while Authentik is being set up; the last one is no step. */
export type RunLine = Schemas['ProvisionLine'];
export type Step = Schemas['ProvisionStep'];
export type StepId = Step['id'];
export type AuthentikResult = Schemas['ProvisionResult'];
export type BlueprintWish = Omit<Schemas['BlueprintInput'], 'setupToken' | 'publicUrl'>;
export type BlueprintFile = Schemas['Blueprint'];

/** Who sets Authentik up: an administrator, whose settings the server then saves, or the wizard. */
export interface AuthentikApi {
	readonly saves: boolean;
	plan(input: AuthentikInput, signal: AbortSignal): Promise<PlanAnswer>;
	apply(input: AuthentikInput, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null>;
	blueprint(wish: BlueprintWish, signal: AbortSignal): Promise<BlueprintFile>;
}

const asStream = {
	headers: { Accept: 'application/x-ndjson' },
	parseAs: 'stream'
} as const;

export const adminAuthentik: AuthentikApi = {
	saves: true,
	plan: (body, signal) => call(api.POST('/api/v1/admin/authentik/plan', { body, signal })),
	apply: (body, signal) =>
		call(api.POST('/api/v1/admin/authentik/apply', { body, ...asStream, signal })),
	blueprint: (body, signal) => call(api.POST('/api/v1/admin/authentik/blueprint', { body, signal }))
};

/** @param proof the setup token, and the public URL unless the environment sets it */
export function setupAuthentik(
	proof: () => { setupToken: string; publicUrl?: string }
): AuthentikApi {
	const from = <Input>(input: Input) => ({ ...proof(), ...input });
	return {
		saves: false,
		plan: (input, signal) =>
			call(api.POST('/api/v1/setup/authentik/plan', { body: from(input), signal })),
		apply: (input, signal) =>
			call(api.POST('/api/v1/setup/authentik/apply', { body: from(input), ...asStream, signal })),
		blueprint: (wish, signal) =>
			call(api.POST('/api/v1/setup/authentik/blueprint', { body: from(wish), signal }))
	};
}
