import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Bytes that the first page of somebody who is signed in may weigh, compressed. */
export const BUDGET = 90_000;

/** What is loaded for it although it is imported only once somebody is signed in. */
const FIRST = /^upload-/;

/** What one file of the site weighs, compressed with gzip at its best. */
export interface Weight {
  name: string;
  bytes: number;
}

/**
 * Weighs the files below `dir` that are loaded for the first page of somebody who is signed in, the upload surface and the
 * worker included. Left out is what comes later: what is only ever imported when it is asked for, such as a preview, and
 * pages of their own.
 */
export function weigh(dir: string): Weight[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => ({ name: entry.name, content: readFileSync(join(entry.parentPath, entry.name)) }));
  const later = laterOf(files.filter(({ name }) => name.endsWith('.js')).map(({ content }) => content.toString()));
  return files
    .filter(({ name }) => !later.has(name) && (!name.endsWith('.html') || name === 'index.html'))
    .map(({ name, content }) => ({ name, bytes: gzipSync(content, { level: 9 }).length }));
}

/** Modules that are imported when they are asked for, and by none that is there at first. */
function laterOf(scripts: readonly string[]): Set<string> {
  const found = (pattern: RegExp) =>
    scripts.flatMap((script) => [...script.matchAll(pattern)].map(([, name]) => name ?? ''));
  const later = new Set(found(/import\(\s*[`'"]\.\/([^`'"]+)[`'"]\s*\)/g).filter((name) => !FIRST.test(name)));
  for (const name of found(/(?:from|import)\s*['"]\.\/([^'"]+)['"]/g)) later.delete(name);
  return later;
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
