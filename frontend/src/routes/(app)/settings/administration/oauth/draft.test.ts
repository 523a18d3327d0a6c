import { expect, it } from 'vitest';
import type { OAuthSettings } from '#lib/api/client.ts';
import {
	adopt,
	canTest,
	draftOf,
	firstWay,
	inputOf,
	isDirty,
	needsSecret,
	statusOf,
	waysOf
} from './draft.ts';

const settings: OAuthSettings = {
	provider: 'authentik',
	name: 'Authentik',
	enabled: true,
	configured: true,
	missing: [],
	baseUrl: { value: 'https://auth.example.org', envVar: 'OAUTH_AUTHENTIK_BASE_URL' },
	slug: { value: 'pantrie', envVar: '' },
	clientId: { value: 'id', envVar: '' },
	issuerUrl: { value: '', envVar: '' },
	clientSecretSet: true,
	clientSecretEnvVar: '',
	clientSecretUpdatedAt: 1,
	label: '',
	autoLink: true,
	signUp: true,
	signUpHouseholdId: 'h1',
	signUpRole: 'editor',
	households: [{ id: 'h1', name: 'Brandt' }],
	issuer: '',
	redirectUri: '',
	launchUrl: '',
	publicUrl: { value: '', envVar: '' },
	originMatches: true,
	requestOrigin: '',
	linkedUsers: 0,
	lastSignInAt: null,
	recentSignIns: [],
	trustEmail: false,
	allowedGroups: ['family'],
	adminGroup: '',
	groupsSeen: true,
	groupClaim: 'groups',
	rules: [{ group: 'family', householdId: 'h1', role: 'editor' }],
	signOutAtProvider: false,
	maxSessionHours: 0,
	scopes: ['openid', 'email', 'profile'],
	defaultScopes: ['openid', 'email', 'profile'],
	authMethod: '',
	ca: '',
	backchannelUrl: '',
	signedOutUrl: '',
	untrustedProxy: '',
	unverifiedSeen: false,
	lastGroups: null,
	lastTestAt: null
};

it('is not dirty before anything is typed, and is afterwards', () => {
	const draft = draftOf(settings);
	expect(isDirty(draft, settings)).toBe(false);
	expect(isDirty({ ...draft, label: 'Family login' }, settings)).toBe(true);
	expect(isDirty({ ...draft, clientSecret: 'x' }, settings)).toBe(true);
	expect(isDirty({ ...draft, allowedGroups: ['family', 'guests'] }, settings)).toBe(true);
	draft.rules.push({ group: '', householdId: 'h1', role: 'viewer' });
	expect(isDirty(draft, settings)).toBe(true);
	expect(settings.rules).toHaveLength(1);
});

it('leaves the usual scopes and group claim empty, and sends them as they were', () => {
	const draft = draftOf(settings);
	expect(draft).toMatchObject({ scopes: '', groupClaim: '' });
	expect(inputOf(draft, settings)).toMatchObject({ scopes: [], groupClaim: 'groups' });
	const own = { ...settings, scopes: ['openid', 'email', 'groups'], groupClaim: 'roles' };
	expect(draftOf(own)).toMatchObject({ scopes: 'openid email groups', groupClaim: 'roles' });
	expect(inputOf({ ...draftOf(own), scopes: ' openid  x ' }, own).scopes).toEqual(['openid', 'x']);
});

it.each([
	['authentik', ['baseUrl', 'slug', 'clientId'], ['issuerUrl']],
	['google', ['clientId'], ['baseUrl', 'slug', 'issuerUrl']],
	['oidc', ['issuerUrl', 'clientId'], ['baseUrl', 'slug']]
] as const)('sends the address of %s and of no other provider', (provider, has, lacks) => {
	const of = {
		...settings,
		provider,
		baseUrl: { value: 'https://auth.example.org', envVar: '' }
	};
	const input = inputOf(draftOf(of), of);
	for (const field of has) expect(input).toHaveProperty(field);
	for (const field of lacks) expect(input).not.toHaveProperty(field);
});

