import type { SetupInfo } from '#lib/api/client.ts';
import { launchUrl } from '#lib/urls.ts';

/** What a person types on the four steps. */
export interface Answers {
	name: string;
	email: string;
	password: string;
	household: string;
	publicUrl: string;
	method: 'local' | 'authentik';
	baseUrl: string;
	slug: string;
	clientId: string;
	clientSecret: string;
}

export const OAUTH_FIELDS = ['baseUrl', 'slug', 'clientId', 'clientSecret'] as const;
export type OAuthField = (typeof OAUTH_FIELDS)[number];

export const LAST_STEP = 4;

/** Which step asks for a field, by the field's path in an API error. */
export function stepOf(field: string): number {
	if (field.startsWith('admin.') || field.startsWith('household.')) return 1;
	if (field === 'publicUrl') return 2;
	if (field === 'oauth' || field.startsWith('oauth.')) return 3;
	return LAST_STEP;
}

/** The environment variable that sets a field of Authentik; "" when a person may type it. */
export function lockOf(info: SetupInfo | null, field: OAuthField): string {
	return info?.oauth[field].envVar ?? '';
}

export function allLocked(info: SetupInfo | null): boolean {
	return OAUTH_FIELDS.every((field) => lockOf(info, field) !== '');
}

export function anyLocked(info: SetupInfo | null): boolean {
	return OAUTH_FIELDS.some((field) => lockOf(info, field) !== '');
}

/** The public URL that will be in force: the environment's, else what was typed. */
export function effectivePublicUrl(answers: Answers, info: SetupInfo | null): string {
	return launchUrl(info?.publicUrl.envVar ? info.publicUrl.value : answers.publicUrl);
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

/** Nothing for local accounts only; else the fields of Authentik that are not locked. */
export function oauthPart(answers: Answers, info: SetupInfo | null) {
	if (answers.method === 'local') return {};
	const oauth: { provider: 'authentik' } & Partial<Record<OAuthField, string>> = {
		provider: 'authentik'
	};
	for (const field of OAUTH_FIELDS) {
		if (lockOf(info, field) === '') oauth[field] = answers[field].trim();
	}
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
