/** What somebody changed in the household. */
export type Topic = 'stock' | 'shopping' | 'people';

const topics: Topic[] = ['stock', 'shopping', 'people'];

/** Changes that come one after the other are told together. */
const GATHER = 80;
/** A tab that nobody looks at gives its connection back: a browser has only six for one server. */
const HIDDEN = 30_000;
/** When the server refuses the stream, the browser does not ask again by itself. */
const REFUSED = [5_000, 15_000, 60_000];

type Source = Pick<EventSource, 'addEventListener' | 'close' | 'readyState'>;

/**
 * Listens to what others change in a household, for as long as the page is looked at, and tells what
 * to load again. After a gap it tells everything, as nobody knows what was missed. Gives the way to
 * stop.
 */
export function watchHousehold(
	address: string,
	changed: (topics: Topic[]) => void,
	open: (address: string) => Source = (address) => new EventSource(address)
): () => void {
	let source: Source | null = null;
	let missed = false;
	let refusals = 0;
	const heard = new Set<Topic>();
	const timers: Partial<Record<'gather' | 'hide' | 'retry', ReturnType<typeof setTimeout>>> = {};

	function later(name: keyof typeof timers, after: number, then: () => void) {
		clearTimeout(timers[name]);
		timers[name] = setTimeout(() => {
			timers[name] = undefined;
			then();
		}, after);
	}

	function hear(list: Topic[]) {
		for (const topic of list) heard.add(topic);
		if (timers.gather !== undefined) return;
		later('gather', GATHER, () => {
			const all = [...heard];
			heard.clear();
			changed(all);
		});
	}

	function connect() {
		if (source) return;
		const mine = (source = open(address));
		for (const topic of topics) mine.addEventListener(topic, () => hear([topic]));
		mine.addEventListener('open', () => {
			refusals = 0;
			if (missed) hear(topics);
			missed = false;
		});
		mine.addEventListener('error', () => {
			missed = true;
			if (mine.readyState !== 2 || source !== mine) return; // the browser tries again by itself
			source = null;
			hear(['people']); // perhaps this person is in the household no more
			later('retry', REFUSED[refusals++] ?? 60_000, connect);
		});
	}

	function disconnect() {
		source?.close();
		source = null;
		missed = true;
		clearTimeout(timers.retry);
	}

	function look() {
		if (document.visibilityState === 'hidden') later('hide', HIDDEN, disconnect);
		else {
			clearTimeout(timers.hide);
			connect();
		}
	}

	document.addEventListener('visibilitychange', look);
	look();
	connect();
	return () => {
		document.removeEventListener('visibilitychange', look);
		disconnect();
		for (const timer of Object.values(timers)) clearTimeout(timer);
	};
}
