import { expect, it } from 'vitest';
import { filterOf, queryOf, tidyReference } from './filter.ts';

it('reads the address, and writes only what narrows', () => {
	const filter = filterOf(new URLSearchParams('person= mara &outcome=failed&ref=k7f-2qx&other=1'));
	expect(filter).toEqual({
		person: 'mara',
		outcome: 'failed',
		provider: '',
		ref: 'K7F-2QX',
		userId: ''
	});
	expect(queryOf(filter)).toEqual({ person: 'mara', outcome: 'failed', ref: 'K7F-2QX' });
});

it.each([
	['K7F-2QX', 'K7F-2QX'],
	['k7f-2qx', 'K7F-2QX'],
	['k7f2qx', 'K7F-2QX'],
	['Reference K7F-2QX', 'K7F-2QX'],
	[' K7F 2QX ', 'K7F-2QX'],
	['nonsense!', 'nonsense!'],
	['', '']
])('the reference %j is looked for as %j', (typed, want) => {
	expect(tidyReference(typed)).toBe(want);
});
