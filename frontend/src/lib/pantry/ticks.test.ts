import { expect, it, vi } from 'vitest';
import type { ShoppingItem } from '#lib/api/client.ts';
import type { tickShopping } from '#lib/api/shopping.ts';
import { Ticks, byCategory } from './ticks.svelte.ts';

vi.mock('$app/navigation', () => ({ invalidate: vi.fn(), goto: vi.fn() }));

const item = (id: string, more: Partial<ShoppingItem> = {}): ShoppingItem => ({
	id,
	productId: '',
	text: id,
	note: '',
	categoryId: '',
	categoryName: '',
	watched: [],
	tickedBy: '',
	tickedAt: 0,
	...more
});

const refresh = () => Promise.resolve();
const answer = item('milk');

it('shows a tick before the server has answered', async () => {
	const sent = Promise.withResolvers<ShoppingItem>();
	const ticks = new Ticks(() => sent.promise, refresh);
	const milk = item('milk');
	const list = { wanted: [milk, item('rice')], tray: [] };
	const done = ticks.tick('home', milk, true);
	expect(ticks.shown(list).wanted.map(({ id }) => id)).toEqual(['rice']);
	expect(ticks.shown(list).tray.map(({ id }) => id)).toEqual(['milk']);
	sent.resolve(answer);
	await done;
	expect(ticks.shown(list).wanted).toHaveLength(2);
});

it('sends the last of several taps, one after the other', async () => {
	const waiting: (() => void)[] = [];
	const send = vi.fn(
		(...sent: Parameters<typeof tickShopping>) =>
			new Promise<ShoppingItem>((go) =>
				waiting.push(() => go({ ...answer, tickedAt: Number(sent[2]) }))
			)
	);
	const ticks = new Ticks(send, refresh);
	const milk = item('milk');
	const done = ticks.tick('home', milk, true);
	await ticks.tick('home', milk, false);
	expect(send).toHaveBeenCalledTimes(1);
	waiting.shift()?.();
	await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(2));
	expect(send.mock.calls[1]?.[2]).toBe(false);
	waiting.shift()?.();
	await done;
});

it('is settled once the list was loaded after the last tick', async () => {
	const sent = Promise.withResolvers<ShoppingItem>();
	const loaded = Promise.withResolvers<undefined>();
	const ticks = new Ticks(
		() => sent.promise,
		() => loaded.promise
	);
	await ticks.settled();
	void ticks.tick('home', item('milk'), true);
	let settled = false;
	const done = ticks.settled().then(() => (settled = true));
	sent.resolve(answer);
	await sent.promise;
	expect(settled).toBe(false);
	loaded.resolve(undefined);
	await done;
});

it('puts a line back when the server refuses', async () => {
	const ticks = new Ticks(() => Promise.reject(new Error('gone')), refresh);
	const milk = item('milk');
	const list = { wanted: [milk], tray: [] };
	await ticks.tick('home', milk, true);
	expect(ticks.shown(list).wanted).toHaveLength(1);
});

it('groups by category, and what has none comes last', () => {
	const groups = byCategory(
		[
			item('soap'),
			item('milk', { categoryId: 'd', categoryName: 'Dairy' }),
			item('bread', { categoryId: 'b', categoryName: 'Bakery' }),
			item('butter', { categoryId: 'd', categoryName: 'Dairy' })
		],
		'Everything else'
	);
	expect(groups.map(({ name, items }) => `${name} ${items.length}`)).toEqual([
		'Bakery 1',
		'Dairy 2',
		'Everything else 1'
	]);
});
