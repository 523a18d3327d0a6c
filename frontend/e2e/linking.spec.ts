import type { Page } from '@playwright/test';
import {
	atProvider,
	authentikByHand,
	expect,
	open,
	signIn,
	signInWithAuthentik,
	test,
	toAuthentik
} from './fixtures.ts';
import { admin, type Pantrie, type Provider } from './servers.ts';

async function openAccount(page: Page, pantrie: Pantrie): Promise<void> {
	await page.goto(`${pantrie.url}/settings/account`);
	await expect(page.getByRole('heading', { name: 'Linked accounts' })).toBeVisible();
}

test('an address that is not verified is linked by the password, once', async ({
	page,
	anotherBrowser,
	connected,
	authentik
}) => {
	await authentik.set({ emailVerified: 'false' });
	await signInWithAuthentik(page, connected, 'sam');
	await expect(page).toHaveURL(/\/login\/link$/);
	await expect(page.getByText('This address belongs to an account here.')).toBeVisible();
	await expect(page.getByLabel('Email')).toHaveValue(admin.email);
	const password = page.getByLabel('Password of the account here');
	await password.fill('not it');
	await page.getByRole('button', { name: 'Connect and sign in' }).click();
	await expect(password).toHaveAttribute('aria-invalid', 'true');
	await password.fill(admin.password);
	await page.getByRole('button', { name: 'Connect and sign in' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
	await openAccount(page, connected);
	await expect(page.getByRole('button', { name: 'Unlink Authentik' })).toBeVisible();
	// The link is used up, and the next sign-in needs nothing more.
	await page.goto(`${connected.url}/login/link`);
	await expect(
		page.getByText('This took too long').or(page.getByText(/Hello/)).first()
	).toBeVisible();
	const phone = await anotherBrowser();
	await signInWithAuthentik(phone, connected, 'sam');
	await expect(phone.getByRole('heading', { level: 1 })).toContainText('Hello');
});

test('with sign-up off the page says nothing about accounts', async ({
	page,
	anotherBrowser,
	connected,
	authentik
}) => {
	await authentik.set({ emailVerified: 'false' });
	await open(page, connected, '/settings/administration/oauth');
	await page.getByRole('switch', { name: 'New people may sign up' }).click();
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('Saved. The next sign-in uses these settings.')).toBeVisible();
	for (const who of ['sam', 'mara']) {
		const tab = await anotherBrowser();
		await signInWithAuthentik(tab, connected, who);
		await expect(tab.getByText(`If ${who}@example.org has an account here`)).toBeVisible();
		await tab.getByLabel('Password of the account here').fill('guess');
		await tab.getByRole('button', { name: 'Connect and sign in' }).click();
		await expect(tab.getByLabel('Password of the account here')).toHaveAttribute(
			'aria-invalid',
			'true'
		);
	}
});

test('link, sign in the new way, unlink', async ({ page, anotherBrowser, connected }) => {
	await open(page, connected);
	await openAccount(page, connected);
	await page.getByRole('button', { name: 'Link Authentik' }).click();
	await atProvider(page, 'mara');
	await expect(page.getByText('Authentik is linked').first()).toBeVisible();
	const phone = await anotherBrowser();
	await signInWithAuthentik(phone, connected, 'mara');
	await expect(phone.getByRole('heading', { level: 1 })).toContainText('Hello');
	await openAccount(page, connected);
	await page.getByRole('button', { name: 'Unlink Authentik' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
	await expect(page.getByRole('button', { name: 'Link Authentik' })).toBeVisible();
	// Who came in that way is out, and comes back as somebody new.
	await phone.goto(`${connected.url}/settings/account`);
	await expect(phone).toHaveURL(/\/login/);
});

test('the only way in stays, until there is a password', async ({ page, connected }) => {
	await signInWithAuthentik(page, connected, 'mara');
	await openAccount(page, connected);
	await expect(page.getByText('Your only way in, so it cannot be unlinked.')).toBeVisible();
	await page.getByLabel('New password').fill('quince and thyme');
	await page.getByRole('button', { name: 'Set password' }).click();
	await expect(page.getByText('Your password is set.').first()).toBeVisible();
	await openAccount(page, connected);
	await expect(page.getByRole('button', { name: 'Unlink Authentik' })).toBeEnabled();
});

const moves = [
	{
		what: 'slug',
		label: 'Application Slug',
		moved: async (authentik: Provider) => {
			await authentik.set({ slug: 'larder' });
			return 'larder';
		}
	},
	{
		// The same one by another name: it calls itself what it is called.
		what: 'address',
		label: 'Authentik Base URL',
		moved: async (authentik: Provider) => authentik.url.replace('127.0.0.1', 'localhost')
	}
];

for (const { what, label, moved } of moves) {
	test(`another ${what}: the links are moved once a test sign-in shows that it is the same Authentik`, async ({
		page,
		anotherBrowser,
		connected,
		authentik
	}) => {
		const phone = await anotherBrowser();
		await signInWithAuthentik(phone, connected, 'mara');
		await expect(phone.getByRole('heading', { level: 1 })).toContainText('Hello');
		await signInWithAuthentik(page, connected, 'sam');
		await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
		const value = await moved(authentik);
		await page.goto(`${connected.url}/settings/administration/oauth`);
		await page.getByLabel(label).fill(value);
		await expect(page.getByText('2 people are linked with the present address.')).toBeVisible();
		await page.getByLabel('Client Secret', { exact: true }).fill(authentik.settings.clientSecret);
		await page.getByRole('button', { name: 'Save', exact: true }).click();
		await expect(page.getByText('2 people are linked with the old address')).toBeVisible();
		await expect(page.getByRole('button', { name: 'Move the links' })).toBeHidden();
		await page.getByRole('button', { name: 'Test sign-in', exact: true }).click();
		await onceMore(page, 'sam', what);
		await page.getByRole('button', { name: 'Move the links' }).click();
		// Sam came in through the old address, so this session ends with the others.
		await expect(page).toHaveURL(/\/login/);
		await toAuthentik(page, connected);
		await page.getByRole('button', { name: 'Continue' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
		await toAuthentik(phone, connected);
		await onceMore(phone, 'mara', what);
		await expect(phone.getByRole('heading', { level: 1 })).toContainText('Hello');
		await page.goto(`${connected.url}/settings/administration/oauth`);
		await expect(page.getByLabel(label)).toHaveValue(value);
		await expect(page.getByText('linked with the old address')).toBeHidden();
	});
}

/** At a provider they are signed in at already; not where it goes by another name, for which the browser has no cookie. */
async function onceMore(page: Page, who: string, changed: string): Promise<void> {
	if (changed === 'address') await atProvider(page, who);
	else await page.getByRole('button', { name: 'Continue' }).click();
}

test('sessions are seen and ended, by oneself and by an administrator', async ({
	page,
	anotherBrowser,
	connected
}) => {
	await signIn(page, connected);
	const phone = await anotherBrowser();
	await signIn(phone, connected);
	await openAccount(page, connected);
	await page.getByRole('button', { name: /^End the session of Chrome/ }).click();
	await expect(page.getByRole('button', { name: /^End the session of Chrome/ })).toHaveCount(0);
	await page.getByRole('button', { name: 'End all others' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click();
	await expect(page.getByRole('button', { name: /^End the session of/ })).toHaveCount(0);
	await phone.goto(`${connected.url}/settings/account`);
	await expect(phone).toHaveURL(/\/login/);

	await signInWithAuthentik(phone, connected, 'mara');
	await expect(phone.getByRole('heading', { level: 1 })).toContainText('Hello');
	await page.goto(`${connected.url}/settings/administration/users`);
	await page.getByLabel('Actions for Mara Brandt').click();
	await page
		.getByRole('button', { name: 'End sessions' })
		.or(page.getByRole('menuitem', { name: 'End sessions' }))
		.click();
	await page.getByRole('dialog').getByRole('button', { name: 'End sessions' }).click();
	await expect(page.getByText('Mara Brandt is signed out everywhere.').first()).toBeVisible();
	await phone.goto(`${connected.url}/settings/account`);
	await expect(phone).toHaveURL(/\/login/);
});

test('groups decide over roles, and the last administrator stays', async ({
	page,
	anotherBrowser,
	connected
}) => {
	await open(page, connected, '/settings/administration/oauth');
	await page.getByLabel('Administrator group').fill('admins');
	await page.getByRole('button', { name: 'Add a rule' }).click();
	await page.getByLabel('Group', { exact: true }).fill('family');
	await page.getByLabel('Role', { exact: true }).selectOption('viewer');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('Saved. The next sign-in uses these settings.')).toBeVisible();

	const mara = await anotherBrowser();
	await signInWithAuthentik(mara, connected, 'mara');
	await mara.goto(`${connected.url}/settings/account`);
	await expect(mara.getByText('as viewer')).toBeVisible();
	// Sam is in no administrator group either, and is the only administrator.
	const sam = await anotherBrowser();
	await signInWithAuthentik(sam, connected, 'sam');
	await sam.goto(`${connected.url}/settings/administration/sign-ins`);
	await expect(sam.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(sam.getByText(/Sam Brandt/).first()).toBeVisible();
});

test('the wizard ends with linking one’s own account', async ({
	page,
	fresh: pantrie,
	authentik
}) => {
	await pantrie.start();
	await page.goto(await pantrie.setupLink());
	await page.getByLabel('Your name').fill(admin.name);
	await page.getByLabel('Your email').fill(admin.email);
	await page.getByLabel('Password', { exact: true }).fill(admin.password);
	await page.getByLabel('Name of the household').fill('Brandt');
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByLabel('Public URL')).toBeVisible();
	await page.getByRole('button', { name: 'Continue' }).click();
	await authentikByHand(page);
	const { baseUrl, slug, clientId, clientSecret } = authentik.settings;
	await page.getByLabel('Authentik Base URL').fill(baseUrl);
	await page.getByLabel('Application Slug').fill(slug);
	await page.getByLabel('Client ID', { exact: true }).fill(clientId);
	await page.getByLabel('Client Secret', { exact: true }).fill(clientSecret);
	await page.getByRole('button', { name: 'Test connection' }).click();
	await expect(
		page.getByRole('listitem').filter({ hasText: 'The redirect URI is registered' })
	).toContainText('Fine');
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('button', { name: 'Finish setup' }).click();
	await atProvider(page, 'sam');
	await expect(page.getByText('Authentik is linked').first()).toBeVisible();
});
