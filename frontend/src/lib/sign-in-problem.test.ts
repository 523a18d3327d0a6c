import { describe, expect, it } from 'vitest';
import { SIGN_IN_CODES } from '#lib/api/errors.ts';
import { signInOutcomes } from '#lib/messages';
import { PROVIDERS } from './providers.ts';
import { describeSignInProblem } from './sign-in-problem.ts';

describe.each(PROVIDERS)('with %s', (provider) => {
	it.each(SIGN_IN_CODES)('%s says what happened, what to do and what to compare', (code) => {
		const name = 'Family login';
		const problem = describeSignInProblem({ code, provider, name });
		for (const text of [problem.text, problem.fix]) {
			expect(text).toMatch(/^[A-Z].{40,}[.]$/);
			expect(text).not.toMatch(/undefined|\[object|!|—/);
		}
		expect(problem.title.length).toBeGreaterThan(10);
		const said = `${problem.title} ${problem.text} ${problem.fix} ${signInOutcomes.reasons[code](name)}`;
		if (provider !== 'authentik') expect(said).not.toContain('Authentik');
		if (provider !== 'google') expect(said).not.toContain('Google');
	});
});

const authentik = { provider: 'authentik', code: 'oauth_not_configured' };

it('names what is missing', () => {
	expect(describeSignInProblem({ ...authentik, missing: 'slug' }).title).toBe(
		'OAuth provider not configured: Application Slug is missing'
	);
	expect(
		describeSignInProblem({ ...authentik, missing: 'baseUrl,clientId,clientSecret' }).title
	).toBe(
		'OAuth provider not configured: Authentik Base URL, Client ID, and Client Secret are missing'
	);
});

it('never repeats what only the address says', () => {
	const unknown = describeSignInProblem({ code: 'internal', provider: 'authentik' });
	for (const code of ['<img src=x>', 'constructor', 'toString']) {
		expect(describeSignInProblem({ code, provider: 'authentik' })).toEqual(unknown);
	}
	expect(describeSignInProblem({ ...authentik, missing: 'title,toString,evil' })).toEqual(
		describeSignInProblem(authentik)
	);
	const stranger = describeSignInProblem({ code: 'provider_unreachable', provider: 'evil' });
	expect(JSON.stringify(stranger)).not.toContain('evil');
});

it('shows the exact redirect URI where it may be the cause', () => {
	const publicUrl = 'https://home.example.org/pantrie/';
	expect(
		describeSignInProblem({ code: 'client_rejected', provider: 'oidc', publicUrl })
	).toMatchObject({
		redirectUri: 'https://home.example.org/pantrie/api/v1/auth/oauth/oidc/callback'
	});
	expect(
		describeSignInProblem({ code: 'signup_off', provider: 'oidc', publicUrl }).redirectUri
	).toBe('');
});
