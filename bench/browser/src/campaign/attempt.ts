import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Outcome } from '../../page/page.ts';
import { type Material, write } from '../rig/material.ts';
import { stored } from '../rig/objects.ts';
import type { Log } from '../rig/proxy.ts';
import { inflict } from './inflict.ts';
import type { Lane } from './lane.ts';
import type { Fault, Plan } from './plan.ts';
import { distinctBytes, inFlightBytes, resentBytes, type Verdict } from './tally.ts';
import { Visit } from './visit.ts';

/** Milliseconds between two looks at how far an upload is. */
const LOOK = 100;
/** Milliseconds after which an upload that does not end counts as failed: several times what the worst plan takes. */
const PATIENCE = 300_000;

/** Uploads one file, does to it what its plan says, and looks at what is stored in the end. */
export async function attempt(lane: Lane, plan: Plan): Promise<Verdict> {
  const name = `upload-${plan.number}.bin`;
  const path = join(lane.dir, name);
  const file = await write(path, plan.size, plan.seed);
  await lane.slow(true);
  await lane.proxy.reset();
  const began = Date.now();
  const visit = new Visit(lane, path);
  try {
    await visit.begin(true);
    const wanted = await suffer(lane, plan, visit, file);
    const outcome = await end(visit);
    const seconds = (Date.now() - began) / 1000;
    const log = await lane.proxy.log();
    return {
      number: plan.number,
      faults: plan.faults,
      seconds,
      ...(await judge(lane, plan, log, outcome, wanted, name)),
    };
  } finally {
    await visit.leave();
    await lane.cloud.empty();
    await rm(path);
  }
}

/**
 * Does the faults of a plan, each at its moment; answers what has to be stored in the end: the file as it is then, and
 * as it was each time that an upload of it had ended.
 */
async function suffer(lane: Lane, { faults, size }: Plan, visit: Visit, file: Material): Promise<Material[]> {
  const stored: Material[] = [];
  let now = file;
  for (const fault of faults) {
    if (fault.kind === 'stored file changed') {
      if ((await end(visit)).error !== undefined) break;
      stored.push(now);
    } else {
      while (!visit.ended && distinctBytes((await lane.proxy.log()).s3) < fault.at * size) await sleep(LOOK);
      if (visit.ended) break;
    }
    now = await inflict(fault, lane, visit, now);
  }
  return [...stored, now];
}

/** How the upload ends; a page that says nothing for too long, or dies by itself, has failed. */
async function end(visit: Visit): Promise<Outcome> {
  const timeout = new AbortController();
  const silence = sleep(PATIENCE, { name: '', error: `it has not ended after ${PATIENCE / 1000} s` }, timeout);
  try {
    return await Promise.race([visit.outcome, silence]);
  } catch (error) {
    return { name: '', error: `the page died: ${error instanceof Error ? error.message : error}` };
  } finally {
    timeout.abort();
    silence.catch(() => {});
  }
}

type Judgement = Omit<Verdict, 'number' | 'faults' | 'seconds'>;

async function judge(
  lane: Lane,
  plan: Plan,
  log: Log,
  outcome: Outcome,
  wanted: Material[],
  name: string,
): Promise<Judgement> {
  await lane.slow(false);
  const objects = [...(await stored(lane.cloud, await lane.session.token(), name)).values()];
  const found = objects.map(({ sha256 }) => sha256).sort();
  const changed = plan.faults.some(({ kind }) => kind === 'file changed');
  return {
    struck: plan.faults.filter((fault) => struck(fault, log)).length,
    done: outcome.error === undefined,
    whole: isDeepStrictEqual(found, wanted.map(({ sha256 }) => sha256).sort()),
    resent: resentBytes(log.s3, changed),
    inFlight: inFlightBytes(log.s3),
    ...(outcome.error === undefined ? {} : { error: outcome.error }),
  };
}

/** Whether a fault happened, and was one. */
function struck({ kind }: Fault, { s3, site }: Log): boolean {
  const names: Partial<Record<Fault['kind'], string>> = {
    'connection cut': 'cut',
    'byte flipped': 'flip',
    '503 burst': '503',
  };
  const events = s3.events.filter((event) => event.kind === (names[kind] ?? kind));
  return events.some((event) => {
    // That a token has run out is only a fault once the API has said so, and a flipped byte once S3 took or refused it.
    if (kind === 'token expired') return site.requests.some((r) => r.status === 401 && r.began >= event.began);
    return kind !== 'byte flipped' || s3.requests.some((r) => r.id === event.hit && [200, 400].includes(r.status));
  });
}
