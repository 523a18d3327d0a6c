import { SvelteMap } from 'svelte/reactivity';
import type { Lot, Measure } from '#lib/api/client.ts';
import { takeStock } from '#lib/api/pantry.ts';
import { leaveIfSignedOut } from '#lib/api/session.ts';
import { pantry } from '#lib/messages';
import { toasts } from '#lib/toasts.svelte.ts';
import { act, problemText, refreshStock } from './actions.ts';
import { negated, plus, sign } from './measures.ts';

/** What using one takes of a lot of which so much is left. */
function oneOf(one: Measure, left: Measure): Measure {
	const over = plus(left, negated(one));
	return over && sign(over) < 0 ? left : one;
}

/**
 * Uses of lots that show at once. Until the server has answered, a lot shows what will be left of it;
 * one of which nothing is left is not shown.
 */
export class Uses {
	/** What is being taken from a lot. */
	readonly #taking = new SvelteMap<string, Measure[]>();
	/** Lots as the server told them after a use, until the list is loaded again. */
	readonly #told = new SvelteMap<string, Lot>();

	/** The list was loaded again and knows all that was told. */
	loaded(): void {
		if (this.#told.size > 0) this.#told.clear();
	}

	/** The lot as it is to be shown; null when nothing is left. */
	shown(lot: Lot): Lot | null {
		const told = this.#told.get(lot.id) ?? lot;
		let left: Measure | null = told.amount;
		for (const taken of this.#taking.get(lot.id) ?? []) left = left && plus(left, negated(taken));
		if (!left) return told;
		return sign(left) > 0 ? { ...told, amount: left, one: oneOf(told.one, left) } : null;
	}

	/** Uses one of a lot that is shown. */
	async useOne(household: string, lot: Lot): Promise<void> {
		const { id, one } = lot;
		this.#taking.set(id, [...(this.#taking.get(id) ?? []), one]);
		try {
			const body = { lotId: id, amount: one.amount, unit: one.unit };
			const change = await act(household, (key) => takeStock(household, 'use', body, key));
			for (const now of change.lots) this.#told.set(now.id, now);
		} catch (error) {
			if (!leaveIfSignedOut(error)) {
				toasts.add({ text: pantry.refused(lot.productName, problemText(error)), failed: true });
			}
		}
		this.#done(id, one);
		await refreshStock();
	}

	#done(id: string, one: Measure): void {
		const rest = [...(this.#taking.get(id) ?? [])];
		rest.splice(rest.indexOf(one), 1);
		if (rest.length > 0) this.#taking.set(id, rest);
		else this.#taking.delete(id);
	}
}
