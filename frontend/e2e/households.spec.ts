import type { Page } from '@playwright/test';
import { add } from './kitchen.ts';
import { expect, expectAccessible, open, signIn, test } from './fixtures.ts';
import { joinAs } from './joining.ts';

const householdPage = '/settings/household';

const current = (page: Page) => page.getByRole('combobox', { name: 'Household' });

test('a household is made, shared, switched to and left', async ({
	page,
	anotherBrowser,
	pantrie
}) => {
	const mara = await anotherBrowser();
	await Promise.all([
		joinAs(mara, pantrie, 'Mara', 'viewer'),
		open(page, pantrie, '/settings/administration')
	]);

	// A viewer reads, and sees nothing that would be refused.
	await mara.getByRole('link', { name: 'Settings' }).click();
	await mara.getByRole('link', { name: 'Household', exact: true }).click();
	await expect(mara.getByRole('heading', { name: 'Brandt' })).toBeVisible();
	await expect(mara.getByText('Europe/Berlin')).toBeVisible();
	await expect(mara.getByRole('listitem').filter({ hasText: 'Sam' })).toContainText('Admin');
	await expect(mara.getByText('sam@example.org')).toHaveCount(0);
	await expect(mara.getByLabel(/^Actions for/)).toHaveCount(0);
	await expect(mara.getByRole('button', { name: 'Save' })).toHaveCount(0);
	await expectAccessible(mara, 'the household of a viewer');

	// She makes another one; she is its only administrator, and stays so.
	await mara.getByRole('button', { name: 'Make another household' }).click();
	await mara.getByRole('button', { name: 'Make it' }).click();
	await expect(mara.getByLabel('Name', { exact: true })).toHaveAttribute('aria-invalid', 'true');
	await mara.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Cabin');
	await mara.getByRole('button', { name: 'Make it' }).click();
	await expect(mara.getByText('Cabin is made.')).toBeVisible();
	await expect(mara.getByLabel('Time zone')).toHaveValue('Europe/Berlin');
	await expect(mara.getByRole('button', { name: 'Leave the household' })).toBeDisabled();
	await expect(mara.getByText('You are the only one here')).toBeVisible();
	await mara.getByLabel('Actions for Mara').click();
	await expect(mara.getByRole('button', { name: 'Make viewer' })).toBeDisabled();
	await expect(mara.getByText('The only admin who can sign in')).toBeVisible();

	// Which one is shown is remembered.
	await expect(current(mara).locator('option:checked')).toHaveText('Cabin');
	await mara.reload();
	await expect(mara.getByRole('heading', { name: 'Cabin' })).toBeVisible();
	await current(mara).selectOption('Brandt');
	await expect(mara.getByRole('heading', { name: 'Brandt' })).toBeVisible();
	await mara.reload();
	await expect(mara.getByRole('heading', { name: 'Brandt' })).toBeVisible();
	await mara.getByRole('link', { name: 'Home', exact: true }).click();
	await expect(mara.getByText('You look at Brandt as a viewer')).toBeVisible();
	await current(mara).selectOption('Cabin');
	await expect(mara.getByText('as a viewer')).toHaveCount(0);
	await expect(mara.getByLabel('Find, or add something')).toBeVisible();
	await mara.goto(`${pantrie.url}${householdPage}`);
	await mara.getByLabel('Name', { exact: true }).fill('Lake cabin');
	await mara.getByLabel('Time zone').selectOption('America/New York');
	await mara.getByRole('button', { name: 'Save' }).first().click();
	await expect(mara.getByText('The household is saved.')).toBeVisible();
	await expect(current(mara).locator('option:checked')).toHaveText('Lake cabin');

	// The site administrator puts himself in, and is made and unmade what he likes.
	await page.getByRole('link', { name: 'Households', exact: true }).click();
	await expectAccessible(page, 'all households');
	await page.getByRole('button', { name: 'Put someone in Lake cabin' }).click();
	await page.getByRole('dialog').getByLabel('Role').selectOption('Viewer');
	await page.getByRole('dialog').getByRole('button', { name: 'Put in' }).click();
	await expect(page.getByText('Sam is now in Lake cabin.')).toBeVisible();
	await expect(current(page).locator('option')).toHaveText(['Brandt', 'Lake cabin']);
	const brandt = page.locator('section.card').filter({ hasText: 'Brandt' });
	await brandt.getByLabel('Actions for Mara').click();
	await brandt.getByRole('button', { name: 'Make editor' }).click();
	await expect(page.getByText('Mara is now an editor.')).toBeVisible();

	// In the household itself, its administrator changes roles, and then may leave.
	await mara.reload();
	await mara.getByLabel('Actions for Sam').click();
	await mara.getByRole('button', { name: 'Make admin' }).click();
	await expect(mara.getByText('Sam is now an admin.')).toBeVisible();
	await mara.getByRole('button', { name: 'Leave the household' }).click();
	await expect(mara.getByRole('dialog').getByText('What you did stays.')).toBeVisible();
	await mara.getByRole('dialog').getByRole('button', { name: 'Leave the household' }).click();
	await expect(mara.getByText('You left Lake cabin.')).toBeVisible();
	await expect(mara.getByRole('heading', { name: 'Brandt' })).toBeVisible();
	await expect(mara.getByRole('listitem').filter({ hasText: 'Mara' })).toContainText('Editor');
	await expect(current(mara)).toHaveCount(0);

	// Taken out by its administrator, she has none, is told so at once, and can make one.
	await page.goto(`${pantrie.url}${householdPage}`);
	await page.getByLabel('Actions for Mara').click();
	await page.getByRole('button', { name: 'Take out' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Take out' }).click();
	await expect(page.getByText('Mara is no longer in Brandt.')).toBeVisible();
	await mara.getByRole('link', { name: 'Account', exact: true }).click();
	await mara.getByRole('link', { name: 'Household', exact: true }).click();
	await expect(mara.getByText('You are not in a household yet')).toBeVisible();
	await expectAccessible(mara, 'no household');
	await mara.getByRole('button', { name: 'Make a household' }).click();
	await mara.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Garden');
	await mara.getByRole('button', { name: 'Make it' }).click();
	await expect(mara.getByRole('heading', { name: 'Garden' })).toBeVisible();
});

test('what the server refuses about the last administrator is said in place', async ({
	page,
	anotherBrowser,
	pantrie
}) => {
	const mara = await anotherBrowser();
	await joinAs(mara, pantrie, 'Mara', 'admin');
	// This page does not learn of what others change.
	await page.route('**/events', (route) => route.abort());
	await open(page, pantrie, householdPage);
	await expect(page.getByLabel('Actions for Mara')).toBeVisible();
	// Meanwhile the other administrator steps back.
	await mara.goto(`${pantrie.url}${householdPage}`);
	await mara.getByLabel('Actions for Mara').click();
	await mara.getByRole('button', { name: 'Make editor' }).click();
	await mara.getByRole('dialog').getByRole('button', { name: 'Change my role' }).click();
	await expect(mara.getByText('You are now an editor.')).toBeVisible();
	await expect(mara.getByLabel(/^Actions for/)).toHaveCount(0);

	await page.getByRole('button', { name: 'Leave the household' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Leave the household' }).click();
	await expect(page.getByRole('alert')).toContainText('the only admin who can sign in');
	await expect(page.getByRole('heading', { name: 'Brandt' })).toBeVisible();
});

test('a household is deleted by its administrator, and by one of the site', async ({
	page,
	anotherBrowser,
	pantrie
}) => {
	const mara = await anotherBrowser();
	await joinAs(mara, pantrie, 'Mara', 'viewer');
	await mara.goto(`${pantrie.url}${householdPage}`);
	await expect(mara.getByRole('heading', { name: 'Brandt' })).toBeVisible();
	await expect(mara.getByRole('button', { name: 'Delete the household' })).toHaveCount(0);
	await mara.getByRole('button', { name: 'Make another household' }).click();
	await mara.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Cabin');
	await mara.getByRole('button', { name: 'Make it' }).click();
	await expect(mara.getByText('Cabin is made.')).toBeVisible();

	await open(page, pantrie, householdPage);
	await page.getByRole('button', { name: 'Delete the household' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('To confirm, type its name: Brandt').fill('Brand');
	await dialog.getByRole('button', { name: 'Delete for good' }).click();
	await expect(dialog.getByLabel('To confirm')).toHaveAttribute('aria-invalid', 'true');
	await expectAccessible(page, 'deleting a household');
	await dialog.getByLabel('To confirm').fill('Brandt');
	await dialog.getByRole('button', { name: 'Delete for good' }).click();
	await expect(page.getByText('Brandt is deleted.')).toBeVisible();
	await expect(page.getByText('You are not in a household yet')).toBeVisible();
	await mara.reload();
	await expect(mara.getByRole('heading', { name: 'Cabin' })).toBeVisible();
	await expect(current(mara)).toHaveCount(0);

	await page.goto(`${pantrie.url}/settings/administration/households`);
	await page.getByRole('button', { name: 'Delete Cabin' }).click();
	await page.getByRole('dialog').getByLabel('To confirm').fill('Cabin');
	await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
	await expect(page.getByText('Cabin is deleted.')).toBeVisible();
	await expect(page.getByText('There is no household yet.')).toBeVisible();

	// Without any, people sign in as ever.
	const tablet = await anotherBrowser();
	await signIn(tablet, pantrie);
	await mara.goto(`${pantrie.url}${householdPage}`);
	await mara.getByRole('button', { name: 'Make a household' }).click();
	await mara.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Garden');
	await mara.getByRole('button', { name: 'Make it' }).click();
	await expect(mara.getByRole('heading', { name: 'Garden' })).toBeVisible();
});

test('what is opened can be left out of what a household keeps', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await add(page, '2 oat milk +2d');
	await page.getByRole('link', { name: 'oat milk' }).first().click();
	await page.getByLabel('More about').click();
	await page.getByRole('button', { name: 'Edit', exact: true }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Keep at least').fill('2');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await expect(dialog).toHaveCount(0);
	await page.locator('summary[aria-label^="More for"]').first().click();
	await page.getByRole('button', { name: 'Open', exact: true }).click();
	await dialog.getByLabel('Amount').fill('1');
	await dialog.getByRole('button', { name: 'Open' }).click();
	await expect(dialog).toHaveCount(0);

	await page.goto(`${pantrie.url}/settings/household`);
	const opened = page.getByRole('switch', { name: 'Things that are opened' });
	await expect(opened).toBeChecked();
	await opened.click();
	await page.getByRole('button', { name: 'Save', exact: true }).first().click();
	await expect(page.getByText('The household is saved.')).toBeVisible();
	await expectAccessible(page, 'what counts in a household');
	await page.reload();
	await expect(opened).not.toBeChecked();

	await page.goto(pantrie.url);
	const low = page.getByRole('region', { name: 'Running low' });
	await low.getByRole('button', { name: 'Add all to list' }).click();
	await expect(low.getByText('On the list')).toBeVisible();
	await expect(low.getByRole('button', { name: 'Add all to list' })).toHaveCount(0);
	await page.goto(`${pantrie.url}/shopping`);
	await expect(page.getByText('1 piece')).toBeVisible();
});
