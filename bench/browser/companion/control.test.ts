import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Material, MiB, write } from '../src/rig/material.ts';
import { allWays } from './guide.ts';
import { full, setStage } from './stage.ts';
import { unfinished, Visit } from './visit.ts';

const stage = setStage();
const size = full ? 120 : 24;
const slow = (size / 6) * MiB;
const parts = { shouldUseMultipart: true };
let file: Material;

beforeAll(async () => {
  file = await write(join(stage.dir, 'file.bin'), size * MiB, 7);
});

describe.each(allWays)('%s', (way) => {
  it('pauses, and goes on where it was', async () => {
    const visit = await Visit.enter(stage, way, [file], parts);
    await visit.slow(slow);
    await stage.proxy.reset();
    await visit.start();
    await expect.poll(() => visit.progress(), { interval: 20 }).toBeGreaterThan((size / 3) * MiB);
    await visit.tell('pauseAll');
    const requests = async () => (await stage.proxy.log()).s3.requests.filter(({ method }) => method === 'PUT');
    await sleep(300); // what is under way is cut
    const paused = (await requests()).length;
    await sleep(1500);
    expect(await requests()).toHaveLength(paused); // nothing is begun
    await visit.slow(-1);
    await visit.tell('resumeAll');
    expect(await visit.finished()).toEqual({ successful: 1, failed: [] });
    await visit.same([file]);
    // What was whole is not sent again: at most what was in flight, six parts of 5 MiB in version 5.
    const bytes = (await requests()).reduce((sum, { received }) => sum + received, 0);
    expect(bytes).toBeLessThan(size * MiB + (way.includes('5') ? 31 : 6) * MiB);
    await visit.leave();
  });

  it('cancels, and leaves nothing unfinished', async () => {
    const visit = await Visit.enter(stage, way, [file], parts);
    await visit.slow(slow);
    await visit.start();
    await expect.poll(() => visit.progress(), { interval: 20 }).toBeGreaterThan((size / 4) * MiB);
    expect(await unfinished(stage)).toHaveLength(1);
    await visit.tell('cancelAll');
    await expect.poll(() => unfinished(stage)).toEqual([]);
    await visit.same([]);
    await visit.leave();
  });

  it.each(['api', 's3'] as const)('tries again after a 500 of the %s', async (side) => {
    const visit = await Visit.enter(stage, way, [file], { ...parts, retryDelays: [0, 100, 300] });
    let failures = 0;
    const address = side === 'api' ? stage.cloud.ready.site : stage.proxy.s3;
    await visit.page.route(`${address}/**`, async (route) => {
      const request = route.request();
      // The third part's signature, or its bytes.
      const third = /\/3\?key=|partNumber=3/.test(request.url()) || request.postData()?.includes('"partNumber":3');
      if (!third || failures > 0 || request.method() === 'OPTIONS') return route.fallback();
      failures++;
      await route.fulfill({ status: 500, headers: { 'access-control-allow-origin': '*' }, body: '{}' });
    });
    await visit.start();
    const first = await visit.finished();
    expect(failures).toBe(1);
    // Version 6 fails a file on an error of Companion's, and goes on when asked to.
    if (first.failed.length > 0) {
      await visit.retry();
      expect(await visit.finished()).toEqual({ successful: 1, failed: [] });
    }
    await visit.same([file]);
    await visit.leave();
  });
});
