import { expect, type Page } from '@playwright/test';
import type { Pantrie } from './servers.ts';

/** Adds somebody as the administrator would, into the first household, and signs them in. */
export async function joinAs(
	admin: Page,
	someone: Page,
	pantrie: Pantrie,
	name: string,
	role: string
) {
	await admin.goto(`${pantrie.url}/settings/administration/users`);
	await admin.getByRole('button', { name: 'Add someone' }).click();
	const dialog = admin.getByRole('dialog');
	await dialog.getByLabel('Name', { exact: true }).fill(name);
	await dialog.getByLabel('Email').fill(`${name.toLowerCase()}@example.org`);
	await dialog.getByLabel('Role').selectOption(role);
	await dialog.getByRole('button', { name: 'Add', exact: true }).click();
	const link = (await admin.getByRole('dialog').locator('code').textContent())?.trim() ?? '';
	await someone.goto(link);
	await someone.getByLabel('New password').fill('quince and thyme');
	await someone.getByRole('button', { name: 'Set password and sign in' }).click();
	await expect(someone.getByRole('heading', { level: 1 })).toContainText(`Hello ${name}`);
}
