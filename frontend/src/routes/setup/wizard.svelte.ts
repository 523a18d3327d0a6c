import { api, call, type Me, type SetupInfo } from '#lib/api/client.ts';
import { FormState, missing } from '#lib/components/ui/form.svelte.ts';
import { providerNames } from '#lib/messages';
import { tabStorage } from '#lib/storage.ts';
import {
	addressPart,
	adminPart,
	anyLocked,
	effectivePublicUrl,
	LAST_STEP,
	lockOf,
	OAUTH_FIELDS,
	oauthPart,
	payload,
	stepOf,
	type Answers
} from './wizard.ts';

export const TOKEN_KEY = 'pantrie.setup.token';
const ANSWERS_KEY = 'pantrie.setup.answers';
const SECRETS: (keyof Answers)[] = ['password', 'clientSecret'];

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
		issuerUrl: '',
		label: '',
		clientId: '',
		clientSecret: ''
	});
	/** The page was loaded again: everything is there but the passwords. */
	reloaded = $state(false);
	me = $state<Me | null>(null);

	/** What the chosen provider is called; empty while another one has no name. */
	readonly providerName = $derived.by(() => {
		const { method, label } = this.answers;
		if (method === 'oidc') return label.trim();
		return method === 'local' ? '' : providerNames[method];
	});
	readonly publicUrl = $derived.by(() => effectivePublicUrl(this.answers, this.info));

	/** @param here the address in the browser, sub-path included, to begin step 2 with */
	constructor(here: string) {
		super();
		this.answers.publicUrl = here;
		this.#restore();
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

	/** Checks one step on the server. True when the next one may open. */
	async check(step: number): Promise<boolean> {
		this.#remember();
		const part =
			step === 1
				? adminPart(this.answers)
				: step === 2
					? addressPart(this.answers, this.info)
					: oauthPart(this.answers, this.info);
		return this.#attempt(async () => {
			this.info = await call(
				api.POST('/api/v1/setup/check', { body: { setupToken: this.token, ...part } })
			);
		}, this.#missing(step));
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
		return steps.length > 0 ? Math.min(...steps) : LAST_STEP;
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
