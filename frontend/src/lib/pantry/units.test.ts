import { expect, it } from 'vitest';
import { factorOf, missingRelation, partsOf, unitsOf } from './units.ts';

it.each([
	['1', 'l', '1000 ml'],
	['0.5', 'kg', '500 g'],
	['0,5', 'kg', '500 g'],
	['1.5', 'l', '1500 ml'],
	['½', 'l', '500 ml'],
	['1 1/2', 'kg', '1500 g'],
	['1½', 'kg', '1500 g'],
	['250', 'ml', '250 ml'],
	['75', 'cl', '750 ml'],
	['2', 'lb', '32 oz'],
	['6', 'piece', '6 piece'],
	['0.125', 'l', '125 ml'],
	[' 1000 ', 'kg', '1000000 g']
])('takes %s %s as %s', (text, unit, want) => {
	const { factor, of, problem } = factorOf(text, unit);
	expect(`${factor} ${of}`).toBe(want);
	expect(problem).toBeUndefined();
});

it.each([
	['', 'piece', 'empty'],
	['  ', 'l', 'empty'],
	['0', 'piece', 'zero'],
	['0.0', 'l', 'zero'],
	['0/4', 'l', 'zero'],
	['many', 'piece', 'number'],
	['-6', 'piece', 'number'],
	['1/0', 'l', 'number'],
	['1.000', 'ml', 'ambiguous'],
	['1', 'piece', 'least'],
	['1', 'g', 'least'],
	['0.001', 'kg', 'least'],
	['1.5', 'piece', 'whole'],
	['1/3', 'l', 'whole'],
	['0.5', 'ml', 'whole'],
	['1000001', 'piece', 'most'],
	['1001', 'kg', 'most'],
	['999999999999', 'l', 'most']
])('refuses %s %s: %s', (text, unit, want) => {
	expect(factorOf(text, unit).problem).toBe(want);
});

const milk = { unit: 'piece', base: 'piece', units: [] };
const flour = { unit: 'kg', base: 'g', units: [{ unit: 'pack', factor: 500, of: 'g' }] };

it('offers measures for what is counted', () => {
	expect(partsOf(milk)).toEqual(['piece', 'g', 'kg', 'ml', 'l']);
	expect(partsOf(milk, 'l')).toEqual(['l', 'piece', 'g', 'kg', 'ml']);
	expect(partsOf(flour)).toEqual(['kg', 'g', 'pack']);
	expect(unitsOf(milk)).toEqual(['piece']);
});

it.each([
	['piece', 'l', 'one piece in l'],
	['piece', 'Liter', 'one piece in l'],
	['piece', 'KG', 'one piece in kg'],
	['piece', 'Gramm', 'one piece in g'],
	['pack', 'piece', 'one pack in piece'],
	['loaf', 'slice', 'one loaf in slice'],
	['piece', 'pack', 'one pack in piece'],
	['g', 'pack', 'one pack in g'],
	['ml', 'Stiege', 'one Stiege in ml'],
	['g', 'l', ''],
	['ml', 'kg', ''],
	['g', 'oz', '']
])('of %s, entered in %s, it asks for %s', (base, entered, want) => {
	const asked = missingRelation({ base }, entered);
	expect(asked ? `one ${asked.unit} in ${asked.of}` : '').toBe(want);
});
