import { defineConfig } from 'vitest/config';
import '../test/node20.ts';

/** `npm run screenshot`: takes the README's picture of the page, and pictures of all its states, into build/looks, for people to look at. */
export default defineConfig({
  test: {
    include: ['e2e/screenshot.ts', 'e2e/looks.ts'],
    globalSetup: ['e2e/cloud.ts'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
