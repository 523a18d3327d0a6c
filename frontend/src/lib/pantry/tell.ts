import type { Measure, StockChange } from '#lib/api/client.ts';
import { pantry } from '#lib/messages';
import { measureOf, measureText, negated, plus, sign } from './measures.ts';

const words = pantry.done;

/** The products of a change, as one says them: a name, or how many they are. */
function nameOf(change: StockChange): string {
	const names = new Set(change.movements.map(({ productName }) => productName));
	const [only] = names.size > 0 ? names : change.products.map(({ name }) => name);
	return names.size > 1 ? words.several(names.size) : (only ?? '');
}

/** What all movements of one direction come to; null when that cannot be said as one amount. */
function sum(change: StockChange, direction: -1 | 0 | 1): Measure | null {
	if (new Set(change.movements.map(({ productId }) => productId)).size !== 1) return null;
	const amounts = change.movements
		.map(({ amount }) => amount)
		.filter((amount) => direction === 0 || sign(amount) === direction);
	return (
		amounts.reduce<Measure | null | undefined>(
			(all, next) => (all === undefined ? next : all && plus(all, next)),
			undefined
		) ?? null
	);
}

function what(name: string, amount: Measure | null): string {
	return amount ? measureOf(amount, name) : name;
}

/** One sentence about what a change did; the place is where something was put. */
export function doneText(change: StockChange, place = ''): string {
	const name = nameOf(change);
	const into = () => what(name, sum(change, 1));
	const taken = sum(change, -1);
	const out = () => what(name, taken && negated(taken));
	switch (change.verb) {
		case 'add':
			return place ? words.addTo(into(), place) : words.add(into());
		case 'move':
			return place ? words.moveTo(into(), place) : words.move(into());
		case 'count':
			return words.count(name, change.products[0] ? measureText(change.products[0].total) : '');
		case 'open':
		case 'put_away':
			return words[change.verb](into());
		case 'merge':
			return words.merge(change.products.at(-1)?.name ?? name);
		case 'undo':
			return undoneText(change);
		default:
			return words[change.verb](out());
	}
}

/** What an undo brought back, or took out again. */
export function undoneText(change: StockChange): string {
	const name = nameOf(change);
	const all = sum(change, 0);
	const direction = all ? sign(all) : 0;
	if (!all || direction === 0) return words.undo(name);
	return direction > 0 ? words.back(what(name, all)) : words.gone(what(name, negated(all)));
}
