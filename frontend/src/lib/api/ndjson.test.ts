import { describe, expect, it } from 'vitest';
import { readLines } from './ndjson.ts';

function stream(...parts: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
	return new ReadableStream({
		start(controller) {
			for (const part of parts) {
				controller.enqueue(typeof part === 'string' ? new TextEncoder().encode(part) : part);
			}
			controller.close();
		}
	});
}

async function all(source: ReadableStream<Uint8Array> | null) {
	const items: unknown[] = [];
	await readLines(source, (item) => items.push(item));
	return items;
}

describe('readLines', () => {
	it.each([
		['one line each', ['{"id":1}\n', '{"id":2}\n']],
		['a line in pieces', ['{"i', 'd":1}', '\n{"id":', '2}\n']],
		['several at once', ['{"id":1}\n{"id":2}\n']],
		['no newline at the end', ['{"id":1}\n{"id":2}']],
		['blank lines and CRLF', ['\n{"id":1}\r\n\r\n', '\n{"id":2}\r\n']]
	])('%s', async (_name, parts) => {
		expect(await all(stream(...parts))).toEqual([{ id: 1 }, { id: 2 }]);
	});

	it('keeps a character together that was cut in two', async () => {
		const bytes = new TextEncoder().encode('"ü"\n');
		expect(await all(stream(bytes.slice(0, 2), bytes.slice(2)))).toEqual(['ü']);
	});

	it('hands over the first line while the second has not come', async () => {
		let push: (text: string) => void = () => undefined;
		let close = () => {};
		const source = new ReadableStream<Uint8Array>({
			start(controller) {
				push = (text) => controller.enqueue(new TextEncoder().encode(text));
				close = () => controller.close();
			}
		});
		const first = Promise.withResolvers<unknown>();
		const whole = readLines(source, first.resolve);
		push('{"id":1}\n{"id"');
		expect(await first.promise).toEqual({ id: 1 });
		push(':2}\n');
		close();
		await whole;
	});

	it('calls a page of a proxy a bad answer', async () => {
		await expect(all(stream('<html>Bad Gateway</html>'))).rejects.toMatchObject({
			code: 'bad_answer'
		});
		await expect(all(null)).rejects.toMatchObject({ code: 'bad_answer' });
	});

	it('says that nothing answers when the stream breaks off', async () => {
		const broken = new ReadableStream<Uint8Array>({
			start(controller) {
				controller.enqueue(new TextEncoder().encode('{"id":1}\n'));
			},
			pull(controller) {
				controller.error(new TypeError('cut'));
			}
		});
		const items: unknown[] = [];
		await expect(readLines(broken, (item) => items.push(item))).rejects.toMatchObject({
			code: 'network'
		});
	});

	it('stops when it is told to', async () => {
		let cancelled = false;
		const endless = new ReadableStream<Uint8Array>({
			start(controller) {
				controller.enqueue(new TextEncoder().encode('{"id":1}\n'));
			},
			cancel() {
				cancelled = true;
			}
		});
		const stop = new AbortController();
		const reading = readLines(endless, () => stop.abort(), stop.signal);
		await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
		expect(cancelled).toBe(true);
	});
});
