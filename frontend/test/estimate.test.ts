import { describe, expect, it } from 'vitest';
import { type CostEstimate, defaults, estimate, groups, question } from '../src/estimate.ts';
import { estimateTexts } from '../src/i18n/estimate.ts';
import { ceiling } from '../src/view/estimate-charts.ts';

const GIB = 1024 ** 3;

describe('question', () => {
  it('is what the form says, in the units of the API', () => {
    const wishes = { ...defaults(5 * GIB), averageSize: '1.5', region: 'eu-west-1', loss: '0.1%' };
    const { region, cost, time, limits } = question(wishes);
    expect(region).toBe('eu-west-1');
    expect(cost).toMatchObject({ filesPerMonth: 1000, averageSize: 1.5 * 1024 ** 2, months: 12, users: 100 });
    expect(time).toEqual({ size: '5120 MiB', link: '100Mbps', rtt: '50ms', loss: '0.1%' });
    expect(limits).toMatchObject({ rate: 10, size: `${1.5 * 1024 ** 2}` });
  });

  it('leaves out what is left empty', () => {
    const asked = question(defaults(5 * GIB));
    expect(asked).not.toHaveProperty('region');
    expect(asked.time).not.toHaveProperty('perConnection');
  });

  it('goes to the API as it is', async () => {
    const calls: unknown[] = [];
    const call = async (...args: unknown[]) => {
      calls.push([args[0], args[1], args[3]]);
      return { body: { prices: { region: 'x', date: '', flags: [] } }, until: () => 0 };
    };
    await estimate({ call } as never, defaults(GIB));
    expect(calls).toEqual([['POST', '/estimate', question(defaults(GIB))]]);
  });
});

it('groups a bill by what costs something, with nothing where a month has none', () => {
  const line = (group: string, usd: number) => ({ group, usd, what: '', item: '', amount: 1, unit: '' });
  const months = [
    { month: 1, usd: 3, lines: [line('storage', 1), line('storage', 2)] },
    { month: 2, usd: 4, lines: [line('storage', 3), line('logs and trail', 1)] },
  ];
  expect(groups({ months } as CostEstimate)).toEqual([
    { name: 'storage', usd: [3, 3] },
    { name: 'logs and trail', usd: [0, 1] },
  ]);
});

it.each([
  [0, 1],
  [0.031, 0.05],
  [1, 1],
  [1.01, 2],
  [4.2, 5],
  [99, 100],
  [101, 200],
])('a scale for %d ends at %d', (most, want) => {
  expect(ceiling(most)).toBeCloseTo(want, 12);
});

it('both languages say everything, with the same values', () => {
  const braces = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  const { en, ko } = estimateTexts;
  expect(Object.keys(ko)).toEqual(Object.keys(en));
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    expect(ko[key].trim()).not.toBe('');
    expect({ key, braces: braces(ko[key]) }).toEqual({ key, braces: braces(en[key]) });
  }
});
