import { authentikByHand, expect, fillYou, signIn, test } from './fixtures.ts';
import { admin } from './servers.ts';

test('without the link the wizard says where it is and does nothing else', async ({
	page,
	fresh: pantrie
}) => {
	await pantrie.start();
	for (const path of ['/', '/login', '/setup', '/settings/account']) {
		await page.goto(pantrie.url + path);
		await expect(
			page.getByRole('heading', { name: 'Open Pantrie with the setup link' })
		).toBeVisible();
	}
	await expect(page.getByLabel('Your name')).toHaveCount(0);
	await page.getByLabel('Setup link or token').fill('nonsense');
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByText('This setup link is not the right one')).toBeVisible();
	await page.getByLabel('Setup link or token').fill(await pantrie.setupLink());
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByLabel('Your name')).toBeVisible();
});

test('what was typed survives errors and going back', async ({ page, fresh: pantrie }) => {
	await pantrie.start();
	await page.goto(await pantrie.setupLink());
	await fillYou(page, 'password');
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByText('Too many people use this password')).toBeVisible();
	await expect(page.getByLabel('Your name')).toHaveValue(admin.name);
	await page.getByLabel('Password', { exact: true }).fill(admin.password);
	await page.getByRole('button', { name: 'Continue' }).click();

	await expect(page.getByLabel('Public URL')).toBeVisible();
	await page.reload();
	await expect(page.getByLabel('Your email')).toHaveValue(admin.email);
	await expect(page.getByText('Type it once more.')).toBeVisible();
	await page.getByLabel('Password', { exact: true }).fill(admin.password);
	await page.getByRole('button', { name: 'Continue' }).click();

	await page.getByLabel('Public URL').fill('not an address');
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByLabel('Public URL')).toHaveAttribute('aria-invalid', 'true');
	await page.getByLabel('Public URL').fill(pantrie.url);
	await page.getByRole('button', { name: 'Continue' }).click();

	await authentikByHand(page);
	await page.getByLabel('Authentik Base URL').fill('https://auth.example.org');
	await page.getByLabel('Application Slug').fill('token');
	await page.getByRole('button', { name: 'Continue' }).click();
	for (const field of ['Client ID', 'Client Secret']) {
		await expect(page.getByLabel(field, { exact: true })).toHaveAttribute('aria-invalid', 'true');
		await page.getByLabel(field, { exact: true }).fill('something');
	}
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByLabel('Application Slug')).toHaveAttribute('aria-invalid', 'true');
	await page.getByRole('button', { name: 'Back' }).click();
	await page.getByRole('button', { name: 'Back' }).click();
	await expect(page.getByLabel('Your email')).toHaveValue(admin.email);
	await expect(page.getByLabel('Password', { exact: true })).toHaveValue(admin.password);
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByLabel('Authentik Base URL')).toHaveValue('https://auth.example.org');
	await page.getByLabel('Authentication method').selectOption('Local accounts only');
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('button', { name: 'Finish setup' }).click();
	await expect(page.getByRole('heading', { name: 'Pantrie is ready' })).toBeVisible();
});

test('the second of two browsers learns that it is done', async ({
	page,
	anotherBrowser,
	fresh: pantrie
}) => {
	await pantrie.start();
	const link = await pantrie.setupLink();
	const second = await anotherBrowser();
	for (const tab of [page, second]) {
		await tab.goto(link);
		await fillYou(tab);
		for (let i = 0; i < 3; i++) await tab.getByRole('button', { name: 'Continue' }).click();
	}
	await page.getByRole('button', { name: 'Finish setup' }).click();
	await expect(page.getByRole('heading', { name: 'Pantrie is ready' })).toBeVisible();
	await second.getByRole('button', { name: 'Finish setup' }).click();
	await expect(second.getByRole('heading', { name: 'already set up' })).toBeVisible();
	await second.getByRole('link', { name: 'Go to the sign-in page' }).click();
	await expect(second).toHaveURL(/\/login/);
});

test('the wizard works with the keyboard alone', async ({ page, fresh: pantrie }) => {
	await pantrie.start();
	await page.goto(await pantrie.setupLink());
	await expect(page.getByLabel('Your name')).toBeVisible();
	const type = async (label: string, text: string) => {
		for (let i = 0; i < 30; i++) {
			const at = await page.evaluate(
				() => (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent ?? ''
			);
			if (at.trim() === label) break;
			await page.keyboard.press('Tab');
		}
		await expect(page.getByLabel(label, { exact: true })).toBeFocused();
		await page.keyboard.press('ControlOrMeta+a');
		await page.keyboard.type(text);
	};
	await type('Your name', admin.name);
	await type('Your email', admin.email);
	await type('Password', admin.password);
	await type('Name of the household', 'Brandt');
	await page.keyboard.press('Enter');
	await expect(page.getByLabel('Public URL')).toBeVisible();
	await type('Public URL', pantrie.url);
	await page.keyboard.press('Enter');
	await expect(page.getByLabel('Authentication method')).toBeVisible();
	for (let i = 0; i < 12; i++) {
		const at = await page.evaluate(() => document.activeElement?.textContent?.trim());
		if (at === 'Continue') break;
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	await expect(page.getByRole('button', { name: 'Finish setup' })).toBeVisible();
	for (let i = 0; i < 12; i++) {
		const at = await page.evaluate(() => document.activeElement?.textContent?.trim());
		if (at === 'Finish setup') break;
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'Pantrie is ready' })).toBeVisible();
});

test('nothing answered is lost when the process is killed after setup', async ({
	page,
	pantrie
}) => {
	await signIn(page, pantrie);
	await pantrie.stop('SIGKILL');
	await pantrie.start();
	await page.reload();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello Sam');
});
