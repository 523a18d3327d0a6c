import { getInstanceSettings, getOAuthSettings, listUsers } from '#lib/api/load.ts';
import { nextSteps } from './steps.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
	const { me } = await parent();
	return { steps: me.siteAdmin ? loadSteps() : null };
};

/** Not awaited: the page shows at once, and this part follows. */
async function loadSteps() {
	const [oauth, users, instance] = await Promise.all([
		getOAuthSettings(),
		listUsers(),
		getInstanceSettings()
	]);
	return nextSteps(oauth, users, instance, location.origin);
}
