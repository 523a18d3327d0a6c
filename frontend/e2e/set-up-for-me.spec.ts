import type { Page } from '@playwright/test';
import {
	expect,
	expectAccessible,
	finishHere,
	open,
	passwordAtProvider,
	test as base,
	toAuthentik
} from './fixtures.ts';
import { admin, apiToken, Provider, type Pantrie } from './servers.ts';

const test = base.extend<{ first: Provider }, { firstOfAll: Provider }>({
	firstOfAll: [
		async ({}, use) => {
			const provider = await Provider.empty();
			await use(provider);
			await provider.stop();
		},
		{ scope: 'worker' }
	],
	/** Authentik on its first day. */
	first: async ({ firstOfAll }, use) => {
		await firstOfAll.startOver();
		await use(firstOfAll);
	}
});

/** Somebody at the keyboard, whose fields and clicks are counted. */
class Person {
	readonly done: string[] = [];
	private readonly page: Page;

	constructor(page: Page) {
		this.page = page;
	}

	async fill(label: string, text: string) {
		await this.page.getByLabel(label, { exact: true }).fill(text);
		this.done.push(`fill in “${label}”`);
	}

	async choose(label: string, option: string) {
		await this.page.getByLabel(label).selectOption(option);
		this.done.push(`choose “${option}”`);
	}

	/** As people paste: through the clipboard. */
	async paste(label: string, text: string) {
		await this.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
		await this.page.getByLabel(label, { exact: true }).focus();
		await this.page.keyboard.press('ControlOrMeta+V');
		this.done.push(`paste into “${label}”`);
	}

	async press(name: string) {
		await this.page.getByRole('button', { name, exact: true }).click();
		this.done.push(`press “${name}”`);
	}
}

/** Opens Authentik itself and signs in there: whoever makes an API token has done that. */
async function signInAtAuthentik(page: Page, authentik: Provider, who: string): Promise<void> {
	await page.goto(`${authentik.url}/if/flow/default-authentication-flow/`);
	await page.getByLabel('Username or email').fill(who);
	await page.getByLabel('Password').fill(who);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByRole('heading', { name: 'Signed in' })).toBeVisible();
}

/** The token is not on the page, in what the browser keeps, in the log or in the data folder. */
async function expectNoToken(page: Page, pantrie: Pantrie): Promise<void> {
	const kept = await page.evaluate(() =>
		JSON.stringify([
			document.documentElement.outerHTML,
			[...document.querySelectorAll('input')].map((input) => input.value),
			{ ...localStorage },
			{ ...sessionStorage }
		])
	);
	expect(kept).not.toContain(apiToken);
	expect(pantrie.log).not.toContain(apiToken);
	expect(pantrie.holds(apiToken)).toBe(false);
	expect(pantrie.holds('SQLite format 3'), 'the search finds what is there').toBe(true);
}

async function toOAuthStep(page: Page, pantrie: Pantrie): Promise<void> {
	await page.goto(await pantrie.setupLink());
	await page.getByLabel('Your name').fill(admin.name);
	await page.getByLabel('Your email').fill(admin.email);
	await page.getByLabel('Password', { exact: true }).fill(admin.password);
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByLabel('Authentication method').selectOption('Authentik');
}

async function giveToken(page: Page, authentik: Provider, token = apiToken): Promise<void> {
	await page.getByLabel('Authentik Base URL').last().fill(authentik.url);
	await page.getByLabel('API token', { exact: true }).fill(token);
	await page.getByLabel('API token', { exact: true }).press('Enter');
}

test('from an empty folder to signed in with Authentik in ten steps', async ({
	page,
	context,
	fresh: pantrie,
	first: authentik
}) => {
	await pantrie.start();
	await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: pantrie.url });
	await signInAtAuthentik(page, authentik, 'sam');
	await page.goto(await pantrie.setupLink());

	const sam = new Person(page);
	await sam.fill('Your name', admin.name);
	await sam.fill('Your email', admin.email);
	await sam.fill('Password', admin.password);
	await sam.press('Continue');
	await sam.press('Continue');
	await sam.choose('Authentication method', 'Authentik');
	await sam.fill('Authentik Base URL', authentik.url);
	await sam.paste('API token', apiToken);
	await expect(page.getByText(pantrie.redirectUri).first()).toBeVisible();
	await expectAccessible(page, 'the plan');
	await sam.press('Create it in Authentik');
	await expect(page.getByRole('heading', { name: 'Ready to finish' })).toBeVisible();
	await expectNoToken(page, pantrie);
	await expectAccessible(page, 'the last step');
	await sam.press('Finish setup');

	// To Authentik and back, linked, without another question.
	await expect(page).toHaveURL(`${pantrie.url}/settings/account`);
	await expect(page.getByText(/linked/i).first()).toBeVisible();
	expect(sam.done.length, sam.done.join(', ')).toBeLessThanOrEqual(10);

	const account = await page.request.get(`${pantrie.url}/api/v1/auth/account`);
	const { sessions } = (await account.json()) as { sessions: { method: string }[] };
	expect(sessions.map(({ method }) => method)).toEqual(['authentik']);
	await page.goto(`${pantrie.url}/settings/account`);
	await expect(page.getByText('Authentik').first()).toBeVisible();
	await expectNoToken(page, pantrie);
	const [provider] = (await authentik.objects()).providers ?? [];
	expect(pantrie.holds(String(provider?.client_secret))).toBe(false);
});

