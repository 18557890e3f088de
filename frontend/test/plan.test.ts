import { describe, expect, it } from 'vitest';
import { checkPlan, inParts, MULTIPART_FROM, partRange, usableParts } from '../src/engine/plan.ts';

const MiB = 1024 * 1024;

describe('inParts', () => {
  it.each([
    [0, false],
    [1, false],
    [MULTIPART_FROM - 1, false],
    [MULTIPART_FROM, true],
    [MULTIPART_FROM + 1, true],
  ])('%d bytes: %s', (size, want) => {
    expect(inParts(size)).toBe(want);
  });
});

describe('partRange', () => {
  it.each([
    [8 * MiB, 1],
    [8 * MiB + 1, 2],
    [64 * MiB + 1, 9],
    [80_000 * MiB, 10_000],
  ])('%d bytes in %d parts: they join, begin at 0 and end at the size', (size, partCount) => {
    const plan = { size, partSize: 8 * MiB, partCount };
    expect(() => checkPlan(plan)).not.toThrow();
    let end = 0;
    for (let n = 1; n <= partCount; n++) {
      const range = partRange(plan, n);
      expect(range.start).toBe(end);
      expect(range.end).toBeGreaterThan(range.start);
      end = range.end;
    }
    expect(end).toBe(size);
  });
});

describe('checkPlan', () => {
  it.each([
    ['one part too few', { size: 8 * MiB + 1, partSize: 8 * MiB, partCount: 1 }],
    ['one part too many', { size: 8 * MiB, partSize: 8 * MiB, partCount: 2 }],
    ['no part size', { size: 1, partSize: 0, partCount: 1 }],
    ['a part size that is no number', { size: 1, partSize: Number.NaN, partCount: 1 }],
  ])('%s is refused', (_, plan) => {
    expect(() => checkPlan(plan)).toThrow(RangeError);
  });
});

describe('usableParts', () => {
  const plan = { size: 20, partSize: 8, partCount: 3 };
  it.each([
    ['none stored', [], []],
    [
      'all fit',
      [
        [1, 8],
        [2, 8],
        [3, 4],
      ],
      [1, 2, 3],
    ],
    ['the last is shorter', [[3, 8]], []],
    ['one byte short', [[1, 7]], []],
    ['one byte long', [[2, 9]], []],
    [
      'numbers outside the plan',
      [
        [0, 8],
        [4, 8],
        [1.5, 8],
        [-1, 8],
      ],
      [],
    ],
  ])('%s', (_, stored, want) => {
    const parts = (stored as [number, number][]).map(([partNumber, size]) => ({ partNumber, size }));
    const usable = usableParts(plan, parts);
    expect([...usable]).toEqual(want);
  });
});
