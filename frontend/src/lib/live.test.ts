import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchHousehold, type Topic } from './live.ts';

/** A stream that the test speaks through. */
class Stream {
	readyState = 0;
	closed = false;
	readonly #listeners: Record<string, (() => void)[]> = {};
	addEventListener(name: string, listener: unknown) {
		(this.#listeners[name] ??= []).push(listener as () => void);
	}
	close() {
		this.closed = true;
	}
	say(name: string) {
		for (const listener of this.#listeners[name] ?? []) listener();
	}
}

let streams: Stream[];
let told: Topic[][];
let stop: () => void;
let look: () => void;
const page = { visibilityState: 'visible' };

beforeEach(() => {
	vi.useFakeTimers();
	[streams, told, page.visibilityState] = [[], [], 'visible'];
	vi.stubGlobal('document', {
		get visibilityState() {
			return page.visibilityState;
		},
		addEventListener: (_name: string, listener: () => void) => (look = listener),
		removeEventListener: () => undefined
	});
	stop = watchHousehold(
		'/events',
		(topics) => told.push(topics),
		() => {
			const stream = new Stream();
			streams.push(stream);
			return stream as never;
		}
	);
	streams[0]?.say('open');
});
afterEach(() => {
	stop();
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

const see = (state: string) => {
	page.visibilityState = state;
	look();
};

it('tells what changed, several changes at once', () => {
	for (const name of ['stock', 'stock', 'shopping']) streams[0]?.say(name);
	expect(told).toEqual([]);
	vi.advanceTimersByTime(80);
	expect(told).toEqual([['stock', 'shopping']]);
	streams[0]?.say('stock');
	vi.advanceTimersByTime(80);
	expect(told.at(-1)).toEqual(['stock']);
});

it('tells everything after a gap', () => {
	streams[0]?.say('error');
	streams[0]?.say('open');
	vi.advanceTimersByTime(80);
	expect(told).toEqual([['stock', 'shopping', 'people']]);
	expect(streams).toHaveLength(1);
});

it('lets the page find out what it may still show when it is refused', () => {
	const [stream] = streams;
	if (stream) stream.readyState = 2;
	stream?.say('error');
	vi.advanceTimersByTime(80);
	expect(told).toEqual([['people']]);
});

it('asks again when it was refused, ever more slowly', () => {
	for (const wait of [5_000, 15_000, 60_000, 60_000]) {
		const stream = streams.at(-1);
		if (stream) stream.readyState = 2;
		stream?.say('error');
		const before = streams.length;
		vi.advanceTimersByTime(wait - 1);
		expect(streams).toHaveLength(before);
		vi.advanceTimersByTime(1);
		expect(streams).toHaveLength(before + 1);
	}
});

it('closes while nobody looks, and catches up', () => {
	see('hidden');
	vi.advanceTimersByTime(29_999);
	see('visible');
	vi.advanceTimersByTime(60_000);
	expect(streams[0]?.closed).toBe(false);
	see('hidden');
	vi.advanceTimersByTime(30_000);
	expect(streams[0]?.closed).toBe(true);
	see('visible');
	streams[1]?.say('open');
	vi.advanceTimersByTime(80);
	expect(told).toEqual([['stock', 'shopping', 'people']]);
});

it('ends with the page', () => {
	streams[0]?.say('stock');
	stop();
	expect(streams[0]?.closed).toBe(true);
	vi.advanceTimersByTime(60_000);
	expect(told).toEqual([]);
	expect(streams).toHaveLength(1);
});
