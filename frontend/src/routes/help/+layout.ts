import { getInstance } from '#lib/api/load.ts';
import { resolve } from '$app/paths';
import { launchUrl } from '#lib/urls.ts';
import { rememberedPublicUrl } from '../setup/wizard.ts';
import type { LayoutLoad } from './$types';

/** Before the setup the address may be typed already, in the tab that opened this one. */
export const load: LayoutLoad = async ({ url }) => {
	const { publicUrl, setupCompleted } = await getInstance();
	const typed = setupCompleted || publicUrl !== '' ? '' : launchUrl(rememberedPublicUrl());
	const here = url.origin + resolve('').replace(/\/$/, '');
	return {
		setupCompleted,
		address: publicUrl || typed || here,
		known: publicUrl !== '',
		typed: typed !== ''
	};
};
