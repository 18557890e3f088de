/** The whole of Signet on this machine, for tests, with what can go wrong. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from './binary.ts';
import { Cloud } from './cloud.ts';
import type { Fault, FaultKind } from './faults.ts';
import type { Ready } from './process.ts';
import { StartedCloud } from './started.ts';

export type { Cloud, Pass, PassRequest, StoredObject } from './cloud.ts';
export type { Fault, FaultKind, Log, LoggedFault, LoggedRequest } from './faults.ts';
export type { Ready } from './process.ts';
export type { Restart, StartedCloud } from './started.ts';

/** How to start. All may be left out. */
export interface Options {
  /** Faults that wait from the beginning, each for the next request that it fits. */
  faults?: (FaultKind | Fault)[];
  /** Who is told of events: an address of this machine, or https. */
  events?: string;
  /** The configuration: what stands under "signet" in the context of cdk.json, or the path of such a file. Default: all defaults. */
  config?: Record<string, unknown> | string;
  /** Further users, or other groups of alice and bob: groups by name. */
  people?: Record<string, string[]>;
  /** Further flags of `signet dev`. */
  flags?: string[];
  /** A folder that keeps what is stored. Default: one that goes with the cloud. */
  dir?: string;
  /** Port of the site. Default 0: any free one. */
  port?: number;
  /** The program. Default: `SIGNET_BIN`, `signet` on the PATH, or what Go builds from the checkout around the working folder. */
  binary?: string;
}

/** Starts Signet's strict local cloud, S3 with it, on free ports. */
export async function signet(options: Options = {}): Promise<StartedCloud> {
  const binary = options.binary ?? (await findBinary());
  const temporary = options.dir === undefined ? await mkdtemp(join(tmpdir(), 'signet-testing-')) : undefined;
  const dir = options.dir ?? (temporary as string);
  try {
    const args = await argsOf(options, dir);
    const cloud = await StartedCloud.start({ binary, args, ...(temporary ? { temporary } : {}) }, options.port ?? 0);
    try {
      for (const fault of options.faults ?? []) await cloud.fault(fault);
    } catch (error) {
      await cloud.stop();
      throw error;
    }
    return cloud;
  } catch (error) {
    if (temporary) await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** A cloud that was started elsewhere, by its `ready`: in a global setup, or another process. */
export function connect(ready: Ready): Cloud {
  return new Cloud(ready);
}

async function argsOf({ config = {}, events, people = {}, flags = [] }: Options, dir: string): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const file = typeof config === 'string' ? config : join(dir, 'config.json');
  if (typeof config !== 'string') await writeFile(file, JSON.stringify({ context: { signet: config } }));
  return [
    ...['dev', '--json', '--testing', '--dir', join(dir, 'data'), '--config', file],
    ...(events ? ['--events', events] : []),
    ...Object.entries(people).flatMap(([name, groups]) => ['--person', `${name}=${groups.join(',')}`]),
    ...flags,
  ];
}
