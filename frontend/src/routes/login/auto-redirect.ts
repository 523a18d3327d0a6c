import { tabStorage } from '#lib/storage.ts';

const KEY = 'pantrie.auto-redirect';

/** A person who comes back sooner than this came back for a reason. */
const PAUSE = 30_000;

/** Whoever came with one of these is to see the page. */
const HOLDS = ['local', 'signedOut', 'error', 'stay'];

/** True when the sign-in page may send the browser on to the provider by itself. */
export function mayLeave(params: URLSearchParams, now = Date.now()): boolean {
	if (HOLDS.some((name) => params.has(name))) return false;
	const left = Number(tabStorage.get(KEY)) || 0;
	return now < left || now - left > PAUSE;
}

/** Remembers that the browser leaves. False when that cannot be kept: then it could go in circles. */
export function rememberLeaving(now = Date.now()): boolean {
	tabStorage.set(KEY, String(now));
	return tabStorage.get(KEY) === String(now);
}
