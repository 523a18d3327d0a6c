import type { Page } from '@playwright/test';
import { expect, expectAccessible, open, test, toast } from './fixtures.ts';
import { add, field } from './kitchen.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

/** What is told of a line before Enter. */
async function refused(page: Page, line: string, why: string | RegExp) {
	await field(page).fill(line);
	await expect(page.getByRole('alert')).toContainText(why);
}

test('a unit that is not known yet is told where it is missed', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await add(page, '2 milk 30.11.');
	await refused(page, '1 l milk', 'milk is kept in pieces, not in l.');
	await expectAccessible(page, 'a unit that is refused');
	await page.getByRole('link', { name: 'Say how much one piece is' }).tap();
	const dialog = page.getByRole('dialog');
	await expect(dialog.getByLabel('One')).toHaveValue('piece');
	await expect(dialog.getByLabel('of', { exact: true })).toHaveValue('l');
	await expect(dialog.getByLabel('is', { exact: true })).toBeFocused();
	await expectAccessible(page, 'packs and units');

	// What is wrong with the number is said beside it, and nothing is removed.
	const one = dialog.getByLabel('is', { exact: true });
	for (const [text, why] of [
		['0', 'Enter more than 0.'],
		['', 'Enter how much.'],
		['-1', 'Enter a number such as'],
		['0.0001', 'No whole number of ml.'],
		['9999', 'At most 1,000 l.']
	] as const) {
		await one.fill(text);
		await dialog.getByRole('button', { name: 'Add', exact: true }).tap();
		await expect(dialog.getByText(why)).toBeVisible();
		await expect(one).toHaveAttribute('aria-invalid', 'true');
	}
	await one.fill('1,5');
	await one.press('Enter');
	await expect(toast(page, 'milk: 1 piece is 1.5 l.')).toBeVisible();
	await expect(dialog).toHaveCount(0);
	await expect(page).toHaveURL(/\/products\/[\w-]+$/);
	await expect(page.getByText('1 piece is 1.5 l', { exact: true })).toBeVisible();
	await page.getByRole('link', { name: 'Home', exact: true }).filter({ visible: true }).tap();
	await add(page, '1 l milk +2d');

	// The same way leads out of the form; what was typed there stays.
	await add(page, '3 flour +2d');
	await page.getByRole('link', { name: 'flour' }).first().tap();
	await page.getByLabel('More about').tap();
	await page.getByRole('button', { name: 'Edit', exact: true }).tap();
	await dialog.getByLabel('Brand').fill('Mill');
	await dialog.getByLabel('Unit').first().fill('kg');
	await dialog.getByRole('button', { name: 'Save' }).tap();
	await expect(dialog.getByText('flour is kept in pieces, not in kg.')).toBeVisible();
	await dialog.getByRole('button', { name: 'Say how much one piece is' }).tap();
	await dialog.last().getByLabel('is', { exact: true }).fill('½');
	await dialog.last().getByRole('button', { name: 'Add', exact: true }).tap();
	await expect(toast(page, 'flour: 1 piece is 500 g.')).toBeVisible();
	await expect(dialog.getByLabel('Brand')).toHaveValue('Mill');
	await dialog.getByRole('button', { name: 'Save' }).tap();
	await expect(page.getByText('1.5 kg in all')).toBeVisible();
});

test('what the package says about its date goes all the way', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await field(page).fill('ham use by 3.12.');
	const row = page.getByRole('button', { name: /Add 1 × ham/ });
	await expect(row).toContainText('use by 3 Dec');
	await field(page).press('Enter');
	await expect(toast(page, 'added')).toBeVisible();
	await field(page).fill('ham 4.12.');
	await expect(row).toContainText('use by 4 Dec');
	await field(page).fill('ham mhd 4.12.');
	await expect(row).toContainText('4 Dec');
	await expect(row).not.toContainText('use by');

	await page.getByRole('link', { name: 'ham' }).first().tap();
	await expect(page.getByText(/use by 3 Dec/)).toBeVisible();
	await page.getByRole('button', { name: 'Add more' }).tap();
	const dialog = page.getByRole('dialog');
	const kind = dialog.getByLabel('The package says');
	await expect(kind).toHaveValue('use_by');
	await kind.selectOption('Best before');
	await dialog.getByLabel('Date on the package').fill('5.12.');
	await dialog.getByRole('button', { name: 'Add', exact: true }).tap();
	await expect(page.getByText(/best before 5 Dec/)).toBeVisible();

	await page.goto(`${pantrie.url}/shopping`);
	await page.getByLabel('Add to the list').fill('ham');
	await page.getByLabel('Add to the list').press('Enter');
	await page.getByRole('button', { name: 'Bought: ham' }).tap();
	await page.getByRole('button', { name: 'Change where ham goes' }).tap();
	await expect(kind).toHaveValue('use_by');
	await dialog.getByLabel('Date on the package').fill('+9d');
	await dialog.getByLabel('Amount').fill('0');
	await expectAccessible(page, 'where a line goes');
	await dialog.getByRole('button', { name: 'Done' }).tap();
	await page.getByRole('button', { name: 'Put 1 thing away' }).tap();
	await expect(page.getByText('Enter an amount above 0.').first()).toBeVisible();
});

