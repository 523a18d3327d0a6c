import { expect, it } from 'vitest';
import { draftOf, wrongDays } from './edit.ts';

const words = { wholeDays: 'whole', mostDays: 'most' };
const draft = draftOf({
	...{ id: '', name: 'Milk', brand: '', categoryId: '', locationId: '', photoId: '', note: '' },
	...{ unit: 'l', base: 'ml', total: { amount: '0', unit: 'ml' }, staple: false, low: false },
	...{ usedByPack: false, expired: false },
	...{ shelfLife: 7, openedShelfLife: null, frozenShelfLife: null, thawedShelfLife: null },
	...{ dateKind: 'best_before', watched: [], today: '', lots: [], units: [], barcodes: [] },
	allergens: []
});

it.each([
	['7', undefined],
	['', undefined],
	['36500', undefined],
	['36501', 'most'],
	['9999999', 'most'],
	['-1', 'whole'],
	['1.5', 'whole'],
	['long', 'whole']
])('a shelf life of %s is refused as %s', (shelfLife, want) => {
	expect(wrongDays({ ...draft, shelfLife }, words)['shelfLife']).toBe(want);
});
