import type { Claim, TestResult } from '#lib/api/client.ts';

export interface ClaimRow {
	name: string;
	/** JSON text; null when the claim was not there. */
	idToken: string | null;
	userinfo: string | null;
	/** Where the value that Pantrie would use came from. */
	used: 'idToken' | 'userinfo' | '';
}

/** Claims that Pantrie uses, the most important first; the rest follows by the alphabet. */
const FIRST = ['sub', 'email', 'email_verified', 'name', 'preferred_username'];

/**
 * The claims of both documents side by side. The address and whether it is verified come from the
 * same document; everything else from userinfo, or from the ID token where userinfo lacks it.
 */
export function claimRows(
	{ idToken, userinfo, used }: Pick<TestResult, 'idToken' | 'userinfo' | 'used'>,
	groupClaim: string
): ClaimRow[] {
	const order = [...FIRST, groupClaim];
	const names = [...new Set([...(idToken ?? []), ...(userinfo ?? [])].map(({ name }) => name))];
	const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
	names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
	return names.map((name) => {
		const row = { name, idToken: valueOf(idToken, name), userinfo: valueOf(userinfo, name) };
		return { ...row, used: used ? usedFrom(row, used.emailFrom, groupClaim) : '' };
	});
}

function usedFrom(
	{ name, idToken, userinfo }: Omit<ClaimRow, 'used'>,
	emailFrom: NonNullable<TestResult['used']>['emailFrom'],
	groupClaim: string
): ClaimRow['used'] {
	if (name === 'sub') return idToken === null ? '' : 'idToken';
	if (name === 'email' || name === 'email_verified') {
		const from = { userinfo: 'userinfo', id_token: 'idToken', '': '' } as const;
		const place = from[emailFrom];
		return place !== '' && { idToken, userinfo }[place] !== null ? place : '';
	}
	if (name !== 'name' && name !== groupClaim) return '';
	if (userinfo !== null) return 'userinfo';
	return idToken === null ? '' : 'idToken';
}

function valueOf(claims: Claim[] | null, name: string): string | null {
	return claims?.find((claim) => claim.name === name)?.value ?? null;
}
