import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Visitor } from './browser.ts';
import { binary, startCloud } from './cloud.ts';
import { writeBytes } from './material.ts';
import { setStage } from './stage.ts';

const stage = setStage();

interface Line {
  what: string;
  amount: number;
  group?: string;
  requests?: number;
  usd: number;
}

async function signet<T>(...args: string[]): Promise<T> {
  const { stdout } = await promisify(execFile)(binary, [...args, '--json']);
  return JSON.parse(stdout) as T;
}

/** Requests by operation, and what they cost. */
function requests(lines: Line[]): { counts: Record<string, number>; usd: number } {
  const names: Record<string, string> = {
    'REST.OPTIONS.PREFLIGHT': 'preflights',
    'GetObject from STANDARD': 'GetObject',
  };
  const counts: Record<string, number> = {};
  let usd = 0;
  for (const line of lines) {
    counts[names[line.what] ?? line.what] = line.requests ?? line.amount;
    usd += line.usd;
  }
  return { counts, usd };
}

it.each([
  { what: 'ten small files', files: 10, size: 100 * 1024 },
  { what: 'a large one', files: 1, size: 40 * 1024 * 1024 },
])('a visit with $what sends what the estimate says, and costs as much', async ({ files, size }) => {
  const dir = join(stage.dir, String(size));
  await mkdir(dir);
  const log = join(dir, 's3.log');
  const cloud = await startCloud({ flags: ['--access-log', log] });
  try {
    const visitor = await Visitor.enter(stage.browser, cloud.site);
    await visitor.signIn('alice');
    const names = Array.from({ length: files }, (_, i) => join(dir, `${i}.bin`));
    for (const name of names) await writeBytes(name, size);
    await visitor.choose(names);
    await visitor.uploaded();
    await visitor.row(`${files - 1}.bin`).waitFor();
    await visitor.leave();

    const bill = await signet<{ lines: Line[] }>('bill', '--from-logs', log);
    const flags = [
      '--files-per-month',
      String(files),
      '--files-per-visit',
      String(files),
      '--average-size',
      String(size),
      '--months',
      '1',
    ];
    const estimate = await signet<{ cost: { months: { lines: Line[] }[] } }>('estimate', ...flags);
    const sent = requests(bill.lines.filter((line) => line.requests));
    const expected = requests((estimate.cost.months[0]?.lines ?? []).filter((line) => line.group === 'requests'));
    expect(sent.counts).toEqual(expected.counts);
    expect(Math.abs(sent.usd - expected.usd) / expected.usd).toBeLessThan(0.05);
  } finally {
    await cloud.stop();
  }
});
