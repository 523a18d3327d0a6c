import { error } from '@sveltejs/kit';
import { common } from '#lib/messages';
import type { LayoutLoad } from './$types';

export const load: LayoutLoad = async ({ parent }) => {
	const { me } = await parent();
	if (!me.siteAdmin) error(403, common.errorPage.forbiddenTitle);
};
