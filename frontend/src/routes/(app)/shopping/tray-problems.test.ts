import { expect, it } from 'vitest';
import { problemsByLine } from './tray-problems.ts';

const sent = [{ id: 'milk' }, { id: 'rice' }, { id: 'tea' }];

it('finds the line that a field belongs to, and shows the first problem of each', () => {
	const fields = {
		'lines.1.expires': 'There is no such day.',
		'lines.1.amount': 'Too much.',
		'lines.2.amount': 'Too little.'
	};
	expect(problemsByLine(fields, sent)).toEqual({
		rice: 'There is no such day.',
		tea: 'Too little.'
	});
});

it('leaves other fields alone', () => {
	expect(problemsByLine({ lines: 'Too many.', 'lines.9.unit': 'Unknown.' }, sent)).toEqual({});
});
