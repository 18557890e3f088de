import { describe, expect, it } from 'vitest';
import { draw, kinds, type Plan } from '../src/campaign/plan.ts';
import { changes } from '../src/rig/material.ts';

const campaign = (seed: number, count: number): Plan[] => Array.from({ length: count }, (_, i) => draw(seed, i + 1));

describe('plans', () => {
  it('are the same for the same seed and number, alone or not', () => {
    expect(campaign(5, 20)).toEqual(campaign(5, 20));
    expect(draw(5, 17)).toEqual(campaign(5, 20)[16]);
    expect(campaign(6, 20)).not.toEqual(campaign(5, 20));
  });

  it('of a hundred uploads have every kind of fault at least ten times, and every kind of change', () => {
    const faults = campaign(1, 100).flatMap((plan) => plan.faults);
    for (const kind of kinds) expect(faults.filter((fault) => fault.kind === kind).length).toBeGreaterThanOrEqual(10);
    for (const kind of ['file changed', 'stored file changed']) {
      const how = new Set(faults.map((fault) => (fault.kind === kind && 'how' in fault ? fault.how : undefined)));
      expect([...how]).toEqual(expect.arrayContaining([...changes]));
    }
  });

  it('have one to three faults, no kind twice, in order, while parts are stored and others left, or after the end', () => {
    for (const { faults } of campaign(2, 500)) {
      expect(faults.length).toBeGreaterThan(0);
      expect(faults.length).toBeLessThanOrEqual(3);
      expect(new Set(faults.map(({ kind }) => kind)).size).toBe(faults.length);
      const at = faults.map((fault) => fault.at);
      expect(at).toEqual(at.toSorted((a, b) => a - b));
      expect(Math.min(...at)).toBeGreaterThan(0.05);
      const during = faults.filter(({ kind }) => kind !== 'stored file changed').map((fault) => fault.at);
      expect(Math.max(0, ...during)).toBeLessThan(0.6);
      expect(at.slice(during.length)).toEqual(faults.slice(during.length).map(() => 1));
    }
  });

  it('of different uploads have different content', () => {
    expect(new Set(campaign(3, 100).map(({ seed }) => seed)).size).toBe(100);
  });
});
