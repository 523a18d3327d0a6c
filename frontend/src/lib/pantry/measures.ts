import type { Line, Measure } from '#lib/api/client.ts';
import { pantry, unitPlurals } from '#lib/messages';

/** Units that are shown as one or the other, whichever is shorter: how many of the base are in one. */
const larger: Record<string, { base: string; factor: bigint }> = {
	kg: { base: 'g', factor: 1000n },
	l: { base: 'ml', factor: 1000n }
};

/** An exact decimal in thousandths: amounts are never floating-point numbers. */
function thousandths(amount: string): bigint {
	const negative = amount.startsWith('-');
	const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
	const value = BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, '0').slice(0, 3));
	return negative ? -value : value;
}

function decimal(value: bigint): string {
	const sign = value < 0n ? '-' : '';
	const size = value < 0n ? -value : value;
	const fraction = String(size % 1000n)
		.padStart(3, '0')
		.replace(/0+$/, '');
	return `${sign}${size / 1000n}${fraction && `.${fraction}`}`;
}

function inBase({ amount, unit }: Measure): { value: bigint; base: string } {
	const up = larger[unit];
	return up
		? { value: thousandths(amount) * up.factor, base: up.base }
		: { value: thousandths(amount), base: unit };
}

function fromBase(value: bigint, base: string): Measure {
	const size = value < 0n ? -value : value;
	for (const [unit, up] of Object.entries(larger)) {
		if (up.base === base && size >= up.factor * 1000n && value % up.factor === 0n) {
			return { amount: decimal(value / up.factor), unit };
		}
	}
	return { amount: decimal(value), unit: base };
}

/** The same amount in the unit that is read best: 1000 ml are 1 l, 1234 g stay 1234 g. */
export function readable(measure: Measure): Measure {
	const { value, base } = inBase(measure);
	const [unit, up] = Object.entries(larger).find(([, each]) => each.base === base) ?? [];
	const size = value < 0n ? -value : value;
	return unit && up && size >= up.factor * 1000n && value % (up.factor * 10n) === 0n
		? { amount: decimal(value / up.factor), unit }
		: measure;
}

/** Both together; null when they are counted in different units. */
export function plus(a: Measure, b: Measure): Measure | null {
	const [left, right] = [inBase(a), inBase(b)];
	return left.base === right.base ? fromBase(left.value + right.value, left.base) : null;
}

export function negated(measure: Measure): Measure {
	return { ...measure, amount: decimal(-thousandths(measure.amount)) };
}

export function sign({ amount }: Measure): -1 | 0 | 1 {
	const value = thousandths(amount);
	return value < 0n ? -1 : value > 0n ? 1 : 0;
}

/** To make one takes longer than to use it a hundred times. */
const formats = new Map<string, Intl.NumberFormat>();
function formatted(amount: string, locale: string | undefined, digits: [number, number]): string {
	const key = `${locale} ${digits}`;
	let format = formats.get(key);
	if (!format) {
		const [minimumFractionDigits, maximumFractionDigits] = digits;
		format = new Intl.NumberFormat(locale, { minimumFractionDigits, maximumFractionDigits });
		formats.set(key, format);
	}
	return format.format(Number(amount));
}

/** "1.5", as the person writes numbers. */
export const numberText = (amount: string, locale?: string): string =>
	formatted(amount, locale, [0, 3]);

/** "1.50": a price, whose currency nobody has said. */
export const priceText = (price: string, locale?: string): string =>
	formatted(price, locale, [2, 2]);

/** "can" or "cans". */
export function unitText(unit: string, amount: string): string {
	return amount === '1' || amount === '-1' ? unit : (unitPlurals[unit] ?? unit);
}

/** "1.5 kg", "4 cups". */
export function measureText({ amount, unit }: Measure, locale?: string): string {
	return `${numberText(amount, locale)} ${unitText(unit, amount)}`;
}

/** What a line adds: "2 × 1 l of Milk" where packs are added of what is measured, else as [measureOf]. */
export function lineOf({ amount, pack }: Pick<Line, 'amount' | 'pack'>, name: string): string {
	if (!pack) return measureOf(amount, name);
	return pantry.of(pantry.times(numberText(amount.amount), measureText(pack)), name);
}

/** "1.5 kg of Rice", "3 × Eggs". */
export function measureOf(measure: Measure, name: string, locale?: string): string {
	return measure.unit === 'piece'
		? pantry.times(numberText(measure.amount, locale), name)
		: pantry.of(measureText(measure, locale), name);
}
