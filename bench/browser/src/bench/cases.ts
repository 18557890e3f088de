import { GiB, KiB, MiB } from '../rig/material.ts';
import type { Shape } from '../rig/proxy.ts';

/** Who takes part in every race. */
export const contestants = ['Signet', 'Signet, both hosts', 'Uppy 5', 'Uppy 6'] as const;
/** And in that of small files: the other shape of a request, which has a preflight for each. */
const withPuts = [...contestants, 'Signet, both hosts, by PUT', 'Signet, by the edge'] as const;
const withAllWays = [...contestants, 'Signet, all ways'] as const;
export type Contestant = (typeof withPuts)[number] | (typeof withAllWays)[number];

/** Connections that a browser opens to a host. */
export const CONNECTIONS = 6;

/** One case of the benchmark: files, a line, and how often each contestant sends them. */
export interface Case {
  name: string;
  caption: string;
  files: number;
  /** Bytes of each file. */
  size: number;
  shape: Shape;
  rounds: number;
  contestants: readonly Contestant[];
}

const unshaped: Shape = { roundTrip: 0, bytesPerSecond: 0 };

/** Races between all contestants. */
export const races = {
  line: {
    name: 'line',
    caption: '256 MiB, 50 ms a round trip, 4 MB/s a connection',
    files: 1,
    size: 256 * MiB,
    shape: { roundTrip: 50, bytesPerSecond: 4_000_000 },
    rounds: 3,
    contestants: withAllWays,
  },
  local: {
    name: 'local',
    caption: '256 MiB, no shaping',
    files: 1,
    size: 256 * MiB,
    shape: unshaped,
    rounds: 11,
    contestants,
  },
  small: {
    name: 'small',
    caption: '1,000 files of 20 KiB, 50 ms a round trip',
    files: 1000,
    size: 20 * KiB,
    shape: { roundTrip: 50, bytesPerSecond: 0 },
    rounds: 3,
    contestants: withPuts,
  },
  near: {
    name: 'near',
    caption: '1,000 files of 20 KiB, no shaping',
    files: 1000,
    size: 20 * KiB,
    shape: unshaped,
    rounds: 3,
    contestants: ['Signet, by the edge'],
  },
  many: {
    name: 'many',
    caption: '5,000 files of 20 KiB, 50 ms a round trip',
    files: 5000,
    size: 20 * KiB,
    shape: { roundTrip: 50, bytesPerSecond: 0 },
    rounds: 3,
    contestants: ['Signet, by the edge'],
  },
  far: {
    name: 'far',
    caption: '1,000 files of 20 KiB, 150 ms a round trip',
    files: 1000,
    size: 20 * KiB,
    shape: { roundTrip: 150, bytesPerSecond: 0 },
    rounds: 1,
    contestants: ['Signet, by the edge', 'Uppy 5', 'Uppy 6'],
  },
} satisfies Record<string, Case>;

/** Bytes of the file whose upload is watched for memory. */
export const BIG = 4 * GiB;

/** The cases of `make bench-edge`, and how often each contestant sends them there. */
export const edgeRounds: Partial<Record<keyof typeof races, number>> = { line: 1, small: 2, near: 2, many: 2, far: 1 };
