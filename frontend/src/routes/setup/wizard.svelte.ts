import type { AuthentikResult } from '#lib/api/authentik.ts';
import { api, call, type Me, type SetupInfo } from '#lib/api/client.ts';
import { FormState, missing } from '#lib/components/ui/form.svelte.ts';
import { authentikSetup, providerNames, setup } from '#lib/messages';
import { tabStorage } from '#lib/storage.ts';
import { parseWebUrl, sameOrigin } from '#lib/urls.ts';
import {
	ANSWERS_KEY,
	addressPart,
	adminPart,
	anyLocked,
	effectivePublicUrl,
	isIncomplete,
	LAST_STEP,
	lockOf,
	OAUTH_FIELDS,
	oauthPart,
	payload,
	stepOf,
	tellsByHand,
	waysOf,
	type Answers
} from './wizard.ts';

export const TOKEN_KEY = 'pantrie.setup.token';
const SECRETS: (keyof Answers)[] = ['password', 'clientSecret'];

function householdOf(name: string): string {
	return name.trim() === '' ? '' : setup.you.householdOf(name.trim());
}

interface Made {
	slug: string;
	clientId: string;
	/** 0 until the test has passed. */
	checks: number;
	warnings: AuthentikResult['warnings'];
}

export type Phase = 'token' | 'steps' | 'complete' | 'alreadyDone';

/** The wizard from the token to the last screen. It keeps every answer, whatever fails. */
export class Wizard extends FormState {
	phase = $state<Phase>('token');
	token = $state('');
	/** What the environment sets; null until the token was accepted. */
	info = $state<SetupInfo | null>(null);
	answers = $state<Answers>({
		name: '',
		email: '',
		password: '',
		household: '',
		publicUrl: '',
		method: 'local',
		baseUrl: '',
		slug: '',
		consent: 'implicit',
		group: '',
		ca: '',
		way: 'auto',
		after: 'paste',
		issuerUrl: '',
		label: '',
		clientId: '',
		clientSecret: ''
	});
	/** The page was loaded again: everything is there but the passwords. */
	reloaded = $state(false);
	me = $state<Me | null>(null);
	/** What Pantrie has just set up in Authentik, and how many checks it then passed. */
	made = $state<Made | null>(null);
	/** After the last step the browser goes on to the provider, to link the account there. */
	linkNow = $state(true);
	/** The person has named the household. */
	namedHousehold = $state(false);

