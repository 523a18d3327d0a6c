import type { Product } from '#lib/api/client.ts';
import { home as words } from '#lib/messages';
import { measureText, numberText, sign } from './measures.ts';

/** Units that a number says little without. */
const measures = new Set(['g', 'kg', 'ml', 'l', 'oz', 'lb', 'fl oz']);

/** "1 pack left, you keep 2", "none left, always at home". */
export function lowText({ total, minimum }: Pick<Product, 'total' | 'minimum'>): string {
	const left = sign(total) > 0 ? words.left(measureText(total)) : words.noneLeft;
	if (!minimum) return words.lowStaple(left);
	const same = minimum.unit === total.unit && sign(total) > 0 && !measures.has(minimum.unit);
	return words.low(left, same ? numberText(minimum.amount) : measureText(minimum));
}
