import { expect, it } from 'vitest';
import type { User } from '#lib/api/client.ts';
import { isLastAdmin } from './people.ts';

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
	passwordLinkExpiresAt: null
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
