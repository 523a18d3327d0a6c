import { tick } from 'svelte';

/**
 * After the row of the button that has the focus may have gone: moves the focus to the next row, to the
 * one before, or to what stands in their place. To the link of the row and not its button, so that
 * another Enter uses up nothing else.
 */
export async function keepFocus(list: HTMLElement, change: () => void): Promise<void> {
	const buttons = () => [...list.querySelectorAll<HTMLElement>('[data-use]')];
	const focused = document.activeElement;
	const at = buttons().findIndex((button) => button === focused);
	change();
	await tick();
	if (at < 0 || !(focused instanceof HTMLElement) || focused.isConnected) return;
	const left = buttons();
	const next = left[at] ?? left.at(-1);
	const to = next?.closest('li')?.querySelector('a') ?? next ?? document.getElementById('content');
	to?.focus({ preventScroll: true });
}
