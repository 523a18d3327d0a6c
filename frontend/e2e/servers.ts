import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
		});
	});
}

/** A program: its output, and the line that says that it is ready. */
class Server {
	output = '';
	exited = false;
	private readonly process: ChildProcess;
	private readonly gone: Promise<void>;

	constructor(program: string, args: string[], env: Record<string, string>) {
		this.process = spawn(program, args, {
			env: { PATH: process.env.PATH ?? '', ...env }
		});
		const collect = (data: Buffer) => (this.output += data.toString());
		this.process.stdout?.on('data', collect);
		this.process.stderr?.on('data', collect);
		this.gone = new Promise((resolve) =>
			this.process.once('exit', () => {
				this.exited = true;
				resolve();
			})
		);
	}

	async line(pattern: RegExp): Promise<RegExpMatchArray> {
		const deadline = Date.now() + 20_000;
		for (;;) {
			const match = this.output.match(pattern);
			if (match) return match;
			if (this.exited || Date.now() > deadline) {
				throw new Error(`${this.process.spawnfile} does not say ${pattern}:\n${this.output}`);
			}
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}

	async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
		this.process.kill(signal);
		await this.gone;
	}
}

/** The built binary on a data folder of its own. */
export class Pantrie {
	readonly url: string;
	private server?: Server;
	private readonly data = mkdtempSync(join(tmpdir(), 'pantrie-e2e-'));

	private readonly port: number;

	private constructor(port: number) {
		this.port = port;
		this.url = `http://localhost:${port}`;
	}

	static async create(): Promise<Pantrie> {
		return new Pantrie(await freePort());
	}

	get log(): string {
		return this.server?.output ?? '';
	}

	get redirectUri(): string {
		return `${this.url}/api/v1/auth/oauth/authentik/callback`;
	}

	async start(env: Record<string, string> = {}, args: string[] = []): Promise<void> {
		this.server = new Server(join(root, 'pantrie'), args, {
			PANTRIE_ADDR: `127.0.0.1:${this.port}`,
			PANTRIE_DATA_DIR: this.data,
			...env
		});
		await this.server.line(/Pantrie is ready/);
	}

