import { expect, it } from 'vitest';
import { lowText } from './low.ts';
import { measureOf, measureText, negated, plus, priceText, readable, sign } from './measures.ts';

const m = (text: string) => {
	const [amount = '', unit = ''] = text.split(' ');
	return { amount, unit };
};

it.each([
	['1 l', '-1 l', '0 ml'],
	['1.5 l', '-1 l', '500 ml'],
	['500 ml', '1.5 l', '2 l'],
	['0.1 kg', '0.2 kg', '300 g'],
	['4 cup', '-1 cup', '3 cup'],
	['0.3 piece', '-0.1 piece', '0.2 piece'],
	['123456789012.345 piece', '0.001 piece', '123456789012.346 piece']
])('%s and %s are %s', (a, b, want) => {
	expect(plus(m(a), m(b))).toEqual(m(want));
});

it('does not add what does not go together', () => {
	expect(plus(m('1 l'), m('1 pack'))).toBeNull();
});

it('tells more from less', () => {
	expect([m('0.001 g'), m('0 g'), m('-0.5 g')].map(sign)).toEqual([1, 0, -1]);
	expect(negated(m('-0.5 g'))).toEqual(m('0.5 g'));
	expect(negated(m('0 g'))).toEqual(m('0 g'));
});

it.each([
	['13.5', 'en', '13.50'],
	['4', 'en', '4.00'],
	['0', 'en', '0.00'],
	['1999.99', 'de', '1.999,99']
])('writes a price of %s in %s', (price, locale, want) => {
	expect(priceText(price, locale)).toBe(want);
});

it('writes amounts as one says them', () => {
	expect(measureText(m('1 can'), 'en')).toBe('1 can');
	expect(measureText(m('0.5 can'), 'en')).toBe('0.5 cans');
	expect(measureText(m('1.5 kg'), 'de')).toBe('1,5 kg');
	expect(measureText(m('2 Palette'), 'en')).toBe('2 Palette');
	expect(measureOf(m('2 l'), 'Milk', 'en')).toBe('2 l of Milk');
	expect(measureOf(m('3 piece'), 'Eggs', 'en')).toBe('3 × Eggs');
});

it.each([
	['1 pack', '2 pack', '1 pack left, you keep 2'],
	['500 ml', '2 l', '500 ml left, you keep 2 l'],
	['150 g', '250 g', '150 g left, you keep 250 g'],
	['0 pack', '3 pack', 'none left, you keep 3 packs'],
	['0 l', undefined, 'none left, always at home']
])('says that %s of %s is low', (total, minimum, want) => {
	expect(
		lowText({ total: m(total), minimum: minimum === undefined ? undefined : m(minimum) })
	).toBe(want);
});

it.each([
	['1000 ml', '1 l'],
	['1500 g', '1.5 kg'],
	['1250 g', '1.25 kg'],
	['1234 g', '1234 g'],
	['250 ml', '250 ml'],
	['6 piece', '6 piece']
])('reads %s as %s', (measure, want) => {
	expect(readable(m(measure))).toEqual(m(want));
});
