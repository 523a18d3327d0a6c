import { dismiss, expect, expectAccessible, open, test, toast } from './fixtures.ts';
import { joinAs } from './joining.ts';
import { add, field } from './kitchen.ts';

/** Whether a click anywhere along its middle, from top to bottom, meets it. */
function isOnTop(element: Element) {
	const { x, top, width, bottom } = element.getBoundingClientRect();
	for (let y = top + 1; y < bottom; y += 2) {
		if (!element.contains(document.elementFromPoint(x + width / 2, y))) return false;
	}
	return true;
}

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('added by name, used at once, and back at once', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await expect(field(page)).toBeVisible();

	// Added by name: type, Enter. What Enter would do is shown before.
	await field(page).fill('2 l milk +2d');
	await expect(page.getByRole('button', { name: /Add 2 l of milk/ })).toContainText('new product');
	await field(page).press('Enter');
	await expect(toast(page, '2 l of milk added.')).toBeVisible();
	await expect(field(page)).toBeFocused();
	await expect(field(page)).toHaveValue('');

	// What cannot be read is said, and Enter adds nothing.
	await field(page).fill('3 butter 31.11.');
	await expect(page.getByRole('alert')).toContainText('There is no such day.');
	await field(page).press('Enter');
	await expect(field(page)).toHaveValue('3 butter 31.11.');
	await field(page).press('Escape');
	await expect(field(page)).toHaveValue('');
	await add(page, '4 cups yoghurt +5d');

	// What expires this week is there when the page is.
	await page.goto(pantrie.url);
	const due = page.getByRole('region', { name: 'Eat first' });
	await expect(due.getByRole('listitem').filter({ hasText: 'milk' })).toContainText('2 days');
	await expect(due.getByRole('listitem')).toHaveCount(2);
	await expectAccessible(page, 'the home page');

	// Used at once, and back at once.
	const yoghurt = due.getByRole('listitem').filter({ hasText: 'yoghurt' });
	await yoghurt.getByRole('button', { name: 'Use 1 cup of yoghurt' }).tap();
	await expect(yoghurt).toContainText('3 cups');
	await toast(page, '1 cup of yoghurt used.').getByRole('button', { name: /^Undo/ }).tap();
	await expect(toast(page, 'Back again: 1 cup of yoghurt.')).toBeVisible();
	await expect(yoghurt).toContainText('4 cups');

	// Of what is weighed nobody knows what one is: it asks, and knows it the next time.
	await add(page, '600 g flour +90d');
	await field(page).fill('flour');
	const some = page.getByRole('button', { name: 'Use some flour' });
	const dialog = page.getByRole('dialog');
	await some.tap();
	await dialog.getByLabel('Amount').fill('200');
	await dialog.getByRole('button', { name: 'Use', exact: true }).tap();
	await expect(toast(page, '200 g of flour used.')).toBeVisible();
	await some.tap();
	await expect(dialog.getByLabel('Amount')).toHaveValue('200');
	await expectAccessible(page, 'how much to use');
});

