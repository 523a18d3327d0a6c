import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { atProvider, expect, open, signInWithAuthentik, test } from './fixtures.ts';
import type { Pantrie, Provider } from './servers.ts';

const oauthPage = '/settings/administration/oauth';

async function openSettings(page: Page, pantrie: Pantrie): Promise<void> {
	await open(page, pantrie, oauthPage);
	await expect(page.getByRole('heading', { name: 'Test connection' })).toBeVisible();
}

/** Runs the test and waits for its end. */
async function runTest(page: Page): Promise<void> {
	await page
		.getByRole('button', { name: /^Test (connection|again)$/ })
		.first()
		.click();
	await expect(page.getByRole('button', { name: 'Test again' }).first()).toBeVisible();
	await expect(page.getByRole('button', { name: 'Stop' })).toHaveCount(0);
}

/** The row of a check, by its name. */
const check = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

const anything = 'nothing-is-known-of-this';

/** Each set-up is broken in one way; the check that fails names the field to change. */
const broken: {
	name: string;
	spoil?: (authentik: Provider, pantrie: Pantrie) => Promise<void>;
	type?: (page: Page, elsewhere: string) => Promise<void>;
	check: string;
	field: string;
	says: RegExp;
}[] = [
	{
		name: 'wrong slug',
		type: async (page) => {
			await page.getByLabel('Application Slug').fill('elsewhere');
			await page.getByLabel('Client Secret', { exact: true }).fill(anything);
		},
		check: 'The provider describes itself',
		field: 'Slug',
		says: /404/
	},
	{
		name: 'nothing listens at the address',
		type: async (page) => {
			await page.getByLabel('Authentik Base URL').fill('http://127.0.0.1:9');
			await page.getByLabel('Client Secret', { exact: true }).fill(anything);
		},
		check: 'Something answers there',
		field: 'Authentik Base URL',
		says: /nothing takes connections/
	},
	{
		name: 'a name that leads nowhere',
		type: async (page) => {
			await page.getByLabel('Authentik Base URL').fill('https://authentik.invalid');
			await page.getByLabel('Client Secret', { exact: true }).fill(anything);
		},
		check: 'The name leads somewhere',
		field: 'Authentik Base URL',
		says: /authentik\.invalid/
	},
	{
		name: 'https where plain http is spoken',
		type: async (page, elsewhere) => {
			await page.getByLabel('Authentik Base URL').fill(elsewhere.replace('http:', 'https:'));
			await page.getByLabel('Client Secret', { exact: true }).fill(anything);
		},
		check: 'The connection is encrypted and trusted',
		field: 'Authentik Base URL',
		says: /http/
	},
	{
		name: 'something else answers there',
		type: async (page, elsewhere) => {
			await page.getByLabel('Authentik Base URL').fill(elsewhere);
			await page.getByLabel('Client Secret', { exact: true }).fill(anything);
		},
		check: 'The provider describes itself',
		field: 'Authentik Base URL',
		says: /HTML|page/
	},
	{
		name: 'no signing key',
		spoil: (authentik) => authentik.set({ noSigningKey: true }),
		check: 'Tokens are signed with a key',
		field: 'Signing Key',
		says: /HS256/
	},
	{
		name: 'encryption key',
		spoil: (authentik) => authentik.set({ encryptionKey: true }),
		check: 'Tokens are not encrypted',
		field: 'Encryption Key',
		says: /encrypt/i
	},
	{
		name: 'the clock is off',
		spoil: (authentik) => authentik.set({ clockOffsetSeconds: 300 }),
		check: 'Both clocks agree',
		field: '',
		says: /minutes|seconds/
	},
	{
		name: 'wrong client secret',
		spoil: (authentik) => authentik.set({ clientSecret: 'another-one' }),
		check: 'Client ID and secret are right',
		field: 'Client Secret',
		says: /invalid_client/
	},
	{
		name: 'wrong client ID',
		type: (page) => page.getByLabel('Client ID', { exact: true }).fill('somebody-else'),
		check: 'Client ID and secret are right',
		field: 'Client ID',
		says: /Client ID/
	},
	{
		name: 'redirect URI with a slash too many',
		spoil: (authentik, pantrie) => authentik.set({ redirectUris: [`${pantrie.redirectUri}/`] }),
		check: 'The redirect URI is registered',
		field: 'Redirect URI',
		says: /callback/
	},
	{
		name: 'down',
		spoil: (authentik) => authentik.set({ down: '503' }),
		check: 'The provider describes itself',
		field: '',
		says: /503/
	}
];

