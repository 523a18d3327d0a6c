import type { Page } from '@playwright/test';
import { open } from './fixtures.ts';
import type { Pantrie } from './servers.ts';

/** Adds somebody to the first household, who opens the home page. How people do it is in people.spec.ts. */
export async function joinAs(
	someone: Page,
	pantrie: Pantrie,
	name: string,
	role: 'admin' | 'editor' | 'viewer'
) {
	await open(someone, pantrie, '/', await pantrie.addMember(name, role));
}
