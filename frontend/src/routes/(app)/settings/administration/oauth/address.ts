import type { OAuthSettings } from '#lib/api/client.ts';
import { sameOrigin } from '#lib/urls.ts';

export type AddressProblem = 'elsewhere' | 'plainPublic' | 'untrustedProxy' | 'plainBehind';

type Seen = Pick<OAuthSettings, 'publicUrl' | 'requestOrigin' | 'untrustedProxy'>;

/**
 * What is wrong between the address in the browser, the public one, and the one that Pantrie sees
 * behind a proxy. The browser's is the only one that is certain.
 */
export function addressProblems(settings: Seen, origin: string): AddressProblem[] {
	const { publicUrl, requestOrigin, untrustedProxy } = settings;
	const problems: AddressProblem[] = [];
	const encrypted = origin.startsWith('https:');
	if (publicUrl.value !== '' && !sameOrigin(publicUrl.value, origin)) {
		const upgraded = publicUrl.value.replace(/^http:/i, 'https:');
		problems.push(encrypted && sameOrigin(upgraded, origin) ? 'plainPublic' : 'elsewhere');
	}
	if (untrustedProxy !== '') problems.push('untrustedProxy');
	else if (encrypted && requestOrigin.startsWith('http:')) problems.push('plainBehind');
	return problems;
}
