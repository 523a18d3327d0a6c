import type {
	AuthentikApi,
	AuthentikInput,
	AuthentikProblem,
	AuthentikResult,
	Consent,
	Existing,
	Plan,
	RunLine,
	Step,
	StepId
} from '#lib/api/authentik.ts';
import { readLines } from '#lib/api/ndjson.ts';
import { leaveIfSignedOut } from '#lib/api/session.ts';
import { FormState, missing } from '#lib/components/ui/form.svelte.ts';
import { authentikSetup as words } from '#lib/messages';
import { parseWebUrl } from '#lib/urls.ts';

/** What is chosen and may be kept. The token is not among it. */
export interface SetupValues {
	baseUrl: string;
	/** Empty means "pantrie". */
	slug: string;
	consent: Consent;
	/** Empty means everyone. */
	group: string;
	/** PEM. */
	ca: string;
}

/** A value that the environment may set, with the variable that does. */
interface EnvValue {
	value: string;
	envVar: string;
}

export interface SetupEnv {
	baseUrl: EnvValue;
	slug: EnvValue;
}

export const USUAL_SLUG = 'pantrie';

/** The fields that can be marked. */
const FIELDS = ['baseUrl', 'apiToken', 'slug', 'consent', 'group', 'ca'];

/** Every step but undoing, in the order in which the server does them. */
export const STEP_IDS = [
	'connect',
	'flow',
	'scopes',
	'signing_key',
	'group',
	'provider',
	'application',
	'binding',
	'save'
] as const satisfies readonly StepId[];

/** So much at once is pasted or filled in by a password manager, not typed. */
const WHOLE = 16;

/** Authentik being set up from what is typed: the plan, the run, and what came of it. */
export class AuthentikSetup {
	readonly values: SetupValues;
	/** Gone as soon as it has done its work; never kept anywhere but here. */
	token = $state('');
	phase = $state<'idle' | 'looking' | 'working' | 'made'>('idle');
	plan = $state<Plan | null>(null);
	problem = $state<AuthentikProblem | null>(null);
	/** The problem came while Authentik was being changed, not before. */
	ran = $state(false);
	/** The answer ended before it said how it went. */
	broken = $state(false);
	steps = $state<Step[]>([]);
	/** A certificate was in the way, so the field for an authority is there. */
	asksCa = $state(false);
	/** Failures of Pantrie's own. */
	readonly form = new FormState();

