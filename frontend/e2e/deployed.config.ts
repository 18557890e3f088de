import { defineConfig } from 'vitest/config';
import '../test/node20.ts';

/** Chromium on a deployment, which make rehearse has made: see infra/rehearse. */
export default defineConfig({
  test: {
    include: ['e2e/deployed.ts'],
    testTimeout: 120_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
