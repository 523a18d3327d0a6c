import type { Me } from '#lib/api/client.ts';

declare global {
	namespace App {
		interface Error {
			/** One of the API's codes, or "network" when nothing answered. */
			code?: string;
			/** What to tell the person who runs this Pantrie. */
			reference?: string;
		}
		interface PageData {
			me?: Me;
		}
		interface PageState {
			/** The wizard's step, so that the browser's Back goes one step back. */
			step?: number;
		}
	}
}

export {};
