// Sign-in at a provider that nobody here wrote. Mistakes that Pantrie and its own test provider
// might share show here.
import type { Page } from '@playwright/test';
import {
	test as base,
	expect,
	expectRefusal,
	open,
	signIn,
	signOut,
	toAuthentik
} from './fixtures.ts';
import { OtherProvider, secret, type Pantrie } from './servers.ts';

const test = base.extend<{ other: OtherProvider; connectedToOther: Pantrie }>({
	other: async ({ pantrie }, use) => {
		const provider = await OtherProvider.start(pantrie);
		await use(provider);
		await provider.stop();
	},
	connectedToOther: async ({ pantrie, other }, use) => {
		await pantrie.connect(other.settings);
		await use(pantrie);
	}
});

async function signInThere(page: Page, pantrie: Pantrie, who: string): Promise<void> {
	await toAuthentik(page, pantrie);
	await expect(page).toHaveTitle('Another provider');
	await page.getByLabel('Username').fill(who);
	await page.getByLabel('Password').fill(who);
	await page.getByRole('button', { name: 'Sign in' }).click();
}

test('somebody new gets an account, with name and address from userinfo', async ({
	page,
	anotherBrowser,
	connectedToOther: pantrie
}) => {
	await signInThere(page, pantrie, 'mara');
	await expect(page).toHaveURL(`${pantrie.url}/`);
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	await expect(page.getByLabel('Find, or add something')).toBeVisible();
	await page.goto(`${pantrie.url}/settings/account`);
	await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Mara Brandt');
	await expect(page.getByText('mara@example.org').first()).toBeVisible();
	await expect(page.getByText('You signed in with Authentik.')).toBeVisible();

	// In another browser it is the same account.
	const again = await anotherBrowser();
	await signInThere(again, pantrie, 'mara');
	await expect(again.getByRole('heading', { level: 1 })).toContainText('Mara');
	await signOut(again, pantrie);
	await signIn(again, pantrie);
	await again.goto(`${pantrie.url}/settings/administration/users`);
	await expect(again.getByText('mara@example.org')).toHaveCount(1);
});

test('an account that exists is linked by its verified address', async ({
	page,
	anotherBrowser,
	connectedToOther: pantrie
}) => {
	await open(page, pantrie);
	const there = await anotherBrowser();
	await signInThere(there, pantrie, 'sam');
	await expect(there.getByText('Your Authentik account is now linked')).toBeVisible();
	await there.goto(`${pantrie.url}/settings/administration/users`);
	await expect(there.getByLabel(/^Actions for/)).toHaveCount(1);
});

test('a wrong secret is explained, and the right one works', async ({ page, pantrie, other }) => {
	await pantrie.connect({ ...other.settings, clientSecret: 'wrong-secret-4713' });
	await signInThere(page, pantrie, 'mara');
	await expectRefusal(page, 'Failed to authenticate: Authentik refused Pantrie');
	expect(other.log).toContain('invalid_client');
	await pantrie.connect({ ...other.settings, clientSecret: secret });
	await toAuthentik(page, pantrie);
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	expect(pantrie.log).not.toContain('wrong-secret-4713');
});

/** The provider's own page that asks before it ends the session. */
async function agreeToSignOutThere(page: Page): Promise<void> {
	await page.getByRole('button', { name: /Yes, sign me out/ }).click();
}

test('signing out here signs out there, and the next sign-in asks again', async ({
	page,
	pantrie,
	other
}) => {
	await pantrie.connect({ ...other.settings, signOutAtProvider: true });
	await signInThere(page, pantrie, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	await page.goto(`${pantrie.url}/settings/account`);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await agreeToSignOutThere(page);
	await expect(page).toHaveURL(`${pantrie.url}/login?signedOut=authentik`);
	await expect(page.getByText('You are signed out', { exact: true })).toBeVisible();
	await expect(page.getByText('Authentik sent you back after signing out')).toBeVisible();
	await expect(page.getByText(/signed out .*at Authentik/)).toHaveCount(0);
	await toAuthentik(page, pantrie);
	await expect(page).toHaveTitle('Another provider');
});

test('signing out there signs out here', async ({
	page,
	anotherBrowser,
	connectedToOther: pantrie,
	other
}) => {
	await signInThere(page, pantrie, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	const elsewhere = await anotherBrowser();
	await signInThere(elsewhere, pantrie, 'mara');
	await expect(elsewhere.getByRole('heading', { level: 1 })).toContainText('Mara');

	const tab = await page.context().newPage();
	await tab.goto(`${other.url}/application/o/pantrie/end-session/`);
	await agreeToSignOutThere(tab);
	await expect.poll(() => other.log).toContain('told pantrie-id');
	await page.getByRole('link', { name: 'Settings' }).first().click();
	await expect(page).toHaveURL(/\/login/);
	// The session in the other browser is another one there.
	await elsewhere.reload();
	await expect(elsewhere.getByRole('heading', { level: 1 })).toContainText('Mara');
});
