import { SvelteMap } from 'svelte/reactivity';

/** What an undo came to. */
export interface Undone {
	text: string;
	failed?: boolean;
}

export interface NewToast {
	text: string;
	/** It did not work. */
	failed?: boolean;
	/** Takes back what the toast tells of. It never throws. */
	undo?: () => Promise<Undone>;
}

export interface Toast extends NewToast {
	id: number;
	busy: boolean;
}

const SHOWN = 8000;
const TICK = 250;
const MOST = 3;

/** Short messages about what was just done, each for eight seconds, the newest last. */
export class Toasts {
	list = $state<Toast[]>([]);
	/** While the pointer or the focus is on one, all of them stay. */
	held = $state(false);

	readonly #left = new SvelteMap<number, number>();
	#next = 1;
	#timer: ReturnType<typeof setInterval> | undefined;

	add(toast: NewToast): void {
		const id = this.#next++;
		const kept = this.list.length < MOST ? this.list : this.list.slice(1 - MOST);
		this.list = [...kept, { ...toast, id, busy: false }];
		this.#left.set(id, SHOWN);
		this.#timer ??= setInterval(() => this.#tick(), TICK);
	}

	remove(id: number): void {
		this.list = this.list.filter((toast) => toast.id !== id);
		this.#left.delete(id);
		if (this.list.length === 0) this.held = false;
	}

	clear(): void {
		for (const { id } of this.list) this.remove(id);
	}

	/** Undoes what a toast tells of; the toast then says what came of it. */
	async undo(id: number): Promise<void> {
		const toast = this.list.find((each) => each.id === id);
		if (!toast?.undo || toast.busy) return;
		const undo = toast.undo;
		this.#change(id, { busy: true });
		const { text, failed } = await undo();
		this.#change(id, { text, failed, undo: undefined, busy: false });
		this.#left.set(id, SHOWN);
	}

	#change(id: number, change: Partial<Toast>): void {
		this.list = this.list.map((toast) => (toast.id === id ? { ...toast, ...change } : toast));
	}

	#tick(): void {
		if (!this.held) {
			for (const { id, busy } of this.list) {
				const left = (this.#left.get(id) ?? 0) - TICK;
				this.#left.set(id, left);
				if (left <= 0 && !busy) this.remove(id);
			}
		}
		if (this.list.length > 0) return;
		clearInterval(this.#timer);
		this.#timer = undefined;
	}
}

export const toasts = new Toasts();
