import type { Page } from '@playwright/test';
import {
	atProvider,
	expect,
	expectAccessible,
	fillYou,
	open,
	signIn,
	signInWithAuthentik,
	test,
	typePassword
} from './fixtures.ts';
import { admin, type Pantrie } from './servers.ts';

const screens = {
	phone: { width: 390, height: 844 },
	desktop: { width: 1280, height: 800 }
};

/**
 * Every page, in both themes and at both sizes: accessible, and nothing wider than the screen. Light
 * on the phone and dark on the desktop, or all four when pictures are wanted: half the time.
 */
async function look(page: Page, name: string) {
	for (const [screen, size] of Object.entries(screens)) {
		await page.setViewportSize(size);
		for (const theme of ['light', 'dark'] as const) {
			if (!process.env.PANTRIE_SHOTS && (screen === 'phone') !== (theme === 'light')) continue;
			await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
			await page.evaluate((t) => (document.documentElement.dataset.theme = t), theme);
			await expectAccessible(page, `${name}, ${screen}, ${theme}`);
			if (process.env.PANTRIE_SHOTS) {
				await page.screenshot({
					path: `${process.env.PANTRIE_SHOTS}/${name}-${screen}-${theme}.png`,
					fullPage: true
				});
			}
		}
		const overflow = await page.evaluate(
			() => document.documentElement.scrollWidth - document.documentElement.clientWidth
		);
		expect(overflow, `${name} is wider than the ${screen}`).toBeLessThanOrEqual(0);
		if (screen === 'phone') await expectTouchable(page, name);
	}
}

/** Targets of at least 44 px in one direction or with room around them, and inputs that do not zoom. */
async function expectTouchable(page: Page, name: string) {
	const small = await page.evaluate(() =>
		[...document.querySelectorAll<HTMLElement>('button, nav a, a.btn, input:not(.sr-only), select')]
			.filter((e) => e.checkVisibility())
			.map((e) => ({
				e,
				box: e.getBoundingClientRect(),
				font: parseFloat(getComputedStyle(e).fontSize)
			}))
			.filter(
				({ e, box, font }) =>
					(e.matches('input, select') && (font < 16 || box.height < 44)) ||
					(e.matches('nav a, a.btn, button:not([role=switch])') && box.height < 43.5)
			)
			.map(({ e }) => e.outerHTML.slice(0, 120))
	);
	expect(small, `too small on ${name}`).toEqual([]);
}

test('before setup', async ({ page, fresh: pantrie }) => {
	await pantrie.start({ OAUTH_AUTHENTIK_BASE_URL: 'https://auth.example.org' });
	await page.goto(`${pantrie.url}/setup`);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await look(page, 'setup-no-link');
	await page.goto(await pantrie.setupLink());
	await page.getByRole('button', { name: 'Restore a backup' }).click();
	await page.getByRole('button', { name: 'Restore' }).click();
	await look(page, 'setup-restore');
	await page.getByRole('button', { name: 'Set up from the start instead' }).click();
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByLabel('Your name')).toHaveAttribute('aria-invalid', 'true');
	await look(page, 'setup-1-errors');
	await fillYou(page);
	await look(page, 'setup-1');
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByLabel('Public URL')).toBeVisible();
	await look(page, 'setup-2');
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByLabel('Authentication method').selectOption('Authentik');
	await look(page, 'setup-3');
	await page.getByText('Blueprint', { exact: true }).click();
	await look(page, 'setup-3-blueprint');
	await page.getByText('By hand', { exact: true }).click();
	await look(page, 'setup-3-by-hand');
	await page.getByLabel('Authentication method').selectOption('Local accounts only');
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByRole('button', { name: 'Finish setup' })).toBeVisible();
	await look(page, 'setup-4');
	await page.getByRole('button', { name: 'Finish setup' }).click();
	await expect(page.getByRole('heading', { name: 'Pantrie is ready' })).toBeVisible();
	await look(page, 'setup-done');
	await visit(page, pantrie, '/help/authentik', 'help-authentik');
	await visit(page, pantrie, '/help/providers', 'help-providers');
});

async function visit(page: Page, pantrie: Pantrie, path: string, name: string) {
	await page.goto(pantrie.url + path);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
	await look(page, name);
}

test('signed out', async ({ page, connected, authentik }) => {
	await visit(page, connected, '/login', 'login');
	await typePassword(page, { ...admin, password: 'wrong password' });
	await expect(page.getByText('That email and password do not match.')).toBeVisible();
	await look(page, 'login-wrong');
	await authentik.set({ down: 'reset' });
	await page.getByRole('link', { name: 'Sign in with Authentik' }).click();
	await expect(page.getByRole('alert')).toBeVisible();
	await look(page, 'login-provider-down');
	await page.goto(`${connected.url}/set-password#token=used`);
	await expect(page.getByText('This link does not work any more')).toBeVisible();
	await look(page, 'set-password-invalid');
});

