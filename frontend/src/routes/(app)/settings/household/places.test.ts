import { expect, it } from 'vitest';
import { reordered } from './places.ts';

const list = [...'abc'].map((id, position) => ({ id, name: '', position }));

it.each([
	['up', 'b', -1, 'bac'],
	['down', 'b', 1, 'acb'],
	['up from the top', 'a', -1, 'abc'],
	['down from the bottom', 'c', 1, 'abc']
] as const)('moves %s', (_name, id, by, want) => {
	expect(reordered(list, id, by)).toEqual([...want]);
});
