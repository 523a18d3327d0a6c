import type { OAuthInput, OAuthSettings, Role } from '#lib/api/client.ts';

/** The form's state: everything on the page that Save sends. */
export interface Draft {
	enabled: boolean;
	baseUrl: string;
	slug: string;
	clientId: string;
	/** Empty keeps the stored one. */
	clientSecret: string;
	label: string;
	autoLink: boolean;
	signUp: boolean;
	signUpHouseholdId: string;
	signUpRole: Role;
}

export function draftOf(settings: OAuthSettings): Draft {
	return {
		enabled: settings.enabled,
		baseUrl: settings.baseUrl.value,
		slug: settings.slug.value,
		clientId: settings.clientId.value,
		clientSecret: '',
		label: settings.label,
		autoLink: settings.autoLink,
		signUp: settings.signUp,
		signUpHouseholdId: settings.signUpHouseholdId || (settings.households[0]?.id ?? ''),
		signUpRole: settings.signUpRole
	};
}

export function isDirty(draft: Draft, settings: OAuthSettings): boolean {
	const stored = draftOf(settings);
	return (Object.keys(stored) as (keyof Draft)[]).some((key) => draft[key] !== stored[key]);
}

/** True when a stored secret would go to another address than the one it was given for. */
export function needsSecret(draft: Draft, settings: OAuthSettings): boolean {
	return (
		settings.clientSecretSet &&
		settings.clientSecretEnvVar === '' &&
		draft.clientSecret === '' &&
		(draft.baseUrl.trim() !== settings.baseUrl.value || draft.slug.trim() !== settings.slug.value)
	);
}

/** What PUT takes: a field that the environment sets is never sent. */
export function inputOf(draft: Draft, settings: OAuthSettings): OAuthInput {
	const secret = settings.clientSecretEnvVar === '' ? draft.clientSecret.trim() : '';
	return {
		enabled: draft.enabled,
		...(settings.baseUrl.envVar === '' && { baseUrl: draft.baseUrl.trim() }),
		...(settings.slug.envVar === '' && { slug: draft.slug.trim() }),
		...(settings.clientId.envVar === '' && { clientId: draft.clientId.trim() }),
		...(secret !== '' && { clientSecret: secret }),
		label: draft.label.trim(),
		autoLink: draft.autoLink,
		signUp: draft.signUp,
		signUpHouseholdId: draft.signUpHouseholdId,
		signUpRole: draft.signUpRole
	};
}

export type Status = 'ready' | 'unused' | 'failing' | 'off' | 'notSetUp' | 'incomplete';

export function statusOf(settings: OAuthSettings): Status {
	if (settings.configured) return settings.enabled ? useOf(settings) : 'off';
	return hasAnything(settings) ? 'incomplete' : 'notSetUp';
}

/** Only a sign-in that worked shows that the four values are right. */
function useOf(settings: OAuthSettings): Status {
	if (settings.recentSignIns[0]?.outcome === 'failed') return 'failing';
	return settings.lastSignInAt === null ? 'unused' : 'ready';
}

/** True when something of Authentik is stored or set by the environment. */
export function hasAnything(settings: OAuthSettings): boolean {
	return (
		settings.baseUrl.value !== '' ||
		settings.slug.value !== '' ||
		settings.clientId.value !== '' ||
		settings.clientSecretSet
	);
}
