import { error } from '@sveltejs/kit';
import { common } from '#lib/messages';
import type { PageLoad } from './$types';

export const load: PageLoad = () => error(404, common.errorPage.notFoundTitle);
