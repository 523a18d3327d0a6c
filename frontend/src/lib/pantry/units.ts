import type { ProductDetails } from '#lib/api/client.ts';

/** Units of the same measure as one of them. */
const measures = [
	['g', 'kg'],
	['ml', 'l']
];

/** The units that an amount of the product can be entered in, the usual one first. */
export function unitsOf(
	product: Pick<ProductDetails, 'unit' | 'base' | 'units'>,
	first = ''
): string[] {
	const own = [first, product.unit, product.base, ...product.units.map(({ unit }) => unit)];
	const measure = measures.find((units) => units.includes(product.base)) ?? [];
	return [...new Set([...own, ...measure])].filter(Boolean);
}
