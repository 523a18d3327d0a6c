import { getInstance } from '#lib/api/load.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async () => ({ instance: await getInstance() });
