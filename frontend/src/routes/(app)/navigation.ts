import House from '@lucide/svelte/icons/house';
import Settings from '@lucide/svelte/icons/settings';
import ShieldUser from '@lucide/svelte/icons/shield-user';
import { resolve } from '$app/paths';
import type { Me } from '#lib/api/client.ts';
import { shell } from '#lib/messages';

export interface Destination {
	href: string;
	label: string;
	/** For the bottom bar, where room is short. */
	short: string;
	icon: typeof House;
	/** True when the page with this route id belongs to it. */
	covers: (routeId: string) => boolean;
	show: (me: Me) => boolean;
}

const administrationRoute = '/(app)/settings/administration';

/** Every place of the app, in the order of both bars. A new feature adds its line here. */
const destinations: Destination[] = [
	{
		href: resolve(''),
		label: shell.home,
		short: shell.home,
		icon: House,
		covers: (id) => id === '/(app)',
		show: () => true
	},
	{
		href: resolve('settings/account'),
		label: shell.settings,
		short: shell.settings,
		icon: Settings,
		covers: (id) => id.startsWith('/(app)/settings') && !id.startsWith(administrationRoute),
		show: () => true
	},
	{
		href: resolve('settings/administration/oauth'),
		label: shell.administration,
		short: shell.administrationShort,
		icon: ShieldUser,
		covers: (id) => id.startsWith(administrationRoute),
		show: (me) => me.siteAdmin
	}
];

export function destinationsFor(me: Me): Destination[] {
	return destinations.filter((destination) => destination.show(me));
}
