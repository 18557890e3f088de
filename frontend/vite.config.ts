import { defineConfig } from 'vitest/config';
import { budget } from './weight.ts';
import './test/node20.ts';

export default defineConfig({
  plugins: [budget()],
  build: {
    target: 'es2022',
    // The guests' page is one of its own: whoever was given a link loads nothing of signing in.
    rollupOptions: { input: ['index.html', 'p.html'] },
    // No data: URIs and no injected polyfill: the site runs under a strict content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
  },
  // No test measures time; a busy machine gets the time it needs.
  test: { include: ['test/**/*.test.ts'], testTimeout: 30_000 },
});
