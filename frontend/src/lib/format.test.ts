import { describe, expect, it } from 'vitest';
import { bytes, dateTime, duration, initials, relativeTime, time } from './format.ts';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('relativeTime', () => {
	it.each([
		[0, 'now'],
		[-59_000, 'now'],
		[-MINUTE, '1 minute ago'],
		[-12 * MINUTE, '12 minutes ago'],
		[-59 * MINUTE - 59_000, '59 minutes ago'],
		[-HOUR, '1 hour ago'],
		[-DAY, 'yesterday'],
		[-3 * DAY, '3 days ago'],
		[-8 * DAY, 'last week'],
		[-45 * DAY, 'last month'],
		[-800 * DAY, '2 years ago'],
		[7 * DAY, 'next week'],
		[2 * HOUR + 1000, 'in 2 hours']
	])('%d ms away is "%s"', (offset, want) => {
		expect(relativeTime(NOW + offset, NOW, 'en')).toBe(want);
	});
	it('speaks the language it is given', () => {
		expect(relativeTime(NOW - DAY, NOW, 'de')).toBe('gestern');
	});
});

it('writes date and time in the given language and zone', () => {
	expect(dateTime(NOW, 'en-GB', 'UTC')).toBe('23 Nov 2026, 12:00');
	expect(dateTime(NOW, 'de-DE', 'Europe/Berlin')).toBe('23.11.2026, 13:00');
	expect(time(NOW, 'en-GB', 'Europe/Berlin')).toBe('13:00');
});

it.each([
	[0, '0 byte'],
	[999, '999 byte'],
	[1000, '1 kB'],
	[1_457_000, '1.5 MB'],
	[999_999_999, '1,000 MB'],
	[2_500_000_000, '2.5 GB']
])('%d bytes are %s', (size, want) => {
	expect(bytes(size, 'en')).toBe(want);
});

it.each([
	[0, '0 seconds'],
	[1, '1 second'],
	[23.2, '24 seconds'],
	[90, '90 seconds'],
	[91, '2 minutes'],
	[121, '3 minutes'],
	[-5, '0 seconds']
])('a wait of %d seconds is "%s"', (seconds, want) => {
	expect(duration(seconds, 'en')).toBe(want);
});

it.each([
	['Mara Brandt', 'MB'],
	['Jonas von und zu Hinterwald', 'JH'],
	['sam', 'S'],
	['  ', '?'],
	['Øyvind', 'Ø'],
	['🥕 Carrot', '🥕C']
])('initials of %j are %s', (name, want) => {
	expect(initials(name)).toBe(want);
});
