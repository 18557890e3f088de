import { defineConfig } from 'vitest/config';

// Vitest's reporter groups failures with Map.groupBy, which Node 20 does not have; without it a failure has no text.
(Map as { groupBy?: unknown }).groupBy ??= <K, V>(items: Iterable<V>, keyOf: (item: V) => K) => {
  const groups = new Map<K, V[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

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
