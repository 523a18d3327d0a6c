import type { Measure, Product } from '#lib/api/client.ts';
import { negated, plus, sign } from './measures.ts';

/** Units of which nobody uses just one. */
const small = new Set(['g', 'mg', 'dag', 'ml', 'cl', 'oz', 'fl oz']);

/** What using one of a product takes; null when there is none of it, or it is weighed. */
export function oneOf({ total, unit }: Pick<Product, 'total' | 'unit'>): Measure | null {
	if (sign(total) <= 0 || small.has(unit)) return null;
	const one = { amount: '1', unit };
	const rest = plus(total, negated(one));
	return rest && sign(rest) < 0 ? total : one;
}
