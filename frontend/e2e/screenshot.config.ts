import { defineConfig } from 'vitest/config';
import '../test/node20.ts';

/** `npm run screenshot`: takes the README's picture of the page. */
export default defineConfig({
  test: {
    include: ['e2e/screenshot.ts'],
    globalSetup: ['e2e/cloud.ts'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
