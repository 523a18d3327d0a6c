import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mayLeave, rememberLeaving } from './auto-redirect.ts';
import { loginAddress, signInAddress } from './sign-in-address.ts';
import { signedOutText } from './signed-out.ts';

it.each([
	['/api/login', '/', '/api/login'],
	['/api/login', '/settings?a=1', '/api/login?returnTo=%2Fsettings%3Fa%3D1'],
	['/sub/api/login?x=1', '/a', '/sub/api/login?x=1&returnTo=%2Fa']
])('%s coming back to %s is %s', (loginUrl, returnTo, want) => {
	expect(signInAddress(loginUrl, returnTo)).toBe(want);
});

it('has the provider ask anew', () => {
	expect(signInAddress('/api/login', '/', true)).toBe('/api/login?reauth=true');
	expect(signInAddress('/api/login', '/a', true)).toBe('/api/login?returnTo=%2Fa&reauth=true');
});

it('keeps the wanted page when the sign-in page is shown another way', () => {
	expect(loginAddress('/login', '/', { local: '1' })).toBe('/login?local=1');
	expect(loginAddress('/login', '/a', { stay: '1' })).toBe('/login?stay=1&returnTo=%2Fa');
});

describe('after signing out', () => {
	const providers = [
		{ id: 'authentik', name: 'Authentik' },
		{ id: 'google', name: 'Google' }
	];

	it('says what to do on a shared device, whether or not the browser came back', () => {
		expect(signedOutText(providers, '1')).toMatch(
			/signed in with Authentik.*shared device.*sign out/
		);
		expect(signedOutText(providers, 'google')).toMatch(
			/^Google sent you back.*shared device.*Google/
		);
	});
	it.each(['1', 'authentik', 'google', 'unknown'])(
		'never says that it worked there: %s',
		(back) => {
			expect(signedOutText(providers, back)).not.toMatch(/you (are|were|have been) signed out/i);
		}
	);
	it('has nothing to add where nobody signs in with a provider', () => {
		expect(signedOutText([], '1')).toBe('');
	});
});

describe('going to the provider without being asked', () => {
	const kept = new Map<string, string>();
	const nothing = new URLSearchParams();

	beforeEach(() => {
		kept.clear();
		vi.stubGlobal('sessionStorage', {
			getItem: (key: string) => kept.get(key) ?? null,
			setItem: (key: string, value: string) => kept.set(key, value),
			removeItem: (key: string) => kept.delete(key)
		});
	});
	afterEach(() => vi.unstubAllGlobals());

	it.each([
		'local=1',
		'signedOut=1',
		'signedOut=authentik',
		'error=state_invalid',
		'stay',
		'local'
	])('is held back by ?%s', (query) => {
		expect(mayLeave(new URLSearchParams(query))).toBe(false);
	});
	it.each(['', 'returnTo=/items', 'expired=1'])('is not held back by ?%s', (query) => {
		expect(mayLeave(new URLSearchParams(query))).toBe(true);
	});
	it('does not happen twice within half a minute, so that it never goes in circles', () => {
		expect(rememberLeaving(1_000_000)).toBe(true);
		expect(mayLeave(nothing, 1_000_001)).toBe(false);
		expect(mayLeave(nothing, 1_030_000)).toBe(false);
		expect(mayLeave(nothing, 1_030_001)).toBe(true);
	});
	it('is not stopped for ever by a clock that was set back', () => {
		rememberLeaving(9_000_000);
		expect(mayLeave(nothing, 1_000_000)).toBe(true);
	});
	it('does not happen where the time cannot be kept', () => {
		vi.stubGlobal('sessionStorage', {
			getItem: () => null,
			setItem: () => {
				throw new Error('storage is off');
			}
		});
		expect(rememberLeaving()).toBe(false);
	});
});
