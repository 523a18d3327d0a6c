import { describe, expect, it, vi } from 'vitest';
import type { Check } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';
import { checks as words, errors } from '#lib/messages';
import {
	CHECK_IDS,
	ConnectionTest,
	countsOf,
	isStale,
	rowsOf,
	summaryOf,
	testedOf
} from './connection-test.svelte.ts';

vi.mock('#lib/api/session.ts', () => ({ leaveIfSignedOut: () => false }));

const check = (id: Check['id'], status: Check['status'] = 'ok'): Check => ({
	id,
	status,
	code: 'ok',
	seen: '',
	fix: '',
	field: '',
	millis: 1
});
const line = (item: Check) => `${JSON.stringify(item)}\n`;
const encode = (text: string) => new TextEncoder().encode(text);

function source() {
	let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
	const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
	return { stream, controller: controller as ReadableStreamDefaultController<Uint8Array> };
}

it('has a name for every check', () => {
	expect(Object.keys(words.names)).toEqual(CHECK_IDS);
});

describe('rows', () => {
	it('show what was found, what is being tried, and what waits', () => {
		const statuses = rowsOf([check('name_resolution'), check('tcp', 'failed')], true).map(
			({ status }) => status
		);
		expect(statuses.slice(0, 4)).toEqual(['ok', 'failed', 'running', 'waiting']);
		expect(statuses).toHaveLength(CHECK_IDS.length);
	});
	it('call what never came not tried', () => {
		expect(countsOf(rowsOf([check('name_resolution', 'failed')], false))).toEqual({
			ok: 0,
			warning: 0,
			failed: 1,
			skipped: CHECK_IDS.length - 1
		});
	});
	it('take a check that is new here', () => {
		expect(rowsOf([check('weather' as Check['id'])], true)[0]).toMatchObject({
			id: 'weather',
			status: 'ok'
		});
	});
});

it.each([
	[{ ok: 13, warning: 0, failed: 0, skipped: 0 }, 'All 13 checks are fine.'],
	[{ ok: 11, warning: 1, failed: 1, skipped: 0 }, '1 to fix, 1 to look at, 11 fine.'],
	[{ ok: 0, warning: 0, failed: 1, skipped: 12 }, '1 to fix, 12 not tried.']
])('%j is said as "%s"', (counts, want) => {
	expect(summaryOf(counts)).toBe(want);
});

describe('ConnectionTest', () => {
	it('shows each check as it comes', async () => {
		const { stream, controller } = source();
		const test = new ConnectionTest();
		const whole = test.start(() => Promise.resolve(stream));
		controller.enqueue(encode(line(check('name_resolution'))));
		await vi.waitFor(() => expect(test.found).toHaveLength(1));
		expect(test.phase).toBe('running');
		expect(test.rows[1]?.status).toBe('running');
		controller.enqueue(encode(line(check('tcp', 'failed'))));
		controller.close();
		await whole;
		expect(test).toMatchObject({ phase: 'done', problem: '' });
		expect(test.counts).toMatchObject({ ok: 1, failed: 1 });
	});

	it('keeps what was found when it is stopped', async () => {
		const { stream, controller } = source();
		const test = new ConnectionTest();
		const whole = test.start(() => Promise.resolve(stream));
		controller.enqueue(encode(line(check('name_resolution'))));
		await vi.waitFor(() => expect(test.found).toHaveLength(1));
		test.stop();
		await whole;
		expect(test).toMatchObject({ phase: 'stopped', problem: '' });
		expect(test.found).toHaveLength(1);
	});

	it('says when it could not begin, and can be started again', async () => {
		const test = new ConnectionTest();
		await test.start(() => Promise.reject(new ApiError({ status: 409, code: 'test_running' })));
		expect(test).toMatchObject({ phase: 'idle', problem: errors.test_running });
		const { stream, controller } = source();
		controller.close();
		await test.start(() => Promise.resolve(stream));
		expect(test).toMatchObject({ phase: 'done', problem: '' });
	});

	it('says when the connection to Pantrie broke off', async () => {
		const { stream, controller } = source();
		const test = new ConnectionTest();
		const whole = test.start(() => Promise.resolve(stream));
		controller.enqueue(encode(line(check('name_resolution'))));
		await vi.waitFor(() => expect(test.found).toHaveLength(1));
		controller.error(new TypeError('cut'));
		await whole;
		expect(test).toMatchObject({ phase: 'broken', problem: errors.network });
	});
});

describe('a result that is out of date', () => {
	const then = {
		baseUrl: 'https://a',
		slug: 'pantrie',
		issuerUrl: '',
		clientId: 'id',
		clientSecret: 'secret',
		ca: ''
	};

	it.each([
		['nothing changed', {}, false],
		['another slug', { slug: 'food' }, true],
		['another secret', { clientSecret: 'other' }, true],
		['the secret was saved', { clientSecret: '' }, false],
		['an authority was added', { ca: 'PEM' }, true]
	])('%s', (_what, change, want) => {
		expect(isStale(testedOf(then), testedOf({ ...then, ...change }))).toBe(want);
	});

	it('is none before the first test', () => {
		expect(isStale(null, then)).toBe(false);
	});
});
