import { MiB } from '../rig/material.ts';
import type { Memory } from '../rig/memory.ts';
import type { Goal, Section } from '../rig/section.ts';
import { BIG, type Case, CONNECTIONS, type Contestant, races } from './cases.ts';
import type { Race, Run } from './race.ts';
import { median, ratio } from './rounds.ts';

type Table = Section['tables'][number];

/** Milliseconds of the middle run of a contestant. */
export function time(race: Race, contestant: Contestant): number {
  return median(times(race, contestant));
}

function times(race: Race, contestant: Contestant): number[] {
  return race[contestant].map(({ milliseconds }) => milliseconds);
}

/** Part of what so many connections can carry that a race's line was used for by Signet, or another: 0 to 1. */
export function use(
  race: Race,
  { files, size, shape }: Case,
  contestant: Contestant = 'Signet',
  connections = CONNECTIONS,
): number {
  return (files * size) / (time(race, contestant) / 1000) / (connections * shape.bytesPerSecond);
}

/** Connections of all ways together: a browser's to both hosts, and the one through the site's own origin. */
const ALL_WAYS = 2 * CONNECTIONS + 1;

/** A race as a table. */
export function raceTable(race: Race, it: Case): Table {
  const column = (contestant: Contestant, figure: (run: Run) => number) => count(median(race[contestant].map(figure)));
  return {
    caption: `${it.caption}: the middle of ${it.rounds} run${it.rounds === 1 ? '' : 's'}`,
    columns: [
      '',
      'seconds',
      'fastest to slowest',
      'MB/s',
      'API calls',
      'S3 requests',
      'of them preflights',
      'times ours',
    ],
    rows: it.contestants.map((contestant) => [
      contestant,
      (time(race, contestant) / 1000).toFixed(2),
      range(race[contestant].map(({ milliseconds }) => milliseconds / 1000)),
      ((it.files * it.size) / 1000 / time(race, contestant)).toFixed(1),
      column(contestant, ({ calls }) => calls),
      column(contestant, ({ requests }) => requests),
      column(contestant, ({ preflights }) => preflights),
      against(race, contestant, it.contestants.includes('Signet') ? 'Signet' : 'Signet, by the edge').toFixed(2),
    ]),
  };
}

function range(figures: number[]): string {
  return `${Math.min(...figures).toFixed(2)} to ${Math.max(...figures).toFixed(2)}`;
}

function count(figure: number): string {
  return Number.isInteger(figure) ? String(figure) : figure.toFixed(1);
}

/** Milliseconds that the small files of a race take by the edge, in the middle. */
const byEdge = (race: Race) => time(race, 'Signet, by the edge');

/** What each race has to reach; `of` are those of the same run, as far as there are any. */
export const raceGoals: Record<
  keyof typeof races,
  (race: Race, of: Partial<Record<keyof typeof races, Race>>) => Goal[]
> = {
  line: (race) => [
    {
      figure: '256 MiB over the line: of six connections’ capacity',
      got: 100 * use(race, races.line),
      want: 90,
      unit: ' %',
    },
    { figure: '… against Uppy 6', got: against(race, 'Uppy 6'), want: 4, unit: '×' },
    {
      figure: '… against Uppy 5, with both hosts',
      got: against(race, 'Uppy 5', 'Signet, both hosts'),
      want: 1.15,
      unit: '×',
    },
    {
      figure: '… of what all ways together carry, both hosts and the edge',
      got: 100 * use(race, races.line, 'Signet, all ways', ALL_WAYS),
      want: 95,
      unit: ' %',
    },
  ],
  local: (race) => [
    {
      // With one host: where no connection is the narrow place, a second host has nothing to give.
      figure: '256 MiB, no shaping, against the faster peer',
      got: fasterPeer(race, 'Signet'),
      want: 1,
      unit: '×',
    },
  ],
  small: (race) => [
    {
      figure: '1,000 small files, against the faster peer, with both hosts',
      got: fasterPeer(race, 'Signet, both hosts'),
      want: 3,
      unit: '×',
    },
    {
      figure: '… API calls for 100 files',
      got: (median(race.Signet.map(({ calls }) => calls)) / races.small.files) * 100,
      want: 2,
      atMost: true,
    },
    {
      figure: '… by the edge, a way that the peers have not, against the faster peer',
      got: fasterPeer(race, 'Signet, by the edge'),
      want: 7,
      unit: '×',
    },
  ],
  near: (race, { small }) =>
    small
      ? [
          {
            figure: '1,000 small files by the edge at 50 ms, against none',
            got: byEdge(small) / byEdge(race),
            want: 1.3,
            atMost: true,
            unit: '×',
          },
        ]
      : [],
  many: (race, { small }) => [
    ...(small
      ? [
          {
            figure: '5,000 small files by the edge: time a file against that of 1,000',
            got: byEdge(race) / races.many.files / (byEdge(small) / races.small.files),
            want: 1,
            atMost: true,
            unit: '×',
          },
        ]
      : []),
    {
      figure: '… the longest task of the page',
      got: Math.max(...race['Signet, by the edge'].map(({ longestTask }) => longestTask)),
      want: 200,
      atMost: true,
      unit: ' ms',
    },
  ],
  far: (race) => [
    {
      figure: '1,000 small files by the edge at 150 ms, against the faster peer',
      got: fasterPeer(race, 'Signet, by the edge'),
      want: 12,
      unit: '×',
    },
  ],
};

/** How many times a peer takes our time. */
function against(race: Race, peer: Contestant, us: Contestant = 'Signet'): number {
  return ratio(times(race, peer), times(race, us));
}

function fasterPeer(race: Race, us: Contestant): number {
  return Math.min(against(race, 'Uppy 5', us), against(race, 'Uppy 6', us));
}

/** Memory of one upload as a table. */
export function memoryTable(before: Memory, most: Memory, milliseconds: number): Table {
  const row = (name: string, of: keyof Memory) => [name, mib(before[of]), mib(most[of]), mib(most[of] - before[of])];
  return {
    caption: `${BIG / MiB / 1024} GiB, no shaping, by Signet in ${(milliseconds / 1000).toFixed(1)} s: memory in MB (PSS)`,
    columns: ['', 'before', 'at most', 'growth'],
    rows: [row('renderers, with the page and its workers', 'renderer'), row('the whole browser', 'browser')],
  };
}

/** What the page's memory has to keep to. */
export function memoryGoal(before: Memory, most: Memory): Goal {
  const got = (most.renderer - before.renderer) / 1e6;
  return { figure: '4 GiB: page memory over its start', got, want: 250, atMost: true, unit: ' MB' };
}

function mib(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
