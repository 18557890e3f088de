import { describe, expect, it } from 'vitest';
import type { LoggedRequest } from '../../../frontend/package/testing/src/faults.ts';
import type { Fault } from '../src/campaign/plan.ts';
import { goals } from '../src/campaign/results.ts';
import { distinctBytes, good, inFlightBytes, resentBytes, type Verdict, wrong } from '../src/campaign/tally.ts';
import type { LayerLog, LoggedEvent } from '../src/rig/proxy.ts';

/** A log of sendings of parts: [part, received, upload, object]; each part has 8 bytes. */
function log(
  sendings: [part: number, received: number, upload?: string, path?: string][],
  hit: number[][] = [],
): LayerLog {
  const requests = sendings.map(([part, received, uploadId = 'u', path = '/b/k'], i): LoggedRequest => {
    return { id: i + 1, method: 'PUT', path, uploadId, part, length: 8, received, status: 200, began: i };
  });
  const events = hit.map((inFlight, i): LoggedEvent => ({ id: i, kind: 'cut', began: i, inFlight }));
  return { requests, events };
}

describe('bytes sent twice', () => {
  it.each<[string, LayerLog, boolean, number]>([
    ['nothing', log([]), false, 0],
    [
      'each part once',
      log([
        [1, 8],
        [2, 8],
      ]),
      false,
      0,
    ],
    ['a part that broke off and was never sent again', log([[1, 3]]), false, 0],
    [
      'a part that broke off and was sent again',
      log([
        [1, 3],
        [1, 8],
      ]),
      false,
      3,
    ],
    [
      'a part sent three times',
      log([
        [1, 8],
        [1, 2],
        [1, 8],
      ]),
      false,
      10,
    ],
    [
      'parts of another object',
      log([
        [1, 8],
        [1, 8, 'v', '/b/l'],
      ]),
      false,
      0,
    ],
    [
      'the same file begun anew',
      log([
        [1, 8],
        [1, 8, 'v'],
      ]),
      false,
      8,
    ],
    [
      'a changed file begun anew',
      log([
        [1, 8],
        [1, 8, 'v'],
      ]),
      true,
      0,
    ],
    [
      'a changed file, within an upload',
      log([
        [1, 8, 'v'],
        [1, 8, 'v'],
      ]),
      true,
      8,
    ],
  ])('%s', (_, entries, changed, want) => expect(resentBytes(entries, changed)).toBe(want));

  it('counts parts alone', () => {
    const { requests, events } = log([
      [1, 8],
      [1, 8],
    ]);
    const others = requests.flatMap((request) => [
      { ...request, method: 'OPTIONS' },
      { ...request, method: 'POST' },
    ]);
    expect(resentBytes({ requests: others, events }, false)).toBe(0);
  });
});

it('bytes that came are counted once', () => {
  expect(
    distinctBytes(
      log([
        [1, 3],
        [1, 8],
        [2, 5],
        [1, 8, 'v'],
      ]),
    ),
  ).toBe(21);
});

describe('bytes in flight at faults', () => {
  it.each<[string, LayerLog, number]>([
    ['no fault', log([[1, 8]]), 0],
    ['a fault between two sendings', log([[1, 8]], [[]]), 0],
    [
      'two parts at one fault, in full though half came',
      log(
        [
          [1, 4],
          [2, 8],
          [3, 8],
        ],
        [[1, 2]],
      ),
      16,
    ],
    ['one sending at two faults', log([[1, 8]], [[1], [1]]), 8],
    [
      'a part lost at two faults, each time another sending',
      log(
        [
          [1, 4],
          [1, 4],
          [1, 8],
        ],
        [[1], [2]],
      ),
      16,
    ],
    ['a request that is no longer known', log([[1, 8]], [[9]]), 0],
  ])('%s', (_, entries, want) => expect(inFlightBytes(entries)).toBe(want));
});

const cut: Fault = { kind: 'connection cut', at: 0.5, offset: 1 };
const flip: Fault = { kind: 'byte flipped', at: 0.5, offset: 1 };
const changed: Fault = { kind: 'file changed', at: 0.5, how: 'quiet' };
const storedBefore: Fault = { kind: 'stored file changed', at: 1, how: 'quiet' };
const fine: Verdict = {
  number: 1,
  faults: [cut],
  struck: 1,
  done: true,
  whole: true,
  resent: 8,
  inFlight: 8,
  seconds: 1,
};

describe('verdicts', () => {
  it.each<[string, Partial<Verdict>, { good: boolean; wrong: boolean }]>([
    ['as it should be', {}, { good: true, wrong: false }],
    ['done, but not the file', { whole: false }, { good: false, wrong: true }],
    ['given up', { done: false, whole: false, error: 'x' }, { good: false, wrong: false }],
    ['whole, but reported as failed', { done: false }, { good: false, wrong: false }],
    ['a byte more than was in flight', { resent: 9 }, { good: false, wrong: false }],
    ['a fault that never came', { struck: 0 }, { good: false, wrong: false }],
  ])('%s', (_, change, want) => {
    const verdict = { ...fine, ...change };
    expect({ good: good(verdict), wrong: wrong(verdict) }).toEqual(want);
  });
});

describe('goals', () => {
  /** Figures of the goals that are missed. */
  const missed = (verdicts: Verdict[]) =>
    goals(verdicts)
      .filter(({ got, want, atMost }) => (atMost ? got > want : got < want))
      .map(({ figure, got, want }) => `${figure}: ${got} of ${want}`);

  it('are all met where all is as it should be', () => {
    const verdicts = [
      fine,
      { ...fine, faults: [flip] },
      { ...fine, faults: [changed] },
      { ...fine, faults: [storedBefore] },
    ];
    expect(missed(verdicts)).toEqual([]);
    expect(goals(verdicts).map(({ want }) => want)).toEqual([2, 4, 2, 1, 1, 0, 4]);
  });

  it('tell a flipped byte that was not caught', () => {
    expect(missed([{ ...fine, faults: [flip], whole: false }])).toEqual([
      'unchanged files whole with the right SHA-256: 0 of 1',
      'flipped bytes caught: 0 of 1',
      'wrong things reported as done: 1 of 0',
    ]);
  });

  it('tell a change that was not noticed', () => {
    expect(missed([{ ...fine, faults: [changed], whole: false }])).toEqual([
      'changed files noticed, and whole as they are now: 0 of 1',
      'wrong things reported as done: 1 of 0',
    ]);
  });

  it('tell a change of a stored file that was taken for the stored one', () => {
    expect(missed([{ ...fine, faults: [storedBefore], whole: false }])).toEqual([
      'changed files noticed, and whole as they are now: 0 of 1',
      '… of which were stored before, and are still there as they were: 0 of 1',
      'wrong things reported as done: 1 of 0',
    ]);
  });

  it('tell a file that was given up, and what it sent in vain', () => {
    expect(missed([fine, { ...fine, done: false, whole: false, resent: 9, struck: 0 }])).toEqual([
      'unchanged files whole with the right SHA-256: 1 of 2',
      'uploads that sent again no more than was in flight: 1 of 2',
    ]);
  });
});
