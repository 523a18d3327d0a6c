import { getInstanceSettings, listOAuthProviders, listUsers } from '#lib/api/load.ts';
import { nextSteps } from './steps.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	const { me } = await parent();
	return { steps: me.siteAdmin ? loadSteps() : null };
};

/** Not awaited: the page shows at once, and this part follows. */
async function loadSteps() {
	const [providers, users, instance] = await Promise.all([
		listOAuthProviders(),
		listUsers(),
		getInstanceSettings()
	]);
	return nextSteps(providers, users, instance, location.origin);
}
