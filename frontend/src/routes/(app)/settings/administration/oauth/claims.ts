import type { Claim, TestResult } from '#lib/api/client.ts';

export interface ClaimRow {
	name: string;
	/** JSON text; null when the claim was not there. */
	idToken: string | null;
	userinfo: string | null;
	/** Where the value that Pantrie would use came from. */
	used: 'idToken' | 'userinfo' | '';
}

/** Claims that a name is taken from, the best first. */
const NAMES = ['name', 'given_name', 'preferred_username', 'nickname'];

/** Claims that Pantrie reads, the most important first; the rest follows by the alphabet. */
const READ = ['sub', 'email', 'email_verified', ...NAMES];

type Documents = Pick<TestResult, 'idToken' | 'userinfo'>;
type Place = 'idToken' | 'userinfo';

/** The claims of both documents side by side, with the ones that Pantrie uses marked. */
export function claimRows(
	{ idToken, userinfo, used }: Documents & Pick<TestResult, 'used'>,
	groupClaim: string
): { read: ClaimRow[]; others: ClaimRow[] } {
	const documents = { idToken, userinfo };
	const groups = memberOf(documents, groupClaim);
	const order = [...READ, groups];
	const names = [...new Set([...(idToken ?? []), ...(userinfo ?? [])].map(({ name }) => name))];
	const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
	names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
	const sources = used ? sourcesOf(documents, used.emailFrom, groups) : new Map();
	const rows = names.map((name): ClaimRow => ({
		name,
		idToken: valueOf(idToken, name),
		userinfo: valueOf(userinfo, name),
		used: sources.get(name) ?? ''
	}));
	const isRead = ({ name }: ClaimRow) => order.includes(name);
	return { read: rows.filter(isRead), others: rows.filter((row) => !isRead(row)) };
}

/**
 * Which document each used claim is taken from, as the server does it: the subject from the ID
 * token; the address and whether it is verified from one and the same document; a name and the
 * groups from userinfo, or from the ID token where userinfo lacks them.
 */
function sourcesOf(
	documents: Documents,
	emailFrom: NonNullable<TestResult['used']>['emailFrom'],
	groups: string
): Map<string, Place> {
	const sources = new Map<string, Place>();
	const has = (place: Place, name: string) => valueOf(documents[place], name) !== null;
	const take = (place: Place, name: string) => {
		if (has(place, name)) sources.set(name, place);
	};
	take('idToken', 'sub');
	if (emailFrom !== '') {
		const place = emailFrom === 'id_token' ? 'idToken' : 'userinfo';
		take(place, 'email');
		take(place, 'email_verified');
	}
	take(has('userinfo', groups) ? 'userinfo' : 'idToken', groups);
	const named = (['userinfo', 'idToken'] as const)
		.flatMap((place) => NAMES.map((name) => ({ place, name })))
		.find(({ place, name }) => /[^\s"]/.test(valueOf(documents[place], name) ?? ''));
	if (named) sources.set(named.name, named.place);
	return sources;
}

/** The claim that a path such as realm_access.roles leads into, or the one of exactly that name. */
function memberOf({ idToken, userinfo }: Documents, path: string): string {
	const names = [...(userinfo ?? []), ...(idToken ?? [])].map(({ name }) => name);
	const parts = path.split('.');
	const prefixes = parts.map((_, i) => parts.slice(0, parts.length - i).join('.'));
	return prefixes.find((prefix) => names.includes(prefix)) ?? path;
}

function valueOf(claims: Claim[] | null, name: string): string | null {
	return claims?.find((claim) => claim.name === name)?.value ?? null;
}
