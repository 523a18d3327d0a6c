import type {
	AuthMethod,
	GroupRule,
	OAuthInput,
	OAuthSettings,
	ProviderId,
	Role
} from '#lib/api/client.ts';
import type { SetupValues } from '#lib/authentik-setup.svelte.ts';
import type { Way } from '#lib/components/authentik/ways.ts';

/** The form's state: everything on the page that Save sends. */
export interface Draft {
	enabled: boolean;
	baseUrl: string;
	slug: string;
	issuerUrl: string;
	clientId: string;
	/** Empty keeps the stored one. */
	clientSecret: string;
	label: string;
	autoLink: boolean;
	trustEmail: boolean;
	signUp: boolean;
	signUpHouseholdId: string;
	signUpRole: Role;
	allowedGroups: string[];
	adminGroup: string;
	rules: GroupRule[];
	signOutAtProvider: boolean;
	/** Hours; 0 means as long as other sessions. */
	maxSessionHours: string;
	/** Separated by spaces; empty means the usual ones. */
	scopes: string;
	authMethod: AuthMethod;
	ca: string;
	groupClaim: string;
}

/** What each provider is told by: the rest of these fields is not its. */
export const ADDRESS_FIELDS: Record<ProviderId, readonly ('baseUrl' | 'slug' | 'issuerUrl')[]> = {
	authentik: ['baseUrl', 'slug'],
	google: [],
	oidc: ['issuerUrl']
};

const USUAL_CLAIM = 'groups';

export function draftOf(settings: OAuthSettings): Draft {
	return {
		enabled: settings.enabled,
		baseUrl: settings.baseUrl.value,
		slug: settings.slug.value,
		issuerUrl: settings.issuerUrl.value,
		clientId: settings.clientId.value,
		clientSecret: '',
		label: settings.label,
		autoLink: settings.autoLink,
		trustEmail: settings.trustEmail,
		signUp: settings.signUp,
		signUpHouseholdId: settings.signUpHouseholdId || (settings.households[0]?.id ?? ''),
		signUpRole: settings.signUpRole,
		allowedGroups: [...settings.allowedGroups],
		adminGroup: settings.adminGroup,
		rules: settings.rules.map((rule) => ({ ...rule })),
		signOutAtProvider: settings.signOutAtProvider,
		maxSessionHours: String(settings.maxSessionHours),
		scopes: sameList(settings.scopes, settings.defaultScopes) ? '' : settings.scopes.join(' '),
		authMethod: settings.authMethod,
		ca: settings.ca,
		groupClaim: settings.groupClaim === USUAL_CLAIM ? '' : settings.groupClaim
	};
}

/** What the set-up begins with. */
export function valuesOf(settings: OAuthSettings): SetupValues {
	const { baseUrl, slug, ca } = settings;
	return { baseUrl: baseUrl.value, slug: slug.value, consent: 'implicit', group: '', ca };
}

/** The ways to connect Authentik; what the environment sets of the client, Pantrie cannot choose. */
export function waysOf(settings: OAuthSettings): readonly Way[] {
	const { clientId, clientSecretEnvVar } = settings;
	const env = [settings.baseUrl, settings.slug, clientId].map(({ envVar }) => envVar);
	if ([...env, clientSecretEnvVar].every((name) => name !== '')) return ['hand'];
	const free = clientId.envVar === '' && clientSecretEnvVar === '';
	return free ? ['auto', 'blueprint', 'hand'] : ['blueprint', 'hand'];
}

/** Who has begun to fill in the fields goes on there. */
export function firstWay(settings: OAuthSettings): Way {
	const [first] = waysOf(settings);
	return first === undefined || settings.clientId.value !== '' ? 'hand' : first;
}

/** Takes over what the server saved by itself, and leaves what was typed elsewhere on the page. */
export function adopt(draft: Draft, settings: OAuthSettings): void {
	const { enabled, baseUrl, slug, clientId, clientSecret, ca } = draftOf(settings);
	Object.assign(draft, { enabled, baseUrl, slug, clientId, clientSecret, ca });
}

