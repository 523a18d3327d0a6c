import { expect, it } from 'vitest';
import { dateText, daysUntil, dueText, enteredText, freshness } from './dates.ts';

const today = '2026-11-23'; // a Monday
const on = (expiresOn: string, precision: 'day' | 'month' | 'year' | 'none' = 'day') => ({
	expiresOn,
	precision
});

it.each([
	['2026-06-01', 'day', '1 Jun 2026'],
	['2026-10-01', 'day', '7 weeks ago'],
	['2026-11-18', 'day', '5 days ago'],
	['2026-11-22', 'day', 'Yesterday'],
	['2026-11-23', 'day', 'Today'],
	['2026-11-24', 'day', 'Tomorrow'],
	['2026-11-25', 'day', '2 days'],
	['2026-11-27', 'day', 'Friday'],
	['2026-11-29', 'day', 'Sunday'],
	['2026-11-30', 'day', '1 week'],
	['2026-12-12', 'day', '12 Dec'],
	['2027-11-23', 'day', 'Nov 2027'],
	['2026-11-30', 'month', 'Nov 2026'],
	['2026-10-31', 'month', 'since Oct 2026'],
	['2027-12-31', 'year', '2027'],
	['', 'none', 'No date']
] as const)('says of %s, known by %s, %s', (expiresOn, precision, want) => {
	expect(dueText(on(expiresOn, precision), today, 'en-GB')).toBe(want);
});

it.each([
	['2026-11-22', 'over'],
	['2026-11-23', 'over'],
	['2026-11-24', 'soon'],
	['2026-11-30', 'soon'],
	['2026-12-01', 'fresh'],
	['', 'plain']
])('%s is %s', (expiresOn, want) => {
	expect(freshness({ expiresOn }, today)).toBe(want);
});

it('writes a date no more exactly than it is on the package', () => {
	expect(dateText(on('2026-11-30'), 'en-GB')).toBe('30 Nov 2026');
	expect(dateText(on('2026-11-30', 'month'), 'en-GB')).toBe('Nov 2026');
	expect(dateText(on('2026-12-31', 'year'), 'en-GB')).toBe('2026');
	expect(dateText(on('', 'none'), 'en-GB')).toBe('');
});

it('counts days across the change of the clocks', () => {
	expect(daysUntil('2026-10-26', '2026-10-24')).toBe(2);
	expect(daysUntil('2026-03-30', '2026-03-28')).toBe(2);
});

it('writes a date as it can be entered', () => {
	const texts = (['day', 'month', 'year', 'none'] as const).map((precision) =>
		enteredText(on(precision === 'none' ? '' : '2026-11-30', precision))
	);
	expect(texts).toEqual(['2026-11-30', '2026-11', '2026', '']);
});
