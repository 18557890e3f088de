import { afterAll, beforeAll, expect, it } from 'vitest';
import { attempt } from '../src/campaign/attempt.ts';
import { Lane } from '../src/campaign/lane.ts';
import type { Fault } from '../src/campaign/plan.ts';
import { good } from '../src/campaign/tally.ts';
import { MiB } from '../src/rig/material.ts';

let lane: Lane;
beforeAll(async () => {
  lane = await Lane.open();
});
afterAll(() => lane?.close());

/** An upload that is small enough for every day, yet in parts. */
const suffering = (number: number, ...faults: Fault[]) =>
  attempt(lane, { number, seed: number, size: 72 * MiB, faults });

it('an upload whose connection is cut, whose tab is killed and which goes on in another profile is whole', async () => {
  const verdict = await suffering(
    1,
    { kind: 'connection cut', at: 0.05, offset: 3 * MiB },
    { kind: 'second profile', at: 0.4 },
  );
  expect(verdict).toMatchObject({ struck: 2, done: true, whole: true });
  expect(verdict.resent).toBeGreaterThanOrEqual(3 * MiB);
  expect(good(verdict)).toBe(true);
});

it('S3 killed, the line gone, SlowDown and an expired token: each comes and is in the log', async () => {
  const verdict = await suffering(
    2,
    { kind: '503 burst', at: 0.05, count: 2 },
    { kind: 'token expired', at: 0.1 },
    { kind: 'gateway killed', at: 0.3, down: 100 },
    { kind: 'offline', at: 0.5, down: 500 },
  );
  expect(verdict).toMatchObject({ struck: 4, done: true, whole: true });
});

it('a file that is edited while its tab is dead is a new upload', async () => {
  const verdict = await suffering(3, { kind: 'file changed', at: 0.3, how: 'edited' });
  expect(verdict).toMatchObject({ struck: 1, done: true, whole: true });
});

it('a file that is changed in place after it was stored is stored beside what it was', async () => {
  const verdict = await suffering(
    4,
    { kind: 'connection cut', at: 0.1, offset: 3 * MiB },
    { kind: 'stored file changed', at: 1, how: 'quiet' },
  );
  expect(verdict).toMatchObject({ struck: 2, done: true, whole: true });
  expect(good(verdict)).toBe(true);
});