test.describe('test connection', () => {
	let elsewhere: HttpServer;
	test.beforeAll(async () => {
		elsewhere = createServer((_, answer) => {
			answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>Router</title>');
		});
		await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
	});
	test.afterAll(() => elsewhere.close());

	test('everything is fine', async ({ page, connected }) => {
		await openSettings(page, connected);
		await runTest(page);
		await expect(page.getByText('To fix', { exact: true })).toHaveCount(0);
		await expect(check(page, 'Client ID and secret are right')).toContainText('Fine');
		await expect(check(page, 'The redirect URI is registered')).toContainText('Fine');
	});

	for (const one of broken) {
		test(one.name, async ({ page, connected, authentik }) => {
			await one.spoil?.(authentik, connected);
			await openSettings(page, connected);
			await one.type?.(
				page,
				`http://127.0.0.1:${String((elsewhere.address() as AddressInfo).port)}`
			);
			await runTest(page);
			const row = check(page, one.check);
			await expect(row).toContainText('To fix');
			await expect(row).toContainText(one.says);
			if (one.field) await expect(row).toContainText(`Field to change: ${one.field}`);
			await expect(page.getByText(anything)).toHaveCount(0);
		});
	}
});

test('test sign-in shows what would happen, and does nothing of it', async ({
	page,
	connected,
	authentik
}) => {
	await authentik.set({ emailVerified: 'false' });
	await openSettings(page, connected);
	await page.getByRole('button', { name: 'Test sign-in' }).click();
	await atProvider(page, 'sam');
	await expect(page).toHaveURL(/oauth\?provider=authentik&tested=1/);
	await expect(page.getByText(/Would ask for the password of Sam/)).toBeVisible();
	await expect(page.getByText('not verified').first()).toBeVisible();
	await expect(page.getByRole('columnheader', { name: 'ID token' })).toBeVisible();
	await expect(page.getByRole('columnheader', { name: 'Userinfo' })).toBeVisible();
	// The way out is offered where it helps.
	await expect(page.getByText('Authentik reports addresses as not verified')).toBeVisible();
	await expect(page.getByText(/user\.attributes\.get\("email_verified", False\)/)).toBeVisible();
	await page.goto(`${connected.url}/settings/account`);
	await expect(page.getByRole('button', { name: 'Link Authentik' })).toBeVisible();

	await authentik.set({ clientSecret: 'another-one' });
	await page.goto(connected.url + oauthPage);
	await page.getByRole('button', { name: 'Test again' }).last().click();
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByText('The round trip did not work')).toBeVisible();
});

test('the reference of an error page finds its row, with the steps and what to change', async ({
	page,
	anotherBrowser,
	connected,
	authentik
}) => {
	await authentik.set({ clientSecret: 'another-one' });
	await signInWithAuthentik(page, connected, 'mara');
	const shown = await page.getByText(/Reference [0-9A-Z]{3}-[0-9A-Z]{3}/).textContent();
	const reference = shown?.match(/[0-9A-Z]{3}-[0-9A-Z]{3}/)?.[0] ?? '';
	const tab = await anotherBrowser();
	await open(tab, connected, '/settings/administration/sign-ins');
	await expect(tab.getByLabel('Reference')).toBeVisible(); // the filters are open where there is room
	await tab.getByLabel('Reference').fill(reference.toLowerCase());
	await tab.getByRole('button', { name: 'Show', exact: true }).click();
	await expect(tab.getByText(reference).first()).toBeVisible();
	await expect(tab.getByText('1 attempt', { exact: true })).toBeVisible();
	await expect(tab.getByText('Exchanged the code').first()).toBeVisible();
	await expect(tab.getByText(/Copy the Client Secret again/).first()).toBeVisible();
});

test('passwords are switched off after a test, and the sign-in page leads on by itself', async ({
	page,
	anotherBrowser,
	connected,
	authentik
}) => {
	await authentik.set({ consent: 'implicit' });
	await open(page, connected, '/settings/account');
	await page.getByRole('button', { name: 'Link Authentik' }).click();
	await page.getByLabel('Username or email').fill('sam');
	await page.getByLabel('Password').fill('sam');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await expect(page.getByText('Authentik is linked').first()).toBeVisible();

	await page.goto(`${connected.url}/settings/administration/sign-in`);
	const local = page.getByRole('switch', { name: 'Sign in with email and password' });
	await expect(local).toBeDisabled();
	await page.getByRole('button', { name: 'Test sign-in with Authentik' }).click();
	await expect(page.getByText(/Would sign in Sam/)).toBeVisible();
	await page.goto(`${connected.url}/settings/administration/sign-in`);
	await local.click();
	await page.getByRole('button', { name: 'Save' }).first().click();
	await expect(page.getByText('Saved. It counts from the next sign-in.')).toHaveCount(1);
	await page.getByLabel('Go to a provider by itself').selectOption({ label: 'Authentik' });
	await page.getByRole('button', { name: 'Save' }).last().click();
	await expect(page.getByText('Saved. It counts from the next sign-in.')).toHaveCount(2);

	const phone = await anotherBrowser();
	await phone.goto(`${connected.url}/`);
	await expect(phone.getByText('Test provider. Only for tests')).toBeVisible();
	await phone.goto(`${connected.url}/login?local=1`);
	await expect(phone.getByLabel('Email')).toBeVisible();
	await expect(phone.getByText('Only site administrators can sign in with one')).toBeVisible();
	// Not after signing out: that would lead straight back in.
	await page.goto(`${connected.url}/settings/account`);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await expect(page.getByText('You are signed out', { exact: true })).toBeVisible();
	await expect(page).toHaveURL(/\/login\?signedOut=1/);
});
