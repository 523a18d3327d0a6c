import { ApiError, networkError } from './errors.ts';

/**
 * Reads a stream of JSON lines and hands each over as soon as its line is complete. A line may
 * arrive in pieces, several may arrive at once, and the last may lack its newline. Throws
 * `network` when the stream breaks off, `bad_answer` for a line that is not JSON, and the reason
 * of an AbortSignal as it is.
 */
export async function readLines<T>(
	stream: ReadableStream<Uint8Array> | null,
	onItem: (item: T) => void,
	signal?: AbortSignal
): Promise<void> {
	if (!stream) throw new ApiError({ status: 502, code: 'bad_answer' });
	const reader = stream.pipeThrough(decoder()).getReader();
	const stop = () => void reader.cancel().catch(() => undefined);
	signal?.addEventListener('abort', stop);
	let rest = '';
	try {
		for (;;) {
			const { value, done } = await read(reader, signal);
			const lines = (rest + (value ?? '')).split('\n');
			rest = done ? '' : (lines.pop() ?? '');
			for (const line of lines) if (line.trim() !== '') onItem(parse<T>(line));
			if (done) return;
		}
	} finally {
		signal?.removeEventListener('abort', stop);
		stop();
	}
}

function decoder() {
	return new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>;
}

async function read(reader: ReadableStreamDefaultReader<string>, signal?: AbortSignal) {
	let part;
	try {
		part = await reader.read();
	} catch {
		signal?.throwIfAborted();
		throw networkError();
	}
	signal?.throwIfAborted();
	return part;
}

function parse<T>(line: string): T {
	try {
		return JSON.parse(line) as T;
	} catch {
		throw new ApiError({ status: 502, code: 'bad_answer' });
	}
}
