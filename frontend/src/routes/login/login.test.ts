import { expect, it } from 'vitest';
import { SIGN_IN_CODES } from '#lib/api/errors.ts';
import { signInProblems } from '#lib/messages';
import { describeSignInProblem } from './problem.ts';
import { signInAddress } from './sign-in-address.ts';

it.each(SIGN_IN_CODES)('says what happened and what to do for %s', (code) => {
	const { title, text } = describeSignInProblem(code, []);
	expect(title).toBe(signInProblems[code].title);
	expect(text.length).toBeGreaterThan(40);
});

it('names what is missing', () => {
	expect(describeSignInProblem('oauth_not_configured', ['slug']).title).toBe(
		'OAuth provider not configured: Application Slug is missing'
	);
	expect(
		describeSignInProblem('oauth_not_configured', ['baseUrl', 'clientId', 'clientSecret']).title
	).toBe(
		'OAuth provider not configured: Authentik Base URL, Client ID, and Client Secret are missing'
	);
});

it('never repeats what only the address says', () => {
	const problem = describeSignInProblem('<img src=x>', ['title', 'toString', 'evil']);
	expect(problem).toEqual(signInProblems.internal);
	expect(describeSignInProblem('oauth_not_configured', ['title', 'toString', 'evil'])).toEqual(
		signInProblems.oauth_not_configured
	);
	expect(describeSignInProblem('constructor', [])).toEqual(signInProblems.internal);
});

it.each([
	['/api/login', '/', '/api/login'],
	['/api/login', '/settings?a=1', '/api/login?returnTo=%2Fsettings%3Fa%3D1'],
	['/sub/api/login?x=1', '/a', '/sub/api/login?x=1&returnTo=%2Fa']
])('%s coming back to %s is %s', (loginUrl, returnTo, want) => {
	expect(signInAddress(loginUrl, returnTo)).toBe(want);
});
