import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Child, stop } from '../src/rig/child.ts';
import { startCompanion } from '../src/rig/companion.ts';
import { converse, steps } from './conversation.ts';
import { setStage } from './stage.ts';

const keys = join(process.env.TMPDIR ?? '/tmp', `signet-companion-keys-${process.pid}.json`);
const stage = setStage(['--s3-keys', keys]);
let companion: Child<{ url: string }>;

beforeAll(async () => {
  companion = await startCompanion(stage.cloud, stage.proxy.s3, keys);
});
afterAll(() => stop(companion.process));

/** The rows of DIFFERENCES.md: step, Companion's answer, ours. */
async function listed(): Promise<string[][]> {
  const text = await readFile(join(import.meta.dirname, 'DIFFERENCES.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| (?!request|-)/.test(line));
  return rows.map((line) =>
    line
      .split(' | ')
      .map((cell) => cell.replace(/^\| |`/g, '').trim())
      .slice(0, 3),
  );
}

it('answers as Companion does, but for what is listed', async () => {
  const { api, token, site } = stage.cloud.ready;
  const answer = await fetch(`${api}/s3/session`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  const { companionEndpoint } = (await answer.json()) as { companionEndpoint: string };
  const theirs = await converse({ base: companion.ready.url, foreign: 'uploads/bob/x/a.txt' });
  const ours = await converse({ base: site + companionEndpoint, foreign: 'uploads/bob/x/a.txt' });
  const differ = [...theirs.keys()]
    .filter((step) => theirs.get(step) !== ours.get(step))
    .map((step) => [step, theirs.get(step), ours.get(step)]);
  if (process.env.SHOW) for (const row of differ) console.log(`| ${row[0]} | \`${row[1]}\` | \`${row[2]}\` | |`);
  expect(differ).toEqual(await listed());
  expect(differ.length).toBeLessThan(Object.keys(steps).length);
});
