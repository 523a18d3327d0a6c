import { tick } from 'svelte';

/**
 * After the row of the button that has the focus may have gone: moves the focus to the button of the
 * next row, of the one before, or to what stands in their place.
 */
export async function keepFocus(list: HTMLElement, change: () => void): Promise<void> {
	const buttons = () => [...list.querySelectorAll<HTMLElement>('[data-use]')];
	const focused = document.activeElement;
	const at = buttons().findIndex((button) => button === focused);
	change();
	await tick();
	if (at < 0 || !(focused instanceof HTMLElement) || focused.isConnected) return;
	const left = buttons();
	(left[at] ?? left.at(-1) ?? document.getElementById('content'))?.focus({ preventScroll: true });
}
