import type { Page } from '@playwright/test';
import { dismiss, expect, expectAccessible, open, test, toast } from './fixtures.ts';
import { joinAs } from './joining.ts';
import { add, field } from './kitchen.ts';
import type { Pantrie } from './servers.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

async function fill(page: Page, pantrie: Pantrie, lines: string[]) {
	await open(page, pantrie);
	for (const line of lines) await add(page, line);
	// Also once there is something, a kitchen without places is offered some.
	await page.getByRole('button', { name: 'Make Fridge, Freezer and Cupboard' }).tap();
	await expect(toast(page, 'Fridge, Freezer and Cupboard')).toBeVisible();
	await dismiss(page);
}

test('what is searched for is narrowed by place and by date', async ({ page, pantrie }) => {
	await fill(page, pantrie, ['2 cups milk +1d', 'milkshake +30d', 'bread +1d']);

	await page.goto(`${pantrie.url}/stock?q=mil`);
	await expect(page.getByRole('link', { name: 'milk', exact: true })).toBeVisible();
	await expect(page.getByRole('link', { name: 'milkshake' })).toBeVisible();

	await page.getByRole('link', { name: 'In 3 days' }).tap();
	await expect(page.getByRole('link', { name: 'milkshake' })).toHaveCount(0);
	await expect(page.getByRole('link', { name: 'milk', exact: true })).toBeVisible();
	await expect(page.getByText('Tomorrow')).toBeVisible();
	await expect(page.getByRole('link', { name: 'bread' })).toHaveCount(0);

	await page.getByRole('link', { name: 'Freezer' }).tap();
	await expect(page.getByText('Nothing matches')).toBeVisible();
	await expectAccessible(page, 'a search that is narrowed to nothing');
	await page.getByRole('link', { name: 'Show everything' }).tap();
	await expect(page.getByRole('link', { name: 'bread' })).toBeVisible();
});

test('a role that changes shows at once, without loading the page anew', async ({
	page,
	anotherBrowser,
	pantrie
}) => {
	const mara = await anotherBrowser();
	await joinAs(mara, pantrie, 'Mara', 'editor');
	await fill(page, pantrie, ['bread +1d']);
	await mara.goto(pantrie.url);
	await expect(mara.getByRole('button', { name: /^Use .*bread/ })).toBeVisible();

	await page.goto(`${pantrie.url}/settings/household`);
	await page.getByLabel('Actions for Mara').tap();
	await page.getByRole('button', { name: 'Make viewer' }).tap();
	await expect(page.getByText('Mara is now a viewer.')).toBeVisible();
	await expect(mara.getByText('as a viewer')).toBeVisible();
	await expect(mara.getByRole('button', { name: /^Use .*bread/ })).toHaveCount(0);

	await page.getByLabel('Actions for Mara').tap();
	await page.getByRole('button', { name: 'Make editor' }).tap();
	await expect(mara.getByRole('button', { name: /^Use .*bread/ })).toBeVisible();
});

test('a line that was sent without a connection is told of on any page', async ({
	page,
	pantrie
}) => {
	await fill(page, pantrie, ['bread +1d']);
	await page.goto(pantrie.url);
	await page.getByRole('link', { name: 'Stock' }).first().tap();
	await expect(page.getByRole('link', { name: 'bread' })).toBeVisible();
	await page.getByRole('link', { name: 'Home' }).first().tap();
	await page.context().setOffline(true);
	await field(page).fill('3 pears');
	await field(page).press('Enter');
	await page.getByRole('link', { name: 'Stock' }).first().tap();
	await expect(page.getByText(/^3 pears: /).first()).toBeVisible();
	await page.context().setOffline(false);
});

test('a link leads to a product of another household that one is in', async ({ page, pantrie }) => {
	await fill(page, pantrie, ['bread +1d']);
	await page.getByRole('link', { name: 'bread' }).tap();
	await expect(page.getByRole('heading', { level: 1, name: 'bread' })).toBeVisible();
	const link = page.url();

	await page.goto(`${pantrie.url}/settings/household`);
	await page.getByRole('button', { name: 'Make another household' }).tap();
	await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Cabin');
	await page.getByRole('button', { name: 'Make it' }).tap();
	const shown = page.getByRole('combobox', { name: 'Household' }).filter({ visible: true });
	await expect(shown.locator('option:checked')).toHaveText('Cabin');

	await page.goto(link);
	await expect(page.getByRole('heading', { level: 1, name: 'bread' })).toBeVisible();
	await expect(shown.locator('option:checked')).toHaveText('Brandt');
	// What is told elsewhere follows a new name.
	await page.getByLabel('More about').tap();
	await page.getByRole('button', { name: /^Edit/ }).tap();
	await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('rye bread');
	await page.getByRole('dialog').getByRole('button', { name: 'Save' }).tap();
	await expect(page.getByRole('heading', { level: 1, name: 'rye bread' })).toBeVisible();
	await expect(page).toHaveTitle(/^rye bread/);

	await dismiss(page); // the message that it is saved
	await shown.selectOption('Cabin');
	await expect(page).toHaveURL(`${pantrie.url}/`);
	await expect(page.getByText('rye bread')).toHaveCount(0);
});

test('allergens with a comma between them are two, and warned about each', async ({
	page,
	pantrie
}) => {
	await fill(page, pantrie, ['muesli +1d']);
	await page.goto(`${pantrie.url}/settings/household`);
	await page.getByLabel('Watch for', { exact: true }).fill('Hazelnuts, soy');
	await page.getByLabel('Watch for', { exact: true }).press('Enter');
	await expect(page.getByRole('button', { name: 'Remove Hazelnuts' })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Remove soy' })).toBeVisible();
});

test('who is taken out of a household sees it go', async ({ page, anotherBrowser, pantrie }) => {
	const mara = await anotherBrowser();
	await joinAs(mara, pantrie, 'Mara', 'editor');
	await fill(page, pantrie, ['bread +1d']);
	await mara.goto(pantrie.url);
	await expect(mara.getByRole('link', { name: 'bread' })).toBeVisible();

	await page.goto(`${pantrie.url}/settings/household`);
	await page.getByLabel('Actions for Mara').tap();
	await page.getByRole('button', { name: /^(Take out|Remove)/ }).tap();
	await page
		.getByRole('dialog')
		.getByRole('button', { name: /^(Take out|Remove)/ })
		.tap();
	await expect(page.getByText('Mara is no longer in Brandt.')).toBeVisible();
	await expect(mara.getByText('You are not in a household yet')).toBeVisible();
	await expect(mara.getByRole('link', { name: 'bread' })).toHaveCount(0);
});
