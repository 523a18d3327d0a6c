import { expect, it, vi } from 'vitest';
import type { Account } from '#lib/api/client.ts';
import { ApiError } from '#lib/api/errors.ts';

vi.mock('$app/paths', () => ({ resolve: (path: string) => `/sub/${path}` }));
const { isFresh, Proof, proveAddress } = await import('./proof.svelte.ts');

const account = (freshUntil: number | null): Account => ({
	hasPassword: true,
	freshUntil,
	proofRefused: false,
	reauthProvider: '',
	identities: [],
	linkable: [],
	sessions: [],
	signIns: []
});
const fresh = account(Date.now() + 600_000);
const stale = () => Promise.reject(new ApiError({ status: 403, code: 'reauth_required' }));

it.each([
	[null, false],
	[100_000, false],
	[105_000, false],
	[111_000, true]
])('freshness until %j at 100 seconds: %j', (freshUntil, want) => {
	expect(isFresh({ freshUntil }, 100_000)).toBe(want);
});

it('acts at once for whoever has proven it lately', async () => {
	const action = vi.fn(() => Promise.resolve());
	expect(await new Proof(() => fresh).guard(action)).toBe(true);
	expect(action).toHaveBeenCalledTimes(1);
});

it('asks first, then acts', async () => {
	const proof = new Proof(() => account(null));
	const action = vi.fn(() => Promise.resolve());
	const acting = proof.guard(action);
	expect(proof.asking).toBe(true);
	expect(action).not.toHaveBeenCalled();
	proof.confirm();
	expect(await acting).toBe(true);
	expect(proof.asking).toBe(false);
	expect(action).toHaveBeenCalledTimes(1);
});

it('does nothing when the dialog is closed', async () => {
	const proof = new Proof(() => account(null));
	const action = vi.fn(() => Promise.resolve());
	const acting = proof.guard(action);
	proof.cancel();
	expect(await acting).toBe(false);
	expect(action).not.toHaveBeenCalled();
});

it('asks when the server wants it in spite of what the page believed', async () => {
	const proof = new Proof(() => fresh);
	const action = vi.fn<() => Promise<void>>().mockImplementationOnce(stale).mockResolvedValueOnce();
	const acting = proof.guard(action);
	await vi.waitFor(() => expect(proof.asking).toBe(true));
	proof.confirm();
	expect(await acting).toBe(true);
	expect(action).toHaveBeenCalledTimes(2);
});

it('lets any other failure through', async () => {
	const failing = () => Promise.reject(new ApiError({ status: 409, code: 'last_way_in' }));
	await expect(new Proof(() => fresh).guard(failing)).rejects.toMatchObject({
		code: 'last_way_in'
	});
});

it('leads an account without a password to its provider and back', () => {
	expect(proveAddress('google')).toBe(
		'/sub/api/v1/auth/oauth/google/login?reauth=true&returnTo=%2Fsettings%2Faccount'
	);
});
