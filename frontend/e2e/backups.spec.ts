import { readFileSync } from 'node:fs';
import { expect, open, signIn, test } from './fixtures.ts';
import { Pantrie } from './servers.ts';

test('a backup is made, downloaded, and restored in the setup of another machine', async ({
	page,
	connected
}) => {
	await open(page, connected, '/settings/administration/backups');
	await expect(page.getByText('There is no backup yet.')).toBeVisible();
	await page.getByLabel('Keep the newest').fill('many');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('A number from 1 to 100.')).toBeVisible();
	await page.getByLabel('Keep the newest').fill('3');
	await page.getByLabel('Make one').selectOption('every week');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('Saved.')).toBeVisible();

	await page.getByRole('button', { name: 'Back up now' }).click();
	const row = page.getByRole('listitem').filter({ hasText: 'By hand' });
	await expect(row).toBeVisible();
	const waiting = page.waitForEvent('download');
	await row.getByRole('link', { name: /Download/ }).click();
	const download = await waiting;
	expect(download.suggestedFilename()).toMatch(/^pantrie-manual-\d{8}-\d{6}\.db\.gz$/);
	const file = await download.path();
	expect(readFileSync(file).subarray(0, 2).toString('hex')).toBe('1f8b');

	const other = new Pantrie();
	try {
		await other.startKnowing(() => ({})); // restored, it starts again at the same address
		await page.goto(await other.setupLink());
		await page.getByRole('button', { name: 'Restore a backup' }).click();
		await page.getByRole('button', { name: 'Restore' }).click();
		await expect(page.getByText('Choose the file first.')).toBeVisible();
		await page
			.getByLabel('Backup file')
			.setInputFiles({ name: 'diary.db', mimeType: '', buffer: Buffer.from('dear diary') });
		await page.getByRole('button', { name: 'Restore' }).click();
		await expect(page.getByText('This is no backup of Pantrie.')).toBeVisible();
		await page.getByLabel('Backup file').setInputFiles(file);
		await page.getByRole('button', { name: 'Restore' }).click();
		await expect(page.getByRole('heading', { name: 'The backup is restored' })).toBeVisible();
		await expect(page.getByText('1 account, 1 household')).toBeVisible();
		// The key stayed on the other machine.
		await expect(page.getByText('Client Secret of Authentik')).toBeVisible();
		await page.getByRole('link', { name: 'Go to the sign-in page' }).click();
		await expect(page.getByLabel('Email')).toBeVisible();
		await signIn(page, other);
		await page.goto(`${other.url}/settings/administration/backups`);
		await expect(page.getByText('Before a restore')).toBeVisible();
		await expect(page.getByLabel('Keep the newest')).toHaveValue('3');
		await page.getByRole('button', { name: /Delete/ }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
		await expect(page.getByText('There is no backup yet.')).toBeVisible();
	} finally {
		await other.dispose();
	}
});
