import type { ProviderId, SetupInfo, SetupOAuth } from '#lib/api/client.ts';
import type { SetupEnv, SetupValues } from '#lib/authentik-setup.svelte.ts';
import type { After, Way } from '#lib/components/authentik/ways.ts';
import { tabStorage } from '#lib/storage.ts';
import { callbackPath, launchUrl, redirectUri } from '#lib/urls.ts';

/** What a person types on the four steps. */
export interface Answers extends SetupValues {
	name: string;
	email: string;
	password: string;
	household: string;
	publicUrl: string;
	method: 'local' | ProviderId;
	/** How Authentik is connected. */
	way: Way;
	after: After;
	issuerUrl: string;
	/** What people call another provider; may stay empty. */
	label: string;
	clientId: string;
	clientSecret: string;
}

export const ANSWERS_KEY = 'pantrie.setup.answers';

export type OAuthField = 'baseUrl' | 'slug' | 'issuerUrl' | 'clientId' | 'clientSecret';

/** What each provider is told by, in the order in which it is asked. */
export const OAUTH_FIELDS: Record<ProviderId, readonly OAuthField[]> = {
	authentik: ['baseUrl', 'slug', 'clientId', 'clientSecret'],
	google: ['clientId', 'clientSecret'],
	oidc: ['issuerUrl', 'clientId', 'clientSecret']
};

export const LAST_STEP = 4;

/** Which step asks for a field, by the field's path in an API error. */
export function stepOf(field: string): number {
	if (field.startsWith('admin.') || field.startsWith('household.')) return 1;
	if (field === 'publicUrl') return 2;
	if (field === 'oauth' || field.startsWith('oauth.')) return 3;
	return LAST_STEP;
}

/**
 * The environment variable that sets a field of the provider; "" when a person may type it. Only
 * Authentik has variables.
 */
export function lockOf(info: SetupInfo | null, method: Answers['method'], field: OAuthField) {
	if (method !== 'authentik' || field === 'issuerUrl') return '';
	return info?.oauth[field].envVar ?? '';
}

/** What the environment says about the address and the slug of Authentik. */
export function envOf(info: SetupInfo | null): SetupEnv {
	const none = { value: '', envVar: '' };
	return { baseUrl: info?.oauth.baseUrl ?? none, slug: info?.oauth.slug ?? none };
}

/** The ways that are left: what the environment sets of the client, Pantrie cannot choose. */
export function waysOf(info: SetupInfo | null): readonly Way[] {
	const free = (['clientId', 'clientSecret'] as const).every(
		(field) => lockOf(info, 'authentik', field) === ''
	);
	return free ? ['auto', 'blueprint', 'hand'] : ['blueprint', 'hand'];
}

/** A field of the provider that is asked for, that the environment does not set, and that is empty. */
export function isIncomplete(answers: Answers, info: SetupInfo | null): boolean {
	const { method } = answers;
	if (method === 'local') return false;
	return OAUTH_FIELDS[method].some(
		(field) => lockOf(info, method, field) === '' && answers[field].trim() === ''
	);
}

/** The fields of the provider are there to be typed into. */
export function tellsByHand({ method, way, after }: Answers): boolean {
	return method !== 'authentik' || way === 'hand' || (way === 'blueprint' && after === 'paste');
}

export function allLocked(info: SetupInfo | null): boolean {
	return OAUTH_FIELDS.authentik.every((field) => lockOf(info, 'authentik', field) !== '');
}

export function anyLocked(info: SetupInfo | null): boolean {
	return OAUTH_FIELDS.authentik.some((field) => lockOf(info, 'authentik', field) !== '');
}

/** The public URL that will be in force: the environment's, else what was typed. */
export function effectivePublicUrl(answers: Answers, info: SetupInfo | null): string {
	return launchUrl(info?.publicUrl.envVar ? info.publicUrl.value : answers.publicUrl);
}

/** What this tab's wizard, or the one that opened this tab, was told; "" when nothing. */
export function rememberedPublicUrl(): string {
	try {
		const kept: unknown = JSON.parse(tabStorage.get(ANSWERS_KEY) || '{}');
		const publicUrl = (kept as Partial<Answers> | null)?.publicUrl;
		return typeof publicUrl === 'string' ? publicUrl : '';
	} catch {
		return '';
	}
}

/** What to register at the provider as the redirect URI. */
export function redirectUriFor(provider: ProviderId, publicUrl: string, info: SetupInfo | null) {
	return redirectUri(publicUrl, info?.oauthCallbackPaths[provider] ?? callbackPath(provider));
}

export function adminPart(answers: Answers) {
	return {
		admin: {
			name: answers.name.trim(),
			email: answers.email.trim(),
			password: answers.password
		},
		household: { name: answers.household.trim(), timeZone: timeZone() }
	};
}

/** Nothing when the environment sets the address: a locked field is never sent. */
export function addressPart(answers: Answers, info: SetupInfo | null) {
	return info?.publicUrl.envVar ? {} : { publicUrl: answers.publicUrl.trim() };
}

/** Nothing for local accounts only; else the provider's own fields that are not locked. */
export function oauthPart(answers: Answers, info: SetupInfo | null): { oauth?: SetupOAuth } {
	const { method } = answers;
	if (method === 'local') return {};
	const oauth: SetupOAuth = { provider: method };
	for (const field of OAUTH_FIELDS[method]) {
		if (lockOf(info, method, field) === '') oauth[field] = answers[field].trim();
	}
	if (method === 'authentik' && answers.ca.trim() !== '') oauth.ca = answers.ca.trim();
	if (method === 'oidc' && answers.label.trim() !== '') oauth.label = answers.label.trim();
	return { oauth };
}

/** Everything at once, as POST /setup wants it. */
export function payload(setupToken: string, answers: Answers, info: SetupInfo | null) {
	return {
		setupToken,
		...adminPart(answers),
		...addressPart(answers, info),
		...oauthPart(answers, info)
	};
}

function timeZone(): string {
	return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
