import type { AuthentikApi } from '#lib/api/authentik.ts';
import { leaveIfSignedOut } from '#lib/api/session.ts';
import type { SetupEnv, SetupValues } from '#lib/authentik-setup.svelte.ts';
import { FormState } from '#lib/components/ui/form.svelte.ts';

/** Typing is over when nothing more came for so long. */
const PAUSE = 400;

/** The blueprint for what is chosen, written anew by the server after every change. */
export class BlueprintText {
	emailVerified = $state(false);
	old = $state(false);
	/** Of 2026.5 or newer; older ones would take its address for one to sign in at. */
	recent = $state(false);
	text = $state('');
	fileName = $state('');
	readonly form = new FormState();

	readonly #wish = $derived.by(() => {
		const { slug, consent, group } = this.#values;
		return {
			...(this.#env().slug.envVar === '' && slug.trim() !== '' && { slug: slug.trim() }),
			consent,
			group: group.trim(),
			emailVerified: this.emailVerified,
			old: this.old,
			recent: this.recent && !this.old
		};
	});
	readonly #api: AuthentikApi;
	readonly #values: SetupValues;
	readonly #env: () => SetupEnv;
	#controller: AbortController | undefined;

	constructor(api: AuthentikApi, values: SetupValues, env: () => SetupEnv) {
		this.#api = api;
		this.#values = values;
		this.#env = env;
	}

	/** For `$effect`: the first text at once, the next ones when typing is over. */
	follow(): () => void {
		void JSON.stringify(this.#wish);
		if (this.#controller === undefined) {
			void this.now();
			return () => undefined;
		}
		const timer = setTimeout(() => void this.now(), PAUSE);
		return () => clearTimeout(timer);
	}

	async now(): Promise<void> {
		this.#controller?.abort();
		const { signal } = (this.#controller = new AbortController());
		try {
			const file = await this.#api.blueprint(this.#wish, signal);
			if (signal.aborted) return;
			this.form.clear();
			this.text = file.text;
			this.fileName = file.fileName;
		} catch (error) {
			if (signal.aborted || leaveIfSignedOut(error)) return;
			this.form.clear();
			this.form.show(error);
		}
	}

	stop(): void {
		this.#controller?.abort();
	}
}