test('a product page does everything to what is there', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await add(page, '4 cups yoghurt +5d');
	await add(page, '2 cups joghurt 11/2099');
	await page.goto(`${pantrie.url}/settings/household`);
	await page.getByRole('button', { name: 'Make Fridge, Freezer and Cupboard' }).click();
	await expect(page.getByLabel('Actions for Freezer')).toBeVisible();

	await page.getByRole('link', { name: 'Stock', exact: true }).click();
	await page.getByLabel('Find a product').fill('yog');
	await page.getByRole('link', { name: 'yoghurt' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'yoghurt' })).toBeVisible();
	await expectAccessible(page, 'a product');
	const dialog = page.getByRole('dialog');
	const chooseAbove = async (action: string) => {
		await page.getByLabel('More about').click();
		await page.getByRole('button', { name: action, exact: true }).click();
	};
	const choose = async (action: string) => {
		await page.locator('summary[aria-label^="More for"]').first().click();
		await page.getByRole('button', { name: action, exact: true }).click();
	};

	await choose('Move');
	await dialog.getByLabel('Amount').fill('1');
	await dialog.getByLabel('Where to').selectOption('Freezer');
	await dialog.getByRole('button', { name: 'Move' }).click();
	await expect(page.getByText('1 cup · Freezer')).toBeVisible();

	await choose('Throw away');
	await dialog.getByText('Spoiled').click();
	await dialog.getByLabel('Amount').fill('9');
	await dialog.getByRole('button', { name: 'Throw away' }).click();
	await expect(dialog).toContainText('There is less of it left than that.');
	await dialog.getByLabel('Amount').fill('1');
	await dialog.getByRole('button', { name: 'Throw away' }).click();
	await expect(toast(page, '1 cup of yoghurt thrown away.')).toBeVisible();

	// A message may lie where the menu opens; the menu is above it, to its last action.
	await page.setViewportSize({ width: 390, height: 520 });
	await page.locator('summary[aria-label^="More for"]').first().click();
	const menu = page.locator('details[open] > div');
	await expect(menu.getByRole('button').last()).toBeInViewport();
	expect(await menu.evaluate(isOnTop)).toBe(true);
	await page.keyboard.press('Escape');
	await page.setViewportSize({ width: 390, height: 844 });

	await choose('Correct the date');
	await dialog.getByLabel('Date on the package').fill('31.11.');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await expect(dialog.getByLabel('Date on the package')).toHaveAttribute('aria-invalid', 'true');
	await dialog.getByRole('button', { name: 'No date' }).click();
	await toast(page, 'yoghurt: no date.').getByRole('button', { name: /^Undo/ }).click();
	await expect(toast(page, /^ *Undone. yoghurt: .* 20\d\d\./)).toBeVisible();

	await choose('Note and price');
	await dialog.getByLabel('Note').fill('from the market');
	await dialog.getByLabel('Price').fill('1,99');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('price 1.99')).toBeVisible();

	// There is some of it: it cannot be deleted, but become part of another one.
	await chooseAbove('Delete product');
	await expect(dialog).toContainText('There is still some of yoghurt: 3 cups.');
	await dialog.getByRole('button', { name: 'Close' }).last().click();
	await chooseAbove('Merge into another');
	await dialog.getByLabel('Which one stays').fill('jog');
	await dialog.getByText('joghurt').click();
	await dialog.getByRole('button', { name: 'Merge' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'joghurt' })).toBeVisible();
	await expect(page.getByText('5 cups in all')).toBeVisible();
	await choose('Use an amount');
	await dialog.getByLabel('Amount').fill('1/2');
	await dialog.getByRole('button', { name: 'Use', exact: true }).click();
	await expect(page.getByText('4.5 cups in all')).toBeVisible();

	await chooseAbove('Edit');
	await dialog.getByLabel('Keep at least').fill('6');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('you keep 6 cups')).toBeVisible();
	await page.getByRole('link', { name: 'Home', exact: true }).click();
	await expect(page.getByRole('region', { name: 'Running low' })).toContainText('you keep 6');

	// What there is none of any more is put out of sight.
	await add(page, '1 quince +1d');
	await page.getByRole('link', { name: 'quince' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'quince' })).toBeVisible();
	await page.getByRole('button', { name: 'Use 1 × quince' }).click();
	await expect(toast(page, '1 × quince used.')).toBeVisible();
	await chooseAbove('Delete product');
	await expectAccessible(page, 'the question before deleting');
	await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
	await expect(toast(page, 'quince is out of sight.')).toBeVisible();
	await expect(page).toHaveURL(/\/stock$/);
	await expect(page.getByRole('link', { name: 'quince' })).toHaveCount(0);
});

test('what one does, another sees at once; a viewer only sees', async ({
	page,
	anotherBrowser,
	pantrie
}) => {
	const mara = await anotherBrowser();
	await joinAs(mara, pantrie, 'Mara', 'viewer');
	await expect(mara.getByText('as a viewer')).toBeVisible();
	await open(page, pantrie);

	// She is typing while he adds: it appears, and what she types stays.
	await mara.getByLabel('Find something').fill('yog');
	await add(page, '2 cups yoghurt +1d');
	await expect(mara.getByText('Tomorrow')).toBeVisible();
	await expect(mara.getByLabel('Find something')).toHaveValue('yog');
	await expect(mara.getByLabel('Find something')).toBeFocused();
	await expect(mara.getByRole('button', { name: /^Use / })).toHaveCount(0);
	await expectAccessible(mara, 'the home page of a viewer');

	await mara.goto(`${pantrie.url}/stock`);
	await mara.getByRole('link', { name: 'yoghurt' }).click();
	await expect(mara.getByRole('heading', { level: 1, name: 'yoghurt' })).toBeVisible();
	await expect(mara.getByRole('button', { name: 'Add more' })).toHaveCount(0);
	await expect(mara.getByLabel('More about')).toHaveCount(0);
	await page.getByRole('button', { name: 'Use 1 cup of yoghurt' }).first().tap();
	await expect(mara.getByText('1 cup in all')).toBeVisible();
	await expect(toast(page, '1 cup of yoghurt used.')).toBeVisible();
	await expect(page.getByText('1 cup', { exact: true })).toBeVisible();
	await dismiss(page);

	// Without a connection nothing is done, and it says so until there is one again.
	await page.context().setOffline(true);
	await page.getByRole('button', { name: 'Use 1 cup of yoghurt' }).first().tap();
	await expect(toast(page, 'yoghurt: Pantrie does not answer.')).toBeVisible();
	const old = page.getByText('What you see may be old.').last();
	await expect(old).toBeVisible();
	await expect(page.getByText('1 cup', { exact: true })).toBeVisible();
	await page.context().setOffline(false);
	await expect(page.getByText('What you see may be old.')).toHaveCount(0);
});
