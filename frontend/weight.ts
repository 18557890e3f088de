import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Bytes that the site may weigh, compressed. */
export const BUDGET = 120_000;

/** What one file of the site weighs, compressed with gzip at its best. */
export interface Weight {
  name: string;
  bytes: number;
}

/**
 * Weighs every file below `dir`. All of them are loaded for the first page that somebody who is signed in sees, the upload
 * surface and the worker included: nothing is left for later, so nothing is left out.
 */
export function weigh(dir: string): Weight[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => ({
      name: entry.name,
      bytes: gzipSync(readFileSync(join(entry.parentPath, entry.name)), { level: 9 }).length,
    }));
}

/** One line for what was weighed; throws where it is more than `most` bytes. */
export function verdict(weights: readonly Weight[], most: number = BUDGET): string {
  const total = weights.reduce((sum, { bytes }) => sum + bytes, 0);
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  if (total <= most) return `the site weighs ${kB(total)} compressed, of ${kB(most)}`;
  const heaviest = weights.toSorted((a, b) => b.bytes - a.bytes).map(({ name, bytes }) => `${name} ${kB(bytes)}`);
  throw new Error(`got ${kB(total)} compressed, want ${kB(most)}: make it lighter (${heaviest.join(', ')})`);
}

/** Has the build of the site fail where it is too heavy. */
export function budget(): Plugin {
  let dir = '';
  return {
    name: 'signet-budget',
    apply: 'build',
    configResolved: (config) => {
      dir = join(config.root, config.build.outDir);
    },
    closeBundle: () => console.info(verdict(weigh(dir))),
  };
}
