import {
	atProvider,
	expect,
	expectAccessible,
	signInWithAuthentik,
	test,
	toAuthentik
} from './fixtures.ts';
import { add } from './kitchen.ts';

const aWhileAgo = { clockOffsetSeconds: -20 };
const now = { clockOffsetSeconds: 0 };

test('signed out at both, and as far as each version of Authentik lets it', async ({
	page,
	pantrie,
	authentik
}) => {
	await pantrie.connect({ ...authentik.settings, signOutAtProvider: true });
	const signedOut = `${pantrie.url}/api/v1/auth/oauth/authentik/signed-out`;
	await authentik.set({ postLogoutRedirectUris: [signedOut] });
	const leave = async () => {
		await page.goto(`${pantrie.url}/settings/account`);
		await page.getByRole('button', { name: 'Sign out' }).click();
	};

	await signInWithAuthentik(page, pantrie, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	await leave();
	await expect(page).toHaveURL(`${pantrie.url}/login?signedOut=authentik`);
	await expect(page.getByText('You are signed out', { exact: true })).toBeVisible();
	await toAuthentik(page, pantrie);
	await atProvider(page, 'mara'); // who was signed out there has to type it again
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');

	// An older Authentik signs out too, but sends nobody back.
	await authentik.set({ version: '2025.10.4' });
	await leave();
	await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
	await expect(page).toHaveURL(new RegExp(`^${authentik.url}`));
	await toAuthentik(page, pantrie);
	await atProvider(page, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');

	// With the flow that signs nobody out, only Pantrie is left.
	await authentik.set({ logoutKeepsSession: true });
	await leave();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('logged out of pantrie');
	await page.goto(`${pantrie.url}/settings/account`);
	await expect(page).toHaveURL(/\/login/);
	await toAuthentik(page, pantrie);
	await page.getByRole('button', { name: 'Continue' }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
});

test('who has no password proves twice in one session of Authentik that it is them', async ({
	page,
	connected,
	authentik
}) => {
	const prove = async () => {
		connected.hoursPass(1);
		await page.goto(`${connected.url}/settings/account`);
		await page.getByRole('link', { name: 'Confirm with Authentik' }).click();
		await atProvider(page, 'mara');
		await expect(page).toHaveURL(/\/settings\/account/);
		await expect(page.getByLabel('New password')).toBeVisible();
	};
	await signInWithAuthentik(page, connected, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	await authentik.set(aWhileAgo);
	await prove();
	// Authentik heeds prompt=login only once in a session.
	await authentik.set(now);
	await prove();
	await page.getByLabel('New password').fill('quince and thyme');
	await page.getByRole('button', { name: 'Set password' }).click();
	await expect(page.getByText('Your password is set.').first()).toBeVisible();
});

test('who is deactivated at Authentik is out within the hour', async ({
	page,
	anotherBrowser,
	connected,
	authentik
}) => {
	await authentik.set({ offlineAccess: true });
	const sam = await anotherBrowser();
	await signInWithAuthentik(sam, connected, 'sam');
	await expect(sam.getByRole('heading', { level: 1 })).toContainText('Hello');
	await signInWithAuthentik(page, connected, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
	await authentik.setPerson({ username: 'mara', disabled: true });
	await page.reload();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');

	connected.hoursPass(1);
	await page.reload();
	await expect(page).toHaveURL(/\/login/);
	await sam.reload();
	await expect(sam.getByRole('heading', { level: 1 })).toContainText('Hello');
	await expectAccessible(page, 'the sign-in page of somebody who is out');

	await authentik.setPerson({ username: 'mara', disabled: false });
	await signInWithAuthentik(page, connected, 'mara');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Mara');
});

test('Authentik is down for a day, and nobody is out', async ({ page, connected, authentik }) => {
	await authentik.set({ offlineAccess: true });
	await signInWithAuthentik(page, connected, 'sam');
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
	await authentik.set({ down: 'reset' });
	for (const hours of [1, 8, 15]) {
		connected.hoursPass(hours);
		await page.goto(connected.url);
		await add(page, `${hours} pears +2d`);
	}
	await authentik.set({ down: '' });
	connected.hoursPass(1);
	await page.goto(connected.url);
	await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
});
