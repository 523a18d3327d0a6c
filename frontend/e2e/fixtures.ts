import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { admin, Pantrie, Provider } from './servers.ts';

interface Fixtures {
	/** A Pantrie on an empty data folder; the test starts it. */
	pantrie: Pantrie;
	/** A running provider that knows Pantrie. */
	provider: Provider;
	/** A Pantrie that is set up with the provider. */
	connected: Pantrie;
}

export const test = base.extend<Fixtures>({
	pantrie: async ({}, use) => {
		const pantrie = await Pantrie.create();
		await use(pantrie);
		await pantrie.dispose();
	},
	provider: async ({ pantrie }, use) => {
		const provider = await Provider.start(pantrie.redirectUri);
		await use(provider);
		await provider.stop();
	},
	connected: async ({ pantrie, provider }, use) => {
		await pantrie.start();
		await pantrie.setUp(provider.settings);
		await use(pantrie);
	},
	// Whatever a test is about, the pages may not break the policy or throw.
	page: async ({ page }, use) => {
		const broken: string[] = [];
		page.on('pageerror', (error) => {
			// A chunk that is fetched ahead while a test has stopped the server.
			if (!/dynamically imported module/.test(String(error))) broken.push(String(error));
		});
		page.on('console', (message) => {
			if (/Content Security Policy|Refused to/.test(message.text())) broken.push(message.text());
		});
		await use(page);
		expect(broken, 'errors on the pages').toEqual([]);
	}
});

export { expect };

/** No violation of WCAG 2.2 AA or of axe's best practices. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	const said = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
	expect(said, `axe on ${what}`).toEqual([]);
}

export async function signIn(page: Page, pantrie: Pantrie, as = admin): Promise<void> {
	await page.goto(`${pantrie.url}/login`);
	await page.getByLabel('Email').fill(as.email);
	await page.getByLabel('Password', { exact: true }).fill(as.password);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
}

export async function signOut(page: Page, pantrie: Pantrie): Promise<void> {
	await page.goto(`${pantrie.url}/settings/account`);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(page).toHaveURL(/\/login/);
}

/** At the provider: username, password, consent. */
export async function atProvider(page: Page, who: string): Promise<void> {
	await expect(page).toHaveTitle(/Test provider/);
	await page.getByLabel('Username or email').fill(who);
	await page.getByLabel('Password').fill(who);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('button', { name: 'Continue' }).click();
}

/** The button on the sign-in page, and everything at the provider. */
export async function signInWithAuthentik(
	page: Page,
	pantrie: Pantrie,
	who: string
): Promise<void> {
	await page.goto(`${pantrie.url}/login`);
	await page.getByRole('link', { name: 'Sign in with Authentik' }).click();
	await atProvider(page, who);
}
