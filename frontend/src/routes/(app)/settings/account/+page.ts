import { getAccount, listTokens } from '#lib/api/load.ts';
import { guard } from '#lib/api/session.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ depends, url }) => {
	depends('app:account');
	const params = url.searchParams;
	const code = params.get('error') ?? '';
	const [account, tokens, problem] = await Promise.all([
		guard(getAccount(), url),
		guard(listTokens(), url),
		code === '' ? null : explain(code, params.get('provider'))
	]);
	return {
		account,
		tokens,
		arrival: {
			linked: params.get('linked'),
			problem,
			reference: params.get('ref') ?? ''
		}
	};
};

/** The texts are fetched only when linking went wrong. */
async function explain(code: string, provider: string | null) {
	const { describeSignInProblem } = await import('#lib/sign-in-problem.ts');
	return describeSignInProblem({ code, provider });
}
