import type { Lot } from '#lib/api/client.ts';
import { pantry } from '#lib/messages';

const words = pantry.due;
const DAY = 24 * 3600 * 1000;

/** How fresh something is: past or due today, due within a week, later, or undated. */
export type Freshness = 'over' | 'soon' | 'fresh' | 'plain';

type Dated = Pick<Lot, 'expiresOn' | 'precision'>;

/** Calendar days from one day to another, both YYYY-MM-DD. */
export function daysUntil(day: string, today: string): number {
	return Math.round((Date.parse(day) - Date.parse(today)) / DAY);
}

/** The day so many days later, YYYY-MM-DD. */
export function addDays(day: string, days: number): string {
	return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

export function freshness({ expiresOn }: Pick<Lot, 'expiresOn'>, today: string): Freshness {
	if (expiresOn === '') return 'plain';
	const days = daysUntil(expiresOn, today);
	return days <= 0 ? 'over' : days <= 7 ? 'soon' : 'fresh';
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(day: string, options: Intl.DateTimeFormatOptions, locale?: string): string {
	const key = `${locale} ${JSON.stringify(options)}`;
	let kept = formats.get(key);
	if (!kept) {
		kept = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
		formats.set(key, kept);
	}
	return kept.format(Date.parse(day));
}

/** The date as it is on the package: "30 Nov 2026", "Nov 2026" or "2026"; "" without one. */
export function dateText({ expiresOn, precision }: Dated, locale?: string): string {
	if (expiresOn === '' || precision === 'none') return '';
	return format(
		expiresOn,
		{
			day: precision === 'day' ? 'numeric' : undefined,
			month: precision === 'year' ? undefined : 'short',
			year: 'numeric'
		},
		locale
	);
}

/** The date as it can be entered: "2026-11-30", "2026-11" or "2026"; "" without one. */
export function enteredText({ expiresOn, precision }: Dated): string {
	return expiresOn.slice(0, { day: 10, month: 7, year: 4, none: 0 }[precision]);
}

/** When it is due, as one says it: "Yesterday", "Today", "2 days", "Thursday", "12 Dec". */
export function dueText(lot: Dated, today: string, locale?: string): string {
	if (lot.expiresOn === '') return words.none;
	const days = daysUntil(lot.expiresOn, today);
	if (lot.precision !== 'day') {
		return days < 0 ? words.since(dateText(lot, locale)) : dateText(lot, locale);
	}
	if (days < -13) return days < -60 ? dateText(lot, locale) : words.weeksAgo(Math.trunc(-days / 7));
	if (days < -1) return words.daysAgo(-days);
	if (days === -1) return words.yesterday;
	if (days === 0) return words.today;
	if (days === 1) return words.tomorrow;
	if (days <= 3) return words.inDays(days);
	if (days <= 6) return format(lot.expiresOn, { weekday: 'long' }, locale);
	if (days === 7) return words.inWeek;
	const near = days < 300;
	return format(
		lot.expiresOn,
		{ day: near ? 'numeric' : undefined, month: 'short', year: near ? undefined : 'numeric' },
		locale
	);
}
