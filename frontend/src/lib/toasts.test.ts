import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Toasts } from './toasts.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const texts = ({ list }: Toasts) => list.map(({ text }) => text);

it('shows a toast for eight seconds', () => {
	const toasts = new Toasts();
	toasts.add({ text: 'Milk used.' });
	vi.advanceTimersByTime(7500);
	expect(texts(toasts)).toEqual(['Milk used.']);
	vi.advanceTimersByTime(500);
	expect(texts(toasts)).toEqual([]);
	expect(vi.getTimerCount()).toBe(0);
});

it('keeps them while one is pointed at', () => {
	const toasts = new Toasts();
	toasts.add({ text: 'Milk used.' });
	toasts.held = true;
	vi.advanceTimersByTime(60_000);
	expect(texts(toasts)).toEqual(['Milk used.']);
	toasts.held = false;
	vi.advanceTimersByTime(8000);
	expect(texts(toasts)).toEqual([]);
});

it('keeps the last three, in order', () => {
	const toasts = new Toasts();
	for (const text of ['a', 'b', 'c', 'd']) toasts.add({ text });
	expect(texts(toasts)).toEqual(['b', 'c', 'd']);
});

it('says what an undo came to, in the place of what was undone', async () => {
	const toasts = new Toasts();
	const gate = Promise.withResolvers<{ text: string; failed?: boolean }>();
	const undo = vi.fn(() => gate.promise);
	toasts.add({ text: 'Milk used.', undo });
	toasts.add({ text: 'Feta used.', undo: () => Promise.resolve({ text: 'Feta is back.' }) });
	const [milk, feta] = toasts.list.map(({ id }) => id);
	const undoing = toasts.undo(milk ?? 0);
	await toasts.undo(milk ?? 0);
	expect(undo).toHaveBeenCalledOnce();
	// It waits for its answer, however long that takes.
	await toasts.undo(feta ?? 0);
	expect(texts(toasts)).toEqual(['Milk used.', 'Feta is back.']);
	vi.advanceTimersByTime(8000);
	expect(texts(toasts)).toEqual(['Milk used.']);
	gate.resolve({ text: 'It was used since.', failed: true });
	await undoing;
	expect(toasts.list).toMatchObject([{ text: 'It was used since.', failed: true, busy: false }]);
	expect(toasts.list[0]?.undo).toBeUndefined();
	vi.advanceTimersByTime(8000);
	expect(texts(toasts)).toEqual([]);
});
