import { expect, it } from 'vitest';
import { reordered } from './places.ts';

const list = (...positions: number[]) =>
	positions.map((position, index) => ({ id: 'abc'[index] ?? '', name: '', position }));

it.each([
	['up', 'b', -1, [0, 1, 2], { b: 0, a: 1 }],
	['down', 'b', 1, [0, 1, 2], { c: 1, b: 2 }],
	['up from the top', 'a', -1, [0, 1, 2], {}],
	['with all at the same position', 'c', -1, [0, 0, 0], { c: 1, b: 2 }]
] as const)('moves %s', (_name, id, by, positions, want) => {
	const changes = reordered(list(...positions), id, by);
	expect(Object.fromEntries(changes.map(({ id, position }) => [id, position]))).toEqual(want);
});
