import {
	atProvider,
	authentikByHand,
	expect,
	expectRefusal,
	fillYou,
	finishHere,
	open,
	passwordAtProvider,
	signIn,
	signInWithAuthentik,
	signOut,
	test,
	toAuthentik
} from './fixtures.ts';
import { admin, secret } from './servers.ts';

test('from an empty folder to signed in with Authentik', async ({
	page,
	fresh: pantrie,
	authentik
}) => {
	await pantrie.start();
	await page.goto(await pantrie.setupLink());
	await expect(page).not.toHaveURL(/token/);

	await fillYou(page);
	await page.getByRole('button', { name: 'Continue' }).click();

	await expect(page.getByLabel('Public URL')).toHaveValue(pantrie.url);
	await page.getByRole('button', { name: 'Continue' }).click();

	await authentikByHand(page);
	await expect(page.getByText(pantrie.redirectUri)).toBeVisible();
	await page.getByLabel('Authentik Base URL').fill(authentik.url);
	await page.getByLabel('Application Slug').fill('pantrie');
	await page.getByLabel('Client ID').fill('pantrie-id');
	await page.getByLabel('Client Secret', { exact: true }).fill(secret);
	await page.getByRole('button', { name: 'Continue' }).click();

	await finishHere(page);
	await expect(page.getByRole('heading', { name: 'Pantrie is ready' })).toBeVisible();
	await page.getByRole('link', { name: 'Go to the pantry' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Sam');
	await expect(page.getByText('Brandt').first()).toBeVisible();
	await signOut(page, pantrie);

	// The page that was wanted is where the sign-in ends.
	await page.goto(`${pantrie.url}/settings/administration/users`);
	await expect(page).toHaveURL(/\/login\?returnTo=/);
	await page.getByRole('link', { name: 'Sign in with Authentik' }).click();
	await atProvider(page, 'sam');
	await expect(page).toHaveURL(`${pantrie.url}/settings/administration/users`);
	await expect(page.getByRole('heading', { name: 'People' })).toBeVisible();
	expect(pantrie.log).not.toContain(secret);
	expect(pantrie.log).not.toContain(admin.password);
});

test('the help page shows the pages of Authentik from which no one comes back', async ({
	page,
	connected
}) => {
	await page.goto(`${connected.url}/help/authentik`);
	const denied = page.locator('section', {
		has: page.getByRole('heading', { name: 'When Authentik denies someone' })
	});
	await expect(denied.getByText('Permission denied')).toBeVisible();
	await expect(denied.getByText('Policy / Group / User Bindings')).toBeVisible();
	await expect(denied.getByText('signs the person out')).toBeVisible();
	await expect(denied.getByText('authorization flow with implicit consent')).toBeVisible();
	await expect(page.getByText('default-invalidation-flow').first()).toBeVisible();
	await expect(page.getByText(/authentik_core\.delete_application/)).toBeVisible();
});

test('the help page for other providers has their fields and this server’s addresses', async ({
	page,
	connected
}) => {
	await page.goto(`${connected.url}/help/providers`);
	await page.getByRole('link', { name: 'Keycloak' }).click();
	const keycloak = page.getByRole('region', { name: 'Keycloak' });
	await expect(keycloak.getByText('Front channel logout')).toBeInViewport();
	await expect(keycloak.getByText('Tried with 26.5')).toBeVisible();
	await expect(page.getByRole('region', { name: 'Authelia' })).toContainText('Not tried');
	for (const address of [
		'oidc/callback',
		'oidc/signed-out',
		'oidc/backchannel-logout',
		'google/callback'
	]) {
		await expect(
			page.getByText(`${connected.url}/api/v1/auth/oauth/${address}`).first()
		).toBeVisible();
	}
});

test('somebody new signs in with Authentik and gets an account', async ({ page, connected }) => {
	await signInWithAuthentik(page, connected, 'mara');
	await expect(page).toHaveURL(`${connected.url}/`);
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	await expect(page.getByLabel('Find, or add something')).toBeVisible();
	await page.goto(`${connected.url}/settings/account`);
	await expect(page.getByText('You signed in with Authentik.')).toBeVisible();
	await expect(page.getByText('Your account has no password.')).toBeVisible();
	// No administration for her, and no way in by typing its address.
	await page.goto(`${connected.url}/settings/administration/oauth`);
	await expect(page.getByText('This part is for the people who run Pantrie')).toBeVisible();
});

test('a verified address links the existing account, and the password keeps working', async ({
	page,
	connected
}) => {
	await signInWithAuthentik(page, connected, 'sam');
	await expect(page.getByText('Your Authentik account is now linked')).toBeVisible();
	await page.reload();
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(page.getByText('Your Authentik account is now linked')).toBeHidden();
	await signOut(page, connected);
	await signIn(page, connected);
});

test('the administrator replaces the client secret, and the next sign-in works', async ({
	page,
	anotherBrowser,
	connected,
	authentik
}) => {
	await authentik.set({ clientSecret: 'second-secret-4712' });
	await signInWithAuthentik(page, connected, 'mara');
	const reference = await expectRefusal(page, 'Failed to authenticate: Authentik refused Pantrie');

	const tab = await anotherBrowser();
	await open(tab, connected, '/settings/administration/oauth');
	await expect(tab.getByText(reference)).toBeVisible();
	await expect(tab.getByLabel('Client Secret', { exact: true })).toHaveValue('');
	await tab.getByLabel('Client Secret', { exact: true }).fill('second-secret-4712');
	await tab.getByRole('button', { name: 'Save' }).click();
	await expect(tab.getByText('Saved. The next sign-in uses these settings.')).toBeVisible();

	await toAuthentik(page, connected);
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	expect(connected.log).not.toContain('second-secret-4712');
});

test('the four variables do the same, and the tab shows them locked', async ({
	page,
	fresh: pantrie,
	authentik
}) => {
	await pantrie.start({
		OAUTH_AUTHENTIK_BASE_URL: authentik.url,
		OAUTH_AUTHENTIK_SLUG: 'pantrie',
		OAUTH_AUTHENTIK_CLIENT_ID: 'pantrie-id',
		OAUTH_AUTHENTIK_CLIENT_SECRET: secret
	});
	await page.goto(await pantrie.setupLink());
	await fillYou(page);
	await page.getByRole('button', { name: 'Continue' }).click();
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByText('OAUTH_AUTHENTIK_SLUG', { exact: true }).first()).toBeVisible();
	await page.getByRole('button', { name: 'Continue' }).click();
	await finishHere(page);
	await page.getByRole('link', { name: 'Go to the pantry' }).click();
	await page.goto(`${pantrie.url}/settings/administration/oauth`);
	for (const name of ['BASE_URL', 'SLUG', 'CLIENT_ID', 'CLIENT_SECRET']) {
		await expect(page.getByText(`OAUTH_AUTHENTIK_${name}`, { exact: true }).first()).toBeVisible();
	}
	await expect(page.getByLabel('Application Slug')).not.toBeEditable();
	await page.getByLabel('Text on the button').fill('Family login');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('Saved. The next sign-in uses these settings.')).toBeVisible();
	await signOut(page, pantrie);
	await page.getByRole('link', { name: 'Family login' }).click();
	await atProvider(page, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
});

const failures: [string, Record<string, unknown>, RegExp][] = [
	['wrong slug', { slug: 'renamed' }, /does not know this application/],
	['wrong client secret', { clientSecret: 'other' }, /Failed to authenticate: Authentik refused/],
	['provider down', { down: 'reset' }, /Authentik does not answer/],
	['proxy without provider', { down: '503' }, /Authentik does not answer/],
	['no signing key', { noSigningKey: true }, /does not sign its tokens with a key/],
	['encryption key', { encryptionKey: true }, /encrypts its tokens/],
	['code too old', { codeLifetimeSeconds: -1 }, /the sign-in came too late/],
	['clock far off', { clockOffsetSeconds: -86400 }, /the token is not valid/]
];

for (const [name, change, text] of failures) {
	test(`${name}: a readable message with a reference`, async ({ page, connected, authentik }) => {
		await authentik.set({ ...change, consent: 'implicit' });
		await toAuthentik(page, connected);
		const username = page.getByLabel('Username or email');
		await expect(username.or(page.getByRole('alert'))).toBeVisible();
		if (await username.isVisible()) await passwordAtProvider(page, 'mara');
		await expectRefusal(page, text);
		await signIn(page, connected); // the password always works
	});
}

test('the provider goes down after people have signed in: still a message, not the browser’s own page', async ({
	page,
	connected,
	authentik
}) => {
	await signInWithAuthentik(page, connected, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	await signOut(page, connected);
	await authentik.set({ down: 'reset' });
	// For three seconds what was seen before is believed, and leads on to Authentik.
	const leadsTo = async () => {
		const path = '/api/v1/auth/oauth/authentik/login';
		const answer = await fetch(connected.url + path, { redirect: 'manual' });
		return answer.headers.get('location');
	};
	await expect.poll(leadsTo).toMatch(/\/login\?/);
	await toAuthentik(page, connected);
	await expectRefusal(page, 'Authentik does not answer');
});

test('who cancels at Authentik stays there, signed out; another provider’s refusal is explained', async ({
	page,
	connected,
	authentik
}) => {
	await toAuthentik(page, connected);
	await passwordAtProvider(page, 'mara');
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
	await expect(page).toHaveURL(new RegExp(`^${authentik.url}`));

	await authentik.set({ cancelReturns: true });
	await toAuthentik(page, connected);
	await passwordAtProvider(page, 'mara');
	await page.getByRole('button', { name: 'Cancel' }).click();
	await expectRefusal(page, 'Authentik did not let you in');
	// Authentik would send the same person back at once, unless it is told to ask again.
	await page.getByRole('link', { name: 'Use another account at Authentik' }).click();
	await passwordAtProvider(page, 'sam');
});

test('the button is there only when it works, and what is missing is named', async ({
	page,
	fresh: pantrie,
	authentik
}) => {
	await pantrie.start({ OAUTH_AUTHENTIK_BASE_URL: authentik.url });
	await pantrie.setUp();
	await page.goto(`${pantrie.url}/login`);
	await expect(page.getByLabel('Email')).toBeVisible();
	await expect(page.getByRole('link', { name: /Authentik/ })).toHaveCount(0);
	await page.goto(`${pantrie.url}/api/v1/auth/oauth/authentik/login`);
	await expect(page.getByRole('alert')).toContainText(
		'OAuth provider not configured: Application Slug, Client ID, and Client Secret are missing'
	);
	expect(pantrie.log).toContain('Application Slug is missing');
	await signIn(page, pantrie);
	await page.goto(`${pantrie.url}/settings/administration/oauth`);
	await expect(page.getByText('Application Slug is missing.')).toBeVisible();
	await expect(page.getByText('OAUTH_AUTHENTIK_SLUG').first()).toBeVisible();
});
