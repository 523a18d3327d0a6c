import Box from '@lucide/svelte/icons/box';
import House from '@lucide/svelte/icons/house';
import ShoppingCart from '@lucide/svelte/icons/shopping-cart';
import Settings from '@lucide/svelte/icons/settings';
import ShieldUser from '@lucide/svelte/icons/shield-user';
import { resolve } from '$app/paths';
import type { Me } from '#lib/api/client.ts';
import { administration, shell } from '#lib/messages';

export interface Destination {
	href: string;
	label: string;
	/** Not in the bottom bar, which has room for five: it is found under Settings there. */
	sideOnly?: boolean;
	icon: typeof House;
	/** True when the page with this route id belongs to it. */
	covers: (routeId: string) => boolean;
	/** What it leads to as well where there is only the bottom bar. */
	coversInBar?: (routeId: string) => boolean;
	show: (me: Me) => boolean;
}

const administrationRoute = '/(app)/settings/administration';

/** Every place of the app, in the order of both bars. A new feature adds its line here. */
const destinations: Destination[] = [
	{
		href: resolve(''),
		label: shell.home,
		icon: House,
		covers: (id) => id === '/(app)',
		show: () => true
	},
	{
		href: resolve('stock'),
		label: shell.stock,
		icon: Box,
		covers: (id) => id.startsWith('/(app)/stock') || id.startsWith('/(app)/products'),
		show: (me) => me.households.length > 0
	},
	{
		href: resolve('shopping'),
		label: shell.shopping,
		icon: ShoppingCart,
		covers: (id) => id.startsWith('/(app)/shopping'),
		show: (me) => me.households.length > 0
	},
	{
		href: resolve('settings/account'),
		label: shell.settings,
		icon: Settings,
		covers: (id) => id.startsWith('/(app)/settings') && !id.startsWith(administrationRoute),
		coversInBar: (id) => id.startsWith(administrationRoute),
		show: () => true
	},
	{
		href: resolve('settings/administration/oauth'),
		label: shell.administration,
		sideOnly: true,
		icon: ShieldUser,
		covers: (id) => id.startsWith(administrationRoute),
		show: (me) => me.siteAdmin
	}
];

/** A page of a part of the app, as a tab. */
export interface Tab {
	href: string;
	label: string;
	/** Only where there is no side bar that leads there. */
	phoneOnly?: boolean;
}

/** The pages under Settings, in the order of their tabs. */
export function settingsPagesFor(me: Me): Tab[] {
	const own: Tab[] = [
		{ href: resolve('settings/account'), label: shell.accountTab },
		{ href: resolve('settings/household'), label: shell.household }
	];
	const administration = {
		href: resolve('settings/administration/oauth'),
		label: shell.administration,
		phoneOnly: true
	};
	return me.siteAdmin ? [...own, administration] : own;
}

/** The pages under Administration, in the order of their tabs. */
export const administrationPages: Tab[] = [
	{ href: resolve('settings/administration/oauth'), label: administration.oauth },
	{ href: resolve('settings/administration/sign-in'), label: administration.signIn },
	{ href: resolve('settings/administration/sign-ins'), label: administration.signIns },
	{ href: resolve('settings/administration/users'), label: administration.users },
	{ href: resolve('settings/administration/households'), label: administration.households },
	{ href: resolve('settings/administration/backups'), label: administration.backups },
	{ href: resolve('settings/administration/about'), label: administration.about }
];

export function destinationsFor(me: Me): Destination[] {
	return destinations.filter((destination) => destination.show(me));
}
