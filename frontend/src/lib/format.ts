const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
	['year', 365 * 24 * 3600],
	['month', 30 * 24 * 3600],
	['week', 7 * 24 * 3600],
	['day', 24 * 3600],
	['hour', 3600],
	['minute', 60]
];

/** "12 minutes ago", "in 2 days"; below a minute "now". */
export function relativeTime(at: number, now = Date.now(), locale?: string): string {
	const seconds = Math.round((at - now) / 1000);
	const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
	for (const [unit, size] of UNITS) {
		if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
	}
	return format.format(0, 'second');
}

/** Date and time in the person's language and time zone. */
export function dateTime(at: number, locale?: string, timeZone?: string): string {
	return new Intl.DateTimeFormat(locale, {
		dateStyle: 'medium',
		timeStyle: 'short',
		timeZone
	}).format(at);
}

/** "12:40": the time of this day. */
export function time(at: number, locale?: string, timeZone?: string): string {
	return new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(at);
}

/** "1.4 MB", with 1 kB = 1,000 bytes. */
export function bytes(size: number, locale?: string): string {
	const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
	const step = size < 1000 ? 0 : Math.min(Math.floor(Math.log10(size) / 3), units.length - 1);
	return new Intl.NumberFormat(locale, {
		style: 'unit',
		unit: units[step],
		unitDisplay: 'short',
		maximumFractionDigits: step === 0 ? 0 : 1
	}).format(size / 1000 ** step);
}

/** "24 seconds", "2 minutes": how long to wait, never less than was asked for. */
export function duration(seconds: number, locale?: string): string {
	const inMinutes = seconds > 90;
	return new Intl.NumberFormat(locale, {
		style: 'unit',
		unit: inMinutes ? 'minute' : 'second',
		unitDisplay: 'long'
	}).format(inMinutes ? Math.ceil(seconds / 60) : Math.max(0, Math.ceil(seconds)));
}

/** One or two letters for a person without a picture. */
export function initials(name: string): string {
	const words = name.trim().split(/\s+/).filter(Boolean);
	const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) =>
		word ? (Array.from(word)[0] ?? '') : ''
	);
	return letters.join('').toLocaleUpperCase() || '?';
}
