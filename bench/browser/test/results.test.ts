import { describe, expect, it } from 'vitest';
import { races } from '../src/bench/cases.ts';
import type { Race, Run } from '../src/bench/race.ts';
import { memoryGoal, raceGoals, raceTable, use } from '../src/bench/results.ts';

const runs = (...seconds: number[]): Run[] =>
  seconds.map((s) => ({ milliseconds: s * 1000, longestTask: 60, calls: 20, requests: 40, preflights: 10 }));

/** Signet takes the capacity of six connections exactly in its middle run. */
const full = (256 * 1024 * 1024) / 24e6;
const race: Race = {
  Signet: runs(full, 99, full / 2),
  'Signet, both hosts': runs(full / 2, 99 / 2, full / 4),
  'Signet, both hosts, by PUT': [],
  'Signet, by the edge': runs(full / 8, 99, full / 16),
  'Signet, all ways': runs((6 / 13) * full, 99, full / 16),
  'Uppy 5': runs(full * 1.5, 99, full),
  'Uppy 6': runs(full * 5, 999, full * 2),
};

describe('goals', () => {
  it('use the middle run of each', () => {
    expect(use(race, races.line)).toBeCloseTo(1);
    expect(raceGoals.line(race, {}).map(({ got }) => got)).toEqual([100, 5, 3, 100].map((x) => expect.closeTo(x)));
    expect(raceGoals.local(race, {})[0]?.got).toBeCloseTo(1.5);
    expect(raceGoals.small(race, {}).map(({ got }) => got)).toEqual([expect.closeTo(3), 2, expect.closeTo(12)]);
    expect(raceGoals.far(race, {})[0]?.got).toBeCloseTo(12);
  });

  it('that compare races wait for both', () => {
    expect(raceGoals.near(race, {})).toEqual([]);
    expect(raceGoals.near(race, { small: race })[0]?.got).toBeCloseTo(1);
    expect(raceGoals.many(race, {}).map(({ got }) => got)).toEqual([60]);
    expect(raceGoals.many(race, { small: race }).map(({ got }) => got)).toEqual([expect.closeTo(0.2), 60]);
  });

  it('of memory is about growth', () => {
    const goal = memoryGoal({ renderer: 100e6, browser: 0 }, { renderer: 300e6, browser: 900e6 });
    expect(goal).toMatchObject({ got: 200, want: 250, atMost: true });
  });
});

it('a race as a table', () => {
  expect(raceTable(race, races.line).rows).toEqual([
    ['Signet', '11.18', '5.59 to 99.00', '24.0', '20', '40', '10', '1.00'],
    ['Signet, both hosts', '5.59', '2.80 to 49.50', '48.0', '20', '40', '10', '0.50'],
    ['Uppy 5', '16.78', '11.18 to 99.00', '16.0', '20', '40', '10', '1.50'],
    ['Uppy 6', '55.92', '22.37 to 999.00', '4.8', '20', '40', '10', '5.00'],
    ['Signet, all ways', '5.16', '0.70 to 99.00', '52.0', '20', '40', '10', '0.46'],
  ]);
});
