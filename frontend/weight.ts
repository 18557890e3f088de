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
  const texts = new Map(files.map(({ name, content }) => [name, content.toString()]));
  const first = firstOf(texts);
  return files
    .filter(({ name }) => (name.endsWith('.js') ? first.has(name) : !ofAnotherPage(name, texts)))
    .map(({ name, content }) => ({ name, bytes: gzipSync(content, { level: 9 }).length }));
}

/** Whether a file is a page that is not the first, or is named by such pages alone. */
function ofAnotherPage(name: string, texts: ReadonlyMap<string, string>): boolean {
  const pages = [...texts.keys()].filter((page) => page.endsWith('.html'));
  if (pages.includes(name)) return name !== 'index.html';
  const naming = pages.filter((page) => texts.get(page)?.includes(`/${name}`));
  return naming.length > 0 && !naming.includes('index.html');
}

/** Scripts that the first page names or that nothing imports, and all that these need before they run; what is imported when it is asked for comes later. */
function firstOf(texts: ReadonlyMap<string, string>): Set<string> {
  const scripts = [...texts].filter(([name]) => name.endsWith('.js'));
  const found = (script: string, pattern: RegExp) => [...script.matchAll(pattern)].map(([, name]) => name ?? '');
  const asked = (script: string) => found(script, /import\(\s*[`'"]\.\/([^`'"]+)[`'"]\s*\)/g);
  const needed = (script: string) => found(script, /(?:from|import)\s*['"]\.\/([^'"]+)['"]/g);
  const imported = new Set(scripts.flatMap(([, script]) => [...asked(script), ...needed(script)]));
  const page = texts.get('index.html') ?? '';
  const begun = (name: string) => page.includes(`/${name}`) || (!imported.has(name) && !ofAnotherPage(name, texts));
  const waiting = scripts.map(([name]) => name).filter(begun);
  const first = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (first.has(name)) continue;
    first.add(name);
    const script = texts.get(name) ?? '';
    waiting.push(...needed(script), ...asked(script).filter((one) => FIRST.test(one)));
  }
  return first;
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
