import type { Outcome } from '#lib/api/client.ts';

/** What the list is narrowed to; empty parts narrow nothing. */
export interface Filter {
	person: string;
	outcome: '' | Outcome;
	provider: string;
	ref: string;
	/** One account, from a link; there is no field for it. */
	userId: string;
}

export const OUTCOMES: readonly Outcome[] = [
	'signed_in',
	'created',
	'linked',
	'pending',
	'tested',
	'signed_out',
	'refused',
	'failed'
];

const PARTS = ['person', 'outcome', 'provider', 'ref', 'userId'] as const;

export function filterOf(params: URLSearchParams): Filter {
	const part = (name: (typeof PARTS)[number]) => (params.get(name) ?? '').trim();
	return {
		person: part('person'),
		outcome: OUTCOMES.find((outcome) => outcome === part('outcome')) ?? '',
		provider: part('provider'),
		ref: tidyReference(part('ref')),
		userId: part('userId')
	};
}

/** The parts that narrow something, for a query. */
export function queryOf(filter: Filter): Partial<Filter & { outcome: Outcome }> {
	return Object.fromEntries(
		PARTS.flatMap((name) => (filter[name] === '' ? [] : [[name, filter[name]]]))
	);
}

/** A reference as it is written in the log, however it was copied: "Reference k7f 2qx" too. */
export function tidyReference(text: string): string {
	const found = /([0-9a-z]{3})[-\s]?([0-9a-z]{3})\s*$/i.exec(text.trim());
	return found ? `${found[1]}-${found[2]}`.toUpperCase() : text.trim();
}
