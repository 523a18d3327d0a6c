import type { Page } from '@playwright/test';
import { expect, toast } from './fixtures.ts';

/** Where the home page finds and adds. */
export const field = (page: Page) => page.getByLabel('Find, or add something');

/** Adds something by one line. */
export async function add(page: Page, line: string) {
	await field(page).fill(line);
	await field(page).press('Enter');
	await expect(field(page)).toHaveValue('');
	await expect(toast(page, 'added').last()).toBeVisible();
}
