import { describe as suite, expect, it } from 'vitest';
import { errors, fieldErrors } from '#lib/messages';
import { describe } from './describe.ts';
import {
	API_CODES,
	ApiError,
	CLIENT_CODES,
	FIELD_CODES,
	fromResponse,
	isSignedOut
} from './errors.ts';
import spec from '../../../../app/openapi.json';

suite('every code has a text', () => {
	it('knows the codes of the specification, no more and no fewer', () => {
		expect([...API_CODES].sort()).toEqual(
			[...spec.components.schemas.Problem.properties.code.enum].sort()
		);
	});
	it.each([...API_CODES, ...CLIENT_CODES])('%s', (code) => {
		const { text } = describe(new ApiError({ status: 400, code, message: 'from the server' }));
		expect(text).toBe(errors[code]);
		expect(text).toMatch(/^[A-Z].{15,}[.]$/);
	});
	it.each(FIELD_CODES)('field: %s', (code) => {
		const error = new ApiError({
			status: 422,
			code: 'validation_failed',
			fields: [{ name: 'admin.email', code, message: 'from the server' }]
		});
		expect(describe(error).fields).toEqual({ 'admin.email': fieldErrors[code] });
	});
});

it('falls back to what the server says for a code it does not know', () => {
	const error = new ApiError({
		status: 418,
		code: 'teapot',
		message: 'I am a teapot.',
		fields: [{ name: 'lid', code: 'missing_lid', message: 'Put it on.' }]
	});
	expect(describe(error)).toMatchObject({ text: 'I am a teapot.', fields: { lid: 'Put it on.' } });
	expect(describe(new ApiError({ status: 418, code: 'toString' })).text).toBe(errors.client);
});

it('shows the reference of a failure inside Pantrie, and of no other', () => {
	const failure = { message: '', requestId: 'R1' };
	expect(describe(new ApiError({ ...failure, status: 500, code: 'internal' })).reference).toBe(
		'R1'
	);
	expect(describe(new ApiError({ ...failure, status: 409, code: 'conflict' })).reference).toBe('');
});

it('calls anything but an API error a problem of the page', () => {
	expect(describe(new TypeError('x is undefined')).text).toBe(errors.client);
});

suite('fromResponse', () => {
	const response = (status: number, headers = {}) => new Response(null, { status, headers });
	it('reads problem+json, and how long to wait from the header', () => {
		const error = fromResponse(response(429, { 'retry-after': '24' }), {
			status: 429,
			code: 'too_many_requests',
			message: 'm',
			fields: [],
			requestId: 'R2'
		});
		expect(error).toMatchObject({
			code: 'too_many_requests',
			retryAfterSeconds: 24,
			requestId: 'R2'
		});
	});
	it.each([undefined, '', '<html>Bad Gateway</html>', {}, { code: 5 }, null])(
		'calls the body %j not an answer of Pantrie',
		(body) => {
			expect(fromResponse(response(502), body)).toMatchObject({ code: 'bad_answer', status: 502 });
		}
	);
});

it.each([
	[401, 'unauthenticated', true],
	[401, 'invalid_credentials', false],
	[401, 'bad_answer', false],
	[403, 'forbidden', false],
	[500, 'internal', false],
	[0, 'network', false]
])('status %d with %s means signed out: %j', (status, code, want) => {
	expect(isSignedOut(new ApiError({ status, code }))).toBe(want);
});
