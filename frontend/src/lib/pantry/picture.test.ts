import { expect, it } from 'vitest';
import { fitted } from './picture.ts';

it('makes large pictures smaller and keeps their shape', () => {
	expect(fitted(4000, 3000)).toEqual({ width: 1000, height: 750 });
	expect(fitted(3000, 4000)).toEqual({ width: 750, height: 1000 });
	expect(fitted(50_000, 10)).toEqual({ width: 1000, height: 1 });
});

it('leaves small ones as they are', () => {
	expect(fitted(320, 200)).toEqual({ width: 320, height: 200 });
});
