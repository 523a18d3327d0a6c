import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SetupInfo } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';
import {
	payload,
	redirectUriFor,
	rememberedPublicUrl,
	stepOf,
	waysOf,
	type Answers
} from './wizard.ts';

const server = vi.hoisted(() => ({ POST: vi.fn() }));
vi.mock('#lib/api/client.ts', () => ({
	api: server,
	call: (request: Promise<unknown>) => request
}));

const { Wizard } = await import('./wizard.svelte.ts');

const callback = '/api/v1/auth/oauth/authentik/callback';
const free: SetupInfo = {
	publicUrl: { value: '', envVar: '' },
	oauth: {
		baseUrl: { value: '', envVar: '' },
		slug: { value: '', envVar: '' },
		clientId: { value: '', envVar: '' },
		clientSecret: { set: false, envVar: '' }
	},
	oauthCallbackPaths: {
		authentik: callback,
		google: '/api/v1/auth/oauth/google/callback',
		oidc: '/api/v1/auth/oauth/oidc/callback'
	}
};
const locked: SetupInfo = {
	publicUrl: { value: 'https://pantry.example.org/', envVar: 'PANTRIE_PUBLIC_URL' },
	oauth: {
		baseUrl: { value: 'https://auth.example.org', envVar: 'OAUTH_AUTHENTIK_BASE_URL' },
		slug: { value: '', envVar: '' },
		clientId: { value: '', envVar: '' },
		clientSecret: { set: true, envVar: 'OAUTH_AUTHENTIK_CLIENT_SECRET_FILE' }
	},
	oauthCallbackPaths: {
		authentik: callback,
		google: '/api/v1/auth/oauth/google/callback',
		oidc: '/api/v1/auth/oauth/oidc/callback'
	}
};
const answers: Answers = {
	name: ' Sam ',
	email: ' sam@example.org ',
	password: ' keeps its spaces ',
	household: ' Brandt ',
	publicUrl: ' https://typed.example.org ',
	method: 'authentik',
	baseUrl: 'https://typed-auth.example.org',
	slug: ' pantrie ',
	consent: 'implicit',
	group: '',
	ca: '',
	way: 'hand',
	after: 'paste',
	issuerUrl: ' https://id.example.org/realm ',
	label: ' Authelia ',
	clientId: 'id',
	clientSecret: 'secret'
};

describe('payload', () => {
	it('sends everything that was typed', () => {
		expect(payload('T', answers, free)).toMatchObject({
			setupToken: 'T',
			admin: { name: 'Sam', email: 'sam@example.org', password: ' keeps its spaces ' },
			household: { name: 'Brandt' },
			publicUrl: 'https://typed.example.org',
			oauth: {
				provider: 'authentik',
				baseUrl: 'https://typed-auth.example.org',
				slug: 'pantrie',
				clientId: 'id',
				clientSecret: 'secret'
			}
		});
	});
	it('leaves out what the environment sets', () => {
		const body = payload('T', answers, locked);
		expect(body).not.toHaveProperty('publicUrl');
		expect(body.oauth).toEqual({ provider: 'authentik', slug: 'pantrie', clientId: 'id' });
	});
	it.each([
		['google', { provider: 'google', clientId: 'id', clientSecret: 'secret' }],
		[
			'oidc',
			{
				provider: 'oidc',
				issuerUrl: 'https://id.example.org/realm',
				label: 'Authelia',
				clientId: 'id',
				clientSecret: 'secret'
			}
		]
	] as const)('sends the fields of %s only, whatever the environment sets', (method, want) => {
		expect(payload('T', { ...answers, method }, locked).oauth).toEqual(want);
	});
	it('sends the authority of Authentik’s certificate when there is one', () => {
		expect(payload('T', { ...answers, ca: ' PEM ' }, free).oauth).toMatchObject({ ca: 'PEM' });
		expect(payload('T', answers, free).oauth).not.toHaveProperty('ca');
	});
	it('sends nothing of Authentik for local accounts only', () => {
		expect(payload('T', { ...answers, method: 'local' }, free)).not.toHaveProperty('oauth');
	});
});

