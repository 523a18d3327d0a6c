import { resolve } from '$app/paths';
import type { Account, ProviderId } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';

/** A little less than the server counts, so that a request does not arrive a moment too late. */
const MARGIN = 10_000;

/** True when the account's owner has proven lately to be here. */
export function isFresh(account: Pick<Account, 'freshUntil'>, now = Date.now()): boolean {
	return account.freshUntil !== null && account.freshUntil - MARGIN > now;
}

/** Where an account without a password proves who it is, and comes back from. */
export function proveAddress(provider: ProviderId): string {
	const base = resolve('').replace(/\/$/, '');
	return `${base}/api/v1/auth/oauth/${provider}/login?reauth=true&returnTo=%2Fsettings%2Faccount`;
}

/**
 * Does what only a freshly proven owner may do: at once when that was lately, else after the
 * dialog has asked. The server has the last word.
 */
export class Proof {
	/** The dialog is open. */
	asking = $state(false);
	readonly #account: () => Account;
	#proven: ((yes: boolean) => void) | undefined;

	constructor(account: () => Account) {
		this.#account = account;
	}

	get reauthProvider(): '' | ProviderId {
		return this.#account().reauthProvider;
	}

	/** The provider was told to ask and did not: the same way again leads to the same end. */
	get refused(): boolean {
		return this.#account().proofRefused;
	}

	/**
	 * False when the person closed the dialog; failures of the action are thrown. Without
	 * `beforehand` the dialog asks only if the server wants it.
	 */
	async guard(action: () => Promise<void>, beforehand = true): Promise<boolean> {
		if (beforehand && !isFresh(this.#account()) && !(await this.#ask())) return false;
		try {
			await action();
		} catch (error) {
			if (!(error instanceof ApiError) || error.code !== 'reauth_required') throw error;
			if (!(await this.#ask())) return false;
			await action();
		}
		return true;
	}

	/** The dialog's answer: proven. */
	confirm(): void {
		this.#answer(true);
	}

	cancel(): void {
		this.#answer(false);
	}

	#ask(): Promise<boolean> {
		this.asking = true;
		return new Promise((proven) => (this.#proven = proven));
	}

	#answer(yes: boolean): void {
		this.asking = false;
		this.#proven?.(yes);
		this.#proven = undefined;
	}
}