	readonly baseUrl = $derived.by(() => this.#inForce('baseUrl'));
	readonly slug = $derived.by(() => this.#inForce('slug') || USUAL_SLUG);
	readonly ready = $derived.by(
		() => parseWebUrl(this.baseUrl) !== null && this.token.trim() !== ''
	);
	/** The plan is about what stands in the fields now. */
	readonly current = $derived.by(() => this.plan !== null && this.#asked === this.#question);
	readonly fields = $derived.by(() => ({ ...fieldsOf(this.problem), ...this.form.fields }));
	readonly rows = $derived.by(() => rowsOf(this.steps, this.#expected));

	#asked = $state('');
	#expected = $state<readonly StepId[]>([]);
	readonly #question = $derived.by(() => JSON.stringify(this.#input()));
	readonly #api: AuthentikApi;
	readonly #env: () => SetupEnv;
	#controller: AbortController | undefined;

	/**
	 * @param values may be somebody else's state, so that it outlives this
	 * @param env what the environment sets; never sent
	 */
	constructor(api: AuthentikApi, values: SetupValues, env: () => SetupEnv) {
		this.#api = api;
		this.values = values;
		this.#env = env;
	}

	/**
	 * Asks what would be done, once address and token are there. The same question is asked again
	 * only if the person says so.
	 */
	async look({ again = false } = {}): Promise<void> {
		if (!this.ready || this.phase === 'working') return;
		const question = this.#question;
		if (question === this.#asked && (this.phase === 'looking' || !again)) return;
		const signal = this.#begin('looking');
		this.#asked = question;
		try {
			const answer = await this.#api.plan(this.#input(), signal);
			const found = answer.plan?.found;
			// What is there is shown with what using it would do.
			const use = found?.usable ? await this.#api.plan(this.#input('use'), signal) : null;
			if (signal.aborted) return;
			this.plan = use?.plan && found ? { ...use.plan, found } : (answer.plan ?? null);
			this.#take(answer.problem);
			this.phase = 'idle';
		} catch (error) {
			if (!signal.aborted) this.#fail(error);
			if (!signal.aborted) this.plan = null;
		}
	}

	/** Does it. What came of it, or null when it did not work. */
	async apply(existing: Existing = ''): Promise<AuthentikResult | null> {
		if (!this.ready || this.phase === 'working') return null;
		const signal = this.#begin('working');
		this.#expected = existing === '' ? this.#stepsToCome() : [];
		const end: { result?: AuthentikResult } = {};
		try {
			const stream = await this.#api.apply(this.#input(existing), signal);
			const take = (line: RunLine) => {
				if (line.step) this.steps.push(line.step);
				if (line.problem) this.#take(line.problem);
				if (line.result) end.result = line.result;
			};
			await readLines<RunLine>(stream, take, signal);
			this.broken = !end.result && this.problem === null;
		} catch (error) {
			if (signal.aborted) return null;
			// What was said before the end counts.
			this.broken = this.steps.length > 0 && !end.result && this.problem === null;
			if (this.steps.length === 0) this.#fail(error);
		}
		this.#expected = [];
		this.ran = true;
		this.phase = end.result ? 'made' : 'idle';
		if (end.result) {
			this.token = this.#asked = '';
			return end.result;
		}
		if (this.#code() === 'exists' && !this.plan?.found) await this.look({ again: true });
		return null;
	}

	/** Marks what is missing or wrong before anything can be asked. True when there is something. */
	markMissing(): boolean {
		this.form.fields = missing({ baseUrl: this.baseUrl, apiToken: this.token });
		if (!this.form.fields['baseUrl'] && parseWebUrl(this.baseUrl) === null) {
			this.form.fields['baseUrl'] = words.noAddress;
		}
		return !this.#hasNoFields();
	}

	/** Stops what runs, and forgets the token and all that was learnt with it. */
	leave(): void {
		this.#controller?.abort();
		this.token = '';
		this.plan = null;
		this.#asked = '';
		this.#reset();
		this.phase = 'idle';
	}

	#begin(phase: 'looking' | 'working'): AbortSignal {
		this.#controller?.abort();
		this.#controller = new AbortController();
		this.#reset();
		this.phase = phase;
		return this.#controller.signal;
	}

	#reset(): void {
		this.problem = null;
		this.steps = [];
		this.#expected = [];
		this.ran = this.broken = false;
		this.form.clear();
	}

	#take(problem: AuthentikProblem | undefined): void {
		this.problem = problem ?? null;
		if (problem?.code === 'certificate' || problem?.field === 'ca') this.asksCa = true;
	}

	#code(): string {
		return this.problem?.code ?? '';
	}

	#fail(error: unknown): void {
		this.phase = 'idle';
		if (leaveIfSignedOut(error)) return;
		this.form.show(error);
		if (this.form.fields['ca']) this.asksCa = true;
		// A refused field that is not here must not vanish.
		const elsewhere = Object.entries(this.form.fields).find(([name]) => !FIELDS.includes(name));
		if (elsewhere && this.form.problem === '') {
			this.form.problem = elsewhere[0] === 'publicUrl' ? words.noPublicUrl : elsewhere[1];
		}
	}

	#hasNoFields(): boolean {
		return Object.keys(this.form.fields).length === 0;
	}

	#inForce(field: 'baseUrl' | 'slug'): string {
		const { value, envVar } = this.#env()[field];
		return envVar ? value : this.values[field].trim();
	}

	#input(existing: Existing = ''): AuthentikInput {
		const env = this.#env();
		const { consent, group, ca } = this.values;
		return {
			...(env.baseUrl.envVar === '' && { baseUrl: this.baseUrl }),
			...(env.slug.envVar === '' && { slug: this.slug }),
			apiToken: this.token.trim(),
			consent,
			group: group.trim(),
			existing,
			ca: ca.trim()
		};
	}

	#stepsToCome(): readonly StepId[] {
		const without: StepId[] = [];
		if (this.values.group.trim() === '') without.push('group', 'binding');
		if (!this.#api.saves) without.push('save');
		return STEP_IDS.filter((id) => !without.includes(id));
	}
}

/** Whether the text came at once, and not key by key. */
export function cameWhole(event: Event, before: string, now: string): boolean {
	const kind = 'inputType' in event ? event.inputType : '';
	if (kind === 'insertFromPaste' || kind === 'insertFromDrop') return now.trim() !== '';
	return now.length - before.length >= WHOLE;
}

/** What a problem says beside fields, by the field's name. */
export function fieldsOf(problem: AuthentikProblem | null): Record<string, string> {
	if (!problem || !FIELDS.includes(problem.field)) return {};
	return { [problem.field]: problem.message };
}

export interface RunRow {
	id: StepId;
	status: Step['status'] | 'waiting';
	text: string;
}

/** How far each step is, the last word on it counting, then what is still to come. */
export function rowsOf(steps: Step[], expected: readonly StepId[]): RunRow[] {
	const rows: RunRow[] = [];
	for (const step of steps) {
		const known = rows.findIndex(({ id }) => id === step.id);
		if (known < 0) rows.push({ ...step });
		else rows[known] = { ...step };
	}
	const rest = expected.filter((id) => !rows.some((row) => row.id === id));
	return [...rows, ...rest.map((id): RunRow => ({ id, status: 'waiting', text: '' }))];
}
