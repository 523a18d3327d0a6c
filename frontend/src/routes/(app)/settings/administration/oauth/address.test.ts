import { expect, it } from 'vitest';
import { addressProblems, type AddressProblem } from './address.ts';

const cases: [
	name: string,
	publicUrl: string,
	requestOrigin: string,
	untrustedProxy: string,
	origin: string,
	want: AddressProblem[]
][] = [
	['all the same', 'https://a.example', 'https://a.example', '', 'https://a.example', []],
	['below a path', 'https://a.example/p', 'https://a.example', '', 'https://a.example', []],
	['no public address yet', '', 'http://a.example', '', 'http://a.example', []],
	[
		'another host',
		'https://a.example',
		'https://b.example',
		'',
		'https://b.example',
		['elsewhere']
	],
	[
		'another port',
		'http://a.example:8000',
		'http://a.example',
		'',
		'http://a.example',
		['elsewhere']
	],
	[
		'http public, https here',
		'http://a.example',
		'https://a.example',
		'',
		'https://a.example',
		['plainPublic']
	],
	[
		'a proxy that is not believed',
		'https://a.example',
		'http://10.0.0.5:8000',
		'172.18.0.2',
		'https://a.example',
		['untrustedProxy']
	],
	[
		'a proxy that says nothing',
		'https://a.example',
		'http://a.example',
		'',
		'https://a.example',
		['plainBehind']
	],
	[
		'both at once',
		'http://a.example',
		'http://a.example',
		'172.18.0.2',
		'https://a.example',
		['plainPublic', 'untrustedProxy']
	],
	['plain everywhere', 'http://a.example', 'http://a.example', '', 'http://a.example', []]
];

it.each(cases)('%s', (_name, publicUrl, requestOrigin, untrustedProxy, origin, want) => {
	const settings = { publicUrl: { value: publicUrl, envVar: '' }, requestOrigin, untrustedProxy };
	expect(addressProblems(settings, origin)).toEqual(want);
});
