import type { components, paths } from './schema.d.ts';

type Schemas = components['schemas'];
type Role = Schemas['MyHousehold']['role'];
type EnvValue = Schemas['EnvValue'];

export type ProviderId = 'authentik' | 'google' | 'oidc';

/** Codes of the contract that the generated schema does not list yet. */
export const PENDING_CODES = [
	'reauth_required',
	'local_login_off',
	'link_expired',
	'already_linked',
	'last_way_in',
	'test_running'
] as const;

export type Instance = Schemas['Instance'] & { localLogin: boolean; autoRedirect: '' | ProviderId };

export interface ProviderButton {
	id: ProviderId;
	name: string;
	label: string;
	loginUrl: string;
}

export type Me = Omit<Schemas['Me'], 'signedInWith'> & {
	signedInWith: 'password' | 'setup' | 'link' | ProviderId;
};

export interface PendingLink {
	provider: ProviderId;
	providerName: string;
	email: string;
	name: string;
	blind: boolean;
	expiresAt: number;
}

export interface AccountIdentity {
	id: string;
	provider: ProviderId;
	providerName: string;
	issuer: string;
	linkedAt: number;
	lastUsedAt: number;
	canUnlink: boolean;
}

export interface AccountSession {
	id: string;
	current: boolean;
	method: 'password' | 'setup' | 'link' | ProviderId;
	methodName: string;
	address: string;
	device: string;
	signedInAt: number;
	lastSeenAt: number;
}

export type Outcome =
	'signed_in' | 'created' | 'linked' | 'pending' | 'tested' | 'signed_out' | 'refused' | 'failed';

export interface AccountSignIn {
	at: number;
	provider: 'password' | ProviderId;
	providerName: string;
	outcome: Outcome;
	code: string;
	address: string;
	ref: string;
}

export interface Account {
	hasPassword: boolean;
	freshUntil: number | null;
	reauthProvider: '' | ProviderId;
	identities: AccountIdentity[];
	linkable: { id: ProviderId; name: string }[];
	sessions: AccountSession[];
	signIns: AccountSignIn[];
}

export interface OAuthProvider {
	id: ProviderId;
	name: string;
	configured: boolean;
	enabled: boolean;
	linkedUsers: number;
}

export interface GroupRule {
	group: string;
	householdId: string;
	role: Role;
}

export type AuthMethod = '' | 'post' | 'basic';

export type OAuthSettings = Omit<Schemas['OAuthSettings'], 'provider' | 'recentSignIns'> & {
	provider: ProviderId;
	name: string;
	issuerUrl: EnvValue;
	trustEmail: boolean;
	allowedGroups: string[];
	adminGroup: string;
	groupClaim: string;
	rules: GroupRule[];
	signOutAtProvider: boolean;
	scopes: string[];
	defaultScopes: string[];
	authMethod: AuthMethod;
	ca: string;
	backchannelUrl: string;
	signedOutUrl: string;
	untrustedProxy: string;
	unverifiedSeen: boolean;
	lastGroups: string[] | null;
	lastTestAt: number | null;
	recentSignIns: (Omit<Schemas['RecentSignIn'], 'outcome'> & {
		outcome: Outcome;
		purpose: Purpose;
	})[];
};

export type OAuthInput = Schemas['OAuthInput'] & {
	issuerUrl?: string;
	trustEmail?: boolean;
	allowedGroups?: string[];
	adminGroup?: string;
	groupClaim?: string;
	rules?: GroupRule[];
	signOutAtProvider?: boolean;
	scopes?: string[];
	authMethod?: AuthMethod;
	ca?: string;
};

export interface Check {
	id: string;
	status: 'ok' | 'warning' | 'failed' | 'skipped';
	code: string;
	seen: string;
	fix: string;
	field: string;
	millis: number;
}

export interface AttemptStep {
	step: string;
	at: number;
	detail: string;
	failed: boolean;
}

export interface Claim {
	name: string;
	value: string;
}

export interface TestResult {
	at: number;
	byMe: boolean;
	current: boolean;
	ok: boolean;
	reason: string;
	detail: string;
	ref: string;
	steps: AttemptStep[];
	idToken: Claim[] | null;
	userinfo: Claim[] | null;
	used: {
		subject: string;
		email: string;
		emailVerified: boolean;
		emailFrom: 'userinfo' | 'id_token' | '';
		name: string;
		groups: string[] | null;
	} | null;
	verdict: {
		action: 'sign_in' | 'link' | 'ask_password' | 'create' | 'refuse';
		reason: string;
		branch: string;
		accountName: string;
		accountEmail: string;
		householdName: string;
		role: '' | Role;
	} | null;
	siteAdmin: boolean | null;
	households: { name: string; role: '' | Role }[];
	warnings: string[];
}

export interface SignInSettings {
	localLogin: boolean;
	localLoginInForce: boolean;
	envVar: string;
	autoRedirect: '' | ProviderId;
	canTurnOff: boolean;
	canTurnOffReason: '' | 'needs_test' | 'no_provider';
	testProvider: '' | ProviderId;
}

export type Purpose = 'signin' | 'link' | 'test' | 'logout';

