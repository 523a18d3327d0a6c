import { expect, it } from 'vitest';
import type { Lot, Product } from '#lib/api/client.ts';
import { asks, ofLot, ofProduct } from './use-target.ts';

const one = { amount: '1', unit: 'piece' };
const lot = (over: Partial<Lot>) =>
	({
		id: 'l',
		productId: 'p',
		productName: 'Jam',
		one,
		byOne: true,
		amount: one,
		expiresOn: '',
		...over
	}) as Lot;
const product = (over: Partial<Product>) =>
	({ id: 'p', name: 'Jam', total: one, one, expired: false, ...over }) as Product;

it.each([
	['what is counted', lot({}), false],
	['what is weighed', lot({ byOne: false }), true],
	['what expires today', lot({ expiresOn: '2026-11-30' }), false],
	['what expired yesterday', lot({ expiresOn: '2026-11-29' }), true],
	['what is weighed and expired', lot({ byOne: false, expiresOn: '2026-11-29' }), true]
])('asks about %s: %#', (_what, of, want) => {
	expect(asks(ofLot(of, '2026-11-30'))).toBe(want);
});

it.each([
	['what is counted', product({}), false],
	['what is weighed', product({ one: undefined }), true],
	['what has expired in part', product({ expired: true }), true]
])('asks about %s of a product', (_what, of, want) => {
	expect(asks(ofProduct(of))).toBe(want);
});
