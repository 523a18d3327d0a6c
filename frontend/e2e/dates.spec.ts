import { expect, expectAccessible, open, test, toast } from './fixtures.ts';
import { add, field } from './kitchen.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('a date that is past is said, and the likely one is a tap away', async ({ page, pantrie }) => {
	await open(page, pantrie);
	const year = new Date().getFullYear();
	await field(page).fill(`2 milk 31.12.${year - 1}`);
	await expect(page.getByText(`31 Dec ${year - 1}, in the past`)).toBeVisible();
	await expectAccessible(page, 'a line with a date that is past');
	await page.getByRole('button', { name: `Do you mean 31 Dec ${year}?` }).tap();
	await expect(field(page)).toHaveValue(`2 milk ${year}-12-31`);
	await field(page).press('Enter');
	await expect(toast(page, '2 × milk added.')).toBeVisible();
});

test('a new name that is nearly a known one is asked about', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await add(page, '2 cheddar +3d');
	await field(page).fill('3 chedar');
	await page.getByRole('button', { name: 'Do you mean cheddar?' }).tap();
	await expect(field(page)).toHaveValue('3 cheddar');
	await field(page).press('Enter');
	await expect(toast(page, '3 × cheddar added.')).toBeVisible();
});

test.describe('for somebody who reads English of no country', () => {
	test.use({ locale: 'en' });

	test('a date that can be two days is asked about', async ({ page, pantrie }) => {
		await open(page, pantrie);
		await field(page).fill('2 milk 5/12/2040');
		await expect(page.getByRole('alert')).toContainText('This can be two days.');
		await page.getByRole('button', { name: 'It is' }).last().tap();
		await expect(field(page)).toHaveValue('2 milk 2040-05-12');
		await expect(page.getByRole('alert')).toHaveCount(0);
		await field(page).press('Enter');
		await expect(toast(page, '2 × milk added.')).toBeVisible();
	});
});

test.describe('for an American', () => {
	test.use({ locale: 'en-US' });

	test('the month comes first', async ({ page, pantrie }) => {
		await open(page, pantrie);
		await field(page).fill('2 milk 5/12/2040');
		await expect(page.getByRole('button', { name: /Add 2 × milk/ })).toContainText('May 12, 2040');
	});
});

test('what goes into the freezer gets the date that is told, and it is remembered', async ({
	page,
	pantrie
}) => {
	await open(page, pantrie, '/settings/household');
	await page.getByRole('button', { name: 'Make Fridge, Freezer and Cupboard' }).click();
	await expect(page.getByLabel('Actions for Freezer')).toBeVisible();
	await page.goto(pantrie.url);
	await add(page, '3 chicken use by +3d');
	await page.getByRole('link', { name: 'chicken' }).first().click();
	const dialog = page.getByRole('dialog');
	const freeze = async () => {
		await page.locator('summary[aria-label^="More for"]').first().click();
		await page.getByRole('button', { name: 'Move', exact: true }).click();
		await dialog.getByLabel('Amount').fill('1');
		await dialog.getByLabel('Where to').selectOption('Freezer');
	};

	// Meat that has to be used by a day needs another date there.
	await freeze();
	await dialog.getByRole('button', { name: 'Move' }).click();
	await expect(dialog.getByLabel('Good in the freezer until')).toHaveAttribute(
		'aria-invalid',
		'true'
	);
	await expectAccessible(page, 'moving something into the freezer');
	await dialog.getByLabel('Good in the freezer until').fill('+90d');
	await dialog.getByRole('button', { name: 'Move' }).click();
	await expect(page.getByText('1 piece · Freezer')).toBeVisible();

	await freeze();
	await expect(dialog.getByText('it is good for 90 days, as you said before')).toBeVisible();
	await dialog.getByRole('switch', { name: 'Keep the date it has' }).click();
	await expect(dialog.getByLabel('Good in the freezer until')).toBeHidden();
	await dialog.getByRole('button', { name: 'Move' }).click();
	await expect(dialog).toBeHidden();
	await expect(page.getByText('Freezer').first()).toBeVisible();
});
