import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '#lib/api/errors.ts';
import { common, errors, fieldErrors } from '#lib/messages';

vi.mock('#lib/api/session.ts', () => ({
	leaveIfSignedOut: (error: unknown) => error instanceof ApiError && error.status === 401
}));
const { FormState, missing } = await import('./form.svelte.ts');

const refuse =
	(status: number, code: string, rest: object = {}) =>
	() =>
		Promise.reject(new ApiError({ status, code, ...rest }));

describe('FormState', () => {
	it('says what was done, and that it is busy only meanwhile', async () => {
		const form = new FormState();
		const gate = Promise.withResolvers<string>();
		const sending = form.send(() => gate.promise);
		expect(form.busy).toBe(true);
		expect(await form.send(() => Promise.resolve('twice'))).toBe(false);
		gate.resolve('Saved.');
		expect(await sending).toBe(true);
		expect(form).toMatchObject({ busy: false, done: 'Saved.', problem: '' });
	});

	it('sends nothing while a field is empty', async () => {
		const form = new FormState();
		const action = vi.fn();
		expect(await form.send(action, { check: missing({ email: ' ', name: 'Sam' }) })).toBe(false);
		expect(action).not.toHaveBeenCalled();
		expect(form.fields).toEqual({ email: common.required });
	});

	it('puts a refusal beside its fields, and clears it at the next try', async () => {
		const form = new FormState();
		const fields = [{ name: 'slug', code: 'reserved_slug', message: '' }];
		await form.send(refuse(422, 'validation_failed', { fields }));
		expect(form).toMatchObject({ fields: { slug: fieldErrors.reserved_slug }, problem: '' });
		await form.send(() => Promise.resolve());
		expect(form.fields).toEqual({});
	});

	it('knows which codes are about one field', async () => {
		const form = new FormState();
		await form.send(refuse(409, 'email_taken'), { about: { email_taken: 'email' } });
		expect(form).toMatchObject({ fields: { email: errors.email_taken }, problem: '' });
	});

	it('shows any other failure above the form, with its reference', async () => {
		const form = new FormState();
		await form.send(refuse(500, 'internal', { requestId: 'R1' }));
		expect(form).toMatchObject({ problem: errors.internal, reference: 'R1', busy: false });
	});

	it('shows nothing when the failure was dealt with, or the login page opens', async () => {
		const form = new FormState();
		await form.send(refuse(403, 'reauth_required'), {
			handled: (_error, code) => code === 'reauth_required'
		});
		expect(form.problem).toBe('');
		await form.send(refuse(401, 'unauthenticated'));
		expect(form.problem).toBe('');
	});
});

describe('a wait that the server asks for', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('blocks until it is over', async () => {
		const form = new FormState();
		await form.send(refuse(429, 'too_many_requests', { retryAfterSeconds: 2 }));
		expect(form).toMatchObject({ wait: 2, blocked: true, problem: '' });
		expect(await form.send(() => Promise.resolve())).toBe(false);
		vi.advanceTimersByTime(2000);
		expect(form).toMatchObject({ wait: 0, blocked: false, waited: true });
		expect(await form.send(() => Promise.resolve())).toBe(true);
		expect(form.waited).toBe(false);
	});

	it('is a plain failure without a time', async () => {
		const form = new FormState();
		await form.send(refuse(429, 'too_many_requests'));
		expect(form).toMatchObject({ wait: 0, problem: errors.too_many_requests });
	});
});
