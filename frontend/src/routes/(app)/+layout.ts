import { getMe } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ depends, url, untrack }) => {
	depends('app:me');
	// Untracked: going to another page does not ask again who is signed in.
	return {
		me: await guard(
			getMe(),
			untrack(() => url)
		)
	};
};
