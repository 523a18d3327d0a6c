import { tick } from 'svelte';

/** Moves the focus to the first field with an error, whose text a screen reader then reads. */
export async function focusFirstError(form: HTMLElement | undefined): Promise<void> {
	await tick();
	form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
