import { defineConfig } from 'vitest/config';
import './test/node20.ts';

/**
 * SIGNET_SITE is the address of a running `signet dev`: `npm run dev` then serves the sources with reload and passes
 * the API and the settings through to it.
 */
const backend = process.env.SIGNET_SITE;

export default defineConfig({
  build: {
    target: 'es2022',
    // No data: URIs and no injected polyfill: the site runs under a strict content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  server: backend ? { proxy: { '/api': backend, '/config.json': backend } } : {},
  test: { include: ['test/**/*.test.ts'] },
});
