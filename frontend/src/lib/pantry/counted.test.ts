import { expect, it } from 'vitest';
import { countedTexts } from './counted.ts';

const movement = (text: string) => {
	const [productName = '', amount = '', unit = ''] = text.split(' ');
	return { productName, productId: productName, amount: { amount, unit } };
};

it.each([
	[['milk 6 piece'], ['milk, 6 pieces more']],
	[['milk -5 piece'], ['milk, 5 pieces fewer']],
	[['milk -1 piece'], ['milk, 1 piece fewer']],
	[['milk -3 piece', 'milk -2 piece'], ['milk, 5 pieces fewer']],
	[['flour -0.5 kg', 'flour -250 g'], ['flour, 750 g less']],
	[['flour 1.5 kg'], ['flour, 1.5 kg more']],
	[
		['eggs -1 pack', 'eggs -2 piece'],
		['eggs, 1 pack fewer', 'eggs, 2 pieces fewer']
	],
	[
		['milk 1 l', 'eggs -1 piece'],
		['milk, 1 l more', 'eggs, 1 piece fewer']
	],
	[[], []]
])('tells a count of %j as %j', (movements, want) => {
	expect(countedTexts(movements.map(movement))).toEqual(want);
});
