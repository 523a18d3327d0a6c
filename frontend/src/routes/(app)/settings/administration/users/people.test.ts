import { expect, it } from 'vitest';
import type { User } from '#lib/api/client.ts';
import { isLastAdmin, providersOf } from './people.ts';

const person = (id: string, siteAdmin: boolean, disabled = false): User => ({
	id,
	name: id,
	email: '',
	siteAdmin,
	disabled,
	hasPassword: true,
	identities: [],
	households: [],
	createdAt: 0,
	lastSignInAt: null,
	passwordLinkExpiresAt: null,
	sessions: 0
});

it('protects the only administrator who can sign in', () => {
	const sam = person('sam', true);
	const mara = person('mara', true, true);
	const jonas = person('jonas', false);
	expect(isLastAdmin(sam, [sam, mara, jonas])).toBe(true);
	expect(isLastAdmin(mara, [sam, mara, jonas])).toBe(false);
	expect(isLastAdmin(jonas, [sam, mara, jonas])).toBe(false);
	expect(isLastAdmin(sam, [sam, { ...mara, disabled: false }])).toBe(false);
});

it('names each linked provider once', () => {
	const identity = (providerName: string) => ({
		provider: 'oidc' as const,
		providerName,
		issuer: providerName,
		linkedAt: 0,
		lastUsedAt: 0
	});
	const identities = ['Authentik', 'Google', 'Google'].map(identity);
	expect(providersOf({ ...person('sam', false), identities })).toBe('Authentik and Google');
});
