import { expect, expectAccessible, open, test } from './fixtures.ts';
import { add } from './kitchen.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('pieces become part of jars once it is said how they go together', async ({
	page,
	pantrie
}) => {
	await open(page, pantrie);
	await add(page, '6 honey +2d');
	await add(page, '2 jars wild honey +2d');
	await page
		.getByRole('link', { name: /^honey/ })
		.first()
		.click();
	await expect(page.getByRole('heading', { level: 1, name: 'honey' })).toBeVisible();
	await page.getByLabel('More about').click();
	await page.getByRole('button', { name: 'Merge into another', exact: true }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Which one stays').fill('wild');
	await dialog.getByText('wild honey').click();
	await dialog.getByRole('button', { name: 'Merge' }).click();

	const relation = dialog.getByLabel('How do they go together?');
	await expect(relation).toContainText('1 piece is so many jars');
	await expectAccessible(page, 'merging what is counted otherwise');
	await dialog.getByLabel('How many').fill('half');
	await dialog.getByRole('button', { name: 'Merge' }).click();
	await expect(dialog.getByLabel('How many')).toHaveAttribute('aria-invalid', 'true');
	await dialog.getByLabel('How many').fill('1');
	await dialog.getByRole('button', { name: 'Merge' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'wild honey' })).toBeVisible();
	await expect(page.getByText('8 jars in all')).toBeVisible();
});
