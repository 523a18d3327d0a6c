import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import type Axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import { admin, Pantrie, Provider, type Start } from './servers.ts';

interface WorkerFixtures {
	/** Set up once, and copied for each test: the administrator is `admin`, the household Brandt. */
	setUpOnce: Start;
	/** One provider for all tests of a worker, which starts over for each of them. */
	providerOfAll: Provider;
}

interface Fixtures {
	/** A Pantrie on an empty data folder; the test starts it. For setup and for environments. */
	fresh: Pantrie;
	/** A running Pantrie whose administrator is `admin`, with local accounts only. */
	pantrie: Pantrie;
	/** A running provider in Authentik's shape that knows this test's Pantrie; `set` throws its switches. */
	authentik: Provider;
	/** The same as `pantrie`, with `authentik` in its OAuth settings. */
	connected: Pantrie;
	/** Opens the first page of one more browser, which knows nothing of the others. */
	anotherBrowser: () => Promise<Page>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
	setUpOnce: [
		async ({}, use) => {
			const pantrie = new Pantrie();
			await pantrie.start();
			await pantrie.setUp();
			await use(await pantrie.becomeStart());
			await pantrie.dispose();
		},
		{ scope: 'worker' }
	],
	providerOfAll: [
		async ({}, use) => {
			const provider = await Provider.start();
			await use(provider);
			await provider.stop();
		},
		{ scope: 'worker' }
	],
	fresh: async ({}, use) => {
		const pantrie = new Pantrie();
		await use(pantrie);
		await pantrie.dispose();
	},
	pantrie: async ({ fresh, setUpOnce }, use) => {
		fresh.copy(setUpOnce);
		await fresh.start();
		await fresh.moveHere();
		await use(fresh);
	},
	authentik: async ({ providerOfAll, fresh }, use) => {
		await providerOfAll.startOver();
		await fresh.onceReady(() => providerOfAll.set({ redirectUris: [fresh.redirectUri] }));
		await use(providerOfAll);
	},
	connected: async ({ pantrie, authentik }, use) => {
		await pantrie.connect(authentik.settings);
		await use(pantrie);
	},
	context: async ({ context }, use) => {
		await keepMessages(context);
		await use(context);
	},
	page: async ({ page }, use) => {
		const broken = watch(page);
		await use(page);
		expect(broken, 'errors on the pages').toEqual([]);
	},
	anotherBrowser: async ({ browser }, use) => {
		const opened: { page: Page; broken: string[] }[] = [];
		await use(async () => {
			const context = await browser.newContext();
			await keepMessages(context);
			const page = await context.newPage();
			opened.push({ page, broken: watch(page) });
			return page;
		});
		for (const { page } of opened) await page.context().close();
		expect(
			opened.flatMap(({ broken }) => broken),
			'errors on the pages of another browser'
		).toEqual([]);
	}
});

export { expect };

declare global {
	interface Window {
		axe: typeof Axe;
	}
}

/** Whatever a test is about, the pages may not break the policy or throw. */
function watch(page: Page): string[] {
	const broken: string[] = [];
	page.on('pageerror', (error) => {
		// A chunk or its style sheet that is being fetched when a test stops the server or goes to another page.
		const cutOff = /dynamically imported module|Unable to preload CSS/;
		if (!cutOff.test(String(error))) broken.push(String(error));
	});
	page.on('console', (message) => {
		if (/Content Security Policy|Refused to/.test(message.text())) broken.push(message.text());
	});
	return broken;
}

/**
 * Messages vanish after some seconds, but not under the pointer. They stay here as if it were on
 * them, so that no test depends on how fast the machine is; `dismiss` removes them.
 */
async function keepMessages(context: BrowserContext): Promise<void> {
	await context.addInitScript(() => {
		new MutationObserver(() => {
			const list = document.querySelector('section[aria-label="Messages"] > ol');
			if (list?.firstElementChild) list.dispatchEvent(new PointerEvent('pointerenter'));
		}).observe(document, { childList: true, characterData: true, subtree: true });
	});
}

/** Dismisses every message, as somebody does who has read them. They lie above the bottom of a page. */
export const dismiss = (page: Page) =>
	page
		.getByRole('region', { name: 'Messages' })
		.getByRole('button', { name: 'Dismiss' })
		.evaluateAll((all) => all.forEach((each) => each instanceof HTMLElement && each.click()));

const axeScript = readFileSync(
	createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
	'utf8'
);

