import { missingSetting, signInProblems } from '#lib/messages';
import type { SignInCode } from '#lib/api/errors.ts';

const names = missingSetting as Record<string, unknown>;

/** What the login page says about `?error=<code>&missing=<fields>`. */
export function describeSignInProblem(
	code: string,
	missing: string[]
): { title: string; text: string } {
	const problem = Object.hasOwn(signInProblems, code)
		? signInProblems[code as SignInCode]
		: signInProblems.internal;
	const fields = missing.flatMap((field) => {
		const name = field === 'title' ? undefined : names[field];
		return typeof name === 'string' ? [name] : [];
	});
	if (code !== 'oauth_not_configured' || fields.length === 0) return problem;
	return { title: missingSetting.title(fields), text: problem.text };
}
