import { expect, it, vi } from 'vitest';
import { ApiError } from '#lib/api/errors.ts';
import { Intent } from './intent.ts';
import { lastKnown } from './last-known.ts';

const silent = () => new ApiError({ status: 0, code: 'network' });
const refused = () => new ApiError({ status: 409, code: 'conflict' });

it('sends the same key until something answers', async () => {
	const send = vi.fn((key: string) => Promise.resolve(key));
	send.mockRejectedValueOnce(silent()).mockRejectedValueOnce(silent());
	const intent = new Intent([0, 0]);
	expect(await intent.run(send)).toBe(intent.key);
	expect(send.mock.calls).toEqual([[intent.key], [intent.key], [intent.key]]);
	expect(new Intent().key).not.toBe(intent.key);
});

it('gives up in the end, and at once when it was refused', async () => {
	const never = vi.fn(() => Promise.reject(silent()));
	await expect(new Intent([0, 0]).run(never)).rejects.toThrow(ApiError);
	expect(never).toHaveBeenCalledTimes(3);
	const no = vi.fn(() => Promise.reject(refused()));
	await expect(new Intent([0, 0]).run(no)).rejects.toThrow(ApiError);
	expect(no).toHaveBeenCalledOnce();
});

it('shows what was known last while nothing answers, and of nothing else', async () => {
	const known = lastKnown<string>();
	await expect(known('home', () => Promise.reject(silent()))).rejects.toThrow();
	expect(await known('home', () => Promise.resolve('milk'))).toEqual({ value: 'milk', old: false });
	expect(await known('home', () => Promise.reject(silent()))).toEqual({ value: 'milk', old: true });
	await expect(known('home', () => Promise.reject(refused()))).rejects.toThrow();
	await expect(known('cabin', () => Promise.reject(silent()))).rejects.toThrow();
});
