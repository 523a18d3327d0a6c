import { ApiError } from '#lib/api/errors.ts';

/** Unlike randomUUID, which browsers have on https alone, this works on plain http too. */
function randomKey(): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
		byte.toString(16).padStart(2, '0')
	).join('');
}

const pause = (milliseconds: number) => new Promise((go) => setTimeout(go, milliseconds));

/** True when nobody can tell whether the server got it. */
function uncertain(error: unknown): boolean {
	return error instanceof ApiError && (error.status === 0 || error.status >= 502);
}

/**
 * One thing that a person wants done. However often it is sent, it carries the same key, and so is
 * done once.
 */
export class Intent {
	readonly key = randomKey();
	readonly #waits: number[];

	/** Waits are between the tries when nothing answers, in milliseconds. */
	constructor(waits = [400, 1500]) {
		this.#waits = waits;
	}

	async run<T>(send: (key: string) => Promise<T>): Promise<T> {
		for (const wait of this.#waits) {
			try {
				return await send(this.key);
			} catch (error) {
				if (!uncertain(error)) throw error;
				await pause(wait);
			}
		}
		return send(this.key);
	}
}