it.each([
	['admin.email', 1],
	['household.name', 1],
	['publicUrl', 2],
	['oauth.slug', 3],
	['oauth', 3],
	['setupToken', 4]
])('%s is asked on step %d', (field, step) => {
	expect(stepOf(field)).toBe(step);
});

it('gives every provider its own redirect URI', () => {
	expect(redirectUriFor('oidc', 'https://pantry.example.org', free)).toBe(
		'https://pantry.example.org/api/v1/auth/oauth/oidc/callback'
	);
});

describe('Wizard', () => {
	const kept = new Map<string, string>();

	beforeEach(() => {
		kept.clear();
		server.POST.mockReset();
		vi.stubGlobal('sessionStorage', {
			getItem: (key: string) => kept.get(key) ?? null,
			setItem: (key: string, value: string) => kept.set(key, value),
			removeItem: (key: string) => kept.delete(key)
		});
	});
	afterEach(() => vi.unstubAllGlobals());

	async function opened(info: SetupInfo) {
		server.POST.mockResolvedValueOnce(info);
		const wizard = new Wizard('http://localhost:8000');
		expect(await wizard.open('T')).toBe(true);
		return wizard;
	}
	const refuse = (status: number, code: string, fields: [string, string][] = []) =>
		server.POST.mockRejectedValueOnce(
			new ApiError({
				status,
				code,
				fields: fields.map(([name, fieldCode]) => ({ name, code: fieldCode, message: '' }))
			})
		);

	it('begins with the address of the browser, and asks for the token first', () => {
		const wizard = new Wizard('http://localhost:8000');
		expect(wizard.phase).toBe('token');
		expect(wizard.answers.publicUrl).toBe('http://localhost:8000');
	});

	it('stays with the token when it is wrong', async () => {
		refuse(403, 'setup_token_invalid');
		const wizard = new Wizard('http://localhost:8000');
		expect(await wizard.open('wrong')).toBe(false);
		expect(wizard.phase).toBe('token');
		expect(wizard.problem).not.toBe('');
		expect(kept.size).toBe(0);
	});

	it('chooses Authentik when the environment sets a part of it', async () => {
		expect((await opened(locked)).answers.method).toBe('authentik');
		expect((await opened(free)).answers.method).toBe('local');
	});

	it('takes the address of the environment rather than the typed one', async () => {
		const wizard = await opened(locked);
		wizard.answers.publicUrl = 'https://typed.example.org';
		expect(wizard.publicUrl).toBe('https://pantry.example.org');
	});

	it('asks the server nothing while a field is empty', async () => {
		const wizard = await opened(free);
		wizard.answers.name = 'Sam';
		expect(await wizard.check(1)).toBe(false);
		expect(Object.keys(wizard.fields)).toEqual(['admin.email', 'admin.password', 'household.name']);
		expect(server.POST).toHaveBeenCalledTimes(1);
	});

	it('keeps every answer when the server refuses, and when going back', async () => {
		const wizard = await opened(free);
		Object.assign(wizard.answers, answers);
		refuse(422, 'validation_failed', [['oauth.slug', 'reserved_slug']]);
		expect(await wizard.check(3)).toBe(false);
		expect(Object.keys(wizard.fields)).toEqual(['oauth.slug']);
		wizard.clear();
		expect({ ...wizard.answers }).toEqual(answers);
		expect(wizard.fields).toEqual({});
	});

	it('keeps the answers over a reload, but neither password nor secret', async () => {
		const wizard = await opened(free);
		Object.assign(wizard.answers, answers);
		server.POST.mockResolvedValueOnce(free);
		await wizard.check(1);
		const again = new Wizard('http://localhost:8000');
		expect(again.answers).toMatchObject({ name: ' Sam ', slug: ' pantrie ', method: 'authentik' });
		expect(again.answers.password).toBe('');
		expect(again.answers.clientSecret).toBe('');
		expect([...kept.values()].join()).not.toMatch(/keeps its spaces|secret"?:"secret/);
	});

	it('leads back to the first step with something to correct', async () => {
		const wizard = await opened(free);
		Object.assign(wizard.answers, answers);
		refuse(422, 'validation_failed', [
			['oauth.slug', 'invalid_slug'],
			['publicUrl', 'invalid_url']
		]);
		expect(await wizard.finish()).toBe(2);
		expect(wizard.phase).toBe('steps');
	});

	it('names the household after the person, until it gets a name of its own', async () => {
		const wizard = await opened(free);
		for (const name of ['S', 'Sam ']) {
			wizard.answers.name = name;
			wizard.suggestHousehold();
		}
		expect(wizard.answers.household).toBe('Sam’s household');
		wizard.answers.household = 'Blue house';
		wizard.namedHousehold = true;
		wizard.answers.name = 'Samantha';
		wizard.suggestHousehold();
		expect(wizard.answers.household).toBe('Blue house');
	});

	it('knows after a reload whether the household has a name of its own', async () => {
		for (const [household, want] of [
			['Sam’s household', false],
			['Blue house', true]
		] as const) {
			kept.set('pantrie.setup.answers', JSON.stringify({ name: 'Sam', household }));
			expect(new Wizard('http://localhost:8000').namedHousehold).toBe(want);
		}
	});

	it('takes over what was set up in Authentik, and keeps no secret of it', async () => {
		const wizard = await opened(free);
		Object.assign(wizard.answers, { method: 'authentik', ca: 'PEM' });
		expect(wizard.incomplete).toBe(true);
		wizard.take({
			baseUrl: 'https://auth.example.org',
			slug: 'pantrie',
			clientId: 'made-id',
			clientSecret: 'made-secret',
			created: [],
			version: '',
			warnings: []
		});
		expect(wizard.incomplete).toBe(false);
		expect(wizard.answers).toMatchObject({ way: 'hand', clientSecret: 'made-secret' });
		expect([...kept.values()].join()).toContain('made-id');
		expect([...kept.values()].join()).not.toContain('made-secret');
		expect(payload('T', wizard.answers, free).oauth).toMatchObject({ clientId: 'made-id' });
	});

	it('does not go on while Authentik is still to be set up', async () => {
		const wizard = await opened(free);
		Object.assign(wizard.answers, answers, { way: 'auto', clientId: '', clientSecret: '' });
		expect(await wizard.check(3)).toBe(false);
		expect(wizard.problem).not.toBe('');
		expect(server.POST).toHaveBeenCalledTimes(1);
	});

	it('shows the four fields when one of them is refused', async () => {
		const wizard = await opened(free);
		Object.assign(wizard.answers, answers, { way: 'auto' });
		refuse(422, 'validation_failed', [['oauth.slug', 'reserved_slug']]);
		await wizard.finish();
		expect(wizard.answers.way).toBe('hand');
	});

	it('leaves out the way that needs what the environment sets', async () => {
		expect(waysOf(free)).toEqual(['auto', 'blueprint', 'hand']);
		expect(waysOf(locked)).toEqual(['blueprint', 'hand']);
		expect((await opened(locked)).answers.way).toBe('hand');
		expect((await opened(free)).answers.way).toBe('auto');
	});

	it('links at the public address only, and only with a provider', async () => {
		const wizard = await opened(free);
		expect(wizard.canLink).toBe(false);
		wizard.answers.method = 'authentik';
		expect(wizard.canLink).toBe(true);
		wizard.answers.publicUrl = 'https://pantry.example.org';
		expect(wizard.canLink).toBe(false);
	});

	it('tells the guide in another tab the address that was typed', async () => {
		const wizard = await opened(free);
		expect(rememberedPublicUrl()).toBe('');
		wizard.answers.publicUrl = 'https://pantry.example.org';
		await wizard.check(2);
		expect(rememberedPublicUrl()).toBe('https://pantry.example.org');
		kept.set('pantrie.setup.answers', 'null');
		expect(rememberedPublicUrl()).toBe('');
	});

	it('is over once the server has written everything, and forgets what it kept', async () => {
		const wizard = await opened(free);
		Object.assign(wizard.answers, answers);
		server.POST.mockResolvedValueOnce({ name: 'Sam', households: [] });
		expect(await wizard.finish()).toBe(0);
		expect(wizard.phase).toBe('complete');
		expect(wizard.me?.name).toBe('Sam');
		expect(kept.size).toBe(0);
	});

	it('says so when another browser was faster', async () => {
		const wizard = await opened(free);
		refuse(409, 'setup_done');
		await wizard.finish();
		expect(wizard.phase).toBe('alreadyDone');
	});
});
