import type { Locator, Page, Route } from '@playwright/test';
import { atProvider, dismiss, expect, invite, open, test, toast } from './fixtures.ts';
import { add, field } from './kitchen.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

const maraBrandt = { name: 'Mara', email: 'mara@example.org', password: 'quince and thyme' };

/** The most taps that a task may take. Scanning will add two lines. */
const targets: Record<string, number> = {
	'add by name': 1,
	'use one': 1,
	'what expires this week': 0,
	'put shopping away': 1
};

/** Counts what a person does with a finger: a tap, or Enter on the phone's keyboard. */
class Finger {
	readonly counted: { task: string; taps: number; target: number | string }[] = [];
	#taps = 0;

	/** Begins to count a task. */
	begin() {
		this.#taps = 0;
	}
	async tap(what: Locator) {
		this.#taps++;
		await what.tap();
	}
	async enter(where: Locator) {
		this.#taps++;
		await where.press('Enter');
	}
	/** The task is done, and may not have taken more than its target. */
	done(task: string) {
		const target = targets[task];
		this.counted.push({ task, taps: this.#taps, target: target ?? '' });
		if (target !== undefined) expect(this.#taps, `taps: ${task}`).toBeLessThanOrEqual(target);
	}
	table(): string {
		const line = (task: string, taps: number | string, target: number | string) =>
			`${task.padEnd(34)} ${String(taps).padStart(4)} ${String(target).padStart(7)}`;
		const lines = this.counted.map(({ task, taps, target }) => line(task, taps, target));
		return [line('task', 'taps', 'at most'), ...lines].join('\n');
	}
}

const row = (page: Page, text: string | RegExp) =>
	page.locator('#content').getByRole('listitem').filter({ hasText: text });
const dueSoon = (page: Page) => page.getByRole('region', { name: 'Eat first' });
const to = (page: Page, place: string) =>
	page.getByRole('link', { name: place, exact: true }).filter({ visible: true }).tap();

/** Whatever on the page can be pressed, filled in or chosen, by its name. */
async function controls(page: Page): Promise<string[]> {
	return page
		.locator('#content')
		.locator('button, summary, input, select, textarea, [contenteditable]')
		.filter({ visible: true })
		.evaluateAll((all) =>
			all.map((each) => {
				const label = each instanceof HTMLInputElement ? each.labels?.[0]?.textContent : '';
				return (each.getAttribute('aria-label') || label || each.textContent).trim();
			})
		);
}

/** Lets what the pages send of a kind go only once as many have been sent, so that it arrives at once. */
async function together(
	pages: Page[],
	address: string,
	count: number,
	act: () => Promise<unknown>
) {
	const held: Route[] = [];
	let release = () => {};
	const all = new Promise<void>((resolve) => (release = resolve));
	for (const page of pages) {
		await page.route(address, async (route) => {
			if (held.push(route) === count) release();
			await all;
			await route.continue();
		});
	}
	await act();
	await all;
	for (const page of pages) await page.unroute(address);
}

test("a family's week, on three phones", async ({
	page: mara,
	anotherBrowser,
	fresh: pantrie,
	authentik
}) => {
	const [sam, kim] = await Promise.all([anotherBrowser(), anotherBrowser()]);
	const finger = new Finger();
	let loads = 0;

	await test.step('Mara invites Sam to change things and Kim to look', async () => {
		await pantrie.start();
		await pantrie.setUp(maraBrandt);
		await pantrie.connect({ ...authentik.settings, signUp: false });
		await open(mara, pantrie);
		const forSam = await invite(mara, pantrie, 'Editor');
		const forKim = await invite(mara, pantrie, 'Viewer');
		const samJoins = async () => {
			await sam.goto(forSam);
			await sam.getByRole('button', { name: 'Sign in with Authentik' }).tap();
			await atProvider(sam, 'sam');
			await expect(field(sam)).toBeVisible();
		};
		const kimJoins = async () => {
			await kim.goto(forKim);
			await kim.getByLabel('Your name').fill('Kim');
			await kim.getByLabel('Your email').fill('kim@example.org');
			await kim.getByLabel('Choose a password').fill('nettle and dill');
			await kim.getByRole('button', { name: 'Create my account and join' }).tap();
			await expect(kim.getByText('You look at Brandt as a viewer')).toBeVisible();
			await expect(kim.getByText('The shelves are still empty')).toBeVisible();
		};
		await Promise.all([samJoins(), kimJoins()]);
		await to(mara, 'Home');
		// From here on nobody loads a page: whatever changes on one phone came from another.
		for (const page of [mara, sam, kim]) page.on('load', () => loads++);
	});

	await test.step('Monday: Mara unpacks, and the others see it', async () => {
		await to(sam, 'Stock');
		finger.begin();
		await field(mara).fill('2 milk 30.11.');
		await expect(mara.getByRole('button', { name: /Add 2 × milk/ })).toContainText(/30 Nov 20\d\d/);
		await finger.enter(field(mara));
		await expect(toast(mara, '2 × milk added.')).toBeVisible();
		finger.done('add by name');
		await expect(sam.getByRole('link', { name: 'milk' })).toBeVisible();
		await expect(kim.getByText('The shelves are still empty')).toHaveCount(0);

		await add(mara, '4 cups yoghurt +5d');
		finger.begin();
		await expect(dueSoon(kim).getByText('4 cups')).toBeVisible();
		await expect(dueSoon(mara).getByText('4 cups')).toBeVisible();
		finger.done('what expires this week');

		await sam.getByRole('link', { name: 'milk' }).tap();
		finger.begin();
		await finger.tap(sam.getByRole('button', { name: 'Add more' }));
		await sam.getByRole('dialog').getByLabel('Date on the package').fill('+2d');
		await finger.tap(sam.getByRole('dialog').getByRole('button', { name: 'Add' }));
		await expect(sam.getByText('3 pieces in all')).toBeVisible();
		finger.done('add more of it, with a date');
		await expect(row(mara, 'milk').getByText('2 days')).toBeVisible();
	});

	await test.step('Tuesday: Sam uses one, and it was a mistake', async () => {
		await to(sam, 'Home');
		finger.begin();
		await finger.tap(dueSoon(sam).getByRole('button', { name: 'Use 1 cup of yoghurt' }));
		await expect(toast(sam, '1 cup of yoghurt used.')).toBeVisible();
		finger.done('use one');
		await expect(dueSoon(mara).getByText('3 cups')).toBeVisible();
		await expect(dueSoon(kim).getByText('3 cups')).toBeVisible();
		finger.begin();
		await finger.tap(toast(sam, 'yoghurt used.').getByRole('button', { name: /^Undo/ }));
		await expect(toast(sam, 'Back again: 1 cup of yoghurt.')).toBeVisible();
		finger.done('undo');
		await expect(dueSoon(mara).getByText('4 cups')).toBeVisible();
		await expect(dueSoon(kim).getByText('4 cups')).toBeVisible();
	});

	await test.step('Wednesday: Mara opens one, Sam throws one away', async () => {
		for (const page of [mara, sam]) await dismiss(page);
		for (const page of [sam, kim]) {
			await dueSoon(page).getByRole('link', { name: 'yoghurt' }).tap();
			await expect(page.getByRole('heading', { level: 1, name: 'yoghurt' })).toBeVisible();
		}
		finger.begin();
		await finger.tap(dueSoon(mara).getByRole('link', { name: 'yoghurt' }));
		await finger.tap(mara.getByLabel('More for 4 cups of yoghurt'));
		await finger.tap(mara.getByRole('button', { name: 'Open', exact: true }));
		await finger.tap(mara.getByRole('dialog').getByRole('button', { name: 'Open' }));
		await expect(toast(mara, '1 cup of yoghurt opened.')).toBeVisible();
		finger.done('open one');
		await expect(kim.getByText(/· opened \d/)).toBeVisible();

		finger.begin();
		await finger.tap(sam.getByLabel('More for 3 cups of yoghurt'));
		await finger.tap(sam.getByRole('button', { name: 'Throw away' }));
		await sam.getByRole('dialog').getByLabel('Amount').fill('1');
		await finger.tap(sam.getByRole('dialog').getByText('Spoiled'));
		await finger.tap(sam.getByRole('dialog').getByRole('button', { name: 'Throw away' }));
		await expect(toast(sam, '1 cup of yoghurt thrown away.')).toBeVisible();
		finger.done('throw one away, with the reason');
		await expect(mara.getByText('3 cups in all')).toBeVisible();
		await expect(kim.getByText('3 cups in all')).toBeVisible();
		expect(await controls(kim), 'of a product').toEqual([]);
	});

	await test.step('Thursday: it runs low and is put on the list', async () => {
		await to(mara, 'Home');
		await to(kim, 'Home');
		await sam.getByLabel('More about yoghurt').tap();
		await sam.getByRole('button', { name: 'Edit' }).tap();
		await sam.getByRole('dialog').getByLabel('Keep at least').fill('6');
		await sam.getByRole('dialog').getByRole('button', { name: 'Save' }).tap();
		const low = (page: Page) => page.getByRole('region', { name: 'Running low' });
		await expect(low(kim)).toContainText('3 cups left, you keep 6');
		expect(await controls(kim), 'of the home page').toEqual(['Find something']);
		await to(sam, 'Shopping');
		await to(kim, 'Shopping');
		finger.begin();
		await finger.tap(low(mara).getByRole('button', { name: 'Add all to list' }));
		await expect(low(mara)).toContainText('On the list');
		finger.done('what runs low → shopping list');
		await expect(row(sam, 'yoghurt').getByText('3 cups')).toBeVisible();
		await sam.getByLabel('Add to the list').fill('2 bread');
		await sam.getByLabel('Add to the list').press('Enter');
		await to(mara, 'Shopping');
		await mara.getByLabel('Add to the list').fill('soap');
		await mara.getByLabel('Add to the list').press('Enter');
		for (const page of [mara, sam, kim]) {
			for (const what of ['yoghurt', 'bread', 'soap']) await expect(row(page, what)).toBeVisible();
		}
	});

	await test.step('Friday: both shop, and no tick is lost', async () => {
		const bought = (page: Page, what: string) =>
			page.getByRole('button', { name: `Bought: ${what}` }).tap();
		// Each their own, and the bread both.
		await together([mara, sam], '**/ticked', 4, async () => {
			await Promise.all([bought(mara, 'soap'), bought(sam, 'yoghurt')]);
			await Promise.all([bought(mara, 'bread'), bought(sam, 'bread')]);
		});
		for (const page of [mara, sam]) {
			await expect(page.getByRole('button', { name: 'Put 3 things away' })).toBeVisible();
			await expect(page.getByText('Nothing to buy.')).toBeVisible();
		}
		await expect(kim.getByRole('region', { name: 'Bought, to be put away' })).toContainText('soap');
		expect(await controls(kim), 'of the shopping list').toEqual([]);
	});

	await test.step('Saturday: everything is put away at once', async () => {
		await to(mara, 'Home');
		await dismiss(sam);
		finger.begin();
		await finger.tap(sam.getByRole('button', { name: 'Put 3 things away' }));
		await expect(toast(sam, '3 products put away.')).toBeVisible();
		finger.done('put shopping away');
		await expect(kim.getByText('Bought, to be put away')).toHaveCount(0);
		await expect(mara.getByText('Running low')).toHaveCount(0);
		await to(kim, 'Stock');
		await expect(kim.getByRole('link', { name: 'bread' })).toBeVisible();
		expect(await controls(kim), 'of the stock').toEqual(['Find a product']);
		expect((await controls(sam)).length, 'what an editor can press').toBeGreaterThan(1);
	});

	await test.step('Sunday: who did what', async () => {
		await kim.getByRole('link', { name: 'History and waste' }).tap();
		const did = (what: RegExp) => row(kim, what).first();
		await expect(did(/^\s*Added: 2 × milk/)).toContainText('Mara');
		await expect(did(/^\s*Used: 1 cup of yoghurt/)).toContainText(/Sam Brandt .*undone/);
		await expect(did(/^\s*Opened: 1 cup of yoghurt/)).toContainText('Mara');
		await expect(did(/^\s*Thrown away: 1 cup of yoghurt, spoiled/)).toContainText('Sam Brandt');
		await expect(did(/^\s*Put away: .*bread/)).toContainText('Sam Brandt');
		expect(await controls(kim), 'of the history').toEqual([]);
		await to(mara, 'Stock');
		await mara.getByRole('link', { name: 'bread' }).tap();
		await mara.getByRole('button', { name: 'Use 1 × bread' }).tap();
		await expect(did(/^\s*Used: 1 × bread/)).toContainText('Mara');
	});

	expect(loads, 'pages that were loaded again').toBe(0);
	console.info(finger.table());
});
