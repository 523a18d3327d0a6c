import { expect, it } from 'vitest';
import { claimRows, type ClaimRow } from './claims.ts';

const used = {
	subject: 's',
	email: 'mara@example.org',
	emailVerified: false,
	emailFrom: 'userinfo' as const,
	name: 'Mara',
	groups: ['family']
};
const idToken = [
	{ name: 'iss', value: '"https://a"' },
	{ name: 'sub', value: '"s"' },
	{ name: 'email', value: '"old@example.org"' },
	{ name: 'name', value: '"M"' }
];
const userinfo = [
	{ name: 'groups', value: '["family"]' },
	{ name: 'email_verified', value: 'false' },
	{ name: 'email', value: '"mara@example.org"' },
	{ name: 'sub', value: '"s"' }
];

const usedOf = (rows: { read: ClaimRow[] }) =>
	rows.read.filter((row) => row.used).map((row) => `${row.name} from ${row.used}`);

it('puts both documents side by side and marks what is used', () => {
	expect(claimRows({ idToken, userinfo, used }, 'groups')).toEqual({
		read: [
			{ name: 'sub', idToken: '"s"', userinfo: '"s"', used: 'idToken' },
			{
				name: 'email',
				idToken: '"old@example.org"',
				userinfo: '"mara@example.org"',
				used: 'userinfo'
			},
			{ name: 'email_verified', idToken: null, userinfo: 'false', used: 'userinfo' },
			{ name: 'name', idToken: '"M"', userinfo: null, used: 'idToken' },
			{ name: 'groups', idToken: null, userinfo: '["family"]', used: 'userinfo' }
		],
		others: [{ name: 'iss', idToken: '"https://a"', userinfo: null, used: '' }]
	});
});

it('takes the first name that says something, userinfo before the ID token', () => {
	const names = [
		{ name: 'name', value: '""' },
		{ name: 'nickname', value: '"mara"' }
	];
	expect(usedOf(claimRows({ idToken, userinfo: names, used }, 'groups'))).toContain(
		'nickname from userinfo'
	);
});

it('marks nothing when nothing was used, and takes documents that never came', () => {
	expect(usedOf(claimRows({ idToken, userinfo: null, used: undefined }, 'groups'))).toEqual([]);
	expect(claimRows({ idToken: null, userinfo: null, used: undefined }, 'groups')).toEqual({
		read: [],
		others: []
	});
});

it('follows the group claim that is set', () => {
	const roles = [{ name: 'roles', value: '[]' }, ...userinfo];
	const rows = claimRows({ idToken: null, userinfo: roles, used }, 'roles');
	expect(usedOf(rows)).toEqual([
		'email from userinfo',
		'email_verified from userinfo',
		'roles from userinfo'
	]);
	expect(rows.others.map(({ name }) => name)).toEqual(['groups']);
});

it('shows the claim that a path leads into', () => {
	const nested = [{ name: 'realm_access', value: '{"roles":[]}' }, ...userinfo];
	const rows = claimRows({ idToken: null, userinfo: nested, used }, 'realm_access.roles');
	expect(usedOf(rows)).toContain('realm_access from userinfo');
	expect(rows.others.map(({ name }) => name)).toEqual(['groups']);
});
