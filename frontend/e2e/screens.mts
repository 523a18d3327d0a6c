// Takes the pictures of the README from the built binary: node e2e/screens.mts
import { chromium } from '@playwright/test';
import { admin, Pantrie, Provider } from './servers.ts';

const host = 'pantry.brandt.home';
const pantrie = new Pantrie();
const address = `http://${host}`;
const provider = await Provider.start();
await provider.set({ redirectUris: [`${address}/api/v1/auth/oauth/authentik/callback`] });
await pantrie.start();
const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
	args: [
		'--no-sandbox',
		'--disable-gpu',
		'--disable-background-networking',
		`--host-resolver-rules=MAP ${host}:80 ${new URL(pantrie.url).host}, MAP auth.brandt.home:80 ${new URL(provider.url).host}`
	]
});
const page = await browser.newPage({ viewport: { width: 1120, height: 800 }, locale: 'en-GB' });
const shot = (name: string) => page.screenshot({ path: `screens/${name}.png`, fullPage: true });

await page.goto((await pantrie.setupLink()).replace(pantrie.url, address));
await page.getByLabel('Your name').fill(admin.name);
await page.getByLabel('Your email').fill(admin.email);
await page.getByLabel('Password', { exact: true }).fill(admin.password);
await page.getByLabel('Name of the household').fill('Brandt');
await page.getByRole('button', { name: 'Continue' }).click();
await page.getByLabel('Public URL').waitFor();
await page.getByRole('button', { name: 'Continue' }).click();
await page.getByLabel('Authentication method').selectOption('Authentik');
await page.getByText('By hand', { exact: true }).click();
await page.getByLabel('Authentik Base URL').fill(provider.url);
await page.getByLabel('Application Slug').fill('pantrie');
await page.getByLabel('Client ID').fill('pantrie-id');
await page.getByLabel('Client Secret', { exact: true }).fill(provider.settings.clientSecret);
await shot('setup-oauth');
await page.getByRole('button', { name: 'Continue' }).click();
await page.getByRole('switch', { name: 'Link my Authentik account right away' }).click();
await page.getByRole('button', { name: 'Finish setup' }).click();
await page.getByRole('link', { name: 'Go to the pantry' }).click();
await page.goto(`${address}/settings/account`);
await page.getByRole('button', { name: 'Sign out' }).click();
await page.getByRole('link', { name: 'Sign in with Authentik' }).click();
await page.getByLabel('Username or email').fill('sam');
await page.getByLabel('Password').fill('sam');
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByRole('button', { name: 'Continue' }).click();
await page.getByRole('heading', { level: 1 }).waitFor();
await page.goto(`${address}/settings/administration/oauth`);
await page.getByText('Recent sign-ins').waitFor();
await shot('oauth-settings');
await browser.close();
await pantrie.dispose();
await provider.stop();
