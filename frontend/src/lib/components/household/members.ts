import type { Household, Role } from '#lib/api/client.ts';

/** From most to least. */
export const roles: Role[] = ['admin', 'editor', 'viewer'];

/** True for the only one who can manage the household. The last one must stay. */
export function isLastAdmin({ members }: Pick<Household, 'members'>, id: string): boolean {
	const admins = members.filter(({ role, disabled }) => role === 'admin' && !disabled);
	return admins.length === 1 && admins[0]?.id === id;
}

/** True when a name was typed as it is shown: how much space is between its words cannot be seen. */
export function sameName(typed: string, name: string): boolean {
	const plain = (text: string) => text.trim().replace(/\s+/g, ' ').normalize();
	return plain(typed) === plain(name);
}

/** Every time zone the browser knows, and the one that is set, which it may not know. */
export function timeZones(present: string): { value: string; label: string }[] {
	const names = new Set([present, 'UTC', ...Intl.supportedValuesOf('timeZone')]);
	names.delete('');
	return [...names].sort().map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}

/** Where this browser is, as an IANA name. */
export function ownTimeZone(): string {
	return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
