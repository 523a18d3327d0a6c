import { expect, it } from 'vitest';
import type { StockChange } from '#lib/api/client.ts';
import { doneText, undoneText } from './tell.ts';

/** A change of which each movement is "product amount unit". */
function change(verb: StockChange['verb'], ...movements: string[]): StockChange {
	return {
		transactionId: 't',
		verb,
		at: 0,
		repeated: false,
		lots: [],
		products: [],
		movements: movements.map((text, position) => {
			const [productName = '', amount = '', unit = ''] = text.split(' ');
			return {
				...{ position, productName, productId: productName, lotId: `${position}` },
				...{ amount: { amount, unit }, value: '', reason: '', undone: false }
			};
		})
	};
}

it.each([
	['what was used', change('use', 'Milk -1 l'), '1 l of Milk used.'],
	['a use of several lots', change('use', 'Milk -1 l', 'Milk -500 ml'), '1.5 l of Milk used.'],
	['what was thrown away', change('waste', 'Eggs -3 piece'), '3 × Eggs thrown away.'],
	['what was opened', change('open', 'Milk -1 l', 'Milk 1 l'), '1 l of Milk opened.']
])('tells %s', (_name, done, want) => {
	expect(doneText(done)).toBe(want);
});

it('tells where something was put', () => {
	expect(doneText(change('add', 'Milk 2 l'), 'Fridge')).toBe('2 l of Milk added to Fridge.');
	expect(doneText(change('add', 'Milk 2 l'))).toBe('2 l of Milk added.');
	const moved = change('move', 'Milk -1 l', 'Milk 1 l');
	expect(doneText(moved, 'Freezer')).toBe('1 l of Milk moved to Freezer.');
});

it.each([
	['what is back', change('undo', 'Milk 1 l'), 'Undone. Back again: 1 l of Milk.'],
	['what is gone', change('undo', 'Milk -2 l'), 'Undone. Taken out again: 2 l of Milk.'],
	['that it is as it was', change('undo', 'Milk 1 l', 'Milk -1 l'), 'Undone. Milk: as before.']
])('tells of an undo %s', (_name, done, want) => {
	expect(undoneText(done)).toBe(want);
});
