import type { Product } from '#lib/api/client.ts';
import { findOrAdd as words } from '#lib/messages';
import { unitText } from './measures.ts';
import { missingRelation } from './units.ts';

/** Why a product cannot be entered in a unit, with its name and both units, and what would help. */
export function apartText(product: Pick<Product, 'name' | 'unit' | 'base'>, unit: string): string {
	const { name } = product;
	const [own, other] = [unitText(product.unit, '2'), unitText(unit.trim(), '2')];
	const asked = missingRelation(product, unit);
	return asked ? words.apart(name, own, other, asked.unit) : words.apartForGood(name, own, other);
}
