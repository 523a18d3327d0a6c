import type { InstanceSettings, OAuthSettings, User } from '#lib/api/client.ts';
import { home } from '#lib/messages';
import { sameOrigin } from '#lib/urls.ts';

export interface Step {
	id: 'authentik' | 'people' | 'address';
	title: string;
	text: string;
	done: boolean;
}

/** What a site administrator still has to see to, from what is really set. */
export function nextSteps(
	oauth: OAuthSettings,
	users: User[],
	instance: InstanceSettings,
	origin: string
): Step[] {
	const publicUrl = instance.publicUrl.value;
	const addressFits = publicUrl !== '' && sameOrigin(publicUrl, origin);
	return [
		{
			id: 'authentik',
			title: home.authentik.title,
			text: authentikText(oauth),
			done: oauth.configured && oauth.enabled
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

function authentikText(oauth: OAuthSettings): string {
	if (oauth.configured) return oauth.enabled ? home.authentik.done : home.authentik.off;
	const begun =
		oauth.baseUrl.value !== '' ||
		oauth.slug.value !== '' ||
		oauth.clientId.value !== '' ||
		oauth.clientSecretSet;
	if (!begun) return home.authentik.todo;
	const names = oauth.missing.map((missing) => missing.label);
	return home.authentik.missing(new Intl.ListFormat('en').format(names));
}
