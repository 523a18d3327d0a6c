import { expect, it } from 'vitest';
import { claimRows } from './claims.ts';

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

it('puts both documents side by side and marks what is used', () => {
	expect(claimRows({ idToken, userinfo, used }, 'groups')).toEqual([
		{ name: 'sub', idToken: '"s"', userinfo: '"s"', used: 'idToken' },
		{
			name: 'email',
			idToken: '"old@example.org"',
			userinfo: '"mara@example.org"',
			used: 'userinfo'
		},
		{ name: 'email_verified', idToken: null, userinfo: 'false', used: 'userinfo' },
		{ name: 'name', idToken: '"M"', userinfo: null, used: 'idToken' },
		{ name: 'groups', idToken: null, userinfo: '["family"]', used: 'userinfo' },
		{ name: 'iss', idToken: '"https://a"', userinfo: null, used: '' }
	]);
});

it('marks nothing when nothing was used, and takes documents that never came', () => {
	const rows = claimRows({ idToken, userinfo: null, used: undefined }, 'groups');
	expect(rows.map((row) => row.used)).toEqual(['', '', '', '']);
	expect(claimRows({ idToken: null, userinfo: null, used: undefined }, 'groups')).toEqual([]);
});

it('follows the group claim that is set', () => {
	const rows = claimRows(
		{ idToken: null, userinfo: [{ name: 'roles', value: '[]' }, ...userinfo], used },
		'roles'
	);
	expect(rows.filter((row) => row.used).map((row) => row.name)).toEqual([
		'email',
		'email_verified',
		'roles'
	]);
});
