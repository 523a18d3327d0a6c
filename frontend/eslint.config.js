import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
	{ ignores: ['build/', '.svelte-kit/', 'test-results/', 'playwright-report/'] },
	js.configs.recommended,
	ts.configs.strict,
	svelte.configs.recommended,
	svelte.configs.prettier,
	{ languageOptions: { globals: { ...globals.browser, ...globals.node } } },
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser }
		}
	},
	{
		rules: {
			'no-console': 'error',
			// Links are resolved where they are made: navigation.ts, session.ts, the server's addresses.
			'svelte/no-navigation-without-resolve': 'off',
			'no-undef': 'off',
			'no-warning-comments': 'error',
			'svelte/no-inline-styles': 'error'
		}
	},
	{
		// Playwright wants its fixtures' first argument destructured, and a measuring script prints.
		files: ['e2e/**'],
		rules: { 'no-console': 'off', 'no-empty-pattern': 'off' }
	}
);
