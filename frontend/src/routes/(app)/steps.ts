import type { InstanceSettings, OAuthProvider, User } from '#lib/api/client.ts';
import { home } from '#lib/messages';
import { sameOrigin } from '#lib/urls.ts';

export interface Step {
	id: 'provider' | 'people' | 'address';
	title: string;
	text: string;
	done: boolean;
}

/** What a site administrator still has to see to, from what is really set. */
export function nextSteps(
	providers: OAuthProvider[],
	users: User[],
	instance: InstanceSettings,
	origin: string
): Step[] {
	const publicUrl = instance.publicUrl.value;
	const addressFits = publicUrl !== '' && sameOrigin(publicUrl, origin);
	return [
		{
			id: 'provider',
			title: home.provider.title,
			text: providerText(providers),
			done: providers.some(({ configured, enabled }) => configured && enabled)
		},
		{
			id: 'people',
			title: home.people.title,
			text: users.length > 1 ? home.people.done(users.length) : home.people.todo,
			done: users.length > 1
		},
		{
			id: 'address',
			title: home.address.title,
			text:
				publicUrl === ''
					? home.address.missing
					: addressFits
						? home.address.done(publicUrl)
						: home.address.todo(publicUrl),
			done: addressFits
		}
	];
}

function providerText(providers: OAuthProvider[]): string {
	const on = providers.filter(({ configured, enabled }) => configured && enabled);
	if (on.length > 0) {
		return home.provider.done(new Intl.ListFormat('en').format(on.map(({ name }) => name)));
	}
	const off = providers.find(({ configured }) => configured);
	return off ? home.provider.off(off.name) : home.provider.todo;
}