	async setupLink(): Promise<string> {
		const found = await this.server?.line(/(http:\/\/\S+\/setup#token=\S+)/);
		return found?.[1] ?? '';
	}

	/** Whether a text is in any file of the data folder. */
	holds(text: string): boolean {
		const files = readdirSync(this.data, { recursive: true, withFileTypes: true });
		return files
			.filter((file) => file.isFile())
			.some((file) => readFileSync(join(file.parentPath, file.name)).includes(text));
	}

	/** Sets Pantrie up without the wizard; whoever does it is the administrator. */
	async setUp(as = admin): Promise<void> {
		const setupToken = (await this.setupLink()).split('#token=')[1];
		const household = { name: 'Brandt', timeZone: 'Europe/Berlin' };
		await this.call('POST', '/setup', { setupToken, admin: as, household, publicUrl: this.url });
	}

	/** Saves the settings of a provider as the administrator would, and leaves no session behind. */
	async connect(settings: ProviderSettings, as = admin): Promise<void> {
		const { email, password } = as;
		const cookie = await this.call('POST', '/auth/login', { email, password });
		await this.call('PUT', '/admin/oauth/authentik', settings, cookie);
		await this.call('POST', '/auth/logout', undefined, cookie);
	}

	/** A request of the interface; returns the session cookie of the answer. */
	private async call(method: string, path: string, body?: unknown, cookie = ''): Promise<string> {
		const answer = await fetch(`${this.url}/api/v1${path}`, {
			method,
			headers: { cookie, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
			body: body === undefined ? undefined : JSON.stringify(body)
		});
		if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
		return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
	}

	async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
		await this.server?.stop(signal);
		this.server = undefined;
	}

	async dispose(): Promise<void> {
		await this.stop();
		rmSync(this.data, { recursive: true, force: true });
	}
}

/** What an administrator types into the OAuth settings. */
export interface ProviderSettings {
	baseUrl: string;
	slug: string;
	clientId: string;
	clientSecret: string;
	signOutAtProvider?: boolean;
	signUp?: boolean;
	allowedGroups?: string[];
}

/** The provider in Authentik's shape, with switches that tests throw. */
export class Provider {
	readonly url: string;
	private server?: Server;

	private readonly port: number;
	private readonly controlPort: number;

	private constructor(port: number, controlPort: number) {
		this.port = port;
		this.controlPort = controlPort;
		this.url = `http://127.0.0.1:${port}`;
	}

	static async start(redirectUri: string, consent = 'explicit'): Promise<Provider> {
		const provider = new Provider(await freePort(), await freePort());
		provider.server = new Server(
			join(root, 'test-provider'),
			[
				`--addr=127.0.0.1:${provider.port}`,
				`--control-addr=127.0.0.1:${provider.controlPort}`,
				'--slug=pantrie',
				'--client-id=pantrie-id',
				`--client-secret=${secret}`,
				`--redirect-uri=${redirectUri}`,
				`--consent=${consent}`,
				`--user=sam:sam:${admin.email}:Sam Brandt:family`,
				'--user=mara:mara:mara@example.org:Mara Brandt:family'
			],
			{}
		);
		await provider.server.line(/^ready /m);
		return provider;
	}

	/** Authentik on its first day: people, groups and an API token, but no application. */
	static async empty(version = '2026.5.0'): Promise<Provider> {
		const provider = new Provider(await freePort(), await freePort());
		provider.server = new Server(
			join(root, 'test-provider'),
			[
				`--addr=127.0.0.1:${provider.port}`,
				`--control-addr=127.0.0.1:${provider.controlPort}`,
				'--no-application',
				`--api-token=${apiToken}`,
				`--version=${version}`,
				`--user=sam:sam:${admin.email}:Sam Brandt:family`,
				'--user=mara:mara:mara@example.org:Mara Brandt:guests',
				'--group=family'
			],
			{}
		);
		await provider.server.line(/^ready /m);
		return provider;
	}

	/** Imports a blueprint as its administrator would. */
	async importBlueprint(text: string): Promise<void> {
		const answer = await fetch(`http://127.0.0.1:${this.controlPort}/blueprint`, {
			method: 'POST',
			headers: { 'Content-Type': 'application/yaml' },
			body: text
		});
		if (!answer.ok) throw new Error(`the blueprint: ${answer.status} ${await answer.text()}`);
	}

	/** What there is in it, by kind. */
	async objects(): Promise<Record<string, Record<string, unknown>[]>> {
		const answer = await fetch(`http://127.0.0.1:${this.controlPort}/objects`);
		return answer.json();
	}

	get settings(): ProviderSettings {
		return { baseUrl: this.url, slug: 'pantrie', clientId: 'pantrie-id', clientSecret: secret };
	}

	async set(change: Record<string, unknown>): Promise<void> {
		const answer = await fetch(`http://127.0.0.1:${this.controlPort}/state`, {
			method: 'PATCH',
			headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify(change)
		});
		if (!answer.ok) throw new Error(`control answers ${answer.status}: ${await answer.text()}`);
	}

	async stop(): Promise<void> {
		await this.server?.stop();
	}
}

/** A provider of another making, which knows the same people and settings: see other-provider.mts. */
export class OtherProvider {
	readonly url: string;
	private readonly server: Server;

	private constructor(port: number, pantrie: string) {
		this.url = `http://127.0.0.1:${port}`;
		const program = join(root, 'frontend/e2e/other-provider.mts');
		this.server = new Server(process.execPath, [program, String(port), pantrie], {});
	}

	static async start(pantrie: Pantrie): Promise<OtherProvider> {
		const provider = new OtherProvider(await freePort(), pantrie.url);
		await provider.server.line(/^ready /m);
		return provider;
	}

	get settings(): ProviderSettings {
		return { baseUrl: this.url, slug: 'pantrie', clientId: 'pantrie-id', clientSecret: secret };
	}

	get log(): string {
		return this.server.output;
	}

	async stop(): Promise<void> {
		await this.server.stop();
	}
}

export const apiToken = 'a-token-of-authentik-that-nobody-may-find-again-4711';
export const secret = 'first-secret-4711';
export const admin = { name: 'Sam', email: 'sam@example.org', password: 'plum jam on toast' };