it('can be tested once everything is there', () => {
	const draft = draftOf(settings);
	expect(canTest(draft, settings)).toBe(true);
	expect(canTest({ ...draft, clientId: ' ' }, settings)).toBe(false);
	expect(canTest({ ...draft, slug: 'other' }, settings)).toBe(false);
	expect(canTest({ ...draft, slug: 'other', clientSecret: 'again' }, settings)).toBe(true);
	expect(canTest(draft, { ...settings, clientSecretSet: false })).toBe(false);
});

it('never sends a locked field, nor an empty secret', () => {
	const input = inputOf({ ...draftOf(settings), slug: ' home ' }, settings);
	expect(input).not.toHaveProperty('baseUrl');
	expect(input).not.toHaveProperty('clientSecret');
	expect(input).toMatchObject({ slug: 'home', clientId: 'id', enabled: true });
});

it('sends a new secret, unless the environment sets it', () => {
	const draft = { ...draftOf(settings), clientSecret: 'new' };
	expect(inputOf(draft, settings).clientSecret).toBe('new');
	const fromEnvironment = { ...settings, clientSecretEnvVar: 'OAUTH_AUTHENTIK_CLIENT_SECRET' };
	expect(inputOf(draft, fromEnvironment)).not.toHaveProperty('clientSecret');
});

it('wants the secret again when it would go somewhere else', () => {
	const draft = draftOf(settings);
	expect(needsSecret(draft, settings)).toBe(false);
	expect(needsSecret({ ...draft, slug: 'other' }, settings)).toBe(true);
	expect(needsSecret({ ...draft, slug: 'other', clientSecret: 'again' }, settings)).toBe(false);
	expect(needsSecret({ ...draft, ca: 'another authority' }, settings)).toBe(true);
	expect(needsSecret({ ...draft, slug: 'other' }, { ...settings, clientSecretSet: false })).toBe(
		false
	);
});

it.each([
	[{ lastSignInAt: 1 }, 'ready'],
	[{ lastSignInAt: null }, 'unused'],
	[
		{
			lastSignInAt: 1,
			recentSignIns: [
				{
					at: 2,
					outcome: 'failed',
					purpose: 'signin',
					name: '',
					email: '',
					code: 'internal',
					detail: '',
					ref: 'A'
				}
			]
		},
		'failing'
	],
	[{ enabled: false }, 'off'],
	[{ configured: false }, 'incomplete'],
	[
		{
			configured: false,
			clientSecretSet: false,
			baseUrl: { value: '', envVar: '' },
			slug: { value: '', envVar: '' },
			clientId: { value: '', envVar: '' }
		},
		'notSetUp'
	]
] as [Partial<OAuthSettings>, string][])('%j is %s', (change, want) => {
	expect(statusOf({ ...settings, ...change })).toBe(want);
});

it('takes over what the server saved, and keeps what was typed elsewhere', () => {
	const before = { ...settings, slug: { value: '', envVar: '' }, configured: false };
	const draft = draftOf(before);
	draft.label = 'Family login';
	draft.clientSecret = 'half-typed';
	adopt(draft, settings);
	expect(draft).toMatchObject({ slug: 'pantrie', clientSecret: '', label: 'Family login' });
	expect(isDirty({ ...draft, label: '' }, settings)).toBe(false);
});

it('offers only the ways that can work with what the environment sets', () => {
	expect(waysOf(settings)).toEqual(['auto', 'blueprint', 'hand']);
	const lockedId = {
		...settings,
		clientId: { value: 'id', envVar: 'OAUTH_AUTHENTIK_CLIENT_ID' }
	};
	expect(waysOf(lockedId)).toEqual(['blueprint', 'hand']);
	const allLocked = {
		...lockedId,
		slug: { value: 'pantrie', envVar: 'OAUTH_AUTHENTIK_SLUG' },
		clientSecretEnvVar: 'OAUTH_AUTHENTIK_CLIENT_SECRET'
	};
	expect(waysOf(allLocked)).toEqual(['hand']);
});

it('begins by hand only where somebody has begun by hand', () => {
	expect(firstWay({ ...settings, clientId: { value: '', envVar: '' } })).toBe('auto');
	expect(firstWay(settings)).toBe('hand');
});
