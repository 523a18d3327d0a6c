import { expect, expectAccessible, open, test, toast } from './fixtures.ts';
import { add, field } from './kitchen.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('what has expired is asked about: eaten, or thrown away', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await add(page, '3 ham yesterday');
	await page.getByRole('button', { name: 'Use 1 × ham' }).tap();
	const dialog = page.getByRole('dialog', { name: 'What became of 1 × ham?' });
	await expect(dialog.getByText('Its date has passed.')).toBeVisible();
	await expectAccessible(page, 'what became of something that has expired');
	await dialog.getByRole('button', { name: 'Threw it away' }).tap();
	await expect(toast(page, '1 × ham thrown away.')).toBeVisible();

	// In the list of what is found it is asked as well.
	await field(page).fill('ham');
	await page
		.getByRole('list', { name: 'In the pantry' })
		.getByRole('button', { name: 'Use 1 × ham' })
		.tap();
	await dialog.getByRole('button', { name: 'Ate it' }).tap();
	await expect(toast(page, '1 × ham used.')).toBeVisible();
	await expect(dialog).toHaveCount(0);

	await page.goto(`${pantrie.url}/history`);
	await expect(page.getByText('Thrown away').first()).toBeVisible();
});

test('− stands on what is counted and on what is used by the pack, Use on all else', async ({
	page,
	pantrie
}) => {
	await open(page, pantrie);
	await add(page, '700 g carrots +2d');
	const eatFirst = page.getByRole('region', { name: 'Eat first' });
	await eatFirst.getByRole('button', { name: 'Use some carrots' }).tap();
	const dialog = page.getByRole('dialog', { name: 'Use carrots' });
	await dialog.getByLabel('Amount').fill('200');
	await dialog.getByRole('button', { name: 'Use', exact: true }).tap();
	await expect(toast(page, '200 g of carrots used.')).toBeVisible();
	await expect(eatFirst.getByText('500 g')).toBeVisible();

	await add(page, '3 x 1 l milk +2d');
	await expect(eatFirst.getByRole('button', { name: 'Use some milk' })).toBeVisible();
	await eatFirst.getByRole('link', { name: 'milk' }).tap();
	await page.getByLabel('More about').tap();
	await page.getByRole('button', { name: 'Edit', exact: true }).tap();
	const edit = page.getByRole('dialog');
	await edit.getByRole('switch', { name: 'Used by the pack' }).tap();
	await expectAccessible(page, 'a product that is used by the pack');
	await edit.getByRole('button', { name: 'Save' }).tap();
	await expect(edit).toHaveCount(0);
	await page.getByRole('button', { name: 'Use 1 l of milk' }).tap();
	await expect(toast(page, '1 l of milk used.')).toBeVisible();
	await expect(page.getByText('2 l in all')).toBeVisible();
});