test('as administrator', async ({ page, connected }) => {
	await signIn(page, connected);
	await visit(page, connected, '/', 'home');
	await visit(page, connected, '/settings/account', 'account');
	await visit(page, connected, '/settings/household', 'household');
	await page.getByRole('button', { name: 'Make another household' }).click();
	await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Cabin by the lake');
	await look(page, 'household-make');
	await page.getByRole('button', { name: 'Make it' }).click();
	await expect(page.getByText('Cabin by the lake is made.')).toBeVisible();
	await page.getByLabel('Actions for Sam').click();
	await look(page, 'household-made');
	await visit(page, connected, '/', 'home-of-two');
	await visit(page, connected, '/settings/administration/households', 'households');
	await visit(page, connected, '/settings/administration/oauth', 'oauth');
	await page.getByLabel('Application Slug').fill('a b');
	await page.getByLabel('Client Secret', { exact: true }).fill('something');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByLabel('Application Slug')).toHaveAttribute('aria-invalid', 'true');
	await look(page, 'oauth-errors');
	await visit(page, connected, '/settings/administration/about', 'about');
	await page.goto(`${connected.url}/settings/administration/backups`);
	await page.getByRole('button', { name: 'Back up now' }).click();
	await expect(page.getByRole('listitem').filter({ hasText: 'By hand' })).toBeVisible();
	await visit(page, connected, '/settings/administration/backups', 'backups');
	await visit(page, connected, '/settings/administration/users', 'users');
	await page.getByRole('button', { name: 'Add someone' }).click();
	await expect(page.getByRole('dialog')).toBeVisible();
	await look(page, 'users-add');
	await visit(page, connected, '/no/such/page', 'not-found');
});

test('the pantry', async ({ page, connected }) => {
	await open(page, connected);
	const field = page.getByLabel('Find, or add something');
	await visit(page, connected, '/', 'pantry-empty');
	await visit(page, connected, '/shopping', 'shopping-empty');
	await visit(page, connected, '/stock', 'stock-empty');
	await visit(page, connected, '/history', 'history-empty');
	await page.goto(connected.url);
	for (const line of ['2 l milk +0d', '600 g chicken thighs +1d', 'spinach +3d', 'feta +6d']) {
		await field.fill(line);
		await field.press('Enter');
		await expect(field).toHaveValue('');
	}
	await expect(page.getByRole('region', { name: 'Eat first' }).getByRole('listitem')).toHaveCount(
		4
	);
	await field.fill('3 milk');
	await expect(page.getByRole('button', { name: '3 × 2 l', exact: true })).toBeVisible();
	await look(page, 'pantry-asking');
	await field.fill('3 feta 30.11.');
	await expect(page.getByRole('button', { name: /^Add 3/ })).toBeVisible();
	await look(page, 'pantry-adding');
	await visit(page, connected, '/', 'pantry');
	await page.getByRole('link', { name: 'milk' }).first().click();
	await expect(page.getByRole('heading', { level: 1, name: 'milk' })).toBeVisible();
	await look(page, 'product');
	await visit(page, connected, '/stock', 'stock');
	await page.goto(`${connected.url}/shopping`);
	for (const line of ['2 l oat milk', 'bread', 'soap']) {
		await page.getByLabel('Add to the list').fill(line);
		await page.getByLabel('Add to the list').press('Enter');
		await expect(page.getByLabel('Add to the list')).toHaveValue('');
	}
	await page.getByRole('button', { name: 'Bought: bread' }).click();
	await expect(page.getByRole('button', { name: 'Put 1 thing away' })).toBeVisible();
	await look(page, 'shopping');
	await visit(page, connected, '/history', 'history');
});

test('as a member who came by Authentik', async ({ page, connected }) => {
	await signInWithAuthentik(page, connected, 'mara');
	await visit(page, connected, '/', 'home-member');
	await visit(page, connected, '/settings/account', 'account-member');
	await visit(page, connected, '/settings/household', 'household-member');
	await visit(page, connected, '/settings/administration/oauth', 'no-permission');
});

test('invitations', async ({ page, anotherBrowser, connected }) => {
	await open(page, connected, '/settings/household');
	await page.getByRole('button', { name: 'Make a link' }).click();
	const link = (await page.locator('code').textContent())?.trim() ?? '';
	await look(page, 'household-invite');
	await page.getByRole('button', { name: 'Delete the household' }).click();
	await expect(page.getByLabel('To confirm')).toBeVisible();
	await look(page, 'household-delete');
	await page.goto(link);
	await expect(page.getByText('You are in Brandt already')).toBeVisible();
	await look(page, 'invite-member');
	const guest = await anotherBrowser();
	await guest.goto(link);
	await expect(guest.getByLabel('Your name')).toBeVisible();
	await look(guest, 'invite-guest');
	await guest.getByRole('button', { name: 'I have an account here' }).click();
	await look(guest, 'invite-guest-known');
	await visit(guest, connected, '/invite#token=nothing', 'invite-nothing');
});

