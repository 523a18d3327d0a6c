import { beforeEach, describe, expect, it, vi } from 'vitest';
import type {
	AuthentikApi,
	AuthentikInput,
	AuthentikProblem,
	Plan,
	PlanAnswer,
	RunLine
} from '#lib/api/authentik.ts';
import { ApiError } from '#lib/api/errors.ts';
import { authentikSetup as words, errors } from '#lib/messages';
import {
	AuthentikSetup,
	cameWhole,
	fieldsOf,
	rowsOf,
	STEP_IDS,
	type SetupEnv,
	type SetupValues
} from './authentik-setup.svelte.ts';

vi.mock('#lib/api/session.ts', () => ({ leaveIfSignedOut: () => false }));

const TOKEN = 'ak-token-that-nobody-else-may-see';
const free: SetupEnv = {
	baseUrl: { value: '', envVar: '' },
	slug: { value: '', envVar: '' }
};
const plan = (more: Partial<Plan> = {}): Plan => ({
	version: '2026.5.0',
	slug: 'pantrie',
	items: [],
	groups: [],
	warnings: [],
	...more
});
const problem = (more: Partial<AuthentikProblem> = {}): AuthentikProblem => ({
	code: 'token_wrong',
	message: 'Authentik does not know this token.',
	fix: 'Copy it again.',
	field: 'apiToken',
	fields: [],
	step: '',
	permission: '',
	left: [],
	...more
});
const result = {
	baseUrl: 'https://auth.example.org',
	slug: 'pantrie',
	clientId: 'id',
	clientSecret: 'secret',
	created: ['provider Pantrie', 'application Pantrie'],
	version: '2026.5.0',
	warnings: []
};

