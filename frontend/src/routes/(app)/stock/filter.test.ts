import { expect, it } from 'vitest';
import { filterQuery, readFilter, toggled } from './filter.ts';

const none = readFilter(new URLSearchParams());

it('is kept in the address', () => {
	const filter = { q: 'oat & rye', location: 'p1', category: 'c1', expires: 'week' } as const;
	expect(readFilter(new URLSearchParams(filterQuery(filter)))).toEqual(filter);
	expect(filterQuery(none)).toBe('');
});

it('ignores what it does not know', () => {
	expect(readFilter(new URLSearchParams('expires=someday&size=9'))).toEqual(none);
});

it('takes a choice back that is made twice', () => {
	const once = toggled(none, 'expires', 'week');
	expect(once.expires).toBe('week');
	expect(toggled(once, 'expires', 'today').expires).toBe('today');
	expect(toggled(once, 'expires', 'week')).toEqual(none);
});
