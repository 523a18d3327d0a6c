import { ApiError } from '#lib/api/errors.ts';

/** What was loaded last, and whether it is from before the connection was lost. */
export interface Known<T> {
	value: T;
	old: boolean;
}

/**
 * Remembers the last answers, so that a page that is refreshed behind the person's back stays as it
 * was, with all that is typed into it, while nothing answers.
 */
export function lastKnown<T>() {
	let last: { key: string; value: T } | null = null;
	return async (key: string, ask: () => Promise<T>): Promise<Known<T>> => {
		try {
			const value = await ask();
			last = { key, value };
			return { value, old: false };
		} catch (error) {
			const silent = error instanceof ApiError && (error.status === 0 || error.status >= 502);
			if (!silent || last?.key !== key) throw error;
			return { value: last.value, old: true };
		}
	};
}
