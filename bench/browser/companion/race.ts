// `make bench-companion`: Uppy 5 and 6, unmodified, by way of Companion and by way of our Companion S3 protocol, on the
// same gateway in the same browser. ROUNDS=1 runs one of each and saves nothing.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { median, ratio } from '../src/bench/rounds.ts';
import { Stage } from '../src/bench/stage.ts';
import { versions } from '../src/bench/versions.ts';
import { openUppy, profile, runUppy } from '../src/rig/browser.ts';
import { KiB, type Material, MiB, write } from '../src/rig/material.ts';
import { stored } from '../src/rig/objects.ts';
import type { Shape } from '../src/rig/proxy.ts';
import { finish, type Section } from '../src/rig/section.ts';

/** Files that are sent, over a line. */
interface Case {
  name: string;
  files: number;
  /** Bytes of each. */
  size: number;
  shape: Shape;
  /** How often each side sends them: the sooner a run is over, the more uneven it is. */
  runs: number;
}

const near: Shape = { roundTrip: 0, bytesPerSecond: 0 };
const cases: Case[] = [
  { name: '200 × 100 KiB', files: 200, size: 100 * KiB, shape: near, runs: 15 },
  { name: '6 MiB', files: 1, size: 6 * MiB, shape: near, runs: 31 },
  { name: '120 MiB', files: 1, size: 120 * MiB, shape: near, runs: 15 },
  { name: '256 MiB', files: 1, size: 256 * MiB, shape: near, runs: 15 },
  {
    name: '256 MiB, 50 ms a round trip',
    files: 1,
    size: 256 * MiB,
    shape: { roundTrip: 50, bytesPerSecond: 0 },
    runs: 15,
  },
];
const sides = ['Companion', 'Signet'] as const;
type Side = (typeof sides)[number];
type Uppy = 5 | 6;

const most = Number(process.env.ROUNDS ?? Number.POSITIVE_INFINITY);

const stage = await Stage.set();
try {
  const rows: string[][] = [];
  const goals: Section['goals'] = [];
  for (const it of cases) {
    const files = await material(it);
    for (const version of [6, 5] as const) {
      const times = await race(it, version, files);
      const [theirs, ours] = [median(times.Companion), median(times.Signet)];
      const against = ratio(times.Signet, times.Companion);
      rows.push([
        `Uppy ${version}, ${it.name}`,
        String(times.Signet.length),
        seconds(theirs),
        seconds(ours),
        against.toFixed(2),
      ]);
      const figure = `Uppy ${version}, ${it.name}: time through us against Companion`;
      // To the hundredth, as it is shown.
      goals.push({ figure, got: Number(against.toFixed(2)), want: 1, atMost: true, unit: '×' });
    }
  }
  const section: Section = {
    name: 'bench-companion',
    title: 'Uppy through our Companion S3 protocol',
    versions: versions(stage.browser.version()),
    tables: [
      {
        caption:
          'Seconds from the start until Uppy says that all is done, the middle of the runs, the sides taking turns; ' +
          'the ratio is the middle of the rounds’',
        columns: ['', 'runs of each', 'Companion', 'Signet', 'Signet to Companion'],
        rows,
      },
    ],
    goals,
    notes: [
      'Each side has the plugin’s own defaults and one line to browser and S3; both call S3 directly. The session that Signet’s ' +
        'calls need is asked for before the clock starts, by the instance that answers them: it remembers what it made, where ' +
        'another would ask S3 about it once. Companion asks no caller who he is. SHA-256 of each object compared.',
    ],
  };
  process.exitCode = (await finish(section, process.env.ROUNDS !== undefined)) ? 0 : 1;
} finally {
  await stage.clear();
}

async function material({ name, files, size }: Case): Promise<Material[]> {
  const folder = join(stage.dir, name);
  await mkdir(folder);
  const all: Material[] = [];
  for (let i = 0; i < files; i++) all.push(await write(join(folder, `file-${i}.bin`), size, i + 1));
  return all;
}

/** Milliseconds of all runs by side; the order turns with each round. */
async function race(it: Case, version: Uppy, files: Material[]): Promise<Record<Side, number[]>> {
  const times: Record<Side, number[]> = { Companion: [], Signet: [] };
  for (let round = 0; round < Math.min(most, it.runs); round++) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const milliseconds = await once(it, version, side, files);
      times[side].push(milliseconds);
      console.error(`${it.name}  Uppy ${version}  ${side.padEnd(9)}  ${milliseconds.toFixed(0)} ms`);
    }
  }
  return times;
}

async function once(it: Case, version: Uppy, side: Side, files: Material[]): Promise<number> {
  const { proxy, cloud, session, browser } = stage;
  const endpoint = proxy.app + (side === 'Companion' ? '/companion' : await companionEndpoint());
  await proxy.shape(it.shape);
  const context = await profile(browser, session);
  try {
    const page = await openUppy(
      context,
      proxy.app,
      files.map(({ path }) => path),
    );
    const { milliseconds, successful, failed } = await runUppy(page, version, endpoint);
    if (failed[0]) throw new Error(`${side} failed with ${failed[0].name}: ${failed[0].error}`);
    if (successful.length !== files.length)
      throw new Error(`${side} uploaded ${successful.length} of ${files.length} files`);
    await proxy.shape(near);
    await check(side, files);
    return milliseconds;
  } finally {
    await context.close();
    await cloud.empty();
  }
}

/** The path of a new session of alice's. */
async function companionEndpoint(): Promise<string> {
  const headers = { authorization: `Bearer ${await stage.session.token()}` };
  const answer = await fetch(`${stage.cloud.ready.api}/s3/session`, { method: 'POST', headers });
  return ((await answer.json()) as { companionEndpoint: string }).companionEndpoint;
}

async function check(side: Side, files: Material[]): Promise<void> {
  const digests = (await stored(stage.cloud, await stage.session.token())).values();
  const got = [...digests].map(({ name, sha256 }) => `${name} ${sha256}`).sort();
  const want = files.map(({ path, sha256 }) => `${path.slice(path.lastIndexOf('/') + 1)} ${sha256}`).sort();
  if (got.join() !== want.join()) throw new Error(`${side}: an object is not its file`);
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
