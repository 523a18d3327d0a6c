import type { Lot, Measure, Product } from '#lib/api/client.ts';

/** What somebody uses some of: a lot, or of a product what is to be used first. */
export interface UseTarget {
	productId: string;
	lotId?: string;
	name: string;
	left: Measure;
	/** What one tap uses; left out where nobody can say what one is. */
	one?: Measure;
	/** What is asked for at first where one tap does not do. */
	start?: Measure;
	/** It was good until before today: whether it was eaten is asked. */
	expired: boolean;
}

export const ofLot = (lot: Lot, today: string): UseTarget => ({
	productId: lot.productId,
	lotId: lot.id,
	name: lot.productName,
	left: lot.amount,
	...(lot.byOne ? { one: lot.one } : {}),
	expired: lot.expiresOn !== '' && lot.expiresOn < today
});

export const ofProduct = (product: Product): UseTarget => ({
	productId: product.id,
	name: product.name,
	left: product.total,
	...(product.one ? { one: product.one } : {}),
	expired: product.expired
});

/** Whether one tap is not enough: how much it is, or what became of it, has to be asked. */
export const asks = ({ one, expired }: UseTarget): boolean => expired || !one;
