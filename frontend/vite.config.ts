import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import './test/node20.ts';

export default defineConfig({
  // Uppy's sizes, written as the rest of the page writes them.
  resolve: {
    alias: { '@transloadit/prettier-bytes': fileURLToPath(new URL('src/i18n/uppy-bytes.ts', import.meta.url)) },
  },
  build: {
    target: 'es2022',
    // No data: URIs and no injected polyfill: the site runs under a strict content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  // No test measures time; a busy machine gets the time it needs.
  test: { include: ['test/**/*.test.ts'], testTimeout: 30_000 },
});
