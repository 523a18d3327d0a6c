import type { Page } from '@playwright/test';
import {
	atProvider,
	expect,
	expectAccessible,
	invite,
	open,
	signInWithAuthentik,
	test
} from './fixtures.ts';

const heading = (page: Page) => page.getByRole('heading', { level: 1 });

test('somebody is invited through Authentik while nobody may sign up', async ({
	page,
	anotherBrowser,
	pantrie,
	authentik
}) => {
	await pantrie.connect({ ...authentik.settings, signUp: false });
	await open(page, pantrie);
	const link = await invite(page, pantrie, 'Viewer');

	const mara = await anotherBrowser();
	await signInWithAuthentik(mara, pantrie, 'mara');
	await expect(mara.getByText('You have no account here yet')).toBeVisible();
	const asked: string[] = [];
	mara.on('request', (request) => asked.push(request.url()));
	await mara.goto(link);
	await expect(heading(mara)).toHaveText('Sam invites you to Brandt');
	await expect(mara.getByText('You join as a viewer')).toBeVisible();
	await expect(mara).toHaveURL(`${pantrie.url}/invite`);
	await expectAccessible(mara, 'an invitation');
	await mara.getByRole('button', { name: 'Sign in with Authentik' }).click();
	await mara.getByRole('button', { name: 'Continue' }).click();
	await expect(mara.getByText('You look at Brandt as a viewer')).toBeVisible();
	const token = link.split('#token=')[1] ?? '';
	expect(asked.filter((url) => url.includes(token) && !url.includes('#'))).toEqual([]);
	expect(pantrie.log).not.toContain(token);

	// Nobody else comes in by it.
	const other = await anotherBrowser();
	await other.goto(link);
	await expect(heading(other)).toHaveText('This invitation has been used');
	await expect(other.getByText('Brandt')).toHaveCount(0);
	await expectAccessible(other, 'a used invitation');
	await other.reload();
	await expect(heading(other)).toHaveText('The link is not complete');

	await page.reload();
	await expect(page.getByRole('listitem').filter({ hasText: 'Mara Brandt' })).toContainText(
		'Viewer'
	);
	await expect(page.getByText('Open invitations')).toHaveCount(0);
});

test('somebody is invited and makes an account with a password', async ({
	page,
	anotherBrowser,
	pantrie
}) => {
	await open(page, pantrie);
	const link = await invite(page, pantrie, 'Editor');
	const pia = await anotherBrowser();
	await pia.goto(link);
	await pia.getByRole('button', { name: 'Create my account and join' }).click();
	await expect(pia.getByLabel('Your name')).toHaveAttribute('aria-invalid', 'true');
	await pia.getByLabel('Your name').fill('Pia');
	await pia.getByLabel('Your email').fill('sam@example.org');
	await pia.getByLabel('Choose a password').fill('quince and thyme');
	await pia.getByRole('button', { name: 'Create my account and join' }).click();
	await expect(pia.getByLabel('Your email')).toHaveAttribute('aria-invalid', 'true');
	await pia.getByLabel('Your email').fill('pia@example.org');
	await pia.getByRole('button', { name: 'Create my account and join' }).click();
	await expect(pia.getByLabel('Find, or add something')).toBeVisible();

	// She has a household of her own, and Sam comes into it with the account that he has.
	await pia.goto(`${pantrie.url}/settings/household`);
	await expect(heading(pia)).toBeVisible();
	await expect(pia.getByRole('heading', { name: 'Invite somebody' })).toHaveCount(0);
	await pia.getByRole('button', { name: 'Make another household' }).click();
	await pia.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Cabin');
	await pia.getByRole('button', { name: 'Make it' }).click();
	await expect(pia.getByText('Cabin is made.')).toBeVisible();
	const toCabin = await invite(pia, pantrie, 'Viewer');
	const tablet = await anotherBrowser();
	await tablet.goto(toCabin);
	await tablet.getByRole('button', { name: 'I have an account here' }).click();
	await tablet.getByLabel('Your email').fill('sam@example.org');
	await tablet.getByLabel('Password', { exact: true }).fill('wrong');
	await tablet.getByRole('button', { name: 'Sign in and join' }).click();
	await expect(tablet.getByText('That email and password do not match.')).toBeVisible();
	await tablet.getByLabel('Password', { exact: true }).fill('plum jam on toast');
	await tablet.getByRole('button', { name: 'Sign in and join' }).click();
	await expect(tablet.getByText('You look at Cabin as a viewer')).toBeVisible();
});

test('an invitation is accepted by whoever is signed in, and withdrawn', async ({
	page,
	anotherBrowser,
	connected: pantrie
}) => {
	const mara = await anotherBrowser();
	await signInWithAuthentik(mara, pantrie, 'mara');
	await expect(heading(mara)).toContainText('Hello');
	await open(page, pantrie);
	const link = await invite(page, pantrie, 'Admin');
	await page.goto(link);
	await expect(page.getByText('You are in Brandt already')).toBeVisible();
	await mara.goto(link);
	await expect(mara.getByText('You are signed in as Mara Brandt.')).toBeVisible();
	await mara.getByRole('button', { name: 'Join Brandt' }).click();
	await expect(mara.getByLabel('Find, or add something')).toBeVisible();

	const withdrawn = await invite(page, pantrie, 'Viewer');
	await expect(page.getByText('For a viewer')).toBeVisible();
	const other = await anotherBrowser();
	await other.goto(withdrawn);
	await expect(heading(other)).toHaveText('Sam invites you to Brandt');
	await page.getByRole('button', { name: 'Withdraw' }).click();
	await expect(page.getByText('The invitation is withdrawn.')).toBeVisible();
	await expect(page.locator('code')).toHaveCount(0);
	await other.getByRole('button', { name: 'Sign in with Authentik' }).click();
	await expect(heading(other)).toHaveText('This invitation has been withdrawn');
});

test('somebody who is invited and in none of the allowed groups reads why', async ({
	page,
	anotherBrowser,
	pantrie,
	authentik
}) => {
	await pantrie.connect({ ...authentik.settings, allowedGroups: ['friends'] });
	await open(page, pantrie);
	const link = await invite(page, pantrie, 'Viewer');
	const mara = await anotherBrowser();
	await mara.goto(link);
	await mara.getByRole('button', { name: 'Sign in with Authentik' }).click();
	await atProvider(mara, 'mara');
	await expect(mara.getByRole('alert')).toContainText('you are not in a group that may come in');
	await expect(mara.getByText(/Reference [0-9A-Z]{3}-[0-9A-Z]{3}/)).toBeVisible();
	await expect(heading(mara)).toHaveText('Sam invites you to Brandt');
	await expect(mara.getByLabel('Your name')).toBeVisible();
});
