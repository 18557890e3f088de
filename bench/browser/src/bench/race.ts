import { setTimeout as sleep } from 'node:timers/promises';
import type { How, Result } from '../../page/page.ts';
import { SETTLE, type UppyResult } from '../rig/browser.ts';
import type { Material } from '../rig/material.ts';
import { stored } from '../rig/objects.ts';
import type { Log } from '../rig/proxy.ts';
import { UnwatchedPage } from '../rig/unwatched.ts';
import type { Case, Contestant } from './cases.ts';
import type { Stage } from './stage.ts';

/** One upload of all files of a case. */
export interface Run {
  milliseconds: number;
  /** Calls to whoever signs: Signet's API or Companion. Preflights are not counted; there are none. */
  calls: number;
  /** Milliseconds of the longest task of a page of ours; 0 of a peer's. */
  longestTask: number;
  /** Requests to S3, by whichever way, and how many of them are preflights. */
  requests: number;
  preflights: number;
}

/** All runs of a case by contestant, in the order in which they were; none of whoever did not take part. */
export type Race = Record<Contestant, Run[]>;

/** Has all contestants send the files, in an order that turns with each round, and tells of each run. Throws where an object is not the file. */
export async function race(stage: Stage, it: Case, files: Material[], tell: (line: string) => void): Promise<Race> {
  const { contestants } = it;
  const runs: Race = {
    Signet: [],
    'Signet, both hosts': [],
    'Signet, both hosts, by PUT': [],
    'Signet, by the edge': [],
    'Signet, all ways': [],
    'Uppy 5': [],
    'Uppy 6': [],
  };
  for (let round = 0; round < it.rounds; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(round + i) % contestants.length] as Contestant;
      const run = await once(stage, it, contestant, files);
      runs[contestant].push(run);
      tell(`${it.name} ${round + 1}/${it.rounds}  ${contestant.padEnd(26)}  ${run.milliseconds.toFixed(0)} ms`);
    }
  }
  return runs;
}

async function once(stage: Stage, it: Case, contestant: Contestant, files: Material[]): Promise<Run> {
  const { proxy, cloud } = stage;
  await proxy.shape(it.shape);
  const page = await open(stage, contestant, files);
  try {
    await sleep(SETTLE);
    await proxy.reset();
    const sent = await send(page, stage, contestant, files.length);
    const log = await proxy.log();
    await proxy.shape({ roundTrip: 0, bytesPerSecond: 0 });
    await check(stage, contestant, files);
    return { ...sent, ...counts(log) };
  } finally {
    await page.close();
    await cloud.empty();
  }
}

const ours = (contestant: Contestant) => contestant.startsWith('Signet');

/** Whether the contestant is on the site's own origin, through which it may send. */
const atEdge = (contestant: Contestant) => contestant === 'Signet, by the edge' || contestant === 'Signet, all ways';

function open({ proxy, browser }: Stage, contestant: Contestant, files: Material[]): Promise<UnwatchedPage> {
  const paths = files.map(({ path }) => path);
  if (!ours(contestant)) return UnwatchedPage.open(browser, `${proxy.app}/uppy/`, paths, 'globalThis.uppyReady');
  const origin = atEdge(contestant) ? proxy.secure : proxy.app;
  return UnwatchedPage.open(browser, `${origin}/signet/`, paths, 'globalThis.signetReady');
}

/** How long it took until the contestant said that all is done. */
async function send(
  page: UnwatchedPage,
  { proxy, session }: Stage,
  contestant: Contestant,
  count: number,
): Promise<Pick<Run, 'milliseconds' | 'longestTask'>> {
  if (ours(contestant)) {
    const token = JSON.stringify(await session.token());
    await page.evaluate(`signetToken = signetRenew = async () => ${token}; 0`);
    const how: How = {
      hosts: contestant === 'Signet' ? 1 : 2,
      smallFiles: contestant === 'Signet, both hosts, by PUT' ? 'put' : 'form',
      edge: atEdge(contestant),
    };
    const { milliseconds, longestTask, outcomes } = await page.evaluate<Result>(`signetUpload(${JSON.stringify(how)})`);
    const failed = outcomes.find(({ error }) => error !== undefined);
    if (failed) throw new Error(`Signet failed with ${failed.name}: ${failed.error}`);
    return { milliseconds, longestTask };
  }
  const task = { version: contestant === 'Uppy 5' ? 5 : 6, companionEndpoint: `${proxy.app}/companion` };
  const { milliseconds, successful, failed } = await page.evaluate<UppyResult>(`uppyPeer(${JSON.stringify(task)})`);
  if (failed[0]) throw new Error(`${contestant} failed with ${failed[0].name}: ${failed[0].error}`);
  if (successful.length !== count) throw new Error(`${contestant} uploaded ${successful.length} files of ${count}`);
  return { milliseconds, longestTask: 0 };
}

/** Compares the SHA-256 of every object with its file's. */
async function check({ cloud, session }: Stage, contestant: Contestant, files: Material[]): Promise<void> {
  const digests = [...(await stored(cloud, await session.token())).values()];
  if (digests.length !== files.length)
    throw new Error(`${contestant}: ${digests.length} objects of ${files.length} files`);
  const byName = new Map(digests.map(({ name, sha256 }) => [name, sha256]));
  for (const { path, sha256 } of files) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (byName.get(name) !== sha256) throw new Error(`${contestant}: the object of ${name} is not the file`);
  }
}

function counts({ s3, site, companion, edge }: Log): Pick<Run, 'calls' | 'requests' | 'preflights'> {
  const calls = [...site.requests, ...companion.requests].filter(({ method }) => method !== 'OPTIONS').length;
  const preflights = s3.requests.filter(({ method }) => method === 'OPTIONS').length;
  return { calls, requests: s3.requests.length + edge.requests.length, preflights };
}
