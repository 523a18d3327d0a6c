import type { StockChange } from '#lib/api/client.ts';
import { history } from '#lib/messages';
import { measureText, negated, plus, sign } from './measures.ts';
import { isMeasured } from './units.ts';

const words = history.counted;

type Counted = Pick<StockChange['movements'][number], 'productId' | 'productName' | 'amount'>;

/** What a count found of each product, by the difference to before: "milk, 6 pieces more". */
export function countedTexts(movements: Counted[]): string[] {
	const found: Counted[] = [];
	for (const next of movements) {
		const same = found.findIndex(
			({ productId, amount }) => productId === next.productId && plus(amount, next.amount)
		);
		const before = found[same];
		const amount = before && plus(before.amount, next.amount);
		if (amount) found[same] = { ...next, amount };
		else found.push(next);
	}
	return found.map(({ productName, amount }) => {
		if (sign(amount) > 0) return words.more(productName, measureText(amount));
		const gone = negated(amount);
		const tell = isMeasured(gone.unit) ? words.less : words.fewer;
		return tell(productName, measureText(gone));
	});
}