test('the same by a blueprint', async ({ page, fresh: pantrie, first: authentik }) => {
	await pantrie.start();
	await toOAuthStep(page, pantrie);
	await page.getByText('Blueprint', { exact: true }).first().click();
	const text = page.locator('pre');
	await expect(text).toContainText(pantrie.redirectUri);
	await authentik.importBlueprint(await text.innerText());
	await page.getByText('Let Pantrie find them').click();
	await giveToken(page, authentik); // and Enter, which reads them
	await expect(page.getByRole('heading', { name: 'Ready to finish' })).toBeVisible();
	await expectNoToken(page, pantrie);
	await finishHere(page);
	await expect(page.getByRole('heading', { name: 'Pantrie is ready' })).toBeVisible();
	await page.context().clearCookies();
	await toAuthentik(page, pantrie);
	await passwordAtProvider(page, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
});

test('in the settings: one group, the connection tested, the test sign-in offered', async ({
	page,
	pantrie,
	first: authentik,
	anotherBrowser
}) => {
	await open(page, pantrie, '/settings/administration/oauth');
	await giveToken(page, authentik);
	await page.getByText('More options').click();
	await page.getByLabel('Who may use the application').selectOption('Only the group family');
	await page.getByRole('button', { name: 'Create it in Authentik' }).click();
	await expect(page.getByText('Everything works. See with a test sign-in')).toBeVisible();
	await expectNoToken(page, pantrie);
	await expectAccessible(page, 'the tab after the set-up');
	await expect(page.getByRole('button', { name: /test sign-in/i })).toBeVisible();
	const bindings = (await authentik.objects()).bindings ?? [];
	expect(bindings).toHaveLength(1);

	// Authentik itself turns away who is not in the group.
	const other = await anotherBrowser();
	await toAuthentik(other, pantrie);
	await passwordAtProvider(other, 'mara');
	await expect(other.getByRole('heading', { name: /denied/i })).toBeVisible();
});

test('something there already: shown, then used or left alone', async ({
	page,
	pantrie,
	first: authentik
}) => {
	await open(page, pantrie, '/settings/administration/oauth');
	await giveToken(page, authentik);
	await page.getByRole('button', { name: 'Create it in Authentik' }).click();
	await expect(page.getByText('Everything works. See with a test sign-in')).toBeVisible();
	const before = await authentik.objects();

	await page.goto(`${pantrie.url}/settings/administration/oauth`);
	await page.getByText('Set it up anew').click();
	await giveToken(page, authentik);
	await expect(
		page.getByText('There is already an application with the slug pantrie')
	).toBeVisible();
	await expect(page.getByRole('link', { name: 'Open it in Authentik' })).toHaveAttribute(
		'href',
		`${authentik.url}/if/admin/#/core/applications/pantrie`
	);
	await expectAccessible(page, 'what was found');
	await page.getByRole('button', { name: 'Use it' }).click();
	await expect(page.getByText('Everything works. See with a test sign-in')).toBeVisible();
	expect(await authentik.objects()).toEqual(before);
});

for (const { name, set, token, says } of [
	{
		name: 'a wrong token',
		token: 'wrong-token-of-somebody',
		set: {},
		says: 'does not accept the API token'
	},
	{
		name: 'a token that may not add providers',
		set: { deniedPermissions: ['authentik_providers_oauth2.add_oauth2provider'] },
		says: 'authentik_providers_oauth2.add_oauth2provider'
	},
	{
		name: 'a token that may not add applications',
		set: { deniedPermissions: ['authentik_core.add_application'] },
		says: 'authentik_core.add_application'
	},
	{ name: 'an Authentik that is down', set: { down: '503' }, says: /503/ }
]) {
	test(`it says what to change: ${name}`, async ({ page, pantrie, first: authentik }) => {
		await open(page, pantrie, '/settings/administration/oauth');
		await authentik.set(set);
		await giveToken(page, authentik, token);
		const create = page.getByRole('button', { name: 'Create it in Authentik' });
		const said = page.getByText(says).first();
		await expect(said.or(create).first()).toBeVisible();
		if (await create.isVisible()) await create.click();
		await expect(said).toBeVisible();
		await expectAccessible(page, name);
		await authentik.set({ down: '' });
		const { providers = [], applications = [] } = await authentik.objects();
		expect([...providers, ...applications]).toEqual([]);
		// Nothing typed is lost.
		await expect(page.getByLabel('Authentik Base URL').first()).toHaveValue(authentik.url);
	});
}
