import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../src');

/** Every module of the site with the modules of ours that it imports, types included. */
const imports = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const found = readFileSync(join(root, path), 'utf8').matchAll(/\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g);
      return [path, [...found].map((m) => relative(root, resolve(root, path, '..', m[1] ?? m[2] ?? '')))];
    }),
);

/** Modules from which no circle can be reached. */
const free = new Set<string>();

/** The first circle that is reached from `path`, or nothing. */
function circle(path: string, trail: string[] = []): string[] {
  if (free.has(path)) return [];
  if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
  for (const next of imports.get(path) ?? []) {
    const found = circle(next, [...trail, path]);
    if (found.length > 0) return found;
  }
  free.add(path);
  return [];
}

it('no modules import each other, not even in a circle', () => {
  expect(imports.get('main.ts')).toContain('view/workspace.ts');
  expect([...imports.keys()].map((path) => circle(path).join(' → ')).filter((found) => found !== '')).toEqual([]);
});
