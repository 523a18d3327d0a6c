import { expect, it } from 'vitest';
import type { Member, Role } from '#lib/api/client.ts';
import { isLastAdmin, sameName, timeZones } from './members.ts';

const member = (id: string, role: Role, disabled = false): Member => ({
	id,
	name: id,
	email: '',
	role,
	byGroups: false,
	disabled,
	since: 0
});

it.each([
	['alone', [member('sam', 'admin')], true],
	['with an editor', [member('sam', 'admin'), member('mara', 'editor')], true],
	['with another admin', [member('sam', 'admin'), member('mara', 'admin')], false],
	['with a disabled admin', [member('sam', 'admin'), member('mara', 'admin', true)], true],
	['as a disabled admin', [member('sam', 'admin', true), member('mara', 'admin')], false],
	['as an editor', [member('sam', 'editor'), member('mara', 'admin')], false]
])('protects the last admin: %s', (_name, members, last) => {
	expect(isLastAdmin({ members }, 'sam')).toBe(last);
});

it.each([
	['Blue house', 'Blue house', true],
	[' Blue  house ', 'Blue house', true],
	['Blue house', 'Blue  house', true],
	['Cafe\u0301', 'Café', true],
	['blue house', 'Blue house', false],
	['', 'Blue house', false]
])('takes %j for %j: %s', (typed, name, same) => {
	expect(sameName(typed, name)).toBe(same);
});

it('offers the time zone that is set even when the browser does not know it', () => {
	const values = timeZones('Mars/Olympus_Mons');
	expect(values).toContainEqual({ value: 'Mars/Olympus_Mons', label: 'Mars/Olympus Mons' });
	expect(values.map(({ value }) => value)).toContain('Europe/Berlin');
	expect(values.filter(({ value }) => value === 'UTC')).toHaveLength(1);
	expect(timeZones('').map(({ value }) => value)).not.toContain('');
});