/** No violation of WCAG 2.2 AA or of axe's best practices. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
	// What is fading in has not its colours yet. A spinner never ends.
	await page.evaluate(() => {
		const finite = (animation: Animation) =>
			animation.effect?.getComputedTiming().endTime !== Infinity;
		return Promise.allSettled(
			document
				.getAnimations()
				.filter(finite)
				.map((each) => each.finished)
		);
	});
	if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeScript);
	// The package for Playwright opens a page for each run, and describes also what is right: twenty times as slow.
	const { violations } = await page.evaluate<AxeResults>(() =>
		window.axe.run(document, { resultTypes: ['violations'] })
	);
	const said = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
	expect(said, `axe on ${what}`).toEqual([]);
}

/** The wizard's first step, without pressing Continue. */
export async function fillYou(page: Page, password = admin.password): Promise<void> {
	await page.getByLabel('Your name').fill(admin.name);
	await page.getByLabel('Your email').fill(admin.email);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByLabel('Name of the household').fill('Brandt');
}

/** The wizard's OAuth step: Authentik, with the four fields to fill in. */
export async function authentikByHand(page: Page): Promise<void> {
	await page.getByLabel('Authentication method').selectOption('Authentik');
	await page.getByText('By hand', { exact: true }).click();
}

/** On the last step: finish, and look at the last screen before going anywhere. */
export async function finishHere(page: Page): Promise<void> {
	await page.getByRole('switch', { name: 'Link my Authentik account right away' }).click();
	await page.getByRole('button', { name: 'Finish setup' }).click();
}

/** Email and password on the sign-in page that is open. */
export async function typePassword(
	page: Page,
	as: { email: string; password: string } = admin
): Promise<void> {
	await page.getByLabel('Email').fill(as.email);
	await page.getByLabel('Password', { exact: true }).fill(as.password);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Opens a page as somebody who has signed in before: as the one who set Pantrie up, or with another session. */
export async function open(
	page: Page,
	pantrie: Pantrie,
	path = '/',
	session = pantrie.session
): Promise<void> {
	const [name = '', value = ''] = session.split('=');
	await page.context().addCookies([{ name, value, url: pantrie.url, httpOnly: true }]);
	await page.goto(pantrie.url + path);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Signs in by the form. */
export async function signIn(page: Page, pantrie: Pantrie, as = admin): Promise<void> {
	await page.goto(`${pantrie.url}/login`);
	await typePassword(page, as);
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
}

export async function signOut(page: Page, pantrie: Pantrie): Promise<void> {
	await page.goto(`${pantrie.url}/settings/account`);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(page).toHaveURL(/\/login/);
}

/** The sign-in page and its button to the provider. */
export async function toAuthentik(page: Page, pantrie: Pantrie): Promise<void> {
	await page.goto(`${pantrie.url}/login`);
	await page.getByRole('link', { name: 'Sign in with Authentik' }).click();
}

/** At the provider: username and password. */
export async function passwordAtProvider(page: Page, who: string): Promise<void> {
	await expect(page.getByText('Test provider. Only for tests')).toBeVisible();
	await page.getByLabel('Username or email').fill(who);
	await page.getByLabel('Password').fill(who);
	await page.getByRole('button', { name: 'Sign in' }).click();
}

/** At the provider: username, password, consent. */
export async function atProvider(page: Page, who: string): Promise<void> {
	await passwordAtProvider(page, who);
	await page.getByRole('button', { name: 'Continue' }).click();
}

/** Makes an invitation in the household that is open and returns its link. */
export async function invite(admin: Page, pantrie: Pantrie, role: string): Promise<string> {
	await admin.goto(`${pantrie.url}/settings/household`);
	await admin.getByLabel('Role').selectOption(role);
	await admin.getByRole('button', { name: 'Make a link' }).click();
	const link = (await admin.locator('code').textContent())?.trim() ?? '';
	expect(link).toContain(`${pantrie.url}/invite#token=`);
	return link;
}

/** The messages that say so, each with its Undo. */
export const toast = (page: Page, text: string | RegExp) =>
	page.getByRole('region', { name: 'Messages' }).getByRole('listitem').filter({ hasText: text });

/** The button on the sign-in page, and everything at the provider. */
export async function signInWithAuthentik(
	page: Page,
	pantrie: Pantrie,
	who: string
): Promise<void> {
	await toAuthentik(page, pantrie);
	await atProvider(page, who);
}

/**
 * The sign-in page explains a refusal, with the reference that the log has too. Returns it. What the
 * person can put right is a status, everything else an alert.
 */
export async function expectRefusal(
	page: Page,
	text: string | RegExp,
	role: 'alert' | 'status' = 'alert'
): Promise<string> {
	await expect(page.getByRole(role).filter({ hasText: text })).toBeVisible();
	await expect(page).toHaveURL(/\/login\?/);
	const reference = page.getByText(/Reference [0-9A-Z]{3}-[0-9A-Z]{3}/);
	await expect(reference).toBeVisible();
	return (await reference.textContent())?.match(/[0-9A-Z]{3}-[0-9A-Z]{3}/)?.[0] ?? '';
}
