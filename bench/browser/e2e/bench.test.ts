import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contestants, races } from '../src/bench/cases.ts';
import { race } from '../src/bench/race.ts';
import { Stage } from '../src/bench/stage.ts';
import { KiB, type Material, MiB, write } from '../src/rig/material.ts';
import { highest, measure } from '../src/rig/memory.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(() => stage?.clear());

const silent = () => {};

/** A case small enough for every day. */
function small(name: string, files: number, size: number) {
  return { name, caption: name, files, size, shape: { roundTrip: 10, bytesPerSecond: 0 }, rounds: 1, contestants };
}

async function material(name: string, files: number, size: number): Promise<Material[]> {
  await mkdir(join(stage.dir, name));
  return Promise.all(Array.from({ length: files }, (_, i) => write(join(stage.dir, name, `${i}.bin`), size, i)));
}

it('all contestants upload many small files, and every object is its file', async () => {
  const { contestants } = races.small;
  const runs = await race(
    stage,
    { ...small('many', 20, 20 * KiB), contestants },
    await material('many', 20, 20 * KiB),
    silent,
  );
  for (const contestant of contestants) expect(runs[contestant][0]?.requests).toBeGreaterThanOrEqual(20);
  // Signet signs them together, Companion one by one.
  expect(runs.Signet[0]?.calls).toBeLessThan(5);
  expect(runs['Uppy 6'][0]?.calls).toBe(20);
});

it('all contestants upload a file in parts', async () => {
  const runs = await race(stage, small('big', 1, 104 * MiB), await material('big', 1, 104 * MiB), silent);
  for (const contestant of contestants) expect(runs[contestant][0]?.requests).toBeGreaterThan(13);
});

it('an object that is not its file ends the race', async () => {
  const [file] = await material('other', 1, KiB);
  const forged = { ...(file as Material), sha256: '0'.repeat(64) };
  await expect(race(stage, small('other', 1, KiB), [forged], silent)).rejects.toThrow('is not the file');
});

it('the memory of a page that takes some is seen', async () => {
  const page = await stage.browser.newPage();
  const before = await measure(stage.browser);
  const taken = page.evaluate(async () => {
    const held = new Uint8Array(200_000_000).fill(1);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return held.length;
  });
  const most = await highest(stage.browser, taken);
  expect((most.renderer - before.renderer) / 200_000_000).toBeCloseTo(1, 0);
  await page.close();
});
