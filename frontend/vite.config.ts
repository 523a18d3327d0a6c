/// <reference types="node" />
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
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

export default defineConfig({
	plugins: [
		tailwindcss(),
		sveltekit({
			adapter: adapter({ fallback: 'index.html', precompress: true }),
			compilerOptions: { runes: true },
			version: { name: sourceVersion(), pollInterval: 0 }
		})
	],
	// make dev: everything that is not a page comes from the server.
	server: {
		proxy: { '^/(api|healthz|readyz)': process.env.PANTRIE_DEV_API ?? 'http://127.0.0.1:8001' }
	},
	build: { target: 'es2022', assetsInlineLimit: 0 },
	test: { include: ['src/**/*.test.ts'] }
});
