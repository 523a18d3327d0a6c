import type { ProviderId } from '#lib/api/client.ts';
import { providerNames } from '#lib/messages';

/** Every provider there can be, in the order in which they are offered. */
export const PROVIDERS = ['authentik', 'google', 'oidc'] as const satisfies readonly ProviderId[];

export function isProvider(id: string | null): id is ProviderId {
	return (PROVIDERS as readonly (string | null)[]).includes(id);
}

/** What a provider is called when nobody has said another name for it. */
export function providerName(id: string | null): string {
	return isProvider(id) ? providerNames[id] : providerNames.unknown;
}
