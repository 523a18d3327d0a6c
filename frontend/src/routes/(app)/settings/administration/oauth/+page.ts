import { getOAuthSettings, getTestSignIn, listOAuthProviders } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import { isProvider } from '#lib/providers.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, parent, url }) => {
	depends('app:oauth');
	const wanted = url.searchParams.get('provider');
	const tested = url.searchParams.has('tested');
	await parent(); // refuses whoever is no administrator before anything is asked for
	return guard(read(), url);

	async function read() {
		const listing = listOAuthProviders();
		const providers = await listing;
		const provider = isProvider(wanted)
			? wanted
			: (providers.find(({ configured }) => configured)?.id ?? 'authentik');
		const [settings, testResult] = await Promise.all([
			getOAuthSettings(provider),
			getTestSignIn(provider)
		]);
		return { providers, settings, testResult, tested };
	}
};
