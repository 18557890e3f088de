import { type Change, changes, MiB } from '../rig/material.ts';
import { Random } from '../rig/random.ts';

/** Bytes of each upload of a campaign. */
export const SIZE = 200 * MiB;

/** Bytes of a part of a file of SIZE, by Signet's plan of parts. */
const PART = 8 * MiB;

/** What may happen to an upload. */
export const kinds = [
  'tab killed',
  'connection cut',
  '503 burst',
  'gateway killed',
  'offline',
  'token expired',
  'second profile',
  'file changed',
  'stored file changed',
  'byte flipped',
] as const;
export type Kind = (typeof kinds)[number];

/** One fault of an upload's plan. */
export type Fault = {
  /** Part of the file that S3 has got when it happens: 0 to 1, and 1 of what happens once it is stored. */
  at: number;
} & (
  | { kind: 'tab killed' | 'second profile' | 'token expired' }
  /** While no tab is open. Then the file is chosen again. */
  | { kind: 'file changed'; how: Change }
  /** After the upload has ended. Then the file is chosen again. */
  | { kind: 'stored file changed'; how: Change }
  /** `offset`: bytes of the part that come in before the cut, or the byte that is flipped. */
  | { kind: 'connection cut' | 'byte flipped'; offset: number }
  /** Requests refused. */
  | { kind: '503 burst'; count: number }
  /** Milliseconds until it is there again. */
  | { kind: 'gateway killed' | 'offline'; down: number }
);

/** What happens to one upload; the same for the same campaign seed and number. */
export interface Plan {
  /** 1 to the campaign's count. */
  number: number;
  /** Of the file's content. */
  seed: number;
  /** Bytes of the file. */
  size: number;
  /** In the order in which they happen. */
  faults: Fault[];
}

/** Fractions of an upload at which one, two or three faults happen: late enough for parts to be stored, early enough for some to be left. */
const moments = {
  1: [[0.1, 0.5]],
  2: [
    [0.1, 0.25],
    [0.35, 0.5],
  ],
  3: [
    [0.08, 0.18],
    [0.32, 0.38],
    [0.46, 0.54],
  ],
} as const;

/** Draws the plan of upload `number`. Every kind leads in one of ten uploads in a row; up to two others follow. */
export function draw(campaignSeed: number, number: number): Plan {
  const seed = campaignSeed * 1_000_003 + number;
  const chance = new Random(seed);
  const chosen: Kind[] = [kinds[number % kinds.length] as Kind];
  while (chosen.length < 3 && chance.next() < 0.4) {
    const other = chance.pick(kinds);
    if (!chosen.includes(other)) chosen.push(other);
  }
  // What happens after the end happens last.
  const place = (kind: Kind) => chance.next() + (kind === 'stored file changed' ? 1 : 0);
  const order = chosen.map((kind) => ({ kind, place: place(kind) })).sort((a, b) => a.place - b.place);
  const faults = order.map(({ kind }, i) => {
    const [from, to] = moments[chosen.length as 1 | 2 | 3][i] as readonly [number, number];
    return detail(kind, from + (to - from) * chance.next(), chance);
  });
  return { number, seed, size: SIZE, faults };
}

function detail(kind: Kind, at: number, chance: Random): Fault {
  switch (kind) {
    case 'connection cut':
    case 'byte flipped':
      return { kind, at, offset: chance.whole(1, PART - 1) };
    case '503 burst':
      return { kind, at, count: chance.whole(3, 12) };
    case 'gateway killed':
      return { kind, at, down: chance.whole(100, 2000) };
    case 'offline':
      return { kind, at, down: 60_000 };
    case 'file changed':
      // Not before a part is stored: there would be nothing to mix up.
      return { kind, at: Math.max(at, 0.3), how: chance.pick(changes) };
    case 'stored file changed':
      // In place more often than not: nothing but its content tells such a file from the stored one.
      return { kind, at: 1, how: chance.pick([...changes, 'quiet', 'quiet']) };
    default:
      return { kind, at };
  }
}

/** A fault in words. */
export function describe(fault: Fault): string {
  return 'how' in fault ? `${fault.kind} (${fault.how})` : fault.kind;
}
