import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A program: its output, and the line that says that it is ready. */
class Server {
	output = '';
	private readonly process: ChildProcess;
	private readonly gone: Promise<unknown>;
	private exited = false;
	/** Called with every piece of output, and at the end. */
	private readonly heard = new Set<() => void>();

	constructor(program: string, args: string[], env: Record<string, string>) {
		this.process = spawn(program, args, {
			env: { PATH: process.env.PATH ?? '', ...env }
		});
		const tell = () => [...this.heard].forEach((hear) => hear());
		for (const stream of [this.process.stdout, this.process.stderr]) {
			stream?.on('data', (data: Buffer) => {
				this.output += data.toString();
				tell();
			});
		}
		// Not at exit: what was written last is read only then.
		this.gone = once(this.process, 'close').then(() => {
			this.exited = true;
			tell();
		});
	}

	/** Waits for a line. An error when the program ends without it. */
	line(pattern: RegExp): Promise<RegExpMatchArray> {
		return new Promise((resolve, reject) => {
			const hear = () => {
				const match = this.output.match(pattern);
				if (!match && !this.exited) return;
				this.heard.delete(hear);
				if (match) resolve(match);
				else
					reject(new Error(`${this.process.spawnfile} does not say ${pattern}:\n${this.output}`));
			};
			this.heard.add(hear);
			hear();
		});
	}

	async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
		this.process.kill(signal);
		await this.gone;
	}
}

/** A data folder that others are copied from, and the session cookie of its administrator. */
export interface Start {
	folder: string;
	session: string;
}

/** The built binary on a data folder of its own. */
export class Pantrie {
	/** The cookie of the administrator's session, as setup left it. */
	session = '';
	private server?: Server;
	/** Chosen by the first start, and kept: a page that is open finds Pantrie again. */
	private port = 0;
	private readonly data = mkdtempSync(join(tmpdir(), 'pantrie-e2e-'));
	private readonly whenReady: (() => Promise<void>)[] = [];

	get url(): string {
		if (this.port === 0) throw new Error('Pantrie has no address before its first start');
		return `http://localhost:${this.port}`;
	}

	get log(): string {
		return this.server?.output ?? '';
	}

	get redirectUri(): string {
		return `${this.url}/api/v1/auth/oauth/authentik/callback`;
	}

	/** Begins with a copy of a folder instead of an empty one. */
	copy(from: Start): void {
		cpSync(from.folder, this.data, { recursive: true });
		this.session = from.session;
	}

	/** Does something as soon as the address is known. */
	async onceReady(act: () => Promise<void>): Promise<void> {
		if (this.port === 0) this.whenReady.push(act);
		else await act();
	}

	async start(env: Record<string, string> = {}, args: string[] = []): Promise<void> {
		for (;;) {
			this.server = new Server(join(root, 'pantrie'), args, {
				PANTRIE_ADDR: `127.0.0.1:${this.port}`,
				PANTRIE_DATA_DIR: this.data,
				...env
			});
			try {
				const [, port] = await this.server.line(/"Pantrie is ready".* address=127\.0\.0\.1:(\d+)/);
				this.port = Number(port);
				break;
			} catch (error) {
				// Somebody else has got the port meanwhile, mostly for one connection.
				if (this.port === 0 || !/address already in use/.test(this.log)) throw error;
			}
		}
		for (const act of this.whenReady.splice(0)) await act();
	}

	/** Starts with what only the address tells. */
	async startKnowing(env: (url: string) => Record<string, string>): Promise<void> {
		await this.start();
		await this.stop();
		await this.start(env(this.url));
	}

	/** Ends, and is what others are copied from. */
	async becomeStart(): Promise<Start> {
		await this.stop();
		return { folder: this.data, session: this.session };
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
		this.session = await this.call('POST', '/setup', {
			setupToken,
			admin: as,
			household,
			publicUrl: this.url
		});
	}

	/**
	 * Adds somebody to the first household as the administrator would, and chooses their password.
	 * Returns the cookie of their session.
	 */
	async addMember(name: string, role: 'admin' | 'editor' | 'viewer'): Promise<string> {
		const me = await this.ask<{ households: { id: string }[] }>('GET', '/auth/me');
		const made = await this.ask<{ passwordLink: string }>('POST', '/admin/users', {
			name,
			email: `${name.toLowerCase()}@example.org`,
			siteAdmin: false,
			householdId: me.households[0]?.id,
			role
		});
		const token = made.passwordLink.split('#token=')[1];
		return this.call('POST', '/auth/password-link', { token, password: 'quince and thyme' });
	}

	/** Says where Pantrie is: a copy is elsewhere than what it was copied from. */
	async moveHere(): Promise<void> {
		await this.call('PUT', '/admin/instance', { publicUrl: this.url }, this.session);
	}

