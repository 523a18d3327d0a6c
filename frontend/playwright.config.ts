import { defineConfig } from '@playwright/test';

/** Debian calls it chromium; CHROMIUM names another one. */
const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';

export default defineConfig({
	testDir: 'e2e',
	outputDir: 'test-results',
	workers: 2,
	fullyParallel: true,
	forbidOnly: true,
	retries: 0,
	// Generous: a test that fails because the machine is busy tells nothing.
	timeout: 300_000,
	expect: { timeout: 60_000 },
	reporter: [['list']],
	use: {
		viewport: { width: 1280, height: 800 },
		locale: 'en-GB',
		timezoneId: 'Europe/Berlin',
		screenshot: 'only-on-failure',
		trace: 'off',
		// What moves is waited for before each click.
		contextOptions: { reducedMotion: 'reduce' },
		launchOptions: {
			executablePath,
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync'
			]
		}
	}
});
