import { invalidate } from '$app/navigation';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { ShoppingItem, ShoppingList } from '#lib/api/client.ts';
import { leaveIfSignedOut } from '#lib/api/session.ts';
import { tickShopping } from '#lib/api/shopping.ts';
import { shopping } from '#lib/messages';
import { toasts } from '#lib/toasts.svelte.ts';
import { problemText } from './actions.ts';

/** Loads again whatever shows the shopping list. */
export const refreshShopping = () => invalidate('app:shopping');

/**
 * Ticks that show at once. Until the server has answered, and the list was loaded again, a line
 * stands where the person put it; the last of several taps counts.
 */
export class Ticks {
	readonly #wanted = new SvelteMap<string, boolean>();
	readonly #sending = new SvelteSet<string>();
	/** The ticks under way, until the list was loaded again. */
	readonly #running = new SvelteSet<Promise<void>>();
	readonly #send: typeof tickShopping;
	readonly #refresh: () => Promise<void>;

	constructor(send = tickShopping, refresh: () => Promise<void> = refreshShopping) {
		this.#send = send;
		this.#refresh = refresh;
	}

	/** The list as it is to be shown. */
	shown(list: ShoppingList): ShoppingList {
		const moved = (items: ShoppingItem[], ticked: boolean) =>
			items.filter(({ id }) => this.#wanted.get(id) === ticked);
		const stays = (items: ShoppingItem[], ticked: boolean) =>
			items.filter(({ id }) => (this.#wanted.get(id) ?? ticked) === ticked);
		return {
			wanted: [...stays(list.wanted, false), ...moved(list.tray, false)],
			tray: [...stays(list.tray, true), ...moved(list.wanted, true)]
		};
	}

	tick(household: string, item: ShoppingItem, ticked: boolean): Promise<void> {
		const running = this.#tick(household, item, ticked).finally(() =>
			this.#running.delete(running)
		);
		this.#running.add(running);
		return running;
	}

	/** Resolves when every tick is stored, or refused, and the list knows. */
	async settled(): Promise<void> {
		while (this.#running.size > 0) await Promise.all(this.#running);
	}

	async #tick(household: string, item: ShoppingItem, ticked: boolean): Promise<void> {
		this.#wanted.set(item.id, ticked);
		if (this.#sending.has(item.id)) return;
		this.#sending.add(item.id);
		try {
			let sent: boolean | undefined;
			while (sent !== this.#wanted.get(item.id)) {
				sent = this.#wanted.get(item.id) ?? ticked;
				await this.#send(household, item.id, sent);
			}
		} catch (error) {
			if (!leaveIfSignedOut(error)) {
				toasts.add({ text: shopping.failed(item.text, problemText(error)), failed: true });
			}
		}
		this.#sending.delete(item.id);
		await this.#refresh();
		if (!this.#sending.has(item.id)) this.#wanted.delete(item.id);
	}
}

export interface Group {
	id: string;
	name: string;
	items: ShoppingItem[];
}

/** By category in the order of the alphabet; what has none comes last. */
export function byCategory(items: ShoppingItem[], other: string, locale?: string): Group[] {
	const groups: Group[] = [];
	for (const item of items) {
		const group = groups.find(({ id }) => id === item.categoryId);
		if (group) group.items.push(item);
		else groups.push({ id: item.categoryId, name: item.categoryName || other, items: [item] });
	}
	return groups.sort(
		(a, b) => Number(a.id === '') - Number(b.id === '') || a.name.localeCompare(b.name, locale)
	);
}
