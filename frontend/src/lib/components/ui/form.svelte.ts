import { tick } from 'svelte';
import { describe } from '#lib/api/describe.ts';
import { ApiError } from '#lib/api/errors.ts';
import { leaveIfSignedOut } from '#lib/api/session.ts';
import { common } from '#lib/messages';

interface Handling {
	/** What can be seen to be wrong before anything is sent: text by field. */
	check?: Record<string, string>;
	/** Codes of a failure that is about one field: the field's name by code. */
	about?: Record<string, string>;
	/** True when the failure is dealt with and nothing is to be shown. */
	handled?: (error: unknown, code: string) => boolean;
}

/**
 * The state of one form, or of one button that changes something: being sent, wrong fields,
 * whatever else went wrong, and what was done. What was typed is never touched.
 */
export class FormState {
	/** For `bind:this`, so that the focus can move to the first wrong field. */
	element = $state<HTMLFormElement>();
	fields = $state<Record<string, string>>({});
	problem = $state('');
	reference = $state('');
	done = $state('');
	busy = $state(false);
	/** Seconds until the server listens again. */
	wait = $state(0);
	/** A wait is over. */
	waited = $state(false);

	readonly blocked = $derived(this.busy || this.wait > 0);

	#timer: ReturnType<typeof setInterval> | undefined;
	readonly #texts: Record<string, string>;

	/** Texts are for codes that only a part of the app knows. */
	constructor(texts: Record<string, string> = {}) {
		this.#texts = texts;
	}

	/**
	 * Sends what the action sends. True when it worked; every failure is shown, none is thrown. A
	 * text that the action gives says what was done.
	 */
	async send(action: () => Promise<unknown>, handling: Handling = {}): Promise<boolean> {
		if (this.blocked) return false;
		this.clear();
		this.fields = handling.check ?? {};
		if (Object.keys(this.fields).length > 0) {
			await this.focusFirstError();
			return false;
		}
		this.busy = true;
		try {
			const done = await action();
			this.done = typeof done === 'string' ? done : '';
			return true;
		} catch (error) {
			if (!leaveIfSignedOut(error)) await this.#fail(error, handling);
			return false;
		} finally {
			this.busy = false;
		}
	}

	/** Shows a failure that did not come from `send`. */
	show(error: unknown, about: Record<string, string> = {}): void {
		const { text, fields, reference, retryAfterSeconds } = describe(error, this.#texts);
		const code = codeOf(error);
		const field = Object.hasOwn(about, code) ? about[code] : undefined;
		this.reference = reference;
		if (field !== undefined) this.fields = { [field]: text };
		else if (code === 'too_many_requests' && retryAfterSeconds > 0) this.#pause(retryAfterSeconds);
		else {
			this.fields = fields;
			if (Object.keys(fields).length === 0) this.problem = text;
		}
	}

	clear(): void {
		this.fields = {};
		this.problem = this.reference = this.done = '';
		this.waited = false;
	}

	/** Moves the focus to the first field with an error, whose text a screen reader then reads. */
	async focusFirstError(): Promise<void> {
		(await this.#firstError())?.focus();
	}

	async #firstError() {
		await tick();
		return this.element?.querySelector<HTMLElement>('[aria-invalid="true"]');
	}

	async #fail(error: unknown, { about, handled }: Handling): Promise<void> {
		if (handled?.(error, codeOf(error))) return;
		this.show(error, about);
		const first = await this.#firstError();
		first?.focus();
		// A refused field that this form does not have must not vanish.
		if (this.element && !first && this.problem === '' && this.wait === 0) {
			this.problem = describe(error, this.#texts).text;
		}
	}

	#pause(seconds: number): void {
		this.wait = Math.ceil(seconds);
		clearInterval(this.#timer);
		this.#timer = setInterval(() => {
			if (--this.wait > 0) return;
			clearInterval(this.#timer);
			this.waited = true;
		}, 1000);
	}
}

/** For `check`: the fields that are empty. */
export function missing(values: Record<string, string>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(values).flatMap(([name, value]) =>
			value.trim() === '' ? [[name, common.required]] : []
		)
	);
}

function codeOf(error: unknown): string {
	return error instanceof ApiError ? error.code : '';
}
