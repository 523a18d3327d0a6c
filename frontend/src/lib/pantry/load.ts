import type { Me } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';
import { guard } from '#lib/api/session.ts';
import { currentHousehold } from '#lib/current-household.svelte.ts';

/**
 * For `load`: asks for something of the household that is shown. Null without a household; `gone` when
 * somebody took the person out since the app was opened.
 */
export async function ofHousehold<T>(
	me: Me,
	url: { pathname: string; search: string },
	ask: (household: string) => Promise<T>
): Promise<{ found: T | null; gone: boolean }> {
	const household = currentHousehold.of(me);
	if (!household) return { found: null, gone: false };
	try {
		return { found: await guard(ask(household.id), url), gone: false };
	} catch (error) {
		if (error instanceof ApiError && error.code === 'not_found') return { found: null, gone: true };
		throw error;
	}
}
