// `make bench-browser`, and with EDGE=1 `make bench-edge`: Signet's engine beside Uppy 5 and 6 in real Chromium. CASES=line,small runs some cases alone, and
// ROUNDS=1 fewer rounds; neither of these saves its figures.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openSignet, profile, runSignet } from '../rig/browser.ts';
import { type Material, write } from '../rig/material.ts';
import { highest, measure } from '../rig/memory.ts';
import { stored } from '../rig/objects.ts';
import { finish, type Section } from '../rig/section.ts';
import { bareLine } from './bare.ts';
import { BIG, type Case, CONNECTIONS, edgeRounds, races } from './cases.ts';
import { type Race, race } from './race.ts';
import { memoryGoal, memoryTable, raceGoals, raceTable } from './results.ts';
import { Stage } from './stage.ts';
import { versions } from './versions.ts';

const SEED = 20_261_124;

type Name = keyof typeof races;

const edge = process.env.EDGE === '1';
const chosen = process.env.CASES?.split(',') ?? (edge ? Object.keys(edgeRounds) : [...Object.keys(races), 'memory']);
const rounds = process.env.ROUNDS ? Number(process.env.ROUNDS) : undefined;
const partial = process.env.CASES !== undefined || rounds !== undefined;
const roundsOf = (name: Name) => rounds ?? (edge ? edgeRounds[name] : undefined) ?? races[name].rounds;

const stage = await Stage.set();
try {
  const section: Section = {
    name: edge ? 'bench-edge' : 'bench-browser',
    title: edge ? 'Uploads through the site’s own origin' : 'Uploads from a browser',
    versions: versions(stage.browser.version()),
    tables: [],
    goals: [],
    notes: [
      'Browser, proxy and gateway share the machine. Between browser and gateway lies toxiproxy, in all cases; the pages, the API ' +
        'and Companion are behind a line of the same latency, of one origin. Each has its own defaults; “both hosts” is a deployment with dualStack, whose second host the peers cannot use; “by the edge” is through the page’s own origin by HTTP/2, over a line of the same shape, a way that the peers have not, and “all ways” is both. Companion and the ' +
        'API call S3 directly. The SHA-256 of each object was compared with its file’s.',
    ],
  };
  const all: Partial<Record<Name, Race>> = {};
  for (const key of Object.keys(races) as Name[]) {
    if (!chosen.includes(key)) continue;
    const it: Case = { ...races[key], rounds: roundsOf(key) };
    const result = await race(stage, it, await material(it), console.error);
    all[key] = result;
    section.tables.push(raceTable(result, it));
    if (it.shape.bytesPerSecond > 0) {
      const rate = ((await bareLine(stage.proxy, it)) / 1e6).toFixed(1);
      section.notes.push(`${CONNECTIONS} bare connections carried ${rate} MB/s over the line of ${it.caption}.`);
    }
    section.goals.push(...raceGoals[key](result, all));
  }
  if (chosen.includes('memory')) await memory(section);
  if (section.tables.length === 0)
    throw new Error(`got CASES=${process.env.CASES}, want some of ${Object.keys(races).join(', ')}, memory`);
  if (section.goals.length > 0) process.exitCode = (await finish(section, partial)) ? 0 : 1;
} finally {
  await stage.clear();
}

/** The files of a case; all contestants send the same. */
async function material({ name, files, size }: Case): Promise<Material[]> {
  const folder = join(stage.dir, name);
  await mkdir(folder);
  const all: Material[] = [];
  for (let i = 0; i < files; i++) all.push(await write(join(folder, `${name}-${i}.bin`), size, SEED + i));
  return all;
}

/** Watches the browser's memory while a big file goes up. */
async function memory(section: Section): Promise<void> {
  const { proxy, browser, session, cloud, dir } = stage;
  const file = await write(join(dir, 'big.bin'), BIG, SEED);
  await proxy.shape({ roundTrip: 0, bytesPerSecond: 0 });
  const context = await profile(browser, session);
  const page = await openSignet(context, proxy.app, [file.path]);
  const before = await measure(browser);
  const run = runSignet(page);
  const most = await highest(browser, run);
  const { milliseconds, outcomes } = await run;
  if (outcomes[0]?.error !== undefined) throw new Error(`the big file failed: ${outcomes[0].error}`);
  const [digest] = (await stored(cloud, await session.token())).values();
  if (digest?.sha256 !== file.sha256) throw new Error('the object of the big file is not the file');
  await context.close();
  await cloud.empty();
  section.tables.push(memoryTable(before, most, milliseconds));
  section.goals.push(memoryGoal(before, most));
  console.error(`memory  ${((most.renderer - before.renderer) / 1e6).toFixed(0)} MB over its start`);
}