test('of what is weighed nobody adds one gram', async ({ page, pantrie }) => {
	await open(page, pantrie, '/settings/household');
	await page.getByLabel('Import a sheet (CSV)').setInputFiles({
		name: 'pantry.csv',
		mimeType: 'text/csv',
		buffer: Buffer.from('name;unit;location\nsugar;g;Kühlschrank\ntea;g;Cellar\n')
	});
	await expect(page.getByText(/New places: .*\(fridge\)/)).toBeVisible();
	await page.getByRole('button', { name: 'Import', exact: true }).tap();
	await expect(page.getByText('lots imported.')).toBeVisible();
	await page.goto(pantrie.url);
	await refused(page, 'sugar', 'How much? For example 500 g sugar.');
	await field(page).press('Enter');
	await expect(field(page)).toHaveValue('sugar');
	await add(page, '1500 g sugar');
	await field(page).fill('sugar');
	await expect(page.getByRole('button', { name: /Add 1.5 kg of sugar/ })).toBeVisible();
	await page.getByRole('link', { name: 'sugar' }).first().tap();
	await page.getByRole('button', { name: 'Add more' }).tap();
	const dialog = page.getByRole('dialog');
	await expect(dialog.getByLabel('Amount')).toHaveValue('1.5');
	await expect(dialog.getByLabel('Unit')).toHaveValue('kg');
	await dialog.getByLabel('Amount').fill('0');
	await dialog.getByRole('button', { name: 'Add', exact: true }).tap();
	await expect(dialog.getByText('Enter an amount above 0.')).toBeVisible();
	await dialog.getByRole('button', { name: 'Cancel' }).tap();
	await page.getByLabel('More about').tap();
	await page.getByRole('button', { name: 'Edit', exact: true }).tap();
	await dialog.getByLabel('From the shop').fill('9999999');
	await dialog.getByRole('button', { name: 'Save' }).tap();
	await expect(dialog.getByText('Enter at most 36,500 days')).toBeVisible();
});

test('what cannot be is refused and no name', async ({ page, pantrie }) => {
	await open(page, pantrie);
	for (const [line, why] of [
		['-2 milk', 'cannot be negative'],
		['0 milk', 'Enter an amount above 0.'],
		['999999999999 milk', 'more than Pantrie can count'],
		['1e9 milk', 'Enter an amount such as'],
		['cheese 13/26', 'There is no such day.'],
		['30.11.', 'A name is missing'],
		['2 kg', 'For example “2 milk 30.11.”']
	] as const) {
		await refused(page, line, why);
	}

	// Sent before it was read, it is refused once.
	let read = () => {};
	const refusedFirst = new Promise<void>((resolve) => (read = resolve));
	await page.route('**/stock/read?*', async (route) => {
		await refusedFirst;
		await route.continue();
	});
	await field(page).fill('butter 31.11.');
	await field(page).press('Enter');
	await expect(page.getByText('There is no such day.')).toHaveCount(1);
	const reading = page.waitForResponse('**/stock/read?*');
	read();
	await reading;
	await expect(page.getByText('“31.11.”: There is no such day.')).toBeVisible();
	await expect(page.getByText('There is no such day.')).toHaveCount(1);
	await page.unrouteAll({ behavior: 'wait' });

	await page.goto(`${pantrie.url}/shopping`);
	await page.getByLabel('Add to the list').fill('-5 kg nails');
	await page.getByLabel('Add to the list').press('Enter');
	await expect(page.getByRole('alert')).toContainText('cannot be negative');
	await expect(page.getByText('Nothing to buy.')).toBeVisible();
});

test('the history tells what a count found', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await add(page, '1 milk +2d');
	await page.getByRole('link', { name: 'milk' }).first().tap();
	const dialog = page.getByRole('dialog');
	for (const amount of ['7', '2']) {
		await page.locator('summary[aria-label^="More for"]').first().tap();
		await page.getByRole('button', { name: 'Count', exact: true }).tap();
		await dialog.getByLabel('Amount').fill(amount);
		await dialog.getByRole('button', { name: 'That is how much' }).tap();
		await expect(dialog).toHaveCount(0);
	}
	await page.goto(`${pantrie.url}/history`);
	await expect(page.getByText('Counted: milk, 6 pieces more')).toBeVisible();
	await expect(page.getByText('Counted: milk, 5 pieces fewer')).toBeVisible();
});

test('a number of what is measured asks how much, and knows it once there are packs', async ({
	page,
	pantrie
}) => {
	await open(page, pantrie);
	await add(page, '3 l milk');
	await field(page).fill('2 milk');
	await expect(page.getByRole('alert')).toContainText('How much?');
	await expectAccessible(page, 'a line that asks how much');
	await page.getByRole('button', { name: '2 × 3 l', exact: true }).tap();
	await expect(field(page)).toHaveValue('2 × 3 l milk');
	await field(page).press('Enter');
	await expect(toast(page, '6 l of milk added.')).toBeVisible();
	// It was told now how much is in one.
	await field(page).fill('2 milk');
	await expect(page.getByRole('button', { name: /Add 2 × 3 l of milk/ })).toBeVisible();
});
