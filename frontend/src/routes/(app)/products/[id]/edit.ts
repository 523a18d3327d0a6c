import type { ProductDetails, ProductInput } from '#lib/api/client.ts';

export const lives = [
	'shelfLife',
	'openedShelfLife',
	'frozenShelfLife',
	'thawedShelfLife'
] as const;
export type Life = (typeof lives)[number];

/** A product as it is in the form: everything as text. */
export interface Draft extends Record<Life, string> {
	name: string;
	brand: string;
	categoryId: string;
	locationId: string;
	unit: string;
	minimum: string;
	minimumUnit: string;
	staple: boolean;
	usedByPack: boolean;
	dateKind: ProductDetails['dateKind'];
	note: string;
	allergens: string[];
}

const text = (days: number | null) => (days === null ? '' : String(days));

export function draftOf(product: ProductDetails): Draft {
	const { name, brand, categoryId, locationId, unit, minimum } = product;
	const { staple, usedByPack, dateKind, note } = product;
	return {
		...{ name, brand, categoryId, locationId, unit },
		...{ staple, usedByPack, dateKind, note },
		minimum: minimum?.amount ?? '',
		minimumUnit: minimum?.unit ?? unit,
		shelfLife: text(product.shelfLife),
		openedShelfLife: text(product.openedShelfLife),
		frozenShelfLife: text(product.frozenShelfLife),
		thawedShelfLife: text(product.thawedShelfLife),
		allergens: product.allergens
	};
}

/** A hundred years. */
const MOST_DAYS = 36_500;

/** The fields that hold no whole days, or too many of them. */
export function wrongDays(
	draft: Draft,
	words: { wholeDays: string; mostDays: string }
): Record<string, string> {
	return Object.fromEntries(
		lives.flatMap((life) => {
			const days = draft[life].trim();
			if (!/^\d*$/.test(days)) return [[life, words.wholeDays]];
			return Number(days) > MOST_DAYS ? [[life, words.mostDays]] : [];
		})
	);
}

/** What is different from the product: only that is sent, so that nothing of others is undone. */
export function changesOf(product: ProductDetails, draft: Draft): ProductInput {
	const before = draftOf(product);
	const changes: ProductInput = {};
	for (const key of ['name', 'brand', 'unit', 'note'] as const) {
		if (draft[key].trim() !== before[key]) changes[key] = draft[key].trim();
	}
	for (const key of ['categoryId', 'locationId'] as const) {
		if (draft[key] !== before[key]) changes[key] = draft[key];
	}
	for (const life of lives) {
		const days = draft[life].trim();
		if (days !== before[life]) changes[life] = days === '' ? -1 : Number(days);
	}
	if (draft.minimum.trim() !== before.minimum || draft.minimumUnit !== before.minimumUnit) {
		changes.minimum = draft.minimum.trim();
		if (changes.minimum !== '') changes.minimumUnit = draft.minimumUnit;
	}
	if (draft.staple !== before.staple) changes.staple = draft.staple;
	if (draft.usedByPack !== before.usedByPack) changes.usedByPack = draft.usedByPack;
	if (draft.dateKind !== before.dateKind) changes.dateKind = draft.dateKind;
	if (draft.allergens.join('\n') !== before.allergens.join('\n')) {
		changes.allergens = draft.allergens;
	}
	return changes;
}
