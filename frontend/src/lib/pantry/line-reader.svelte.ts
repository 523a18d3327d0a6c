import type { Line, Product } from '#lib/api/client.ts';

export interface Reading {
	/** The text that this is about. */
	text: string;
	/** What adding it would do; null for who only looks. */
	line: Line | null;
	products: Product[];
}

/**
 * Asks what is meant while somebody types: a moment after the last key, and never shows an answer to
 * what was typed before.
 */
export class LineReader {
	reading = $state<Reading | null>(null);
	failed = $state(false);

	readonly #ask: (text: string, signal: AbortSignal) => Promise<Omit<Reading, 'text'>>;
	readonly #wait: number;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#asking: AbortController | undefined;

	constructor(
		ask: (text: string, signal: AbortSignal) => Promise<Omit<Reading, 'text'>>,
		wait = 120
	) {
		this.#ask = ask;
		this.#wait = wait;
	}

	typed(text: string): void {
		this.stop();
		if (text.trim() === '') this.reading = null;
		else this.#timer = setTimeout(() => void this.#read(text), this.#wait);
	}

	/** Nothing that was asked is of interest any more. */
	stop(): void {
		clearTimeout(this.#timer);
		this.#asking?.abort();
		this.#asking = undefined;
	}

	async #read(text: string): Promise<void> {
		const asking = (this.#asking = new AbortController());
		try {
			const answer = await this.#ask(text, asking.signal);
			if (asking.signal.aborted) return;
			this.reading = { text, ...answer };
			this.failed = false;
		} catch {
			if (asking.signal.aborted) return;
			this.reading = null;
			this.failed = true;
		}
	}
}
