import { expect, expectAccessible, open, test, toast } from './fixtures.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('two people shop together, and put everything away at once', async ({
	page,
	anotherBrowser,
	pantrie
}) => {
	await open(page, pantrie, '/shopping');
	await expect(page.getByText('Nothing to buy.')).toBeVisible();
	const line = page.getByLabel('Add to the list');
	for (const text of ['2 l oat milk', 'bread', 'soap']) {
		await line.fill(text);
		await line.press('Enter');
		await expect(line).toHaveValue('');
	}
	await expect(page.getByText('2 l', { exact: true })).toBeVisible();
	await expectAccessible(page, 'the shopping list');

	// Somebody else sees the list, and each sees what the other ticks.
	const other = await anotherBrowser();
	await open(other, pantrie, '/shopping');
	await other.getByRole('button', { name: 'Bought: bread' }).tap();
	await expect(page.getByRole('button', { name: 'Not bought after all: bread' })).toBeVisible();
	await page.getByRole('button', { name: 'Bought: oat milk' }).tap();
	await page.getByRole('button', { name: 'Bought: soap' }).tap();
	const put = other.getByRole('button', { name: 'Put 3 things away' });
	await expect(put).toBeVisible();

	// The soap was for somebody else, and the bread keeps three days.
	await other.getByRole('button', { name: 'Change where soap goes' }).tap();
	await other.getByRole('switch', { name: 'Not for the pantry' }).tap();
	await other.getByRole('button', { name: 'Done' }).tap();
	await other.getByRole('button', { name: 'Change where bread goes' }).tap();
	await other.getByRole('button', { name: '3 days' }).tap();
	await expectAccessible(other, 'where a line goes');
	await other.getByRole('button', { name: 'Done' }).tap();
	await expectAccessible(other, 'the tray');
	await other.getByRole('button', { name: 'Put 2 things away' }).tap();
	const message = other.getByRole('region', { name: 'Messages' }).getByRole('listitem');
	await expect(message).toContainText('put away');
	await expect(page.getByText('Bought, to be put away')).toHaveCount(0);
	await page.goto(pantrie.url);
	await expect(page.getByRole('region', { name: 'Eat first' })).toContainText('bread');

	// Undone, it is in the tray again, for everybody.
	await message.getByRole('button', { name: /^Undo/ }).tap();
	await expect(message).toContainText('Undone.');
	await page.goto(`${pantrie.url}/shopping`);
	await expect(page.getByRole('button', { name: 'Put 3 things away' })).toBeVisible();
});

test('a line is changed, removed, and brought back', async ({ page, pantrie }) => {
	await open(page, pantrie, '/shopping');
	await page.getByLabel('Add to the list').fill('rice');
	await page.getByLabel('Add to the list').press('Enter');
	await page.getByRole('button', { name: 'Change rice' }).tap();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Amount').fill('lots');
	await dialog.getByRole('button', { name: 'Save' }).tap();
	await expect(dialog.getByText('Enter an amount such as')).toBeVisible();
	await dialog.getByLabel('Amount').fill('1,5');
	await dialog.getByLabel('Unit').fill('kg');
	await dialog.getByLabel('Note').fill('the long one');
	await dialog.getByRole('button', { name: 'Save' }).tap();
	await expect(page.getByText('1.5 kg · the long one')).toBeVisible();
	await page.getByRole('button', { name: 'Change rice' }).tap();
	await dialog.getByRole('button', { name: 'Take it off the list' }).tap();
	await expect(page.getByText('Nothing to buy.')).toBeVisible();
	await page.getByRole('button', { name: /^Undo/ }).tap();
	await expect(page.getByText('1.5 kg · the long one')).toBeVisible();
});

