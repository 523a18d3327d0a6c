import type { Outcome } from '#lib/api/client.ts';
import { signInOutcomes } from '#lib/messages';

interface Attempt {
	code: string;
	providerName: string;
}

/** Why an attempt ended as it did, in a few words; empty for a code that is new here. */
export function reasonOf({ code, providerName }: Attempt): string {
	const { reasons, passwordReasons } = signInOutcomes;
	if (Object.hasOwn(reasons, code)) return reasons[code as keyof typeof reasons](providerName);
	return Object.hasOwn(passwordReasons, code) ? (passwordReasons[code] ?? '') : '';
}

/** How an outcome is drawn: it worked, it is open, it was refused, or it broke. */
export function moodOf(outcome: Outcome): 'fine' | 'open' | 'refused' | 'failed' {
	if (outcome === 'refused' || outcome === 'failed') return outcome;
	return outcome === 'pending' ? 'open' : 'fine';
}
