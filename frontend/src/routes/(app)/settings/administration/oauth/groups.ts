import type { GroupRule, Role } from '#lib/api/client.ts';
import { access, common } from '#lib/messages';
import type { Draft } from './draft.ts';

type Mapping = Pick<Draft, 'allowedGroups' | 'adminGroup' | 'rules'>;
interface Household {
	id: string;
	name: string;
}

/** A rule to begin with: into the first household, changing nothing there. */
export function newRule(households: Household[]): GroupRule {
	return { group: '', householdId: households[0]?.id ?? '', role: 'editor' };
}

/** What is wrong with the rules before they are sent: text by the field's path in an API error. */
export function checkRules(rules: GroupRule[]): Record<string, string> {
	const wrong: Record<string, string> = {};
	const seen = new Set<string>();
	rules.forEach((rule, index) => {
		const group = rule.group.trim();
		if (group === '') wrong[rulePath(index, 'group')] = common.required;
		if (rule.householdId === '') wrong[rulePath(index, 'householdId')] = common.required;
		const key = JSON.stringify([group, rule.householdId, rule.role]);
		if (group !== '' && seen.has(key)) wrong[rulePath(index, 'group')] = access.sameRule;
		seen.add(key);
	});
	return wrong;
}

export function rulePath(index: number, field: keyof GroupRule): string {
	return `rules[${index}].${field}`;
}

/** Adds a name once, without the spaces around it. */
export function withName(names: string[], name: string): string[] {
	const trimmed = name.trim();
	return trimmed === '' || names.includes(trimmed) ? names : [...names, trimmed];
}

/** Every group that is spoken of on the page or arrived last, to be offered while typing. */
export function knownGroups(draft: Mapping, lastGroups: string[] | null): string[] {
	const names = [
		...(lastGroups ?? []),
		...draft.allowedGroups,
		draft.adminGroup.trim(),
		...draft.rules.map(({ group }) => group.trim())
	];
	return [...new Set(names)].filter(Boolean).sort((a, b) => a.localeCompare(b));
}

export interface Meaning {
	group: string;
	means: string[];
}

/** What each group of the last test sign-in would mean with what is set on the page. */
export function meaningsOf(groups: string[], draft: Mapping, households: Household[]): Meaning[] {
	const nameOf = (id: string) => households.find((household) => household.id === id)?.name ?? '';
	return groups.map((group) => ({
		group,
		means: [
			...(draft.allowedGroups.includes(group) ? [access.means.allowed] : []),
			...(draft.adminGroup.trim() === group ? [access.means.admin] : []),
			...draft.rules
				.filter((rule) => rule.group.trim() === group)
				.map((rule) =>
					access.means.household(nameOf(rule.householdId), common.roles[rule.role as Role])
				)
		]
	}));
}

/** True when somebody with these groups would be kept out. */
export function wouldRefuse(groups: string[], { allowedGroups }: Mapping): boolean {
	return allowedGroups.length > 0 && !groups.some((group) => allowedGroups.includes(group));
}