test('the history tells and undoes, and a sheet comes in whole or not at all', async ({
	page,
	pantrie
}) => {
	await open(page, pantrie, '/settings/household');
	const sheet = page.getByLabel('Import a sheet (CSV)');
	const file = (text: string) => ({
		name: 'pantry.csv',
		mimeType: 'text/csv',
		buffer: Buffer.from(text)
	});
	await sheet.setInputFiles(file('name;amount\nrice;many\n'));
	await expect(page.getByRole('row', { name: /Row 2, amount/ })).toBeVisible();
	await expect(page.getByRole('button', { name: 'Import', exact: true })).toHaveCount(0);
	await expectAccessible(page, 'a sheet with a problem');
	// A list without amounts is no stock, and that is said before.
	await sheet.setInputFiles(file('Items,Expiration\nsalt,12/24/2040\npepper,12/05/2040\n'));
	await expect(page.getByText('No stock would come of this file')).toBeVisible();
	await expect(page.getByRole('row', { name: /pepper.*5 Dec 2040/ })).toBeVisible();
	await expectAccessible(page, 'a sheet without amounts');
	// What can be read comes in without the rest, if that is wanted.
	await sheet.setInputFiles(file('name;amount\nlentils;many\noats;4\n'));
	await page.getByRole('button', { name: 'Import the one row that can be read' }).tap();
	await expect(page.getByText('1 lot imported.')).toBeVisible();
	await sheet.setInputFiles(file('name;amount;location\nrice;2;Cellar\nbeans;3;Cellar\n'));
	await expect(page.getByText('2 lots are added.')).toBeVisible();
	await page.getByRole('button', { name: 'Import', exact: true }).tap();
	await expect(page.getByText('2 lots imported.')).toBeVisible();
	// The same file once more is said, and takes a second tap.
	await sheet.setInputFiles(file('name;amount;location\nrice;2;Cellar\nbeans;3;Cellar\n'));
	await expect(page.getByText('imported this very file on')).toBeVisible();
	await expectAccessible(page, 'a sheet that was imported before');
	await page.getByRole('button', { name: 'Import it again' }).tap();
	await page.getByRole('button', { name: 'Tap once more' }).tap();
	await expect(page.getByText('2 lots imported.')).toHaveCount(2);
	await sheet.setInputFiles(file(''));
	await expect(page.getByRole('alert').filter({ hasText: 'The file has no rows.' })).toBeVisible();

	const download = page.waitForEvent('download');
	await page.getByRole('link', { name: 'Download everything' }).tap();
	expect((await download).suggestedFilename()).toBe('pantrie.json');

	await page.goto(`${pantrie.url}/stock`);
	await page.getByRole('link', { name: 'rice' }).first().tap();
	await page
		.getByLabel(/^More for/)
		.first()
		.tap();
	await page.getByRole('button', { name: 'Throw away' }).tap();
	await page.getByRole('dialog').getByText('Spoiled').tap();
	await page.getByRole('dialog').getByRole('button', { name: 'Throw away' }).tap();
	await page.getByRole('region', { name: 'Messages' }).getByText('thrown away').waitFor();
	await page.goto(`${pantrie.url}/history`);
	await expect(page.getByRole('row', { name: /1/ }).first()).toBeVisible();
	await expectAccessible(page, 'the history');
	await page.getByRole('button', { name: /^Undo: Thrown away/ }).tap();
	await expect(page.getByText('Nothing was thrown away in the last twelve months.')).toBeVisible();
});

test('a product gets a photo, made smaller before it is sent', async ({ page, pantrie }) => {
	await open(page, pantrie);
	await page.goto(pantrie.url);
	await page.getByLabel('Find, or add something').fill('2 jam +2d');
	await page.getByLabel('Find, or add something').press('Enter');
	await expect(toast(page, 'added')).toBeVisible();
	await page.getByRole('link', { name: 'jam' }).first().tap();
	await expect(page.getByRole('heading', { level: 1, name: 'jam' })).toBeVisible();
	await page.locator('summary').first().tap();
	await page.getByRole('button', { name: 'Photo' }).tap();
	const chooser = page.getByLabel('Choose or take a photo');
	await chooser.setInputFiles({ name: 'x.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no') });
	await expect(page.getByText('This picture cannot be read.')).toBeVisible();
	const large = await page.evaluate(() => {
		const canvas = document.createElement('canvas');
		canvas.width = 2600;
		canvas.height = 1300;
		return canvas.toDataURL('image/png').split(',')[1] ?? '';
	});
	const sent = page.waitForRequest((request) => request.method() === 'PUT');
	await chooser.setInputFiles({
		name: 'x.png',
		mimeType: 'image/png',
		buffer: Buffer.from(large, 'base64')
	});
	expect((await sent).headers()['content-type']).toBe('image/jpeg');
	await expect(page.getByText('jam has a photo now.')).toBeVisible();
	const picture = page.locator('h1').locator('xpath=../..').locator('img');
	await expect(picture).toBeVisible();
	await expect(picture).toHaveJSProperty('naturalWidth', 1000);
});