export function isDirty(draft: Draft, settings: OAuthSettings): boolean {
	return JSON.stringify(draft) !== JSON.stringify(draftOf(settings));
}

/** True when a stored secret would go to another address than the one it was given for, or to one that another authority vouches for. */
export function needsSecret(draft: Draft, settings: OAuthSettings): boolean {
	return (
		settings.clientSecretSet &&
		settings.clientSecretEnvVar === '' &&
		draft.clientSecret === '' &&
		(ADDRESS_FIELDS[settings.provider].some(
			(field) => draft[field].trim() !== settings[field].value
		) ||
			(draft.ca.trim() !== '' && draft.ca.trim() !== settings.ca))
	);
}

/** True when people are linked with an address that would not be in force any more. */
export function moves(draft: Draft, settings: OAuthSettings): boolean {
	return (
		settings.linkedUsers > 0 &&
		ADDRESS_FIELDS[settings.provider].some((field) => draft[field].trim() !== settings[field].value)
	);
}

/** What PUT takes: a field that the environment sets is never sent, nor one of another provider. */
export function inputOf(draft: Draft, settings: OAuthSettings): OAuthInput {
	const secret = settings.clientSecretEnvVar === '' ? draft.clientSecret.trim() : '';
	const open = [...ADDRESS_FIELDS[settings.provider], 'clientId' as const].filter(
		(field) => settings[field].envVar === ''
	);
	return {
		enabled: draft.enabled,
		...Object.fromEntries(open.map((field) => [field, draft[field].trim()])),
		...(secret !== '' && { clientSecret: secret }),
		label: draft.label.trim(),
		autoLink: draft.autoLink,
		trustEmail: draft.trustEmail,
		signUp: draft.signUp,
		signUpHouseholdId: draft.signUpHouseholdId,
		signUpRole: draft.signUpRole,
		allowedGroups: draft.allowedGroups,
		adminGroup: draft.adminGroup.trim(),
		rules: draft.rules.map((rule) => ({ ...rule, group: rule.group.trim() })),
		signOutAtProvider: draft.signOutAtProvider,
		maxSessionHours: Number(draft.maxSessionHours),
		scopes: draft.scopes.split(/\s+/).filter(Boolean),
		authMethod: draft.authMethod,
		ca: draft.ca.trim(),
		groupClaim: draft.groupClaim.trim() || USUAL_CLAIM
	};
}

/** True when everything is there that a test connection needs. */
export function canTest(draft: Draft, settings: OAuthSettings): boolean {
	const secret =
		draft.clientSecret !== '' || (settings.clientSecretSet && !needsSecret(draft, settings));
	return (
		secret &&
		[...ADDRESS_FIELDS[settings.provider], 'clientId' as const].every(
			(field) => draft[field].trim() !== ''
		)
	);
}

export type Status = 'ready' | 'unused' | 'failing' | 'off' | 'notSetUp' | 'incomplete';

export function statusOf(settings: OAuthSettings): Status {
	if (settings.configured) return settings.enabled ? useOf(settings) : 'off';
	return hasAnything(settings) ? 'incomplete' : 'notSetUp';
}

/** Only a sign-in that worked shows that the values are right. */
function useOf(settings: OAuthSettings): Status {
	if (settings.recentSignIns[0]?.outcome === 'failed') return 'failing';
	return settings.lastSignInAt === null ? 'unused' : 'ready';
}

/** True when something of the provider is stored or set by the environment. */
export function hasAnything(settings: OAuthSettings): boolean {
	return (
		[...ADDRESS_FIELDS[settings.provider], 'clientId' as const].some(
			(field) => settings[field].value !== ''
		) || settings.clientSecretSet
	);
}

function sameList(one: string[], other: string[]): boolean {
	return one.join(' ') === other.join(' ');
}
