import { describe, expect, it } from 'vitest';
import { access, common } from '#lib/messages';
import { checkRules, knownGroups, meaningsOf, newRule, withName, wouldRefuse } from './groups.ts';

const households = [
	{ id: 'h1', name: 'Brandt' },
	{ id: 'h2', name: 'Blue house' }
];
const mapping = {
	allowedGroups: ['family', 'guests'],
	adminGroup: ' admins ',
	rules: [
		{ group: 'family', householdId: 'h1', role: 'editor' as const },
		{ group: ' family ', householdId: 'h2', role: 'viewer' as const }
	]
};

it('begins a rule in the first household', () => {
	expect(newRule(households)).toEqual({ group: '', householdId: 'h1', role: 'editor' });
	expect(newRule([]).householdId).toBe('');
});

describe('checkRules', () => {
	it('finds nothing wrong with one group in several households', () => {
		expect(checkRules(mapping.rules)).toEqual({});
	});
	it('wants a group and a household', () => {
		expect(checkRules([{ group: ' ', householdId: '', role: 'editor' }])).toEqual({
			'rules[0].group': common.required,
			'rules[0].householdId': common.required
		});
	});
	it('marks the second of two equal rules', () => {
		const rule = { group: 'family', householdId: 'h1', role: 'editor' as const };
		expect(checkRules([rule, { ...rule, group: 'family ' }])).toEqual({
			'rules[1].group': access.sameRule
		});
	});
});

it.each([
	[[], ' family ', ['family']],
	[['family'], 'family', ['family']],
	[['family'], 'Family', ['family', 'Family']],
	[['family'], '  ', ['family']]
])('%j with %j is %j', (names, name, want) => {
	expect(withName(names, name)).toEqual(want);
});

it('offers each known group once', () => {
	expect(knownGroups(mapping, ['family', 'zoo'])).toEqual(['admins', 'family', 'guests', 'zoo']);
	expect(knownGroups({ allowedGroups: [], adminGroup: '', rules: [] }, null)).toEqual([]);
});

it('says what each group would mean', () => {
	expect(meaningsOf(['family', 'admins', 'zoo', 'Family'], mapping, households)).toEqual([
		{ group: 'family', means: ['may come in', 'Brandt: Editor', 'Blue house: Viewer'] },
		{ group: 'admins', means: ['site administrator'] },
		{ group: 'zoo', means: [] },
		{ group: 'Family', means: [] }
	]);
});

it.each([
	[['family'], false],
	[['Family'], true],
	[[], true]
])('groups %j are kept out: %j', (groups, want) => {
	expect(wouldRefuse(groups, mapping)).toBe(want);
	expect(wouldRefuse(groups, { ...mapping, allowedGroups: [] })).toBe(false);
});
