import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verdict, weigh } from '../weight.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'signet-budget-'));
  await mkdir(join(dir, 'assets'));
  await writeFile(join(dir, '.keep'), 'not served');
  await writeFile(join(dir, 'index.html'), 'a'.repeat(50_000));
  await writeFile(join(dir, 'assets', 'index.js'), crypto.getRandomValues(new Uint8Array(10_000)));
  await mkdir(join(dir, 'other', 'assets'), { recursive: true });
  const other = join(dir, 'other');
  await writeFile(join(other, 'p.html'), '<link href="/assets/guests.css"><script src="/assets/guests.js">');
  await writeFile(join(other, 'assets', 'main.js'), 'import"./dom.js";import("./upload-1.js");import(`./later.js`)');
  await writeFile(join(other, 'assets', 'later.js'), 'import"./dom.js";import"./of-later.js"');
  await writeFile(join(other, 'assets', 'guests.js'), 'import"./dom.js"');
  await writeFile(join(other, 'assets', 'guests.css'), '');
  for (const name of ['dom', 'upload-1', 'of-later']) await writeFile(join(other, 'assets', `${name}.js`), '');
});
afterAll(() => rm(dir, { recursive: true }));

it('weighs what is served, compressed, in folders too', () => {
  const weights = weigh(dir).filter(({ name }) => name.startsWith('index'));
  expect(weights.map(({ name }) => name).sort()).toEqual(['index.html', 'index.js']);
  const [js = 0, html = 0] = ['index.js', 'index.html'].map((file) => weights.find(({ name }) => name === file)?.bytes);
  expect(js).toBeGreaterThan(10_000);
  expect(js).toBeLessThan(10_200);
  expect(html).toBeLessThan(200);
});

it('leaves out what comes later, with all that it alone needs, and what other pages have', () => {
  const names = weigh(join(dir, 'other')).map(({ name }) => name);
  expect(names.sort()).toEqual(['dom.js', 'main.js', 'upload-1.js']);
});

it('takes what is just light enough, and refuses one byte more by name', () => {
  const weights = [
    { name: 'a.js', bytes: 70_000 },
    { name: 'b.js', bytes: 20_000 },
  ];
  expect(verdict(weights)).toBe('the site weighs 90.0 kB compressed, of 90.0 kB');
  expect(() => verdict([...weights, { name: 'c.js', bytes: 1 }])).toThrow(/want 90.0 kB: .*a\.js 70\.0 kB, b\.js/);
});
