import type { Check } from '#lib/api/client.ts';
import { describe } from '#lib/api/describe.ts';
import { readLines } from '#lib/api/ndjson.ts';
import { leaveIfSignedOut } from '#lib/api/session.ts';
import { checks as words } from '#lib/messages';

/** Every check, in the order in which the server does them. */
export const CHECK_IDS: readonly Check['id'][] = [
	'name_resolution',
	'tcp',
	'tls',
	'discovery',
	'issuer',
	'endpoints',
	'clock',
	'signing_key',
	'encryption',
	'pkce',
	'scopes',
	'client_secret',
	'redirect_uri'
];

export type RowStatus = Check['status'] | 'running' | 'waiting';

export interface Row {
	id: Check['id'];
	status: RowStatus;
	check: Check | null;
}

/** How a test ended. Fine: it came to its end, with nothing to fix and nothing to look at. */
export interface TestEnd {
	fine: boolean;
	counts: Counts;
	rows: Row[];
}

export type Run = (signal: AbortSignal) => Promise<ReadableStream<Uint8Array> | null>;

/** One test connection from its start to its summary; it can be started again. */
export class ConnectionTest {
	phase = $state<'idle' | 'running' | 'done' | 'stopped' | 'broken'>('idle');
	found = $state<Check[]>([]);
	problem = $state('');
	reference = $state('');

	readonly rows = $derived.by(() => rowsOf(this.found, this.phase === 'running'));
	readonly counts = $derived.by(() => countsOf(this.rows));

	#controller: AbortController | undefined;

	/** How it ended, for whoever goes on from here. */
	get end(): TestEnd {
		const { failed, warning } = this.counts;
		const fine =
			this.phase === 'done' && this.found.length >= CHECK_IDS.length && failed + warning === 0;
		return { fine, counts: this.counts, rows: this.rows };
	}

	async start(run: Run): Promise<void> {
		if (this.phase === 'running') return;
		const controller = new AbortController();
		this.#controller = controller;
		this.phase = 'running';
		this.found = [];
		this.problem = this.reference = '';
		try {
			const stream = await run(controller.signal);
			await readLines<Check>(stream, (check) => this.found.push(check), controller.signal);
			this.phase = 'done';
		} catch (error) {
			if (controller.signal.aborted) {
				this.phase = 'stopped';
				return;
			}
			this.phase = this.found.length > 0 ? 'broken' : 'idle';
			if (leaveIfSignedOut(error)) return;
			({ text: this.problem, reference: this.reference } = describe(error));
		}
	}

	stop(): void {
		this.#controller?.abort();
	}
}

/** What a test is made with, by field. */
export interface Tested {
	baseUrl: string;
	slug: string;
	issuerUrl: string;
	clientId: string;
	clientSecret: string;
	ca: string;
	scopes?: string;
	authMethod?: string;
}

/** Copies what a test is made with out of a form that has more. */
export function testedOf(form: Tested): Tested {
	const { baseUrl, slug, issuerUrl, clientId, clientSecret, ca, scopes, authMethod } = form;
	return { baseUrl, slug, issuerUrl, clientId, clientSecret, ca, scopes, authMethod };
}

/** Whether a result is about other values than those on the page. A secret that was saved since is gone from there. */
export function isStale(then: Tested | null, now: Tested): boolean {
	if (then === null) return false;
	return (Object.keys(now) as (keyof Tested)[]).some(
		(field) => now[field] !== then[field] && !(field === 'clientSecret' && now[field] === '')
	);
}

/** What was found, then what is still to come. */
export function rowsOf(found: Check[], running: boolean): Row[] {
	const rest = CHECK_IDS.filter((id) => !found.some((check) => check.id === id));
	return [
		...found.map((check): Row => ({ id: check.id, status: check.status, check })),
		...rest.map((id, index): Row => ({
			id,
			status: !running ? 'skipped' : index === 0 ? 'running' : 'waiting',
			check: null
		}))
	];
}

export interface Counts {
	ok: number;
	warning: number;
	failed: number;
	skipped: number;
}

export function countsOf(rows: Row[]): Counts {
	const count = (status: RowStatus) => rows.filter((row) => row.status === status).length;
	return {
		ok: count('ok'),
		warning: count('warning'),
		failed: count('failed'),
		skipped: count('skipped')
	};
}

/** The result in one line, the worst first. */
export function summaryOf({ ok, warning, failed, skipped }: Counts): string {
	if (warning + failed + skipped === 0) return words.allFine(ok);
	const parts = [
		failed > 0 && words.failures(failed),
		warning > 0 && words.warnings(warning),
		ok > 0 && words.fine(ok),
		skipped > 0 && words.skipped(skipped)
	].filter((part) => part !== false);
	return `${parts.join(', ')}.`;
}
