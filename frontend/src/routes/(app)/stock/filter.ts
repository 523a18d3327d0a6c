import type { StockQuery } from '#lib/api/pantry.ts';

const spans = ['expired', 'today', 'three_days', 'week', 'none'] as const;
type Span = (typeof spans)[number];

/** What the page shows, all of which is in its address. */
export interface Filter {
	q: string;
	location: string;
	category: string;
	expires: '' | Span;
}

export const expiresChoices: readonly Span[] = spans;

export function readFilter(search: URLSearchParams): Filter {
	const expires = search.get('expires') ?? '';
	return {
		q: search.get('q') ?? '',
		location: search.get('place') ?? '',
		category: search.get('category') ?? '',
		expires: spans.find((span) => span === expires) ?? ''
	};
}

/** The address of a filter, "" when it narrows nothing. */
export function filterQuery({ q, location, category, expires }: Filter): string {
	const entries = Object.entries({ q, place: location, category, expires });
	const query = new URLSearchParams(entries.filter(([, value]) => value !== '')).toString();
	return query && `?${query}`;
}

/** The filter with one choice made, or taken back when it was made before. */
export function toggled<K extends keyof Filter>(filter: Filter, key: K, value: Filter[K]): Filter {
	return { ...filter, [key]: filter[key] === value ? '' : value };
}

/** Whether products are shown, also those that nothing is left of; places and dates are of lots. */
export function ofProducts({ q, location, expires }: Filter): boolean {
	return q.trim() !== '' && location === '' && expires === '';
}

/** Which lots the filter asks for. */
export function stockQuery({ q, location, category, expires }: Filter): StockQuery {
	return { q, location, category, expires };
}
