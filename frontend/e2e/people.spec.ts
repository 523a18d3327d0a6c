import { expect, fillYou, open, signOut, test, typePassword } from './fixtures.ts';
import { admin } from './servers.ts';

test('an administrator adds somebody, who chooses a password by the link', async ({
	page,
	anotherBrowser,
	pantrie
}) => {
	await open(page, pantrie, '/settings/administration/users');
	await page.getByRole('button', { name: 'Add someone' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Name', { exact: true }).fill('Mara');
	await dialog.getByLabel('Email').fill(admin.email);
	await dialog.getByRole('button', { name: 'Add', exact: true }).click();
	await expect(dialog.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
	await dialog.getByLabel('Email').fill('mara@example.org');
	await dialog.getByRole('button', { name: 'Add', exact: true }).click();
	const link = (await page.getByRole('dialog').locator('code').textContent())?.trim() ?? '';
	expect(link).toContain(`${pantrie.url}/set-password#token=`);
	await page.getByRole('button', { name: 'Done' }).click();
	await expect(page.getByText('mara@example.org')).toBeVisible();

	const mara = await anotherBrowser();
	await mara.goto(link);
	await expect(mara.getByLabel('Your email')).toHaveValue('mara@example.org');
	await mara.getByLabel('New password').fill('quince and thyme');
	await mara.getByRole('button', { name: 'Set password and sign in' }).click();
	await expect(mara.getByRole('heading', { level: 1 })).toContainText('Hello Mara');
	await mara.goto(link);
	await expect(mara.getByText('This link does not work any more')).toBeVisible();
	await mara.goto(`${pantrie.url}/settings/account`);
	await mara.getByLabel('Current password').fill('wrong');
	await mara.getByLabel('New password').fill('medlar and cream');
	await mara.getByRole('button', { name: 'Change password' }).click();
	await expect(mara.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');
	await mara.getByLabel('Current password').fill('quince and thyme');
	await mara.getByRole('button', { name: 'Change password' }).click();
	await expect(mara.getByText('Your password is changed.')).toBeVisible();

	await page.getByLabel('Actions for Mara').click();
	await page
		.getByRole('button', { name: 'Disable' })
		.or(page.getByRole('menuitem', { name: 'Disable' }))
		.click();
	await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
	await expect(page.getByText('Mara can no longer sign in.')).toBeVisible();
	await mara.reload();
	await expect(mara).toHaveURL(/\/login/);
	await typePassword(mara, { email: 'mara@example.org', password: 'medlar and cream' });
	await expect(mara.getByText('Your account here is switched off.')).toBeVisible();
});

test('the last administrator cannot leave', async ({ page, pantrie }) => {
	await open(page, pantrie, '/settings/administration/users');
	await page.getByLabel('Actions for Sam').click();
	await expect(page.getByText('The only site administrator who can sign in')).toBeVisible();
});

test('wrong passwords are answered kindly, and too many of them with a wait', async ({
	page,
	pantrie
}) => {
	await page.clock.install();
	await page.goto(`${pantrie.url}/login`);
	for (let i = 0; i < 5; i++) {
		await Promise.all([
			page.waitForResponse(/auth\/login/),
			typePassword(page, { ...admin, password: `wrong password ${i}` })
		]);
		await expect(page.getByText('That email and password do not match.')).toBeVisible();
	}
	// The wait is seen for a second only: the page's clock stands still until it was.
	await page.clock.pauseAt(await page.evaluate(() => Date.now() + 3_600_000));
	await page.getByLabel('Password', { exact: true }).fill(admin.password);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await expect(page.getByText('Too many tries')).toBeVisible();
	await page.clock.resume();
	await expect(page.getByText('You can try again now.')).toBeVisible();
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello Sam');
});

test('a failing server never looks like being signed out', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await page.route('**/api/v1/**', (route) => route.fulfill({ status: 500, body: 'oops' }));
	await page.reload();
	await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
	await expect(page).not.toHaveURL(/\/login/);
	await page.unroute('**/api/v1/**');
	await page.getByRole('button', { name: 'Try again' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello Sam');
	await pantrie.stop();
	await page
		.getByRole('link', { name: /^Admin/ })
		.first()
		.click();
	await expect(page.getByRole('heading', { name: 'Pantrie does not answer' })).toBeVisible();
	await pantrie.start();
	await page.getByRole('button', { name: 'Try again' }).click();
	await expect(page.getByLabel('Authentik Base URL')).toBeVisible();
});

test('pages that are not there, and pages that are not for everybody', async ({
	page,
	pantrie
}) => {
	await open(page, pantrie, '/no/such/page');
	await expect(page.getByText('There is no such page')).toBeVisible();
	await page.getByRole('link', { name: 'Go to the home page' }).click();
	await expect(page).toHaveURL(`${pantrie.url}/`);
	await signOut(page, pantrie);
	await page.goto(`${pantrie.url}/settings/account`);
	await expect(page).toHaveURL(/\/login\?returnTo=%2Fsettings%2Faccount/);
});

test('everything works below a sub-path', async ({ page, fresh: pantrie }) => {
	await pantrie.startKnowing((url) => ({ PANTRIE_PUBLIC_URL: `${url}/home/pantrie` }));
	await page.goto(await pantrie.setupLink());
	await fillYou(page);
	for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('button', { name: 'Finish setup' }).click();
	await page.getByRole('link', { name: 'Go to the pantry' }).click();
	await expect(page).toHaveURL(`${pantrie.url}/home/pantrie/`);
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello Sam');
	await page.goto(`${pantrie.url}/home/pantrie/settings/administration/oauth`);
	await expect(
		page.getByText(`${pantrie.url}/home/pantrie/api/v1/auth/oauth/authentik/callback`)
	).toBeVisible();
	await page.reload();
	await page.getByRole('link', { name: 'Home' }).first().click();
	await expect(page).toHaveURL(`${pantrie.url}/home/pantrie/`);
	// Beside the proxy the sub-path may be missing from the address.
	await page.goto(`${pantrie.url}/settings/account`);
	await expect(page).toHaveURL(`${pantrie.url}/home/pantrie/settings/account`);
	await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
});

test('a session that has ended is said, and signing in leads back', async ({ page, pantrie }) => {
	await open(page, pantrie, '/settings/account');
	await expect(page.getByLabel('Name', { exact: true })).toHaveValue(admin.name);
	await page.context().clearCookies();
	await page.getByLabel('Name', { exact: true }).fill('Samuel');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('You were signed out')).toBeVisible();
	await typePassword(page);
	await expect(page).toHaveURL(`${pantrie.url}/settings/account`);
});

test('very long words break instead of the page', async ({ page, pantrie }) => {
	await open(page, pantrie, '/settings/administration/users');
	await page.getByRole('button', { name: 'Add someone' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Name', { exact: true }).fill('W'.repeat(95));
	await dialog.getByLabel('Email').fill(`${'m'.repeat(60)}@example.org`);
	await dialog.getByRole('button', { name: 'Add', exact: true }).click();
	const link = (await page.getByRole('dialog').locator('code').textContent())?.trim() ?? '';
	await page.getByRole('button', { name: 'Done' }).click();
	await page.setViewportSize({ width: 390, height: 844 });
	const fits = async () =>
		expect(
			await page.evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth
			)
		).toBeLessThanOrEqual(0);
	await expect(page.getByText('WWWW').first()).toBeVisible();
	await fits();
	await signOut(page, pantrie);
	await page.goto(link);
	await expect(page.getByText('WWWW').first()).toBeVisible();
	await fits();
	await page.getByLabel('New password').fill('quince and thyme');
	await page.getByRole('button', { name: 'Set password and sign in' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
	await fits();
});
