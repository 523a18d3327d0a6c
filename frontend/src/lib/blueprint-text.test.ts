import { beforeEach, expect, it, vi } from 'vitest';
import type { AuthentikApi, BlueprintFile, BlueprintWish } from '#lib/api/authentik.ts';
import { ApiError } from '#lib/api/errors.ts';
import { BlueprintText } from './blueprint-text.svelte.ts';

vi.mock('#lib/api/session.ts', () => ({ leaveIfSignedOut: () => false }));

const ask = vi.fn<(wish: BlueprintWish, signal: AbortSignal) => Promise<BlueprintFile>>();
const api: AuthentikApi = { saves: true, plan: vi.fn(), apply: vi.fn(), blueprint: ask };
const values = { baseUrl: '', slug: '', consent: 'explicit', group: ' family ', ca: '' } as const;
const none = { value: '', envVar: '' };
const file = (text: string) => ({ fileName: 'pantrie-authentik.yaml', text });

const create = (slug = '', slugEnv = '') =>
	new BlueprintText(api, { ...values, slug }, () => ({
		baseUrl: none,
		slug: { value: '', envVar: slugEnv }
	}));

beforeEach(() => void ask.mockReset());

it('is written for what is chosen', async () => {
	ask.mockResolvedValueOnce(file('version: 1'));
	const blueprint = create(' pantry ');
	blueprint.old = true;
	await blueprint.now();
	expect(ask.mock.calls[0]?.[0]).toEqual({
		slug: 'pantry',
		consent: 'explicit',
		group: 'family',
		emailVerified: false,
		old: true,
		recent: false
	});
	expect(blueprint).toMatchObject(file('version: 1'));
});

it.each([
	[true, false, true],
	[true, true, false]
])(
	'recent (%s) counts only where the version is not an old one (%s)',
	async (recent, old, want) => {
		ask.mockResolvedValueOnce(file(''));
		const blueprint = create('pantry');
		Object.assign(blueprint, { recent, old });
		await blueprint.now();
		expect(ask.mock.calls[0]?.[0]).toMatchObject({ recent: want, old });
	}
);

it('does not send a slug that is empty or set by the environment', async () => {
	ask.mockResolvedValue(file(''));
	await create('').now();
	await create('pantry', 'OAUTH_AUTHENTIK_SLUG').now();
	for (const [wish] of ask.mock.calls) expect(wish).not.toHaveProperty('slug');
});

it('takes the answer to the last change only', async () => {
	let give: (value: BlueprintFile) => void = () => undefined;
	ask
		.mockReturnValueOnce(new Promise((resolve) => (give = resolve)))
		.mockResolvedValueOnce(file('new'));
	const blueprint = create();
	const first = blueprint.now();
	blueprint.emailVerified = true;
	await blueprint.now();
	give(file('old'));
	await first;
	expect(blueprint.text).toBe('new');
});

it('keeps the last text when a value is refused, and marks the field', async () => {
	ask.mockResolvedValueOnce(file('version: 1')).mockRejectedValueOnce(
		new ApiError({
			status: 422,
			code: 'validation_failed',
			fields: [{ name: 'slug', code: 'invalid_slug', message: '' }]
		})
	);
	const blueprint = create();
	await blueprint.now();
	await blueprint.now();
	expect(blueprint.text).toBe('version: 1');
	expect(blueprint.form.fields['slug']).toMatch(/slug/);
});