test('API tokens', async ({ page, connected }) => {
	await open(page, connected, '/settings/account');
	await page.getByRole('button', { name: 'Make a token' }).click();
	await expect(page.getByLabel('What it is for')).toBeVisible();
	await look(page, 'token-make');
	await page.getByLabel('What it is for').fill('Kitchen display');
	await page.getByRole('button', { name: 'Make it' }).click();
	await expect(page.getByText('it is not shown again')).toBeVisible();
	await look(page, 'token-made');
	await page.getByRole('button', { name: 'Done' }).click();
	await look(page, 'account-tokens');
});

// Two tests: there is twenty times as much on this page as on any other, and a look takes as much longer.
test('the documentation of the API', async ({ page, pantrie }) => {
	await page.goto(`${pantrie.url}/api/docs`);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await look(page, 'api-docs');
	await page.getByRole('link', { name: 'Settings → Account → API tokens' }).click();
	await expect(page).toHaveURL(/\/(settings\/account|login)/);
});

test('requests in the documentation of the API', async ({ page, pantrie }) => {
	await page.goto(`${pantrie.url}/api/docs`);
	for (const operation of ['addStock', 'importSheet', 'setPhoto', 'login', 'watchHousehold']) {
		await page.locator(`#${operation} > summary`).click();
		await expect(page.locator(`#${operation} pre.curl`).first()).toBeVisible();
	}
	await expect(page.locator('#addStock pre.curl').first()).toContainText(
		`curl -X POST ${pantrie.url}/api/v1/households/`
	);
	await look(page, 'api-docs-open');
	// One click selects a request as it is to be pasted.
	const request = page.locator('#addStock pre.curl').first();
	await request.click();
	const selected = await page.evaluate(() => String(getSelection()).trim());
	expect(selected).toBe((await request.textContent())?.trim());
});

test('linking, tests, and the sign-in log', async ({
	page,
	anotherBrowser,
	connected,
	authentik
}) => {
	await authentik.set({ emailVerified: 'false' });
	const phone = await anotherBrowser();
	await signInWithAuthentik(phone, connected, 'sam');
	await expect(phone.getByLabel('Password of the account here')).toBeVisible();
	await look(phone, 'login-link');
	await phone.getByLabel('Password of the account here').fill(admin.password);
	await phone.getByRole('button', { name: 'Connect and sign in' }).click();
	await expect(phone.getByRole('heading', { level: 1 })).toContainText('Hello');
	await visit(phone, connected, '/login/link', 'login-link-over');

	await signIn(page, connected);
	await visit(page, connected, '/settings/account?linked=authentik', 'account-linked');
	await page.goto(`${connected.url}/settings/administration/oauth`);
	await authentik.set({ noSigningKey: true });
	await page.getByRole('button', { name: 'Test connection' }).click();
	await expect(page.getByText('Field to change: Signing Key')).toBeVisible();
	await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
	await look(page, 'oauth-test-connection');
	await authentik.set({ noSigningKey: false });
	await page.getByRole('button', { name: 'Test sign-in' }).click();
	await atProvider(page, 'mara');
	await expect(page.getByText(/Would create an account/)).toBeVisible();
	await look(page, 'oauth-test-sign-in');
	await page.getByRole('button', { name: 'Add a rule' }).click();
	await page.getByText('Advanced', { exact: true }).click();
	await look(page, 'oauth-groups');
	await visit(page, connected, '/settings/administration/oauth?provider=oidc', 'oauth-other');
	await visit(page, connected, '/settings/administration/oauth?provider=google', 'oauth-google');
	await visit(page, connected, '/settings/administration/sign-in', 'sign-in-settings');
	await authentik.set({ clientSecret: 'another-one' });
	const tablet = await anotherBrowser();
	await signInWithAuthentik(tablet, connected, 'mara');
	const shown = await tablet.getByText(/Reference [0-9A-Z]{3}-[0-9A-Z]{3}/).textContent();
	await visit(page, connected, '/settings/administration/sign-ins', 'sign-in-log');
	const reference = shown?.match(/[0-9A-Z]{3}-[0-9A-Z]{3}/)?.[0] ?? '';
	await visit(
		page,
		connected,
		`/settings/administration/sign-ins?ref=${reference}`,
		'sign-in-log-one'
	);
	await visit(page, connected, '/login?signedOut=authentik', 'login-signed-out');
});
