import { describe, expect, it } from 'vitest';
import {
	authentikAdmin,
	callbackPath,
	isPlainRemote,
	launchUrl,
	redirectUri,
	returnToQuery,
	safeReturnTo,
	sameOrigin,
	tokenFrom,
	withoutBase
} from './urls.ts';

describe('safeReturnTo', () => {
	const cases: [value: string | null | undefined, want: string][] = [
		['/', '/'],
		['/settings/account', '/settings/account'],
		['/items?find=milk&low=1', '/items?find=milk&low=1'],
		['/a%20b', '/a%20b'],
		['/settings#part', '/settings'],
		['/a/../b', '/b'],
		['', '/'],
		[null, '/'],
		[undefined, '/'],
		['settings', '/'],
		['https://evil.example/', '/'],
		['//evil.example/', '/'],
		['/\\evil.example', '/'],
		['\\\\evil.example', '/'],
		['/path\\..\\x', '/'],
		['/%5cevil.example', '/%5cevil.example'],
		['javascript:alert(1)', '/'],
		[' /settings', '/'],
		['/\t/evil.example', '/'],
		['/\n/evil.example', '/'],
		['/a\u0000b', '/'],
		['/a\u007fb', '/'],
		['/./\u002fevil.example', '/'],
		['/..//evil.example', '/']
	];
	it.each(cases)('%j becomes %j', (value, want) => {
		expect(safeReturnTo(value)).toBe(want);
	});
});

describe('withoutBase', () => {
	it.each([
		['/settings', '', '/settings'],
		['/pantrie', '/pantrie', '/'],
		['/pantrie/settings?x=1', '/pantrie', '/settings?x=1'],
		['/pantrie?x=1', '/pantrie', '/?x=1'],
		['/pantries/settings', '/pantrie', '/pantries/settings'],
		['/settings', '/pantrie', '/settings']
	])('%j below %j is %j', (path, base, want) => {
		expect(withoutBase(path, base)).toBe(want);
	});
});

it('leaves the query away when the home page is wanted', () => {
	expect(returnToQuery('/')).toBe('');
	expect(returnToQuery('//evil.example')).toBe('');
	expect(returnToQuery('/a?b=1&c=2')).toBe('?returnTo=%2Fa%3Fb%3D1%26c%3D2');
});

describe('redirectUri and launchUrl', () => {
	const callback = '/api/v1/auth/oauth/authentik/callback';
	it.each([
		['https://pantry.example.org', 'https://pantry.example.org'],
		['https://pantry.example.org/', 'https://pantry.example.org'],
		['  https://pantry.example.org  ', 'https://pantry.example.org'],
		['https://home.example.org/pantrie', 'https://home.example.org/pantrie'],
		['https://home.example.org/pantrie//', 'https://home.example.org/pantrie'],
		['http://pi.local:8000', 'http://pi.local:8000'],
		['https://pantry.example.org:443', 'https://pantry.example.org'],
		['HTTPS://Pantry.Example.org', 'https://pantry.example.org']
	])('%j gives %j', (publicUrl, want) => {
		expect(launchUrl(publicUrl)).toBe(want);
		expect(redirectUri(publicUrl, callbackPath('authentik'))).toBe(want + callback);
	});
	it.each(['', 'pantry.example.org', 'ftp://pantry.example.org', 'https://', 'nonsense'])(
		'%j is no address and gives nothing',
		(publicUrl) => {
			expect(launchUrl(publicUrl)).toBe('');
			expect(redirectUri(publicUrl, callback)).toBe('');
		}
	);
	it('takes the path that the server names', () => {
		expect(redirectUri('https://a.example/p', '/back')).toBe('https://a.example/p/back');
	});
});

it.each([
	['https://a.example', 'https://a.example', true],
	['https://a.example/sub', 'https://a.example', true],
	['https://a.example:443', 'https://a.example', true],
	['http://a.example', 'https://a.example', false],
	['https://a.example:8443', 'https://a.example', false],
	['', 'https://a.example', false]
])('origin of %j against %j: %j', (publicUrl, origin, want) => {
	expect(sameOrigin(publicUrl, origin)).toBe(want);
});

it.each([
	['https://a.example/setup#token=abc-_1', 'abc-_1'],
	['  http://localhost:8000/setup#token=abc  ', 'abc'],
	['#token=a%2Bb', 'a+b'],
	['abc', 'abc'],
	['a%zz', 'a%zz'],
	['', '']
])('finds the token in %j', (pasted, want) => {
	expect(tokenFrom(pasted)).toBe(want);
});

it.each([
	['http://pi.local:8000', true],
	['http://192.168.1.2', true],
	['http://localhost:8000', false],
	['http://127.0.0.1:8000', false],
	['http://[::1]:8000', false],
	['https://a.example', false],
	['', false]
])('readable on the network: %j is %j', (publicUrl, want) => {
	expect(isPlainRemote(publicUrl)).toBe(want);
});

it.each([
	['https://a.example', 'https://a.example/if/admin/#/core/tokens'],
	[' https://a.example/ ', 'https://a.example/if/admin/#/core/tokens'],
	['https://a.example/sub/', 'https://a.example/sub/if/admin/#/core/tokens'],
	['https://a.example/sub/application/o/pantrie/', 'https://a.example/sub/if/admin/#/core/tokens'],
	['https://a.example/if/admin/#/core/applications', 'https://a.example/if/admin/#/core/tokens'],
	['a.example', ''],
	['javascript:alert(1)', ''],
	['', '']
])('the admin interface of %j is %j', (baseUrl, want) => {
	expect(authentikAdmin(baseUrl, 'core/tokens')).toBe(want);
});
