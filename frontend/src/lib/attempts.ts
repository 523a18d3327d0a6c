import type { Outcome } from '#lib/api/client.ts';
import { signInOutcomes } from '#lib/messages';

interface Attempt {
	code: string;
	provider: string;
	providerName: string;
}

/** Why an attempt ended as it did, in a few words; empty for a code that is new here. */
export function reasonOf({ code, provider, providerName }: Attempt): string {
	const { reasons, passwordReasons } = signInOutcomes;
	if (provider === 'password' && Object.hasOwn(passwordReasons, code)) {
		return passwordReasons[code] ?? '';
	}
	return Object.hasOwn(reasons, code) ? reasons[code as keyof typeof reasons](providerName) : '';
}

/** How an outcome is drawn: it worked, it is open, it was refused, or it broke. */
export function moodOf(outcome: Outcome): 'fine' | 'open' | 'refused' | 'failed' {
	if (outcome === 'refused' || outcome === 'failed') return outcome;
	return outcome === 'pending' ? 'open' : 'fine';
}
