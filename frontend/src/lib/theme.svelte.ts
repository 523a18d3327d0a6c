export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'pantrie.theme';
const PAPER = { light: '#faf7f1', dark: '#171614' };

/** The chosen theme. The script in app.html applies it before the first paint; this keeps it up. */
class Theme {
	choice = $state<ThemeChoice>('system');

	/** Reads the stored choice and follows the system from now on. Gives the way to stop. */
	start(): () => void {
		this.choice = stored();
		this.#apply();
		const media = matchMedia('(prefers-color-scheme: dark)');
		const apply = () => this.#apply();
		media.addEventListener('change', apply);
		return () => media.removeEventListener('change', apply);
	}

	set(choice: ThemeChoice): void {
		this.choice = choice;
		try {
			localStorage.setItem(KEY, choice);
		} catch {
			// Storage is switched off: the choice lasts until the page is closed.
		}
		this.#apply();
	}

	#apply(): void {
		const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
		const theme = this.choice === 'system' ? system : this.choice;
		document.documentElement.dataset.theme = theme;
		document.querySelector('meta[name=theme-color]')?.setAttribute('content', PAPER[theme]);
	}
}

function stored(): ThemeChoice {
	try {
		const value = localStorage.getItem(KEY);
		return value === 'light' || value === 'dark' ? value : 'system';
	} catch {
		return 'system';
	}
}

export const theme = new Theme();
