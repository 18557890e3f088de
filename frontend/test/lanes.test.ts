import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lanes } from '../e2e/lanes.ts';

it('each file of the browser tests is in one lane', () => {
  const files = readdirSync('e2e').filter((name) => name.endsWith('.test.ts'));
  const placed = Object.values(lanes).flatMap((names) => names.map((name) => `${name}.test.ts`));
  expect(placed.sort()).toEqual(files.sort());
});
