import { expect, it } from 'vitest';
import type { OAuthSettings } from '#lib/api/client.ts';
import { draftOf, inputOf, isDirty, needsSecret, statusOf } from './draft.ts';

const settings: OAuthSettings = {
	provider: 'authentik',
	enabled: true,
	configured: true,
	missing: [],
	baseUrl: { value: 'https://auth.example.org', envVar: 'OAUTH_AUTHENTIK_BASE_URL' },
	slug: { value: 'pantrie', envVar: '' },
	clientId: { value: 'id', envVar: '' },
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
	recentSignIns: []
};

it('is not dirty before anything is typed, and is afterwards', () => {
	const draft = draftOf(settings);
	expect(isDirty(draft, settings)).toBe(false);
	expect(isDirty({ ...draft, label: 'Family login' }, settings)).toBe(true);
	expect(isDirty({ ...draft, clientSecret: 'x' }, settings)).toBe(true);
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
				{ at: 2, outcome: 'failed', name: '', email: '', code: 'internal', detail: '', ref: 'A' }
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
