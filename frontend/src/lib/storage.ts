/** A browser's storage that never throws: private windows and strict settings may forbid it. */
const quiet = (storage: () => Storage) => ({
	get(key: string): string {
		try {
			return storage().getItem(key) ?? '';
		} catch {
			return '';
		}
	},
	set(key: string, value: string): void {
		try {
			if (value === '') storage().removeItem(key);
			else storage().setItem(key, value);
		} catch {
			// The value then lasts as long as the page does.
		}
	}
});

/** Lasts as long as the tab. */
export const tabStorage = quiet(() => sessionStorage);
/** Lasts in this browser. */
export const deviceStorage = quiet(() => localStorage);

/**
 * Reads `#token=…` from the address bar, and keeps it for a reload of this tab. Call `hideToken`
 * once the page is there, so that the token does not stay visible or in the history.
 */
export function readToken(key: string): string {
	const match = /(?:^#|&)token=([^&]+)/.exec(location.hash);
	if (!match?.[1]) return tabStorage.get(key);
	const token = safeDecode(match[1]);
	tabStorage.set(key, token);
	return token;
}

export function hideToken(): void {
	if (/(?:^#|&)token=/.test(location.hash)) {
		history.replaceState(history.state, '', location.pathname + location.search);
	}
}

function safeDecode(value: string): string {
	try {
		return decodeURIComponent(value);
	} catch {
		return value;
	}
}

/**
 * A link with a token that is pasted into the address bar of its own page changes only the
 * fragment, and the browser loads nothing.
 */
export function openPastedLink() {
	if (location.hash.startsWith('#token=')) location.reload();
}
