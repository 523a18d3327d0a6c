import type { Me } from './api/client.ts';
import { deviceStorage } from './storage.ts';

const KEY = 'pantrie.household';

type MyHousehold = Me['households'][number];

/** Which of several households this browser shows. */
export class CurrentHousehold {
	readonly #storage: Pick<typeof deviceStorage, 'get' | 'set'>;
	#chosen = $state('');

	constructor(storage: Pick<typeof deviceStorage, 'get' | 'set'>) {
		this.#storage = storage;
		this.#chosen = storage.get(KEY);
	}

	/** The chosen one; the first when none was chosen or the person is no longer in it. */
	of({ households }: Pick<Me, 'households'>): MyHousehold | undefined {
		return households.find(({ id }) => id === this.#chosen) ?? households[0];
	}

	choose(id: string): void {
		this.#chosen = id;
		this.#storage.set(KEY, id);
	}
}

export const currentHousehold = new CurrentHousehold(deviceStorage);
