/// <reference types="node" />
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// The version is a hash of the sources, so that the same sources give the same build, and a tab
// that was opened before an upgrade notices that its chunks are gone and reloads.
function sourceVersion(): string {
	const hash = createHash('sha256');
	const visit = (path: string) => {
		if (statSync(path).isDirectory()) {
			for (const name of readdirSync(path).sort()) visit(join(path, name));
		} else {
			hash.update(path).update(readFileSync(path));
		}
	};
	for (const path of ['src', 'static', 'package-lock.json', 'vite.config.ts']) visit(path);
	return hash.digest('hex').slice(0, 12);
}

// SvelteKit's page announcer hides itself by a style attribute, which the Content-Security-Policy
// forbids. app.css hides it instead.
function announcerWithoutStyle(): Plugin {
	return {
		name: 'pantrie-announcer-without-style',
		enforce: 'pre',
		transform: {
			filter: { id: /@sveltejs\/kit\/src\/runtime\/components\/root\.svelte$/ },
			handler(code) {
				const cleaned = code.replace(/(id="svelte-announcer"[^>]*?)\s+style="[^"]*"/, '$1');
				if (cleaned === code) this.error('the announcer of SvelteKit has changed');
				return { code: cleaned, map: null };
			}
		}
	};
}

// Few files instead of many: what every page needs, and what every form needs. The router's
// entry and its payload stay apart, because the sub-path must be known before anything else runs.
const chunkGroups = [
	{ name: 'payload', priority: 9, test: /\/client\/payload\.js$/ },
	{
		name: 'core',
		priority: 2,
		test: (id: string) =>
			!/\/client\/entry\.js$/.test(id) &&
			/node_modules\/(svelte|@sveltejs|devalue|esm-env|openapi-fetch|clsx)\/|src\/lib\/(api\/(client|describe|errors|load|session)|messages\/(index|en\/(common|errors))|theme|urls)|src\/routes\/\+/.test(
				id
			)
	},
	{
		name: 'form',
		priority: 1,
		test: /src\/lib\/(components\/(ui\/(Field|Lock|Glyph|Alert|Busy|form\.|FormProblem)|Logo|OriginNotice|ProblemNotice)|format|storage|providers|messages\/en\/providers)/
	}
];

export default defineConfig({
	plugins: [
		announcerWithoutStyle(),
		tailwindcss(),
		sveltekit({
			adapter: adapter({ fallback: 'index.html', precompress: true }),
			compilerOptions: { runes: true },
			version: { name: sourceVersion(), pollInterval: 0 }
		})
	],
	build: { target: 'es2022', assetsInlineLimit: 0 },
	environments: {
		client: {
			build: { rolldownOptions: { output: { codeSplitting: { groups: chunkGroups } } } }
		}
	},
	test: { include: ['src/**/*.test.ts'] }
});
