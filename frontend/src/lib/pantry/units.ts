import type { ProductDetails } from '#lib/api/client.ts';

/** Units of the same measure as one of them. */
const measures = [
	['g', 'kg'],
	['ml', 'l']
];

/** What weighs or holds something, in the small unit of its measure: how many of those it is. */
const measured: Record<string, { small: string; times: bigint }> = {
	g: { small: 'g', times: 1n },
	dag: { small: 'g', times: 10n },
	pfund: { small: 'g', times: 500n },
	kg: { small: 'g', times: 1000n },
	ml: { small: 'ml', times: 1n },
	cl: { small: 'ml', times: 10n },
	dl: { small: 'ml', times: 100n },
	l: { small: 'ml', times: 1000n },
	oz: { small: 'oz', times: 1n },
	lb: { small: 'oz', times: 16n },
	'fl oz': { small: 'fl oz', times: 1n }
};

/** Units that something larger is divided into. */
const pieces = ['piece', 'slice', 'clove', 'portion'];

/** Other ways to write a measure; the server knows many more of all units. */
const spellings: [RegExp, string][] = [
	[/^lit(er|re)s?n?$/, 'l'],
	[/^millilit(er|re)s?$/, 'ml'],
	[/^(gr|gramm?e?s?)$/, 'g'],
	[/^(kilo|kilogramm?e?)s?$/, 'kg']
];

/** Says whether a unit is of mass or volume. */
export const isMeasured = (unit: string) => Object.hasOwn(measured, unit);

/** The units that an amount of the product can be entered in, the usual one first. */
export function unitsOf(
	product: Pick<ProductDetails, 'unit' | 'base' | 'units'>,
	first = ''
): string[] {
	const own = [first, product.unit, product.base, ...product.units.map(({ unit }) => unit)];
	const measure = measures.find((units) => units.includes(product.base)) ?? [];
	return [...new Set([...own, ...measure])].filter(Boolean);
}

/** What one of another unit can be told in: what is counted can be told in what it weighs or holds. */
export function partsOf(
	product: Pick<ProductDetails, 'unit' | 'base' | 'units'>,
	first = ''
): string[] {
	const known = unitsOf(product, first);
	return isMeasured(product.base) ? known : [...new Set([...known, ...measures.flat()])];
}

/** How much of one unit is in another: one `unit` is so much `of`. */
export interface Relation {
	unit: string;
	of: string;
}

/**
 * What has to be told so that the product can be entered in a unit as well; null when nothing helps:
 * what is weighed cannot be told in litres.
 */
export function missingRelation({ base }: { base: string }, entered: string): Relation | null {
	const word = entered.trim().toLowerCase();
	const unit = spellings.find(([spelling]) => spelling.test(word))?.[1] ?? word;
	if (isMeasured(base)) return isMeasured(unit) ? null : { unit: entered.trim(), of: base };
	return isMeasured(unit) || pieces.includes(unit)
		? { unit: base, of: unit }
		: { unit: entered.trim(), of: base };
}

/** Why a factor is refused; `least`, `most` and `whole` are about the unit beside it. */
export type FactorProblem = 'empty' | 'number' | 'ambiguous' | 'zero' | 'whole' | 'least' | 'most';

export interface Factor {
	factor: number;
	of: string;
	problem?: FactorProblem;
}

const MOST = 1_000_000n;
const fractions: Record<string, string> = { '½': '1/2', '¼': '1/4', '¾': '3/4' };

/** "6", "1.5", "1,5", "½", "1 1/2" as numerator and denominator. */
function fraction(text: string): [bigint, bigint] | null {
	const plain = text.replace(/[½¼¾]$/, (sign) => ` ${fractions[sign]}`).trim();
	const [, whole = '0', above = '', below = ''] =
		/^(?:(\d{1,9}) +)?(\d{1,9})\/(\d{1,9})$/.exec(plain) ?? [];
	if (above !== '') {
		const denominator = BigInt(below);
		return denominator === 0n ? null : [BigInt(whole) * denominator + BigInt(above), denominator];
	}
	const decimal = /^(\d{1,12})(?:[.,](\d{1,6}))?$/.exec(plain);
	if (!decimal) return null;
	const [, digits = '', decimals = ''] = decimal;
	return [BigInt(digits + decimals), 10n ** BigInt(decimals.length)];
}

/**
 * What "one is `text` of `unit`" is for the server, which takes whole numbers from 2 to a million: half a
 * litre is 500 ml.
 */
export function factorOf(text: string, unit: string): Factor {
	const { small, times } = measured[unit] ?? { small: unit, times: 1n };
	const refused = (problem: FactorProblem) => ({ factor: 0, of: small, problem });
	const typed = text.trim();
	if (typed === '') return refused('empty');
	if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(typed)) return refused('ambiguous');
	const parts = fraction(typed);
	if (!parts) return refused('number');
	const [above, below] = [parts[0] * times, parts[1]];
	if (above === 0n) return refused('zero');
	if (above > MOST * below) return refused('most');
	if (above % below !== 0n) return refused('whole');
	if (above < 2n * below) return refused('least');
	return { factor: Number(above / below), of: small };
}