export interface SignIn {
	id: string;
	at: number;
	provider: 'password' | ProviderId;
	providerName: string;
	purpose: Purpose;
	outcome: Outcome;
	code: string;
	step: string;
	detail: string;
	steps: AttemptStep[];
	name: string;
	email: string;
	userId: string;
	address: string;
	ref: string;
}

export type User = Omit<Schemas['User'], 'identities'> & {
	sessions: number;
	identities: (Schemas['UserIdentity'] & { providerName: string })[];
};
export type CreatedUser = User & { passwordLink: string };

export type SetupInfo = Schemas['SetupInfo'] & { oauthCallbackPaths: Record<ProviderId, string> };
export type SetupOAuth = Omit<Schemas['SetupOAuth'], 'provider'> & {
	provider: ProviderId;
	issuerUrl?: string;
};
type WithSetupOAuth<T> = Omit<T, 'oauth'> & { oauth?: SetupOAuth };

interface Answered<Answer> {
	200: { headers: Record<string, unknown>; content: { 'application/json': Answer } };
}
interface Plain {
	parameters: { query?: never; header?: never; path?: never; cookie?: never };
	requestBody?: never;
}
interface At<Path> {
	parameters: { query?: never; header?: never; path: Path; cookie?: never };
	requestBody?: never;
}
interface Sent<Body> {
	requestBody: { content: { 'application/json': Body } };
}
type Call<Answer, Place = Plain> = Place & { responses: Answered<Answer> };
type Send<Body, Answer, Place = Plain> = Omit<Place, 'requestBody'> &
	Sent<Body> & { responses: Answered<Answer> };

type ByProvider = At<{ provider: ProviderId }>;
type ById = At<{ id: string }>;

interface SignInFilter {
	parameters: {
		query?: {
			person?: string;
			userId?: string;
			provider?: string;
			outcome?: string;
			ref?: string;
			before?: string;
			limit?: number;
		};
		header?: never;
		path?: never;
		cookie?: never;
	};
	requestBody?: never;
}

interface Pending {
	'/api/v1/instance': { get: Call<Instance> };
	'/api/v1/auth/me': {
		get: Call<Me>;
		patch: Send<Schemas['MeInput'], Me>;
	};
	'/api/v1/auth/login': { post: Send<Schemas['Credentials'], Me> };
	'/api/v1/auth/logout': { post: Call<{ location: string } | undefined> };
	'/api/v1/auth/password-link': { post: Send<Schemas['LinkPassword'], Me> };
	'/api/v1/auth/password': {
		post: Send<{ currentPassword?: string; newPassword: string }, undefined>;
	};
	'/api/v1/auth/oauth/providers': { get: Call<ProviderButton[]> };
	'/api/v1/auth/link': {
		get: Call<PendingLink>;
		post: Send<{ password: string }, { me: Me; returnTo: string }>;
		delete: Call<undefined>;
	};
	'/api/v1/auth/account': { get: Call<Account> };
	'/api/v1/auth/reauthenticate': { post: Send<{ password: string }, undefined> };
	'/api/v1/auth/oauth/{provider}/link': { post: Call<{ location: string }, ByProvider> };
	'/api/v1/auth/identities/{id}': { delete: Call<undefined, ById> };
	'/api/v1/auth/sessions': { delete: Call<undefined> };
	'/api/v1/auth/sessions/{id}': { delete: Call<undefined, ById> };
	'/api/v1/admin/oauth': { get: Call<{ providers: OAuthProvider[] }> };
	'/api/v1/admin/oauth/{provider}': {
		get: Call<OAuthSettings, ByProvider>;
		put: Send<OAuthInput, OAuthSettings, ByProvider>;
		delete: Call<undefined, ByProvider>;
	};
	'/api/v1/admin/oauth/{provider}/test': {
		post: Send<OAuthInput, { checks: Check[] }, ByProvider>;
	};
	'/api/v1/admin/oauth/{provider}/test-sign-in': {
		get: Call<{ result: TestResult | null }, ByProvider>;
		post: Call<{ location: string }, ByProvider>;
	};
	'/api/v1/admin/sign-in': {
		get: Call<SignInSettings>;
		put: Send<{ localLogin?: boolean; autoRedirect?: '' | ProviderId }, SignInSettings>;
	};
	'/api/v1/admin/sign-ins': { get: Call<{ signIns: SignIn[]; next: string }, SignInFilter> };
	'/api/v1/admin/users': {
		get: Call<{ users: User[] }>;
		post: Send<Schemas['UserInput'], CreatedUser>;
	};
	'/api/v1/admin/users/{id}/identities': {
		delete: Call<{ passwordLink: string; passwordLinkExpiresAt: number | null }, ById>;
	};
	'/api/v1/admin/users/{id}/sessions': { delete: Call<undefined, ById> };
	'/api/v1/setup': { post: Send<WithSetupOAuth<Schemas['SetupInput']>, Me> };
	'/api/v1/setup/check': { post: Send<WithSetupOAuth<Schemas['SetupCheckInput']>, SetupInfo> };
	'/api/v1/setup/oauth-test': {
		post: Send<{ setupToken: string; publicUrl?: string; oauth: SetupOAuth }, { checks: Check[] }>;
	};
}

/** The server's paths as the contract has them. */
export type Paths = Omit<paths, keyof Pending> & Pending;
