import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { races } from '../src/bench/cases.ts';
import { kinds } from '../src/campaign/plan.ts';
import { paths } from '../src/rig/paths.ts';

const readme = readFileSync(resolve(paths.root, 'bench/README.md'), 'utf8');
const section = readme.split('\n## ').find((text) => text.startsWith('In a browser, beside its peers')) ?? '';

it('bench/README.md names every fault of the campaign', () => {
  const rows = [...section.matchAll(/^\| ([^|]+) \| /gm)].map(([, name]) => name).filter((name) => name !== 'fault');
  expect(rows.toSorted()).toEqual([...kinds].toSorted());
});

it('bench/README.md names every case of the benchmark', () => {
  const named = /CASES=\w+ .*# (.*)$/m.exec(section)?.[1];
  expect(named).toBe([...Object.keys(races), 'memory'].join(', '));
});
