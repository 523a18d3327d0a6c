import { login } from '#lib/messages';

/**
 * What holds after signing out. Only Pantrie's own end of it is sure: the address names a provider when
 * the browser came back from there, by a request that Pantrie had made.
 */
export function signedOutText(providers: { id: string; name: string }[], back: string): string {
	const from = providers.find(({ id }) => id === back);
	if (from) return login.signedOutBack(from.name);
	return providers[0] ? login.signedOutHere(providers[0].name) : '';
}