	/** What the chosen provider is called; empty while another one has no name. */
	readonly providerName = $derived.by(() => {
		const { method, label } = this.answers;
		if (method === 'oidc') return label.trim();
		return method === 'local' ? '' : providerNames[method];
	});
	readonly publicUrl = $derived.by(() => effectivePublicUrl(this.answers, this.info));
	readonly incomplete = $derived.by(() => isIncomplete(this.answers, this.info));
	/** Linking works at the public address only: the provider sends people back there. */
	readonly canLink = $derived.by(
		() => this.answers.method !== 'local' && sameOrigin(this.publicUrl, this.#origin)
	);

	readonly #origin: string;

	/** @param here the address in the browser, sub-path included, to begin step 2 with */
	constructor(here: string) {
		super();
		this.#origin = parseWebUrl(here)?.origin ?? '';
		this.answers.publicUrl = here;
		this.#restore();
		const { name, household } = this.answers;
		this.namedHousehold = household !== '' && household !== householdOf(name);
	}

	/** Asks the server about the token, and learns what the environment sets. */
	async open(token: string): Promise<boolean> {
		const first = this.info === null;
		const opened = await this.#attempt(async () => {
			this.info = await call(api.POST('/api/v1/setup/check', { body: { setupToken: token } }));
		});
		if (!opened) return false;
		this.token = token;
		tabStorage.set(TOKEN_KEY, token);
		this.phase = 'steps';
		if (first) this.#adopt();
		return true;
	}

	/** The household is called after the person until it gets a name of its own. */
	suggestHousehold(): void {
		if (!this.namedHousehold) this.answers.household = householdOf(this.answers.name);
	}

	/** Takes over what was made or found in Authentik. */
	take({ baseUrl, slug, clientId, clientSecret, warnings }: AuthentikResult): void {
		this.clear();
		Object.assign(this.answers, { baseUrl, slug, clientId, clientSecret, way: 'hand' });
		this.made = { slug, clientId, checks: 0, warnings };
		this.#remember();
	}

	/** Checks one step on the server. True when the next one may open. */
	async check(step: number): Promise<boolean> {
		this.#remember();
		if (step === LAST_STEP - 1 && this.#untouched()) {
			this.clear();
			this.problem = authentikSetup.notYet;
			return false;
		}
		const part =
			step === 1
				? adminPart(this.answers)
				: step === 2
					? addressPart(this.answers, this.info)
					: oauthPart(this.answers, this.info);
		const fine = await this.#attempt(async () => {
			this.info = await call(
				api.POST('/api/v1/setup/check', { body: { setupToken: this.token, ...part } })
			);
		}, this.#missing(step));
		if (this.#wrongAtHand()) this.#showFields();
		return fine;
	}

	/** Sends everything. Gives the step that has something to correct, or 0 when it is done. */
	async finish(): Promise<number> {
		const finished = await this.#attempt(async () => {
			const body = payload(this.token, this.answers, this.info);
			this.me = await call(api.POST('/api/v1/setup', { body }));
		});
		if (finished) {
			this.phase = 'complete';
			this.#forget();
			return 0;
		}
		const steps = Object.keys(this.fields).map(stepOf);
		if (this.#wrongAtHand()) this.#showFields();
		return steps.length > 0 ? Math.min(...steps) : LAST_STEP;
	}

	/** Nothing of Authentik can be sent yet: it is to be set up first. */
	#untouched(): boolean {
		return this.incomplete && !tellsByHand(this.answers);
	}

	/** A field is wrong that stands among the four. */
	#wrongAtHand(): boolean {
		return Object.keys(this.fields).some((field) => field.startsWith('oauth.'));
	}

	/** The four fields are there with the blueprint too, unless Pantrie was to find them. */
	#showFields(): void {
		if (this.answers.way === 'auto') this.answers.way = 'hand';
		this.answers.after = 'paste';
	}

	async #attempt(action: () => Promise<void>, check: Record<string, string> = {}) {
		return this.send(action, {
			check,
			handled: (_error, code) => {
				if (code === 'setup_token_invalid') {
					this.phase = 'token';
					tabStorage.set(TOKEN_KEY, '');
				}
				if (code !== 'setup_done') return false;
				this.phase = 'alreadyDone';
				this.#forget();
				return true;
			}
		});
	}

	#missing(step: number): Record<string, string> {
		const { answers, info } = this;
		const { name, email, password, household, publicUrl, method } = answers;
		if (step === 1) {
			return missing({
				'admin.name': name,
				'admin.email': email,
				'admin.password': password,
				'household.name': household
			});
		}
		if (step === 2) return info?.publicUrl.envVar ? {} : missing({ publicUrl });
		if (step !== LAST_STEP - 1 || method === 'local') return {};
		const open = OAUTH_FIELDS[method].filter((field) => lockOf(info, method, field) === '');
		return missing(Object.fromEntries(open.map((field) => [`oauth.${field}`, answers[field]])));
	}

	/** Who sets a part of Authentik in the environment means to use it. */
	#adopt(): void {
		if (anyLocked(this.info)) this.answers.method = 'authentik';
		if (!waysOf(this.info).includes(this.answers.way)) this.answers.way = 'hand';
	}

	#forget(): void {
		tabStorage.set(TOKEN_KEY, '');
		tabStorage.set(ANSWERS_KEY, '');
	}

	/** Keeps the answers over a reload of this tab; never a password or a secret. */
	#remember(): void {
		const kept = Object.fromEntries(
			Object.entries($state.snapshot(this.answers)).filter(
				([key]) => !SECRETS.includes(key as keyof Answers)
			)
		);
		tabStorage.set(ANSWERS_KEY, JSON.stringify(kept));
	}

	#restore(): void {
		try {
			const kept: unknown = JSON.parse(tabStorage.get(ANSWERS_KEY) || '{}');
			if (typeof kept === 'object' && kept !== null) {
				Object.assign(this.answers, kept);
				this.reloaded = Object.keys(kept).length > 0;
			}
		} catch {
			tabStorage.set(ANSWERS_KEY, '');
		}
	}
}
