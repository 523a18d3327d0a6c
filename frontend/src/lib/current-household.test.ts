import { expect, it } from 'vitest';
import type { Me } from './api/client.ts';
import { CurrentHousehold } from './current-household.svelte.ts';

function memory() {
	const values = new Map<string, string>();
	return {
		get: (key: string) => values.get(key) ?? '',
		set: (key: string, value: string) => void values.set(key, value)
	};
}

const households = (...ids: string[]): Pick<Me, 'households'> => ({
	households: ids.map((id) => ({ id, name: id, role: 'editor' }))
});

it('is the first until another is chosen', () => {
	const current = new CurrentHousehold(memory());
	const me = households('home', 'cabin');
	expect(current.of(me)?.id).toBe('home');
	current.choose('cabin');
	expect(current.of(me)?.id).toBe('cabin');
});

it('is remembered when the page is opened again', () => {
	const storage = memory();
	new CurrentHousehold(storage).choose('cabin');
	expect(new CurrentHousehold(storage).of(households('home', 'cabin'))?.id).toBe('cabin');
});

it('falls back to the first when the chosen one is gone, and to none', () => {
	const current = new CurrentHousehold(memory());
	current.choose('cabin');
	expect(current.of(households('home'))?.id).toBe('home');
	expect(current.of(households())).toBeUndefined();
});
