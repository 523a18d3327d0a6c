import type { Page } from '@playwright/test';
import { expect, expectAccessible, open, test } from './fixtures.ts';
import { admin, type Pantrie } from './servers.ts';

/** What a program gets with a token. */
async function ask(pantrie: Pantrie, token: string, path: string, method = 'GET') {
	const answer = await fetch(`${pantrie.url}/api/v1${path}`, {
		method,
		headers: { Authorization: `Bearer ${token}` }
	});
	return { status: answer.status, text: await answer.text() };
}

async function makeToken(page: Page, name: string, scope: string): Promise<string> {
	await page.getByRole('button', { name: 'Make a token' }).click();
	await page.getByLabel('What it is for').fill(name);
	await page.getByRole('radio', { name: scope, exact: true }).check({ force: true });
	await page.getByRole('button', { name: 'Make it' }).click();
	await expect(
		page.getByRole('dialog', { name: `The token for ${name}` }).locator('code')
	).toBeVisible();
	const token = (await page.getByRole('dialog').locator('code').textContent())?.trim() ?? '';
	await page.getByRole('button', { name: 'Done' }).click();
	return token;
}

test('a token is made, used by a program, and revoked', async ({ page, pantrie }) => {
	await open(page, pantrie, '/settings/account');
	await page.getByRole('button', { name: 'Make a token' }).click();
	await page.getByRole('button', { name: 'Make it' }).click();
	await expect(page.getByLabel('What it is for')).toHaveAttribute('aria-invalid', 'true');
	await expectAccessible(page, 'making a token');
	await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

	const token = await makeToken(page, 'Kitchen display', 'Look');
	expect(token).toMatch(/^pantrie_[A-Z2-7]{59}$/);
	const me = await ask(pantrie, token, '/auth/me');
	expect(me.status).toBe(200);
	const household = JSON.parse(me.text).households[0].id as string;
	expect((await ask(pantrie, token, `/households/${household}`)).status).toBe(200);
	const refused = await ask(pantrie, token, `/households/${household}/members/nobody`, 'DELETE');
	expect(refused.status).toBe(403);
	expect(refused.text).toContain('the scope \\"all\\"');
	expect((await ask(pantrie, token, '/admin/users')).status).toBe(403);
	expect(pantrie.log).not.toContain(token);
	expect(pantrie.holds(token)).toBe(false);

	await page.reload();
	const row = page.getByRole('listitem').filter({ hasText: 'Kitchen display' });
	await expect(row).toContainText('last used');
	await expect(page.getByText(token)).toHaveCount(0);
	await row.getByRole('button', { name: 'Revoke' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
	await expect(page.getByText('The token for Kitchen display is revoked.')).toBeVisible();
	expect((await ask(pantrie, token, '/auth/me')).status).toBe(401);

	// A new password revokes them too.
	const other = await makeToken(page, 'Script', 'Everything in households');
	expect((await ask(pantrie, other, '/auth/me')).status).toBe(200);
	await page.getByLabel('Current password').fill(admin.password);
	await page.getByLabel('New password').fill('medlar and cream');
	await page.getByRole('button', { name: 'Change password' }).click();
	await expect(page.getByText('Your password is changed.')).toBeVisible();
	expect((await ask(pantrie, other, '/auth/me')).status).toBe(401);
	await expect(page.getByRole('listitem').filter({ hasText: 'Script' })).toHaveCount(0);
	await page.getByRole('link', { name: 'What they can do is in the API documentation.' }).click();
	await expect(page).toHaveURL(`${pantrie.url}/api/docs`);
});
