import type { Page } from '@playwright/test';
import { dismiss, expect, toast } from './fixtures.ts';

/** Where the home page finds and adds. */
export const field = (page: Page) => page.getByLabel('Find, or add something');

/** Adds something by one line, until it is stored. */
export async function add(page: Page, line: string) {
	await dismiss(page); // so that the message is about this one
	await field(page).fill(line);
	await field(page).press('Enter');
	await expect(field(page)).toHaveValue('');
	await expect(toast(page, 'added')).toBeVisible();
}
