import { defineConfig } from 'vitest/config';
import '../test/node20.ts';

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['e2e/cloud.ts'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    // One local cloud and two cores: files one after another.
    fileParallelism: false,
  },
});
