import { defineConfig } from 'vitest/config';
import '../../../test/node20.ts';

export default defineConfig({
  // Each example starts a cloud of its own, and one a browser.
  test: {
    include: ['package/testing/test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
