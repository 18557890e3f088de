import { defineConfig } from 'vitest/config';
import '../../frontend/test/node20.ts';

// The page with Signet's engine, into dist/; relative addresses, so that it can be served under any path.
export default defineConfig({
  root: 'page',
  base: './',
  build: { target: 'es2022', outDir: '../dist', emptyOutDir: true },
  worker: { format: 'es' },
  test: {
    root: import.meta.dirname,
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'] } },
      // The real thing, small: Chromium, Signet, Companion.
      { test: { name: 'e2e', include: ['e2e/**/*.test.ts'], testTimeout: 90_000, hookTimeout: 60_000 } },
    ],
  },
});