	/** Saves the settings of a provider as the administrator would. */
	async connect(settings: ProviderSettings): Promise<void> {
		await this.call('PUT', '/admin/oauth/authentik', settings, this.session);
	}

	/** A request of the interface; returns the session cookie of the answer. */
	private async call(method: string, path: string, body?: unknown, cookie = ''): Promise<string> {
		const answer = await this.send(method, path, body, cookie);
		return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
	}

	/** A request of the administrator; returns the body of the answer. */
	private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
		return (await this.send(method, path, body, this.session)).json() as Promise<T>;
	}

	private async send(
		method: string,
		path: string,
		body: unknown,
		cookie: string
	): Promise<Response> {
		const answer = await fetch(`${this.url}/api/v1${path}`, {
			method,
			headers: { cookie, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
			body: body === undefined ? undefined : JSON.stringify(body)
		});
		if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
		return answer;
	}

	/** As if so many hours had passed since anybody was here: the binary has no clock to turn. */
	hoursPass(hours: number): void {
		const database = new DatabaseSync(join(this.data, 'pantrie.db'), { timeout: 5000 });
		try {
			const by = hours * 3_600_000;
			for (const column of ['created_at', 'last_seen_at', 'authenticated_at', 'checked_at']) {
				database.prepare(`UPDATE sessions SET ${column} = max(0, ${column} - ?)`).run(by);
			}
		} finally {
			database.close();
		}
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
	private readonly server: Server;
	private readonly control: string;

	private constructor(server: Server, url: string, control: string) {
		this.server = server;
		this.url = url;
		this.control = control;
	}

	private static async run(...args: string[]): Promise<Provider> {
		const server = new Server(
			join(root, 'test-provider'),
			[
				'--addr=127.0.0.1:0',
				'--control-addr=127.0.0.1:0',
				`--user=sam:sam:${admin.email}:Sam Brandt:family`,
				...args
			],
			{}
		);
		const [, url = '', control = ''] = await server.line(/^ready (\S+) control (\S+)$/m);
		return new Provider(server, url, control);
	}

	/** Where to send people back is told by `set`, once Pantrie has an address. */
	static start(): Promise<Provider> {
		return Provider.run(
			'--slug=pantrie',
			'--client-id=pantrie-id',
			`--client-secret=${secret}`,
			'--consent=explicit',
			'--user=mara:mara:mara@example.org:Mara Brandt:family'
		);
	}

	/** Authentik on its first day: people, groups and an API token, but no application. */
	static empty(): Promise<Provider> {
		return Provider.run(
			'--no-application',
			`--api-token=${apiToken}`,
			'--version=2026.5.0',
			'--user=mara:mara:mara@example.org:Mara Brandt:guests',
			'--group=family'
		);
	}

	/** Forgets everything since the start; the addresses and the keys stay. */
	async startOver(): Promise<void> {
		await this.change('DELETE', '/state');
	}

	/** Imports a blueprint as its administrator would. */
	async importBlueprint(text: string): Promise<void> {
		await this.change('POST', '/blueprint', text, 'application/yaml');
	}

	/** What there is in it, by kind. */
	async objects(): Promise<Record<string, Record<string, unknown>[]>> {
		const answer = await fetch(`${this.control}/objects`);
		return answer.json();
	}

	get settings(): ProviderSettings {
		return { baseUrl: this.url, slug: 'pantrie', clientId: 'pantrie-id', clientSecret: secret };
	}

	async set(change: Record<string, unknown>): Promise<void> {
		await this.change('PATCH', '/state', JSON.stringify(change));
	}

	/** Changes somebody it knows: by username, and only what is named. */
	async setPerson(person: { username: string } & Record<string, unknown>): Promise<void> {
		await this.change('POST', '/users', JSON.stringify(person));
	}

	private async change(
		method: string,
		path: string,
		body?: string,
		type = 'application/json'
	): Promise<void> {
		const headers = { 'Content-Type': type };
		const answer = await fetch(this.control + path, { method, headers, body });
		if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
	}

	async stop(): Promise<void> {
		await this.server.stop();
	}
}

/** A provider of another making, which knows the same people and settings: see other-provider.mts. */
export class OtherProvider {
	readonly url: string;
	private readonly server: Server;

	private constructor(server: Server, url: string) {
		this.server = server;
		this.url = url;
	}

	/** For a Pantrie that has an address. */
	static async start(pantrie: Pantrie): Promise<OtherProvider> {
		const program = join(root, 'frontend/e2e/other-provider.mts');
		const server = new Server(process.execPath, [program, pantrie.url], {});
		const [, url = ''] = await server.line(/^ready (\S+)$/m);
		return new OtherProvider(server, url);
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
