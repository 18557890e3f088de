import { defineConfig } from 'vitest/config';
import '../../../frontend/test/node20.ts';

// `make test-companion`: real Uppy against our Companion S3 protocol. Two cores: files one after another.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: process.env.FULL ? 180_000 : 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    expect: { poll: { timeout: 20_000 } },
  },
});
