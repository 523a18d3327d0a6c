// An OpenID provider that shares no code with Pantrie: the package oidc-provider, at the addresses
// Authentik has. Tokens, keys, PKCE, sessions and logout are the package's own; here are the people,
// a page to sign in, and one rewritten path. Ends with the process:
//
//	node e2e/other-provider.mts PANTRIE'S-URL
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider, type Configuration } from 'oidc-provider';
import { secret } from './servers.ts';

const [pantrie] = process.argv.slice(2);
// It listens first: the provider has to know its own address.
const server = createServer();
await once(server.listen(0, '127.0.0.1'), 'listening');
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const application = '/application/o/pantrie';
const signInPage = '/if/flow/';
const pantrieOAuth = `${pantrie}/api/v1/auth/oauth/authentik`;

const people = new Map([
	['sam', { email: 'sam@example.org', name: 'Sam Brandt' }],
	['mara', { email: 'mara@example.org', name: 'Mara Brandt' }]
]);

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const configuration: Configuration = {
	clients: [
		{
			client_id: 'pantrie-id',
			client_secret: secret,
			token_endpoint_auth_method: 'client_secret_post',
			id_token_signed_response_alg: 'ES256',
			redirect_uris: [`${pantrieOAuth}/callback`],
			post_logout_redirect_uris: [`${pantrieOAuth}/signed-out`],
			backchannel_logout_uri: `${pantrieOAuth}/backchannel-logout`,
			backchannel_logout_session_required: true
		}
	],
	routes: {
		authorization: '/application/o/authorize/',
		token: '/application/o/token/',
		userinfo: '/application/o/userinfo/',
		jwks: `${application}/jwks/`,
		end_session: `${application}/end-session/`
	},
	jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
	cookies: { keys: [secret] },
	pkce: { required: () => true },
	// The default, but what the tests are about: the ID token says who, userinfo says the rest.
	conformIdTokenClaims: true,
	claims: {
		openid: ['sub'],
		email: ['email', 'email_verified'],
		profile: ['name', 'preferred_username', 'groups']
	},
	features: {
		devInteractions: { enabled: false },
		rpInitiatedLogout: { enabled: true },
		backchannelLogout: { enabled: true }
	},
	// The package refuses to call addresses of this machine, where Pantrie is.
	fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined } as RequestInit),
	interactions: { url: (_ctx, interaction) => signInPage + interaction.uid },
	findAccount: (_ctx, accountId) => {
		const person = people.get(accountId);
		if (!person) return undefined;
		return {
			accountId,
			claims: () => ({
				sub: accountId,
				...person,
				email_verified: true,
				preferred_username: accountId,
				groups: ['family']
			})
		};
	},
	// Whoever has signed in has agreed.
	loadExistingGrant: async ({ oidc }) => {
		const grant = new oidc.provider.Grant({
			clientId: oidc.client?.clientId,
			accountId: oidc.session?.accountId
		});
		grant.addOIDCScope('openid email profile');
		await grant.save();
		return grant;
	}
};

const provider = new Provider(`${base}${application}/`, configuration);
provider.on('backchannel.success', (_ctx, client) => console.log(`told ${client.clientId}`));
provider.on('authorization.error', (_ctx, error) => console.log('authorization', error));
provider.on('grant.error', (_ctx, error) => console.log('token', error));
provider.on('backchannel.error', (_ctx, error) => console.log('back-channel', error));
provider.on('server_error', (_ctx, error) => console.log('server', error));
const answer = provider.callback();

async function signIn(req: IncomingMessage, res: ServerResponse): Promise<void> {
	if (req.method === 'POST') {
		let body = '';
		for await (const part of req) body += part;
		const form = new URLSearchParams(body);
		const name = form.get('username') ?? '';
		if (people.has(name) && form.get('password') === name) {
			const result = { login: { accountId: name } };
			await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
			return;
		}
	}
	res.setHeader('Content-Type', 'text/html; charset=utf-8');
	res.end(`<!doctype html><title>Another provider</title><form method="post">
		<label>Username <input name="username"></label>
		<label>Password <input name="password" type="password"></label>
		<button>Sign in</button></form>`);
}

server.on('request', (req: IncomingMessage, res: ServerResponse) => {
	if (req.url?.startsWith(signInPage)) {
		signIn(req, res).catch((error: unknown) => {
			console.log(error);
			res.writeHead(500).end();
		});
		return;
	}
	// The package answers discovery at the root alone.
	if (req.url?.startsWith(`${application}/.well-known/`))
		req.url = req.url.slice(application.length);
	void answer(req, res);
});
console.log('ready', base);
