import { mkdirSync } from 'node:fs';
import { expect, expectAccessible, test, typePassword } from './fixtures.ts';

test('a demo has something on every page, and says what it is', async ({ page, fresh }) => {
	const pictures = process.env.PANTRIE_SHOTS;
	if (pictures) mkdirSync(pictures, { recursive: true });
	await fresh.start({}, ['demo']);
	await expect.poll(() => fresh.log).toMatch(/The password of each is \S+/);
	const password = fresh.log.match(/The password of each is (\S+)/)?.[1] ?? '';
	const banner = page.getByRole('complementary', { name: 'Demo' });

	for (const [width, height] of [
		[390, 844],
		[1280, 800]
	] as const) {
		await page.setViewportSize({ width, height });
		await page.goto(`${fresh.url}/login`);
		if (width === 390) {
			await expect(banner).toContainText('Everything in it is made up');
			await expectAccessible(page, 'the sign-in page of a demo');
			await typePassword(page, { email: 'sam@example.org', password });
		}
		await expect(page.getByRole('heading', { level: 1 })).toContainText('Hello');
		await expect(page.getByText('Cooked ham').first()).toBeVisible();
		await expect(banner).toBeVisible();
		for (const scheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme: scheme });
			await expectAccessible(page, `the home page of a demo, ${scheme}`);
			if (pictures) await page.screenshot({ path: `${pictures}/demo-home-${width}-${scheme}.png` });
		}
	}
});
