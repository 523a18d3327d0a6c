import { describe, expect, it } from 'vitest';
import { SIGN_IN_CODES } from '#lib/api/errors.ts';
import * as messages from './index.ts';

function standIns(path: string): unknown[] {
	if (path.startsWith('signInProblems')) return [{ name: 'Mara', kind: 'oidc' }];
	return [path === 'missingSetting.title' ? ['One', 'Two'] : 'Mara', 'Brandt', 'Weber', 'Thal'];
}

/** Every text with its path; a function is called with stand-ins for its arguments. */
function texts(value: unknown, path: string): [string, string][] {
	if (typeof value === 'string') return [[path, value]];
	if (typeof value === 'function') return texts(value(...standIns(path)), `${path}()`);
	if (typeof value !== 'object' || value === null) return [[path, '']];
	return Object.entries(value).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
}

const all = Object.entries(messages).flatMap(([area, value]) => texts(value, area));

describe('messages', () => {
	it('has an area for every page', () => {
		expect(all.length).toBeGreaterThan(250);
	});
	it.each(all)('%s is a finished text', (_path, text) => {
		expect(text.trim()).toBe(text);
		expect(text).not.toBe('');
		expect(text).not.toMatch(/undefined|\[object|NaN|!|—|Oops/);
		expect(text.split('**').length % 2).toBe(1);
	});
});

it('explains every way a sign-in can fail, to the person and to the administrator', () => {
	expect(Object.keys(messages.signInProblems).sort()).toEqual([...SIGN_IN_CODES].sort());
	expect(Object.keys(messages.signInOutcomes.reasons).sort()).toEqual([...SIGN_IN_CODES].sort());
});
