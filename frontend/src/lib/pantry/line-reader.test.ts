import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LineReader } from './line-reader.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const nothing = { line: null, products: [] };

it('asks once, a moment after the last key', async () => {
	const ask = vi.fn(() => Promise.resolve(nothing));
	const reader = new LineReader(ask, 120);
	for (const text of ['m', 'mi', 'mil']) reader.typed(text);
	await vi.advanceTimersByTimeAsync(119);
	expect(ask).not.toHaveBeenCalled();
	await vi.advanceTimersByTimeAsync(1);
	expect(ask).toHaveBeenCalledOnce();
	expect(reader.reading?.text).toBe('mil');
});

it('drops an answer to what was typed before', async () => {
	const slow = Promise.withResolvers<typeof nothing>();
	const reader = new LineReader((text) => (text === 'm' ? slow.promise : Promise.resolve(nothing)));
	reader.typed('m');
	await vi.advanceTimersByTimeAsync(120);
	reader.typed('milk');
	await vi.advanceTimersByTimeAsync(120);
	slow.resolve(nothing);
	await vi.advanceTimersByTimeAsync(0);
	expect(reader.reading?.text).toBe('milk');
});

it('shows nothing for an empty field, also when an answer was on its way', async () => {
	const reader = new LineReader(() => Promise.resolve(nothing));
	reader.typed('m');
	await vi.advanceTimersByTimeAsync(119);
	reader.typed(' ');
	await vi.advanceTimersByTimeAsync(500);
	expect(reader.reading).toBeNull();
});

it('says that nothing answered, until something does', async () => {
	let down = true;
	const reader = new LineReader(() =>
		down ? Promise.reject(new Error()) : Promise.resolve(nothing)
	);
	reader.typed('milk');
	await vi.advanceTimersByTimeAsync(120);
	expect(reader).toMatchObject({ failed: true, reading: null });
	down = false;
	reader.typed('milk 2');
	await vi.advanceTimersByTimeAsync(120);
	expect(reader).toMatchObject({ failed: false, reading: { text: 'milk 2' } });
});
