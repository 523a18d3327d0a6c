import { invalidate } from '$app/navigation';
import type { StockChange } from '#lib/api/client.ts';
import { describe } from '#lib/api/describe.ts';
import { ApiError } from '#lib/api/errors.ts';
import { undoTransaction } from '#lib/api/pantry.ts';
import { leaveIfSignedOut } from '#lib/api/session.ts';
import { pantryProblems } from '#lib/messages';
import { toasts, type Undone } from '#lib/toasts.svelte.ts';
import { Intent } from './intent.ts';
import { doneText, undoneText } from './tell.ts';

/** Loads again whatever shows the stock. */
export const refreshStock = () => invalidate('app:stock');

/** What a person is told about a failure of the pantry, in one sentence or two. */
export function problemText(error: unknown): string {
	const { text, fields } = describe(error, pantryProblems);
	const about = error instanceof ApiError && error.code === 'validation_failed';
	return (about && Object.values(fields)[0]) || text;
}

/**
 * Does something with the stock: sends it until it is sure that it was done, says so with a way
 * back, and loads again what shows it. Failures are thrown.
 */
export async function act(
	household: string,
	send: (key: string) => Promise<StockChange>,
	{ intent = new Intent(), place = '' } = {}
): Promise<StockChange> {
	const change = await intent.run(send);
	toasts.add({
		text: doneText(change, place),
		undo: () => undo(household, change.transactionId)
	});
	return change;
}

const undo = (household: string, id: string) =>
	takeBack(async (key) => undoneText(await undoTransaction(household, id, key)));

/** For the way back in a toast: sends it until it is sure, and tells what it came to, also a failure. */
export async function takeBack(send: (key: string) => Promise<string>): Promise<Undone> {
	try {
		const text = await new Intent().run(send);
		await refreshStock();
		return { text };
	} catch (error) {
		leaveIfSignedOut(error);
		void refreshStock();
		return { text: problemText(error), failed: true };
	}
}