const plans = vi.fn<(input: AuthentikInput, signal: AbortSignal) => Promise<PlanAnswer>>();
const runs =
	vi.fn<(input: AuthentikInput, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>>();
const api: AuthentikApi = { saves: false, plan: plans, apply: runs, blueprint: vi.fn() };

function setUp(values: Partial<SetupValues> = {}, env = free) {
	return new AuthentikSetup(
		api,
		{ baseUrl: '', slug: '', consent: 'implicit', group: '', ca: '', ...values },
		() => env
	);
}
function filled(values: Partial<SetupValues> = {}) {
	const setup = setUp({ baseUrl: 'https://auth.example.org', ...values });
	setup.token = TOKEN;
	return setup;
}
function stream(lines: RunLine[], cut = false) {
	return new ReadableStream<Uint8Array>({
		start(controller) {
			for (const line of lines)
				controller.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
			if (cut) controller.error(new TypeError('cut'));
			else controller.close();
		}
	});
}
/** An answer that comes when the test says so. */
function later<T>() {
	let give: (value: T) => void = () => undefined;
	const promise = new Promise<T>((resolve) => (give = resolve));
	return { promise, give };
}
/** All that can be read from it, to look for the token. */
const everything = (setup: AuthentikSetup) =>
	JSON.stringify([setup.token, setup.values, setup.plan, setup.problem, setup.steps, setup.fields]);

beforeEach(() => {
	plans.mockReset();
	runs.mockReset();
});

describe('the plan is asked for', () => {
	it.each([
		['', TOKEN],
		['https://auth.example.org', ''],
		['https://auth.example.org', '   '],
		['auth.example.org', TOKEN],
		['https://', TOKEN]
	])('not with %j and %j', async (baseUrl, token) => {
		const setup = setUp({ baseUrl });
		setup.token = token;
		await setup.look();
		expect(plans).not.toHaveBeenCalled();
	});

	it('when address and token are there, with what was chosen', async () => {
		plans.mockResolvedValue({ plan: plan() });
		const setup = filled({ slug: ' pantry ', group: ' family ', ca: ' PEM ' });
		setup.token = ` ${TOKEN}\n`;
		await setup.look();
		expect(plans.mock.calls[0]?.[0]).toEqual({
			baseUrl: 'https://auth.example.org',
			apiToken: TOKEN,
			slug: 'pantry',
			consent: 'implicit',
			group: 'family',
			existing: '',
			ca: 'PEM'
		});
		expect(setup).toMatchObject({ phase: 'idle', current: true, problem: null });
	});

	it('without what the environment sets', async () => {
		plans.mockResolvedValue({ plan: plan() });
		const setup = setUp(
			{ baseUrl: 'typed', slug: 'typed' },
			{
				baseUrl: { value: 'https://env.example.org', envVar: 'OAUTH_AUTHENTIK_BASE_URL' },
				slug: { value: 'env', envVar: 'OAUTH_AUTHENTIK_SLUG' }
			}
		);
		setup.token = TOKEN;
		await setup.look();
		expect(plans.mock.calls[0]?.[0]).toEqual({
			apiToken: TOKEN,
			consent: 'implicit',
			group: '',
			existing: '',
			ca: ''
		});
	});

	it('once for the same values, and again when the person says so', async () => {
		plans.mockResolvedValue({ problem: problem() });
		const setup = filled();
		await setup.look();
		await setup.look();
		expect(plans).toHaveBeenCalledTimes(1);
		await setup.look({ again: true });
		expect(plans).toHaveBeenCalledTimes(2);
	});

	it('again after a change, and until then the old plan is not current', async () => {
		plans.mockResolvedValue({ plan: plan() });
		const setup = filled();
		await setup.look();
		setup.values.consent = 'explicit';
		expect(setup.current).toBe(false);
		await setup.look();
		expect(plans).toHaveBeenCalledTimes(2);
		expect(setup.current).toBe(true);
	});

	it('and an answer to an older question is not taken', async () => {
		const first = later<PlanAnswer>();
		plans.mockReturnValueOnce(first.promise).mockResolvedValueOnce({ plan: plan({ slug: 'new' }) });
		const setup = filled();
		const old = setup.look();
		setup.values.slug = 'new';
		await setup.look();
		expect(plans.mock.calls[0]?.[1].aborted).toBe(true);
		first.give({ problem: problem() });
		await old;
		expect(setup).toMatchObject({ phase: 'idle', problem: null, plan: { slug: 'new' } });
	});

	it('and an answer after leaving is not taken', async () => {
		const answer = later<PlanAnswer>();
		plans.mockReturnValueOnce(answer.promise);
		const setup = filled();
		const looking = setup.look();
		setup.leave();
		answer.give({ plan: plan() });
		await looking;
		expect(setup).toMatchObject({ phase: 'idle', plan: null, token: '' });
	});

	it('and keeps everything typed when it cannot be', async () => {
		plans.mockRejectedValueOnce(new ApiError({ status: 0, code: 'network' }));
		const setup = filled();
		await setup.look();
		expect(setup.form.problem).toBe(errors.network);
		expect(setup).toMatchObject({ phase: 'idle', plan: null, token: TOKEN });
	});
});

it.each([
	['insertFromPaste', '', 'abc', true],
	['insertFromDrop', '', 'abc', true],
	['insertFromPaste', 'abc', '', false],
	['insertText', 'ab', 'abc', false],
	['insertText', '', TOKEN, true],
	['deleteContentBackward', 'abc', 'ab', false],
	['', '', TOKEN, true]
])('%s from %j to %j came whole: %j', (inputType, before, now, want) => {
	expect(cameWhole({ inputType } as unknown as Event, before, now)).toBe(want);
});

describe('a problem', () => {
	it('marks its field, and goes when it is asked again', async () => {
		plans.mockResolvedValueOnce({ problem: problem() }).mockResolvedValueOnce({ plan: plan() });
		const setup = filled();
		await setup.look();
		expect(setup.fields).toEqual({ apiToken: 'Authentik does not know this token.' });
		expect(setup.token).toBe(TOKEN);
		await setup.look({ again: true });
		expect(setup.fields).toEqual({});
	});

	it('of a field that is not here marks none', () => {
		expect(fieldsOf(problem({ field: 'existing' }))).toEqual({});
		expect(fieldsOf(problem({ field: '' }))).toEqual({});
	});

	it('with the certificate brings the field for the authority, and it stays', async () => {
		plans
			.mockResolvedValueOnce({ problem: problem({ code: 'certificate', field: 'baseUrl' }) })
			.mockResolvedValueOnce({ plan: plan() });
		const setup = filled();
		expect(setup.asksCa).toBe(false);
		await setup.look();
		expect(setup.asksCa).toBe(true);
		setup.values.ca = 'PEM';
		await setup.look();
		expect(setup).toMatchObject({ asksCa: true, current: true });
	});

	it('of Pantrie’s own is shown beside its field, or above', async () => {
		const refuse = (name: string) =>
			plans.mockRejectedValueOnce(
				new ApiError({
					status: 422,
					code: 'validation_failed',
					fields: [{ name, code: 'reserved_slug', message: '' }]
				})
			);
		const setup = filled();
		refuse('slug');
		await setup.look();
		expect(setup.fields['slug']).toMatch(/slug/);
		refuse('publicUrl');
		await setup.look({ again: true });
		expect(setup.form.problem).toBe(words.noPublicUrl);
	});

	it('names what is missing before anything is asked', () => {
		const setup = setUp({ baseUrl: 'auth.example.org' });
		expect(setup.markMissing()).toBe(true);
		expect(setup.fields).toMatchObject({ baseUrl: words.noAddress });
		expect(Object.keys(setup.fields).sort()).toEqual(['apiToken', 'baseUrl']);
	});
});

describe('the run', () => {
	const step = (id: (typeof STEP_IDS)[number], status: 'running' | 'done' | 'failed') => ({
		step: { id, status, text: '' }
	});

	it('gives what was made, and forgets the token', async () => {
		plans.mockResolvedValueOnce({ plan: plan() });
		runs.mockResolvedValueOnce(
			stream([step('connect', 'running'), step('connect', 'done'), { result }])
		);
		const setup = filled();
		await setup.look();
		expect(await setup.apply()).toEqual(result);
		expect(setup).toMatchObject({ phase: 'made', token: '' });
		expect(everything(setup)).not.toContain(TOKEN);
		expect(setup.current).toBe(false);
	});

	it('sends what to do with what is there already', async () => {
		runs.mockResolvedValueOnce(stream([{ result }]));
		await filled().apply('use');
		expect(runs.mock.calls[0]?.[0]).toMatchObject({ existing: 'use', slug: 'pantrie' });
	});

	it('keeps the token and everything typed when it fails', async () => {
		plans.mockResolvedValueOnce({ plan: plan() });
		const left = [{ kind: 'provider', name: 'Pantrie', url: 'https://auth.example.org/if/admin/' }];
		runs.mockResolvedValueOnce(
			stream([
				step('provider', 'done'),
				step('application', 'failed'),
				{ problem: problem({ code: 'forbidden', field: '', left }) }
			])
		);
		const setup = filled({ slug: 'pantry' });
		await setup.look();
		expect(await setup.apply()).toBeNull();
		expect(setup).toMatchObject({ phase: 'idle', token: TOKEN, ran: true, broken: false });
		expect(setup.problem?.left).toEqual(left);
		expect(setup.values.slug).toBe('pantry');
		expect(setup.rows.map(({ id, status }) => [id, status])).toEqual([
			['provider', 'done'],
			['application', 'failed']
		]);
		expect(setup.current).toBe(true);
	});

	it('says when the answer breaks off', async () => {
		runs.mockResolvedValueOnce(stream([step('connect', 'done')]));
		const setup = filled();
		expect(await setup.apply()).toBeNull();
		expect(setup).toMatchObject({ broken: true, token: TOKEN });
	});

	it('says when it could not begin', async () => {
		runs.mockRejectedValueOnce(new ApiError({ status: 0, code: 'network' }));
		const setup = filled();
		expect(await setup.apply()).toBeNull();
		expect(setup).toMatchObject({ broken: false, phase: 'idle' });
		expect(setup.form.problem).toBe(errors.network);
	});

	it('shows what somebody else created meanwhile', async () => {
		const items = [{ kind: 'provider', action: 'use', name: 'Pantrie', detail: '' } as const];
		const found = {
			application: 'Pantrie',
			applicationSlug: 'pantrie',
			provider: 'Pantrie',
			clientId: 'id',
			usable: true,
			reason: '',
			hasRedirectUri: true,
			adminUrl: ''
		};
		plans
			.mockResolvedValueOnce({ plan: plan() })
			.mockResolvedValueOnce({ plan: plan({ found }) })
			.mockResolvedValueOnce({ plan: plan({ items, found }) });
		runs.mockResolvedValueOnce(stream([{ problem: problem({ code: 'exists', field: 'slug' }) }]));
		const setup = filled();
		await setup.look();
		await setup.apply();
		expect(setup).toMatchObject({ problem: null, plan: { found, items }, current: true });
		expect(plans.mock.calls.map(([{ existing }]) => existing)).toEqual(['', '', 'use']);
	});

	it('is stopped by leaving, and the token is gone', async () => {
		runs.mockImplementationOnce((_input, signal) => {
			return new Promise((_resolve, reject) => {
				signal.addEventListener('abort', () => reject(new Error('aborted')));
			});
		});
		const setup = filled();
		const running = setup.apply();
		setup.leave();
		expect(await running).toBeNull();
		expect(setup).toMatchObject({ phase: 'idle', token: '', broken: false });
		expect(setup.form.problem).toBe('');
		expect(everything(setup)).not.toContain(TOKEN);
	});

	it('shows what is still to come', async () => {
		const answer = later<ReadableStream<Uint8Array>>();
		runs.mockReturnValue(answer.promise);
		const setup = filled();
		const running = setup.apply();
		expect(setup.rows.map(({ id }) => id)).toEqual(
			STEP_IDS.filter((id) => !['group', 'binding', 'save'].includes(id))
		);
		answer.give(stream([{ result }]));
		await running;
		expect(setup.rows).toEqual([]);
	});
});

it('shows each step once, with the last word on it', () => {
	const rows = rowsOf(
		[
			{ id: 'provider', status: 'running', text: '' },
			{ id: 'provider', status: 'done', text: 'made' },
			{ id: 'application', status: 'failed', text: '' },
			{ id: 'provider', status: 'removed', text: 'removed' }
		],
		['provider', 'binding']
	);
	expect(rows).toEqual([
		{ id: 'provider', status: 'removed', text: 'removed' },
		{ id: 'application', status: 'failed', text: '' },
		{ id: 'binding', status: 'waiting', text: '' }
	]);
});

it('has words for every step', () => {
	expect(Object.keys(words.steps.names)).toEqual([...STEP_IDS, 'undo']);
});
